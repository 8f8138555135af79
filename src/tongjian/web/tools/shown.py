"""A checked report as a page shows it: marked text, cards of findings, rows of figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.checking import Checked, Finding
from tongjian.checking.export import severity, source, titles
from tongjian.reading import Reading
from tongjian.reading.labels import label
from tongjian.reading.types import Figure
from tongjian.web.intake.marks import Line, Mark, marked

HEADING = 48  # characters of a line that is a heading
FIGURES_FROM = 100_000  # ids of figures, after those of findings


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place in another text."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Card:
    """A finding beside the text."""

    pk: int
    severity: str
    word: str
    code: str
    title: str
    told: str
    fix: str
    words: str
    at: int
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside the text."""

    pk: int
    at: int
    indicator: str
    text: str
    period: str
    kind: str
    status: str
    basis: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of a severity or of a rule."""

    key: str
    label: str
    count: int


def cards(checked: Checked, language: str) -> list[Card]:
    names = titles(language)
    return [_card(n, f, names.get(f.code, ""), language) for n, f in enumerate(checked.findings, 1)]


def _card(pk: int, found: Finding, title: str, language: str) -> Card:
    zh, own = language.startswith("zh"), [s for s in found.spans if s.source == "this"]
    first = own[0] if own else None
    return Card(
        pk,
        found.severity.value,
        severity(found.severity, "zh") if zh else found.severity.value,
        found.code,
        title,
        found.zh if zh else found.en,
        found.zh_fix if zh else found.en_fix,
        _short(first.text) if first else "",
        first.start if first else -1,
        tuple(Elsewhere(source(s, language), _short(s.text)) for s in found.spans if s.source != "this")[:4],
    )


def _short(text: str) -> str:
    flat = text.replace("\n", " ")
    return flat if len(flat) <= 60 else flat[:59] + "…"


def rows(reading: Reading, language: str) -> list[Row]:
    return [_row(FIGURES_FROM + n, f, language) for n, f in enumerate(reading.figures)]


def _row(pk: int, f: Figure, language: str) -> Row:
    kind, status = label("figure_kind", f.kind, language), label("status", f.status, language)
    return Row(pk, f.start, f.indicator, f.text, f.period, kind, status, f.basis or "")


def lines(reading: Reading, checked: Checked) -> list[Line]:
    """The text with findings and figures marked; a finding's places all carry its number."""
    found = [
        Mark(n, f.severity.value, "found", s.start, s.end)
        for n, f in enumerate(checked.findings, 1)
        for s in f.spans
        if s.source == "this" and s.end > s.start
    ]
    figures = [
        Mark(FIGURES_FROM + n, "figure", "read", f.start, f.end)
        for n, f in enumerate(reading.figures)
        if f.end > f.start
    ]
    return marked(reading.document.text, [*found, *figures], _headings(reading))


def _headings(reading: Reading) -> list[int]:
    """Where headings stand on lines of their own; one that begins a paragraph is not set apart."""
    text = reading.document.text
    return [s.start for s in reading.outline.sections if 0 <= text.find("\n", s.start) - s.start <= HEADING]


def severities(shown: Sequence[Card]) -> list[Tally]:
    counts, words = Counter(c.severity for c in shown), {c.severity: c.word for c in shown}
    return [Tally(k, words[k], counts[k]) for k in ("error", "question", "hint") if counts[k]]


def codes(shown: Sequence[Card]) -> list[Tally]:
    counts, words = Counter(c.code for c in shown), {c.code: c.title for c in shown}
    return [Tally(k, f"{k} {words[k]}", n) for k, n in sorted(counts.items())]
