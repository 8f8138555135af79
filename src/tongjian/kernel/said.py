"""A sentence in both languages, with a stable code to keep or to test by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence in 中文 and English. code: stable, `area.what`; kept where the sentence itself is not."""

    code: str
    zh: str
    en: str


def joined(sentences: Iterable[Said], code: str = "") -> Said:
    """Several sentences as one; their codes joined by blanks unless `code` names the whole."""
    found = list(sentences)
    return Said(
        code or " ".join(s.code for s in found),
        "".join(s.zh for s in found),
        " ".join(s.en for s in found),
    )
