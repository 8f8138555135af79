"""What plan pages and the cockpit show, put together from the floors' own queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongjian.facts.ledger import Ledger
from tongjian.kernel.access import Viewer
from tongjian.plans import evaluation, lights, queries
from tongjian.plans.choices import Light, PlanState
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import PlanSection, PlanYear
from tongjian.plans.queries import Counts, TaskView
from tongjian.values import PeriodKind
from tongjian.web import charts
from tongjian.web.requests import whole


@dataclass(frozen=True, slots=True)
class SectionBoard:
    """A section of the plan with its tasks by light."""

    section: PlanSection | None
    tasks: Sequence[TaskView]
    counts: Counts


@dataclass(frozen=True, slots=True)
class PlanBoard:
    """A plan with all its lights. ledger: what the targets were judged by."""

    ledger: Ledger
    targets: Sequence[Evaluation]
    target_lights: Mapping[str, int]
    sections: Sequence[SectionBoard]
    tasks: Counts

    @property
    def task_views(self) -> list[TaskView]:
        return [v for s in self.sections for v in s.tasks]


def plan_board(
    plan: PlanYear,
    at: datetime,
    today: date,
    tasks_on: date | None = None,
    *,
    named: bool = True,
    book: lights.Book | None = None,
) -> PlanBoard:
    """Targets by what was known at `at`, on `today`; tasks as they stand now, on `tasks_on` (None: the same day).

    named False: the units of tasks are not read, for pages that count tasks. book: the lights that ruled at `at`.
    """
    ledger = Ledger(at)
    targets = evaluation.evaluate_all(plan, at, today, book, ledger)
    sections = [
        SectionBoard(s.section, s.tasks, queries.counts(s.tasks))
        for s in queries.sections(plan, tasks_on or today, named=named)
    ]
    tally = Counter(e.light.value for e in targets)
    return PlanBoard(
        ledger,
        targets,
        {light: tally[light] for light in Light.values},
        sections,
        queries.counts([v for s in sections for v in s.tasks]),
    )


def chosen_plan(plans: Sequence[PlanYear], year: str | None, today: date) -> PlanYear | None:
    """The plan of the year asked for, else of this year, else the newest that has begun, else the newest. No draft unasked."""
    wanted = whole(year)
    begun = [p for p in plans if p.year <= today.year and p.state == PlanState.APPROVED]
    return next((p for p in plans if p.year == wanted), None) or next(iter(begun or plans), None)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in the list of plans."""

    plan: PlanYear
    targets: int
    tasks: Counts


def plan_lines(user: Viewer, today: date) -> list[PlanLine]:
    """Newest year first."""
    found = []
    for plan in queries.visible_to(user):
        views = queries.task_views(plan.tasks.all(), today, named=False)
        found.append(PlanLine(plan, plan.obligations.count(), queries.counts(views)))
    return found


def target_chart(found: Evaluation) -> charts.Chart | None:
    """The values of a target's due time, with the target as a line where it is a plain number."""
    series = found.obligation.series
    points = [(p.ref.period, p.number) for p in found.points]
    adds_up = series.period_kind == PeriodKind.CUMULATIVE or series.metric.kind == "flow"
    return charts.of_points(points, series.unit, adds_up, found.obligation.number)
