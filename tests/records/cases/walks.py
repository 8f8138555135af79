"""Random legal lives of cases, for property tests: a walk through a type's steps with payloads that fit."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tongjian.records.cases.engine.case_types import CAPACITIES, PAYLOAD, CaseType, Transition
from tongjian.records.cases.engine.deciding import Actor, Due, open_to
from tongjian.records.cases.engine.state import CaseState


@dataclass(frozen=True)
class Step:
    key: str
    payload: Mapping[str, Any]
    actor: Actor
    at: datetime


def next_step(
    case_type: CaseType, state: CaseState, at: datetime, dice: random.Random, units: Sequence[int], due: Due
) -> Step | None:
    """A step that is open to somebody, an hour to ten days later; None: nothing is."""
    then = at + timedelta(minutes=dice.choice([5, 60, 60 * 9, 60 * 30, 60 * 24 * 10]))
    busy = [u.unit for u in state.units if not u.until]
    actor = Actor(frozenset(CAPACITIES), dice.choice([*busy, None]))
    steps = open_to(case_type, state, actor=actor, at=then, due=due)
    if not steps:
        return None
    step = dice.choice(steps)
    given = payload(case_type, state, step, then, dice, units)
    if any(n not in given for n in step.needs):  # no unit left to call
        return None
    return Step(step.key, given, actor, then)


def payload(
    case_type: CaseType,
    state: CaseState,
    step: Transition,
    at: datetime,
    dice: random.Random,
    units: Sequence[int],
) -> dict[str, Any]:
    names = [*step.needs, *(n for n in step.may if dice.random() < 0.6)]
    found = {n: value(case_type, state, step, n, at, dice, units) for n in names}
    return {n: v for n, v in found.items() if v not in (None, [])}


def value(
    case_type: CaseType,
    state: CaseState,
    step: Transition,
    name: str,
    at: datetime,
    dice: random.Random,
    units: Sequence[int],
) -> Any:
    if name in step.options:
        return dice.choice(list(step.options[name]))
    kind = PAYLOAD[name]
    if kind == "unit":
        return dice.choice(units)
    if kind == "units":
        there = {u.unit for u in state.units if not u.until} | {state.lead_id}
        return [u for u in units if u not in there][: dice.randint(1, 2)]
    if kind in {"outcome", "tier"}:
        return dice.choice(list(case_type.outcomes if kind == "outcome" else case_type.tiers))
    if kind == "moment":
        return at + timedelta(days=dice.randint(1, 40))
    return {"text": "已核实", "category": "城市管理/市容", "flag": dice.random() < 0.5, "places": [7]}.get(
        kind, dice.randint(1, 5)
    )
