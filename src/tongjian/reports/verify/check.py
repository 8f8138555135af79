"""A docx held against its manifest, built upon tracing: for each figure what was done to it, and whether it still holds.

Needs no database; a resolver of the ledger, where given, tells what has moved there since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tongjian.reading.api import read_text
from tongjian.reading.export import sentence as sentence_at
from tongjian.reading.types import Figure, Reading
from tongjian.reports.drafts.agreeing import as_printed
from tongjian.reports.drafts.named import is_named
from tongjian.reports.known import Known
from tongjian.reports.leads import lead
from tongjian.reports.numerals import NUMERALS, is_digit
from tongjian.reports.trace import Finding, Trace, trace
from tongjian.reports.verify.judging import known_of, wrong_in
from tongjian.reports.verify.types import State, Verdict, Verified

Entry = Mapping[str, Any]
Now = Callable[[str], Known | None]  # expression of a manifest → the figure as the ledger has it now
ABOUT_FIGURES = frozenset(
    f"trace.{c}"
    for c in ("anchor_missing", "anchor_twice", "anchor_changed", "word_changed", "literal_changed")
)
ABOUT_NUMBERS = frozenset({"trace.number", "trace.anchor_unknown"})  # told by the number itself
GONE = (-1, -1)


def verify(data: bytes, name: str = "", *, now: Now | None = None, beside: str | None = None) -> Verified:
    """Every number of the docx with what became of it. now: the ledger, to say what has changed since.
    beside: the manifest as JSON, for a docx that holds none.
    Raises ReadingError when the bytes are no readable docx. A docx without manifest is a finding, not an error.
    """
    return verify_traced(trace(data, name, beside=beside), now=now)


def verify_traced(traced: Trace, *, now: Now | None = None) -> Verified:
    """The same of a docx that was traced elsewhere."""
    checker = _Checker(traced, now)
    verdicts = sorted(checker.verdicts(), key=lambda v: (v.start < 0, v.start))
    others = tuple(p for p in traced.problems if p.code not in ABOUT_FIGURES | ABOUT_NUMBERS)
    return Verified(traced.title, tuple(verdicts), others)


@dataclass
class _Checker:
    traced: Trace
    now: Now | None
    problems: dict[str, list[Finding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for problem in self.traced.problems:
            if problem.code in ABOUT_FIGURES:
                self.problems.setdefault(str(problem.params["anchor"]), []).append(problem)
        self.loose = [p for p in self.traced.problems if p.code == "trace.number"]

    def verdicts(self) -> Iterator[Verdict]:
        yield from [self.figure(a, e) for a, e in self.traced.figures.items()]
        yield from (v for a, t in self.traced.literals.items() if (v := self.literal(a, t)) is not None)
        yield from map(self.number, self.loose)  # those that belong to a lost anchor were taken out

    @cached_property
    def reading(self) -> Reading:
        """The text as the reader has it; only needed where something was changed."""
        return read_text(self.traced.text)

    # Figures

    def figure(self, anchor: str, entry: Entry) -> Verdict:
        codes = {p.code for p in self.problems.get(anchor, ())}
        if "trace.anchor_missing" in codes:
            return self.lost(anchor, entry)
        if "chart" in entry:
            return self.point(anchor, entry, changed="trace.anchor_changed" in codes)
        marks = self.traced.marks[anchor]
        span = (marks[0].start, marks[0].end)
        if "trace.anchor_twice" in codes:
            return self.made(State.WRONG, "twice", anchor, entry, span, count=str(len(marks)))
        return self.held(anchor, entry, span, codes)

    def point(self, anchor: str, entry: Entry, *, changed: bool) -> Verdict:
        """One that a chart draws; it stands where the chart does."""
        marks = self.traced.marks.get(anchor, ())
        span = (marks[0].start, marks[0].start) if marks else GONE
        state, why = (State.WRONG, "value") if changed else (State.UNCHANGED, "same")
        return self.made(state, why, anchor, entry, span)

    def held(self, anchor: str, entry: Entry, span: tuple[int, int], codes: set[str]) -> Verdict:
        """One that stands once: is it as written, and if not, does it still say its fact?"""
        moved = self.lead_changed(entry, span)
        if not codes and not moved:
            return self.made(State.UNCHANGED, "same", anchor, entry, span)
        figure = _at(self.reading.figures, *span)
        if figure is None:
            return self.made(State.WRONG, "no_number", anchor, entry, span)
        other = self.other_indicator(figure, entry) if moved else ""
        if other:
            return self.made(State.WRONG, "indicator", anchor, entry, span, other=other)
        words_stand = "trace.word_changed" not in codes
        wrong = wrong_in(figure, known_of(entry), words_stand=words_stand) if codes else ""
        if not wrong:
            why = "rounded" if "trace.anchor_changed" in codes else "reworded"
            return self.made(State.CONSISTENT, why, anchor, entry, span)
        today = self.ledger(entry)
        if today is not None and not wrong_in(figure, today, words_stand=words_stand):
            return self.made(State.CONSISTENT, "now", anchor, entry, span)
        return self.made(State.WRONG, wrong, anchor, entry, span)

    def lead_changed(self, entry: Entry, span: tuple[int, int]) -> bool:
        """Manifests of before have no lead."""
        was = entry.get("lead")
        return was is not None and lead(self.traced.text, span[0], str(entry.get("before", ""))) != was

    def other_indicator(self, figure: Figure, entry: Entry) -> str:
        """The other indicator of this report that the words beside the number name now, if they do not name its own."""
        own = str(entry.get("indicator", ""))
        said = figure.indicator
        if not said or not own or own in said or said in own:
            return ""
        names = {str(e.get("indicator", "")) for e in self.traced.figures.values()} - {own, ""}
        return max((n for n in names if n in said or said == n), key=len, default="")

    def lost(self, anchor: str, entry: Entry) -> Verdict:
        """The anchor is gone; its number may still stand, then it is no new one."""
        digits = _digits(str(entry["shown"]))
        for loose in self.loose:
            start = int(str(loose.params["at"]))
            if digits and _digits(str(loose.params["found"])) == digits:
                self.loose.remove(loose)
                return self.made(
                    State.LOST, "bare", anchor, entry, (start, start + len(str(loose.params["found"])))
                )
        return self.made(State.LOST, "gone", anchor, entry, GONE)

    def made(
        self, state: State, why: str, anchor: str, entry: Entry, span: tuple[int, int], **about: str
    ) -> Verdict:
        start, end = span
        text, known, today = self.traced.text, known_of(entry), self.ledger(entry)
        shown = str(entry["shown"])
        written = f"{entry.get('before', '')}{shown}{entry.get('after', '')}"
        return Verdict(
            state,
            why,
            shown,
            text[start:end].strip() if start >= 0 else "",
            sentence_at(text, start, end) if start >= 0 else "",
            start,
            end,
            anchor,
            known.indicator,
            known.expression,
            {"ledger": shown, "expected": written, "indicator": known.indicator, **about},
            "" if today is None else self.today(span, today),
        )

    # The ledger

    def ledger(self, entry: Entry) -> Known | None:
        """The figure as the ledger has it now, where that is another value than the manifest's."""
        if self.now is None:
            return None
        today = self.now(str(entry.get("expression", "")))
        if today is None or today.number is None:
            return None
        same = str(today.number) == entry.get("value") and today.bound.value == entry.get("bound", "eq")
        return None if same else today

    def today(self, span: tuple[int, int], known: Known) -> str:
        """The ledger's value as it would be printed here, else as it is kept."""
        figure = None if span == GONE else _at(self.reading.figures, *span)
        return (as_printed(figure, known) if figure is not None else "") or f"{known.number}{known.unit}"

    # All else

    def literal(self, anchor: str, shown: str) -> Verdict | None:
        """A marked text; one that is gone says nothing any more."""
        marks = [m for m in self.traced.marks.get(anchor, ()) if m.start < m.end]
        if not marks:
            return None
        start, end = marks[0].start, marks[0].end
        changed = any(p.code == "trace.literal_changed" for p in self.problems.get(anchor, ()))
        state, why = (State.WRONG, "literal") if changed else (State.UNCHANGED, "same")
        found, text = self.traced.text[start:end].strip(), self.traced.text
        return Verdict(
            state,
            why,
            shown,
            found,
            sentence_at(text, start, end),
            start,
            end,
            anchor,
            about={"expected": shown},
        )

    def number(self, loose: Finding) -> Verdict:
        start, found = int(str(loose.params["at"])), str(loose.params["found"])
        end, text = start + len(found), self.traced.text
        figure = _at(self.reading.figures, start, end)
        why = "named" if is_named(text, start, end) else "number"
        shown = found if figure is None else figure.text
        indicator = "" if figure is None else figure.indicator
        return Verdict(
            State.NEW, why, "", shown, sentence_at(text, start, end), start, end, indicator=indicator
        )


def _at(figures: Sequence[Figure], start: int, end: int) -> Figure | None:
    """The figure that shares the most characters with the span."""
    shared = [(min(f.end, end) - max(f.start, start), -f.start, f) for f in figures if f.form != "implied"]
    best = max(shared, key=lambda s: s[:2], default=None)
    return None if best is None or best[0] <= 0 else best[2]


def _digits(text: str) -> str:
    """The number alone: digits, else Chinese numerals."""
    digits = "".join(c for c in text if is_digit(c) or c == ".")
    return digits or "".join(c for c in text if c in NUMERALS)
