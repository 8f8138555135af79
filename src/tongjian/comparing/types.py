"""What a comparison of two consecutive reports yields: for each promise of last year, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tongjian.reading.types import Reading


class Outcome(StrEnum):
    """What became of a promise. The first six partition all promises."""

    DONE = "done"
    EXCEEDED = "exceeded"
    PARTLY = "partly"
    GOING_ON = "going_on"
    CARRIED_OVER = "carried_over"
    NOT_MENTIONED = "not_mentioned"


class Finer(StrEnum):
    """What the outcome alone does not say."""

    LOWERED = "lowered"  # the next plan asks for less
    CHANGED_BASIS = "changed_basis"  # reported on another basis than promised
    REPLACED = "replaced"  # given up, another thing was done instead
    UNDECIDED = "undecided"  # the indicator is reported, but not in a way that decides


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Link:
    """A promise and what answers it. Numbers are indices into the readings; at most one of achievement and figure.

    commitment: of last year's reading; achievement, figure, following (a commitment of the next plan): of this year's.
    likeness from 0 to 1 (1 where the reader decided); decided: by a person's answer.
    """

    commitment: int
    outcome: Outcome
    achievement: int | None = None
    figure: int | None = None
    following: int | None = None
    finer: Finer | None = None
    likeness: float = 0.0
    why: Said = Said("", "")
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A pair that the comparison leaves to a person. key: of the two texts, the same next time."""

    key: str
    commitment: int
    achievement: int
    likeness: float
    linked: bool  # what the comparison takes for now


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's word on a question: the two belong together or not, and what it amounts to."""

    key: str
    same: bool
    outcome: Outcome | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All promises of last year with their links (several for one promise stand together), and open questions."""

    last: Reading
    this: Reading
    links: Sequence[Link]
    questions: Sequence[Question]

    def counts(self) -> dict[Outcome, int]:
        """Promises by outcome; one with several links counts once, by its best."""
        best: dict[int, Outcome] = {}
        for link in self.links:
            known = best.get(link.commitment)
            if known is None or _ORDER[link.outcome] < _ORDER[known]:
                best[link.commitment] = link.outcome
        found = dict.fromkeys(Outcome, 0)
        for outcome in best.values():
            found[outcome] += 1
        return found


_ORDER = {
    o: n
    for n, o in enumerate(
        (
            Outcome.EXCEEDED,
            Outcome.DONE,
            Outcome.PARTLY,
            Outcome.GOING_ON,
            Outcome.CARRIED_OVER,
            Outcome.NOT_MENTIONED,
        )
    )
}
