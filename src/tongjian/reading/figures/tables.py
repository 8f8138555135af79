"""Tables inside plain text: rows split by | or tabs, or one cell a line between lines that hold only |."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongjian.reading.figures.numerals import decimal_of
from tongjian.reading.figures.phrases import without_basis
from tongjian.reading.figures.relations import level_kind
from tongjian.reading.lexicon.units import RENAMED
from tongjian.reading.outline import frame_at, part_at
from tongjian.reading.times import times
from tongjian.reading.types import Figure, Outline, Part

_NUMBER = re.compile(r"[-−－+]?\d{1,3}(?:,\d{3})*(?:\.\d+)?|[-−－+]?\d+(?:\.\d+)?")
_UNIT_LINE = re.compile(r"单位\s?[:：]\s?([^\s，。;；)）|]{1,12})")
_BRACKETED = re.compile(r"[（(]([^（）()]{1,12})[）)]")
_GROWTH = re.compile(r"增长|增速|增幅|涨幅|同比|±")
_CHANGE = re.compile(r"增加额?|增减额?|净增额?|增量")
_CELL_LINE = 40
_CELLS_AT_LEAST = 6


@dataclass(frozen=True, slots=True)
class Cell:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """What a column's head says: noun (产量), unit, basis, growth or change (比年初增加额), and its period."""

    noun: str
    unit: str
    growth: bool
    basis: str | None
    period: str
    change: bool = False


Row = tuple[Cell, ...]


def table_figures(text: str, outline: Outline) -> tuple[list[Figure], list[tuple[int, int]]]:
    """Figures of table cells, and the spans of the numbers' cells (to be left out of running text)."""
    figures: list[Figure] = []
    for rows in _tables(text):
        figures += _read(text, outline, rows)
    return figures, [(f.start, f.end) for f in figures]


def _tables(text: str) -> Iterator[list[Row]]:
    """Runs of lines that are rows of cells."""
    if "|" not in text and "\t" not in text:
        return
    rows: list[Row] = []
    for line in _lines(text):
        cells = _cells(line)
        if len(cells) > 1:
            rows.append(cells)
        elif line.text.strip(" \t|") == "" and "|" in line.text:
            continue
        elif cells and len(cells[0].text) <= _CELL_LINE and not cells[0].text.endswith(("。", "；", ";")):
            rows.append(cells)
        else:
            yield from _as_tables(rows)
            rows = []
    yield from _as_tables(rows)


def _lines(text: str) -> Iterator[Cell]:
    at = 0
    for part in text.split("\n"):
        yield Cell(at, at + len(part), part)
        at += len(part) + 1


def _cells(line: Cell) -> Row:
    """The cells of a line, trimmed; blank ones left out."""
    cells: list[Cell] = []
    at = line.start
    for part in re.split(r"[|\t]", line.text):
        bare = part.strip(" \u3000\r")
        if bare:
            start = at + part.index(bare)
            cells.append(Cell(start, start + len(bare), bare))
        at += len(part) + 1
    return tuple(cells)


def _as_tables(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows when enough of their cells are numbers; single-cell lines are gathered into rows first."""
    numbers = sum(bool(_NUMBER.fullmatch(c.text)) for row in rows for c in row)
    if numbers < 2 or sum(map(len, rows)) < _CELLS_AT_LEAST:
        return
    wide = sum(len(row) > 1 for row in rows)
    yield list(rows) if wide >= 2 else _gathered([c for row in rows for c in row])


def _gathered(cells: Sequence[Cell]) -> list[Row]:
    """Rows out of a column of cells: a label and the numbers that follow it; what comes before is the head."""
    first = next(i for i, c in enumerate(cells) if _NUMBER.fullmatch(c.text))
    rows: list[Row] = []
    row: list[Cell] = [cells[first - 1]] if first else []
    for cell in cells[first:]:
        if not _NUMBER.fullmatch(cell.text) and any(_NUMBER.fullmatch(c.text) for c in row):
            rows.append(tuple(row))
            row = []
        row.append(cell)
    rows.append(tuple(row))
    width = max(len(r) for r in rows)
    head = cells[max(0, first - 1 - width) : max(0, first - 1)]
    above = cells[: max(0, first - 1 - width)]
    return [*((c,) for c in above), *([tuple(head)] if head else []), *(row for row in rows if row)]


def _read(text: str, outline: Outline, rows: Sequence[Row]) -> Iterator[Figure]:
    columns: list[Column] = []
    caption, table_unit, label_unit = "", "", ""
    for row in rows:
        numbers = [c for c in row if _NUMBER.fullmatch(c.text)]
        if not numbers or len(row) == 1:
            if found := _UNIT_LINE.search(row[0].text):
                table_unit = found[1]
            elif len(row) == 1:
                caption, label_unit = row[0].text, ""
            else:
                columns = [_column(text, outline, c) for c in row[1:]]
            continue
        if not columns:
            continue
        own = _BRACKETED.search(row[0].text)
        label_unit = own[1] if own and level_kind(own[1]) else label_unit
        yield from _row(text, outline, row, columns, caption, table_unit or "", label_unit)


def _column(text: str, outline: Outline, cell: Cell) -> Column:
    unit = _BRACKETED.search(cell.text)
    growth = bool(_GROWTH.search(cell.text)) and ("%" in cell.text or "％" in cell.text or "增" in cell.text)
    percent = "%" if re.search("[%％]", cell.text) else ""
    _, basis = without_basis(cell.text)
    noun = re.sub(r"[（(].*|指标值?|绝对数|绝对量|数值|数量|完成|全年|\s", "", cell.text)
    stated = next(iter(times(text, cell.start, cell.end, frame_at(outline, cell.start))), None)
    own = unit[1] if unit and not re.search("[±%％]", unit[1]) else ""
    change = basis is not None and not growth and bool(_CHANGE.search(cell.text))
    bare = growth or change or stated
    return Column(
        "" if bare else noun, own or percent, growth, basis, stated.period if stated else "", change
    )


def _row(
    text: str,
    outline: Outline,
    row: Row,
    columns: Sequence[Column],
    caption: str,
    table_unit: str,
    label_unit: str,
) -> Iterator[Figure]:
    label = _label(row[0].text, caption)
    unit_cell = ""
    for cell, column in zip(row[1:], columns, strict=False):
        if not _NUMBER.fullmatch(cell.text):
            unit_cell = (
                cell.text if column.noun.startswith("单位") or column.noun == "计量单位" else unit_cell
            )
            continue
        unit = column.unit or unit_cell or label_unit or table_unit
        if unit or column.growth:
            yield _figure(text, outline, cell, label, column, RENAMED.get(unit, unit) or "%")


def _label(printed: str, caption: str) -> str:
    name = re.sub(r"[（(][^（）()]*[）)]|^[#＃*\s]+|[一二三四五六七八九十]、|^其中[:：]|\s", "", printed)
    if "生产总值" in caption and name.endswith("业"):
        return name + "增加值"
    return "地区生产总值" if name == "生产总值" else name


def _figure(text: str, outline: Outline, cell: Cell, label: str, column: Column, unit: str) -> Figure:
    value, decimals = decimal_of(cell.text.lstrip("+"))
    frame, part = frame_at(outline, cell.start), part_at(outline, cell.start)
    section = outline.at(cell.start)
    share = bool(re.search("比重|占比", column.noun))
    kind = "growth" if column.growth and unit == "%" else "share" if share else level_kind(unit)
    kind = "difference" if column.change else kind
    name = (
        label
        if column.noun in ("", label) or share
        else label + re.sub(rf"^{re.escape(label[-2:])}", "", column.noun)
    )
    return Figure(
        start=cell.start,
        end=cell.end,
        text=cell.text,
        value=value,
        decimals=decimals,
        unit="%" if column.growth and unit not in ("个百分点",) else unit,
        indicator=name + ("比重" if share else ""),
        period=column.period or frame.period,
        period_stated=bool(column.period),
        kind=kind,
        status="target" if part in (Part.TARGETS, Part.MEASURES) else "actual",
        bound="eq",
        bound_word=None,
        basis=column.basis if column.growth or column.change else None,
        comparator=None,
        scope=None,
        form="digits",
        section=section.path if section else "",
    )
