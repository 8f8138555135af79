"""Ranks that someone else gave: accepted where the scores give them, else every clash is named."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.assessment.ranking import DENSE, NONE, SHARED, Misplaced, Placed, misplaced


def rows(*told: tuple[str, int]) -> list[Placed]:
    """Score and rank, in rows from 2 on."""
    return [Placed(n, Decimal(score), rank) for n, (score, rank) in enumerate(told, 2)]


@pytest.mark.parametrize(
    ("told", "ties", "found"),
    [
        ([("96", 1), ("95", 2), ("95", 2), ("90", 4)], SHARED, []),
        ([("96", 1), ("95", 2), ("95", 2), ("90", 3)], DENSE, []),
        ([("96", 1), ("95", 2), ("95", 2), ("90", 3)], SHARED, [Misplaced(5, "counted", due=4)]),
        ([("96", 1), ("95", 2), ("95", 2), ("90", 4)], NONE, [Misplaced(4, "twice", 3)]),
        ([("96", 1), ("95", 2), ("95", 3), ("90", 4)], NONE, []),
        ([("96", 1), ("95", 3), ("95", 2), ("90", 4)], SHARED, []),  # apart before they were rounded
        ([("96", 1), ("95", 2), ("94", 2)], SHARED, [Misplaced(4, "shared", 3)]),
        ([("90", 1), ("96", 2)], SHARED, [Misplaced(2, "order", 3)]),
        ([("96", 12), ("95", 40), ("90", 301)], SHARED, []),  # of a longer list that is not all here
        ([("96", 2), ("95", 3), ("90", 3)], SHARED, [Misplaced(4, "shared", 3)]),
        ([("96", 1), ("95", 3), ("94", 3)], DENSE, [Misplaced(4, "shared", 3)]),
        ([("96", 2), ("95", 3)], SHARED, []),
        ([("96", 2), ("90", 3), ("80", 4), ("70", 5)], SHARED, []),  # its first is not here: not whole
        ([], SHARED, []),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(told: list[tuple[str, int]], ties: str, found: list[Misplaced]) -> None:
    assert misplaced(rows(*told), ties) == found


SCORES = st.lists(st.integers(0, 8), max_size=9)


@given(SCORES, st.sampled_from([SHARED, DENSE]))
def test_ranks_counted_from_the_scores_are_accepted(scores: list[int], ties: str) -> None:
    told = [
        (str(s), 1 + len({o for o in scores if o > s} if ties == DENSE else [o for o in scores if o > s]))
        for s in scores
    ]
    assert misplaced(rows(*told), ties) == []


@given(st.lists(st.integers(0, 99), min_size=2, max_size=9, unique=True), st.data())
def test_two_ranks_changed_about_never_pass(scores: list[int], data: st.DataObject) -> None:
    ranks = [1 + sum(o > s for o in scores) for s in scores]
    a, b = data.draw(st.lists(st.sampled_from(range(len(scores))), min_size=2, max_size=2, unique=True))
    ranks[a], ranks[b] = ranks[b], ranks[a]
    assert misplaced(rows(*zip(map(str, scores), ranks, strict=True)), SHARED) != []
