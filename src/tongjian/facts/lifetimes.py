"""When areas stood: a unit that is merged into another stops reporting, and the other one's past grows by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Lifetime:
    """first, last: months (year × 12 + month − 1) in which an area stood; into: the area that took it in."""

    first: int
    last: int
    into: str = ""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Only areas that began or ended; all others always stood."""

    of: Mapping[str, Lifetime]

    def stands(self, key: str, period: Period) -> bool:
        """Whether it stood at the end of the period."""
        found = self.of.get(key)
        return found is None or found.first <= period.end <= found.last

    def taken_in(self, key: str, before: Period, now: Period) -> tuple[str, ...]:
        """The areas that merged into this one after the end of one period and by the end of another."""
        return tuple(
            other
            for other, found in self.of.items()
            if found.into == key and before.end <= found.last < now.end
        )


ALWAYS = Lifetimes({})


def of_bodies(bodies: Iterable[Mapping[str, Any]]) -> Lifetimes:
    """From pack entries of areas: `since: 2019-01`, `until: 2022-06`, `into: north_town`. Raises PeriodError."""
    return Lifetimes({str(b["key"]): _lifetime(b) for b in bodies if "since" in b or "until" in b})


def _lifetime(body: Mapping[str, Any]) -> Lifetime:
    first = Period.parse(str(body["since"])).start if "since" in body else 0
    last = Period.parse(str(body["until"])).end if "until" in body else 9999 * 12
    return Lifetime(first, last, str(body.get("into", "")))
