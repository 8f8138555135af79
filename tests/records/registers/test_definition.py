"""A definition says everything that is wrong with it; a sound one is a JSON Schema that others can read."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.registers.factories import body, with_attributes
from tongjian.kernel import tracks
from tongjian.packs import entries
from tongjian.records.registers.definition import Flaw, read
from tongjian.records.registers.pointing import Ground, check
from tongjian.records.registers.schema import json_schema

TRACKS = {e.key: tracks.read(e.body) for e in entries("tracks")}
GROUND = Ground(TRACKS, frozenset({"statistics"}), frozenset({"ponds"}))


def flaws(made: dict[str, Any]) -> list[tuple[str, str]]:
    register, found = read(made)
    return [(f.where, f.code) for f in found or check(register, GROUND)]


def attribute(**fields: Any) -> dict[str, Any]:
    return with_attributes(x={"title": "甲", "x-title-en": "X", **fields})


def test_a_sound_definition_has_no_flaw_and_gives_a_json_schema() -> None:
    register, found = read(body(), 3)
    assert found == []
    assert check(register, GROUND) == []
    schema = json_schema(register)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"] == ["kind"]
    assert schema["properties"]["surface"] == {
        "type": "number", "title": "面积", "x-title-en": "Surface", "minimum": 0, "x-decimals": 2, "x-unit": "公顷",
    }  # fmt: skip
    assert schema["properties"]["kind"]["enum"] == ["natural", "dug"]
    assert (register.table, register.version, register.personal) == (
        "register_ponds",
        3,
        frozenset({"keeper"}),
    )


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (body(key="Ponds"), [("key", "key")]),
        (body(name=None, shape="heap"), [("", "wanting"), ("shape", "choice")]),
        (body(colour="red"), [("", "unknown_field")]),
        (body(required=["depth"]), [("required", "no_attribute")]),
        (body(editable=["everyone"]), [("editable", "choice")]),
        (body(codes=["isbn"]), [("codes", "choice")]),
        (body(owner="nobody"), [("owner", "no_owner")]),
        (attribute(type="number", minimum=3, maximum=2), [("attributes.x", "bounds")]),
        (attribute(type="list"), [("attributes.x", "choice")]),
        (attribute(enum=["a"], **{"x-labels": {}}), [("attributes.x", "labels"), ("attributes.x", "wanting")]),
        (attribute(enum=["a", "b"], **{"x-labels": {"a": ["甲", "A"], "b": ["甲", "B"]}}), [("attributes.x", "twice")]),
        (attribute(pattern="["), [("attributes.x", "pattern")]),
        (attribute(**{"x-unit": "亿"}), [("attributes.x", "unit")]),
        (attribute(**{"x-decimals": 7, "type": "number"}), [("attributes.x", "type")]),
        (attribute(**{"x-reference": "ships"}), [("attributes.x", "no_register")]),
        (with_attributes(stage={"title": "甲", "x-title-en": "X"}), [("attributes.stage", "taken")]),
        (with_attributes(x={"title": "地 区", "x-title-en": "X"}), [("attributes.x", "heading")]),
        (with_attributes(begun={"title": "开工日期（年）", "x-title-en": "Begun"}), [("attributes.begun", "heading")]),
        (with_attributes(x={"title": "类型", "x-title-en": "Keeper"}), [("attributes.x", "heading")] * 2),
        (body(track="voyage"), [("track", "no_track"), ("counts.1", "no_column")]),
        (body(track=None), [("counts.1", "no_column")]),
        (body(track="attraction", counts=None), [("track", "need")]),
        (body(checklist={"of": "措施", "of_en": "Measure", "done": {"stage": "landed"}}), [("checklist.done", "no_stage")]),
        (body(checklist={"of": "措施", "of_en": "Measure"}), [("checklist", "wanting")]),
        (body(years={"attribute": "depth"}), [("years", "no_attribute")]),
        (body(counts=[{"key": "n", "name": "数", "name_en": "N", "unit": "个", "sum": "keeper"}]), [("counts.1", "personal_required")]),
        (body(counts=[{"key": "n", "name": "数", "name_en": "N", "unit": "个", "on": "added_on", "from": "added_on"}]), [("counts.1", "when")]),
    ],
)  # fmt: skip
def test_every_flaw_is_told_with_its_place(made: dict[str, Any], told: list[tuple[str, str]]) -> None:
    assert flaws(made) == told


def test_several_flaws_are_told_at_once() -> None:
    made = body(theme="M11", visible="secret", attributes={"A": {"title": "甲"}}, required=[], counts=None)
    assert flaws(made) == [
        ("attributes.A", "key"),
        ("attributes.A", "wanting"),
        ("theme", "choice"),
        ("visible", "choice"),
    ]


def test_a_flaw_is_a_sentence() -> None:
    assert str(Flaw("key", "key", {"got": "Ponds"})).startswith("key: ")
    assert "Ponds" in str(Flaw("key", "key", {"got": "Ponds"}))


def test_a_bare_on_in_yaml_is_meant_as_on() -> None:
    made = body(counts=[{"key": "n", "name": "数", "name_en": "N", "unit": "个", True: "surveyed_on"}])
    assert read(made)[0].counts[0].on == "surveyed_on"


words = st.sampled_from(
    [
        "a",
        "kind",
        "x-labels",
        "number",
        "string",
        "ponds",
        "construction",
        "in_use_on",
        "stage",
        "uscc",
        "public",
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(allow_nan=True) | words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
fields = [*body(), "checklist", "years", "note"]


@given(st.dictionaries(st.sampled_from(fields), anything, max_size=4), st.booleans())
@settings(max_examples=300)
def test_nothing_that_an_administrator_may_type_breaks_the_reader(typed: dict[str, Any], alone: bool) -> None:
    register, found = read(typed if alone else {**body(), **typed})
    if not found:
        check(register, GROUND)
        jsonschema.Draft202012Validator.check_schema(json_schema(register))


@given(st.lists(st.tuples(st.sampled_from(sorted(body()["attributes"])), words, anything), max_size=3))
@settings(max_examples=200)
def test_nothing_within_an_attribute_breaks_the_reader(typed: list[tuple[str, str, Any]]) -> None:
    made = body()
    for key, word, value in typed:
        made["attributes"][key][
            {"a": "enum", "kind": "x-reference", "uscc": "x-decimals"}.get(word, word)
        ] = value
    register, found = read(made)
    if not found:
        check(register, GROUND)
