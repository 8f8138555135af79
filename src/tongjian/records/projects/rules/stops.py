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
    """A clock: since when (None: it has not begun), whether it has ended, its stops so far.

    ended: the day on which the stage was entered; None: it was not.
    """

    since: date | None
    done: bool
    stops: Sequence[Stop] = ()
    ended: date | None = None


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


def may_have_stopped(stage: Stage, clock: Running, stop: Stop, today: date) -> Refused | None:
    """Why a stop that is told afterwards cannot have been: as `may_stop`, but of a clock that has ended, too."""
    if stage.clock is None or clock.since is None or (clock.done and clock.ended is None):
        return Refused("clock_none", {"stage": stage.name})
    if stop.reason not in stage.clock.stops:
        choices = "、".join(stage.clock.stops) or "–"
        return Refused("clock_reason", {"reason": stop.reason, "stage": stage.name, "choices": choices})
    if stop.since < clock.since:
        return Refused("clock_early", {"on": stop.since.isoformat(), "since": clock.since.isoformat()})
    if max(stop.since, stop.until or stop.since) > today:
        return Refused("clock_ahead", {"on": (stop.until or stop.since).isoformat()})
    if clock.ended is not None and (stop.until is None or stop.until > clock.ended):
        return Refused("clock_late", {"ended": clock.ended.isoformat(), "stage": stage.name})
    met = next((s for s in clock.stops if _meet(s, stop)), None)
    return None if met is None else Refused("clock_stopped", {"since": met.since.isoformat()})


def _meet(one: Stop, other: Stop) -> bool:
    """Whether two stops share more than the day on which one ends and the other begins."""
    first, second = sorted((one, other), key=lambda s: (s.since, s.until or date.max))
    return first.until is None or second.since < first.until or second.since == first.since


def may_resume(since: date | None, on: date, today: date) -> Refused | None:
    """since: of the stop that lasts; None: there is none."""
    if since is None:
        return Refused("clock_runs")
    if on < since:
        return Refused("clock_early", {"on": on.isoformat(), "since": since.isoformat()})
    return Refused("clock_ahead", {"on": on.isoformat()}) if on > today else None
