"""Whether ranks that someone else gave fit the scores beside them. Pure.

Ranks go by the score, the highest first. `ties` says what equal scores do: they share a rank and the next one counts them
all (1, 2, 2, 4), or the next rank follows at once (1, 2, 2, 3), or every rank is given once. Scores are as printed, so equal
ones may have been apart before they were rounded: they may stand in either order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

SHARED, DENSE, NONE = TIES = ("shared", "dense", "none")


@dataclass(frozen=True, slots=True)
class Placed:
    """One row of a list that is ranked. row: where it stands."""

    row: int
    score: Decimal
    rank: int


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A rank that cannot be. code: order (a lower score stands before it), shared (another score has it), twice (another
    row has it and ties are not allowed), counted (not what the scores of a whole list give). other: the row that it clashes
    with, 0 of counted; due: the rank that the scores give.
    """

    row: int
    code: str
    other: int = 0
    due: int = 0


def misplaced(rows: Sequence[Placed], ties: str) -> list[Misplaced]:
    """All clashes, by the rows' order; only where there is none, a list that is whole is counted through.

    A list is whole where no rank in it is greater than its length: then nobody ranked is missing.
    """
    ordered = sorted(rows, key=lambda r: (-r.score, r.rank, r.row))
    found = [m for a, b in pairwise(ordered) if (m := _clash(a, b, ties))]
    if not found and all(r.rank <= len(rows) for r in rows):
        found = list(_counted(rows, ties))
    return sorted(found, key=lambda m: m.row)


def _clash(a: Placed, b: Placed, ties: str) -> Misplaced | None:
    """Of two neighbours by score, a before b."""
    if a.rank == b.rank and ties == NONE:
        return Misplaced(b.row, "twice", a.row)
    if a.score == b.score or a.rank < b.rank:
        return None
    return Misplaced(b.row, "shared" if a.rank == b.rank else "order", a.row)


def _counted(rows: Sequence[Placed], ties: str) -> Iterator[Misplaced]:
    for one in rows:
        higher = [r.score for r in rows if r.score > one.score]
        due = 1 + (len(set(higher)) if ties == DENSE else len(higher))
        most = len(higher) + sum(r.score == one.score for r in rows)
        if not due <= one.rank <= most:
            yield Misplaced(one.row, "counted", due=due)
