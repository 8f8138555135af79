"""Peer of reading a PDF: pypdfium2's own text of each page, its lines as the library finds them."""

from __future__ import annotations

import pypdfium2


def text(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    finally:
        pdf.close()
