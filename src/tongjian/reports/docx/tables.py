"""Tables: as wide as the text, columns by what they hold, the first row repeated on each page."""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.reports.docx.styles import twips
from tongjian.reports.docx.text import Writer
from tongjian.reports.grids import Grid, Row
from tongjian.reports.layout import width

NARROWEST = 3.0  # characters that a column is reckoned with, insets included
BORDER = 4  # eighths of a point
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
INSETS = (("top", 45), ("left", 100), ("bottom", 45), ("right", 100))  # twentieths of a point to the border
GAP = '<w:p><w:pPr><w:pStyle w:val="Cell"/><w:spacing w:line="240" w:lineRule="exact"/></w:pPr></w:p>'


def table_xml(grid: Grid, writer: Writer) -> str:
    """Caption, table, and a narrow line that keeps it from what follows."""
    page = writer.of.page
    widths = column_widths(grid.rows, twips(page.width - page.left - page.right), writer.of.widest)
    caption = "" if grid.caption is None else writer.paragraph(grid.caption)
    rows = "".join(_row(row, widths, writer, first=n == 0) for n, row in enumerate(grid.rows))
    columns = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    return f"{caption}<w:tbl>{_properties(sum(widths))}<w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>{GAP}"


def column_widths(rows: Sequence[Row], whole: int, widest: float) -> list[int]:
    """Twentieths of a point, `whole` together; a column's share follows its widest cell."""
    wide = [min(widest, max(NARROWEST, *(_widest(row[n].text) for row in rows))) for n in range(len(rows[0]))]
    found = [int(whole * w / sum(wide)) for w in wide]
    found[0] += whole - sum(found)
    return found


def _widest(text: str) -> float:
    """With the room that a cell leaves beside its text."""
    return max(map(width, text.split("\n"))) + 1


def _properties(whole: int) -> str:
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{BORDER}" w:space="0" w:color="000000"/>' for side in SIDES
    )
    inset = "".join(f'<w:{s} w:w="{w}" w:type="dxa"/>' for s, w in INSETS)
    return (
        f'<w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{inset}</w:tblCellMar></w:tblPr>'
    )


def _row(row: Row, widths: Sequence[int], writer: Writer, *, first: bool) -> str:
    repeated = "<w:tblHeader/>" if first else ""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{writer.paragraph(cell, _aligned(n, first=first), 'head_cell' if first else 'cell')}</w:tc>"
        for n, (cell, w) in enumerate(zip(row, widths, strict=True))
    )
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _aligned(column: int, *, first: bool) -> str:
    """Names stand at the left, all else as the style has it."""
    return '<w:jc w:val="left"/>' if column == 0 and not first else ""
