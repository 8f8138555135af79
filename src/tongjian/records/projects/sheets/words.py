"""What may be written in a cell for a value of a vocabulary: its Chinese label, its English one, the value itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.db.models import Choices
from django.utils import translation


@cache
def labels(kind: type[Choices]) -> Mapping[str, str]:
    """Written word → value."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found |= {str(label): str(value) for value, label in kind.choices}
    return found | {str(value): str(value) for value in kind.values}


@cache
def chinese(kind: type[Choices]) -> Mapping[str, str]:
    """Value → the word in the workbook."""
    with translation.override("zh-hans"):
        return {str(value): str(label) for value, label in kind.choices}
