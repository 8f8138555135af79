"""Holding what happened against what was promised: one light for each target, with its sentence and its value.

Nothing is stored: a light is a function of the facts known at a moment, the day, and the pack of rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import get_language

from tongjian.facts import queries as facts
from tongjian.facts import rules as fact_rules
from tongjian.facts import specs
from tongjian.facts.choices import Bound, Direction, FactStatus, Measure, MetricKind
from tongjian.facts.models import Fact, Series
from tongjian.facts.resolved import FactAmbiguous, FactMissing, Resolved
from tongjian.kernel import definitions
from tongjian.plans import lights, queries, rules, sentences
from tongjian.plans.choices import Light
from tongjian.plans.models import Obligation, PlanYear
from tongjian.plans.queries import task_light as task_light
from tongjian.plans.rules import Asked, Judgement, Seen
from tongjian.plans.sentences import Said
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A target's light. value None: nothing to judge by. points: all values of the due period, by period."""

    obligation: Obligation
    light: Light
    target: Said
    reason: Said
    value: Resolved | None = None
    judgement: Judgement | None = None
    points: tuple[Resolved, ...] = ()

    @property
    def target_text(self) -> str:
        """The target in the reader's language."""
        return _in_language(self.target)

    @property
    def reason_text(self) -> str:
        """The reason in the reader's language."""
        return _in_language(self.reason)


def _in_language(said: Said) -> str:
    return said.en if (get_language() or "").startswith("en") else said.zh


def evaluate(
    obligation: Obligation, at: datetime | None, today: date, book: lights.Book | None = None
) -> Evaluation:
    """The light of one target by the facts known at `at` (None: now), on the day `today`."""
    asked = asked_of(obligation)
    aim = sentences.target(asked)
    points = values_within(obligation, at)
    value = chosen(points, asked)
    if asked.number is None:
        light = rules.light_without_value(asked.due, today)
        return Evaluation(obligation, light, aim, sentences.no_number(asked), value, None, points)
    if value is None:
        light = rules.light_without_value(asked.due, today)
        why = sentences.no_value(asked, due_later=light == Light.NOT_DUE)
        return Evaluation(obligation, light, aim, why)
    seen = seen_of(value, asked)
    judged = rules.judge(asked, seen, book or the_book())
    return Evaluation(
        obligation, judged.light, aim, sentences.reason(asked, seen, judged), value, judged, points
    )


def evaluate_all(plan: PlanYear, at: datetime | None, today: date) -> list[Evaluation]:
    """All targets of a plan, in its order."""
    book = the_book()
    return [evaluate(o, at, today, book) for o in queries.obligations(plan)]


def the_book() -> lights.Book:
    """The ruling lists of lights. Raises LightsError when a district's own pack has a gap."""
    return lights.read(definitions.bodies("lights"))


def asked_of(obligation: Obligation) -> Asked:
    """What the target asks, as plain values."""
    series, number = obligation.series, obligation.number
    return Asked(
        number=None if number is None else number.decimal,
        bound=Bound(obligation.bound),
        unit=series.unit,
        measure=Measure(series.measure),
        kind=MetricKind(series.metric.kind),
        direction=Direction(series.metric.direction),
        due=Period.parse(obligation.due),
        words=obligation.words,
    )


def seen_of(value: Resolved, asked: Asked) -> Seen:
    """A value as the rules take it, in the target's unit."""
    number = fact_rules.converted(value.number, value.unit, asked.unit)
    return Seen(number.decimal, value.ref.period, FactStatus(value.status), Bound(value.bound))


def values_within(obligation: Obligation, at: datetime | None) -> tuple[Resolved, ...]:
    """The values of the target's series for every period of its due time that anything is known of, by period.

    Reported ones come in one query; only where the metric declares how, the rest is derived.
    """
    due = Period.parse(obligation.due)
    reported = {f.interval: _leaf(f) for f in _reported(obligation, due, at) if f.number is not None}
    derived = [_derived(obligation, p, at) for p in _other_periods(obligation, due, at) if p not in reported]
    found = [*reported.values(), *(d for d in derived if d is not None)]
    return tuple(sorted(found, key=lambda r: (r.ref.period.end, -r.ref.period.start)))


def _reported(obligation: Obligation, due: Period, at: datetime | None) -> QuerySet[Fact]:
    """The ruling facts of the target's series, counted in whichever way, within the due time."""
    s = obligation.series
    alike = Series.objects.filter(
        metric=s.metric_id,
        subject=s.subject_id,
        measure=s.measure,
        of=s.of,
        basis=s.basis,
        comparator=s.comparator,
        breakdown=s.breakdown,
    )
    return _within(facts.as_known(alike, at), obligation, due)


def _within(rows: QuerySet[Fact], obligation: Obligation, due: Period) -> QuerySet[Fact]:
    """Of the due time; flows only where they count from its start."""
    rows = rows.filter(period_end__gte=due.start, period_end__lte=due.end)
    return rows.filter(period_start=due.start) if _is_flow(obligation) else rows


def _is_flow(obligation: Obligation) -> bool:
    return obligation.series.metric.kind == MetricKind.FLOW


def _leaf(fact: Fact) -> Resolved:
    assert fact.number is not None  # the caller looked
    return Resolved(
        ref=facts.ref_of(fact.series, fact.interval),
        number=fact.number,
        unit=fact.series.unit,
        bound=fact.bound,
        words=fact.words,
        status=fact.status,
        fact=fact,
        place=fact.evidence,
    )


def _other_periods(obligation: Obligation, due: Period, at: datetime | None) -> list[Period]:
    """Periods whose value may be derived: the metric says how, and something of it is known."""
    series = obligation.series
    lines = specs.derived(series.metric.derive)
    if not any((d.measure, d.basis) == (series.measure, series.basis) for d in lines):
        return []
    inputs = {series.metric.key, *(k for d in lines for k in (d.numerator, d.denominator) if k)}
    rows = facts.known(Fact.objects.all(), at).filter(
        series__metric__key__in=inputs, series__subject=series.subject_id, series__measure=Measure.LEVEL
    )
    spans = _within(rows, obligation, due).values_list("period_start", "period_end").distinct()
    return [Period(start, end) for start, end in spans]


def _derived(obligation: Obligation, period: Period, at: datetime | None) -> Resolved | None:
    try:
        return facts.resolve(facts.ref_of(obligation.series, period), at)
    except (FactMissing, FactAmbiguous):
        return None


def chosen(points: tuple[Resolved, ...], asked: Asked) -> Resolved | None:
    """The value that the light goes by: the whole period's actual, else its estimate, else the latest so far."""
    whole = [p for p in points if p.ref.period.end == asked.due.end]
    firm = [p for p in whole if p.status != FactStatus.ESTIMATE]
    return next((rank[-1] for rank in (firm, whole, list(points)) if rank), None)
