"""A first column mapping of a table that was not known: roles by headings, rows by names. To be looked at by a person."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tongjian.facts.collection.labels import bare
from tongjian.facts.collection.lines import Line
from tongjian.facts.collection.mapping import Headings, Layout, Row, Value
from tongjian.facts.collection.workbook import Sheet

Words = Mapping[str, Sequence[str]]  # unit, area, growth, last_year, month: words of headings
NUMBERS = frozenset({"number", "percent"})
_NUMBERING = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[)）、.．]+|其中[:：]?|#|[·•*]+)+")
_UNIT = re.compile(r"[（(](?P<unit>[^（）()]{1,12})[)）]\s*$")


def guess(sheet: Sheet, headings: Headings, words: Words) -> Layout:
    """The layout that the headings suggest. Every column of numbers is a value; the first column of words the names."""
    kinds = {c: _kind(sheet, headings, c) for c in headings.texts}
    unit = _first(headings, words, "unit")
    area = _first(headings, words, "area")
    named = [c for c, kind in kinds.items() if kind == "text" and headings.texts[c] not in {unit, area}]
    values = tuple(_value(headings.texts[c], words) for c, kind in kinds.items() if kind == "number")
    name = headings.texts[named[0]] if named else ""
    return Layout(sheet=sheet.name, name=name, values=values, unit=unit, area=area)


def _kind(sheet: Sheet, headings: Headings, column: int) -> str:
    """text or number: what most of its cells are; empty for an empty column or one of running numbers."""
    below = [sheet.at(r, column) for r in range(headings.last + 1, sheet.last_row + 1)]
    filled = [c for c in below if c.kind]
    numbers = [c for c in filled if c.kind in NUMBERS]
    if not filled or [c.text for c in numbers] == [str(n) for n in range(1, len(below) + 1)]:
        return ""
    return "number" if len(numbers) * 2 > len(filled) else "text"


def _first(headings: Headings, words: Words, what: str) -> str:
    plain = [bare(w) for w in words.get(what, ())]
    return next((t for t in headings.texts.values() if bare(t) in plain), "")


def _value(heading: str, words: Words) -> Value:
    text = bare(heading)

    def says(what: str) -> bool:
        return any(bare(w) in text for w in words.get(what, ()))

    grown = says("growth")
    found = _UNIT.search(heading)
    unit = "%" if grown else found["unit"] if found else ""
    return Value(
        heading=heading,
        measure="增速" if grown else "数值",
        span="month" if says("month") else "to_date",
        back=1 if says("last_year") and not grown else 0,
        unit=unit,
    )


def names_of(sheet: Sheet, headings: Headings, column: int) -> list[str]:
    """The names of the rows as printed, each once."""
    found = (sheet.at(r, column).text for r in range(headings.last + 1, sheet.last_row + 1))
    return list(dict.fromkeys(t for t in found if t))


def with_rows(layout: Layout, names: Sequence[str], lines: Sequence[Line]) -> Layout:
    """Rows whose names are one of ours but for numbering and 其中 are named; what has a mapping keeps it."""
    own = {bare(n): x.metric.key for x in lines for n in (x.metric.name, *map(str, x.metric.aliases))}
    found: dict[str, Row | None] = dict(layout.rows)
    for name in names:
        stripped = bare(_NUMBERING.sub("", name.strip()))
        if bare(name) not in found and bare(name) not in own and stripped in own:
            found[bare(name)] = Row(own[stripped])
    return replace(layout, rows=found)
