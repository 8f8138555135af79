"""The one place where a report's bytes turn into a reading: opened in the limited subprocess, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import lazystr
from django.utils.translation import get_language

from tongjian.kernel.errors import TongjianError
from tongjian.reading.errors import ReadingError
from tongjian.reading.types import Hints, Reading


class IntakeRefused(TongjianError):
    """A file that cannot be read, or that holds nothing to take in. Nothing has been written."""

    def __init__(self, error: ReadingError) -> None:
        self.en, self.zh = error.en, error.zh
        super().__init__(error.code, lazystr(_Sentence(error)))


class _Sentence:
    """The error's sentence in the language of who reads it; per cent signs doubled, since messages take parameters."""

    def __init__(self, error: ReadingError) -> None:
        self._error = error

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return (self._error.en if english else self._error.zh).replace("%", "%%")


def read_file(data: bytes, name: str, hints: Hints) -> Reading:
    """Read a report that someone sent. Raises IntakeRefused."""
    from tongjian.reading.api import read_document, require_content
    from tongjian.reading.limited import open_limited

    try:
        return require_content(read_document(open_limited(data, name), hints), name)
    except ReadingError as error:
        raise IntakeRefused(error) from error


def read_manifest(data: bytes, name: str) -> Mapping[str, Any] | None:
    """What a docx of our writer says of its own figures; None of any other file."""
    from tongjian.reading.limited import run_limited

    if not name.lower().endswith(".docx"):
        return None
    try:
        found = run_limited("tongjian.reading.documents.told:manifest_as_json", data, name)
    except ReadingError:
        return None
    return found if isinstance(found, dict) else None
