"""Replay of a year: which light each target would have shown month by month, under the ruling lists and under others.

Nothing is written. Each month is judged by what is known today of the periods that ended by then, or, with
`as_known`, by what had been recorded by the end of the month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.utils import timezone

from tongjian.facts.ledger import Ledger
from tongjian.plans import evaluation, lights, queries
from tongjian.plans.choices import Light
from tongjian.plans.evaluation import Evaluation, Gathered
from tongjian.plans.models import Obligation, PlanYear
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Row:
    """One target in one month: as the ruling lists judge it, and as the other ones do."""

    month: Period
    obligation: Obligation
    before: Evaluation
    after: Evaluation

    @property
    def is_changed(self) -> bool:
        return self.before.light != self.after.light


@dataclass(frozen=True, slots=True)
class Replay:
    """All rows, month by month in the plan's order. versions: of the ruling lists, by key."""

    rows: tuple[Row, ...]
    versions: Mapping[str, int]

    @property
    def changes(self) -> tuple[Row, ...]:
        return tuple(r for r in self.rows if r.is_changed)

    def tally(self, month: Period, *, after: bool) -> dict[Light, int]:
        """How many targets show each light in a month."""
        shown = [(r.after if after else r.before).light for r in self.rows if r.month == month]
        return {light: shown.count(light) for light in Light}


def replay(
    plan: PlanYear,
    rules: lights.Book,
    months: Sequence[Period] | None = None,
    *,
    at: datetime | None = None,
    as_known: bool = False,
) -> Replay:
    """The plan's lights for these months (all twelve unless given), under the ruling lists and under `rules`."""
    wanted = months or [Period.month(plan.year, m) for m in range(1, 13)]
    ruling = evaluation.the_book(at)
    rows: list[Row] = []
    whole = None if as_known else _gathered(plan, at)
    for month in wanted:
        found = whole if whole is not None else _gathered(plan, _end_of(month))
        rows += _month(month, found, ruling, rules)
    return Replay(tuple(rows), ruling.versions)


def _gathered(plan: PlanYear, at: datetime | None) -> tuple[Ledger, list[Gathered]]:
    obligations, ledger = list(queries.obligations(plan, at)), Ledger(at)
    return ledger, evaluation.gather_all(obligations, ledger)


def _month(
    month: Period, known: tuple[Ledger, list[Gathered]], ruling: lights.Book, rules: lights.Book
) -> list[Row]:
    ledger, found = known
    seen = [_until(g, month, ledger) for g in found]
    ground = evaluation.ground_of(seen, ledger, ruling)
    other, today = replace(ground, book=rules), month.last_day
    return [
        Row(month, g.obligation, evaluation.judged(g, ground, today), evaluation.judged(g, other, today))
        for g in seen
    ]


def _until(found: Gathered, month: Period, ledger: Ledger) -> Gathered:
    """Only what ended by then. An estimate of the whole year belongs to its last month."""
    points = tuple(p for p in found.points if p.ref.period.end <= month.end)
    return evaluation.gathered(found.obligation, found.asked, points, ledger)


def _end_of(month: Period) -> datetime:
    """The first moment after the month."""
    return timezone.make_aware(datetime.combine(month.last_day + timedelta(days=1), time()))
