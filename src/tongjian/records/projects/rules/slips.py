"""延误: which planned days moved or passed since the last dispatch meeting, and what that puts at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from tongjian.values import Number


class SlipKind(StrEnum):
    MOVED = "moved"  # 调整延后: the plan itself was put off
    MISSED = "missed"  # 逾期未达: the day passed and the stage was not reached


class By(StrEnum):
    MONEY = "money"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Planned:
    """One version of a planned day, as recorded. project: its key's number."""

    project: int
    track: str
    stage: str
    seq: int
    planned_on: date
    reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Slip:
    """days: from the day known at the last meeting to the new one, or to today where it was missed.

    money: planned total in 万元, None: not known. promises: who promised it (tasks, targets), as the caller named them.
    """

    project: int
    track: str
    stage: str
    kind: SlipKind
    was: date
    now: date
    days: int
    reason: str
    money: Number | None = None
    promises: tuple[str, ...] = ()


Stage = tuple[int, str, str]  # project, track, stage


@dataclass(frozen=True, slots=True)
class Ground:
    """reached: stage → the day it was entered. money, promises: by project."""

    reached: Mapping[Stage, date]
    money: Mapping[int, Number]
    promises: Mapping[int, Sequence[str]]


def slipped(versions: Iterable[Planned], last: datetime, today: date, ground: Ground) -> list[Slip]:
    """What slipped since the meeting at `last`: plans put off after it, and days that passed after it unmet.

    A stage that was reached by its day as known at the meeting did not slip; one put off and reached since did.
    """
    found = []
    for stage, plans in _by_stage(versions).items():
        slip = _slip(stage, plans, last, today, ground)
        if slip is not None:
            found.append(slip)
    return sorted(found, key=lambda s: (-s.days, s.project, s.track, s.stage))


def _by_stage(versions: Iterable[Planned]) -> dict[Stage, list[Planned]]:
    found: dict[Stage, list[Planned]] = {}
    for v in versions:
        found.setdefault((v.project, v.track, v.stage), []).append(v)
    return {s: sorted(plans, key=lambda v: v.seq) for s, plans in found.items()}


def _slip(stage: Stage, plans: Sequence[Planned], last: datetime, today: date, ground: Ground) -> Slip | None:
    known = [v for v in plans if v.recorded_at <= last]
    before, now = known[-1] if known else plans[0], plans[-1]
    reached = ground.reached.get(stage)
    if reached is not None and reached <= before.planned_on:
        return None
    if now.planned_on > before.planned_on:
        return _made(stage, SlipKind.MOVED, before.planned_on, now.planned_on, now.reason, ground)
    passed = last.date() <= now.planned_on < (reached or today)
    if passed:
        return _made(stage, SlipKind.MISSED, now.planned_on, reached or today, now.reason, ground)
    return None


def _made(stage: Stage, kind: SlipKind, was: date, now: date, reason: str, ground: Ground) -> Slip:
    project, track, name = stage
    promises = tuple(ground.promises.get(project, ()))
    money = ground.money.get(project)
    return Slip(project, track, name, kind, was, now, (now - was).days, reason, money, promises)


def ranked(slips: Iterable[Slip], by: By) -> list[Slip]:
    """Those that put most at risk first: by money, or by the number of promises; then the longest."""

    def weight(slip: Slip) -> tuple[float, int]:
        if by is By.PROMISE:
            return (-len(slip.promises), -slip.days)
        return (-float(slip.money.decimal) if slip.money else 0.0, -slip.days)

    return sorted(slips, key=weight)
