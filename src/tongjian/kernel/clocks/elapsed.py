"""How long something took: days by stop rules, or seconds, without what is paused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.kernel.clocks.grid import Grid, Measure, WorkedDays, day_of
from tongjian.kernel.said import Said


@dataclass(frozen=True, slots=True)
class Elapsed:
    """amount: days. steps: how they add up. warnings: years counted without a calendar."""

    amount: int
    steps: tuple[Said, ...]
    warnings: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Two day numbers, whether each end counts, and whether only working days do."""

    first: int
    last: int
    counts_first: bool
    counts_last: bool
    working: bool

    @property
    def start(self) -> int:
        """The first day number that counts."""
        return self.first if self.counts_first else self.first + 1

    @property
    def past(self) -> int:
        """The day number after the last that counts; never before the start."""
        return max(self.last + 1 if self.counts_last else self.last, self.start)


def units(measure: Measure, start: int, stop: int, gaps: Sequence[tuple[int, int | None]]) -> int:
    """Units from start to stop, those in gaps (sorted, apart) left out; 0 when stop is earlier."""
    if stop <= start:
        return 0
    whole = measure.upto(stop) - measure.upto(start)
    return whole - sum(_inside(measure, start, stop, gap) for gap in gaps)


def days(
    grid: Grid, span: Span, gaps: Sequence[tuple[int, int | None]], unknown: Sequence[int] = ()
) -> Elapsed:
    """The days of a span, with the sentences."""
    measure = WorkedDays(grid) if span.working else Measure()
    amount = units(measure, span.start, span.past, gaps)
    paused = units(measure, span.start, span.past, ()) - amount
    off = span.past - span.start - units(WorkedDays(grid), span.start, span.past, ()) if span.working else 0
    steps = [_ends(span), *([_off(off)] if off else []), *([_paused(paused)] if paused else [])]
    return Elapsed(amount, (*steps, _sum(amount, span.working)), assumed(unknown))


def assumed(years: Sequence[int]) -> tuple[Said, ...]:
    """What to say of years that no calendar is on file for."""
    if not years:
        return ()
    zh, en = "、".join(map(str, years)), ", ".join(map(str, years))
    return (
        Said(
            "clocks.no_calendar",
            f"没有{zh}年的工作日历：按周一至周五计算，未扣除节假日。",
            f"No working calendar is on file for {en}: weekdays were counted, holidays were not.",
        ),
    )


def day_words(day: date) -> tuple[str, str]:
    """A day in both languages."""
    return f"{day.year}年{day.month}月{day.day}日", day.isoformat()


def _inside(measure: Measure, start: int, stop: int, gap: tuple[int, int | None]) -> int:
    first, last = max(gap[0], start), stop if gap[1] is None else min(gap[1], stop)
    return measure.upto(last) - measure.upto(first) if last > first else 0


def _ends(span: Span) -> Said:
    (zh1, en1), (zh2, en2) = day_words(day_of(span.first)), day_words(day_of(span.last))
    zh = ("当日计入" if span.counts_first else "当日不计", "当日计入" if span.counts_last else "当日不计")
    en = ("counted" if span.counts_first else "not counted", "counted" if span.counts_last else "not counted")
    return Said(
        "clocks.ends",
        f"自{zh1}（{zh[0]}）至{zh2}（{zh[1]}）。",
        f"From {en1} ({en[0]}) to {en2} ({en[1]}).",
    )


def _off(off: int) -> Said:
    return Said("clocks.off", f"其间休息日、节假日{off}天不计。", f"Days off in between, not counted: {off}.")


def _paused(paused: int) -> Said:
    return Said("clocks.paused_days", f"暂停{paused}天不计。", f"Days of pause, not counted: {paused}.")


def _sum(amount: int, working: bool) -> Said:
    zh, en = ("个工作日", "working") if working else ("天", "natural")
    return Said(
        "clocks.sum", f"合计{amount}{zh}。", f"In all {amount} {en} {'day' if amount == 1 else 'days'}."
    )
