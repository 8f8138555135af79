"""The body: paragraphs with a bookmark around exactly the shown figure or literal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from xml.sax.saxutils import escape

from tongjian.reports.docx.styles import W, section_xml
from tongjian.reports.tree import Figure, Inline, Literal, Paragraph, Report, Role, Text

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLE_OF = {Role.TITLE: "Title", Role.SUBTITLE: "Subtitle", Role.BODY: "Body", Role.FLUSH: "Flush"}


def document_xml(report: Report) -> str:
    numbers = count(1)
    paragraphs = "".join(_paragraph(p, numbers) for p in _spaced(report))
    return (
        f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{paragraphs}{section_xml()}</w:body></w:document>'
    )


def _spaced(report: Report) -> Iterator[Paragraph | None]:
    """All paragraphs, with an empty line between the title block and the text."""
    head = {Role.TITLE, Role.SUBTITLE}
    inside = True
    for paragraph in report.walk():
        if inside and paragraph.role not in head:
            inside = False
            yield None
        yield paragraph


def _paragraph(paragraph: Paragraph | None, numbers: Iterator[int]) -> str:
    if paragraph is None:
        return '<w:p><w:pPr><w:pStyle w:val="Flush"/></w:pPr></w:p>'
    style = STYLE_OF.get(paragraph.role) or f"Heading{paragraph.level}"
    runs = "".join(_inline(i, numbers) for i in paragraph.inlines)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _inline(inline: Inline, numbers: Iterator[int]) -> str:
    match inline:
        case Text():
            return _run(inline.text)
        case Literal():
            return _marked(inline.anchor, inline.text, next(numbers))
        case Figure():
            marked = _marked(inline.anchor, inline.shown, next(numbers))
            return _run(inline.before) + marked + _run(inline.after)
    raise TypeError(f"not bound: {inline!r}")


def _marked(anchor: str, text: str, number: int) -> str:
    return f'<w:bookmarkStart w:id="{number}" w:name="{anchor}"/>{_run(text)}<w:bookmarkEnd w:id="{number}"/>'


def _run(text: str) -> str:
    """`hint` keeps “”, —— and … in the Chinese face."""
    if not text:
        return ""
    face = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return f'<w:r>{face}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
