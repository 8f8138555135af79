"""版头: the red head of a document or of a letter (GB/T 9704-2012, 7.2 and 10.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongjian.reports.docx.styles import Furniture, W, page_numbers, twips
from tongjian.reports.docx.text import Writer
from tongjian.reports.layout import Layout, points
from tongjian.reports.tree import Paragraph, Role

RED_LINE = 12  # eighths of a point
MARK_BELOW = 35.0  # mm from the type area's upper edge to the organ's mark
LINE_BELOW = 4.0  # mm from what stands above a red line to it
LETTER_TOP = 30.0  # mm from the page's upper edge to the organ's mark
LETTER_FOOT = 20.0  # mm from the page's lower edge to the lower double line
LETTER_LINE = 170.0  # mm


def head_xml(head: Sequence[Paragraph], writer: Writer) -> str:
    """What stands in the body above the title."""
    if not head:
        return ""
    if writer.of.head == "letter":
        numbers = [p for p in head if p.role is Role.NUMBER]
        return "".join(writer.paragraph(p) for p in numbers) + writer.empty() * 2
    if writer.of.head == "red":
        return _red(head, writer)
    return "".join(writer.paragraph(p) for p in head)


def _red(head: Sequence[Paragraph], writer: Writer) -> str:
    """The mark, two lines free, the number, the red line, two lines free."""
    marks = [p for p in head if p.role is Role.ORGAN]
    numbers = [p for p in head if p.role is Role.NUMBER]
    told = [
        writer.paragraph(p, "" if n else f'<w:spacing w:before="{_before(writer.of)}"/>')
        for n, p in enumerate(marks)
    ]
    told += [writer.empty() * 2] if numbers else []
    last = numbers[-1] if numbers else None
    told += [writer.paragraph(p, _rule(writer.of) if p is last else "") for p in numbers]
    return "".join(told) + writer.empty() * 2


def _before(of: Layout) -> int:
    """Twentieths of a point: ink stands half its leading below the line's edge, here and in the type area."""
    mark, body = of.styles["organ"], of.styles["body"]
    leading = ((mark.line or of.grid.line) - mark.size) / 2
    return round((points(MARK_BELOW) + (of.grid.line - body.size) / 2 - leading) * 20)


def _rule(of: Layout) -> str:
    space = round(points(LINE_BELOW) - (of.grid.line - of.styles["number"].size) / 2)
    return (
        f'<w:pBdr><w:bottom w:val="single" w:sz="{RED_LINE}" w:space="{space}" '
        f'w:color="{of.styles["organ"].colour}"/></w:pBdr>'
    )


def furniture(head: Sequence[Paragraph], writer: Writer) -> Iterator[Furniture]:
    """Headers and footers: page numbers, and on a letter's first page the mark between its double lines instead."""
    yield from page_numbers(writer.of)
    marks = [p for p in head if p.role is Role.ORGAN]
    if writer.of.head == "letter" and marks:
        yield Furniture("header", "first", _letter_head(marks, writer))
        yield Furniture("footer", "first", _letter_foot(writer.of))


def _letter_head(marks: Sequence[Paragraph], writer: Writer) -> str:
    told = "".join(
        writer.paragraph(
            p,
            (_double("thickThinSmallGap", round(points(LINE_BELOW)), writer.of) if p is marks[-1] else "")
            + _wide(writer.of),
        )
        for p in marks
    )
    return f'<w:hdr xmlns:w="{W}">{told}</w:hdr>'


def _letter_foot(of: Layout) -> str:
    """The lower double line, below an empty line in a frame of its own."""
    left = twips((of.page.width - LETTER_LINE) / 2)
    line = of.page_number.size * 25.4 / 72
    frame = (
        f'<w:framePr w:w="{twips(LETTER_LINE)}" w:wrap="around" w:vAnchor="page" w:hAnchor="page" '
        f'w:x="{left}" w:y="{twips(of.page.height - LETTER_FOOT - line)}"/>'
    )
    rule = _double("thinThickSmallGap", 0, of)
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="Footer"/>{frame}{rule}</w:pPr></w:p>'
    return f'<w:ftr xmlns:w="{W}">{paragraph}<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p></w:ftr>'


def _double(kind: str, space: int, of: Layout) -> str:
    """Below a paragraph, `space` points from it."""
    colour = of.styles["organ"].colour
    return f'<w:pBdr><w:bottom w:val="{kind}" w:sz="24" w:space="{space}" w:color="{colour}"/></w:pBdr>'


def _wide(of: Layout) -> str:
    """Lines of a letter are wider than its type area."""
    page, free = of.page, (of.page.width - LETTER_LINE) / 2
    return f'<w:ind w:left="{-twips(page.left - free)}" w:right="{-twips(page.right - free)}"/>'


def header_margin(of: Layout) -> float:
    """mm from the page's upper edge to the header: in a letter the mark's ink stands 30 mm from it."""
    if of.head != "letter":
        return 15.0
    mark = of.styles["organ"]
    leading = ((mark.line or of.grid.line) - mark.size) / 2 * 25.4 / 72
    return round(LETTER_TOP - leading, 2)
