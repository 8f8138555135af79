"""Reading 阅读: a text or file into an outline, figures, commitments and achievements, each with its place.

Free of Django and useful alone; see docs/reference/reading.md. Names are loaded when first used, so that a
process that only opens files does not load the readers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongjian.reading.api import read, read_document, read_text, require_content
    from tongjian.reading.documents.open import open_document
    from tongjian.reading.errors import ReadingError
    from tongjian.reading.limited import open_limited
    from tongjian.reading.types import Document, Hints, Reading

__all__ = [
    "Document",
    "Hints",
    "Reading",
    "ReadingError",
    "open_document",
    "open_limited",
    "read",
    "read_document",
    "read_text",
    "require_content",
]
_HOMES = {
    "Document": "types",
    "Hints": "types",
    "Reading": "types",
    "ReadingError": "errors",
    "open_document": "documents.open",
    "open_limited": "limited",
    "read": "api",
    "read_document": "api",
    "read_text": "api",
    "require_content": "api",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
