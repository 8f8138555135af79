"""A filled workbook into drafts of entries, and everything wrong with it by cell. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from tongjian.reading.grids import Grid
from tongjian.records.registers import drafts, rules
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.drafts import Draft, Given
from tongjian.records.registers.names import Names
from tongjian.records.registers.problems import Problem, problem
from tongjian.records.registers.rules import Wrong
from tongjian.records.registers.schema import Attribute, Register
from tongjian.records.registers.sheets.columns import HELP, KEEP, Column, bare

HEADING_ROWS = 10
IGNORED = frozenset(bare(h) for h in ("序号", "No.", "No", "#"))
NUMERIC = frozenset({AttributeKind.NUMBER, AttributeKind.INTEGER})
UNTOUCHED = object()


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet that bears the register's headings. columns: place in a row from 0 → column."""

    sheet: str
    heading: int
    columns: Mapping[int, Column]
    rows: Sequence[tuple[int, Sequence[str]]]
    merged: Sequence[tuple[int, int, int, int]]

    def has(self, *roles: str) -> bool:
        return any(c.role in roles for c in self.columns.values())

    def reference(self, row: int, role: str, key: str = "") -> str:
        """Where the value of a row stands; of a column that is not there, the row's first cell."""
        for place, column in self.columns.items():
            if column.role == role and key in {"", column.key}:
                return f"{letters(place)}{row}"
        return f"A{row}"

    def of_field(self, row: int, name: str) -> str:
        """Where the field of a problem stands: an attribute, scheme or stage by key, or the entry's own."""
        for place, column in self.columns.items():
            if name in (column.key, column.role):
                return f"{letters(place)}{row}"
        return f"A{row}"


@dataclass(slots=True)
class Row:
    """One row as read. draft: the entry as it is to be; what has no column is as it was. stages: key → its day."""

    number: int
    draft: Draft
    stages: Mapping[str, date]


@dataclass(slots=True)
class Read:
    """Everything a workbook says, and everything wrong with it."""

    table: Table | None = None
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def letters(place: int) -> str:
    """0 → A, 26 → AA."""
    name, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def read(
    grids: Sequence[Grid],
    register: Register,
    found: Sequence[Column],
    names: Names,
    existing: Callable[[str], Given | None],
) -> Read:
    """All rows of the sheet that bears the register's headings. existing: an entry of that number as it stands."""
    table, problems = find(grids, found)
    if table is None or problems:
        return Read(table, problems=problems)
    if not table.rows:
        return Read(table, problems=[Problem(table.sheet, "", "registers.no_rows", {})])
    if any(a.refers == register.key for a in register.attributes):
        names.also(register.key, _called(table))
    told = Read(table, problems=list(_merged(table)))
    reader = _Reader(register, names, table, existing)
    first: dict[str, int] = {}
    for number, cells in table.rows:
        row, wrong = reader.row(number, cells)
        told.problems += wrong
        code = row.draft.code
        if code and first.setdefault(code, number) != number:
            where = table.reference(number, "code")
            params = {"got": code, "first": first[code]}
            told.problems.append(Problem(table.sheet, where, "registers.number_twice", params))
        told.rows.append(row)
    return told


def _called(table: Table) -> Iterator[tuple[str, str]]:
    """Name and number of each row, as written: rows may refer to one another."""
    places = [next(p for p, c in table.columns.items() if c.role == role) for role in ("name", "code")]
    for _number, cells in table.rows:
        name, code = (rules.tidy(cells[p][1:]) if p < len(cells) else "" for p in places)
        if code:
            yield name, code


# Headings


def find(grids: Sequence[Grid], found: Sequence[Column]) -> tuple[Table | None, list[Problem]]:
    """The sheet with most of the headings, its help aside, and what is wrong with them."""
    known = {bare(h): c for c in found for h in (c.heading, c.heading_en)}
    candidates = [(g, *_heading(g, known)) for g in grids if g.name.strip() not in HELP]
    best = max(candidates, key=lambda c: c[2], default=None)
    if best is None or best[2] < 1:
        wanted = "、".join(c.heading for c in found if c.needed)
        return None, [problem("", "sheet_missing", wanted=wanted)]
    grid, number, _hits = best
    columns, problems = _columns(grid, number, known)
    missing = [c for c in found if c.role in {"code", "name"} and c not in columns.values()]
    problems += [Problem(grid.name, "", "registers.heading_missing", {"heading": c.heading}) for c in missing]
    filled = [(n, cells) for n, cells in grid.rows if n > number and _filled(cells, columns)]
    return Table(grid.name, number, columns, filled, grid.merged), problems


def _heading(grid: Grid, known: Mapping[str, Column]) -> tuple[int, int]:
    """The row among the first ten with most headings, and how many it has."""
    hits = [(sum(bare(c[1:]) in known for c in cells), -n) for n, cells in grid.rows if n <= HEADING_ROWS]
    most, number = max(hits, default=(0, 0))
    return -number, most


def _columns(grid: Grid, number: int, known: Mapping[str, Column]) -> tuple[dict[int, Column], list[Problem]]:
    cells = next(cells for n, cells in grid.rows if n == number)
    columns: dict[int, Column] = {}
    problems: list[Problem] = []
    for place, cell in enumerate(cells):
        written = bare(cell[1:])
        column = known.get(written)
        where = f"{letters(place)}{number}"
        if column is None and written and written not in IGNORED:
            problems.append(Problem(grid.name, where, "registers.heading_unknown", {"heading": cell[1:]}))
        elif column is not None and column in columns.values():
            problems.append(Problem(grid.name, where, "registers.heading_twice", {"heading": cell[1:]}))
        elif column is not None:
            columns[place] = column
    return columns, problems


def _filled(cells: Sequence[str], columns: Mapping[int, Column]) -> bool:
    return any(place < len(cells) and cells[place].strip() not in {"", "t"} for place in columns)


def _merged(table: Table) -> Iterator[Problem]:
    first, last = table.rows[0][0], table.rows[-1][0]
    for a, b, c, d in table.merged:
        if a <= last and c >= first and any(b - 1 <= place <= d - 1 for place in table.columns):
            where = f"{letters(b - 1)}{a}:{letters(d - 1)}{c}"
            yield Problem(table.sheet, where, "registers.merged", {})


# Rows


@dataclass(slots=True)
class _Reader:
    """Reads rows: each column has its way."""

    register: Register
    names: Names
    table: Table
    existing: Callable[[str], Given | None]
    read: list[tuple[int, Column, Callable[[str], object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.read = [(place, c, _reading(c)) for place, c in self.table.columns.items()]

    def row(self, number: int, cells: Sequence[str]) -> tuple[Row, list[Problem]]:
        said: dict[tuple[str, str], object] = {}
        problems: list[Problem] = []
        for place, column, reading in self.read:
            cell = cells[place] if place < len(cells) else ""
            try:
                said[column.role, column.key] = reading(cell) if cell else None
            except Wrong as wrong:
                problems.append(self._here(number, place, wrong.problem))
                said[column.role, column.key] = UNTOUCHED
        given, stages, misplaced = _given(said)
        draft, more = drafts.check(self.register, self._whole(given), self.names)
        bad = {p.cell for p in problems}
        for found in [*misplaced, *more]:
            placed = found.cell == "geometry" and said.get(("longitude", "longitude")) is not None
            where = self.table.of_field(number, "longitude" if placed else found.cell)
            if where not in bad:
                problems.append(Problem(self.table.sheet, where, found.code, found.params))
        if not draft.code and self.table.reference(number, "code") not in bad:
            where = self.table.reference(number, "code")
            problems.append(Problem(self.table.sheet, where, "registers.number_missing", {}))
        return Row(number, draft, stages), problems

    def _whole(self, given: Given) -> Given:
        """With what the workbook has no column for as it was."""
        before = self.existing(given.code)
        if before is None:
            return replace(given, geometry=None) if given.geometry == KEEP else given
        own = {(c.role, c.key) for _place, c, _reading in self.read}
        keeps = given.geometry == KEEP or not self.table.has("longitude", "latitude", "geometry")
        attributes = {k: v for k, v in before.attributes.items() if ("attribute", k) not in own}
        codes = {s: v for s, v in before.codes.items() if ("scheme", s) not in own}
        return replace(
            given,
            area=given.area if ("area", "area") in own else before.area,
            owner=given.owner if ("owner", "owner") in own else before.owner,
            attributes={**attributes, **given.attributes},
            codes={**codes, **given.codes},
            geometry=before.geometry if keeps else given.geometry,
            simulated=given.simulated if ("simulated", "simulated") in own else before.simulated,
        )

    def _here(self, row: int, place: int, found: Problem) -> Problem:
        return Problem(self.table.sheet, f"{letters(place)}{row}", found.code, found.params)


def _given(said: Mapping[tuple[str, str], object]) -> tuple[Given, dict[str, date], list[Problem]]:
    """What a row gives. Cells that could not be read are left out: their problem is told already."""
    known = {k: v for k, v in said.items() if v is not UNTOUCHED and v is not None}
    attributes = {k: v for (role, k), v in known.items() if role == "attribute"}
    codes = {k: str(v) for (role, k), v in known.items() if role == "scheme"}
    stages = {k: v for (role, k), v in known.items() if role == "stage" and isinstance(v, date)}
    shape, problems = _shape(known)
    own = {role: str(known.get((role, role), "")) for role in ("code", "name", "area", "owner")}
    made_up = bool(known.get(("simulated", "simulated"), False))
    given = Given(own["name"], own["code"], own["area"], own["owner"], attributes, codes, shape, made_up)
    return given, stages, problems


def _shape(known: Mapping[tuple[str, str], object]) -> tuple[object, list[Problem]]:
    longitude = known.get(("longitude", "longitude"))
    latitude = known.get(("latitude", "latitude"))
    if (longitude is None) != (latitude is None):
        return None, [problem("longitude", "lonely_coordinate")]
    if isinstance(longitude, Decimal) and isinstance(latitude, Decimal):
        return {"type": "Point", "coordinates": [float(longitude), float(latitude)]}, []
    return known.get(("geometry", "geometry")), []


# Cells


def _reading(column: Column) -> Callable[[str], object]:
    """What a cell of the column says, of its letter and content. Raises Wrong."""
    if column.attribute is not None:
        attribute = column.attribute
        if attribute.kind in NUMERIC:
            return lambda cell: _number(cell, attribute)
        if attribute.kind == AttributeKind.DATE:
            return lambda cell: _day(cell, column)
        return lambda cell: _text(cell)
    if column.role == "stage":
        return lambda cell: _day(cell, column)
    if column.role in {"longitude", "latitude"}:
        degrees = Attribute(column.key, AttributeKind.NUMBER, column.heading, column.heading_en)
        return lambda cell: _degrees(cell, degrees)
    if column.role == "geometry":
        return _geojson
    if column.role == "simulated":
        flag = Attribute(column.key, AttributeKind.BOOLEAN, column.heading, column.heading_en)
        return lambda cell: rules.value_of(flag, _text(cell), lambda _refers, key: key)
    return lambda cell: _text(cell)


def _text(cell: str) -> str | None:
    _check_cell(cell)
    text = cell[1:]
    if cell[0] == "b":
        return text.lower()
    return rules.tidy(text) or None


def _number(cell: str, attribute: Attribute) -> object:
    _check_cell(cell)
    kind, text = cell[0], cell[1:].strip()
    if kind == "n":
        return text
    if kind == "p" and attribute.unit == "%":
        return f"{Decimal(text).scaleb(2):f}"
    if kind == "t" and not text:
        return None
    if kind == "t" and _is_number(text):
        raise Wrong(problem(attribute.key, "text_number", got=text))
    shown = f"{text}%" if kind == "p" else text
    code = "not_integer" if attribute.kind == AttributeKind.INTEGER else "not_number"
    raise Wrong(problem(attribute.key, code, title=attribute.title, got=shown))


def _degrees(cell: str, attribute: Attribute) -> Decimal | None:
    found = _number(cell, attribute)
    return None if found is None else Decimal(str(found))


def _is_number(text: str) -> bool:
    try:
        return Decimal(text.replace(",", "").replace("，", "")).is_finite()
    except InvalidOperation:
        return False


def _day(cell: str, column: Column) -> date | None:
    _check_cell(cell)
    text = cell[1:].strip()
    if not text:
        return None
    found = rules.day_of(text) if cell[0] in "dt" else None
    if found is None:
        raise Wrong(problem(column.key, "not_date", title=column.heading, got=text))
    return found


def _geojson(cell: str) -> object:
    text = _text(cell)
    if text is None or text == KEEP:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Wrong(problem("geometry", "geometry_text")) from None


def _check_cell(cell: str) -> None:
    if cell[0] in "ef":
        raise Wrong(problem("", "cell_value", got=cell[1:] or "–"))
