"""A file of pipe segments as columns of text: CSV, GeoJSON or xlsx. Says what is wrong with the file as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from tongjian.kernel import geometry, shapes
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.geometry import GeometryError
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import Limits, run_limited
from tongjian.records.spaces.pipes import columns
from tongjian.records.spaces.pipes.sheet import BETWEEN

MAX_BYTES = 256 * 1024 * 1024
LIMITS = Limits(cpu_seconds=240, wall_seconds=300.0, memory_bytes=4 * 1024 * 1024 * 1024)
ENCODINGS = ("utf-8-sig", "gb18030")


class PipeProblem(CellProblem):
    """What is wrong with a cell of a table of pipes, or with a feature of a file of them."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        **{code.rpartition(".")[2]: text for code, text in geometry.MESSAGES.items()},
        "too_large": _("The file is larger than 256 MB. Send it in parts."),
        "undecodable": _("The text is neither UTF-8 nor GB18030. Save the table as “CSV UTF-8”."),
        "no_rows": _("The file holds no rows below its headings."),
        "no_columns": _("Columns are missing: %(names)s. The first row must name them."),
        "wanting": _("%(column)s is empty; it is needed."),
        "key_form": _(
            "“%(got)s” cannot be a number of a segment or node: letters, digits, - and _, at most 48."
        ),
        "twice": _("The segment %(got)s stands in row %(first)s already. Each may stand once."),
        "word": _("%(column)s: “%(got)s” is not known. Use one of %(known)s."),
        "no_number": _("%(column)s: “%(got)s” is no number."),
        "limits": _("%(column)s: %(got)s is not between %(low)s and %(high)s."),
        "date": _("%(column)s: “%(got)s” is no day. Write 2021-03-05."),
        "same_ends": _("The segment begins and ends at the same node %(got)s."),
        "elsewhere": _("The node %(got)s lies elsewhere in row %(first)s. One node has one place."),
        "not_yours": _("%(got)s is not yours to write for."),
    }


class PipesRefused(TongjianError):
    """A file with problems: nothing was written. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        said = {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])}
        super().__init__("pipes.refused", _("Nothing was written. %(count)s problem(s): %(problems)s"), said)


@dataclass(frozen=True)
class Table:
    """Columns of text as it stands, all of one length. rows: each one's number in the file. letters: of the columns, for messages.

    From GeoJSON: degrees of the ends instead of their texts; bends, the positions between the nodes, by place in the
    columns; problems of single features.
    """

    name: str
    rows: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    letters: Mapping[str, str] = field(default_factory=dict)
    bends: Mapping[int, Any] = field(default_factory=dict)
    problems: Sequence[PipeProblem] = ()
    degrees: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def cell(self, at: int, column: str = "") -> str:
        """C17 of a table, 17 of a feature."""
        return f"{self.letters.get(column, '')}{self.rows[at]}"


def read(data: bytes, name: str) -> Table:
    """Raises PipesRefused where the file as a whole cannot be read."""
    if len(data) > MAX_BYTES:
        raise refused(name, "too_large")
    if data.startswith(b"PK"):
        return _workbook(data, name)
    if data.lstrip()[:1] in (b"{", b"\xef") and b'"type"' in data[:4096]:
        return _of_geojson(data, name)
    return _of_rows(_csv(data, name), name)


def refused(name: str, code: str, **params: object) -> PipesRefused:
    return PipesRefused([PipeProblem(name, "", f"pipes.{code}", params)])


def _csv(data: bytes, name: str) -> list[list[str]]:
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise refused(name, "undecodable") from error
    raise refused(name, "undecodable")


def _workbook(data: bytes, name: str) -> Table:
    try:
        found = run_limited("tongjian.records.spaces.pipes.sheet:columns", data, name, LIMITS)
    except ReadingError as error:
        raise PipesRefused([PipeProblem(name, "", error.code, {"en": error.en, "zh": error.zh})]) from error
    rows: list[int] = found["rows"]
    texts = [c.split(BETWEEN) for c in found["columns"]]
    first = rows[:1] == [1]  # what stands above the headings leaves none
    return _of_columns([c[0] for c in texts] if first else [], rows[1:], [c[1:] for c in texts], name)


def _of_rows(rows: Sequence[Sequence[str]], name: str) -> Table:
    """The first row holds the headings."""
    headings = rows[0] if rows else []
    width = len(headings)
    padded = [r if len(r) >= width else [*r, *[""] * (width - len(r))] for r in rows[1:]]
    turned = list(zip(*padded, strict=False)) or [()] * width
    return _of_columns(headings, range(2, len(rows) + 1), turned, name)


def _of_columns(
    headings: Sequence[str], rows: Sequence[int], texts: Sequence[Sequence[str]], name: str
) -> Table:
    """texts: of each heading's column. Rows without any text are left out."""
    places = columns.found_in(headings)
    missing = [columns.label(c) for c in columns.NEEDED if c not in places]
    if missing:
        raise refused(name, "no_columns", names="、".join(missing))
    texts = texts[: len(headings)]
    if "" in texts[places["number"]]:
        kept = [n for n, row in enumerate(zip(*texts, strict=True)) if any(row)]
        rows, texts = [rows[n] for n in kept], [[t[n] for n in kept] for t in texts]
    if not rows:
        raise refused(name, "no_rows")
    found = {c: texts[at] for c, at in places.items()}
    return Table(name, rows, found, {c: _letter(at) for c, at in places.items()})


def _letter(at: int) -> str:
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _of_geojson(data: bytes, name: str) -> Table:
    """Lines with properties named as the columns; where no node is named, its place names it."""
    try:
        features = shapes.features_of(data, name)
    except shapes.ShapesRefused as refused_:
        raise PipesRefused(refused_.problems) from refused_
    lines, problems = _lines(features, name)
    kept = [f for f, line in zip(features, lines, strict=True) if line] if problems else features
    lines = [line for line in lines if line]
    found = _texts_of([f.properties for f in kept])
    bends = {n: line[1:-1] for n, line in enumerate(lines) if len(line) > 2}
    degrees: dict[str, NDArray[np.float64]] = {}
    for end, at in (("from", 0), ("to", -1)):
        places = [line[at] for line in lines]
        found[f"{end}_key"] = [k or _node_at(p) for k, p in zip(found[f"{end}_key"], places, strict=True)]
        both = np.array(places, dtype=np.float64).reshape(len(places), 2)
        degrees |= {f"{end}_lon": both[:, 0], f"{end}_lat": both[:, 1]}
    return Table(name, [f.number for f in kept], found, bends=bends, problems=problems, degrees=degrees)


Line = list[list[float]]


def _lines(features: Sequence[shapes.Feature], name: str) -> tuple[list[Line], list[PipeProblem]]:
    """The positions of each feature; none where it is no line, which is told."""
    found: list[Line] = []
    problems: list[PipeProblem] = []
    for feature in features:
        try:
            found.append(_line(feature.geometry))
        except GeometryError as error:
            found.append([])
            problems.append(PipeProblem(name, str(feature.number), error.code, error.params))
    return found, problems


def _texts_of(given: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """All columns out of the features' properties."""
    orders = list(map(tuple, given))
    headings = {order: _headings(order) for order in set(orders)}
    if len(headings) == 1:  # as programs write them
        of = headings[orders[0]]
        return {c: _column(given, of.get(c)) for c in columns.COLUMNS}
    each = [headings[o] for o in orders]
    values = {c: [g.get(of.get(c, "")) for g, of in zip(given, each, strict=True)] for c in columns.COLUMNS}
    return {c: [_text(v) for v in found] for c, found in values.items()}


def _column(given: Sequence[Mapping[str, Any]], heading: str | None) -> list[str]:
    return [""] * len(given) if heading is None else [_text(g[heading]) for g in given]


def _headings(names: Sequence[str]) -> dict[str, str]:
    return {column: names[at] for column, at in columns.found_in(names).items()}


def _text(value: object) -> str:
    return value.strip() if type(value) is str else "" if value is None else str(value).strip()


def _node_at(place: Sequence[float]) -> str:
    """The name of a node that has none."""
    return f"n{round(place[0] * 1e7)}_{round(place[1] * 1e7)}"


def _line(value: object) -> Line:
    """The positions of a line. Raises GeometryError."""
    if _is_straight(value):
        plain: Line = value["coordinates"]  # type: ignore[index]
        return plain
    shape = geometry.parse(value)
    if shape.body["type"] != "LineString":
        raise GeometryError("shapes.type", got=shape.body["type"])
    line: Line = shape.body["coordinates"]
    return line


def _is_straight(value: object) -> bool:
    """Whether it is a line of two positions with nothing to complain of: most are, and need no closer look."""
    if (
        not isinstance(value, dict)
        or value.keys() != {"type", "coordinates"}
        or value["type"] != "LineString"
    ):
        return False
    line = value["coordinates"]
    return (
        isinstance(line, list)
        and len(line) == 2
        and all(type(p) is list and len(p) == 2 and type(p[0]) is type(p[1]) is float for p in line)
        and all(-180 <= p[0] <= 180 and -90 <= p[1] <= 90 for p in line)
    )
