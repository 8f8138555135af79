"""The clockwork: a calendar, service hours and a time zone; due times, elapsed time and their reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from django.utils import timezone

from tongjian.kernel import calendars, definitions
from tongjian.kernel.calendars import Calendar
from tongjian.kernel.clocks import due as rules_of
from tongjian.kernel.clocks import elapsed as gone
from tongjian.kernel.clocks import grid as grids
from tongjian.kernel.clocks.due import Due, Rules
from tongjian.kernel.clocks.elapsed import Elapsed
from tongjian.kernel.clocks.policy import (
    DAY,
    OFFICE,
    Allowance,
    Counting,
    Extension,
    Pause,
    PauseRule,
    ServiceHours,
    Unit,
)
from tongjian.kernel.clocks.why import Told, steps


@dataclass(frozen=True, slots=True)
class Clockwork:
    """Reckons on the wall clock of `zone`; naive times are taken as they are, aware ones turned into the zone."""

    calendar: Calendar
    hours: ServiceHours = OFFICE
    zone: tzinfo | None = None

    def due(
        self,
        start: datetime,
        allowance: Allowance,
        pauses: Sequence[Pause] = (),
        extensions: Sequence[Extension] = (),
    ) -> datetime | None:
        """The last second in time (done <= due is in time); None while a pause lasts. Fractions of a second go.

        Raises ClockError outside 1980 to 2099.
        """
        rules, gaps = self._rules(), self._gaps(pauses) if pauses else []
        second = self._second(start)
        if extensions:
            found = rules_of.with_extensions(rules, second, allowance, gaps, extensions)
        else:
            found = rules_of.due_second(rules, second, allowance, gaps)
        return None if found is None else self._moment(found, start)

    def explain(
        self,
        start: datetime,
        allowance: Allowance,
        pauses: Sequence[Pause] = (),
        extensions: Sequence[Extension] = (),
    ) -> Due:
        """The same, with why: start, amount, days off, each pause, each extension, the roll to a working day."""
        told = Told(
            self._rules(), self._second(start), allowance, tuple(self._gaps(pauses)), tuple(extensions)
        )
        found, said = steps(told)
        at = None if found is None else self._moment(found, start)
        last = self._wall(start if at is None else at).date()
        unknown = self.calendar.unknown(self._wall(start).date(), last) if allowance.asks_calendar else ()
        return Due(at, said, gone.assumed(unknown))

    def elapsed_days(
        self,
        first: date,
        last: date,
        *,
        working: bool = True,
        counts_first: bool = False,
        counts_last: bool = True,
        pauses: Sequence[Pause] = (),
        rule: PauseRule = PauseRule.TOUCHED,
    ) -> Elapsed:
        """Days from `first` to `last` by the stop rules, working or natural, without paused ones, and how it adds up.

        A last day before the first gives 0.
        """
        span = gone.Span(grids.index(first), grids.index(last), counts_first, counts_last, working)
        held = rules_of.day_gaps(self._gaps(pauses), rule)
        unknown = self.calendar.unknown(first, last) if working else ()
        return gone.days(self._rules().grid, span, held, unknown)

    def elapsed_seconds(
        self, start: datetime, stop: datetime, *, service: bool = False, pauses: Sequence[Pause] = ()
    ) -> int:
        """Seconds from start to stop without pauses, all of them or those of service hours; 0 when stop is earlier."""
        measure = grids.Service(self._rules().grid, self.hours) if service else grids.Measure()
        return gone.units(measure, self._second(start), self._second(stop), self._gaps(pauses))

    def used(self, start: datetime, now: datetime, allowance: Allowance, pauses: Sequence[Pause] = ()) -> int:
        """How much time is used up at `now`: days, also of a clock in months; seconds of a clock in hours.

        By the policy's own counting, so that at the due time it is the whole allowance (unless that rolled).
        """
        if not allowance.unit.in_days:
            service = allowance.unit is Unit.WORKING_HOURS
            return self.elapsed_seconds(start, now, service=service, pauses=pauses)
        first = rules_of.received_day(self._rules(), self._second(start), allowance)
        return self.elapsed_days(
            grids.day_of(first),
            self._wall(now).date(),
            working=allowance.unit is Unit.WORKING_DAYS,
            counts_first=allowance.counting is Counting.SAME_DAY,
            pauses=pauses,
            rule=allowance.pauses,
        ).amount

    def _rules(self) -> Rules:
        return Rules(self.calendar, grids.grid(self.calendar), self.hours)

    def _wall(self, moment: datetime) -> datetime:
        if moment.tzinfo is None or self.zone is None:
            return moment
        return moment.astimezone(self.zone)

    def _second(self, moment: datetime) -> int:
        wall = self._wall(moment)
        return grids.index(wall) * DAY + wall.hour * 3600 + wall.minute * 60 + wall.second

    def _moment(self, second: int, like: datetime) -> datetime:
        day, rest = divmod(second, DAY)
        at = grids.day_of(day)
        wall = datetime(at.year, at.month, at.day) + timedelta(seconds=rest)
        return wall if like.tzinfo is None else wall.replace(tzinfo=self.zone or like.tzinfo)

    def _gaps(self, pauses: Sequence[Pause]) -> rules_of.Gaps:
        return rules_of.merged(
            [(self._second(p.start), None if p.end is None else self._second(p.end)) for p in pauses]
        )


def service_hours() -> ServiceHours:
    """The installation's service hours, from the pack `service_hours`."""
    bodies = {str(b["key"]): b for b in definitions.bodies("service_hours")}
    return ServiceHours.read([str(h) for h in bodies["office"]["hours"]])


def current() -> Clockwork:
    """The installation's clockwork: its calendar, service hours and time zone."""
    return Clockwork(calendars.current(), service_hours(), timezone.get_default_timezone())
