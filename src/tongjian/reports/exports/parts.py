"""A docx taken apart and put together again: parts by path, in their order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

from tongjian.reading.documents.package import parse_xml
from tongjian.reports.docx.package import KIND, RELATIONS
from tongjian.reports.docx.zipped import zipped

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
DOCUMENT, DOCUMENT_RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
CONTENT_TYPES = "[Content_Types].xml"


def parts_of(docx: bytes) -> dict[str, bytes]:
    """Of a docx that we wrote ourselves."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def put_together(parts: Mapping[str, bytes]) -> bytes:
    """The same parts give the same bytes."""
    return zipped(parts)


def xml(parts: Mapping[str, bytes], path: str) -> etree._Element:
    return parse_xml(parts[path], path)


def as_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def with_relation(parts: dict[str, bytes], key: str, kind: str, target: str) -> None:
    """One more relation of the document."""
    root = xml(parts, DOCUMENT_RELATIONS)
    etree.SubElement(
        root, f"{{{RELATIONS}}}Relationship", {"Id": key, "Type": f"{KIND}/{kind}", "Target": target}
    )
    parts[DOCUMENT_RELATIONS] = as_bytes(root)


def with_type(parts: dict[str, bytes], path: str, kind: str) -> None:
    """One more part's content type."""
    root = xml(parts, CONTENT_TYPES)
    etree.SubElement(root, f"{{{TYPES}}}Override", {"PartName": f"/{path}", "ContentType": kind})
    parts[CONTENT_TYPES] = as_bytes(root)
