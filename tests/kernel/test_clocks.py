"""Clocks: the fast way gives what a walk from day to day gives, and every due time says why."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import calendars, clocks
from tongjian.kernel.calendars import ONE
from tongjian.kernel.clocks import (
    Allowance,
    ClockError,
    Clockwork,
    Counting,
    Extension,
    Pause,
    PauseRule,
    ServiceHours,
    Unit,
    read,
)
from tongjian.packs import entries

ROOT = Path(__file__).resolve().parents[2]
CHINA = calendars.read(e.body for e in entries("calendars"))
NOON = ServiceHours.read(["09:00-12:00", "13:30-18:00"])
WORK = Clockwork(CHINA, NOON)
END = time(23, 59, 59)

somewhen = st.datetimes(datetime(2020, 1, 1), datetime(2027, 12, 31)).map(lambda d: d.replace(microsecond=0))
allowances = st.builds(
    Allowance,
    amount=st.integers(1, 40),
    unit=st.sampled_from(Unit),
    counting=st.sampled_from(Counting),
    pauses=st.sampled_from(PauseRule),
    rolls_start=st.booleans(),
    rolls_end=st.booleans(),
    at_close=st.booleans(),
)
spans = st.tuples(st.integers(-20 * 86400, 90 * 86400), st.integers(0, 12 * 86400))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def pauses_from(start: datetime, drawn: list[tuple[int, int]]) -> list[Pause]:
    return [Pause(start + timedelta(seconds=a), start + timedelta(seconds=a + length)) for a, length in drawn]


# The slow peers: a walk from day to day, and from minute to minute.


def held_up(day: date, pauses: list[Pause], rule: PauseRule) -> bool:
    """Whether a day is touched, or filled, by the union of the pauses, told by its hours (pauses on full hours)."""
    hours = [datetime.combine(day, time(h)) for h in range(24)]
    paused = [any(p.start <= h < (p.end or datetime.max) for p in pauses) for h in hours]
    return any(paused) if rule is PauseRule.TOUCHED else all(paused)


def walked(start: datetime, allowance: Allowance, pauses: list[Pause]) -> datetime:
    """The due time of a clock in days, a day at a time."""
    day = start.date()
    if allowance.rolls_start:
        late = start.time() > time(18)
        day = CHINA.next_working(day + ONE if late else day)
    worked: Callable[[date], bool] = (
        CHINA.is_working if allowance.unit is Unit.WORKING_DAYS else lambda _d: True
    )
    left = allowance.amount
    if allowance.unit is Unit.MONTHS:
        left = (month_on(day, allowance.amount) - day).days
    if allowance.counting is Counting.NEXT_DAY:
        day += ONE
    while True:
        if worked(day) and not held_up(day, pauses, allowance.pauses):
            left -= 1
        if left == 0:
            break
        day += ONE
    if allowance.rolls_end:
        day = CHINA.next_working(day)
    return datetime.combine(day, time(18) if allowance.at_close else END)


def month_on(day: date, months: int) -> date:
    for _ in range(months):
        first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        last = (first + timedelta(days=32)).replace(day=1) - ONE
        day = min(last, first + timedelta(days=40)) if day.day > last.day else first.replace(day=day.day)
    return day


def ticked(start: datetime, hours: int, pauses: list[Pause], service: bool) -> datetime:
    """The due time of a clock in hours, half an hour at a time (all edges lie on half hours)."""
    left, moment, half = hours * 2, start, timedelta(minutes=30)
    while left:
        on = not service or (
            CHINA.is_working(moment.date())
            and any(o <= moment.hour * 3600 + moment.minute * 60 < c for o, c in NOON.spans)
        )
        if on and not any(p.start <= moment < (p.end or datetime.max) for p in pauses):
            left -= 1
        moment += half
    return moment


@given(somewhen, allowances.filter(lambda a: a.unit.in_days and a.unit is not Unit.MONTHS), st.data())
def test_due_days_equal_a_walk(start: datetime, allowance: Allowance, data: st.DataObject) -> None:
    hours = st.tuples(st.integers(-100, 1500), st.integers(1, 300))
    drawn = data.draw(st.lists(hours, max_size=3))
    hour = start.replace(minute=0, second=0)
    pauses = [Pause(hour + timedelta(hours=a), hour + timedelta(hours=a + n)) for a, n in drawn]
    assert WORK.due(start, allowance, pauses) == walked(start, allowance, pauses)


@given(somewhen, st.integers(1, 30), st.sampled_from(Counting), st.booleans())
def test_months_equal_a_walk(start: datetime, months: int, counting: Counting, rolls: bool) -> None:
    allowance = Allowance(months, Unit.MONTHS, counting=counting, rolls_end=rolls)
    start = start.replace(day=min(start.day, 28))  # a walk from month to month forgets the 31st
    assert WORK.due(start, allowance) == walked(start, allowance, [])


@given(somewhen, st.integers(1, 60), st.booleans(), st.data())
def test_due_hours_equal_ticks(start: datetime, hours: int, service: bool, data: st.DataObject) -> None:
    start = start.replace(minute=30 * (start.minute // 30), second=0)
    halves = st.tuples(st.integers(-50, 400), st.integers(1, 100))
    drawn = data.draw(st.lists(halves, max_size=3))
    pauses = pauses_from(start, [(a * 1800, n * 1800) for a, n in drawn])
    unit = Unit.WORKING_HOURS if service else Unit.HOURS
    assert WORK.due(start, Allowance(hours, unit), pauses) == ticked(start, hours, pauses, service)


@given(st.lists(somewhen, min_size=1, max_size=20), allowances)
def test_many_at_once_equal_one_by_one(starts: list[datetime], allowance: Allowance) -> None:
    found = clocks.due_times(np.array(starts, dtype="datetime64[s]"), allowance, CHINA, NOON)
    assert found.tolist() == [WORK.due(s, allowance) for s in starts]


@given(somewhen, somewhen, st.booleans(), st.booleans())
def test_elapsed_days_equal_a_count(a: datetime, b: datetime, first: bool, last: bool) -> None:
    days = [d for d in calendars.days(a.date(), b.date()) if CHINA.is_working(d)]
    kept = [d for d in days if (first or d != a.date()) and (last or d != b.date())]
    found = WORK.elapsed_days(a.date(), b.date(), counts_first=first, counts_last=last)
    many = clocks.elapsed_working_days(
        np.array([a, "NaT"], "datetime64[s]"),
        np.array([b, b], "datetime64[s]"),
        CHINA,
        counts_first=first,
        counts_last=last,
    )
    assert found.amount == len(kept) == many[0]
    assert np.isnan(many[1])


@given(somewhen, allowances, st.lists(spans, max_size=3))
def test_at_its_due_time_a_clock_is_used_up(
    start: datetime, allowance: Allowance, drawn: list[tuple[int, int]]
) -> None:
    allowance = Allowance(
        allowance.amount, allowance.unit, allowance.counting, allowance.pauses, allowance.rolls_start
    )
    pauses = pauses_from(start, drawn)
    due = WORK.due(start, allowance, pauses)
    assert due is not None
    used = WORK.used(start, due, allowance, pauses)
    if allowance.unit is Unit.MONTHS:
        assert 28 * allowance.amount <= used <= 31 * allowance.amount
    else:
        assert used == (allowance.amount if allowance.unit.in_days else allowance.amount * 3600)
        assert WORK.used(start, due - timedelta(days=1), allowance, pauses) <= used


@given(somewhen, allowances, st.lists(spans, max_size=3), st.integers(1, 20))
def test_pauses_and_extensions_never_bring_a_due_time_forward(
    start: datetime, allowance: Allowance, drawn: list[tuple[int, int]], more: int
) -> None:
    pauses = pauses_from(start, drawn)
    plain, paused = WORK.due(start, allowance), WORK.due(start, allowance, pauses)
    extended = WORK.due(start, allowance, pauses, [Extension(more, allowance.unit)])
    assert plain is not None
    assert paused is not None
    assert extended is not None
    assert plain <= paused <= extended
    whole = Allowance(
        allowance.amount + more,
        allowance.unit,
        allowance.counting,
        allowance.pauses,
        allowance.rolls_start,
        allowance.rolls_end,
        allowance.at_close,
    )
    assert extended == WORK.due(start, whole, pauses)


@given(somewhen, allowances, st.lists(spans, max_size=2))
def test_the_explanation_ends_at_the_due_time(
    start: datetime, allowance: Allowance, drawn: list[tuple[int, int]]
) -> None:
    pauses = pauses_from(start, drawn)
    told = WORK.explain(start, allowance, pauses)
    assert told.at == WORK.due(start, allowance, pauses)
    assert [told.steps[0].code, told.steps[-1].code] == ["clocks.start", "clocks.due"]
    assert told.at is not None
    assert f"{told.at:%Y-%m-%d %H:%M}" in told.steps[-1].en


@pytest.mark.parametrize(
    ("start", "policy", "due"),
    [
        ("2022-09-30 10:00", "1wd", "2022-10-08 23:59:59"),  # a Saturday worked after the holiday
        ("2022-09-30 10:00", "7wd", "2022-10-14 23:59:59"),
        ("2022-09-30 10:00", "24h", "2022-10-01 10:00:00"),
        ("2022-09-30 17:00", "2wh", "2022-10-08 10:00:00"),
        ("2022-09-30 11:00", "2wh", "2022-09-30 14:30:00"),  # a break at noon
        ("2022-09-30 10:00", "1wh", "2022-09-30 11:00:00"),
        ("2022-09-30 17:00", "1wh", "2022-09-30 18:00:00"),  # the end of a day, not the start of the next
        ("2022-09-30 10:00", "7d", "2022-10-07 23:59:59"),
        ("2022-11-30 10:00", "3mo", "2023-02-28 23:59:59"),
        ("2023-11-30 10:00", "3mo", "2024-02-29 23:59:59"),
    ],
)
def test_due_times(start: str, policy: str, due: str) -> None:
    assert WORK.due(at(start), read(policy)) == at(due)


def test_rules_of_counting_are_data() -> None:
    saturday = at("2022-11-05 10:00")
    assert WORK.due(saturday, read("1wd")) == at("2022-11-07 23:59:59")
    assert WORK.due(saturday, read({"allow": "1wd", "rolls_start": True})) == at("2022-11-08 23:59:59")
    friday = at("2022-11-04 18:00:01")  # after closing
    assert WORK.due(friday, read({"allow": "1wd", "rolls_start": True})) == at("2022-11-08 23:59:59")
    assert WORK.due(friday, read({"allow": "1wd", "counting": "same_day"})) == at("2022-11-04 23:59:59")
    assert WORK.due(friday, read({"allow": "1wd", "at_close": True})) == at("2022-11-07 18:00")
    assert WORK.due(friday, read({"allow": "1d", "rolls_end": True})) == at("2022-11-07 23:59:59")


def test_a_pause_takes_out_the_days_it_touches_or_fills() -> None:
    start = at("2022-11-07 09:00")  # a Monday
    paused = [Pause(at("2022-11-08 15:00"), at("2022-11-10 10:00"))]
    assert WORK.due(start, read("3wd"), paused) == at("2022-11-15 23:59:59")
    whole = read({"allow": "3wd", "pauses": "whole"})
    assert WORK.due(start, whole, paused) == at("2022-11-11 23:59:59")
    assert WORK.due(start, read("3wd"), [Pause.of_days(date(2022, 11, 8), date(2022, 11, 9))]) == at(
        "2022-11-14 23:59:59"
    )


def test_a_pause_that_lasts_leaves_no_due_time_unless_it_came_too_late() -> None:
    start = at("2022-11-07 09:00")
    assert WORK.due(start, read("3wd"), [Pause(at("2022-11-08 15:00"), None)]) is None
    assert WORK.due(start, read("3wd"), [Pause(at("2022-11-11 00:00"), None)]) == at("2022-11-10 23:59:59")
    assert WORK.due(start, read("24h"), [Pause(at("2022-11-08 08:00"), None)]) is None
    told = WORK.explain(start, read("3wd"), [Pause(at("2022-11-08 15:00"), None)])
    assert [s.code for s in told.steps][-2:] == ["clocks.paused_still", "clocks.open"]


def test_extensions_in_another_unit_follow() -> None:
    start = at("2022-11-07 09:00")
    assert WORK.due(start, read("3mo"), extensions=[Extension(3, Unit.MONTHS)]) == at("2023-05-07 23:59:59")
    assert WORK.due(start, read("24h"), extensions=[Extension(2, Unit.WORKING_DAYS)]) == at(
        "2022-11-10 23:59:59"
    )


def test_why_a_due_time() -> None:
    policy = read({"allow": "5d", "rolls_start": True, "rolls_end": True})
    told = WORK.explain(
        at("2022-10-07 10:00"),
        policy,
        [Pause(at("2022-10-11 09:00"), at("2022-10-12 12:00"))],
        [Extension(1, Unit.DAYS)],
    )
    assert [s.zh for s in told.steps] == [
        "起：2022年10月7日10:00。",
        "非工作时间收到，按下一工作日2022年10月8日收到计算。",
        "时限5天，次日起算。",
        "2022年10月11日09:00至2022年10月12日12:00暂停。",
        "扣除暂停后为2022年10月15日23:59。",
        "延期1天。",
        "期满日2022年10月16日为休息日，顺延至2022年10月17日。",
        "到期：2022年10月17日23:59。",
    ]
    assert told.steps[4].en == "Without the pauses that is 2022-10-15 23:59."
    assert told.warnings == ()


def test_days_off_and_a_roll_are_told() -> None:
    told = WORK.explain(at("2022-09-30 10:00"), read("1wd"))
    assert "其间休息日、节假日7天不计。" in [s.zh for s in told.steps]
    told = WORK.explain(at("2022-09-30 10:00"), read({"allow": "3d", "rolls_end": True}))
    assert "期满日2022年10月3日为休息日，顺延至2022年10月8日。" in [s.zh for s in told.steps]


def test_a_year_without_a_calendar_counts_weekdays_and_says_so() -> None:
    told = WORK.explain(at("2026-12-30 10:00"), read("5wd"))
    assert told.at == at("2027-01-06 23:59:59")
    assert [w.en for w in told.warnings] == [
        "No working calendar is on file for 2027: weekdays were counted, holidays were not."
    ]
    assert WORK.explain(at("2026-12-30 10:00"), read("5d")).warnings == ()
    starts = np.array(["2026-12-30", "NaT"], "datetime64[s]")
    dues = clocks.due_times(starts, read("5wd"), CHINA)
    assert clocks.unknown_years(starts, dues, CHINA) == (2027,)


def test_elapsed_days_show_their_sum() -> None:
    found = WORK.elapsed_days(
        date(2022, 9, 26), date(2022, 10, 12), pauses=[Pause.of_days(date(2022, 10, 8), date(2022, 10, 9))]
    )
    assert found.amount == 7
    assert [s.zh for s in found.steps] == [
        "自2022年9月26日（当日不计）至2022年10月12日（当日计入）。",
        "其间休息日、节假日7天不计。",
        "暂停2天不计。",
        "合计7个工作日。",
    ]
    assert WORK.elapsed_days(date(2022, 10, 2), date(2022, 10, 1)).amount == 0
    assert WORK.elapsed_days(date(2022, 10, 1), date(2022, 10, 3), working=False).amount == 2
    whole = WORK.elapsed_days(date(2022, 10, 8), date(2022, 10, 8), counts_first=True)
    assert whole.steps[-1].en == "In all 1 working day."


def test_aware_times_are_read_on_the_clock_of_the_zone() -> None:
    here = Clockwork(CHINA, NOON, ZoneInfo("Asia/Shanghai"))
    late = datetime(2022, 11, 3, 17, 0, tzinfo=UTC)  # already Friday the 4th in Beijing
    due = here.due(late, read("1wd"))
    assert due == datetime(2022, 11, 7, 15, 59, 59, tzinfo=UTC)
    assert due is not None
    assert due.utcoffset() == timedelta(hours=8)


def test_amounts_may_differ_by_row_and_missing_starts_stay_missing() -> None:
    starts = np.array(["2022-09-30T10:00", "NaT", "2022-09-30T10:00"], dtype="datetime64[s]")
    found = clocks.due_times(starts, read("1wd"), CHINA, amounts=np.array([1, 0, 7]))
    assert found.astype(str).tolist() == ["2022-10-08T23:59:59", "NaT", "2022-10-14T23:59:59"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("5", "no amount"),
        ("0wd", "begins at 1"),
        ({"allow": "5wd", "colour": "red"}, "a policy has allow"),
        ({"counting": "same_day"}, "a policy has allow"),
        ({"allow": "5wd", "counting": "later"}, "next_day, same_day"),
    ],
)
def test_policies_that_cannot_be_meant(body: str | dict[str, object], wrong: str) -> None:
    with pytest.raises(ClockError, match=wrong):
        read(body)


@pytest.mark.parametrize(
    "hours", [[], ["9-18"], ["09:00-25:00"], ["18:00-09:00"], ["09:00-12:00", "11:00-18:00"]]
)
def test_service_hours_that_cannot_be_meant(hours: list[str]) -> None:
    with pytest.raises(ClockError):
        ServiceHours.read(hours)


def test_beyond_the_grid_is_an_error() -> None:
    with pytest.raises(ClockError, match="1980 to 2099"):
        WORK.due(at("1979-12-31 10:00"), read("1wd"))
    with pytest.raises(ClockError, match="1980 to 2099"):
        WORK.due(at("2099-12-31 10:00"), read("1wd"))
    with pytest.raises(ClockError, match="1980 to 2099"):
        WORK.due(at("2099-12-31 10:00"), read("24h"))
    for policy in ("1wd", "24h", "1wh", "1d", "1mo"):
        with pytest.raises(ClockError, match="1980 to 2099"):
            clocks.due_times(np.array(["2099-12-31T19:00"], "datetime64[s]"), read(policy), CHINA)
    with pytest.raises(ClockError, match="ends before"):
        Pause(at("2022-01-02 00:00"), at("2022-01-01 00:00"))


@pytest.mark.django_db
def test_the_installation_has_a_clockwork() -> None:
    found = clocks.current()
    assert found.calendar == CHINA
    assert found.hours == ServiceHours.read(["09:00-18:00"])
    assert str(found.zone) == "Asia/Shanghai"


def test_every_step_is_described() -> None:
    code = "".join(f.read_text(encoding="utf-8") for f in (ROOT / "src/tongjian/kernel/clocks").glob("*.py"))
    said = set(re.findall(r'"(clocks\.[a-z_]+)"', code))
    page = (ROOT / "docs/reference/clocks.md").read_text(encoding="utf-8")
    assert len(said) >= 12
    assert {s for s in said if f"`{s}`" not in page} == set()
