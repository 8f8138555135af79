"""月度催报: who owes progress for a month, who sent it in time, and who did not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import calendars
from tongjian.kernel.calendars import Calendar
from tongjian.kernel.models import Organisation
from tongjian.plans.choices import Claim, Verdict
from tongjian.plans.models import CheckIn, PlanYear, Task
from tongjian.plans.supervision import pack, rules
from tongjian.plans.supervision.pack import Pack
from tongjian.values import Period


class CallState(TextChoices):
    ON_TIME = "on_time", _("In time")
    LATE = "late", _("Late")
    RETURNED = "returned", _("Returned, not sent again")
    MISSING = "missing", _("Not reported")
    WAITING = "waiting", _("Not due yet")


OWED = frozenset({CallState.RETURNED, CallState.MISSING})


@dataclass(frozen=True, slots=True)
class Call:
    """One task's progress for the month. check_in: the one that counts, or the one sent back."""

    task: Task
    unit: Organisation
    state: CallState
    check_in: CheckIn | None


@dataclass(frozen=True, slots=True)
class Round:
    """All progress that is due for a month. unknown_years: no calendar is on file for the due day's year."""

    plan: PlanYear
    month: Period
    due: date
    calls: tuple[Call, ...]
    unknown_years: tuple[int, ...] = ()

    @property
    def owing(self) -> tuple[Call, ...]:
        """Past the due day: what was not reported, or sent back and not sent again."""
        return tuple(c for c in self.calls if c.state in OWED)

    def tally(self) -> dict[CallState, int]:
        return {state: sum(c.state == state for c in self.calls) for state in CallState}

    def by_unit(self, calls: Sequence[Call] | None = None) -> list[tuple[Organisation, list[Call]]]:
        """Calls by lead unit, those with most first."""
        found: dict[Organisation, list[Call]] = {}
        for call in self.calls if calls is None else calls:
            found.setdefault(call.unit, []).append(call)
        return sorted(found.items(), key=lambda uc: (-len(uc[1]), uc[0].order, uc[0].path))


def due_of(month: Period, ruling: Pack, calendar: Calendar) -> date:
    """The day on which progress of a month is due."""
    return rules.call_due(month, ruling.due_day, _roll(ruling, calendar))


def _roll(ruling: Pack, calendar: Calendar) -> Callable[[date], date] | None:
    return calendar.next_working if ruling.rolls else None


def month_of(plan: PlanYear, at: datetime) -> Period:
    """The month that a check-in sent at this moment reports on, within the plan's year."""
    ruling, calendar = pack.current(), calendars.current()
    called = rules.called_month(timezone.localtime(at).date(), ruling.due_day, _roll(ruling, calendar))
    first, last = Period.month(plan.year, 1), Period.month(plan.year, 12)
    return min(max(called, first), last)


def round_of(plan: PlanYear, month: Period, today: date) -> Round:
    """Who owes progress of the plan's tasks for a month, as of today. Tasks with parts are called for by their parts."""
    ruling, calendar = pack.current(), calendars.current()
    due = due_of(month, ruling, calendar)
    check_ins = Prefetch("check_ins", CheckIn.objects.order_by("at", "pk"), to_attr="sent")
    tasks = plan.tasks.filter(lead__isnull=False, parts=None).select_related("lead__subject", "plan")
    calls = [
        _call(task, month, due, today)
        for task in tasks.prefetch_related(check_ins)
        if rules.is_called(since(task), _done_in(task), month)
    ]
    return Round(plan, month, due, tuple(calls), calendar.unknown(due, due))


def since(task: Task) -> Period:
    """The first month that a task is called for."""
    return Period.parse(task.since) if task.since else Period.month(task.plan.year, 1)


def _sent(task: Task) -> list[CheckIn]:
    return list(getattr(task, "sent", ()))


def _done_in(task: Task) -> Period | None:
    """The month of the first confirmed 完成."""
    done = [c for c in _sent(task) if c.claim == Claim.DONE and c.verdict == Verdict.CONFIRMED]
    return _month_of(done[0]) if done else None


def _month_of(check_in: CheckIn) -> Period:
    if check_in.month:
        return Period.parse(check_in.month)
    sent = timezone.localtime(check_in.at)
    return Period.month(sent.year, sent.month)


def _call(task: Task, month: Period, due: date, today: date) -> Call:
    assert task.lead is not None  # chosen so by the caller
    own = [c for c in _sent(task) if _month_of(c) == month]
    standing = [c for c in own if c.verdict != Verdict.RETURNED]
    if standing:
        in_time = timezone.localtime(standing[0].at).date() <= due
        return Call(task, task.lead, CallState.ON_TIME if in_time else CallState.LATE, standing[-1])
    if today <= due:
        return Call(task, task.lead, CallState.WAITING, own[-1] if own else None)
    return Call(task, task.lead, CallState.RETURNED if own else CallState.MISSING, own[-1] if own else None)
