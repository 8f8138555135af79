"""A table alone on landscape pages as docx: title, table with a heading that repeats, a line below. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
LONG_AGO = (1980, 1, 1, 0, 0, 0)
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
PAGE = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1474" w:right="1304" w:bottom="1304" w:left="1304" w:header="851" w:footer="851" w:gutter="0"/>'
    "</w:sectPr>"
)
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading and its width in twentieths of a point."""

    text: str
    width: int


def docx_table(title: str, below: str, columns: Sequence[Heading], rows: Sequence[Sequence[str]]) -> bytes:
    """The bytes of the docx; the same values give the same bytes."""
    body = _paragraph(title, "方正小标宋简体", 36, "center") + _paragraph(below, "楷体_GB2312", 24, "left")
    table = _table(columns, rows)
    document = f'<w:document xmlns:w="{W}"><w:body>{body}{table}{PAGE}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in (
            ("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document)
        ):  # fmt: skip
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (HEAD + part).encode())
    return out.getvalue()


def _table(columns: Sequence[Heading], rows: Sequence[Sequence[str]]) -> str:
    grid = "".join(f'<w:gridCol w:w="{c.width}"/>' for c in columns)
    head = "".join(_cell(c.text, c.width, "黑体", "center") for c in columns)
    lines = "".join(_row([_cell(t, c.width) for t, c in zip(r, columns, strict=True)]) for r in rows)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(c.width for c in columns)}" w:type="dxa"/>'
        f'<w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{head}</w:tr>{lines}</w:tbl>"
    )


def _row(cells: Sequence[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, width: int, font: str = "仿宋_GB2312", across: str = "left") -> str:
    inside = "".join(_paragraph(line, font, 21, across) for line in (text or "").split("\n"))
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'


def _paragraph(text: str, font: str, size: int, across: str) -> str:
    """size: in half points."""
    fonts = f'<w:rFonts w:ascii="{font}" w:eastAsia="{font}" w:hAnsi="{font}" w:hint="eastAsia"/>'
    run = f'<w:rPr>{fonts}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    return (
        f'<w:p><w:pPr><w:spacing w:before="40" w:after="40"/><w:jc w:val="{across}"/></w:pPr>'
        f'<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
