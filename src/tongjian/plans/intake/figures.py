"""A figure of the review becomes a fact whose evidence is its sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from tongjian.facts import rules
from tongjian.facts.actions import record as record_fact
from tongjian.facts.choices import FactSource
from tongjian.facts.models import Fact
from tongjian.kernel import evidence
from tongjian.kernel.models import Place, User
from tongjian.plans.choices import Outcome
from tongjian.plans.intake import anchored, items, mapping
from tongjian.plans.intake.mapping import NoPlace, Placed, Words
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading.spans import paragraphs, sentences
from tongjian.reading.types import Figure


def record(item: IntakeItem, intake: Intake, words: Words, *, by: User | None, at: datetime) -> None:
    """Set the item's outcome, and its fact where one was written or stands already."""
    figure = items.figure_of(item)
    if figure.status == "target":
        item.outcome, item.note = Outcome.TARGET_FIGURE, ""
        return
    try:
        said = anchored.said(item)
        if said is not None:
            figure = replace(figure, bound=said.bound, status=said.status)
        placed = said.placed if said else mapping.place(figure, item.metric, intake.subject, words)
        _write(item, intake, figure, placed, by, at)
    except NoPlace as none:
        item.outcome, item.note = none.outcome, none.note[:200]


def _write(
    item: IntakeItem, intake: Intake, figure: Figure, placed: Placed, by: User | None, at: datetime
) -> None:
    said = _said_before(intake, placed)
    if said is not None:
        same = (said.number, said.bound) == (placed.number, figure.bound)
        if not same:
            raise NoPlace(Outcome.CONFLICT, f"{said.number}{said.series.unit} · {said.evidence.locator}")
        item.outcome, item.note, item.fact = Outcome.FACT_KNOWN, "", said
        return
    made = record_fact(
        placed.series,
        placed.period,
        placed.number,
        bound=figure.bound,
        words=mapping.printed(intake.text, figure),
        status=figure.status,
        source=FactSource.DOCUMENT,
        evidence=sentence_place(intake, item.start, item.end),
        by=by,
        at=at,
    )
    item.outcome = Outcome.FACT if made else Outcome.FACT_KNOWN
    item.note, item.fact = "", made or _newest(placed)


def _said_before(intake: Intake, placed: Placed) -> Fact | None:
    """What this report has already said of the same series and period."""
    return _facts(placed).filter(evidence__file=intake.file).select_related("series", "evidence").first()


def _newest(placed: Placed) -> Fact | None:
    return _facts(placed).filter(source=FactSource.DOCUMENT).first()


def _facts(placed: Placed) -> QuerySet[Fact]:
    """All facts of the series and period, the newest first."""
    period = rules.canonical(placed.series.period_kind, placed.period)
    return Fact.objects.filter(series=placed.series, period=str(period)).order_by("-seq")


def sentence_place(intake: Intake, start: int, end: int) -> Place:
    """The place of a span, with the sentence around it as excerpt."""
    return evidence.span(intake.file, start, end, sentence_around(intake.text, start, end))


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence that holds the span; the span itself where no sentence does."""
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    for first, last in paragraphs(text, low, len(text) if high < 0 else high):
        for a, b in sentences(text, first, last):
            if a <= start < b:
                return text[a : max(b, end)]
    return text[start:end]
