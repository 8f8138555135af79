"""Which clocks a new policy moves: sums by clock, and the few that matter most by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tongjian.records.cases.recompute import Reckoned

KEPT = 200


@dataclass(frozen=True, slots=True)
class Move:
    """One clock that moves. was, now: due times in UTC; overdue: it is late by that."""

    case: int
    clock: str
    unit: int | None
    was_allow: str
    allow: str
    was: datetime
    now: datetime
    overdue: bool

    @property
    def hours(self) -> float:
        return (self.now - self.was).total_seconds() / 3600


@dataclass(slots=True)
class Sums:
    """Of one clock: how many run, how many fall due earlier, later, and are overdue by that."""

    running: int = 0
    earlier: int = 0
    later: int = 0
    overdue: int = 0


@dataclass(slots=True)
class Moves:
    """What moves at `at`. listed: at most KEPT, those that get overdue first (the longest overdue first), then the most moved."""

    at: datetime
    sums: dict[str, Sums] = field(default_factory=dict)
    listed: list[Move] = field(default_factory=list)

    def add(self, new: Reckoned) -> None:
        """The clocks of one batch."""
        moved = new.moved()
        late = _late(new, self.at)
        for name, running, earlier, later, overdue in _by_clock(new, late):
            found = self.sums.setdefault(name, Sums())
            found.running += running
            found.earlier += earlier
            found.later += later
            found.overdue += overdue
        which = np.flatnonzero(moved)
        if len(which):
            chosen = which[np.lexsort((new.due[which], ~late[which]))][:KEPT]
            far = which[np.argsort(-np.abs((new.due - new.clocks.due)[which].astype(np.int64)))][:KEPT]
            wanted = dict.fromkeys([*chosen[late[chosen]].tolist(), *far.tolist()])
            self.listed = sorted([*self.listed, *_moves(new, wanted, late)], key=_order)[:KEPT]

    def as_report(self) -> dict[str, Any]:
        """As JSON: `from_report` reads it."""
        rows = [{**asdict(m), "was": m.was.isoformat(), "now": m.now.isoformat()} for m in self.listed]
        return {
            "at": self.at.isoformat(),
            "sums": {k: asdict(s) for k, s in self.sums.items()},
            "listed": rows,
        }


def from_report(told: dict[str, Any]) -> Moves:
    rows = [
        Move(**{**r, "was": datetime.fromisoformat(r["was"]), "now": datetime.fromisoformat(r["now"])})
        for r in told["listed"]
    ]
    sums = {k: Sums(**s) for k, s in told["sums"].items()}
    return Moves(datetime.fromisoformat(told["at"]), sums, rows)


def _late(new: Reckoned, at: datetime) -> Any:
    """Which clocks the new due time makes overdue."""
    now = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "us")
    return (new.due < now) & (now <= new.clocks.due)


def _by_clock(new: Reckoned, late: Any) -> Iterator[tuple[str, int, int, int, int]]:
    names = np.array(new.clocks.names)
    for name in dict.fromkeys(new.clocks.names):
        here = names == name
        earlier, later = (new.due < new.clocks.due) & here, (new.due > new.clocks.due) & here
        yield name, int(here.sum()), int(earlier.sum()), int(later.sum()), int((late & here).sum())


def _moves(new: Reckoned, which: Any, late: Any) -> Iterator[Move]:
    old = new.clocks
    for n in which:
        yield Move(
            case=old.cases[n],
            clock=old.names[n],
            unit=old.units[n],
            was_allow=old.allows[n],
            allow=new.allows[n],
            was=old.due[n].item().replace(tzinfo=UTC),
            now=new.due[n].item().replace(tzinfo=UTC),
            overdue=bool(late[n]),
        )


def _order(move: Move) -> tuple[bool, float, int]:
    """Those that get overdue, the earliest first; then the most moved."""
    return (not move.overdue, move.now.timestamp() if move.overdue else -abs(move.hours), move.case)
