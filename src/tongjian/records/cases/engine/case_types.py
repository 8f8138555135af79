"""A case type 办件类型: form, states inside seven fixed kinds, named transitions, clocks, retention. Parsed from a pack body."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

KINDS = ("draft", "triage", "assigned", "working", "waiting", "verifying", "closed")
CAPACITIES = ("system", "desk", "lead", "joint", "advise", "leader", "staff")
ROLES = ("lead", "joint", "advise")
# What a transition may do: about ten verbs, each a key of the transition in the pack.
VERBS = (
    "assign",  # 派: the units in the payload become lead, joint or advising
    "release",  # 退、结: the part of units ends, with a result
    "start",
    "stop",
    "cancel",
    "pause",
    "resume",
    "extend",  # clocks
    "set",  # columns to a word or to what the payload holds ($name)
    "mark",  # time columns to the moment
    "count",  # +1
    "survey",  # 回访: a round of reached, solved, score
)
FACES = ("name", "name_en", "from", "to", "stay", "by", "needs", "may", "when", "within")
SETTABLE = frozenset(
    {"outcome", "tier", "asking", "supervised", "visibility", "category", "excluded", "subject", "until"}
)
MARKS = frozenset({"dispatched_at", "accepted_at", "contacted_at", "done_at", "closed_at", "checked_at"})
COUNTS = frozenset({"returns", "redos"})
CONDITIONS = frozenset(
    {
        "tier",
        "outcome",
        "asking",
        "supervised",
        "hops",
        "returns",
        "redos",
        "rounds",
        "reached",
        "solved",
        "score",
    }
)
COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
VERDICTS = frozenset({"responded_in_time", "resolved_in_time"})
RESULTS = frozenset({"done", "returned", "replaced", "withdrawn"})
ALLOWANCE = re.compile(r"[1-9][0-9]{0,3}(h|d|wd|wh|mo)")
AGE = re.compile(r"[1-9][0-9]{0,3}(d|mo|y)")
# Fields that a payload may hold: what each must be.
PAYLOAD: Mapping[str, str] = {
    "lead": "unit",
    "joint": "units",
    "advise": "units",
    "reason": "text",
    "reply": "text",
    "words": "text",
    "plan": "text",
    "evidence": "places",
    "proof": "places",
    "outcome": "outcome",
    "tier": "tier",
    "category": "category",
    "until": "moment",
    "reached": "flag",
    "solved": "flag",
    "score": "score",
    "independent": "flag",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A label in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class StateDef:
    key: str
    kind: str
    name: Name


@dataclass(frozen=True, slots=True)
class ClockDef:
    """allow: allowance by tier, or under "" for all. verdict: the column that learns whether the clock was met.

    per: a clock for each unit of that role, not one for the case. promised: due is what the payload's `until` says.
    """

    key: str
    name: Name
    allow: Mapping[str, str]
    verdict: str = ""
    per: str = ""
    promised: bool = False

    def allowance(self, tier: str) -> str:
        return self.allow.get(tier) or self.allow.get("", "")


@dataclass(frozen=True, slots=True)
class Within:
    """A transition is open only so long after a marked moment: `within: {of: dispatched_at, allow: 1wd}`."""

    of: str
    allow: str


@dataclass(frozen=True, slots=True)
class Condition:
    """field op value; op: in (a tuple of words or flags), lt, le, gt, ge."""

    field: str
    op: str
    value: Any

    def holds(self, found: Any) -> bool:
        if self.op == "in":
            return found in self.value
        if found is None:
            return False
        return bool(COMPARISONS[self.op](found, self.value))


@dataclass(frozen=True, slots=True)
class Effect:
    """One verb on one object: ("start", "contact", None), ("release", "lead", "returned"), ("set", "outcome", "$outcome")."""

    verb: str
    object: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Transition:
    """sources: states it starts from. target: None stays where it is."""

    key: str
    name: Name
    sources: tuple[str, ...]
    target: str | None
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, Name]] = field(default_factory=dict)
    when: tuple[Condition, ...] = ()
    within: Within | None = None
    effects: tuple[Effect, ...] = ()

    def does(self, verb: str) -> tuple[Effect, ...]:
        return tuple(e for e in self.effects if e.verb == verb)


@dataclass(frozen=True, slots=True, eq=False)
class CaseType:
    """version: of the definition; 0: out of the packs, not applied yet. desk: keys of the organisations that run it.

    milestones: the states that make the course of a case, in order, as it names them there.
    """

    key: str
    version: int
    name: Name
    prefix: str
    form: Mapping[str, Any]
    initial: str
    states: Mapping[str, StateDef]
    transitions: Mapping[str, Transition]
    clocks: Mapping[str, ClockDef]
    tiers: Mapping[str, Name]
    outcomes: Mapping[str, Name]
    desk: tuple[str, ...]
    retention: str
    visibility: str
    subject: str
    milestones: Mapping[str, Name] = field(default_factory=dict)

    def steps_from(self, state: str) -> tuple[Transition, ...]:
        return tuple(t for t in self.transitions.values() if state in t.sources)


def parse(body: Mapping[str, Any], version: int = 0) -> CaseType:
    """The type that a linted body means. Lint first: this trusts it."""
    return CaseType(
        key=str(body["key"]),
        version=version,
        name=_name(body),
        prefix=str(body.get("prefix", "")),
        form=body.get("form", {"type": "object"}),
        initial=body["initial"],
        states={k: StateDef(k, v["kind"], _name(v)) for k, v in body["states"].items()},
        transitions={k: _transition(k, v) for k, v in body["transitions"].items()},
        clocks={k: _clock(k, v) for k, v in body.get("clocks", {}).items()},
        tiers=_names(body.get("tiers", {})),
        outcomes=_names(body.get("outcomes", {})),
        desk=tuple(body.get("desk", ())),
        retention=body["retention"],
        visibility=body.get("visibility", "internal"),
        subject=body.get("subject", ""),
        milestones=_names(body.get("milestones", {})),
    )


def words(value: Any) -> tuple[Any, ...]:
    """A YAML value that may be one word or a list of them."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def _name(body: Mapping[str, Any]) -> Name:
    return Name(str(body["name"]), str(body["name_en"]))


def _names(body: Mapping[str, Any]) -> dict[str, Name]:
    """key: [中文, English]"""
    return {str(k): Name(str(v[0]), str(v[1])) for k, v in body.items()}


def _clock(key: str, body: Mapping[str, Any]) -> ClockDef:
    allow = body.get("allow", {})
    return ClockDef(
        key=key,
        name=_name(body),
        allow={"": allow} if isinstance(allow, str) else dict(allow),
        verdict=body.get("verdict", ""),
        per=body.get("per", ""),
        promised=bool(body.get("promised")),
    )


def _transition(key: str, body: Mapping[str, Any]) -> Transition:
    needs, options = _needs(body.get("needs", ()))
    may, more = _needs(body.get("may", ()))
    return Transition(
        key=key,
        name=_name(body),
        sources=words(body["from"]),
        target=None if body.get("stay") else body["to"],
        by=words(body["by"]),
        needs=needs,
        may=may,
        options=options | more,
        when=tuple(c for k, v in body.get("when", {}).items() for c in _conditions(k, v)),
        within=Within(**body["within"]) if "within" in body else None,
        effects=tuple(e for verb in VERBS if verb in body for e in _effects(verb, body[verb])),
    )


def _needs(listed: Any) -> tuple[tuple[str, ...], dict[str, dict[str, Name]]]:
    """`[lead, {reason: {not_ours: [中文, English]}}]`: names, and the words that one may choose from."""
    names: list[str] = []
    options: dict[str, dict[str, Name]] = {}
    for need in words(listed):
        if isinstance(need, Mapping):
            for name, choices in need.items():
                names.append(name)
                options[name] = _names(choices)
        else:
            names.append(need)
    return tuple(names), options


def _conditions(name: str, value: Any) -> list[Condition]:
    if isinstance(value, Mapping):
        return [Condition(name, op, limit) for op, limit in value.items()]
    return [Condition(name, "in", words(value))]


def _effects(verb: str, value: Any) -> list[Effect]:
    if verb == "survey":
        return [Effect("survey", "round")] if value else []
    if isinstance(value, Mapping):
        return [Effect(verb, k, v) for k, v in value.items()]
    return [Effect(verb, str(w)) for w in words(value)]
