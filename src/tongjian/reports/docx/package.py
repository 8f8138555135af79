"""The parts of the docx and their zip: the same report and manifest give the same bytes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from tongjian.reports.docx.body import CHART, Body, body
from tongjian.reports.docx.charts import chart_workbook, chart_xml
from tongjian.reports.docx.styles import Furniture, fonts_xml, settings_xml, styles_xml
from tongjian.reports.docx.zipped import zipped
from tongjian.reports.layout import Layout, layout
from tongjian.reports.manifest import NAMESPACE, as_json
from tongjian.reports.tree import Report

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAWN = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
CONTENT_TYPES: Mapping[str, str] = {
    "/word/document.xml": f"{WORD}.document.main+xml",
    "/word/styles.xml": f"{WORD}.styles+xml",
    "/word/settings.xml": f"{WORD}.settings+xml",
    "/word/fontTable.xml": f"{WORD}.fontTable+xml",
    "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
DOCUMENT_RELATIONS = (
    (f"{KIND}/styles", "styles.xml"),
    (f"{KIND}/settings", "settings.xml"),
    (f"{KIND}/fontTable", "fontTable.xml"),
    (f"{KIND}/customXml", "../customXml/item1.xml"),
)
PACKAGE_RELATIONS = (
    (f"{KIND}/officeDocument", "word/document.xml"),
    (
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
        "docProps/core.xml",
    ),
    (f"{KIND}/extended-properties", "docProps/app.xml"),
)


def write_docx(report: Report, manifest: Mapping[str, Any], of: Layout | None = None) -> bytes:
    """The bytes of the docx. manifest: of `manifest.manifest` for this report. of: its layout; the usual one if none."""
    of = of or layout()
    written, made = as_json(dict(manifest)), body(report, of)
    more = dict(_furniture(made)) | dict(_charts(made, of))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(made),
        "_rels/.rels": relations(PACKAGE_RELATIONS),
        "word/document.xml": made.xml,
        "word/_rels/document.xml.rels": relations(DOCUMENT_RELATIONS, _own_relations(made)),
        "word/styles.xml": styles_xml(of),
        "word/settings.xml": settings_xml(),
        "word/fontTable.xml": fonts_xml(of),
        **more,
        "customXml/item1.xml": manifest_item(written),
        "customXml/_rels/item1.xml.rels": relations(((f"{KIND}/customXmlProps", "itemProps1.xml"),)),
        "customXml/itemProps1.xml": item_properties(written),
        "docProps/core.xml": _core(report.title, str(manifest["built_at"])),
        "docProps/app.xml": _app(),
    }
    return zipped(parts)


def _furniture(made: Body) -> Iterator[tuple[str, str]]:
    for number, piece in enumerate(made.furniture.values(), 1):
        yield f"word/{_name(number, piece)}", piece.xml


def _name(number: int, piece: Furniture) -> str:
    return f"{piece.kind}{number}.xml"


def _charts(made: Body, of: Layout) -> Iterator[tuple[str, str | bytes]]:
    for number, grid in enumerate(made.charts, 1):
        book = f"../embeddings/chart{number}.xlsx"
        yield f"word/charts/chart{number}.xml", chart_xml(grid, of)
        yield f"word/charts/_rels/chart{number}.xml.rels", relations(((f"{KIND}/package", book),))
        yield f"word/embeddings/chart{number}.xlsx", chart_workbook(grid)


def _own_relations(made: Body) -> list[tuple[str, str, str]]:
    """Id, kind and target of headers, footers and charts."""
    pieces = enumerate(made.furniture.items(), 1)
    found = [(key, f"{KIND}/{piece.kind}", _name(n, piece)) for n, (key, piece) in pieces]
    charts = range(1, len(made.charts) + 1)
    return found + [(f"{CHART}{n}", f"{KIND}/chart", f"charts/chart{n}.xml") for n in charts]


def _content_types(made: Body) -> str:
    pieces = enumerate(made.furniture.values(), 1)
    types = dict(CONTENT_TYPES) | {f"/word/{_name(n, p)}": f"{WORD}.{p.kind}+xml" for n, p in pieces}
    types |= {f"/word/charts/chart{n}.xml": DRAWN for n in range(1, len(made.charts) + 1)}
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in types.items())
    sheets = f'<Default Extension="xlsx" ContentType="{SHEET}"/>' if made.charts else ""
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{sheets}{overrides}</Types>'
    )


def relations(rows_of: Sequence[tuple[str, str]], named: Sequence[tuple[str, str, str]] = ()) -> str:
    """named: those with an id of their own."""
    numbered = [(f"rId{i}", kind, target) for i, (kind, target) in enumerate(rows_of, 1)]
    rows = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        for key, kind, target in [*numbered, *named]
    )
    return f'<Relationships xmlns="{RELATIONS}">{rows}</Relationships>'


def manifest_item(written: str) -> str:
    """The part that holds the manifest."""
    return f'<manifest xmlns="{NAMESPACE}">{escape(written)}</manifest>'


def item_properties(written: str) -> str:
    """Word keeps a custom XML part that has an id; ours comes from the content."""
    item = str(uuid.uuid5(uuid.NAMESPACE_URL, NAMESPACE + written)).upper()
    return (
        f'<ds:datastoreItem ds:itemID="{{{item}}}" xmlns:ds="{CUSTOM}"><ds:schemaRefs>'
        f'<ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )


def _core(title: str, built_at: str) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{escape(built_at)}</dcterms:created></cp:coreProperties>'
    )


def _app() -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Application>Tongjian</Application></Properties>"
    )
