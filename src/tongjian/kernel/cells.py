"""What is wrong with a cell of a workbook that came in: where, a code, and the sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import get_language


@dataclass(frozen=True, slots=True)
class CellProblem:
    """sheet and cell "": the whole file or sheet. params fill the sentence; en and zh in them are the sentence.

    Each importer has its own class with its `messages`, by the code's last word.
    """

    messages: ClassVar[Mapping[str, str | Promise]] = {}

    sheet: str
    cell: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """In the active language."""
        if "en" in self.params:
            return str(self.params["en" if (get_language() or "").startswith("en") else "zh"])
        return str(self.messages[self.code.rpartition(".")[2]]) % self.params

    @property
    def where(self) -> str:
        """填报!H7, or what is known of it."""
        return "!".join(p for p in (self.sheet, self.cell) if p)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message
