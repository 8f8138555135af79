"""Promises that the next plan makes again, and whether it asks for less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongjian.comparing.amounts import AT_MOST, reached
from tongjian.comparing.matching import candidates
from tongjian.comparing.terms import statements
from tongjian.comparing.words import LinkingWords
from tongjian.reading.types import Commitment, Reading

SAME = (
    0.6  # likeness from which two promises are one: both are worded as promises, so they are nearer by nature
)


def followed(
    promises: Sequence[Commitment],
    following: Sequence[Commitment],
    last: Reading,
    this: Reading,
    words: LinkingWords,
) -> Mapping[int, int]:
    """For each promise that has one: the index of the like promise of the next plan."""
    ones = statements(promises, last.document.text, words)
    others = statements(following, this.document.text, words)
    best: dict[int, tuple[float, int]] = {}
    for pair in candidates(ones, others, words, least=SAME):
        if pair.likeness > best.get(pair.promise, (0.0, 0))[0]:
            best[pair.promise] = (pair.likeness, pair.said)
    return {n: m for n, (_, m) in best.items()}


def lowered(promise: Commitment, last: Reading, again: Commitment, this: Reading) -> bool:
    """Whether the next plan's amount asks for less than this one did."""
    wanted = [last.figures[n] for n in promise.figures]
    now = reached(wanted, [this.figures[n] for n in again.figures])
    return now is not None and now.over < 0 and now.promised.bound not in AT_MOST
