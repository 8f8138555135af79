"""When a project really began and ended: read from its passages, never typed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.kernel.tracks import LEFT, REOPENED, Step, Track


@dataclass(frozen=True, slots=True)
class Reached:
    """The stages that a project is in or past, each with its day. left: it left the track (终止)."""

    days: Mapping[str, date]
    left: bool = False

    def at_or_past(self, stages: Sequence[str]) -> date | None:
        """The first day on which it stood at one of these stages; None: it does not."""
        return min((self.days[s] for s in stages if s in self.days), default=None)


NOTHING = Reached({})


def reached(steps: Iterable[Step]) -> Reached:
    """After all passages: a reopening takes back what came after the stage that it goes back to."""
    days: dict[str, date] = {}
    order: list[str] = []
    left = False
    for step in steps:
        if step.result == REOPENED:
            kept = order.index(step.stage) + 1 if step.stage in order else 0
            order, left = order[:kept], False
            days = {s: days[s] for s in order}
        elif step.result == LEFT:
            left = True
        else:
            order.append(step.stage)
            days[step.stage] = step.on
    return Reached(days, left)


def from_stage(track: Track, stage: str) -> tuple[str, ...]:
    """The stage and all after it: a project that is in use was finished, even where nobody noted the finish.

    Raises TrackError for a stage that the track does not have.
    """
    return tuple(s.key for s in track.stages[track.place(stage) :])
