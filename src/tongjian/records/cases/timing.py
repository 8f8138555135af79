"""The engine's clocks on the installation's clockwork: due times, and why."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tongjian.kernel import clocks
from tongjian.kernel.clocks import Allowance, Clockwork, Pause
from tongjian.kernel.said import Said
from tongjian.records.cases.engine.state import ClockState, Span

KEPT_SECONDS = 60.0


@dataclass(slots=True)
class _Held:
    work: Clockwork | None = None
    read_at: float = -1e9


_HELD = _Held()


def clockwork() -> Clockwork:
    """The installation's, read again after a minute."""
    if _HELD.work is None or time.monotonic() - _HELD.read_at > KEPT_SECONDS:
        _HELD.work, _HELD.read_at = clocks.current(), time.monotonic()
    return _HELD.work


def forget() -> None:
    """Read again at the next call: after a calendar was applied."""
    _HELD.work = None


@lru_cache(maxsize=256)
def allowance(text: str) -> Allowance:
    return clocks.read(text)


def due(start: datetime, allow: str, spans: tuple[Span, ...]) -> datetime:
    """When the allowance is used up. Raises ValueError while a pause lasts."""
    found = clockwork().due(start, allowance(allow), pauses(spans))
    if found is None:
        raise ValueError("a paused clock has no due time")
    return found


def pauses(spans: Iterable[Span]) -> list[Pause]:
    return [Pause(a, b) for a, b in spans]


def why(clock: ClockState) -> tuple[Said, ...]:
    """为什么是这个期限: sentences in both languages, in order; a promised or extended time says so."""
    if clock.fixed:
        return (
            Said("cases.promised", "期限为承诺或批准延期的时间。", "Due at the promised or extended time."),
        )
    found = clockwork().explain(clock.started, allowance(clock.allow), pauses(clock.paused))
    return (*found.steps, *found.warnings)
