"""Runs and paragraphs: a bookmark around exactly the shown figure or literal; rare characters in a font that has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from xml.sax.saxutils import escape

from tongjian.reports.docx.styles import style_id
from tongjian.reports.layout import Font, Layout, runs, style_key
from tongjian.reports.tree import Figure, Inline, Literal, Paragraph, Text

PLAIN = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'


@dataclass
class Writer:
    """Numbers the bookmarks of one document, in all its parts. of: its layout."""

    of: Layout
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def paragraph(self, paragraph: Paragraph, properties: str = "", key: str = "") -> str:
        """key: of the style where it is not the role's own. properties: what stands after the style's name."""
        key = key or style_key(paragraph.role, paragraph.level)
        font = self.of.styles[key].font
        inner = "".join(self.inline(i, font) for i in paragraph.inlines)
        return _wrapped(key, properties, inner)

    def empty(self, key: str = "flush") -> str:
        return _wrapped(key, "", "")

    def inline(self, inline: Inline, font: Font) -> str:
        match inline:
            case Text():
                return run(inline.text, font)
            case Literal():
                return self.marked(inline.anchor, run(inline.text, font))
            case Figure():
                marked = self.marked(inline.anchor, run(inline.shown, font))
                return run(inline.before, font) + marked + run(inline.after, font)
        raise TypeError(f"not bound: {inline!r}")

    def marked(self, anchor: str, inner: str) -> str:
        number = next(self.numbers)
        return f'<w:bookmarkStart w:id="{number}" w:name="{anchor}"/>{inner}<w:bookmarkEnd w:id="{number}"/>'


def _wrapped(key: str, properties: str, inner: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id(key)}"/>{properties}</w:pPr>{inner}</w:p>'


def run(text: str, font: Font) -> str:
    """`hint` keeps “”, —— and … in the Chinese face."""
    return "".join(_run(part, font.other[0] if strange else "") for part, strange in runs(text, font))


def _run(text: str, face: str) -> str:
    looks = f'<w:rPr><w:rFonts w:hint="eastAsia" w:eastAsia="{face}"/></w:rPr>' if face else PLAIN
    lines = ("<w:tab/>".join(map(_text, line.split("\t"))) for line in text.split("\n"))
    return f"<w:r>{looks}{'<w:br/>'.join(lines)}</w:r>"


def _text(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
