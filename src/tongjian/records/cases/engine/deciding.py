"""May this step be taken, and what does it change? One pure function; whoever is refused is told everything that is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from tongjian.records.cases.engine.case_types import PAYLOAD, CaseType, Condition, Effect, Transition
from tongjian.records.cases.engine.state import (
    CaseState,
    Change,
    ClockState,
    Span,
    SurveyRound,
    UnitState,
)

Due = Callable[[datetime, str, tuple[Span, ...]], datetime]
TIMED = {"d": 1, "mo": 30, "y": 365}


@dataclass(frozen=True, slots=True)
class Actor:
    """capacities: as what somebody may act on this case. unit: through which unit of the case; None: none."""

    capacities: frozenset[str]
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """One reason against a step: code, and what fills its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class Refused(Exception):
    """The step is not taken; `reasons` says everything that speaks against it."""

    def __init__(self, reasons: Iterable[Why]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(", ".join(r.code for r in self.reasons))


def decide(
    case_type: CaseType,
    state: CaseState,
    step: str,
    payload: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    due: Due,
) -> Change:
    """The change that the step makes. Raises Refused with all reasons.

    payload: names of PAYLOAD; units by id, moments aware. due: (start, allowance, pauses) → due time.
    """
    transition = case_type.transitions.get(step)
    if transition is None:
        raise Refused([Why("cases.unknown_step", {"step": step})])
    reasons = tuple(objections(case_type, state, transition, payload, actor=actor, at=at, due=due))
    if reasons:
        raise Refused(reasons)
    return _change(case_type, state, transition, payload, actor, at, due)


def open_to(
    case_type: CaseType, state: CaseState, *, actor: Actor, at: datetime, due: Due
) -> list[Transition]:
    """The steps that the actor could take now, were the form filled in."""
    return [
        t
        for t in case_type.steps_from(state.state)
        if not any(_standing(case_type, state, t, actor=actor, at=at, due=due))
    ]


def objections(
    case_type: CaseType,
    state: CaseState,
    transition: Transition,
    payload: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    due: Due,
) -> Iterator[Why]:
    """Everything that speaks against the step: where the case stands, who asks, what is missing or wrong."""
    yield from _standing(case_type, state, transition, actor=actor, at=at, due=due)
    for name in transition.needs:
        if payload.get(name) in (None, "", [], ()):
            yield Why("cases.wanting", {"field": name})
    for name, value in payload.items():
        if name not in (*transition.needs, *transition.may):
            yield Why("cases.not_asked_for", {"field": name})
        elif value not in (None, "", [], ()) and not _fits(case_type, transition, name, value):
            yield Why("cases.bad_value", {"field": name, "value": value})
    until = payload.get("until")
    if isinstance(until, datetime) and until <= at:
        yield Why("cases.past", {"field": "until"})
    yield from _units_wanting(state, transition, payload)


def _standing(
    case_type: CaseType, state: CaseState, transition: Transition, *, actor: Actor, at: datetime, due: Due
) -> Iterator[Why]:
    if state.state not in transition.sources:
        yield Why("cases.wrong_state", {"state": state.state, "sources": transition.sources})
    if not actor.capacities & set(transition.by):
        yield Why("cases.not_yours", {"by": transition.by})
    for condition in transition.when:
        if not condition.holds(getattr(state, condition.field)):
            yield Why("cases.condition", _said(condition, getattr(state, condition.field)))
    limit = transition.within
    since = getattr(state, limit.of) if limit else None
    if limit and since and at > due(since, limit.allow, ()):
        yield Why("cases.too_late", {"allow": limit.allow, "since": since})


def _said(condition: Condition, found: Any) -> dict[str, object]:
    return {"field": condition.field, "op": condition.op, "value": condition.value, "found": found}


def _fits(case_type: CaseType, transition: Transition, name: str, value: Any) -> bool:
    if name in transition.options:
        return value in transition.options[name]
    kind = PAYLOAD[name]
    if kind in {"outcome", "tier"}:
        return value in (case_type.outcomes if kind == "outcome" else case_type.tiers)
    return KINDS_OF_VALUE[kind](value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_ints(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(map(_is_int, value))


KINDS_OF_VALUE: Mapping[str, Callable[[Any], bool]] = {
    "unit": _is_int,
    "units": _are_ints,
    "places": _are_ints,
    "text": lambda v: isinstance(v, str),
    "category": lambda v: isinstance(v, str) and len(v) <= 96,
    "moment": lambda v: isinstance(v, datetime) and v.tzinfo is not None,
    "flag": lambda v: isinstance(v, bool),
    "score": lambda v: _is_int(v) and 1 <= v <= 5,
}


def _units_wanting(state: CaseState, transition: Transition, payload: Mapping[str, Any]) -> Iterator[Why]:
    """A unit that is at it already is not called again in the same role."""
    for role in ("joint", "advise"):
        if role in {e.object for e in transition.does("assign")} and _are_ints(payload.get(role)):
            there = {u.unit for u in state.at_work(role)} | {state.lead_id}
            for unit in payload[role]:
                if unit in there:
                    yield Why("cases.unit_twice", {"unit": unit})


# What it changes


@dataclass(slots=True)
class _Draft:
    """A change in the making: one object of each, the last word counts. own: joint units speak for themselves only."""

    state: CaseState
    at: datetime
    own: bool
    fields: dict[str, Any] = field(default_factory=dict)
    clocks: dict[tuple[str, int | None, int], ClockState] = field(default_factory=dict)
    units: dict[tuple[int, str, int, datetime], UnitState] = field(default_factory=dict)
    joined: list[UnitState] = field(default_factory=list)
    survey: SurveyRound | None = None

    def value(self, column: str) -> Any:
        return self.fields.get(column, getattr(self.state, column))

    def clocks_now(self) -> list[ClockState]:
        return list(({c.key: c for c in self.state.clocks} | self.clocks).values())

    def units_now(self) -> list[UnitState]:
        return list(({u.key: u for u in self.state.units} | self.units).values())


def _change(
    case_type: CaseType,
    state: CaseState,
    transition: Transition,
    payload: Mapping[str, Any],
    actor: Actor,
    at: datetime,
    due: Due,
) -> Change:
    draft = _Draft(state, at, own=set(transition.by) <= {"joint", "advise"})
    target = transition.target or state.state
    if target != state.state:
        kind = case_type.states[target].kind
        draft.fields |= {"state": target, "kind": kind}
        draft.fields |= _closing(case_type, state, kind, at)
    order = ("survey", "set", "mark", "count", "release", "assign")  # clocks last: they follow tier and units
    first = [e for verb in order for e in transition.does(verb)]
    for effect in (*first, *(e for e in transition.effects if e not in first)):
        EFFECTS[effect.verb](draft, effect, payload, actor, case_type, due)
    if state.type_version != case_type.version:
        draft.fields["type_version"] = case_type.version
    return Change(
        step=transition.key,
        at=at,
        fields=draft.fields,
        clocks=tuple(draft.clocks.values()),
        units=tuple(draft.units.values()),
        survey=draft.survey,
        words=_words(payload, keep_flags=not transition.does("survey")),
    )


def _closing(case_type: CaseType, state: CaseState, kind: str, at: datetime) -> dict[str, Any]:
    """Closing starts the retention of personal data, reopening ends it."""
    if kind == "closed":
        return {"closed_at": at, "retain_until": after(at.date(), case_type.retention)}
    return {"closed_at": None, "retain_until": None} if state.kind == "closed" else {}


def after(day: date, age: str) -> date:
    """The day so long after: 90d, 24mo (of 30 days each beyond the years), 2y."""
    number = int(age.rstrip("dmoy"))
    unit = age.lstrip("0123456789")
    if unit == "y":
        return _years(day, number)
    if unit == "mo":
        return _years(day, number // 12) + timedelta(days=30 * (number % 12))
    return day + timedelta(days=number)


def _years(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _words(payload: Mapping[str, Any], *, keep_flags: bool) -> dict[str, Any]:
    """What is kept of the payload for reading: everything that is no column already. keep_flags: of an own check call."""
    flags = ("reached", "solved", "score") if keep_flags else ()
    kept = (
        *flags,
        "reason",
        "reply",
        "words",
        "plan",
        "evidence",
        "proof",
        "until",
        "lead",
        "joint",
        "advise",
    )
    found = {k: payload[k] for k in kept if payload.get(k) not in (None, "", [], ())}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in found.items()}


_Handler = Callable[["_Draft", Effect, Mapping[str, Any], Actor, CaseType, Due], None]


def _assign(d: _Draft, e: Effect, payload: Mapping[str, Any], _a: Actor, _t: CaseType, _due: Due) -> None:
    if e.object == "lead":
        _replace_lead(d, payload["lead"])
        return
    for unit in payload.get(e.object) or ():
        _join(d, UnitState(unit, e.object, 0, d.at))


def _replace_lead(d: _Draft, unit: int) -> None:
    for u in d.units_now():
        if u.role == "lead" and not u.until:
            d.units[u.key] = replace(u, until=d.at, result="replaced")
    hop = d.value("hops") + 1
    d.fields |= {"lead_id": unit, "hops": hop}
    if d.state.first_lead_id is None:
        d.fields["first_lead_id"] = unit
    _join(d, UnitState(unit, "lead", hop, d.at))


def _join(d: _Draft, unit: UnitState) -> None:
    d.units[unit.key] = unit
    d.joined.append(unit)


def _release(d: _Draft, e: Effect, _p: Mapping[str, Any], actor: Actor, _t: CaseType, _due: Due) -> None:
    """All units of the role that are at it; only the actor's own where joint units speak for themselves."""
    for u in d.units_now():
        if u.role == e.object and not u.until and (not d.own or u.unit == actor.unit):
            d.units[u.key] = replace(u, until=d.at, result=e.value)
            if e.object == "lead":
                d.fields["lead_id"] = None


def _start(d: _Draft, e: Effect, payload: Mapping[str, Any], _a: Actor, t: CaseType, due: Due) -> None:
    definition = t.clocks[e.object]
    allow = definition.allowance(d.value("tier"))
    units = [u.unit for u in d.joined if u.role == definition.per] if definition.per else [None]
    for unit in units:
        for running in [c for c in d.clocks_now() if (c.name, c.unit) == (e.object, unit) and c.running]:
            d.clocks[running.key] = replace(running, stopped=d.at)
        rounds = 1 + sum((c.name, c.unit) == (e.object, unit) for c in d.clocks_now())
        promised = payload.get("until") if definition.promised else None
        if not (promised or allow):
            continue  # no allowance for this tier: nothing is due
        end = promised or due(d.at, allow, ())
        made = ClockState(e.object, unit, rounds, allow, t.version, d.at, end, fixed=promised is not None)
        d.clocks[made.key] = made


def _own_clocks(d: _Draft, name: str, actor: Actor, t: CaseType) -> list[ClockState]:
    running = [c for c in d.clocks_now() if c.name == name and c.running]
    if not (t.clocks[name].per and d.own):
        return running
    return [c for c in running if c.unit == actor.unit]


def _stop(d: _Draft, e: Effect, _p: Mapping[str, Any], actor: Actor, t: CaseType, due: Due) -> None:
    for clock in _own_clocks(d, e.object, actor, t):
        ended = _resumed(clock, d.at, due)
        met = d.at <= ended.due
        d.clocks[clock.key] = replace(ended, stopped=d.at, met=met)
        if column := t.clocks[e.object].verdict:
            d.fields[column] = met


def _cancel(d: _Draft, e: Effect, _p: Mapping[str, Any], actor: Actor, t: CaseType, due: Due) -> None:
    for clock in _own_clocks(d, e.object, actor, t):
        d.clocks[clock.key] = replace(_resumed(clock, d.at, due), stopped=d.at)


def _pause(d: _Draft, e: Effect, _p: Mapping[str, Any], actor: Actor, t: CaseType, _due: Due) -> None:
    for clock in _own_clocks(d, e.object, actor, t):
        if not clock.is_paused:
            d.clocks[clock.key] = replace(clock, paused=(*clock.paused, (d.at, None)))


def _resume(d: _Draft, e: Effect, _p: Mapping[str, Any], actor: Actor, t: CaseType, due: Due) -> None:
    for clock in _own_clocks(d, e.object, actor, t):
        d.clocks[clock.key] = _resumed(clock, d.at, due)


def _resumed(clock: ClockState, at: datetime, due: Due) -> ClockState:
    """The clock with its pause closed. A promised due time does not move."""
    if not clock.is_paused:
        return clock
    paused = (*clock.paused[:-1], (clock.paused[-1][0], at))
    end = clock.due if clock.fixed else due(clock.started, clock.allow, paused)
    return replace(clock, paused=paused, due=end)


def _extend(d: _Draft, e: Effect, payload: Mapping[str, Any], actor: Actor, t: CaseType, _due: Due) -> None:
    for clock in _own_clocks(d, e.object, actor, t):
        d.clocks[clock.key] = replace(clock, due=payload["until"], fixed=True)


def _set(d: _Draft, e: Effect, payload: Mapping[str, Any], _a: Actor, _t: CaseType, _due: Due) -> None:
    value = e.value
    if isinstance(value, str) and value.startswith("$"):
        value = payload.get(value[1:])
        if value is None:
            return
    d.fields[e.object] = value


def _mark(d: _Draft, e: Effect, _p: Mapping[str, Any], _a: Actor, _t: CaseType, _due: Due) -> None:
    """The first time counts for contact; later ones for the rest."""
    if e.object != "contacted_at" or d.state.contacted_at is None:
        d.fields[e.object] = d.at


def _count(d: _Draft, e: Effect, _p: Mapping[str, Any], _a: Actor, _t: CaseType, _due: Due) -> None:
    d.fields[e.object] = d.value(e.object) + 1


def _survey(d: _Draft, _e: Effect, payload: Mapping[str, Any], actor: Actor, _t: CaseType, _due: Due) -> None:
    """The latest round counts; a round that reached nobody leaves the verdict of the one before."""
    number, reached = d.state.rounds + 1, bool(payload["reached"])
    handlers = {u.unit for u in d.state.units}
    d.survey = SurveyRound(
        round=number,
        at=d.at,
        by_unit=actor.unit,
        independent=actor.unit not in handlers,
        reached=reached,
        solved=payload.get("solved") if reached else None,
        score=payload.get("score") if reached else None,
        words=str(payload.get("words") or ""),
    )
    d.fields |= {"rounds": number, "surveyed_at": d.at}
    if reached or d.state.reached is None:
        d.fields |= {"reached": reached, "solved": d.survey.solved, "score": d.survey.score}


EFFECTS: Mapping[str, _Handler] = {
    "assign": _assign,
    "release": _release,
    "start": _start,
    "stop": _stop,
    "cancel": _cancel,
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "set": _set,
    "mark": _mark,
    "count": _count,
    "survey": _survey,
}
