"""A draft as its page shows it: the text with its numbers marked, and a card for each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from tongjian.reports.drafts.messages import state_label, why_label
from tongjian.reports.drafts.stored import Meant, Stored, counts
from tongjian.reports.drafts.types import NAMED, State
from tongjian.reports.resolver import TARGET
from tongjian.web.facts.names import qualities
from tongjian.web.intake.marks import Line, Mark, marked

KINDS: Mapping[State, str] = {
    State.DIFFERS: "error",
    State.CHANGED: "error",
    State.CHOOSE: "question",
    State.NO_SOURCE: "hint",
    State.BOUND: "figure",
    State.EDIT: "figure",
}
TAGS: Mapping[State, str] = {
    State.DIFFERS: "tag-error",
    State.CHANGED: "tag-error",
    State.CHOOSE: "tag-question",
    State.NO_SOURCE: "tag-hint",
    State.BOUND: "tag-green",
    State.EDIT: "tag-accent",
}
ORDER = (
    State.CHANGED,
    State.DIFFERS,
    State.CHOOSE,
    State.NO_SOURCE,
    State.EDIT,
    State.BOUND,
    State.NAMED,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a number means or may mean, in words. url: its provenance, empty for a target."""

    ref: str
    label: str
    value: str
    period: str
    why: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """A number beside the text. pk: counts from 1 in reading order."""

    pk: int
    item: Stored
    kind: str
    tag: str
    state: str
    before: str
    after: str
    meant: Fact | None
    candidates: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    state: str
    label: str
    kind: str
    count: int


def cards(items: Sequence[Stored], language: str) -> list[Card]:
    return [_card(n, i, language) for n, i in enumerate(items, 1)]


def _card(pk: int, item: Stored, language: str) -> Card:
    before, after = _around(item)
    return Card(
        pk,
        item,
        KINDS.get(item.state, "none"),
        TAGS.get(item.state, ""),
        state_label(item.state, language),
        before,
        after,
        None if item.meant is None else _fact(item.meant, language),
        tuple(_fact(c, language) for c in item.candidates),
    )


def _around(item: Stored) -> tuple[str, str]:
    """The sentence before and after the number, so far as a card has room."""
    left, found, right = item.sentence.partition(item.shown)
    if not found:
        return "", ""
    return ("…" + left[-28:] if len(left) > 28 else left), (right[:16] + "…" if len(right) > 16 else right)


def _fact(meant: Meant, language: str) -> Fact:
    said = qualities(meant.measure, meant.of, meant.basis, meant.comparator, meant.breakdown)
    is_target = meant.ref.startswith(TARGET)
    url = "" if is_target else f"{reverse('facts:provenance')}?{urlencode({'ref': meant.ref})}"
    return Fact(
        meant.ref,
        " · ".join([meant.indicator, *said]),
        f"{meant.value}{meant.unit}",
        meant.period,
        why_label(meant.why, language) if meant.why else "",
        url,
    )


def tallies(items: Sequence[Stored], language: str) -> list[Tally]:
    found = counts(items)
    return [
        Tally(s.value, state_label(s, language), KINDS.get(s, "none"), found[s]) for s in ORDER if found[s]
    ]


def lines(text: str, shown: Sequence[Card]) -> list[Line]:
    """The text; numbers that need no source are left unmarked unless a person said so."""
    found = [
        Mark(c.pk, KINDS.get(c.item.state, "figure"), c.item.state.value, c.item.start, c.item.end)
        for c in shown
        if c.item.state is not State.NAMED or c.item.answered == NAMED
    ]
    return marked(text, found)
