"""Pure rules of plans: what a target asks, how far a value is from it, and which light that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tongjian.facts.choices import Bound, Direction, FactStatus, Measure, MetricKind
from tongjian.plans.choices import Light, Nature
from tongjian.plans.lights import Book
from tongjian.plans.pace import Pace
from tongjian.plans.pace import elapsed as elapsed
from tongjian.values import Period

PERCENT = frozenset({"%", "个百分点"})
HUNDRED = Decimal(100)


class Side(StrEnum):
    """From which side a value has to meet its target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a target asks. number None: only words, which a person has to judge."""

    number: Decimal | None
    bound: Bound
    unit: str
    measure: Measure
    kind: MetricKind
    direction: Direction
    due: Period
    words: str = ""
    nature: Nature = Nature.ANTICIPATED


@dataclass(frozen=True, slots=True)
class Seen:
    """The value that is held against the target, in the target's unit."""

    number: Decimal
    period: Period
    status: FactStatus
    bound: Bound = Bound.EQ


@dataclass(frozen=True, slots=True)
class Judgement:
    """A light and the arithmetic behind it.

    distance: signed so that positive is better than the printed target, in its unit; 0 tolerance used.
    margin: what the rule list was read with (see `lights`), the tolerance of 左右 already granted.
    completion, elapsed: per cent, of the target and of what should be reached by then, where the yardstick needs them.
    pace: how that was reckoned; None: by months passed.
    """

    light: Light
    yardstick: str
    stage: str
    side: Side
    distance: Decimal
    margin: Decimal
    tolerance: Decimal
    completion: Decimal | None = None
    elapsed: Decimal | None = None
    pace: Pace | None = None


def side(asked: Asked) -> Side:
    """Whether the value must reach the target, stay below it, or lie close to it.

    A fall asked for (下降3%以上, where less is better) is met from below: -3.5 is better than -3.
    """
    down, number = asked.direction == Direction.DOWN, asked.number or Decimal(0)
    if asked.bound == Bound.LE or (asked.bound == Bound.LT and down):
        return Side.AT_MOST
    if asked.bound in {Bound.GE, Bound.GT, Bound.OVER}:
        fall = down and asked.measure == Measure.GROWTH and number < 0
        return Side.AT_MOST if fall else Side.AT_LEAST
    if down or asked.kind == MetricKind.RANK or asked.measure == Measure.RANK:
        return Side.AT_MOST
    return Side.NEAR if asked.direction == Direction.NONE else Side.AT_LEAST


def tolerance(asked: Asked, book: Book) -> Decimal:
    """How far 左右, 约 and 近 reach, in the target's unit; 0 for every other bound."""
    loose = asked.bound == Bound.APPROX or (asked.bound == Bound.LT and side(asked) == Side.AT_LEAST)
    if not loose or asked.number is None:
        return Decimal(0)
    if asked.unit in PERCENT:
        return book.approx_points
    return abs(asked.number) * book.approx_percent / HUNDRED


def yardstick(asked: Asked) -> str:
    """Which rule list judges this target: growth, flow, state, cap or cap_flow."""
    if asked.measure == Measure.GROWTH:
        return "growth"
    flow = asked.kind == MetricKind.FLOW and asked.measure == Measure.LEVEL
    if side(asked) == Side.AT_MOST:
        return "cap_flow" if flow else "cap"
    return "flow" if flow else "state"


def is_final(seen: Seen, due: Period) -> bool:
    """An actual value for the whole due period; an estimate of it is not."""
    return seen.period.end >= due.end and seen.status != FactStatus.ESTIMATE


def distance(asked: Asked, seen: Seen) -> Decimal:
    """How much better than the printed target, in its unit; negative: short of it."""
    wanted = asked.number or Decimal(0)
    found = side(asked)
    if found == Side.AT_LEAST:
        return seen.number - wanted
    if found == Side.AT_MOST:
        return wanted - seen.number
    return -abs(seen.number - wanted)


def is_strict(asked: Asked, seen: Seen) -> bool:
    """Whether reaching the printed number exactly is not enough (超, 大于), as far as the value's own bound tells."""
    asks_more = asked.bound in {Bound.GT, Bound.OVER} or (
        asked.bound == Bound.LT and side(asked) == Side.AT_MOST
    )
    just_under = seen.bound == Bound.LT and side(asked) == Side.AT_LEAST
    return just_under or (asks_more and seen.bound not in {Bound.GT, Bound.OVER})


def judge(asked: Asked, seen: Seen, book: Book, pace: Pace | None = None) -> Judgement:
    """The light of a value against its target. Both are in the same unit; asked.number is not None.

    pace: what should be reached by then; None: by months passed.
    """
    if asked.number is None:
        raise ValueError("a target without a number is judged by a person")
    stick, stage = yardstick(asked), "final" if is_final(seen, asked.due) else "during"
    gap, grace = distance(asked, seen), tolerance(asked, book)
    passed = elapsed(seen.period, asked.due) if pace is None else pace.expected
    done = completion(seen.number, asked.number) if stick in {"flow", "cap_flow"} else None
    margin = _margin(stick, asked, gap + grace, passed)
    strict = is_strict(asked, seen) and not (done is not None and stage == "during")
    light = book.pick(stick, stage, margin, strict=strict)
    if asked.nature == Nature.BINDING:
        light = book.binding.get((stage, light), light)
    return Judgement(light, stick, stage, side(asked), gap, margin, grace, done, passed, pace)


def _margin(stick: str, asked: Asked, gap: Decimal, passed: Decimal) -> Decimal:
    """The number that the rule list is read with; `gap` has the tolerance in it."""
    pure = stick in {"state", "cap"} and asked.unit in PERCENT
    if stick == "growth" or pure or not asked.number:
        return gap
    share = gap * HUNDRED / abs(asked.number)
    if stick == "flow":
        return HUNDRED + share - passed
    if stick == "cap_flow":
        return share - HUNDRED + passed
    return share


def completion(value: Decimal, target: Decimal) -> Decimal | None:
    """完成率: value / target in per cent, unrounded; None when nothing is owed."""
    return value * HUNDRED / target if target else None


def light_without_value(due: Period, today: date) -> Light:
    """未到期 while the period runs, 暂无数据 after it: never green."""
    return Light.NOT_DUE if today <= due.last_day else Light.NO_DATA
