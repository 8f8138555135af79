"""What the cockpit shows of one year, in as few queries as its floors allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from tongjian.facts.choices import Measure
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.queries import as_known
from tongjian.kernel.models import User
from tongjian.plans import attention
from tongjian.plans.models import PlanYear
from tongjian.plans.queries import overdue_of
from tongjian.values import Period
from tongjian.web import charts
from tongjian.web.cockpit.changes import Changes, changes
from tongjian.web.history import Told, recent
from tongjian.web.known import AsKnown
from tongjian.web.plans.boards import PlanBoard, plan_board

KEY_METRICS = 6
RECENT = 10


@dataclass(frozen=True, slots=True)
class KeyMetric:
    """A metric that the plan targets, with its own course: the level where it is reported, else the growth."""

    metric: Metric
    newest: Fact
    growth: Fact | None
    facts: Sequence[Fact]
    chart: charts.Chart

    @property
    def chart_id(self) -> str:
        return f"chart-{self.metric.pk}"

    @property
    def rows(self) -> Sequence[Fact]:
        """Newest first, as the table beside the chart lists them."""
        return list(reversed(self.facts))


@dataclass(frozen=True, slots=True)
class Cockpit:
    plan: PlanYear
    board: PlanBoard
    attention: attention.Attention
    metrics: Sequence[KeyMetric]
    events: Sequence[Told]
    newest: Period | None
    changes: Changes | None


def cockpit(
    plan: PlanYear, user: User, now: datetime, asked: AsKnown, since: datetime | None = None
) -> Cockpit:
    """since: the user's last visit; what changed since then is not told on a page as known on a day.

    Targets and metrics as known on the day asked for; tasks, check-ins and events as they stand now.
    """
    board = plan_board(plan, asked.at or now, asked.on, asked.today)
    due = attention.attention_to(board.targets, overdue_of(board.task_views), plan, user, asked.today)
    known = [e.value.ref.period for e in board.targets if e.value is not None]
    newest = max(known, key=lambda p: p.end, default=None)
    news = changes(plan, board.targets, since) if since and asked.day is None else None
    return Cockpit(plan, board, due, key_metrics(board, plan, asked.at), recent(user, RECENT), newest, news)


def key_metrics(board: PlanBoard, plan: PlanYear, at: datetime | None = None) -> list[KeyMetric]:
    """The first metrics of the plan's targets that have a course to draw, in the plan's year and the one before."""
    wanted = list(dict.fromkeys(e.obligation.series.metric_id for e in board.targets))
    by_series = _facts_by_series(wanted, plan, at)
    drawn = (_key_metric(pk, by_series) for pk in wanted)
    return [k for k in drawn if k is not None][:KEY_METRICS]


def _facts_by_series(
    metrics: Sequence[int], plan: PlanYear, at: datetime | None
) -> Mapping[Series, list[Fact]]:
    series = Series.objects.filter(
        Q(measure=Measure.LEVEL) | Q(measure=Measure.GROWTH),
        metric__in=metrics,
        subject__key=settings.DISTRICT,
        breakdown="",
        comparator="",
    )
    found: dict[Series, list[Fact]] = {}
    shown = Period(Period.year(plan.year - 1).start, Period.year(plan.year).end)  # what its charts draw
    own = as_known(series, at).filter(period_end__range=(shown.start, shown.end), mantissa__isnull=False)
    for fact in own:
        found.setdefault(fact.series, []).append(fact)
    return found


def _key_metric(metric: int, by_series: Mapping[Series, list[Fact]]) -> KeyMetric | None:
    """The series with most values is drawn, a level before a growth."""
    own = [(s, facts) for s, facts in by_series.items() if s.metric_id == metric]
    ranked = sorted(own, key=lambda sf: (sf[0].measure != Measure.LEVEL, -len(sf[1])))
    for series, facts in ranked:
        if (chart := charts.of_series(series, facts)) is not None:
            newest = max(facts, key=lambda f: (f.period_end, -f.period_start))
            return KeyMetric(series.metric, newest, _growth(newest, own), facts, chart)
    return None


def _growth(level: Fact, own: Sequence[tuple[Series, list[Fact]]]) -> Fact | None:
    """The reported growth of the same period."""
    if level.series.measure == Measure.GROWTH:
        return None
    rates = (f for s, facts in own if s.measure == Measure.GROWTH for f in facts)
    return next((f for f in rates if f.period == level.period), None)
