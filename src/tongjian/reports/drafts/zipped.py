"""The docx written again: the body and the manifest new, every other part byte for byte as it came."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping
from typing import Any

from lxml import etree

from tongjian.reading.documents.package import Package, parse_xml
from tongjian.reports.docx.package import KIND, RELATIONS, item_properties, manifest_item, relations
from tongjian.reports.manifest import NAMESPACE, as_json

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
PROPERTIES = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"


def rewritten(package: Package, body: bytes, manifest: Mapping[str, Any]) -> bytes:
    """The package's bytes with this body and this manifest, whether it had one or not."""
    changed = {package.main: body, **_manifest_parts(package, as_json(dict(manifest)))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in package.archive.infolist():
            content = changed.pop(info.filename, None)
            archive.writestr(info, package.archive.read(info) if content is None else content)
        for name, content in changed.items():
            archive.writestr(name, content)
    return out.getvalue()


def manifest_path(package: Package) -> str | None:
    """The part that holds our manifest."""
    for path in sorted(package.archive.NameToInfo):
        if path.startswith("customXml/") and path.endswith(".xml"):
            root = package.part(path)
            if root is not None and root.tag == f"{{{NAMESPACE}}}manifest":
                return path
    return None


def _manifest_parts(package: Package, written: str) -> dict[str, bytes]:
    content = manifest_item(written).encode()
    path = manifest_path(package)
    if path is not None:
        return {path: content}
    number = next(n for n in range(1, 10_000) if f"customXml/item{n}.xml" not in package.archive.NameToInfo)
    item, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    return {
        item: content,
        properties: item_properties(written).encode(),
        f"customXml/_rels/item{number}.xml.rels": relations(
            ((f"{KIND}/customXmlProps", posixpath.basename(properties)),)
        ).encode(),
        **_with_type(package, f"/{properties}"),
        **_with_relation(package, item),
    }


def _with_type(package: Package, part: str) -> dict[str, bytes]:
    path = "[Content_Types].xml"
    root = package.part(path)
    assert root is not None  # a docx without it was refused
    if not any((e.get("Extension") or "").lower() == "xml" for e in root):
        etree.SubElement(root, f"{{{TYPES}}}Default", Extension="xml", ContentType="application/xml")
    etree.SubElement(root, f"{{{TYPES}}}Override", PartName=part, ContentType=PROPERTIES)
    return {path: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}


def _with_relation(package: Package, item: str) -> dict[str, bytes]:
    folder, base = posixpath.split(package.main)
    path = posixpath.join(folder, "_rels", base + ".rels")
    root = package.part(path)
    if root is None:
        root = parse_xml(f'<Relationships xmlns="{RELATIONS}"/>'.encode(), package.name)
    used = {e.get("Id") for e in root}
    free = next(f"rId{n}" for n in range(1, 100_000) if f"rId{n}" not in used)
    target = posixpath.relpath(item, folder or ".")
    etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=free, Type=f"{KIND}/customXml", Target=target)
    return {path: etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)}
