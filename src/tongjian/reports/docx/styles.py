"""Page and paragraph styles of a layout (GB/T 9704-2012, GB/T 33476.2) as WordprocessingML.

Sizes in the XML are half points, lengths twentieths of a point, indents hundredths of a character.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongjian.reports.layout import Font, Layout, Style, points

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# how Word knows the styles: key of the layout → id, name, outline level
NAMES = {
    "body": ("Body", "公文正文", None),
    "flush": ("Flush", "公文顶格", None),
    "title": ("Title", "Title", None),
    "subtitle": ("Subtitle", "Subtitle", None),
    "heading1": ("Heading1", "heading 1", 0),
    "heading2": ("Heading2", "heading 2", 1),
    "heading3": ("Heading3", "heading 3", 2),
    "signed": ("Signed", "公文署名", None),
    "caption": ("Caption", "caption", None),
    "cell": ("Cell", "公文表格", None),
    "head_cell": ("HeadCell", "公文表头", None),
    "organ": ("Organ", "发文机关标志", None),
    "number": ("Number", "发文字号", None),
    "imprint": ("Imprint", "公文版记", None),
}
OWN = frozenset({"body", "flush", "signed", "cell", "head_cell", "organ", "number", "imprint"})
OFF_GRID = '<w:snapToGrid w:val="0"/>'  # a line of another height than the grid's
ALIGN = {"both": "both", "center": "center", "right": "right", "left": "left"}


def twips(mm: float) -> int:
    return round(points(mm) * 20)


def style_id(key: str) -> str:
    return NAMES[key][0]


def styles_xml(of: Layout) -> str:
    body = of.styles["body"]
    return (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{face(body.font, of.latin)}'
        f'<w:spacing w:val="{-round(of.grid.tighten * 20)}"/><w:kern w:val="0"/>{_size(body.size)}'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'{_line(of.grid.line)}<w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        + "".join(_style(key, of.styles[key], of) for key in NAMES)
        + _footer_style(of)
        + COMMENT_STYLES
        + "</w:styles>"
    )


def _style(key: str, style: Style, of: Layout) -> str:
    name_id, name, level = NAMES[key]
    outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
    custom = ' w:customStyle="1"' if key in OWN else ""
    colour = f'<w:color w:val="{style.colour}"/>' if style.colour else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name_id}"{custom}><w:name w:val="{name}"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{'<w:keepNext/>' if level is not None or key == 'caption' else ''}{_stops(key, of)}"
        f"{OFF_GRID + _line(style.line) if style.line else ''}{_indent(style)}{_align(style)}{outline}</w:pPr>"
        f"<w:rPr>{face(style.font, of.latin)}{'<w:b/>' if style.bold else ''}{colour}"
        f"{_tightened(style, of)}{_size(style.size)}</w:rPr></w:style>"
    )


def _stops(key: str, of: Layout) -> str:
    """版记: what follows a tab stands at the right."""
    if key != "imprint":
        return ""
    right = twips(of.page.width - of.page.left - of.page.right) - 2 * round(of.styles[key].size * 20)
    return f'<w:tabs><w:tab w:val="right" w:pos="{right}"/></w:tabs>'


def _tightened(style: Style, of: Layout) -> str:
    """Only the body's size is tightened, for its 28 characters a line."""
    return "" if style.size == of.styles["body"].size else '<w:spacing w:val="0"/>'


def _line(height: float) -> str:
    return f'<w:spacing w:before="0" w:after="0" w:line="{round(height * 20)}" w:lineRule="exact"/>'


def _indent(style: Style) -> str:
    if not style.indent:
        return ""
    return f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{round(style.indent * style.size * 20)}"/>'


def _align(style: Style) -> str:
    return "" if style.align == "both" else f'<w:jc w:val="{ALIGN[style.align]}"/>'


def _size(size: float) -> str:
    return f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'


def face(font: Font, latin: str) -> str:
    """`hint` keeps “”, —— and … in the Chinese face."""
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font.name}" w:cs="{latin}"/>'


def _footer_style(of: Layout) -> str:
    number = of.page_number
    return (
        '<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{OFF_GRID}{_line(number.size)}</w:pPr><w:rPr>{face(number.font, number.font.name)}"
        f'<w:spacing w:val="0"/>{_size(number.size)}</w:rPr></w:style>'
    )


COMMENT_STYLES = (
    '<w:style w:type="character" w:styleId="CommentReference"><w:name w:val="annotation reference"/>'
    '<w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="CommentText"><w:name w:val="annotation text"/>'
    '<w:basedOn w:val="Normal"/><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>'
    '<w:jc w:val="left"/></w:pPr>'
    '<w:rPr><w:spacing w:val="0"/><w:sz w:val="21"/><w:szCs w:val="21"/></w:rPr></w:style>'
)


def fonts_xml(of: Layout) -> str:
    """The font table: what to take where a font is not installed."""
    fonts = "".join(
        f'<w:font w:name="{font.name}"><w:altName w:val="{",".join(font.other)}"/><w:charset w:val="86"/></w:font>'
        for font in of.fonts
    )
    return f'<w:fonts xmlns:w="{W}">{fonts}</w:fonts>'


def settings_xml() -> str:
    return (
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


# Page


@dataclass(frozen=True, slots=True)
class Furniture:
    """A header or footer: its kind and page (default: odd), and its XML."""

    kind: str
    page: str
    xml: str


def page_number_xml(of: Layout, *, odd: bool) -> str:
    """The page number between dashes: one character from the right edge on odd pages, from the left on even ones."""
    number = of.page_number
    edge, free = number.edge * 100, round(number.edge * number.size * 20)
    side = (
        f'<w:ind w:rightChars="{edge}" w:right="{free}"/><w:jc w:val="right"/>'
        if odd
        else f'<w:ind w:leftChars="{edge}" w:left="{free}"/><w:jc w:val="left"/>'
    )
    parts = (
        f'<w:t xml:space="preserve">{number.dash} </w:t>',
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        f'<w:t xml:space="preserve"> {number.dash}</w:t>',
    )
    runs = "".join(f"<w:r>{part}</w:r>" for part in parts)
    return f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/>{side}</w:pPr>{runs}</w:p></w:ftr>'


def page_numbers(of: Layout) -> Iterator[Furniture]:
    yield Furniture("footer", "default", page_number_xml(of, odd=True))
    yield Furniture("footer", "even", page_number_xml(of, odd=False))


def section_xml(of: Layout, furniture: dict[str, Furniture], header: float) -> str:
    """Page size, margins and grid of the only section. furniture: relation id → header or footer; header: its margin in mm."""
    page, grid = of.page, of.grid
    references = "".join(
        f'<w:{f.kind}Reference w:type="{f.page}" r:id="{key}"/>' for key, f in furniture.items()
    )
    lying = ' w:orient="landscape"' if page.width > page.height else ""
    first = any(f.page == "first" for f in furniture.values())
    margins = {side: twips(getattr(page, side)) for side in ("top", "right", "bottom", "left")}
    margins |= {"header": twips(header), "footer": twips(_footer(of)), "gutter": 0}
    told = " ".join(f'w:{side}="{size}"' for side, size in margins.items())
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{twips(page.width)}" w:h="{twips(page.height)}"{lying}/><w:pgMar {told}/>'
        f"{'<w:titlePg/>' if first else ''}"
        f'<w:docGrid w:type="lines" w:linePitch="{round(grid.line * 20)}"/></w:sectPr>'
    )


def _footer(of: Layout) -> float:
    """mm from the page's lower edge to the footer's: the dash, in the middle of its line, stands `below` the type area.

    The last line's ink ends half its leading above the margin's edge.
    """
    leading = (of.grid.line - of.styles["body"].size) / 2 * 25.4 / 72
    line = of.page_number.size * 25.4 / 72
    return round(of.page.bottom + leading - of.page_number.below - line / 2, 2)
