"""Which numbers were simulated or only illustrate: told by the remark 备注 beside the cell that they came from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from tongjian.facts.resolved import Resolved
from tongjian.kernel import definitions
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import Place
from tongjian.packs import entries

BESIDE = "｜"


def noted(shown: str, remark: str) -> str:
    """A cell's text with the remark of its row, as a place keeps them: 29.84｜示意数."""
    return f"{shown}{BESIDE}{remark}" if remark else shown


def remark_of(place: Place) -> str:
    """The remark beside a cell; empty without one, and for places in texts."""
    return place.excerpt.partition(BESIDE)[2] if place.kind == PlaceKind.CELL else ""


def is_simulated(place: Place) -> bool:
    """Whether the remark says that the number was made up: a word of the packs' table `remark` that means so."""
    remark = remark_of(place).casefold()
    return bool(remark) and any(word in remark for word, code in _words().items() if code == "simulated")


def rests_on_simulated(value: Resolved) -> bool:
    """Whether a value is such a number, or is derived from one."""
    if value.fact is not None:
        return is_simulated(value.fact.evidence)
    return any(rests_on_simulated(one) for one in value.inputs)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    """Of the packs on disk, once a process: pages ask for every number."""
    found = [e.body["words"] for e in entries("words", *definitions.folders()) if e.key == "remark"]
    return {str(printed).casefold(): str(code) for table in found for printed, code in table.items()}
