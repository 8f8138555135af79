"""Tables and charts of a template: rows of cells, as a table or drawn (docs/reference/templates.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from tongjian.reports.problems import Problem
from tongjian.reports.tree import (
    PLACEHOLDER,
    Drawing,
    Figure,
    Inline,
    Literal,
    Paragraph,
    Reference,
    Role,
    Text,
    printed,
)

ROW, CHART = "|", "~"
KINDS = ("column", "line", "bar", "pie")
CELLS = frozenset({Role.CELL, Role.POINT})
PARTS = CELLS | {Role.CAPTION, Role.CHART}
Row = tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or a chart where its line is given. rows: the first names the columns (points of a chart)."""

    caption: Paragraph | None
    chart: Paragraph | None
    rows: tuple[Row, ...]

    @property
    def drawing(self) -> Drawing | None:
        inlines = self.chart.inlines if self.chart else ()
        return next((i for i in inlines if isinstance(i, Drawing)), None)

    @property
    def names(self) -> tuple[str, ...]:
        """Of a chart's points."""
        return tuple(p.text for p in self.rows[0][1:])

    @property
    def unit(self) -> str:
        """Of a chart's axis."""
        assert self.drawing is not None
        return self.drawing.unit or next((f.known.unit for _n, row in self.series() for f in row if f), "")

    def series(self) -> Iterator[tuple[str, tuple[Figure | None, ...]]]:
        """Of a bound chart: name and points, None where a cell is empty."""
        for row in self.rows[1:]:
            yield row[0].text, tuple(_figure(p) for p in row[1:])


def _figure(cell: Paragraph) -> Figure | None:
    return next((i for i in cell.inlines if isinstance(i, Figure)), None)


def blocks(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph | Grid]:
    """Paragraphs in order, those of one table or chart together."""
    held: list[Paragraph] = []
    for paragraph in paragraphs:
        if held and not _belongs(held, paragraph):
            yield from _closed(held)
            held = []
        if paragraph.role in PARTS:
            held.append(paragraph)
        else:
            yield paragraph
    if held:
        yield from _closed(held)


def _belongs(held: Sequence[Paragraph], paragraph: Paragraph) -> bool:
    """Caption, chart and rows come in this order."""
    order = {Role.CAPTION: 0, Role.CHART: 1, Role.CELL: 2, Role.POINT: 2}
    here, last = order.get(paragraph.role), order[held[-1].role]
    return here is not None and (here > last or here == last == 2)


def _closed(held: Sequence[Paragraph]) -> Iterator[Paragraph | Grid]:
    """A caption alone stays a paragraph."""
    caption = held[0] if held[0].role is Role.CAPTION else None
    chart = next((p for p in held if p.role is Role.CHART), None)
    rows = tuple(_rows([p for p in held if p.role in CELLS]))
    if rows:
        yield Grid(caption, chart, rows)
    elif caption is not None:
        yield caption


def _rows(cells: Sequence[Paragraph]) -> Iterator[Row]:
    start = 0
    for end in range(1, len(cells) + 1):
        if end == len(cells) or cells[end].line != cells[start].line:
            yield tuple(cells[start:end])
            start = end


# Reading a template's lines


def cells(content: str) -> list[str]:
    """`| a | {{ b | bare }} |` → its cells; a bar inside marks separates nothing."""
    found, depth, start = [], 0, 1
    text = content.strip()
    text = text if text.endswith(ROW) and len(text) > 1 else text + ROW
    for at in range(1, len(text)):
        pair = text[at : at + 2]
        depth += (pair in ("{{", "[[")) - (pair in ("}}", "]]") and depth > 0)
        if text[at] == ROW and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
    return found or [text.strip(ROW).strip()]


def drawing(content: str, line: int) -> tuple[Drawing, list[Problem]]:
    """`~ column 亿元` → a chart's kind and unit."""
    kind, _, unit = content.strip().partition(" ")
    wrong = [] if kind in KINDS else [_no_kind(kind, line)]
    return Drawing(kind, unit.strip()), wrong


def _no_kind(kind: str, line: int) -> Problem:
    return Problem("template.chart_kind", line, {"text": kind, "known": ", ".join(KINDS)})


def drawn(paragraphs: Sequence[Paragraph]) -> tuple[list[Paragraph], list[Problem]]:
    """Cells below a chart's line become points, captions get their number; and what is wrong with rows."""
    found: list[Paragraph] = []
    problems: list[Problem] = []
    counts = {"图": 0, "表": 0}
    for block in blocks(paragraphs):
        if isinstance(block, Paragraph):
            found.append(block)
            continue
        kind = "图" if block.drawing else "表"
        counts[kind] += 1
        found += _flat(block, f"{kind}{counts[kind]}")
        problems += _wrong(block)
    lost = {p.line for p in paragraphs if p.role is Role.CHART} - {p.line for p in found}
    return found, [*problems, *(Problem("template.chart_rows", line) for line in sorted(lost))]


def _flat(grid: Grid, number: str) -> list[Paragraph]:
    found: list[Paragraph] = []
    if grid.caption is not None:
        inlines = (Literal(number), Text("　"), *grid.caption.inlines)
        found.append(replace(grid.caption, inlines=inlines))
    cells = [c for row in grid.rows for c in row]
    if grid.chart is None or grid.drawing is None:
        return found + cells
    return [*found, grid.chart, *(_point(c, grid.drawing) for c in cells)]


def _point(cell: Paragraph, drawing: Drawing) -> Paragraph:
    return replace(cell, role=Role.POINT, inlines=tuple(_plotted(i, drawing) for i in cell.inlines))


def _plotted(inline: Inline, drawing: Drawing) -> Inline:
    """A point is a number alone, in the unit of the axis."""
    if not isinstance(inline, Reference):
        return inline
    plain = replace(inline.options, bare=True, exact=True, unit=drawing.unit or inline.options.unit)
    return replace(inline, options=plain)


def _wrong(grid: Grid) -> Iterator[Problem]:
    needed = len(grid.rows[0])
    for row in grid.rows:
        if len(row) != needed:
            yield Problem("template.row", row[0].line, {"given": len(row), "needed": needed})
    if grid.drawing is None:
        return
    if len(grid.rows) < 2 or needed < 2 or (grid.drawing.kind == "pie" and len(grid.rows) > 2):
        yield Problem("template.chart_rows", grid.rows[0][0].line)
    for cell in (c for row in grid.rows[1:] for c in row[1:]):
        text = cell.text.strip()
        if text not in ("", PLACEHOLDER):
            yield Problem("template.chart_point", cell.line, {"text": text.replace(PLACEHOLDER, "{{…}}")})


# Of a bound report


def unplottable(paragraphs: Iterable[Paragraph]) -> list[Problem]:
    """Points that are no number, and charts of several units."""
    found: list[Problem] = []
    for grid in charts(paragraphs):
        figures = [f for _name, row in grid.series() for f in row if f is not None]
        found += [_no_value(f) for f in figures if number(f) is None]
        units = dict.fromkeys(f.known.unit for f in figures)
        if len(units) > 1 and not (grid.drawing and grid.drawing.unit):
            line = grid.rows[0][0].line
            found.append(Problem("template.chart_unit", line, {"units": "、".join(units)}))
    return found


def _no_value(figure: Figure) -> Problem:
    about = {"ref": figure.known.expression, "text": figure.shown}
    return Problem("template.chart_value", figure.line, about)


def charts(paragraphs: Iterable[Paragraph]) -> Iterator[Grid]:
    return (b for b in blocks(paragraphs) if isinstance(b, Grid) and b.drawing is not None)


def number(figure: Figure) -> Decimal | None:
    """The value that is drawn: as shown, so that the chart says what the text says."""
    try:
        return Decimal(printed(figure))
    except InvalidOperation:
        return None


def headed(paragraphs: Iterable[Paragraph]) -> dict[str, str]:
    """What a figure in a cell is said of: caption, head of its row, head of its column; by its anchor."""
    found: dict[str, str] = {}
    for grid in (b for b in blocks(paragraphs) if isinstance(b, Grid)):
        caption = grid.caption.text if grid.caption else ""
        for row in grid.rows:
            for head, cell in zip(grid.rows[0], row, strict=True):
                figures = [i for i in cell.inlines if isinstance(i, Figure)]
                told = [t for t in (caption, row[0].text, head.text) if t.strip()]
                found |= {f.anchor: " · ".join(told) for f in figures}
    return found
