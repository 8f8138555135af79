"""Kinds of agreements out of the pack: which terms they usually fix, and what is checked of their subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from tongjian.facts.choices import Bound
from tongjian.kernel import definitions


@dataclass(frozen=True, slots=True)
class Term:
    """What such an agreement usually fixes of a metric, and what follows when it is missed."""

    metric: str
    bound: Bound
    consequence: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of agreement. checks: metrics reported of the subject at each check. keeper: key of a unit, or empty."""

    key: str
    name: str
    name_en: str
    keeper: str
    terms: tuple[Term, ...]
    checks: tuple[str, ...]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


def kinds() -> Mapping[str, Kind]:
    """key → kind, in the pack's order."""
    return {str(b["key"]): _kind(b) for b in definitions.bodies("agreements")}


def _kind(body: Mapping[str, Any]) -> Kind:
    terms = tuple(
        Term(str(t["metric"]), Bound(t["bound"]), str(t.get("consequence", ""))) for t in body["terms"]
    )
    return Kind(
        key=str(body["key"]),
        name=str(body["name"]),
        name_en=str(body.get("name_en") or body["name"]),
        keeper=str(body.get("keeper", "")),
        terms=terms,
        checks=tuple(map(str, body["checks"])),
    )
