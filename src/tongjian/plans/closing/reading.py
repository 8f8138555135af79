"""A year's plan at its end: what was kept, what was not and why, what goes on, and what the next targets may be.

Nothing is stored but the owners' explanations: the rest is read from the ledger as known at a moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tongjian.facts.choices import Direction, Measure
from tongjian.facts.ledger import Ledger, ref_of
from tongjian.plans import evaluation, public, queries
from tongjian.plans.choices import Claim, MidtermRule, PublicState, Verdict
from tongjian.plans.closing import scenarios
from tongjian.plans.closing.scenarios import Asked, Scenarios
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import CheckIn, Explanation, FiveYearTarget, Obligation, PlanYear, Reply, Task
from tongjian.values import Number, Period

OPEN = frozenset({PublicState.NEARLY, PublicState.BEHIND, PublicState.MISSED})
BACK = scenarios.YEARS + 2  # years that are read before the plan's own


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a promise was not kept, and whose words these are: an explanation, a reply to an order, a progress report."""

    text: str
    source: str
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target at the end of the year. needed: what the five-year plan asks of the next one."""

    judged: Evaluation
    state: PublicState
    reason: Reason | None
    scenarios: Scenarios | None
    needed: Decimal | None

    @property
    def obligation(self) -> Obligation:
        return self.judged.obligation

    @property
    def is_direction(self) -> bool:
        """Whether it asks for a direction only (稳步增长), or says words that a person has to judge."""
        return is_direction(self.obligation)

    @property
    def proposed(self) -> Number | None:
        """What the form offers: what the five-year plan asks where that is the better one, else the steady course.

        None: its words alone.
        """
        if self.is_direction:
            return None
        if self.scenarios is None:
            return self.obligation.number
        steady, needed = self.scenarios.steady, self.needed
        if needed is None:
            return Number.of(steady)
        down = self.obligation.series.metric.direction == Direction.DOWN
        return Number.of(min(steady, needed) if down else max(steady, needed))


@dataclass(frozen=True, slots=True)
class TaskLine:
    """A task at the end of the year."""

    task: Task
    state: PublicState
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Closing:
    """A plan at its end, or on the way there, in its own order. on: the day that it is looked at."""

    plan: PlanYear
    on: date
    targets: Sequence[TargetLine]
    tasks: Sequence[TaskLine]

    @property
    def is_half(self) -> bool:
        """Whether the year runs, its first half or a little more: what is written then is the half-year report."""
        return self.on.year == self.plan.year and self.on.month < 10

    @property
    def kept(self) -> list[TargetLine]:
        return [t for t in self.targets if t.state in (PublicState.KEPT, PublicState.ON_WAY)]

    @property
    def missed(self) -> list[TargetLine]:
        return [t for t in self.targets if t.state in OPEN]

    @property
    def unknown(self) -> list[TargetLine]:
        return [t for t in self.targets if t.state == PublicState.NOT_TOLD]

    @property
    def done(self) -> list[TaskLine]:
        return [t for t in self.tasks if t.state == PublicState.KEPT]

    @property
    def carried(self) -> list[TaskLine]:
        """Tasks that are not done: they go on into the next plan, unless a person lets them go."""
        return [t for t in self.tasks if t.state != PublicState.KEPT]


def closing(plan: PlanYear, at: datetime, today: date) -> Closing:
    """How the plan stands at `at`, with what may follow it."""
    ledger = Ledger(at)
    judged = evaluation.evaluate_all(plan, at, today, ledger=ledger)
    reasons = _Reasons(plan)
    asked = _five_years(plan)
    targets = [_target(e, ledger, reasons, asked) for e in judged]
    tasks = [t for t in queries.with_progress(plan.tasks.all()) if t.parent_id is None]
    lights = queries.task_lights(tasks, today)
    over = plan.year < today.year
    lines = [TaskLine(t, public.task_state(lights[t.pk], over), reasons.of_task(t)) for t in tasks]
    return Closing(plan, today, targets, lines)


def _target(judged: Evaluation, ledger: Ledger, reasons: _Reasons, asked: Mapping[int, Asked]) -> TargetLine:
    owed = judged.obligation
    state = public.target_state(judged)
    reason = reasons.of_target(owed) if state in OPEN else None
    if is_direction(owed):
        return TargetLine(judged, state, reason, None, None)
    year = Period.parse(owed.due).end // 12
    values = _values(owed, ledger, year)
    places = _places(owed, values.get(year))
    made = scenarios.scenarios(
        values,
        year,
        is_level=_is_level(owed),
        direction=Direction(owed.series.metric.direction),
        places=places,
    )
    wanted = asked.get(owed.series_id)
    needed = scenarios.asked_for(wanted, values, year + 1, places) if wanted else None
    return TargetLine(judged, state, reason, made, needed)


def _is_level(owed: Obligation) -> bool:
    """An amount or a stock, that goes on from where it is; not a rate, which lies about its usual value."""
    return owed.series.measure == Measure.LEVEL and owed.series.metric.kind in ("flow", "stock")


def _places(owed: Obligation, last: Decimal | None) -> int:
    """Amounts as the target is printed, round as a rule, but with two digits at least; rates as the ledger prints them."""
    if _is_level(owed):
        return max(owed.decimals, 1 if last is not None and abs(last) < 10 else 0)
    if owed.series.measure != Measure.LEVEL:
        return max(owed.decimals, int(owed.series.metric.growth_decimals))
    return max(owed.decimals, 0 if last is None else Number.of(last).decimals)


def _values(owed: Obligation, ledger: Ledger, year: int) -> dict[int, Decimal]:
    """Whole years' values of the target's series, in its unit."""
    found: dict[int, Decimal] = {}
    for back in range(year - BACK, year + 1):
        seen = ledger.look(ref_of(owed.series, Period.year(back)))
        if seen is not None and seen.unit == owed.series.unit:
            found[back] = seen.number.decimal
    return found


def _five_years(plan: PlanYear) -> dict[int, Asked]:
    """series pk → what the five-year plan in force asks."""
    rows = FiveYearTarget.objects.filter(
        plan__subject=plan.subject,
        plan__first__lte=plan.year + 1,
        plan__last__gt=plan.year,
        series__isnull=False,
    ).select_related("plan")
    return {
        t.series_id or 0: Asked(
            MidtermRule(t.rule),
            t.number_owed.decimal,
            t.plan.first,
            t.plan.last,
        )
        for t in rows
    }


def is_direction(owed: Obligation) -> bool:
    return owed.number is None or (owed.number.decimal == 0 and bool(owed.words))


class _Reasons:
    """Why promises of a plan were not kept: the newest explanation, else reply to an order, else report that says so."""

    def __init__(self, plan: PlanYear) -> None:
        self.targets: dict[int, Reason] = {}
        self.tasks: dict[int, Reason] = {}
        self._of_reports(plan)
        self._of_replies(plan)
        self._of_owners(plan)

    def of_target(self, owed: Obligation) -> Reason | None:
        return self.targets.get(owed.pk)

    def of_task(self, task: Task) -> Reason | None:
        return self.tasks.get(task.pk)

    def _of_reports(self, plan: PlanYear) -> None:
        rows = CheckIn.objects.filter(
            task__plan=plan, verdict=Verdict.CONFIRMED, claim__in=[Claim.BEHIND, Claim.BLOCKED]
        )
        for row in rows.select_related("organisation__subject").order_by("at", "pk"):
            self.tasks[row.task_id] = Reason(row.text, "check_in", str(row.organisation), row.at)

    def _of_replies(self, plan: PlanYear) -> None:
        rows = Reply.objects.filter(order__plan=plan).exclude(verdict=Verdict.RETURNED)
        for row in rows.select_related("order", "organisation__subject").order_by("at", "pk"):
            reason = Reason(row.text, "reply", str(row.organisation), row.at)
            if row.order.task_id is not None:
                self.tasks[row.order.task_id] = reason
            elif row.order.obligation_id is not None:
                self.targets[row.order.obligation_id] = reason

    def _of_owners(self, plan: PlanYear) -> None:
        rows = Explanation.objects.filter(obligation__plan=plan) | Explanation.objects.filter(task__plan=plan)
        for row in rows.select_related("organisation__subject").order_by("at", "pk"):
            reason = Reason(row.text, "explanation", str(row.organisation or ""), row.at)
            if row.task_id is not None:
                self.tasks[row.task_id] = reason
            else:
                self.targets[row.obligation_id or 0] = reason
