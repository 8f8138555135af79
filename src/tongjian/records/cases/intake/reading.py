"""Columns of text into columns of values: every bad cell at once. Knows no database; areas and units come in by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from tongjian.kernel.cells import CellProblem
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.intake.feeds import Feed, places

TIMES = ("opened_at", "dispatched_at", "accepted_at", "contacted_at", "done_at", "surveyed_at")
FLAGS = ("reached", "solved", "excluded", "simulated")
COUNTS = ("returns", "redos")
TEXTS = ("source_id", "title", "text", "place", "category", "caller_name", "caller_phone", "caller_id")
LONGEST = {"source_id": 64, "category": 96}
SLASHED = re.compile(r"(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?")
SHORT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
Moments = NDArray[np.datetime64]
NAT = np.datetime64("NaT", "s")


class OrderProblem(CellProblem):
    """What is wrong with a cell of a file of work orders."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        "heading_wanting": _("No column is headed %(headings)s. Add it, or list the heading in the feed."),
        "empty": _("%(column)s is empty; every work order needs it."),
        "no_moment": _("%(column)s: %(value)s is no time. Write 2026-03-02 09:30."),
        "unknown_word": _("%(column)s: %(value)s is not known. Known: %(known)s."),
        "unknown_area": _("%(column)s: there is no area %(value)s."),
        "unknown_unit": _("%(column)s: there is no unit %(value)s."),
        "unknown_enterprise": _("%(column)s: %(value)s has no service package. Open one first."),
        "no_number": _("%(column)s: %(value)s is no number."),
        "twice": _("The work order %(value)s stands in row %(first)s already."),
        "too_long": _("%(column)s is longer than %(most)s characters."),
        "before": _("%(column)s lies before the time of receipt."),
        "form": _("%(column)s: %(what)s"),
    }


@dataclass(frozen=True, slots=True)
class Names:
    """Areas, units and enterprises by what files call them (label or key) → id."""

    areas: Mapping[str, int]
    units: Mapping[str, int]
    enterprises: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Orders:
    """Work orders as columns, all of one length. times: wall-clock datetime64[s], NaT where empty.

    columns: text, flags (True, False, None), scores, ids. raw: the cells of each row, as they came.
    """

    heads: list[str]
    count: int
    times: dict[str, Moments]
    columns: dict[str, list[Any]]
    attrs: list[dict[str, Any]]
    raw: list[tuple[str, ...]]
    problems: list[OrderProblem] = field(default_factory=list)

    def column(self, name: str, empty: Any = None) -> list[Any]:
        return self.columns.get(name) or [empty] * self.count


@dataclass(slots=True)
class _Reader:
    sheet: str
    heads: list[str]
    cells: list[list[str]]
    at: dict[str, tuple[int, ...]]
    feed: Feed
    problems: list[OrderProblem] = field(default_factory=list)

    def text(self, name: str) -> list[str]:
        where = self.at.get(name)
        if not where:
            return []
        if len(where) == 1:
            return self.cells[where[0]]
        return [
            "/".join(p for p in parts if p) for parts in zip(*(self.cells[w] for w in where), strict=True)
        ]

    def bad(self, row: int, name: str, code: str, **params: object) -> None:
        where = self.at[name][0] if name in self.at else 0
        said = {"column": self.heads[where] if self.heads else name, **params}
        self.problems.append(OrderProblem(self.sheet, f"{letters(where)}{row + 2}", f"orders.{code}", said))


def read(book: Mapping[str, Any], feed: Feed, case_type: CaseType, names: Names) -> Orders:
    """What `sheets.read_json` gave, as values; look at `problems` before using them."""
    heads, cells = list(book["heads"]), list(book["columns"])
    reader = _Reader(book["sheet"], heads, cells, places(feed, heads), feed)
    _needed(reader)
    count = len(cells[0]) if cells else 0
    times = {name: _moments(reader, name) for name in TIMES if name in reader.at}
    columns: dict[str, list[Any]] = {n: reader.text(n) for n in TEXTS if n in reader.at}
    columns |= {n: _words(reader, n, feed.words.get("flag", {})) for n in FLAGS if n in reader.at}
    columns |= {n: _words(reader, n, feed.words.get(n, {})) for n in ("score",) if n in reader.at}
    if "tier" in reader.at:
        known = {**{t: t for t in case_type.tiers}, **{n.zh: t for t, n in case_type.tiers.items()}}
        columns["tier"] = _words(reader, "tier", {**known, **feed.words.get("tier", {})}, empty="")
    if "area" in reader.at:
        columns["area"] = _looked_up(reader, "area", names.areas, "unknown_area")
    if "lead" in reader.at:
        columns["lead"] = _looked_up(reader, "lead", names.units, "unknown_unit")
    if "subject" in reader.at:
        columns["subject"] = _looked_up(reader, "subject", names.enterprises, "unknown_enterprise")
    columns |= {n: _numbers(reader, n, int, 0) for n in COUNTS if n in reader.at}
    columns |= {n: _numbers(reader, n, float, None) for n in ("lon", "lat") if n in reader.at}
    _once(reader, columns.get("source_id", []))
    _lengths(reader, columns)
    _in_order(reader, times)
    attrs = _attributes(reader, case_type, count)
    raw = list(zip(*cells, strict=True)) if cells else []
    return Orders(heads, count, times, columns, attrs, raw, reader.problems)


def letters(number: int) -> str:
    """0 → A, 26 → AA."""
    found = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def _needed(reader: _Reader) -> None:
    for name in reader.feed.needed:
        if name not in reader.at:
            headings = " / ".join(h[0] for h in reader.feed.columns.get(name, ((name,),)))
            reader.problems.append(
                OrderProblem(reader.sheet, "", "orders.heading_wanting", {"headings": headings})
            )
            continue
        for row, value in enumerate(reader.text(name)):
            if not value:
                reader.bad(row, name, "empty")


def _moments(reader: _Reader, name: str) -> Moments:
    texts = reader.text(name)
    known: dict[str, str] = {"": "NaT"}
    found: list[str] = []
    for row, text in enumerate(texts):
        if text not in known:
            moment = moment_of(text)
            if moment is None:
                reader.bad(row, name, "no_moment", value=text[:40])
            known[text] = moment or "NaT"
        found.append(known[text])
    return np.array(found, dtype="datetime64[s]")


def moment_of(text: str) -> str | None:
    """ISO text of a moment as files write it: 2022-11-03 10:20, 2022/11/3 10:20:05, 2022年11月3日; None: it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        parts = SHORT.fullmatch(SLASHED.sub(r"\1-\2-\3", text.strip()))
        if not parts:
            return None
        try:
            found = datetime(*(int(p or 0) for p in parts.groups()))  # type: ignore[arg-type]  # six numbers
        except ValueError:
            return None
    return found.replace(tzinfo=None, microsecond=0).isoformat() if 1990 <= found.year <= 2098 else None


def _words(reader: _Reader, name: str, known: Mapping[str, Any], empty: Any = None) -> list[Any]:
    found = []
    for row, text in enumerate(reader.text(name)):
        if not text:
            found.append(empty)
        elif text in known:
            found.append(known[text])
        else:
            reader.bad(row, name, "unknown_word", value=text[:40], known="、".join(map(str, known)))
            found.append(empty)
    return found


def _looked_up(reader: _Reader, name: str, known: Mapping[str, int], code: str) -> list[int | None]:
    found: list[int | None] = []
    for row, text in enumerate(reader.text(name)):
        value = known.get(text)
        if text and value is None:
            reader.bad(row, name, code, value=text[:40])
        found.append(value)
    return found


def _numbers(reader: _Reader, name: str, kind: Callable[[str], Any], empty: Any) -> list[Any]:
    found = []
    for row, text in enumerate(reader.text(name)):
        try:
            found.append(kind(text) if text else empty)
        except ValueError:
            reader.bad(row, name, "no_number", value=text[:40])
            found.append(empty)
    return found


def _once(reader: _Reader, ids: Sequence[str]) -> None:
    seen: dict[str, int] = {}
    for row, value in enumerate(ids):
        if value and seen.setdefault(value, row) != row:
            reader.bad(row, "source_id", "twice", value=value, first=seen[value] + 2)


def _lengths(reader: _Reader, columns: Mapping[str, list[Any]]) -> None:
    for name, most in LONGEST.items():
        for row, value in enumerate(columns.get(name, ())):
            if len(value) > most:
                reader.bad(row, name, "too_long", most=most)


def _in_order(reader: _Reader, times: Mapping[str, Moments]) -> None:
    opened = times.get("opened_at")
    if opened is None:
        return
    for name, moments in times.items():
        for row in np.flatnonzero(moments < opened):
            reader.bad(int(row), name, "before")


def _attributes(reader: _Reader, case_type: CaseType, count: int) -> list[dict[str, Any]]:
    """Columns headed like a field of the type's form fill it in."""
    taken = {w for where in reader.at.values() for w in where}
    found: list[dict[str, Any]] = [{} for _ in range(count)]
    for key, form in case_type.form.get("properties", {}).items():
        where = next(
            (n for n, h in enumerate(reader.heads) if h == form.get("title") and n not in taken), None
        )
        if where is None:
            continue
        allowed = form.get("enum")
        for row, text in enumerate(reader.cells[where]):
            if not text:
                continue
            value = _formed(text, str(form.get("type")))
            if value is None or (allowed and value not in allowed):
                said = {"column": reader.heads[where], "what": text[:40]}
                reader.problems.append(
                    OrderProblem(reader.sheet, f"{letters(where)}{row + 2}", "orders.form", said)
                )
            else:
                found[row][key] = value
    return found


def _formed(text: str, kind: str) -> Any:
    try:
        if kind == "boolean":
            return {"是": True, "否": False}.get(text)
        return int(text) if kind == "integer" else float(text) if kind == "number" else text
    except ValueError:
        return None


def rows_of(orders: Orders, wanted: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """The cells of some rows, as they came."""
    return (orders.raw[n] for n in wanted)
