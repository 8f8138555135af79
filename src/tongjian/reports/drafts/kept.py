"""Anchors of an earlier round that stand untouched: they hold by their key, whatever the reader makes of the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongjian.reading.export import sentence as sentence_at
from tongjian.reports.drafts.types import NAMED, Candidate, Item, State
from tongjian.reports.known import Known
from tongjian.reports.leads import lead
from tongjian.reports.numerals import NUMERALS, is_digit
from tongjian.reports.trace.stream import Mark

Entry = Mapping[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier round left in the file: its anchors, and what its manifest says of them."""

    marks: Sequence[Mark]
    figures: Mapping[str, Entry]
    literals: Mapping[str, str]


def kept(
    text: str,
    earlier: Earlier,
    read: Sequence[Span],
    key: Callable[[int, int], str],
    answers: Mapping[str, str],
    now: Callable[[str], Known | None],
) -> Iterator[Item]:
    """Items of anchors over words that the reader takes for no figure, or for another stretch of text.

    read: spans of the figures as read; those that an anchor covers exactly are judged by their words. key: of an item
    by its place. answers: by item key; one that says otherwise ends the bond. now: a figure as the ledger has it.
    """
    exact = set(read)
    for mark in earlier.marks:
        if (mark.start, mark.end) in exact or not _is_whole(text, mark.start, mark.end):
            continue
        if (entry := earlier.figures.get(mark.name)) is not None:
            item = _figure(text, mark, entry, key, answers, now)
        else:
            item = _literal(text, mark, earlier.literals.get(mark.name), read, key, answers)
        if item is not None:
            yield item


def _figure(
    text: str,
    mark: Mark,
    entry: Entry,
    key: Callable[[int, int], str],
    answers: Mapping[str, str],
    now: Callable[[str], Known | None],
) -> Item | None:
    """The number as the manifest has it: bound, changed on the ledger, or asked about where the words before it moved."""
    shown, expression = text[mark.start : mark.end], str(entry.get("expression", ""))
    if "chart" in entry or shown.strip() != str(entry.get("shown", "")).strip():
        return None
    name = key(mark.start, mark.end)
    known, answer = now(expression), answers.get(name)
    if known is None or (answer is not None and answer not in (NAMED, expression)):
        return None
    state = State.BOUND if _is_same(known, entry) else State.CHANGED
    candidates: tuple[Candidate, ...] = ()
    before = str(entry.get("before", ""))
    if answer == NAMED:
        state = State.NAMED
    elif not answer and entry.get("lead") not in (None, lead(text, mark.start, before)):
        state, candidates = State.CHOOSE, (Candidate(expression, known, "key"),)
    return Item(
        name, mark.start, mark.end, shown, known.indicator, known.period, state,
        sentence_at(text, mark.start, mark.end), known if state in (State.BOUND, State.CHANGED) else None,
        before, str(entry.get("after", "")), candidates,
    )  # fmt: skip


def _literal(
    text: str,
    mark: Mark,
    shown: str | None,
    read: Sequence[Span],
    key: Callable[[int, int], str],
    answers: Mapping[str, str],
) -> Item | None:
    """A text that was marked as needing no source, unless a person took that back."""
    if shown is None or text[mark.start : mark.end] != shown or _meets(mark, read):
        return None
    name = key(mark.start, mark.end)
    if answers.get(name, NAMED) != NAMED:
        return None
    sentence = sentence_at(text, mark.start, mark.end)
    return Item(name, mark.start, mark.end, shown, "", "", State.NAMED, sentence)


def apart_from(items: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """The items that share no character with any of the others."""
    return [i for i in items if not any(i.start < o.end and o.start < i.end for o in others)]


def _is_same(known: Known, entry: Entry) -> bool:
    return str(known.number) == entry.get("value") and known.bound.value == entry.get("bound", "eq")


def _meets(mark: Mark, read: Sequence[Span]) -> bool:
    return any(start < mark.end and mark.start < end for start, end in read)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the number goes on on neither side: 5% in 15% is another one."""
    if start >= end:
        return False
    return not (
        _goes_on(text[start - 1 : start], text[start]) or _goes_on(text[end - 1], text[end : end + 1])
    )


def _goes_on(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return all(is_digit(c) or c == "." for c in one + other) or (one in NUMERALS and other in NUMERALS)
