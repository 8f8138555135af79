"""正式稿: opaque bookmarks and nothing else of ours; the manifest lies beside it in a file of its own."""

from __future__ import annotations

import re

from tongjian.reports.exports import parts
from tongjian.reports.manifest import NAMESPACE
from tongjian.reports.trace import manifest_text

SIDECAR = ".facts.json"  # stands in the place of .docx
OURS = re.compile(r"customXml/")


def final(docx: bytes) -> tuple[bytes, str]:
    """The clean docx, and its manifest as JSON. `tongjian trace --manifest` puts the two together again."""
    told = manifest_text(docx)
    found = {path: data for path, data in parts.parts_of(docx).items() if not path.startswith("customXml/")}
    for path in (parts.CONTENT_TYPES, parts.DOCUMENT_RELATIONS):
        found[path] = _without_manifest(found, path)
    found["docProps/core.xml"] = _timeless(found["docProps/core.xml"])
    return parts.put_together(found), told


def _without_manifest(found: dict[str, bytes], path: str) -> bytes:
    """The parts list without those that are gone."""
    root = parts.xml(found, path)
    for row in list(root):
        if OURS.search(str(row.get("PartName") or row.get("Target") or "")):
            root.remove(row)
    return parts.as_bytes(root)


def _timeless(core: bytes) -> bytes:
    """When the ledger was asked is nobody's business outside."""
    return re.sub(rb"<dcterms:created[^>]*>[^<]*</dcterms:created>", b"", core)


def holds_nothing_of_ours(docx: bytes) -> bool:
    """Whether neither manifest nor comment is left."""
    found = parts.parts_of(docx)
    return not any(p.startswith(("customXml/", "word/comments")) for p in found) and not any(
        NAMESPACE.encode() in data for data in found.values()
    )
