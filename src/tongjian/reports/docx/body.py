"""The body of the document in order: head, title block, text, tables, charts, signature, imprint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tongjian.reports.docx.charts import drawing_xml
from tongjian.reports.docx.heads import furniture, head_xml, header_margin
from tongjian.reports.docx.styles import Furniture, W, section_xml, twips
from tongjian.reports.docx.tables import table_xml
from tongjian.reports.docx.text import Writer
from tongjian.reports.grids import Grid, blocks
from tongjian.reports.layout import Layout, signature_indents, width
from tongjian.reports.tree import Paragraph, Report, Role

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = frozenset({Role.ORGAN, Role.NUMBER})
TITLES = frozenset({Role.TITLE, Role.SUBTITLE})
GROUPED = frozenset({Role.SIGNED, Role.IMPRINT})
FURNITURE = "rIdPage"  # relation ids of headers and footers, of charts
CHART = "rIdChart"


@dataclass(frozen=True, slots=True)
class Body:
    """The document part, and what it refers to: relation id → header or footer; charts in order."""

    xml: str
    furniture: dict[str, Furniture]
    charts: tuple[Grid, ...]


def body(report: Report, of: Layout) -> Body:
    writer = Writer(of)
    paragraphs = list(report.walk())
    head = [p for p in paragraphs if p.role in HEAD]
    told = {f"{FURNITURE}{n}": f for n, f in enumerate(furniture(head, writer), 1)}
    text = list(blocks(p for p in paragraphs if p.role not in HEAD))
    charts = tuple(b for b in text if isinstance(b, Grid) and b.drawing is not None)
    inner = head_xml(head, writer) + "".join(_blocks(text, charts, writer))
    xml = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{inner}{section_xml(of, told, header_margin(of))}</w:body></w:document>'
    return Body(xml, told, charts)


def _blocks(text: Sequence[Paragraph | Grid], charts: Sequence[Grid], writer: Writer) -> Iterator[str]:
    """The title block with its empty lines after it, then all else; signature and imprint as wholes."""
    inside = True
    for role, group in groupby(text, lambda b: b.role if isinstance(b, Paragraph) else None):
        if inside and role not in TITLES:
            inside = False
            yield writer.empty() * writer.of.after_title
        if role is Role.SIGNED:
            yield _signed([b for b in group if isinstance(b, Paragraph)], writer)
        elif role is Role.IMPRINT:
            yield _imprint([b for b in group if isinstance(b, Paragraph)], writer)
        else:
            yield from (_block(b, charts, writer) for b in group)


def _block(block: Paragraph | Grid, charts: Sequence[Grid], writer: Writer) -> str:
    if isinstance(block, Paragraph):
        return writer.paragraph(block)
    if block.drawing is None:
        return table_xml(block, writer)
    number = next(n for n, chart in enumerate(charts, 1) if chart is block)
    return drawing_xml(block, number, f"{CHART}{number}", writer)


def _signed(lines: Sequence[Paragraph], writer: Writer) -> str:
    """署名, then the date on the last line."""
    names, date = lines[:-1], lines[-1]
    widest = max((width(p.text) for p in names), default=0.0)
    name_free, date_free = signature_indents(widest, width(date.text), seal=writer.of.seal)
    free = [name_free + (widest - width(p.text)) / 2 for p in names] + [date_free if names else 4.0]
    told = "".join(
        writer.paragraph(p, f"{_kept(p, lines)}{_right(f, writer)}") for p, f in zip(lines, free, strict=True)
    )
    return writer.empty() + told


def _kept(paragraph: Paragraph, lines: Sequence[Paragraph]) -> str:
    return "" if paragraph is lines[-1] else "<w:keepNext/>"


def _right(free: float, writer: Writer) -> str:
    size = writer.of.styles["signed"].size - writer.of.grid.tighten
    return f'<w:ind w:right="{round(free * size * 20)}"/>'


AFTER = '<w:p><w:pPr><w:pStyle w:val="Flush"/><w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
THICK, THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm


def _imprint(lines: Sequence[Paragraph], writer: Writer) -> str:
    """版记 at the foot of the last page: thick rules outside, thin ones between, a character free on either side."""
    page, free = writer.of.page, round(writer.of.styles["imprint"].size * 20)
    wide = twips(page.width - page.left - page.right)
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
        for side, size in (("top", THICK), ("bottom", THICK), ("insideH", THIN))
    )
    rows = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{wide}" w:type="dxa"/></w:tcPr>{writer.paragraph(line)}</w:tc></w:tr>'
        for line in lines
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
        f'w:tblpYSpec="bottom"/><w:tblW w:w="{wide}" w:type="dxa"/><w:tblBorders>{rules}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{free}" w:type="dxa"/><w:right w:w="{free}" w:type="dxa"/>'
        f'</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{wide}"/></w:tblGrid>{rows}</w:tbl>{AFTER}'
    )
