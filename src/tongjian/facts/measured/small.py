"""Counts of persons that are so small that they could tell who was counted: not for readers.

Whether a figure is one is written with its place when it is measured, so that no page has to look into its record.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from tongjian.facts.simulated import BESIDE
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import PlaceKind, Role
from tongjian.kernel.models import Place, User

K = TypeVar("K", bound=Hashable)
LEAST = 5  # counts from 1 to 4 are hidden
SMALL = "1–4"
COUNTED = frozenset({PlaceKind.MEASUREMENT, PlaceKind.CELL})  # a cell of a published assessment says so too


def is_small(rows: int, part: int | None) -> bool:
    return any(0 < count < LEAST for count in (rows, part) if count is not None)


def closed(found: Iterable[K], counts: Mapping[K, Sequence[int]]) -> frozenset[K]:
    """What is left out of a column that adds up to a known whole: these, and the smallest others until they tell nothing.

    A number left out is the whole less the others: so never one alone, nor some whose sums are small. counts: of each
    the number of persons, then other counts of them. Who counts nobody tells nothing.
    """
    shut = {*found}
    rest = sorted((k for k, own in counts.items() if k not in shut and own[0]), key=lambda k: counts[k][0])
    while shut and rest and not together_safe(counts[k] for k in shut if k in counts):
        shut.add(rest.pop(0))
    return frozenset(shut)


def together_safe(rows: Iterable[Sequence[int]]) -> bool:
    """At least two that count anybody, and no sum of theirs from 1 to 4."""
    own = [r for r in rows if r[0]]
    return len(own) > 1 and not any(0 < sum(counts) < LEAST for counts in zip(*own, strict=True))


def noted(*, withheld: bool, simulated: str) -> str:
    """What a figure's place keeps of it: that it is not for readers, and the remark that its rows were made up."""
    small = SMALL if withheld else ""
    return f"{small}{BESIDE}{simulated}" if simulated else small


def is_public(user: object) -> bool:
    """Whether this is no official: a reader, or nobody."""
    return not isinstance(user, User) or user.role == Role.READER


def is_withheld(place: Place | None, user: Viewer | object) -> bool:
    """Whether the number at this place is not for this person."""
    small = place is not None and place.kind in COUNTED and place.excerpt.partition(BESIDE)[0] == SMALL
    return small and is_public(user)
