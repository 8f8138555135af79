"""What checking finds in a section, as JSON on its version and as it stands after the reasons that people gave."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongjian.checking.types import Finding, Severity

THIS = "this"


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a section. start, end: in the section's text. waived: why it stays as it is."""

    key: str
    code: str
    severity: Severity
    start: int
    end: int
    shown: str
    zh: str
    en: str
    zh_fix: str
    en_fix: str
    waived: str = ""

    @property
    def stops(self) -> bool:
        """Whether it stands in the way of signing: cannot be true as printed, and nobody said why it stays."""
        return self.severity is Severity.ERROR and not self.waived

    def said(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en

    def fix(self, language: str) -> str:
        return self.zh_fix if language.startswith("zh") else self.en_fix


def as_json(findings: Iterable[Finding], offset: int) -> list[dict[str, Any]]:
    """Those that point into the section; `offset` is where its text begins in what was checked."""
    return [_row(f, offset) for f in findings if f.spans[0].source == THIS and f.spans[0].start >= offset]


def _row(found: Finding, offset: int) -> dict[str, Any]:
    first = found.spans[0]
    words = "|".join([found.code, found.zh, *(s.text for s in found.spans)])
    return {
        "key": hashlib.sha256(words.encode()).hexdigest()[:12],
        "code": found.code,
        "severity": found.severity.value,
        "start": first.start - offset,
        "end": first.end - offset,
        "shown": first.text,
        "zh": found.zh,
        "en": found.en,
        "zh_fix": found.zh_fix,
        "en_fix": found.en_fix,
    }


def standing(rows: Iterable[Mapping[str, Any]], waivers: Mapping[str, str]) -> Iterator[Found]:
    """The findings of a version with the reasons given for them."""
    for row in rows:
        told = {**row, "severity": Severity(row["severity"])}
        yield Found(**told, waived=waivers.get(row["key"], ""))
