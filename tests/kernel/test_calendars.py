"""Working days as the State Council announced them; a year that is not on file says so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import calendars
from tongjian.kernel.calendars import ONE, CalendarError
from tongjian.packs import entries

CHINA = calendars.read(e.body for e in entries("calendars"))
somewhen = st.dates(date(2020, 1, 1), date(2028, 12, 31))


def test_working_days_of_2022() -> None:
    # 260 weekdays, 18 of them holidays, 7 weekend days worked instead
    assert CHINA.working_days(date(2022, 1, 1), date(2022, 12, 31)) == 249
    assert CHINA.years == frozenset(range(2020, 2027))


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2020, 1, 31), False),  # the Spring Festival that was made longer
        (date(2022, 1, 30), True),  # a Sunday worked before the Spring Festival
        (date(2022, 2, 4), False),  # a Friday of the Spring Festival
        (date(2022, 10, 8), True),
        (date(2022, 10, 10), True),
        (date(2022, 12, 31), False),
        (date(2024, 2, 9), True),
        (date(2025, 10, 8), False),
        (date(2026, 2, 28), True),
        (date(2030, 10, 1), True),  # not on file: a weekday
    ],
)
def test_days(day: date, worked: bool) -> None:
    assert CHINA.is_working(day) is worked


def test_a_due_day_on_a_holiday_moves_on() -> None:
    assert CHINA.next_working(date(2022, 10, 5)) == date(2022, 10, 8)
    assert CHINA.next_working(date(2022, 11, 5)) == date(2022, 11, 7)
    assert CHINA.next_working(date(2022, 11, 7)) == date(2022, 11, 7)


def test_an_unknown_year_is_named() -> None:
    assert CHINA.unknown(date(2026, 12, 1), date(2028, 1, 1)) == (2027, 2028)
    assert CHINA.unknown(date(2020, 1, 1), date(2026, 12, 31)) == ()
    assert "2027、2028" in calendars.warning((2027, 2028))
    assert calendars.warning(()) == ""


@given(somewhen, somewhen, somewhen)
def test_spans_add_up(a: date, b: date, c: date) -> None:
    first, middle, last = sorted((a, b, c))
    whole = CHINA.working_days(first, last)
    assert whole == CHINA.working_days(first, middle) + CHINA.working_days(middle + ONE, last)
    assert 0 <= whole <= (last - first).days + 1


@given(somewhen)
def test_the_next_working_day_is_worked_and_none_lies_between(day: date) -> None:
    found = CHINA.next_working(day)
    assert CHINA.is_working(found)
    assert CHINA.working_days(day, found) == 1


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"key": "next year"}, "no year"),
        ({"key": "2027", "holidays": {"元旦": ["2026-12-31"]}}, "another year"),
        ({"key": "2027", "holidays": {"元旦": ["1 January"]}}, "no day"),
        ({"key": "2027", "workdays": ["2027-01-04"]}, "a weekday"),
        ({"key": "2027", "holidays": {"元旦": ["2027-01-02"]}, "workdays": ["2027-01-02"]}, "off and worked"),
    ],
)
def test_what_cannot_be_meant_is_refused(body: dict[str, object], wrong: str) -> None:
    with pytest.raises(CalendarError, match=wrong):
        calendars.read([body])


@pytest.mark.django_db
def test_the_shipped_pack_rules_before_any_was_applied() -> None:
    assert calendars.current() == CHINA
