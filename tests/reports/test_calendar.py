"""Documents of a year: days by the packs, states by what is there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.packs import entries
from tongjian.reports import calendar
from tongjian.reports.calendar import CalendarError, Made, State
from tongjian.values import Period

BODY = {"key": "a", "zh": "甲", "en": "A", "every": "month", "due": "31", "of": "month", "made": "bulletin"}
SHIPPED = calendar.read(e.body for e in entries(calendar.KIND))


def test_a_short_month_owes_on_its_last_day() -> None:
    found = calendar.owed(calendar.read([BODY]), 2024)
    assert [o.on for o in found][:4] == [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
    ]
    assert found[0].period == Period.parse("2024-01")


def test_what_follows_is_owed_in_the_next_month_or_year() -> None:
    monthly, yearly = calendar.read(
        [BODY | {"next": True, "due": "10"}, BODY | {"key": "b", "every": "year", "due": "01-05", "next": True, "of": "year", "made": "closing"}]
    )  # fmt: skip
    assert calendar.owed([monthly], 2022)[-1].on == date(2023, 1, 10)
    only = calendar.owed([yearly], 2022)
    assert [(o.on, str(o.period)) for o in only] == [(date(2023, 1, 5), "2022")]


@pytest.mark.parametrize(
    "change",
    [{"zh": ""}, {"every": "week"}, {"of": "quarter"}, {"made": "by hand"}, {"due": "ten"}, {"due": "32"}, {"key": ""}],
)  # fmt: skip
def test_a_document_that_cannot_be_meant_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(CalendarError):
        calendar.read([BODY | change])


def test_the_shipped_ones_cover_a_year() -> None:
    found = calendar.owed(SHIPPED, 2022)
    assert {o.document.made for o in found} == set(Made)
    assert sum(o.document.every == "month" for o in found) == 36
    assert [str(o.period) for o in found if o.document.key == "half_year_report"] == ["2022-01/2022-06"]


@given(st.dates(date(2021, 1, 1), date(2024, 12, 31)), st.booleans())
def test_a_document_is_late_only_after_its_day(today: date, there: bool) -> None:
    for one in calendar.owed(SHIPPED, 2022):
        found = calendar.state(there, one, today)
        assert (found == State.DONE) == there
        on_demand = one.document.made in calendar.ON_DEMAND
        assert (found == State.LATE) == (not there and today > one.on and not on_demand)
        assert found != State.DUE or today > one.period.last_day


def test_months_are_rows_and_what_is_not_owed_is_empty() -> None:
    lines = [calendar.Line(o, State.DUE) for o in calendar.owed(SHIPPED, 2022)]
    less = [n for n in lines if (n.owed.document.made, str(n.owed.period)) != (Made.BULLETIN, "2022-03")]
    table = calendar.months(less)
    assert {d.every for d in table.documents} == {"month"}
    assert [str(p) for p, _cells in table.rows] == [f"2022-{m:02d}" for m in range(1, 13)]
    empty = [(str(p), n) for p, cells in table.rows for n, c in enumerate(cells) if c is None]
    assert empty == [("2022-03", [d.made for d in table.documents].index(Made.BULLETIN))]
