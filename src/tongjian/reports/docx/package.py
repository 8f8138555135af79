"""The parts of the docx and their zip: the same report and manifest give the same bytes."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from tongjian.reports.docx.body import document_xml
from tongjian.reports.docx.styles import fonts_xml, footer_xml, settings_xml, styles_xml
from tongjian.reports.manifest import NAMESPACE, as_json
from tongjian.reports.tree import Report

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
CONTENT_TYPES: Mapping[str, str] = {
    "/word/document.xml": f"{WORD}.document.main+xml",
    "/word/styles.xml": f"{WORD}.styles+xml",
    "/word/settings.xml": f"{WORD}.settings+xml",
    "/word/fontTable.xml": f"{WORD}.fontTable+xml",
    "/word/footer1.xml": f"{WORD}.footer+xml",
    "/word/footer2.xml": f"{WORD}.footer+xml",
    "/customXml/itemProps1.xml": "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
DOCUMENT_RELATIONS = (
    (f"{KIND}/styles", "styles.xml"),
    (f"{KIND}/settings", "settings.xml"),
    (f"{KIND}/fontTable", "fontTable.xml"),
    (f"{KIND}/footer", "footer1.xml"),
    (f"{KIND}/footer", "footer2.xml"),
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


def write_docx(report: Report, manifest: Mapping[str, Any]) -> bytes:
    """The bytes of the docx. manifest: of `manifest.manifest` for this report."""
    written = as_json(dict(manifest))
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": relations(PACKAGE_RELATIONS),
        "word/document.xml": document_xml(report),
        "word/_rels/document.xml.rels": relations(DOCUMENT_RELATIONS),
        "word/styles.xml": styles_xml(),
        "word/settings.xml": settings_xml(),
        "word/fontTable.xml": fonts_xml(),
        "word/footer1.xml": footer_xml(odd=True),
        "word/footer2.xml": footer_xml(odd=False),
        "customXml/item1.xml": manifest_item(written),
        "customXml/_rels/item1.xml.rels": relations(((f"{KIND}/customXmlProps", "itemProps1.xml"),)),
        "customXml/itemProps1.xml": item_properties(written),
        "docProps/core.xml": _core(report.title, str(manifest["built_at"])),
        "docProps/app.xml": _app(),
    }
    return _zip(parts)


def _zip(parts: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            archive.writestr(entry, (HEAD + content).encode())
    return out.getvalue()


def _content_types() -> str:
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in CONTENT_TYPES.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relations(rows_of: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(rows_of, 1)
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
