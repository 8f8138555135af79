"""A commitment becomes an obligation where a metric and a number or direction stand behind it, else a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tongjian.facts.choices import Bound, Measure
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.kernel import events
from tongjian.kernel.models import User
from tongjian.plans.choices import ItemKind, ItemState, Outcome
from tongjian.plans.intake import items, mapping
from tongjian.plans.intake.figures import sentence_place
from tongjian.plans.intake.mapping import NoPlace, Words
from tongjian.plans.models import Intake, IntakeItem, Obligation, PlanSection, PlanYear, Task
from tongjian.reading.types import Commitment
from tongjian.values import Number, Period, PeriodError

STEADY = "steady_growth"  # the pack table of words that promise growth without a number


@dataclass(frozen=True, slots=True)
class Owed:
    """A target on a series. number None never occurs here: without one, a promise is a task."""

    series: Series
    number: Number
    bound: Bound
    words: str
    figure: IntakeItem | None


def record(
    item: IntakeItem, intake: Intake, plan: PlanYear | None, words: Words, *, by: User | None, at: datetime
) -> list[int]:
    """Set the item's outcome, and its obligation or task. Returns the figure items that gave a target its number."""
    if plan is None:
        item.outcome, item.note = Outcome.NO_PLAN, ""
        return []
    promise = items.commitment_of(item)
    if promise.kind != "target":
        item.task, item.outcome = _task(item, promise, intake, plan, by, at), Outcome.TASK
        return []
    owed, why = _owed(item, promise, intake, plan, words)
    if not owed:
        item.task = _task(item, promise, intake, plan, by, at)
        item.outcome, item.note = why.outcome, why.note[:200]
        return []
    return _oblige(item, owed, intake, plan, by, at)


# Targets


def _owed(
    item: IntakeItem, promise: Commitment, intake: Intake, plan: PlanYear, words: Words
) -> tuple[list[Owed], NoPlace]:
    """What the clause owes: one for each of its figures that has a place; else why there is none."""
    found: list[Owed] = []
    why = NoPlace(Outcome.TASK_NO_NUMBER)
    rows = _figures(item, promise, intake)
    for row in rows:
        metric = row.metric or (item.metric if len(rows) == 1 else None)
        try:
            found.append(_from_figure(row, metric, intake, words))
        except NoPlace as none:
            why = NoPlace(Outcome.TASK_NO_METRIC, f"{none.outcome.label} {none.note}".strip())
    steady = words.has(STEADY, promise.text)
    if not found and steady and item.metric is not None:
        found = [_steady(item.metric, intake, plan, steady)]
    return found, why


def _figures(item: IntakeItem, promise: Commitment, intake: Intake) -> list[IntakeItem]:
    """The commitment's own figures inside the clause that nobody dropped, in the text's order."""
    inside = intake.items.filter(kind=ItemKind.FIGURE, index__in=promise.figures).select_related("metric")
    rows = list(inside.order_by("start", "pk"))
    return [r for r in _own(item, promise, intake, rows) if r.state != ItemState.DROPPED]


def _own(item: IntakeItem, promise: Commitment, intake: Intake, rows: list[IntakeItem]) -> list[IntakeItem]:
    """Of a clause that promises several things, the figures of this one.

    As many figures as promises: each its own, in order (甲、乙分别增长7%和8%); else those from its object to the next.
    """
    kin = [
        (int(sibling.data["object_start"]), sibling.index, sibling.pk)
        for sibling in intake.items.filter(kind=ItemKind.COMMITMENT, start=item.start, end=item.end)
    ]
    if len(kin) == 1 or len(rows) <= 1:
        return rows
    place = sorted(kin).index((promise.object_start, item.index, item.pk))
    if len(kin) == len(rows):
        return [rows[place]]
    after = [start for start, _, _ in kin if start > promise.object_start]
    return [r for r in rows if promise.object_start <= r.start < min(after, default=item.end + 1)]


def _from_figure(row: IntakeItem, metric: Metric | None, intake: Intake, words: Words) -> Owed:
    """What one figure of the clause owes. Raises NoPlace."""
    figure = items.figure_of(row)
    if figure.status != "target":
        raise NoPlace(Outcome.TASK_NO_NUMBER)
    placed = mapping.place(figure, metric, intake.subject, words)
    printed = mapping.printed(intake.text, figure)
    return Owed(placed.series, placed.number, Bound(figure.bound), printed[:128], row)


def _steady(metric: Metric, intake: Intake, plan: PlanYear, word: str) -> Owed:
    """稳步增长: growth above zero."""
    ref = FactRef(
        metric=metric.key,
        period=Period.year(plan.year),
        subject=intake.subject.key,
        measure=Measure.GROWTH.value,
        basis=mapping.default_basis(metric, Measure.GROWTH),
    )
    return Owed(mapping.series_of(ref), Number(0), Bound.GT, word, None)


def _oblige(
    item: IntakeItem, owed: list[Owed], intake: Intake, plan: PlanYear, by: User | None, at: datetime
) -> list[int]:
    """Write the obligations; one that the report states twice is one, one stated differently is a conflict.

    Returns the figures that gave their numbers.
    """
    promise = items.commitment_of(item)
    item.outcome, item.note = Outcome.OBLIGATION, ""
    used: list[int] = []
    for one in owed:
        due = due_period(promise.deadline, plan.year)
        known = plan.obligations.filter(series=one.series, due=due).first()
        if known is None:
            known = _obligation(one, due, item, intake, plan, at)
            data = {"obligation": known.pk, "words": one.words}
            events.record("plans.target_recorded", known, by=by, at=at, data=data)
        elif (known.number, known.bound) != (one.number, one.bound):
            item.outcome, item.note = Outcome.CONFLICT, f"{known.words} · {known.origin.locator}"
            continue
        if one.figure is not None:
            used.append(one.figure.pk)
        item.obligation = item.obligation or known
    return used


def _obligation(
    one: Owed, due: str, item: IntakeItem, intake: Intake, plan: PlanYear, at: datetime
) -> Obligation:
    return Obligation.objects.create(
        plan=plan,
        section=section_of(item, intake, plan),
        series=one.series,
        bound=one.bound,
        words=one.words,
        mantissa=one.number.mantissa,
        decimals=one.number.decimals,
        due=due,
        origin=sentence_place(intake, item.start, item.end),
        order=plan.obligations.count() + 1,
        recorded_at=at,
    )


# Tasks


def _task(
    item: IntakeItem, promise: Commitment, intake: Intake, plan: PlanYear, by: User | None, at: datetime
) -> Task:
    last = plan.tasks.aggregate(last=Max("number"))["last"] or 0
    made = Task.objects.create(
        plan=plan,
        section=section_of(item, intake, plan),
        number=last + 1,
        object=promise.object[:200],
        action=promise.action[:64],
        text=promise.text,
        kind=promise.kind[:24],
        milestone=(promise.milestone or "")[:12],
        firmness=promise.firmness,
        due_month=due_month(promise.deadline),
        origin=sentence_place(intake, item.start, item.end),
    )
    events.record("plans.task_recorded", made, by=by, at=at, data={"intake": intake.pk, "item": item.pk})
    return made


def section_of(item: IntakeItem, intake: Intake, plan: PlanYear) -> PlanSection | None:
    """The plan's section that holds the item; None for what stands in none, or in the review."""
    section = items.section_at(intake.sections, item.start)
    return None if section is None else plan.sections.filter(path=str(section["path"])[:64]).first()


def due_period(deadline: str, year: int) -> str:
    """The period that a target is held against: within one year as promised, of several years the last."""
    try:
        promised = Period.parse(deadline)
    except PeriodError:
        return str(year)
    if promised.start_year != promised.end_year:
        return str(Period.year(promised.end_year))
    return str(promised)


def due_month(deadline: str) -> str:
    """The month of a deadline finer than the year; empty for a year: the plan office sets it."""
    try:
        promised = Period.parse(deadline)
    except PeriodError:
        return ""
    last = Period(promised.end, promised.end)
    return "" if promised.months % 12 == 0 else str(last)
