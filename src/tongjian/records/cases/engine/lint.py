"""Whether a case type can be meant: every reason why not, at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, SchemaError

from tongjian.records.cases.engine.case_types import (
    AGE,
    ALLOWANCE,
    CAPACITIES,
    COMPARISONS,
    CONDITIONS,
    COUNTS,
    FACES,
    KINDS,
    MARKS,
    PAYLOAD,
    RESULTS,
    ROLES,
    SETTABLE,
    VERBS,
    VERDICTS,
    words,
)

TOP = frozenset(
    [
        "key",
        "name",
        "name_en",
        "illustrative",
        "prefix",
        "form",
        "states",
        "initial",
        "transitions",
        "clocks",
        "tiers",
        "outcomes",
        "desk",
        "retention",
        "visibility",
        "subject",
        "milestones",
        "source",
        "note",
    ]
)


class TypeRefused(ValueError):
    """A case type that cannot be meant; `faults` lists every reason."""

    def __init__(self, key: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"case_types/{key}: " + "; ".join(map(str, self.faults)))


@dataclass(frozen=True, slots=True)
class Fault:
    """where: states.x, transitions.y.start, clocks.z; what: the reason, in plain English for who edits packs."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def lint(body: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Every reason why the body is no case type; empty: it is one."""
    shape = tuple(_shape(body))
    if shape:
        return shape
    return (
        *_names(body),
        *_form(body),
        *_states(body),
        *_clock_definitions(body),
        *(f for key, t in body["transitions"].items() for f in _transition(body, key, t)),
        *_ways(body),
        *_running(body),
        *_after_the_end(body),
    )


def _shape(body: Mapping[str, Any]) -> Iterator[Fault]:
    """What must be there before anything else can be looked at."""
    for name in ("key", "name", "name_en", "initial", "states", "transitions", "retention"):
        if not body.get(name):
            yield Fault(name, "is missing")
    for name in ("states", "transitions", "clocks", "tiers", "outcomes", "milestones", "form"):
        if not isinstance(body.get(name, {}), Mapping):
            yield Fault(name, "must be a mapping")
        elif name in {"states", "transitions", "clocks"}:
            for key, value in (body.get(name) or {}).items():
                if not isinstance(value, Mapping):
                    yield Fault(f"{name}.{key}", "must be a mapping")
    for name in body:
        if name not in TOP:
            yield Fault(str(name), "is no part of a case type")


def _names(body: Mapping[str, Any]) -> Iterator[Fault]:
    for group in ("states", "transitions", "clocks"):
        for key, value in body.get(group, {}).items():
            if not (value.get("name") and value.get("name_en")):
                yield Fault(f"{group}.{key}", "needs name and name_en")
    for group in ("tiers", "outcomes", "milestones"):
        for key, value in body.get(group, {}).items():
            if not _is_pair(value):
                yield Fault(f"{group}.{key}", "needs [中文, English]")
    for key in body.get("milestones", {}):
        if key not in body["states"]:
            yield Fault(f"milestones.{key}", "is no state of this type")
    if not AGE.fullmatch(str(body["retention"])):
        yield Fault("retention", "is no age: write 730d, 24mo or 2y")
    if body.get("visibility", "internal") not in {"public", "internal"}:
        yield Fault("visibility", "is public or internal")


def _is_pair(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, str) for v in value)


def _form(body: Mapping[str, Any]) -> Iterator[Fault]:
    form = body.get("form", {"type": "object"})
    try:
        Draft202012Validator.check_schema(form)
    except SchemaError as error:
        yield Fault("form", f"is no JSON Schema: {error.message}")
        return
    if form.get("type", "object") != "object":
        yield Fault("form", "must describe an object")
    for key, value in form.get("properties", {}).items():
        if not (value.get("title") and value.get("title_en")):
            yield Fault(f"form.{key}", "needs title and title_en")


def _states(body: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in body["states"].items():
        if value.get("kind") not in KINDS:
            yield Fault(f"states.{key}", f"kind is one of {', '.join(KINDS)}")
    if body["initial"] not in body["states"]:
        yield Fault("initial", f"{body['initial']} is no state of this type")
    elif body["states"][body["initial"]].get("kind") != "draft":
        yield Fault("initial", "must be a state of the kind draft")
    receive = body["transitions"].get("receive", {})
    if body["initial"] not in words(receive.get("from")):
        yield Fault("transitions", f"one must be called receive and start from {body['initial']}")
    if not any(s.get("kind") == "closed" for s in body["states"].values()):
        yield Fault("states", "one must be of the kind closed")


def _clock_definitions(body: Mapping[str, Any]) -> Iterator[Fault]:
    for key, value in body.get("clocks", {}).items():
        where, allow = f"clocks.{key}", value.get("allow", {})
        by_tier = {"": allow} if isinstance(allow, str) else allow
        for tier, text in by_tier.items():
            if tier and tier not in body.get("tiers", {}):
                yield Fault(where, f"{tier} is no tier of this type")
            if not ALLOWANCE.fullmatch(str(text)):
                yield Fault(where, f"{text} is no allowance: write 2h, 7d, 5wd, 8wh or 3mo")
        if not by_tier and not value.get("promised"):
            yield Fault(where, "needs allow, or promised: true")
        if value.get("verdict", next(iter(VERDICTS))) not in VERDICTS:
            yield Fault(where, f"verdict is one of {', '.join(sorted(VERDICTS))}")
        if value.get("per", "joint") not in {"joint", "advise"}:
            yield Fault(where, "per is joint or advise")


def _transition(body: Mapping[str, Any], key: str, t: Mapping[str, Any]) -> Iterator[Fault]:
    where = f"transitions.{key}"
    for name in t:
        if name not in FACES and name not in VERBS:
            yield Fault(f"{where}.{name}", "is no known verb")
    if not t.get("from"):
        yield Fault(where, "needs from")
    if ("to" in t) == bool(t.get("stay")):
        yield Fault(where, "needs either to or stay: true")
    for state in (*words(t.get("from")), *words(t.get("to"))):
        if state not in body["states"]:
            yield Fault(where, f"{state} is no state of this type")
    if not t.get("by"):
        yield Fault(where, "needs by")
    yield from (Fault(where, f"{w} cannot act") for w in words(t.get("by")) if w not in CAPACITIES)
    yield from _asked(where, t)
    yield from _guards(where, t)
    yield from _verbs(body, where, t)


def _asked(where: str, t: Mapping[str, Any]) -> Iterator[Fault]:
    for need in (*words(t.get("needs")), *words(t.get("may"))):
        names = list(need) if isinstance(need, Mapping) else [need]
        yield from (
            Fault(where, f"{n} is nothing that a step can ask for") for n in names if n not in PAYLOAD
        )
        if isinstance(need, Mapping):
            for name, choices in need.items():
                if not (isinstance(choices, Mapping) and all(map(_is_pair, choices.values()))):
                    yield Fault(f"{where}.{name}", "choices need [中文, English]")
    asked = _asked_names(t)
    for role in words(t.get("assign")):
        if role in ROLES and role not in asked:
            yield Fault(where, f"assigns {role} but does not ask for it")
    if t.get("survey") and "reached" not in asked:
        yield Fault(where, "records a follow-up but does not ask whether somebody was reached")


def _asked_names(t: Mapping[str, Any]) -> set[str]:
    listed = (*words(t.get("needs")), *words(t.get("may")))
    return {n for need in listed for n in (need if isinstance(need, Mapping) else [need])}


def _guards(where: str, t: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in t.get("when", {}).items():
        if name not in CONDITIONS:
            yield Fault(where, f"{name} is nothing that a condition can look at")
        if isinstance(value, Mapping):
            yield from (Fault(where, f"{op} is no comparison") for op in value if op not in COMPARISONS)
    within = t.get("within")
    if within is not None and not (
        isinstance(within, Mapping)
        and within.get("of") in MARKS
        and ALLOWANCE.fullmatch(str(within.get("allow")))
    ):
        yield Fault(where, "within needs of (a marked time) and allow (24h, 1wd)")


def _verbs(body: Mapping[str, Any], where: str, t: Mapping[str, Any]) -> Iterator[Fault]:
    known = body.get("clocks", {})
    for verb in ("start", "stop", "cancel", "pause", "resume", "extend"):
        for clock in words(t.get(verb)):
            if clock not in known:
                yield Fault(f"{where}.{verb}", f"{clock} is no clock of this type")
    asked = _asked_names(t)
    if t.get("extend") and "until" not in asked:
        yield Fault(where, "extends a clock but does not ask until when")
    for clock in words(t.get("start")):
        if known.get(clock, {}).get("promised") and "until" not in asked:
            yield Fault(where, f"starts {clock}, whose due time is promised, but does not ask until when")
    yield from (Fault(f"{where}.assign", f"{r} is no role") for r in words(t.get("assign")) if r not in ROLES)
    yield from (
        Fault(f"{where}.mark", f"{m} is no time to mark") for m in words(t.get("mark")) if m not in MARKS
    )
    yield from (
        Fault(f"{where}.count", f"{c} is not counted") for c in words(t.get("count")) if c not in COUNTS
    )
    for role, result in _mapping(t.get("release")):
        if role not in ROLES or result not in RESULTS:
            yield Fault(f"{where}.release", f"{role}: {result} is not a role with a result")
    for column, value in _mapping(t.get("set")):
        if column not in SETTABLE:
            yield Fault(f"{where}.set", f"{column} cannot be set")
        if isinstance(value, str) and value.startswith("$") and value[1:] not in asked:
            yield Fault(f"{where}.set", f"{value[1:]} is not asked for")


def _mapping(value: Any) -> list[tuple[Any, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _ways(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Every state can be reached, every open one has an exit and a way to a closed one."""
    steps = _steps(body)
    reached = _closure({body["initial"]}, steps)
    closed = {k for k, s in body["states"].items() if s.get("kind") == "closed"}
    back = {(b, a) for a, b in steps}
    ends = _closure(closed, back)
    for key in body["states"]:
        if key not in reached:
            yield Fault(f"states.{key}", "cannot be reached")
        if key not in closed and not any(a == key and b != key for a, b in steps):
            yield Fault(f"states.{key}", "has no exit")
        elif key not in ends:
            yield Fault(f"states.{key}", "has no way to a closed state")


def _steps(body: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {
        (str(source), str(t["to"]))
        for t in body["transitions"].values()
        if "to" in t
        for source in words(t.get("from"))
    }


def _closure(begin: set[str], steps: set[tuple[str, str]]) -> set[str]:
    found, waiting = set(begin), set(begin)
    while waiting:
        waiting = {b for a, b in steps if a in waiting} - found
        found |= waiting
    return found


def _running(body: Mapping[str, Any]) -> Iterator[Fault]:
    """Every clock that is started can be stopped or cancelled from where it runs; every paused one resumed."""
    steps = _steps(body)
    for clock in body.get("clocks", {}):
        starters = [t for t in body["transitions"].values() if clock in words(t.get("start"))]
        if not starters:
            yield Fault(f"clocks.{clock}", "is never started")
            continue
        enders = {s for t in body["transitions"].values() if _ends(t, clock) for s in words(t.get("from"))}
        for t in starters:
            after = set(words(t.get("to"))) or set(words(t.get("from")))
            if not _closure({str(s) for s in after}, steps) & enders:
                yield Fault(f"clocks.{clock}", "is started but cannot be stopped")
                break
        if _any(body, "pause", clock) and not _any(body, "resume", clock):
            yield Fault(f"clocks.{clock}", "is paused but never resumed")


def _after_the_end(body: Mapping[str, Any]) -> Iterator[Fault]:
    """No clock may run on in a closed state."""
    may: dict[str, set[str]] = {key: set() for key in body["states"]}
    moving = True
    while moving:
        moving = False
        for t in body["transitions"].values():
            for source in words(t.get("from")):
                target = str(t.get("to", source))
                ended = {*words(t.get("stop")), *words(t.get("cancel"))}
                running = (may.get(source, set()) - ended) | set(words(t.get("start")))
                if target in may and not running <= may[target]:
                    may[target] |= running
                    moving = True
    for key, state in body["states"].items():
        if state.get("kind") == "closed" and may[key]:
            yield Fault(f"states.{key}", f"clocks may run on: {', '.join(sorted(map(str, may[key])))}")


def _ends(t: Mapping[str, Any], clock: str) -> bool:
    return clock in words(t.get("stop")) or clock in words(t.get("cancel"))


def _any(body: Mapping[str, Any], verb: str, clock: str) -> bool:
    return any(clock in words(t.get(verb)) for t in body["transitions"].values())
