"""Which numbers were simulated or only illustrate: told by the remark 备注 beside the cell that they came from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Fact
from tongjian.facts.resolved import Resolved
from tongjian.kernel import definitions
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import Place
from tongjian.packs import entries

BESIDE = "｜"
SENTENCE: str | Promise = _("Some of these numbers were simulated for the sample and never published.")


def noted(shown: str, remark: str) -> str:
    """A cell's text with the remark of its row, as a place keeps them: 29.84｜示意数."""
    return f"{shown}{BESIDE}{remark}" if remark else shown


def remark_of(place: Place) -> str:
    """The remark beside a cell or a measurement; empty without one, and for places in texts."""
    return _remark(place.kind, place.excerpt)


def is_simulated(place: Place) -> bool:
    """Whether the remark says that the number was made up: a word of the packs' table `remark` that means so."""
    return says_so(place.kind, place.excerpt)


def says_so(kind: str, excerpt: str) -> bool:
    """The same of a place's kind and excerpt, for rows that are read without their models."""
    remark = _remark(kind, excerpt)
    return bool(remark) and _means_so(remark)


def _remark(kind: str, excerpt: str) -> str:
    return excerpt.partition(BESIDE)[2] if kind in {PlaceKind.CELL, PlaceKind.MEASUREMENT} else ""


def _means_so(remark: str) -> bool:
    said = remark.casefold()
    return any(word in said for word, code in _words().items() if code == "simulated")


def word_for_simulated() -> str:
    """The packs' first word that says so, for what is made of such numbers."""
    return next((word for word, code in _words().items() if code == "simulated"), "")


def rests_on_simulated(value: Resolved) -> bool:
    """Whether a value is such a number, or is derived from one."""
    if value.fact is not None:
        return is_simulated(value.shelf.place(value.fact))
    return any(rests_on_simulated(one) for one in value.inputs)


def any_among(facts: QuerySet[Fact]) -> bool:
    """Whether any of these numbers was made up; one query."""
    said = Q()
    for word, code in _words().items():
        if code == "simulated":
            said |= Q(evidence__excerpt__icontains=word)
    rows = facts.filter(
        evidence__kind__in=(PlaceKind.CELL, PlaceKind.MEASUREMENT), evidence__excerpt__contains=BESIDE
    )
    return bool(said) and rows.filter(said).exists()


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """Of the packs on disk, once a process: pages ask for every number."""
    found = [e.body["words"] for e in entries("words", *definitions.folders()) if e.key == "remark"]
    return {str(printed).casefold(): str(code) for table in found for printed, code in table.items()}
