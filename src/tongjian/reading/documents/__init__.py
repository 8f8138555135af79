"""Files into text with places: txt, docx, pdf. Start at `open_document`."""

from tongjian.reading.documents.open import open_document

__all__ = ["open_document"]
