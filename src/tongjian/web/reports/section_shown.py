"""A section as its page shows it: the text with numbers and findings marked, a card for each, what changed between versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from tongjian.checking.registry import rules
from tongjian.checking.types import Severity
from tongjian.reports.drafts.stored import Stored
from tongjian.reports.drafts.types import NAMED, State
from tongjian.reports.rounds.findings import Found
from tongjian.web.intake.marks import Line, Mark, marked
from tongjian.web.reports import draft_shown
from tongjian.web.reports.draft_shown import Card

FINDINGS = 10_000  # ids of findings among the marks, apart from those of numbers
LONG = 40


@dataclass(frozen=True, slots=True)
class FindingCard:
    """A finding beside the text."""

    pk: int
    found: Found
    title: str
    kind: str
    said: str
    fix: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a compared line. kind: same, gone (in the earlier one alone), new (in the newest alone)."""

    kind: str
    text: str


def margin(text: str, items: Sequence[Stored], found: Sequence[Found], language: str) -> dict[str, Any]:
    """Cards of numbers, the open ones first; cards of findings; the marked text; how many are open."""
    cards = draft_shown.cards(items, language)
    beside = [_finding(n, f, language) for n, f in enumerate(found, FINDINGS)]
    shown = [c for c in cards if c.item.state is not State.NAMED or c.item.answered == NAMED]
    return {
        "open_cards": [c for c in shown if c.item.is_open],
        "closed_cards": [c for c in shown if not c.item.is_open],
        "finding_cards": beside,
        "lines": _lines(text, cards, beside),
        "tallies": draft_shown.tallies([c.item for c in shown], language),
        "open": sum(c.item.is_open for c in shown),
        "wrong": sum(c.item.state in (State.DIFFERS, State.CHANGED) for c in shown),
        "stops": sum(f.found.stops for f in beside),
    }


def _finding(pk: int, found: Found, language: str) -> FindingCard:
    zh = language.startswith("zh")
    title = next(((r.zh if zh else r.en) for r in rules() if r.code == found.code), found.code)
    kind = "none" if found.waived else found.severity.value
    return FindingCard(pk, found, title, kind, found.said(language), found.fix(language))


def _lines(text: str, cards: Sequence[Card], beside: Sequence[FindingCard]) -> list[Line]:
    numbers = [
        Mark(
            c.pk, draft_shown.KINDS.get(c.item.state, "figure"), c.item.state.value, c.item.start, c.item.end
        )
        for c in cards
        if c.item.state is not State.NAMED
    ]
    problems = [
        Mark(f.pk, f.kind, "open", f.found.start, f.found.end)
        for f in beside
        if f.found.severity is not Severity.HINT and not f.found.waived
    ]
    return marked(text, [*numbers, *problems])


def compared(earlier: str, newest: str) -> list[list[Piece]]:
    """Paragraph by paragraph: lines that stayed, were dropped or are new; inside a changed one, what changed."""
    old, new = earlier.split("\n"), newest.split("\n")
    found: list[list[Piece]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [[Piece("same", line)] for line in old[a:b]]
        elif kind == "replace" and b - a == d - c:
            found += [_inside(o, n) for o, n in zip(old[a:b], new[c:d], strict=True)]
        else:
            found += [[Piece("gone", line)] for line in old[a:b] if line]
            found += [[Piece("new", line)] for line in new[c:d] if line]
    return found


def _inside(old: str, new: str) -> list[Piece]:
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", old[a:b]))
            continue
        if b > a:
            pieces.append(Piece("gone", old[a:b]))
        if d > c:
            pieces.append(Piece("new", new[c:d]))
    return pieces
