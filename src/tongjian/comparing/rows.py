"""A comparison as rows for tables: a promise, what answers it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongjian.comparing.labels import outcome_label
from tongjian.comparing.types import Comparison, Link, Outcome
from tongjian.reading.export import sentence
from tongjian.reading.types import Commitment, Reading


@dataclass(frozen=True, slots=True)
class Row:
    """Texts of one link, whole sentences beside the parts that matter. answer, following: empty when there is none."""

    section: str
    object: str
    promise: str
    promise_sentence: str
    outcome: Outcome
    label: str
    answer: str
    answer_sentence: str
    following: str
    why: str
    likeness: float
    decided: bool


def rows(found: Comparison, language: str) -> Iterator[Row]:
    """In the order of last year's report."""
    for link in found.links:
        promise = found.last.commitments[link.commitment]
        answer, whole = _answer(found, link)
        yield Row(
            _section(found.last, promise),
            promise.object,
            promise.text,
            sentence(found.last.document.text, promise.start, promise.end),
            link.outcome,
            outcome_label(link.outcome, link.finer, language),
            answer,
            whole,
            "" if link.following is None else found.this.commitments[link.following].text,
            link.why.text(language),
            link.likeness,
            link.decided,
        )


def _answer(found: Comparison, link: Link) -> tuple[str, str]:
    """The words that answer, and their sentence."""
    text = found.this.document.text
    if link.achievement is not None:
        said = found.this.achievements[link.achievement]
        return said.text, sentence(text, said.start, said.end)
    if link.figure is not None:
        figure = found.this.figures[link.figure]
        return f"{figure.indicator}{figure.text}", sentence(text, figure.start, figure.end)
    return "", ""


def _section(reading: Reading, promise: Commitment) -> str:
    found = reading.outline.at(promise.start)
    return "" if found is None else f"{found.number} {found.title}".strip()
