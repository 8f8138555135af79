"""What a clock is told: how much time, in which unit, which days count, when it stands still."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

_SHORT = re.compile(r"(\d+)\s*(wd|wh|d|h|mo)")
_HOURS = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")
DAY = 86_400  # seconds


class ClockError(ValueError):
    """A policy, a pause or a day that no clock can reckon with: what, and what is wrong."""


class Unit(StrEnum):
    """工作日, 小时, 工作小时, 自然日, 月."""

    WORKING_DAYS = "wd"
    HOURS = "h"
    WORKING_HOURS = "wh"
    DAYS = "d"
    MONTHS = "mo"

    @property
    def in_days(self) -> bool:
        """Whether whole days count; else seconds do."""
        return self not in {Unit.HOURS, Unit.WORKING_HOURS}


class Counting(StrEnum):
    """Whether the day of the start is day one (当日计入) or the day after it is (次日起算)."""

    NEXT_DAY = "next_day"
    SAME_DAY = "same_day"


class PauseRule(StrEnum):
    """Which days a pause takes out of a clock in days: all that it touches, or only those it fills."""

    TOUCHED = "touched"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Allowance:
    """N units, and how they count. Hours know only `amount` and `unit`; the rest is for clocks in days and months.

    rolls_start: a start on a day off, or after closing, counts as the next working day's.
    rolls_end: a due day that is off moves to the next working one (遇节假日顺延); for natural days and months.
    at_close: due at the end of service hours, else at 23:59:59 of the day. Raises ClockError for an amount below one.
    """

    amount: int
    unit: Unit
    counting: Counting = Counting.NEXT_DAY
    pauses: PauseRule = PauseRule.TOUCHED
    rolls_start: bool = False
    rolls_end: bool = False
    at_close: bool = False

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ClockError(f"an allowance of {self.amount}{self.unit}: the amount begins at 1")

    @property
    def asks_calendar(self) -> bool:
        """Whether days off make a difference."""
        worked = self.unit in {Unit.WORKING_DAYS, Unit.WORKING_HOURS}
        return worked or (self.unit.in_days and (self.rolls_start or self.rolls_end))


@dataclass(frozen=True, slots=True)
class Extension:
    """延期 that was granted. In the clock's own unit it adds to the amount, in another one it follows on it."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, from `start` up to `end`; None: it lasts still."""

    start: datetime
    end: datetime | None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ClockError(f"a pause from {self.start} to {self.end}: it ends before it starts")

    @classmethod
    def of_days(cls, first: date, last: date | None) -> Pause:
        """Whole days, both included."""
        end = None if last is None else datetime.combine(last + timedelta(days=1), time())
        return cls(datetime.combine(first, time()), end)


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """Spans of a working day in which working hours run, in seconds since midnight, in order, apart."""

    spans: tuple[tuple[int, int], ...]

    @classmethod
    def read(cls, texts: Sequence[str]) -> ServiceHours:
        """From `["09:00-12:00", "13:30-18:00"]`. Raises ClockError naming the span."""
        spans = tuple(_span(t) for t in texts)
        flat = [edge for span in spans for edge in span]
        if not flat or any(a >= b for a, b in pairwise(flat)):
            raise ClockError(f"service hours {list(texts)}: spans must be in order and apart")
        return cls(spans)

    @property
    def length(self) -> int:
        """Seconds of a working day."""
        return sum(close - open_ for open_, close in self.spans)

    @property
    def close(self) -> int:
        """The end of the last span."""
        return self.spans[-1][1]

    def until(self, second: int) -> int:
        """Seconds of service before that second of the day."""
        return sum(min(max(second - open_, 0), close - open_) for open_, close in self.spans)

    def when(self, served: int) -> int:
        """The earliest second of the day by which so much service has run; 0 < served <= length."""
        for open_, close in self.spans:
            if served <= close - open_:
                return open_ + served
            served -= close - open_
        raise ClockError(f"{served} seconds more than a day of service has")


OFFICE = ServiceHours(((9 * 3600, 18 * 3600),))  # where no pack says otherwise

_Choice = TypeVar("_Choice", Unit, Counting, PauseRule)
_KEYS = frozenset({"allow", "counting", "pauses", "rolls_start", "rolls_end", "at_close"})


def read(body: str | Mapping[str, Any]) -> Allowance:
    """A policy as packs write it: `5wd`, `24h`, `8wh`, `30d`, `3mo`, or a mapping with `allow` and what else counts.

    Raises ClockError naming what cannot be meant.
    """
    if isinstance(body, str):
        return Allowance(*amount(body))
    if set(body) - _KEYS or "allow" not in body:
        raise ClockError(
            f"{dict(body)}: a policy has allow, and may have {', '.join(sorted(_KEYS - {'allow'}))}"
        )
    return Allowance(
        *amount(str(body["allow"])),
        counting=_choice(Counting, body.get("counting", "next_day")),
        pauses=_choice(PauseRule, body.get("pauses", "touched")),
        rolls_start=bool(body.get("rolls_start", False)),
        rolls_end=bool(body.get("rolls_end", False)),
        at_close=bool(body.get("at_close", False)),
    )


def amount(text: str) -> tuple[int, Unit]:
    """`5wd` → 5 working days. Raises ClockError."""
    found = _SHORT.fullmatch(text.strip())
    if not found:
        raise ClockError(f"{text!r} is no amount of time; write 5wd, 24h, 8wh, 30d or 3mo")
    return int(found[1]), Unit(found[2])


def _choice(kind: type[_Choice], text: object) -> _Choice:
    try:
        return kind(str(text))
    except ValueError:
        raise ClockError(f"{text!r}: one of {', '.join(kind)}") from None


def _span(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text)
    if not found:
        raise ClockError(f"{text!r} are no hours; write 09:00-18:00")
    a, b, c, d = map(int, found.groups())
    if b > 59 or d > 59 or c * 60 + d > 24 * 60:
        raise ClockError(f"{text!r} are no hours of a day")
    return (a * 60 + b) * 60, (c * 60 + d) * 60
