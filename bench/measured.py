"""One line of a benchmark, and how time is taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """seconds None: not measured, `note` says why. against: our seconds for the same size, where there are some."""

    what: str
    size: str
    engine: str
    seconds: float | None
    against: float | None = None
    note: str = ""

    @property
    def said(self) -> str:
        if self.seconds is None:
            return self.note
        ratio = f"{self.seconds / self.against:8.1f} × ours" if self.against else " " * 15
        return f"{self.seconds:10.5f} s {ratio}  {self.note}".rstrip()


def median(call: Callable[[], object], rounds: int, warm: bool = True) -> float:
    """Seconds of the middle one of so many calls; `warm`: one more before, not counted."""
    if warm:
        call()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)
