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
from tongjian.web.facts.peers import PeerTable, peer_table, peers_refs, towns

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
    """Months that something said of the district ends in, the newest first; estimates begin none."""
    series = list(_own_series().values_list("pk", flat=True))
    facts = known(Fact.objects.filter(series__in=series), at)
    firm = facts.filter(mantissa__isnull=False).exclude(status="estimate")
    newest = next((e for e in _ends(facts) if firm.filter(period_end=e).exists()), None)
    if newest is None:
        return []
    ends = _ends(facts.filter(period_end__range=(newest - MOST_MONTHS + 1, newest)))
    return [Period(end, end) for end in ends]


def _ends(facts: QuerySet[Fact]) -> list[int]:
    return sorted(facts.values_list("period_end", flat=True).distinct().order_by(), reverse=True)


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
    own = _own_series()
    facts = known(Fact.objects.filter(series__in=own, period_end=month.end, mantissa__isnull=False), at)
    found = list(Metric.objects.filter(pk__in=facts.values("series__metric")).only("key", "theme", "order"))
    themes = list(THEMES)
    found.sort(key=lambda m: (themes.index(m.theme) if m.theme in THEMES else len(themes), m.order, m.key))
    ledger.name_ahead([FactRef(m.key, month) for m in found[:MOST_METRICS]])
    series = {
        m.key: [s for s in ledger.series(m.key, settings.DISTRICT) if _is_plain(s)]
        for m in found[:MOST_METRICS]
    }
    ledger.read([s for some in series.values() for s in some], [month.end])
    known_of = {
        k: [f for f in ledger.course(some, [month.end]) if f.number is not None] for k, some in series.items()
    }
    periods = {k: _period(some) for k, some in known_of.items() if some}
    ledger.read_ahead([FactRef(k, p, measure="growth") for k, p in periods.items()])
    return [_line(known_of[k], p, ledger) for k, p in periods.items()]


def _is_plain(s: Series) -> bool:
    return s.measure in {Measure.LEVEL, Measure.GROWTH} and not (s.breakdown or s.comparator)


def _period(facts: Sequence[Fact]) -> Period:
    """The longest one, of a level if there is any."""
    levels = [f for f in facts if f.series.measure == Measure.LEVEL]
    return max((f.interval for f in levels or facts), key=lambda p: p.months)


def _line(facts: Sequence[Fact], period: Period, ledger: Ledger) -> MetricLine:
    metric = facts[0].series.metric
    same = [f for f in facts if f.interval == period]
    level = next((f for f in same if f.series.measure == Measure.LEVEL), None)
    rates = sorted(
        (f for f in same if f.series.measure == Measure.GROWTH), key=lambda f: f.series.basis != Basis.NATURAL
    )
    growth = (
        leaf(rates[0], shelf=ledger.shelf)
        if rates
        else ledger.look(FactRef(metric.key, period, measure="growth"))
    )
    return MetricLine(metric, period, None if level is None else leaf(level, shelf=ledger.shelf), growth)


def _rankings(month: Period, at: datetime | None, ledger: Ledger) -> list[PeerTable]:
    """Towns for the first metrics that they reported for the month."""
    areas, reported = towns(ledger), comparison.reported(month.end, at)
    shown = comparison.comparable(Metric.objects.filter(pk__in=reported))[:MOST_RANKINGS]
    periods = {m: max((Period.parse(p) for p in reported[m.pk]), key=lambda p: p.months) for m in shown}
    ledger.read_ahead([r for m, p in periods.items() for r in peers_refs(m, areas, p)])
    return [peer_table(m, areas, p, ledger) for m, p in periods.items()]


def _cells(month: Period, user: User, today: date) -> list[Cell]:
    units = reporting_units(user)
    round_ = rounds.round_of(month)
    if not units or round_ not in completeness.rounds_of(month.end_year):
        return []
    found = completeness.matrix([round_], today, units)
    return [cells[0] for _unit, cells in found.rows]
