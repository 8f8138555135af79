"""A bad case type is refused with all its faults; every shipped one passes."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tongjian.packs import entries
from tongjian.records.cases.engine.case_types import parse
from tongjian.records.cases.engine.lint import lint

SHIPPED = {e.key: e.body for e in entries("case_types")}

SMALL: dict[str, Any] = {
    "key": "small",
    "name": "小事",
    "name_en": "Small matter",
    "initial": "new",
    "retention": "1y",
    "states": {
        "new": {"kind": "draft", "name": "登记", "name_en": "New"},
        "work": {"kind": "working", "name": "办理", "name_en": "Work"},
        "end": {"kind": "closed", "name": "办结", "name_en": "End"},
    },
    "clocks": {"do": {"name": "办", "name_en": "Do", "allow": "3wd"}},
    "transitions": {
        "receive": {
            "name": "受理",
            "name_en": "Receive",
            "from": "new",
            "to": "work",
            "by": "staff",
            "start": "do",
        },
        "finish": {
            "name": "办结",
            "name_en": "Finish",
            "from": "work",
            "to": "end",
            "by": "staff",
            "stop": "do",
        },
    },
}


def faults(**changes: Any) -> list[str]:
    body = copy.deepcopy(SMALL)
    for path, value in changes.items():
        at = body
        *way, last = path.split("__")
        for name in way:
            at = at[name]
        if value is None:
            del at[last]
        else:
            at[last] = value
    return [str(f) for f in lint(body)]


@pytest.mark.parametrize("key", SHIPPED)
def test_every_shipped_type_can_be_meant(key: str) -> None:
    assert [str(f) for f in lint(SHIPPED[key])] == []
    assert parse(SHIPPED[key]).key == key


def test_a_sound_type_has_no_fault() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"states__work__kind": "busy"}, "states.work: kind is one of"),
        ({"transitions__finish__stop": None}, "clocks.do: is started but cannot be stopped"),
        ({"transitions__finish": None}, "states.work: has no exit"),
        ({"transitions__finish__from": "new"}, "states.work: has no exit"),
        ({"transitions__finish__explode": "do"}, "transitions.finish.explode: is no known verb"),
        ({"transitions__finish__to": "gone"}, "transitions.finish: gone is no state of this type"),
        ({"transitions__finish__by": "king"}, "transitions.finish: king cannot act"),
        (
            {"transitions__finish__needs": ["gold"]},
            "transitions.finish: gold is nothing that a step can ask for",
        ),
        ({"transitions__finish__when": {"mood": 1}}, "transitions.finish: mood is nothing that a condition"),
        ({"transitions__finish__start": "tick"}, "transitions.finish.start: tick is no clock"),
        ({"transitions__finish__assign": "lead"}, "transitions.finish: assigns lead but does not ask for it"),
        (
            {"transitions__finish__set": {"outcome": "$outcome"}},
            "transitions.finish.set: outcome is not asked for",
        ),
        ({"clocks__do__allow": "soon"}, "clocks.do: soon is no allowance"),
        ({"clocks__idle": {"name": "闲", "name_en": "Idle", "allow": "1h"}}, "clocks.idle: is never started"),
        ({"transitions__finish__pause": "do"}, "clocks.do: is paused but never resumed"),
        ({"form": {"type": "objekt"}}, "form: is no JSON Schema"),
        (
            {"form": {"type": "object", "properties": {"x": {"type": "string"}}}},
            "form.x: needs title and title_en",
        ),
        ({"milestones": {"gone": ["去", "Gone"]}}, "milestones.gone: is no state of this type"),
        ({"retention": "long"}, "retention: is no age"),
        ({"initial": "work"}, "initial: must be a state of the kind draft"),
        ({"transitions__receive": None}, "transitions: one must be called receive and start from new"),
        ({"transitions__finish__start": "do"}, "states.end: clocks may run on: do"),
        ({"colour": "red"}, "colour: is no part of a case type"),
    ],
)
def test_a_fault_is_named(changes: dict[str, Any], said: str) -> None:
    assert [f for f in faults(**changes) if f.startswith(said)], faults(**changes)


def test_all_faults_come_at_once() -> None:
    found = faults(transitions__finish__by="king", transitions__finish__to="gone", clocks__do__allow="soon")
    assert len(found) >= 3
