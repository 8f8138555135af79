"""Pure rules of supervision: the steps of an order, its stage, extensions, due days of the monthly call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from datetime import date

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import StepNotAllowed
from tongjian.plans.choices import ExtensionState, OrderState, Stage
from tongjian.plans.supervision.pack import StageRule
from tongjian.values import Period

NEXT_STATE: Mapping[OrderState, Set[OrderState]] = {
    OrderState.ISSUED: {OrderState.ANSWERED},
    OrderState.ANSWERED: {OrderState.CLOSED, OrderState.RETURNED},
    OrderState.RETURNED: {OrderState.ANSWERED},
    OrderState.CLOSED: set(),
}
NEXT_EXTENSION: Mapping[ExtensionState, Set[ExtensionState]] = {
    ExtensionState.ASKED: {ExtensionState.GRANTED, ExtensionState.REFUSED},
    ExtensionState.GRANTED: set(),
    ExtensionState.REFUSED: set(),
}
OPEN = frozenset(OrderState) - {OrderState.CLOSED}
RISING = (Stage.BLUE, Stage.ORANGE, Stage.RED)


def check_step(now: OrderState, wanted: OrderState) -> None:
    """Raises StepNotAllowed unless an order in state `now` may go to `wanted`."""
    if wanted not in NEXT_STATE[now]:
        raise StepNotAllowed(
            "supervision.step",
            _("The order is “%(now)s”; it cannot become “%(wanted)s” from there. Load the page again."),
            {"now": now.label, "wanted": wanted.label},
        )


def check_extension(now: ExtensionState, wanted: ExtensionState) -> None:
    """Raises StepNotAllowed when the request was decided already."""
    if wanted not in NEXT_EXTENSION[now]:
        raise StepNotAllowed(
            "supervision.extension_decided",
            _("This request for more time was decided already: %(now)s."),
            {"now": now.label},
        )


def days_over(due: date, today: date, answered: date | None) -> int:
    """Days past the deadline without an answer; an answer that waits for its verdict stops the count."""
    return max(0, ((answered or today) - due).days)


def stage(rules: Sequence[StageRule], raised: Stage, over: int, returns: int) -> Stage:
    """The stage of an open order: what the rules give or what a person raised it to, whichever presses harder."""
    ruled = next(r.stage for r in rules if over >= r.days_over and returns >= r.returns)
    return max(ruled, raised, key=RISING.index)


def may_ask(due: date, today: date) -> bool:
    """More time is asked for before the deadline has passed, the day itself included."""
    return today <= due


def call_due(month: Period, due_day: int, roll: Callable[[date], date] | None) -> date:
    """The day on which progress of a month is due: that day of the next month, moved on to a working day by `roll`."""
    following = Period(month.end + 1, month.end + 1).first_day
    day = following.replace(day=due_day)
    return roll(day) if roll else day


def called_month(today: date, due_day: int, roll: Callable[[date], date] | None) -> Period:
    """The month that a check-in sent today reports on: the last one while its due day has not passed, else this one."""
    this = Period.month(today.year, today.month)
    last = Period(this.start - 1, this.start - 1)
    return last if today <= call_due(last, due_day, roll) else this


def is_called(since: Period, done_in: Period | None, month: Period) -> bool:
    """Whether a task owes progress for a month: it had begun, and was not confirmed as done in an earlier one."""
    return since.start <= month.start and (done_in is None or done_in.end >= month.end)
