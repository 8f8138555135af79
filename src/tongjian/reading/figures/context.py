"""The words around a number: its clause on the left, what follows on the right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.reading.figures.mention import Mention

_BREAK = re.compile(r"[，,；;：:。！!？?|\n\t▶●◆]|(?<=[^—])——|—{2}")
_JOIN_FIRST = re.compile(r"\s?(?:、|和|及|与|以及|并)")
_JOIN_LAST = re.compile(r"(?:、|和|及|与|以及)\s?$")
_PARENS = re.compile(r"（[^（）]*）|\([^()]*\)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Clause:
    """before: the words that belong to the number, left of it; earlier: clauses between the number before and this one.

    outside: what stands before the bracket that holds the number; first: no number before it in the sentence.
    """

    before: str
    earlier: str
    outside: str
    start: int
    end: int
    first: bool


def clause_of(text: str, start: int, end: int, mentions: Sequence[Mention], at: int) -> Clause:
    """The clause of `mentions[at]` inside the sentence `start:end`."""
    here = mentions[at].lo
    bracket = _open_bracket(text, start, here)
    limit = bracket + 1 if bracket >= 0 else start
    before = next(
        (
            m
            for m in reversed(mentions[:at])
            if limit <= m.start and m.hi <= here and _open_bracket(text, limit, m.start) < 0
        ),
        None,
    )
    flat = _flat(text[limit:here])
    opened = limit + max((b.end() for b in _BREAK.finditer(flat)), default=0)
    stop = _BREAK.search(text, mentions[at].end, end)
    close = stop.start() if stop else end
    if before is not None and before.hi > opened:
        return Clause(_joined(_flat(text[before.hi : here])), "", "", opened, close, False)
    earlier = text[before.hi if before else limit : opened]
    outside = text[start:bracket] if bracket >= 0 else ""
    return Clause(flat[opened - limit :], _flat(earlier), outside, opened, close, before is None and at == 0)


def right_of(text: str, end: int, mentions: Sequence[Mention], at: int) -> str:
    """The words from `mentions[at]` to the next number or the end of the sentence."""
    stop = mentions[at + 1].lo if at + 1 < len(mentions) else end
    return text[mentions[at].hi : max(stop, mentions[at].hi)]


def left_of(text: str, start: int, mention: Mention) -> str:
    return text[start : mention.lo]


def _flat(text: str) -> str:
    """The same text with bracketed parts blanked, so that their marks do not cut."""
    return _PARENS.sub(lambda m: "\u200b" * len(m.group()), text)


def _joined(between: str) -> str:
    """Words between two numbers of one clause that belong to the second: after 、 or 和; none if they end in one."""
    if opening := _JOIN_FIRST.match(between):
        return between[opening.end() :]
    if _JOIN_LAST.search(between):
        return ""
    _, comma, rest = between.partition("、")
    return rest if comma else between


def _open_bracket(text: str, start: int, here: int) -> int:
    """Index of the bracket that is open at `here`, or -1."""
    depth = 0
    for i in range(here - 1, start - 1, -1):
        if text[i] in ")）":
            depth += 1
        elif text[i] in "(（":
            if depth == 0:
                return i
            depth -= 1
    return -1
