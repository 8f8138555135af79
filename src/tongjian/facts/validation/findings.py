"""What validation finds: rule, place, and one line with its arithmetic in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import get_language

HARD, SOFT = "hard", "soft"


@dataclass(frozen=True, slots=True)
class Finding:
    """hard: nothing is recorded until it is mended or overridden. sheet, cell: of the value that is looked at.

    series: the reference of that value. name, name_en: of the rule.
    """

    rule: str
    severity: str
    sheet: str
    cell: str
    series: str
    name: str
    name_en: str
    zh: str
    en: str

    @property
    def is_hard(self) -> bool:
        return self.severity == HARD

    @property
    def fingerprint(self) -> str:
        """The same for the same rule, series and arithmetic, in whichever workbook."""
        return hashlib.sha256(f"{self.rule}\n{self.series}\n{self.zh}".encode()).hexdigest()

    @property
    def title(self) -> str:
        return self.name_en if _english() else self.name

    @property
    def message(self) -> str:
        return self.en if _english() else self.zh

    @property
    def where(self) -> str:
        return f"{self.sheet}!{self.cell}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}: {self.title}: {self.message}"


def of_json(rows: list[Mapping[str, Any]]) -> list[Finding]:
    """What a submission keeps."""
    return [Finding(**r) for r in rows]


def _english() -> bool:
    return (get_language() or "").startswith("en")
