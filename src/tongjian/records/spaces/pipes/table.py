"""A file of pipe segments as columns of text: CSV, GeoJSON or xlsx. Says what is wrong with the file as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import geometry, shapes
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.geometry import GeometryError
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import Limits, run_limited
from tongjian.records.spaces.pipes import columns

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

    bends: positions between the nodes by place in the columns, from GeoJSON lines. problems: of single features.
    """

    name: str
    rows: Sequence[int]
    columns: Mapping[str, Sequence[str]]
    letters: Mapping[str, str] = field(default_factory=dict)
    bends: Mapping[int, Any] = field(default_factory=dict)
    problems: Sequence[PipeProblem] = ()

    def cell(self, at: int, column: str = "") -> str:
        """C17 of a table, 17 of a feature."""
        return f"{self.letters.get(column, '')}{self.rows[at]}"


def read(data: bytes, name: str) -> Table:
    """Raises PipesRefused where the file as a whole cannot be read."""
    if len(data) > MAX_BYTES:
        raise refused(name, "too_large")
    if data.startswith(b"PK"):
        return _of_rows(_workbook(data, name), name)
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


def _workbook(data: bytes, name: str) -> list[list[str]]:
    try:
        text: str = run_limited("tongjian.records.spaces.pipes.sheet:rows", data, name, LIMITS)
    except ReadingError as error:
        raise PipesRefused([PipeProblem(name, "", error.code, {"en": error.en, "zh": error.zh})]) from error
    return list(csv.reader(io.StringIO(text, newline="")))


def _of_rows(rows: Sequence[Sequence[str]], name: str) -> Table:
    """The first row holds the headings; rows without any text are left out."""
    headings = rows[0] if rows else []
    places = columns.found_in(headings)
    missing = [columns.label(c) for c in columns.NEEDED if c not in places]
    if missing:
        raise refused(name, "no_columns", names="、".join(missing))
    width = len(headings)
    kept = [(n, r) for n, r in enumerate(rows[1:], 2) if any(r)]
    if not kept:
        raise refused(name, "no_rows")
    padded = [r if len(r) >= width else [*r, *[""] * (width - len(r))] for _n, r in kept]
    turned = list(zip(*padded, strict=False))
    found = {c: turned[at] for c, at in places.items()}
    return Table(name, [n for n, _r in kept], found, {c: _letter(at) for c, at in places.items()})


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
    found: dict[str, list[str]] = {c: [] for c in columns.COLUMNS}
    rows: list[int] = []
    bends: dict[int, Any] = {}
    problems: list[PipeProblem] = []
    for feature in features:
        try:
            line = _line(feature.geometry)
        except GeometryError as error:
            problems.append(PipeProblem(name, str(feature.number), error.code, error.params))
            continue
        given = _properties(feature.properties)
        _ends(given, line)
        for column, values in found.items():
            values.append(given.get(column, ""))
        if len(line) > 2:
            bends[len(rows)] = line[1:-1]
        rows.append(feature.number)
    return Table(name, rows, found, bends=bends, problems=problems)


def _line(value: object) -> list[list[float]]:
    """The positions of a line. Raises GeometryError."""
    if _is_straight(value):
        plain: list[list[float]] = value["coordinates"]  # type: ignore[index]
        return plain
    shape = geometry.parse(value)
    if shape.body["type"] != "LineString":
        raise GeometryError("shapes.type", got=shape.body["type"])
    line: list[list[float]] = shape.body["coordinates"]
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


@lru_cache(maxsize=64)
def _columns_of(names: tuple[str, ...]) -> dict[str, int]:
    """Features of one file have their properties in one order."""
    return columns.found_in(names)


def _properties(given: Mapping[str, Any]) -> dict[str, str]:
    names = list(given)
    places = _columns_of(tuple(names))
    values = {c: given[names[at]] for c, at in places.items()}
    return {c: "" if v is None else str(v).strip() for c, v in values.items()}


def _ends(given: dict[str, str], line: Sequence[Sequence[float]]) -> None:
    for end, at in (("from", 0), ("to", -1)):
        lon, lat = line[at]
        given[f"{end}_lon"], given[f"{end}_lat"] = repr(lon), repr(lat)
        if not given.get(f"{end}_key"):
            given[f"{end}_key"] = f"n{round(lon * 1e7)}_{round(lat * 1e7)}"
