"""Small files of our own making: docx from raw XML, PDF from text with coordinates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
TYPE = "application/vnd.openxmlformats"
CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Default Extension="rels" ContentType="{TYPE}-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    f'ContentType="{TYPE}-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def docx(body: str, parts: Mapping[str, str] | None = None, head: str = "") -> bytes:
    """A docx with this body; parts: relation kind (header, footnotes, numbering …) -> the part's inner XML."""
    extra = parts or {}
    related = "".join(
        f'<Relationship Id="r{i}" Type="{R}/{kind}" Target="{kind}.xml"/>' for i, kind in enumerate(extra)
    )
    files = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": _relations(
            f'<Relationship Id="m" Type="{R}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/_rels/document.xml.rels": _relations(related),
        "word/document.xml": f"{head}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        **{f"word/{kind}.xml": f"<w:{kind} {NAMESPACES}>{xml}</w:{kind}>" for kind, xml in extra.items()},
    }
    return archive(files)


def archive(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, content in files.items():
            package.writestr(path, content)
    return out.getvalue()


def _relations(inner: str) -> str:
    return f'<Relationships xmlns="{RELATIONS}">{inner}</Relationships>'


def p(inner: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{inner}</w:p>"


def r(text: str, properties: str = "") -> str:
    run = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{run}<w:t xml:space="preserve">{text}</w:t></w:r>'


def field(code: str, result: str) -> str:
    """A field over runs: begin, code, separate, result, end."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    written = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark.format("begin") + written + mark.format("separate") + result + mark.format("end")


Placed = tuple[float, float, float, str]  # x, y, size, text
TURNS = {0: "1 0 0 1", 45: "0.707 0.707 -0.707 0.707", 90: "0 1 -1 0", 180: "-1 0 0 -1", 270: "0 -1 1 0"}


def pdf(pages: Sequence[Sequence[Placed]], encrypt: bool = False, turn: int = 0, aslant: str = "") -> bytes:
    """A PDF in the standard Song font, not embedded; A4 upright; coordinates from the lower left corner.

    encrypt: with a password that nobody knows; turn: degrees by which every line is turned, and the page with them;
    aslant: a watermark across each page.
    """
    font = "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>"
    descendant = (
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1 95 500]/FontDescriptor 5 0 R"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>"
    )
    descriptor = (
        "<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]"
        "/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>"
    )
    first = 6
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>"]
    objects += [font, descendant, descriptor]
    for i, placed in enumerate(pages):
        content = "\n".join(_shown(*line, turn) for line in placed)
        content += "\n" + _shown(200, 300, 40, aslant, 45) if aslant else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/Rotate {turn}/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            f"/Contents {first + 2 * i + 1} 0 R>>"
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    return _pdf_file(objects, encrypt)


def _shown(x: float, y: float, size: float, text: str, turn: int = 0) -> str:
    return f"BT /F1 {size} Tf {TURNS[turn]} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET"


def _pdf_file(objects: Sequence[str], encrypt: bool) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("ascii")
    start = len(out)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    keys = f"<{'5a' * 32}>"
    locked = f"/Encrypt<</Filter/Standard/V 1/R 2/O{keys}/U{keys}/P -4>>/ID[{keys}{keys}]" if encrypt else ""
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{locked}>>\nstartxref\n{start}\n%%EOF".encode(
        "ascii"
    )
    return bytes(out)
