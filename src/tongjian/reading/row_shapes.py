"""How rows of a sheet are written but for their values: one pattern reads all rows of a shape. Knows no Django.

Programs write the rows of a table alike, so that a sheet of hundreds of thousands has a handful of shapes. A pattern made
of one row takes the next in one step, where a pattern of cells takes one for each cell: three times as fast.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongjian.reading import grids

HEAD = re.compile(r'<row r="(\d+)"[^>]*>')
MOST = 24  # shapes that are tried; a table with more is read cell by cell
# What a column of a row holds: a shared text's place, a text as written, a number, a text that is ready, nothing
SHARED, INLINE, NUMBER, READY, NOTHING = "s", "i", "n", "t", ""
_VALUES: Mapping[str, str] = {
    SHARED: r"\d++",
    INLINE: r"[^<]*+",
    NUMBER: r"[^<Ee]{1,14}+",
}  # longer: see grids.exact
_GROUPS: Mapping[str, int] = {SHARED: 6, NUMBER: 6, INLINE: 7}  # of grids.CELL
_FORMULA = r"<f\b[^>]*+(?<!/)>[^<]*+</f>"
Groups = tuple[str, ...]


class Unlike(Exception):
    """A row that has no shape: with days, percent, errors, cells out of order."""


@dataclass(frozen=True, slots=True)
class Shape:
    """match: of a whole row; its groups are the row's number and a text for each column. kinds: of the columns."""

    match: Callable[[str], re.Match[str] | None]
    kinds: Sequence[str]


def shape_of(row: str, styles: Mapping[str, str], width: int) -> Shape | None:
    """The shape of a row from `<row` on, without `</row>`; None if it has none. width: columns that are wanted, from A on."""
    head = HEAD.match(row)
    if head is None:
        return None
    try:
        parts = dict(_parts(row, head.end(), styles))
    except Unlike:
        return None
    pattern, kinds = [r'<row r="(\d++)"[^>]*+>'], [NOTHING] * width
    for at in sorted({*parts, *range(width)}):
        before, kind, after = parts.get(at, ("", NOTHING, ""))
        value = _VALUES.get(kind, "")
        pattern.append(f"{before}({value}){after}" if at < width else f"{before}{value}{after}")
        if at < width:
            kinds[at] = kind
    return Shape(re.compile("".join(pattern)).fullmatch, kinds)


def _parts(row: str, at: int, styles: Mapping[str, str]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    """Column of each cell, and the pattern before its value, the value's kind, the pattern after it."""
    last = -1
    for cell in grids.CELL.finditer(row, at):
        column = grids.column_of(cell[1])
        if cell.start() != at or column <= last:
            raise Unlike
        at, last = cell.end(), column
        kind = _kind(cell, styles)
        start, end = cell.span(_GROUPS[kind]) if kind else (at, at)
        yield column, (_before(cell, start), kind, re.escape(row[end:at]))
    if at != len(row):
        raise Unlike


def _before(cell: re.Match[str], end: int) -> str:
    """The pattern of a cell up to its value: in any row, with any formula."""
    row, (start, after) = cell.string, cell.span(2)
    opening = re.escape(row[cell.start() : start]) + r"\d++"
    if cell[5] is None:
        return opening + re.escape(row[after:end])
    formula, behind = cell.span(5)
    return opening + re.escape(row[after:formula]) + _FORMULA + re.escape(row[behind:end])


def _kind(cell: re.Match[str], styles: Mapping[str, str]) -> str:
    _letters, _row, style, kind, formula, value, inline = cell.groups()
    bare = formula is None
    if kind == "s" and value and bare:
        return SHARED
    if kind in {None, "n"} and _is_number(value, style, styles) and (bare or formula.endswith("</f>")):
        return NUMBER
    if kind == "inlineStr" and inline is not None and bare:
        return INLINE
    if value is None and inline is None and bare and (kind or "") in grids.PLAIN:
        return NOTHING
    raise Unlike


def _is_number(value: str | None, style: str | None, styles: Mapping[str, str]) -> bool:
    """Whether it prints as it is held."""
    return bool(value and len(value) < 15 and style not in styles and "E" not in value and "e" not in value)


def resolved(
    columns: Sequence[Groups], shapes: Sequence[Shape | None], texts: Sequence[str]
) -> Iterator[list[str]]:
    """Columns of groups as texts. shapes: of each row, None where the row is ready; texts: the shared ones."""
    known = list({id(s): s for s in shapes}.values())
    for at, column in enumerate(columns):
        kinds = {_at(s, at) for s in known} - {NOTHING}
        if kinds <= {NUMBER, READY}:
            yield list(column)
        elif kinds == {SHARED}:
            yield [texts[int(v)] if v else v for v in column]
        elif kinds <= {INLINE, NUMBER}:
            yield _unescaped(column)
        else:
            yield [_text(v, _at(s, at), texts) for v, s in zip(column, shapes, strict=True)]


def _at(shape: Shape | None, column: int) -> str:
    return READY if shape is None else shape.kinds[column]


def _text(value: str, kind: str, texts: Sequence[str]) -> str:
    if kind == SHARED:
        return texts[int(value)]
    return html.unescape(value) if kind == INLINE and "&" in value else value


def _unescaped(column: Sequence[str]) -> list[str]:
    """A column repeats its words: each is looked at once."""
    if "&" not in "".join(column):
        return list(column)
    words = {w: html.unescape(w) if "&" in w else w for w in set(column)}
    return [words[w] for w in column]
