"""What a docx says of its own figures: the manifest that our writer puts into it. Read in the limited child, like the text."""

from __future__ import annotations

import json
from typing import Any

from tongjian.reading.documents.package import open_package

NAMESPACE = "urn:tongjian:manifest:1"


def manifest_as_json(data: bytes, name: str) -> dict[str, Any] | None:
    """The manifest; None where there is none, or one that cannot be read. Raises ReadingError for what is no docx."""
    package = open_package(data, name)
    for path in sorted(package.archive.NameToInfo):
        if path.startswith("customXml/") and path.endswith(".xml"):
            root = package.part(path)
            if root is not None and root.tag == f"{{{NAMESPACE}}}manifest":
                return _read(root.text or "")
    return None


def _read(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
