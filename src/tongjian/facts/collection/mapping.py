"""Column mappings 列映射: a department's own table read as rows of ours, each value still at its own cell.

    {"sheet": "月报", "name": "指标", "unit": "单位", "area": "",
     "values": [{"heading": "本月/绝对额", "measure": "数值", "basis": "自然口径", "span": "month", "back": 0, "unit": "万元"}],
     "rows": {"社会消费品零售额": {"metric": "retail_sales", "area": "", "breakdown": ""}, "合计": null}}

A heading over several rows is written with slashes, merged cells filled in. A row that is null is left out; one that
is not named is looked up by the metric's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from tongjian.facts.collection import labels
from tongjian.facts.collection.ground import Ground
from tongjian.facts.collection.labels import bare
from tongjian.facts.collection.workbook import EMPTY, Cell, Sheet, reference
from tongjian.facts.models import ColumnMapping
from tongjian.values import Period

HEADING_ROWS, DEPTH = 10, 3
SPANS = ("to_date", "month")  # January to the round's month; that month alone
NOTHING = frozenset({"-", "--", "—", "——", "–", "/", "…", "．．．", "..."})


class MappingError(ValueError):
    """A mapping that cannot be meant: what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Value:
    """A column of numbers. measure, basis: labels of our form; unit "": that of the row. back: years."""

    heading: str
    measure: str = "数值"
    basis: str = "自然口径"
    span: str = "to_date"
    back: int = 0
    unit: str = ""

    def period(self, end: int) -> Period:
        year, month = divmod(end, 12)
        found = Period.month(year, month + 1) if self.span == "month" else Period.to_date(year, month + 1)
        return found.shifted(-self.back)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row of the table is. area "": the district, or as its column says."""

    metric: str
    area: str = ""
    breakdown: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A mapping as data. name, unit, area: headings of the columns that hold them; rows: by bare printed name."""

    sheet: str
    name: str
    values: tuple[Value, ...]
    unit: str = ""
    area: str = ""
    rows: Mapping[str, Row | None] = field(default_factory=dict)

    @property
    def needed(self) -> frozenset[str]:
        """Headings without which the table is not this one."""
        named = (self.name, self.unit, self.area, *(v.heading for v in self.values))
        return frozenset(bare(h) for h in named if h)

    def body(self) -> dict[str, Any]:
        return asdict(self)


def layout_of(body: Mapping[str, Any]) -> Layout:
    """Raises MappingError."""
    if not body.get("name") or not body.get("values"):
        raise MappingError("a mapping names the column of the row names and one of numbers at least")
    rows = {bare(str(k)): Row(**v) if v else None for k, v in dict(body.get("rows", {})).items()}
    values = tuple(_value(v) for v in body["values"])
    return Layout(
        sheet=str(body.get("sheet", "")),
        name=str(body["name"]),
        values=values,
        unit=str(body.get("unit", "")),
        area=str(body.get("area", "")),
        rows=rows,
    )


def _value(body: Mapping[str, Any]) -> Value:
    found = Value(**{**body, "back": int(body.get("back", 0))})
    if found.span not in SPANS or found.measure not in labels.MEASURES or found.basis not in labels.BASES:
        raise MappingError(f"the column {found.heading} has a measure, basis or span that is none")
    return found


# Headings


@dataclass(frozen=True, slots=True)
class Headings:
    """Rows first to last, and the heading of each column as printed, over all of these rows."""

    first: int
    last: int
    texts: Mapping[int, str]

    def column(self, heading: str) -> int:
        """0 where there is none."""
        wanted = bare(heading)
        return next((c for c, text in self.texts.items() if bare(text) == wanted), 0)


def headings_of(sheet: Sheet, first: int, last: int) -> Headings:
    """Texts of merged cells count in every column and row that they cover."""
    columns = range(1, sheet.last_column + 1)
    joined = {c: _joined([_shown(sheet, r, c) for r in range(first, last + 1)]) for c in columns}
    return Headings(first, last, {c: text for c, text in joined.items() if text})


def _joined(texts: Sequence[str]) -> str:
    """上年同期 over 绝对额 is 上年同期/绝对额; the same text below itself is said once."""
    filled = [t for t in texts if t]
    kept = filled[:1] + [b for a, b in pairwise(filled) if a != b]
    return "/".join(kept)


def _shown(sheet: Sheet, row: int, column: int) -> str:
    for a, b, c, d in sheet.merged:
        if a <= row <= c and b <= column <= d:
            return sheet.at(a, b).text
    return sheet.at(row, column).text


def candidates(sheet: Sheet) -> Iterator[Headings]:
    """Where headings may stand, one row alone first."""
    for depth in range(DEPTH):
        for first in range(1, HEADING_ROWS + 1):
            yield headings_of(sheet, first, first + depth)


def likely(sheet: Sheet) -> Headings:
    """The rows that look most like headings: many filled cells, no numbers, and numbers below."""
    return max(candidates(sheet), key=lambda h: (_score(sheet, h), h.first - h.last, -h.first))


def _score(sheet: Sheet, found: Headings) -> int:
    if any(
        sheet.at(r, c).kind in {"number", "percent"}
        for r in range(found.first, found.last + 1)
        for c in found.texts
    ):
        return 0
    below = sum(sheet.at(found.last + 1, c).kind != "" for c in found.texts)
    return len(set(found.texts.values())) + below


# The table


@dataclass(frozen=True, slots=True)
class MappedTable:
    """A department's table as rows of ours: one for each number. See `table.Rows`."""

    sheet: Sheet
    layout: Layout
    headings: Headings
    end: int  # the round's last month
    places: Sequence[tuple[int, Value]]  # row of the sheet, column of numbers
    unknown_name: str = "unmapped_row"

    @property
    def rows(self) -> Sequence[int]:
        return range(len(self.places))

    def number(self, row: int) -> int:
        return self.places[row][0]

    def merged(self) -> list[str]:
        return []

    def cell(self, row: int, name: str) -> Cell:
        at, value = self.places[row]
        what = self._row(at)
        if name == "value":
            return self.sheet.at(at, self.headings.column(value.heading))
        if name == "unit":
            return _text(value.unit) if value.unit else self._column(at, self.layout.unit)
        if name == "area":
            return _text(what.area) if what and what.area else self._column(at, self.layout.area)
        if name == "name":
            return EMPTY if what else self._column(at, self.layout.name)
        texts = {
            "metric": what.metric if what else "",
            "breakdown": what.breakdown if what else "",
            "measure": value.measure,
            "basis": value.basis,
            "period": str(value.period(self.end)),
        }
        return _text(texts.get(name, ""))

    def reference(self, row: int, name: str) -> str:
        at, value = self.places[row]
        heading = {"name": self.layout.name, "unit": self.layout.unit, "area": self.layout.area}.get(name, "")
        return reference(at, self.headings.column(heading or value.heading))

    def _row(self, at: int) -> Row | None:
        return self.layout.rows.get(bare(self._column(at, self.layout.name).text))

    def _column(self, at: int, heading: str) -> Cell:
        return self.sheet.at(at, self.headings.column(heading)) if heading else EMPTY


def _text(text: str) -> Cell:
    return Cell("text", text) if text else EMPTY


def fitting(layout: Layout, sheets: Sequence[Sheet]) -> tuple[Sheet, Headings] | None:
    """The sheet and headings of a table that the layout describes; the named sheet first."""
    order = sorted(sheets, key=lambda s: bare(s.name) != bare(layout.sheet))
    for sheet in order:
        for found in candidates(sheet):
            if layout.needed <= {bare(t) for t in found.texts.values()}:
                return sheet, found
    return None


def mapped(layout: Layout, sheets: Sequence[Sheet], end: int) -> MappedTable | None:
    """The table through its layout; None where it does not fit. end: the last month of the round."""
    found = fitting(layout, sheets)
    if found is None:
        return None
    sheet, headings = found
    return MappedTable(sheet, layout, headings, end, list(_places(layout, sheet, headings)))


def _places(layout: Layout, sheet: Sheet, headings: Headings) -> Iterator[tuple[int, Value]]:
    """Every number of every row that is not left out. An empty cell is not reported there, nor is a dash."""
    name = headings.column(layout.name)
    for row in range(headings.last + 1, sheet.last_row + 1):
        printed = bare(sheet.at(row, name).text)
        if not printed or layout.rows.get(printed, ...) is None:
            continue
        for value in layout.values:
            cell = sheet.at(row, headings.column(value.heading))
            if cell.kind and cell.text.strip() not in NOTHING:
                yield row, value


def table_of(saved: ColumnMapping | None, sheets: Sequence[Sheet], on: Ground) -> MappedTable | None:
    """The table that a saved mapping describes; None without one."""
    return mapped(layout_of(saved.body), sheets, on.period.end) if saved else None
