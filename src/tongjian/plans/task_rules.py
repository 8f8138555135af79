"""Pure rules of tasks: their light, and the steps of a check-in's verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import StepNotAllowed
from tongjian.plans.choices import Claim, Light, Verdict
from tongjian.values import Period

NEXT_VERDICT: Mapping[Verdict, Set[Verdict]] = {
    Verdict.PENDING: {Verdict.CONFIRMED, Verdict.RETURNED},
    Verdict.CONFIRMED: set(),
    Verdict.RETURNED: set(),  # the department sends a new check-in
}
WORST_FIRST = (Light.RED, Light.YELLOW, Light.NO_DATA, Light.GREEN)


@dataclass(frozen=True, slots=True)
class TaskLight:
    """A task's light and why; overdue: its month has passed without a confirmed 完成. done: confirmed as 完成."""

    light: Light
    overdue: bool
    zh: str
    en: str
    done: bool = False


def check_step(now: Verdict, wanted: Verdict) -> None:
    """Raises StepNotAllowed unless the plan office may still say `wanted` of a check-in in state `now`."""
    if wanted not in NEXT_VERDICT[now]:
        raise StepNotAllowed(
            "plans.verdict_given",
            _(
                "This check-in already has the verdict “%(verdict)s”. Ask the department to send a new one if it has to change."
            ),
            {"verdict": now.label},
        )


def light_of_passage(due_month: str, stage: tuple[str, str], on: date) -> TaskLight:
    """The light of a task whose thing entered the stage that it waited for; stage: its name in 中文 and English."""
    late = bool(due_month) and Period.parse(due_month).last_day < on
    zh = f"{on.year}年{on.month}月{on.day}日{stage[0]}，以记录为准" + ("（晚于约定月份）" if late else "")
    en = f"{stage[1]} on {on.isoformat()}, by its record" + (" (after the month agreed)" if late else "")
    return TaskLight(Light.GREEN, False, zh, en, done=True)


def light(due_month: str, confirmed: Claim | None, today: date, *, over: bool = False) -> TaskLight:
    """The light of a task. due_month: `2023-10` or empty; confirmed: the newest claim that the plan office confirmed.

    A claim that nobody confirmed changes nothing. Months that have passed without 完成 are red. over: so has the plan
    year; a task without a month is 暂无数据 then, as nobody can say that it is still to come.
    """
    if confirmed == Claim.DONE:
        return TaskLight(
            Light.GREEN, False, "已完成，经计划部门确认", "Done, confirmed by the plan office", done=True
        )
    if due_month and Period.parse(due_month).last_day < today:
        return _overdue(due_month, confirmed)
    if confirmed == Claim.BLOCKED:
        return TaskLight(Light.RED, False, "已确认：受阻", "Confirmed: blocked")
    if confirmed == Claim.BEHIND:
        return TaskLight(Light.YELLOW, False, "已确认：滞后", "Confirmed: behind")
    if not due_month:
        return _without_month(over)
    if confirmed == Claim.ON_TRACK:
        return TaskLight(Light.GREEN, False, "已确认：按进度推进", "Confirmed: on track")
    return _waiting(due_month, today)


def _without_month(over: bool) -> TaskLight:
    if over:
        return TaskLight(
            Light.NO_DATA,
            False,
            "计划年度已过，未定完成月份，也没有经确认的完成",
            "The plan year is over; no month was set for it, and no completion was confirmed",
        )
    return TaskLight(Light.NOT_DUE, False, "未定完成月份", "No month has been set for it")


def light_of_parts(due_month: str, parts: Sequence[TaskLight], today: date) -> TaskLight:
    """The light of a task that was decomposed: its parts decide, and its own month when that has passed.

    All done: green. Else the worst part: red, yellow, no data, green; parts that are not due say nothing.
    """
    count, done = len(parts), sum(p.done for p in parts)
    if done == count:
        return TaskLight(
            Light.GREEN, False, f"{count}项分解任务全部完成", f"All {count} parts are done", done=True
        )
    told = _told(parts, done)
    if due_month and Period.parse(due_month).last_day < today:
        due = Period.parse(due_month)
        return TaskLight(
            Light.RED,
            True,
            f"逾期：应于{due.label()}完成，{told[0]}",
            f"Overdue: to be done by {due.label('en')}; {told[1]}",
        )
    worst = next((c for c in WORST_FIRST if any(p.light == c for p in parts)), None)
    return TaskLight(worst or Light.NOT_DUE, False, *told)


def _told(parts: Sequence[TaskLight], done: int) -> tuple[str, str]:
    """4项分解任务：完成1项，滞后或受阻1项，逾期1项."""
    overdue = sum(p.overdue for p in parts)
    red = sum(p.light == Light.RED for p in parts) - overdue
    yellow = sum(p.light == Light.YELLOW for p in parts)
    counted = (
        (done, "完成", "done"),
        (overdue, "逾期", "overdue"),
        (red, "受阻", "blocked"),
        (yellow, "需关注", "to watch"),
    )
    zh = "，".join(f"{word}{n}项" for n, word, _en in counted if n) or "尚无进展"
    en = ", ".join(f"{n} {word}" for n, _zh, word in counted if n) or "nothing reported yet"
    return f"{len(parts)}项分解任务：{zh}", f"{len(parts)} parts: {en}"


def _overdue(due_month: str, confirmed: Claim | None) -> TaskLight:
    due = Period.parse(due_month)
    said_zh = f"，最近确认为“{_ZH[confirmed]}”" if confirmed else "，没有经确认的进展"
    said_en = f"; last confirmed: {_EN[confirmed]}" if confirmed else "; no progress has been confirmed"
    return TaskLight(
        Light.RED,
        True,
        f"逾期：应于{due.label()}完成{said_zh}",
        f"Overdue: to be done by {due.label('en')}{said_en}",
    )


def _waiting(due_month: str, today: date) -> TaskLight:
    due = Period.parse(due_month)
    if due.start - (today.year * 12 + today.month - 1) <= 1:
        return TaskLight(
            Light.YELLOW,
            False,
            f"临近到期：应于{due.label()}完成，没有经确认的进展",
            f"Due soon: to be done by {due.label('en')}, no progress has been confirmed",
        )
    return TaskLight(
        Light.NOT_DUE, False, f"{due.label()}到期，尚无进展", f"Due {due.label('en')}, nothing reported yet"
    )


_ZH = {Claim.ON_TRACK: "按进度推进", Claim.BEHIND: "滞后", Claim.BLOCKED: "受阻", Claim.DONE: "完成"}
_EN = {Claim.ON_TRACK: "on track", Claim.BEHIND: "behind", Claim.BLOCKED: "blocked", Claim.DONE: "done"}
