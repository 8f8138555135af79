"""What the cockpit shows of one year, in as few queries as its floors allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from tongjian.facts.choices import Measure
from tongjian.facts.ledger import Ledger, known
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.resolved import fetch_places
from tongjian.kernel.models import User
from tongjian.plans import attention, evaluation
from tongjian.plans.models import PlanYear
from tongjian.plans.queries import fetch_leads
from tongjian.values import Period
from tongjian.web import charts
from tongjian.web.cockpit.changes import Changes, changes
from tongjian.web.history import Told, recent
from tongjian.web.known import AsKnown
from tongjian.web.plans.boards import PlanBoard, plan_board

KEY_METRICS = 6
FEWEST = 2  # values that make a course
RECENT = 10
OVERDUE = 5  # tasks that its template names


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
    book, book_then = evaluation.the_books([asked.at or now, since])
    board = plan_board(plan, asked.at or now, asked.on, asked.today, named=False, book=book)
    due = attention.attention(board.targets, board.task_views, plan, user, asked.today)
    fetch_leads([v.task for v in due.overdue[:OVERDUE]])
    periods = [e.value.ref.period for e in board.targets if e.value is not None]
    newest = max(periods, key=lambda p: p.end, default=None)
    news = None
    if since and asked.day is None:
        news = changes(board.targets, board.ledger, since, book_then)
    return Cockpit(plan, board, due, key_metrics(board, plan), recent(user, RECENT), newest, news)


def key_metrics(board: PlanBoard, plan: PlanYear) -> list[KeyMetric]:
    """The first metrics of the plan's targets that have a course to draw, in the plan's year and the one before."""
    keys = dict.fromkeys(e.obligation.series.metric.key for e in board.targets)
    shown = Period(Period.year(plan.year - 1).start, Period.year(plan.year).end)  # what its charts draw
    own = {key: [s for s in board.ledger.series(key, settings.DISTRICT) if _is_plain(s)] for key in keys}
    drawn = _drawn(own, shown, board.ledger)
    board.ledger.read(drawn, range(shown.start, shown.end + 1))
    found = [_key_metric(s, own[s.metric.key], shown, board.ledger) for s in drawn]
    fetch_places(f for k in found if k for f in (k.growth, *k.facts) if f)
    return [k for k in found if k is not None]


def _is_plain(s: Series) -> bool:
    return s.measure in {Measure.LEVEL, Measure.GROWTH} and not (s.breakdown or s.comparator)


def _drawn(own: Mapping[str, Sequence[Series]], shown: Period, ledger: Ledger) -> list[Series]:
    """Of each metric the series with most values, a level before a growth; those with two or more, as many as fit."""
    facts = known(Fact.objects.filter(mantissa__isnull=False), ledger.at)
    inside = facts.filter(period_end__range=(shown.start, shown.end))
    best: list[Series] = []
    todo, step = list(own.values()), 2 * KEY_METRICS
    while todo and len(best) < KEY_METRICS:
        best += _best(todo[:step], inside)
        todo = todo[step:]
    return best[:KEY_METRICS]


def _best(own: Sequence[Sequence[Series]], facts: QuerySet[Fact]) -> list[Series]:
    counted = facts.filter(series__in=[s.pk for found in own for s in found]).values("series")
    many = dict(counted.annotate(n=Count("period", distinct=True)).order_by().values_list("series", "n"))
    best = (
        min(
            (s for s in found if many.get(s.pk, 0) >= FEWEST),
            key=lambda s: (s.measure != Measure.LEVEL, -many[s.pk], s.pk),
            default=None,
        )
        for found in own
    )
    return [s for s in best if s is not None]


def _key_metric(series: Series, own: Sequence[Series], shown: Period, ledger: Ledger) -> KeyMetric | None:
    course = ledger.course([series], range(shown.start, shown.end + 1))
    facts = sorted((f for f in course if f.number is not None), key=lambda f: (f.period_end, f.period_start))
    chart = charts.of_series(series, facts)
    if chart is None:
        return None
    newest = max(facts, key=lambda f: (f.period_end, -f.period_start))
    return KeyMetric(series.metric, newest, _growth(newest, own, ledger), facts, chart)


def _growth(level: Fact, own: Sequence[Series], ledger: Ledger) -> Fact | None:
    """The reported growth of the same period."""
    if level.series.measure == Measure.GROWTH:
        return None
    rates = ledger.course([s for s in own if s.measure == Measure.GROWTH], [level.period_end])
    return next((f for f in rates if f.period == level.period and f.number is not None), None)
