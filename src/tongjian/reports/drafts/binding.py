"""Binding a typed docx to the ledger: every number anchored to its fact, or listed with what to do about it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tongjian.kernel.models import Subject
from tongjian.reading.api import read_text
from tongjian.reading.documents.package import open_package
from tongjian.reading.export import sentence as sentence_at
from tongjian.reading.lexicon.words import DOWN, UP
from tongjian.reading.types import Figure, Hints, Reading
from tongjian.reports.drafts.agreeing import as_printed
from tongjian.reports.drafts.matching import Matched, Matcher
from tongjian.reports.drafts.named import is_named
from tongjian.reports.drafts.places import PREFIX, Anchor, Body
from tongjian.reports.drafts.types import Bound, Item, State
from tongjian.reports.drafts.zipped import manifest_path, rewritten
from tongjian.reports.leads import lead
from tongjian.reports.manifest import VERSION, known_entry
from tongjian.reports.numerals import without_source

LITERAL = "tj_l"
DIRECTION = re.compile(f"(?:{UP}|{DOWN})(?:了|为|到|至)?$")
ANCHORED = (State.BOUND,)
NAMED = "named"  # the answer that a number needs no source


@dataclass(frozen=True, slots=True)
class Draft:
    """A docx to be bound: its bytes, the user's name of it, whose report it is, and the year that it reviews."""

    data: bytes
    name: str
    subject: Subject
    year: int | None = None


def bind(draft: Draft, *, known_at: datetime, answers: Mapping[str, str] | None = None) -> Bound:
    """Match every number of the draft, anchor those that agree, list all.

    answers: item key → expression of a fact, or `named`; those of earlier rounds are kept inside the docx.
    Raises ReadingError for what is no docx.
    """
    package = open_package(draft.data, draft.name)
    body = Body(package)
    earlier = _earlier(package)
    kept = {**earlier.get("answers", {}), **(answers or {})}
    reading = read_text(body.text, Hints(area=draft.subject.label))
    years = _years(draft, reading)
    binder = _Binder(body, reading, Matcher(draft.subject, years, known_at), earlier.get("figures", {}), kept)
    items = binder.items()
    anchors = [Anchor(_anchor(i), i.start, i.end) for i in items if _is_anchored(i)]
    body.anchor(anchors)
    manifest = _manifest(reading, years[0], known_at, items, kept)
    return Bound(rewritten(package, body.written(), manifest), items, kept)


def _years(draft: Draft, reading: Reading) -> Sequence[int]:
    """The year reviewed and the year planned."""
    reviewed = draft.year or reading.outline.reviewed
    if reviewed is None:
        reviewed = (reading.outline.given or 0) - 1
    return (reviewed, reading.outline.planned or reviewed + 1)


def _earlier(package: Any) -> Mapping[str, Any]:
    """The manifest of an earlier round; empty without one."""
    path = manifest_path(package)
    if path is None:
        return {}
    try:
        found = json.loads("".join(package.part(path).itertext()))
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("version") == VERSION else {}


class _Binder:
    """One pass over the numbers of a draft, in reading order."""

    def __init__(
        self,
        body: Body,
        reading: Reading,
        matcher: Matcher,
        figures: Mapping[str, Mapping[str, Any]],
        answers: Mapping[str, str],
    ) -> None:
        self._body, self._reading, self._matcher = body, reading, matcher
        self._figures, self._answers = figures, answers
        self._marks = {(m.start, m.end): m.name for m in body.earlier}
        self._seen: Counter[str] = Counter()

    def items(self) -> list[Item]:
        found = [self._item(f) for f in self._reading.figures if _printed(f)]
        covered = [False] * len(self._body.text)
        for item in found:
            covered[item.start : item.end] = [True] * (item.end - item.start)
        rest = [self._rest(a, b) for a, b in without_source(self._body.text, covered)]
        return sorted([*_apart(found), *rest], key=lambda i: i.start)

    def _item(self, figure: Figure) -> Item:
        key = self._key(figure.start, figure.end)
        matched, was = self._matched(figure, key)
        before, after = _around(self._body.text, figure)
        item = Item(
            key, figure.start, figure.end, figure.text, figure.indicator, figure.period, matched.state,
            sentence_at(self._body.text, figure.start, figure.end), matched.known, before, after, matched.candidates,
        )  # fmt: skip
        if matched.state is State.DIFFERS and matched.known is not None:
            changed = was is not None and _had(was, figure)
            state = State.CHANGED if changed else State.DIFFERS
            return replace(item, state=state, suggestion=as_printed(figure, matched.known))
        return item

    def _matched(self, figure: Figure, key: str) -> tuple[Matched, Mapping[str, Any] | None]:
        """By a person's answer, by the anchor of an earlier round, by the words."""
        answer = self._answers.get(key)
        if answer == NAMED:
            return Matched(State.NAMED), None
        if answer:
            return self._matcher.chosen(figure, answer), None
        was = self._figures.get(self._marks.get((figure.start, figure.end), ""))
        if was is not None:
            matched = self._matcher.chosen(figure, str(was.get("expression", "")))
            if matched.known is not None:
                return matched, was
        return self._matcher.match(figure), None

    def _rest(self, start: int, end: int) -> Item:
        """A number that is no figure to the reader: part of a name or a date, or without a source."""
        key = self._key(start, end)
        text = self._body.text
        named = self._answers.get(key) == NAMED or is_named(text, start, end)
        state = State.NAMED if named else State.NO_SOURCE
        return Item(key, start, end, text[start:end], "", "", state, sentence_at(text, start, end))

    def _key(self, start: int, end: int) -> str:
        """Of the words around the number, its own digits left out: it lives as long as the sentence does."""
        text = self._body.text
        words = re.sub(r"[\d.,]+", "#", f"{text[max(0, start - 16) : start]}|{text[end : end + 8]}")
        self._seen[words] += 1
        return hashlib.sha256(f"{words}{self._seen[words]}".encode()).hexdigest()[:12]


def _printed(figure: Figure) -> bool:
    """Whether the figure has a number to anchor; 稳步增长 and 双下降 have none."""
    return figure.form != "implied"


def _apart(items: Sequence[Item]) -> Iterator[Item]:
    """Items without those that share characters with one before: two figures said by one number are anchored once."""
    end = -1
    for item in sorted(items, key=lambda i: (i.start, -i.end)):
        if item.start >= end:
            yield item
            end = item.end


def _around(text: str, figure: Figure) -> tuple[str, str]:
    """The direction or bound word directly before the number, and the bound word directly after it."""
    left, word = text[max(0, figure.start - 8) : figure.start], figure.bound_word or ""
    direction = DIRECTION.search(left)
    before = direction[0] if direction else word if word and left.endswith(word) else ""
    return before, word if word and text.startswith(word, figure.end) else ""


def _had(was: Mapping[str, Any], figure: Figure) -> bool:
    """Whether the number is as it was bound before: then it is the ledger that has moved."""
    return str(was.get("shown", "")).strip() == figure.text.strip()


def _is_anchored(item: Item) -> bool:
    return item.state in ANCHORED or item.state is State.NAMED


def _anchor(item: Item) -> str:
    return (LITERAL if item.state is State.NAMED else PREFIX) + item.key


def _manifest(
    reading: Reading, year: int, built_at: datetime, items: Sequence[Item], answers: Mapping[str, str]
) -> dict[str, Any]:
    """As docs/reference/manifest.md has it; `answers` beside it."""
    figures = {
        _anchor(i): {
            "shown": i.shown,
            "before": i.before,
            "after": i.after,
            "line": 0,
            "lead": lead(reading.document.text, i.start, i.before),
            **known_entry(i.known),
        }
        for i in items
        if i.state in ANCHORED and i.known is not None
    }
    return {
        "version": VERSION,
        "title": reading.outline.title,
        "year": year,
        "built_at": built_at.isoformat(timespec="seconds"),
        "figures": figures,
        "literals": {_anchor(i): i.shown for i in items if i.state is State.NAMED},
        "answers": dict(answers),
    }
