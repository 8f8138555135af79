"""月度监测: what one month shows. Lights by what ended by then, key metrics, towns, and who did not report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import QuerySet

from tongjian.facts.choices import Basis, Measure
from tongjian.facts.collection import completeness, rounds
from tongjian.facts.collection.completeness import Cell, Standing
from tongjian.facts.ledger import Ledger, known, leaf
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.queries import as_known
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.kernel.models import User
from tongjian.plans import evaluation, replay
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import PlanYear
from tongjian.values import Period
from tongjian.web.analysis import comparison
from tongjian.web.analysis.units import reporting_units
from tongjian.web.facts.listing import THEMES
from tongjian.web.facts.peers import PeerTable, peer_table, towns

MOST_METRICS = 40
MOST_RANKINGS = 6
MOST_MONTHS = 36
OWING = frozenset({Standing.MISSING, Standing.ERRORS, Standing.LATE})


@dataclass(frozen=True, slots=True)
class MetricLine:
    """A metric of the month. value None: only its growth was reported."""

    metric: Metric
    period: Period
    value: Resolved | None
    growth: Resolved | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """plan None: no plan of the year. owing: units that did not report, sent errors or were late, as far as one may see."""

    month: Period
    plan: PlanYear | None
    targets: Sequence[Evaluation]
    metrics: Sequence[MetricLine]
    rankings: Sequence[PeerTable]
    owing: Sequence[Cell]
    expected: int


def months(at: datetime | None) -> list[Period]:
    """Months that a figure of the district ends in, the newest first; estimates begin none."""
    facts = Fact.objects.filter(series__in=_own_series(), mantissa__isnull=False).exclude(status="estimate")
    ends = known(facts, at).values_list("period_end", flat=True).distinct().order_by("-period_end")
    return [Period(end, end) for end in ends[:MOST_MONTHS]]


def bulletin(month: Period, plan: PlanYear | None, user: User, at: datetime | None, today: date) -> Bulletin:
    """The month as known at `at` (None: now)."""
    ledger = Ledger(at)
    owed = _cells(month, user, today)
    return Bulletin(
        month,
        plan,
        _targets(plan, month, at),
        _metrics(month, at, ledger),
        _rankings(month, at, ledger),
        [c for c in owed if c.standing in OWING],
        len(owed),
    )


def _targets(plan: PlanYear | None, month: Period, at: datetime | None) -> list[Evaluation]:
    """Each target's light on the last day of the month, by periods that ended by then."""
    if plan is None:
        return []
    return [row.before for row in replay.replay(plan, evaluation.the_book(at), [month], at=at).rows]


def _own_series() -> QuerySet[Series]:
    return Series.objects.filter(
        subject__key=settings.DISTRICT,
        measure__in=[Measure.LEVEL, Measure.GROWTH],
        breakdown="",
        comparator="",
    )


def _metrics(month: Period, at: datetime | None, ledger: Ledger) -> list[MetricLine]:
    """Metrics of the district with a figure that ends with the month, by theme."""
    facts = as_known(_own_series(), at).filter(period_end=month.end, mantissa__isnull=False)
    own: dict[Metric, list[Fact]] = {}
    for fact in facts:
        own.setdefault(fact.series.metric, []).append(fact)
    themes = list(THEMES)
    found = sorted(
        own, key=lambda m: (themes.index(m.theme) if m.theme in THEMES else len(themes), m.order, m.key)
    )
    found = found[:MOST_METRICS]
    periods = {m: _period(own[m]) for m in found}
    ledger.read_ahead([FactRef(m.key, periods[m]) for m in found])
    return [_line(m, periods[m], own[m], ledger) for m in found]


def _period(facts: Sequence[Fact]) -> Period:
    """The longest one, of a level if there is any."""
    levels = [f for f in facts if f.series.measure == Measure.LEVEL]
    return max((f.interval for f in levels or facts), key=lambda p: p.months)


def _line(metric: Metric, period: Period, facts: Sequence[Fact], ledger: Ledger) -> MetricLine:
    same = [f for f in facts if f.interval == period]
    level = next((f for f in same if f.series.measure == Measure.LEVEL), None)
    rates = sorted(
        (f for f in same if f.series.measure == Measure.GROWTH), key=lambda f: f.series.basis != Basis.NATURAL
    )
    growth = leaf(rates[0]) if rates else ledger.look(FactRef(metric.key, period, measure="growth"))
    return MetricLine(metric, period, None if level is None else leaf(level), growth)


def _rankings(month: Period, at: datetime | None, ledger: Ledger) -> list[PeerTable]:
    """Towns for the metrics that they reported for the month."""
    areas = towns(ledger)
    found = []
    for metric in comparison.comparable(Metric.objects.all()):
        period = next((p for p in comparison.periods(metric, at) if p.end == month.end), None)
        if period is not None:
            found.append(peer_table(metric, areas, period, ledger))
        if len(found) == MOST_RANKINGS:
            break
    return found


def _cells(month: Period, user: User, today: date) -> list[Cell]:
    units = reporting_units(user)
    round_ = rounds.round_of(month)
    if not units or round_ not in completeness.rounds_of(month.end_year):
        return []
    found = completeness.matrix([round_], today, units)
    return [cells[0] for _unit, cells in found.rows]
