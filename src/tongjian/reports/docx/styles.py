"""Page and paragraph styles by GB/T 9704-2012 and GB/T 33476.2, as WordprocessingML.

A4 with a type area of 156 × 225 mm, 22 lines of 29.45 pt, 28 characters of 3号 (16 pt) tightened by 0.25 pt.
Margins are those that place the ink right with these lines: top 34.58, bottom 32.58, left 28, right 26 mm.
The fonts are named, never shipped; `ALTERNATIVES` says what Word takes where they are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LATIN = "Times New Roman"
FANGSONG, HEITI, KAITI, XIAOBIAOSONG = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
ALTERNATIVES = {
    FANGSONG: "仿宋",
    HEITI: "SimHei",
    KAITI: "楷体",
    XIAOBIAOSONG: "宋体",
}
LINE = 589  # twentieths of a point: 29.45 pt
MARGINS = {"top": 1960, "bottom": 1847, "left": 1587, "right": 1474, "header": 851, "footer": 1250}


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style. size in half points; indent in hundredths of a character; outline level from 0."""

    key: str
    name: str
    font: str
    size: int = 32
    centred: bool = False
    indent: int = 0
    outline: int | None = None
    bold: bool = False


STYLES = (
    Style("Body", "公文正文", FANGSONG, indent=200),
    Style("Flush", "公文顶格", FANGSONG),
    Style("Title", "Title", XIAOBIAOSONG, size=44, centred=True),
    Style("Subtitle", "Subtitle", KAITI, centred=True),
    Style("Heading1", "heading 1", HEITI, indent=200, outline=0),
    Style("Heading2", "heading 2", KAITI, indent=200, outline=1),
    Style("Heading3", "heading 3", FANGSONG, indent=200, outline=2, bold=True),
)


def styles_xml() -> str:
    return (
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{_font(FANGSONG)}'
        '<w:spacing w:val="-5"/><w:kern w:val="0"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
        '<w:jc w:val="both"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        + "".join(map(_style, STYLES))
        + '<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>'
        '<w:pPr><w:spacing w:line="240" w:lineRule="auto"/></w:pPr>'
        f"<w:rPr>{_font('宋体', latin='宋体')}"
        '<w:spacing w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr></w:style></w:styles>'
    )


def _style(style: Style) -> str:
    indent = f'<w:ind w:firstLineChars="{style.indent}" w:firstLine="{style.indent * 16 // 5}"/>'
    centred = '<w:jc w:val="center"/>' if style.centred else ""
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    keep = "" if style.outline is None else "<w:keepNext/>"
    return (
        f'<w:style w:type="paragraph" w:styleId="{style.key}"{_custom(style)}><w:name w:val="{style.name}"/>'
        '<w:basedOn w:val="Normal"/><w:qFormat/>'
        f"<w:pPr>{keep}{_line(style)}{indent if style.indent else ''}{centred}{outline}</w:pPr>"
        f"<w:rPr>{_font(style.font)}{'<w:b/>' if style.bold else ''}"
        f'<w:sz w:val="{style.size}"/><w:szCs w:val="{style.size}"/></w:rPr></w:style>'
    )


def _custom(style: Style) -> str:
    return ' w:customStyle="1"' if style.key in {"Body", "Flush"} else ""


def _line(style: Style) -> str:
    """The title's larger glyphs need a higher line."""
    return '<w:spacing w:line="700" w:lineRule="exact"/>' if style.size > 32 else ""


def _font(name: str, latin: str = LATIN) -> str:
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{name}" w:cs="{latin}"/>'


def fonts_xml() -> str:
    """The font table: what to take where a font is not installed."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in ALTERNATIVES.items()
    )
    return f'<w:fonts xmlns:w="{W}">{fonts}</w:fonts>'


def settings_xml() -> str:
    return (
        f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
        '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def footer_xml(*, odd: bool) -> str:
    """The page number between dashes: one character from the right edge on odd pages, from the left on even ones."""
    side = (
        '<w:ind w:rightChars="100" w:right="280"/><w:jc w:val="right"/>'
        if odd
        else '<w:ind w:leftChars="100" w:left="280"/>'
    )
    parts = (
        _run('<w:t xml:space="preserve">— </w:t>'),
        _run('<w:fldChar w:fldCharType="begin"/>'),
        _run('<w:instrText xml:space="preserve"> PAGE </w:instrText>'),
        _run('<w:fldChar w:fldCharType="separate"/>'),
        _run("<w:t>1</w:t>"),
        _run('<w:fldChar w:fldCharType="end"/>'),
        _run('<w:t xml:space="preserve"> —</w:t>'),
    )
    return f'<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/>{side}</w:pPr>{"".join(parts)}</w:p></w:ftr>'


def _run(inner: str) -> str:
    return f"<w:r>{inner}</w:r>"


def section_xml() -> str:
    """Page size, margins and footers of the only section."""
    margins = " ".join(f'w:{side}="{size}"' for side, size in MARGINS.items())
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar {margins} w:gutter="0"/></w:sectPr>'
    )
