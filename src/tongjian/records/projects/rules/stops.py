"""When a stage's clock may stand still, and what that does to it. Pure.

A stop takes out the days from the day on which papers were asked for to the day on which they came, both included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tongjian.kernel.clocks import Pause
from tongjian.kernel.tracks import Stage


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop. until: None, it lasts still. Places by pk."""

    reason: str
    since: date
    until: date | None = None
    evidence: int = 0
    resumed_evidence: int | None = None
    note: str = ""

    @property
    def pause(self) -> Pause:
        return Pause.of_days(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock: since when (None: it has not begun), whether it has ended, its stops so far."""

    since: date | None
    done: bool
    stops: Sequence[Stop] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """code: the last word of the message's code."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


def may_stop(stage: Stage, clock: Running, reason: str, on: date, today: date) -> Refused | None:
    """Why the clock may not be stopped on that day for that reason; None: it may."""
    if stage.clock is None or clock.since is None or clock.done:
        return Refused("clock_none", {"stage": stage.name})
    if reason not in stage.clock.stops:
        choices = "、".join(stage.clock.stops) or "–"
        return Refused("clock_reason", {"reason": reason, "stage": stage.name, "choices": choices})
    open_ = next((s for s in clock.stops if s.until is None), None)
    if open_ is not None:
        return Refused("clock_stopped", {"since": open_.since.isoformat()})
    first = max([clock.since, *(s.until for s in clock.stops if s.until is not None)])
    if on < first:
        return Refused("clock_early", {"on": on.isoformat(), "since": first.isoformat()})
    return Refused("clock_ahead", {"on": on.isoformat()}) if on > today else None


def may_resume(since: date | None, on: date, today: date) -> Refused | None:
    """since: of the stop that lasts; None: there is none."""
    if since is None:
        return Refused("clock_runs")
    if on < since:
        return Refused("clock_early", {"on": on.isoformat(), "since": since.isoformat()})
    return Refused("clock_ahead", {"on": on.isoformat()}) if on > today else None
