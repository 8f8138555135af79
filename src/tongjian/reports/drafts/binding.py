"""Binding a typed docx to the ledger: every number anchored to its fact, or listed with what to do about it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tongjian.kernel.models import Subject
from tongjian.reading.api import read_text
from tongjian.reading.export import sentence as sentence_at
from tongjian.reading.lexicon.words import DOWN, UP
from tongjian.reading.types import Figure, Hints, Reading
from tongjian.reports.drafts.agreeing import as_printed
from tongjian.reports.drafts.kept import Earlier, apart_from, kept
from tongjian.reports.drafts.lists import by_place, is_uneven
from tongjian.reports.drafts.matching import Matched, Matcher
from tongjian.reports.drafts.named import is_named
from tongjian.reports.drafts.opening import HERE, Files, Opened
from tongjian.reports.drafts.places import PREFIX, Anchor
from tongjian.reports.drafts.types import NAMED, Bond, Bound, Candidate, Item, State
from tongjian.reports.drafts.wording import around
from tongjian.reports.leads import lead
from tongjian.reports.manifest import VERSION, known_entry
from tongjian.reports.numerals import without_source

LITERAL = "tj_l"
DIRECTION = re.compile(f"(?:{UP}|{DOWN})(?:了|为|到|至)?$")
ANCHORED = (State.BOUND, State.EDIT)
WHOLE = 100  # per cent
STOP = re.compile(r"[。\n\t]")


@dataclass(frozen=True, slots=True)
class Draft:
    """A docx to be bound: its bytes, the user's name of it, whose report it is, and the year that it reviews."""

    data: bytes
    name: str
    subject: Subject
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What persons and earlier rounds have said of a draft's numbers, by item key.

    answers: expression of a fact, `named`, or empty for one taken back. edits: numbers to be corrected to the ledger's value. bonds: as bound in
    the round before, where the file itself did not keep it.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    edits: frozenset[str] = frozenset()
    bonds: Mapping[str, Bond] = field(default_factory=dict)


def bind(
    draft: Draft,
    *,
    known_at: datetime,
    answers: Mapping[str, str] | None = None,
    said: Said | None = None,
    files: Files = HERE,
) -> Bound:
    """Match every number of the draft, anchor those that agree, list all.

    answers: short for a `said` with nothing but answers; those of earlier rounds are kept inside the docx.
    Raises ReadingError for what is no docx.
    """
    said = said or Said(answers or {})
    opened = files.opened(draft.data, draft.name)
    earlier = _earlier(opened.manifest)
    answered = {**earlier.get("answers", {}), **said.answers}
    reading = read_text(opened.text, Hints(area=draft.subject.label))
    years = _years(draft, reading)
    matcher = Matcher(draft.subject, years, known_at)
    left = Earlier(opened.marks, earlier.get("figures", {}), earlier.get("literals", {}))
    items = _Binder(opened.text, reading, matcher, left, replace(said, answers=answered)).items()
    anchors = [Anchor(_anchor(i), i.start, i.end, _edited(i)) for i in items if _is_anchored(i)]
    manifest = _with_charts(_manifest(reading, years[0], known_at, items, answered), earlier, opened)
    data = files.anchored(draft.data, draft.name, anchors, manifest)
    return Bound(data, items, answered, opened.text, reading.outline.title, years[0])


def _years(draft: Draft, reading: Reading) -> Sequence[int]:
    """The year reviewed and the year planned."""
    reviewed = draft.year or reading.outline.reviewed
    if reviewed is None:
        reviewed = (reading.outline.given or 0) - 1
    return (reviewed, reading.outline.planned or reviewed + 1)


def _earlier(manifest: str) -> Mapping[str, Any]:
    """The manifest of an earlier round; empty without one."""
    try:
        found = json.loads(manifest or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) and found.get("version") == VERSION else {}


class _Binder:
    """One pass over the numbers of a draft, in reading order."""

    def __init__(self, text: str, reading: Reading, matcher: Matcher, earlier: Earlier, said: Said) -> None:
        self._text, self._matcher, self._earlier, self._said = text, matcher, earlier, said
        self._marks = {(m.start, m.end): m.name for m in earlier.marks}
        printed = [f for f in reading.figures if _printed(f)]
        self._listed = by_place(text, printed, matcher.is_name)
        self._figures = [replace(f, indicator=self._listed.get(f.start, f.indicator)) for f in printed]
        self._spans = [(f.start, f.end) for f in printed]
        self._by_words: set[str] = set()
        self._seen: Counter[str] = Counter()

    def items(self) -> list[Item]:
        """What the anchors that stand say, then what the reader finds, then numbers that are no figures."""
        self._matcher.read_ahead(self._figures)
        told = [(f, self._item(f)) for f in self._figures]
        read = self._once([item for figure, item in told if _is_told(figure, item)])
        spans = [(i.start, i.end) for i in read]
        answers, now = self._said.answers, self._matcher.known
        stand = list(kept(self._text, self._earlier, spans, self._key, answers, now))
        found = [*apart_from(list(_apart(read)), stand), *stand]
        covered = [False] * len(self._text)
        for item in found:
            covered[item.start : item.end] = [True] * (item.end - item.start)
        rest = [self._rest(a, b) for a, b in without_source(self._text, covered)]
        return sorted([*found, *rest], key=lambda i: i.start)

    def _item(self, figure: Figure) -> Item:
        key = self._key(figure.start, figure.end)
        matched, was = self._matched(figure, key)
        before, after = _around(self._text, figure)
        item = Item(
            key, figure.start, figure.end, figure.text, figure.indicator, figure.period, matched.state,
            sentence_at(self._text, figure.start, figure.end), matched.known, before, after, matched.candidates,
        )  # fmt: skip
        if matched.state is State.DIFFERS and matched.known is not None:
            state = State.CHANGED if was is not None and was.shown == figure.text.strip() else State.DIFFERS
            suggestion = as_printed(figure, matched.known) if figure.form != "implied" else ""
            if suggestion and key in self._said.edits:
                state = State.EDIT
            return replace(item, state=state, suggestion=suggestion)
        return item

    def _matched(self, figure: Figure, key: str) -> tuple[Matched, Bond | None]:
        """By a person's answer, by the anchor of an earlier round, by the words, by what the round before bound."""
        answer = self._said.answers.get(key)
        if answer == NAMED:
            return Matched(State.NAMED), None
        if answer:
            return self._matcher.chosen(figure, answer), None
        was = self._anchored(figure)
        if was is not None:
            matched = self._matcher.chosen(figure, was.expression)
            if matched.known is not None and not self._matcher.names_another(figure, matched.known):
                return matched, was
        by_words = self._read(figure, key)
        was = self._said.bonds.get(key)
        if by_words.state is not State.BOUND and was is not None and was.shown == figure.text.strip():
            matched = self._matcher.chosen(figure, was.expression)
            if matched.known is not None:
                return matched, was
        return by_words, None

    def _read(self, figure: Figure, key: str) -> Matched:
        """As matched; what hangs on an uneven list is asked about."""
        matched = self._matcher.match(figure, around(self._text, figure.start, figure.end, self._spans))
        if matched.by_words:
            self._by_words.add(key)
        if matched.state is not State.BOUND or matched.known is None or figure.start in self._listed:
            return matched
        if not is_uneven(self._text, figure, self._figures, matched.known.indicator):
            return matched
        return Matched(State.CHOOSE, None, (Candidate(matched.known.expression, matched.known, "list"),))

    def _once(self, items: Sequence[Item]) -> list[Item]:
        """Where the words alone led to a fact that another number of the sentence is bound to, it is asked about."""
        many = Counter((i.sentence, i.known.expression) for i in items if i.known is not None)
        return [self._asked(i) if many[i.sentence, _expression(i)] > 1 else i for i in items]

    def _asked(self, item: Item) -> Item:
        if item.key not in self._by_words or item.known is None or item.state is not State.BOUND:
            return item
        only = Candidate(item.known.expression, item.known, "value")
        return replace(item, state=State.CHOOSE, known=None, candidates=(only,))

    def _anchored(self, figure: Figure) -> Bond | None:
        """What the anchor over this number says, if one stands there."""
        entry = self._earlier.figures.get(self._marks.get((figure.start, figure.end), ""))
        if entry is None:
            return None
        return Bond(str(entry.get("expression", "")), str(entry.get("shown", "")).strip())

    def _rest(self, start: int, end: int) -> Item:
        """A number that is no figure to the reader: part of a name or a date, or without a source."""
        key = self._key(start, end)
        text = self._text
        named = self._said.answers.get(key) == NAMED or is_named(text, start, end)
        state = State.NAMED if named else State.NO_SOURCE
        return Item(key, start, end, text[start:end], "", "", state, sentence_at(text, start, end))

    def _key(self, start: int, end: int) -> str:
        """Of the words around the number inside its sentence, digits left out: it lives as long as these do."""
        left = STOP.split(self._text[max(0, start - 24) : start])[-1]
        right = STOP.split(self._text[end : end + 8])[0]
        words = re.sub(r"[\d.,]+", "#", f"{left}|{right}")
        self._seen[words] += 1
        return hashlib.sha256(f"{words}{self._seen[words]}".encode()).hexdigest()[:12]


def _printed(figure: Figure) -> bool:
    """Whether the figure has a number to anchor: 稳步增长 and 双下降 have none, 全覆盖 says 100%."""
    return figure.form != "implied" or (figure.kind == "rate" and figure.value == WHOLE)


def _is_told(figure: Figure, item: Item) -> bool:
    """A number always; a word that says a number only where it leads to a fact, for most such words have none."""
    return figure.form != "implied" or item.state in (State.BOUND, State.CHANGED, State.NAMED)


def _expression(item: Item) -> str:
    return "" if item.known is None else item.known.expression


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


def _is_anchored(item: Item) -> bool:
    return item.state in ANCHORED or item.state is State.NAMED


def _edited(item: Item) -> str:
    """What is to stand in the number's place."""
    return item.suggestion if item.state is State.EDIT else ""


def _anchor(item: Item) -> str:
    return (LITERAL if item.state is State.NAMED else PREFIX) + item.key


def _with_charts(manifest: dict[str, Any], earlier: Mapping[str, Any], opened: Opened) -> dict[str, Any]:
    """The manifest with the charts that still stand, and their points as they were: binding reads no charts."""
    there = {m.name for m in opened.marks}
    charts = {name: chart for name, chart in earlier.get("charts", {}).items() if name in there}
    points = {n: e for n, e in earlier.get("figures", {}).items() if e.get("chart") in charts}
    return (
        {**manifest, "figures": {**manifest["figures"], **points}, "charts": charts} if charts else manifest
    )


def _manifest(
    reading: Reading, year: int, built_at: datetime, items: Sequence[Item], answers: Mapping[str, str]
) -> dict[str, Any]:
    """As docs/reference/manifest.md has it; `answers` beside it."""
    figures = {
        _anchor(i): {
            "shown": _edited(i) or i.shown,
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
        "answers": {key: answer for key, answer in answers.items() if answer},
    }
