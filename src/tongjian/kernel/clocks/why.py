"""Why a due time: each rule that moved it, in the order in which it did."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tongjian.kernel.clocks import elapsed as gone
from tongjian.kernel.clocks.due import Gaps, Rules, due_second, received_day, with_extensions
from tongjian.kernel.clocks.grid import WorkedDays, day_of
from tongjian.kernel.clocks.policy import DAY, Allowance, Counting, Extension, Unit
from tongjian.kernel.said import Said

_UNITS = {
    Unit.WORKING_DAYS: ("个工作日", "working day"),
    Unit.HOURS: ("小时", "hour"),
    Unit.WORKING_HOURS: ("个工作小时", "working hour"),
    Unit.DAYS: ("天", "day"),
    Unit.MONTHS: ("个月", "month"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One clock: its start and pauses in seconds, pauses sorted and apart."""

    rules: Rules
    start: int
    allowance: Allowance
    pauses: tuple[tuple[int, int | None], ...]
    extensions: tuple[Extension, ...]


def steps(told: Told) -> tuple[int | None, tuple[Said, ...]]:
    """The due second and the sentences. Each stage is reckoned anew with one more rule, so they cannot disagree."""
    rules, start, bare = told.rules, told.start, replace(told.allowance, rolls_end=False)
    plain = due_second(rules, start, bare)
    assert plain is not None, "without pauses a clock runs out"
    paused = due_second(rules, start, bare, told.pauses)
    ended = with_extensions(rules, start, bare, told.pauses, told.extensions)
    due = with_extensions(rules, start, told.allowance, told.pauses, told.extensions)
    said = [_start(told), *_received(told), _amount(told.allowance), *_off(told, plain)]
    said += _pauses(told, plain, paused)
    said += [_extension(e) for e in told.extensions]
    return due, (*said, *_rolled(told, ended, due), _due(due))


def moment_words(second: int) -> tuple[str, str]:
    """Day and minute in both languages; the last minute of a day as such."""
    day, rest = divmod(second, DAY)
    zh, en = gone.day_words(day_of(day))
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}"
    return f"{zh}{clock}", f"{en} {clock}"


def amount_words(amount: int, unit: Unit) -> tuple[str, str]:
    """5个工作日, 5 working days."""
    zh, en = _UNITS[unit]
    return f"{amount}{zh}", f"{amount} {en}{'' if amount == 1 else 's'}"


def _start(told: Told) -> Said:
    zh, en = moment_words(told.start)
    return Said("clocks.start", f"起：{zh}。", f"Started {en}.")


def _received(told: Told) -> list[Said]:
    if not (told.allowance.unit.in_days and told.allowance.rolls_start):
        return []
    day = received_day(told.rules, told.start, told.allowance)
    if day == told.start // DAY:
        return []
    zh, en = gone.day_words(day_of(day))
    return [
        Said(
            "clocks.received",
            f"非工作时间收到，按下一工作日{zh}收到计算。",
            f"That is outside working time; it counts as received on the next working day, {en}.",
        )
    ]


def _amount(allowance: Allowance) -> Said:
    zh, en = amount_words(allowance.amount, allowance.unit)
    if not allowance.unit.in_days:
        return Said("clocks.amount", f"时限{zh}。", f"Allowed: {en}.")
    first = ("当日计入", "the first day counts")
    if allowance.counting is Counting.NEXT_DAY:
        first = ("次日起算", "counted from the day after")
    return Said("clocks.amount", f"时限{zh}，{first[0]}。", f"Allowed: {en}, {first[1]}.")


def _off(told: Told, due: int) -> list[Said]:
    if told.allowance.unit not in {Unit.WORKING_DAYS, Unit.WORKING_HOURS}:
        return []
    first, last = told.start // DAY + 1, due // DAY
    off = max(last - first, 0) - gone.units(WorkedDays(told.rules.grid), first, last, ())
    if not off:
        return []
    return [
        Said(
            "clocks.off_between",
            f"其间休息日、节假日{off}天不计。",
            f"Days off in between, not counted: {off}.",
        )
    ]


def _rolled(told: Told, ended: int | None, due: int | None) -> list[Said]:
    if ended is None or due is None or ended == due or told.rules.grid.worked[ended // DAY]:
        return []
    (zh1, en1), (zh2, en2) = (gone.day_words(day_of(s // DAY)) for s in (ended, due))
    return [
        Said(
            "clocks.rolled",
            f"期满日{zh1}为休息日，顺延至{zh2}。",
            f"The last day, {en1}, is a day off; it moves on to {en2}.",
        )
    ]


def _pauses(told: Told, before: int, after: int | None) -> list[Said]:
    met: Gaps = [p for p in told.pauses if p[1] is None or p[1] > told.start]
    said = [_pause(told, p) for p in met if p[0] <= (before if after is None else after)]
    if after is not None and after != before:
        zh, en = moment_words(after)
        said.append(Said("clocks.paused_to", f"扣除暂停后为{zh}。", f"Without the pauses that is {en}."))
    return said


def _pause(told: Told, pause: tuple[int, int | None]) -> Said:
    zh1, en1 = moment_words(pause[0])
    if pause[1] is None:
        return Said(
            "clocks.paused_still", f"{zh1}起暂停，尚未恢复。", f"Paused since {en1}, not resumed yet."
        )
    zh2, en2 = moment_words(pause[1])
    return Said("clocks.paused", f"{zh1}至{zh2}暂停。", f"Paused from {en1} to {en2}.")


def _extension(extension: Extension) -> Said:
    zh, en = amount_words(extension.amount, extension.unit)
    return Said("clocks.extended", f"延期{zh}。", f"Extended by {en}.")


def _due(due: int | None) -> Said:
    if due is None:
        return Said("clocks.open", "暂停期间没有到期时间。", "While the pause lasts there is no due time.")
    zh, en = moment_words(due)
    return Said("clocks.due", f"到期：{zh}。", f"Due {en}.")
