"""Stops of a clock, at random: what is used never grows by one, and the due day agrees with what is used."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import calendars
from tongjian.kernel.clocks import Clockwork
from tongjian.kernel.tracks import Clock, Stage
from tongjian.records.projects.monitoring import clock_of
from tongjian.records.projects.rules.stops import Stop

FIRST = date(2022, 3, 7)
WORK = Clockwork(calendars.NONE)
DAYS = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def stops(draw: st.DrawFn) -> tuple[Stop, ...]:
    """In order and apart, as `may_stop` lets them come."""
    days = sorted(draw(st.sets(DAYS, max_size=6)))
    return tuple(Stop("补正", a, b) for a, b in zip(days[::2], days[1::2], strict=False))


@given(stops(), DAYS, st.integers(1, 25), st.booleans())
def test_over_means_after_the_due_day(
    some: tuple[Stop, ...], today: date, allowed: int, working: bool
) -> None:
    stage = Stage("permit", "许可", "Permit", clock=Clock(allowed, "filed", working))
    clock = clock_of(WORK, stage, FIRST, None, today, some)
    plain = clock_of(WORK, stage, FIRST, None, today, ())
    assert clock.used.amount <= plain.used.amount
    assert clock.due.at is not None
    assert plain.due.at is not None
    assert clock.due.at >= plain.due.at
    assert clock.is_over == (clock.used.amount > allowed)
    if today <= clock.due.at.date():
        assert not clock.is_over
    if clock.is_over:
        assert today > clock.due.at.date()
