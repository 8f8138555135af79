"""Peer of writing: python-docx adding the same paragraphs as plain runs, nothing anchored."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document


def write(paragraphs: Sequence[str]) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
