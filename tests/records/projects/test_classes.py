"""Plan-year classes are a partition; the array form says the same as the one for a single project."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.records.projects.choices import ReserveLevel, YearClass
from tongjian.records.projects.rules.classes import (
    CODES,
    Conversion,
    Dates,
    conversion,
    reserve_level,
    starts_in,
    year_class,
    year_classes,
    years_of,
    years_of_months,
)
from tongjian.values import Number

DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))


@st.composite
def histories(draw: st.DrawFn) -> Dates:
    started = draw(st.none() | DAYS)
    finished = draw(st.none() | st.dates(started, date(2026, 12, 31))) if started else None
    planned = draw(st.none() | st.integers(2018 * 12, 2026 * 12 + 11))
    return Dates(draw(DAYS), planned, started, finished)


@pytest.mark.parametrize(
    ("dates", "wanted"),
    [
        (Dates(date(2021, 3, 1)), YearClass.RESERVE),
        (Dates(date(2021, 3, 1), planned_start=2023 * 12 + 4), YearClass.RESERVE),
        (Dates(date(2021, 3, 1), planned_start=2021 * 12 + 4), YearClass.RESERVE),  # was to start, did not
        (Dates(date(2021, 3, 1), planned_start=2022 * 12 + 4), YearClass.NEW_START),
        (Dates(date(2021, 3, 1), started_on=date(2022, 9, 1)), YearClass.NEW_START),
        (Dates(date(2021, 3, 1), started_on=date(2021, 9, 1)), YearClass.ONGOING),
        (Dates(date(2021, 3, 1), None, date(2021, 9, 1), date(2023, 1, 1)), YearClass.ONGOING),
        (Dates(date(2021, 3, 1), None, date(2021, 9, 1), date(2022, 12, 31)), YearClass.COMPLETED),
        (Dates(date(2021, 3, 1), None, date(2022, 2, 1), date(2022, 12, 31)), YearClass.COMPLETED),
        (Dates(date(2021, 3, 1), None, date(2020, 9, 1), date(2021, 12, 31)), None),
        (Dates(date(2023, 3, 1)), None),
    ],
)
def test_the_class_of_a_project_in_2022(dates: Dates, wanted: YearClass | None) -> None:
    assert year_class(dates, 2022) is wanted


def test_started_and_finished_in_one_year_counts_as_a_start_too() -> None:
    both = Dates(date(2021, 3, 1), None, date(2022, 2, 1), date(2022, 12, 31))
    assert year_class(both, 2022) is YearClass.COMPLETED
    assert starts_in(both, 2022)


@given(st.lists(histories(), max_size=40), st.integers(2017, 2027))
def test_arrays_say_the_same(projects: list[Dates], year: int) -> None:
    classes = year_classes(
        years_of([p.reserved_on for p in projects]),
        years_of_months([p.planned_start for p in projects]),
        years_of([p.started_on for p in projects]),
        years_of([p.finished_on for p in projects]),
        year,
    )
    assert classes.dtype == np.int8
    assert [CODES[c] for c in classes] == [year_class(p, year) for p in projects]


@given(histories())
def test_a_life_goes_through_the_classes_in_their_order(dates: Dates) -> None:
    """Over the years: outside, reserve or new start, ongoing, completed, outside; never back."""
    seen = [year_class(dates, year) for year in range(2016, 2029)]
    inside = [list(YearClass).index(c) for c in seen if c is not None]
    after_start = [c for y, c in enumerate(seen, 2016) if dates.started_on and y > dates.started_on.year]
    assert seen.count(YearClass.COMPLETED) == (dates.finished_on is not None)
    assert set(after_start) <= {YearClass.ONGOING, YearClass.COMPLETED, None}
    first = next(n for n, c in enumerate(seen) if c is not None)
    assert None not in seen[first : first + len(inside)]


@given(histories(), st.integers(2017, 2027))
def test_the_classes_of_a_year_are_a_partition(dates: Dates, year: int) -> None:
    """Each class in its own words: of a project that belongs to the year exactly one holds, of any other none."""
    began = dates.started_on.year if dates.started_on else 9999
    ended = dates.finished_on.year if dates.finished_on else 9999
    planned = dates.planned_start // 12 if dates.planned_start else 9999
    in_library = min(dates.reserved_on.year, began) <= year <= ended
    words = {
        YearClass.COMPLETED: ended == year,
        YearClass.ONGOING: began < year < ended,
        YearClass.NEW_START: ended != year and (began == year or (began > year and planned == year)),
        YearClass.RESERVE: began > year and planned != year,
    }
    holding = [c for c, holds in words.items() if holds and in_library]
    assert len(holding) == in_library
    assert year_class(dates, year) is (holding[0] if holding else None)


def test_conversion_counts_the_reserve_of_the_years_beginning() -> None:
    reserve = Dates(date(2021, 5, 1))
    begun = Dates(date(2021, 5, 1), started_on=date(2022, 4, 1))
    too_new = Dates(date(2022, 2, 1), started_on=date(2022, 4, 1))
    old = Dates(date(2020, 5, 1), started_on=date(2021, 4, 1))
    found = conversion([reserve, reserve, begun, too_new, old], 2022)
    assert found == Conversion(3, 1)
    assert found.percent == Number(333, 1)
    assert conversion([too_new], 2022).percent is None


def test_reserve_levels_follow_the_approvals() -> None:
    mature = frozenset({"permit"})
    assert reserve_level(frozenset(), mature) is ReserveLevel.IDEA
    assert reserve_level(frozenset({"land_use"}), mature) is ReserveLevel.PREPARATION
    assert reserve_level(frozenset({"land_use", "permit"}), mature) is ReserveLevel.MATURE
