"""What a value means, and what existing entries object to. An outside library judges the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.registers.factories import body, with_attributes
from tongjian.records.registers import rules
from tongjian.records.registers.definition import read
from tongjian.records.registers.rules import Existing, Wrong

POND = read(body(), 1)[0]
UNITS = {"statistics": "statistics", "区统计局": "statistics"}


def resolve(_refers: str, written: str) -> str | None:
    return UNITS.get(written)


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("kind", "人工", "dug"),
        ("kind", "Natural", "natural"),
        ("surface", "1,250.5", Decimal("1250.50")),
        ("surface", 3, Decimal("3.00")),
        ("surface", "-0", Decimal("0.00")),
        ("fish", 7.0, 7),
        ("fenced", "否", False),
        ("fenced", True, True),
        ("surveyed_on", "2022年3月1日", date(2022, 3, 1)),
        ("surveyed_on", "20220301", date(2022, 3, 1)),
        ("surveyed_on", "2022/3/1", date(2022, 3, 1)),
        ("remark", "  一\r\n二\x07 ", "一\n二"),
        ("remark", "   ", None),
        ("unit", "区统计局", "statistics"),
    ],
)
def test_a_value_as_typed_is_what_it_means(key: str, given: object, value: object) -> None:
    found = rules.value_of(POND.attribute[key], given, resolve)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("key", "given", "code"),
    [
        ("kind", "湖", "not_option"),
        ("surface", "十亩", "not_number"),
        ("surface", "1.255", "too_precise"),
        ("surface", -1, "below"),
        ("surface", True, "not_number"),
        ("surface", "NaN", "not_number"),
        ("surface", "12345678901234", "too_large"),
        ("fish", "2.5", "not_integer"),
        ("fish", 100, "above"),
        ("fenced", "maybe", "not_boolean"),
        ("surveyed_on", "2022-02-30", "not_date"),
        ("remark", "长" * 61, "too_long"),
        ("remark", ["x"], "not_text"),
        ("unit", "区档案局", "unknown_reference"),
    ],
)
def test_a_value_that_is_none_says_why(key: str, given: object, code: str) -> None:
    with pytest.raises(Wrong) as caught:
        rules.value_of(POND.attribute[key], given, resolve)
    assert (caught.value.problem.cell, caught.value.problem.code) == (key, f"registers.{code}")
    assert "%(" not in caught.value.problem.message


def test_all_that_is_wrong_with_an_entry_is_told_at_once() -> None:
    _found, problems = rules.values_of(POND, {"surface": "x", "depth": 3}, resolve)
    assert [(p.cell, p.code) for p in problems] == [
        ("depth", "registers.unknown_attribute"),
        ("kind", "registers.required"),
        ("surface", "registers.not_number"),
    ]


typed = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["natural", "dug", "lake"]),
        "surface": st.one_of(st.decimals(-1, 10**6, places=2), st.decimals(-1, 9, places=3)),
        "fish": st.integers(-5, 120),
        "fenced": st.booleans(),
        "surveyed_on": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
        "remark": st.text(max_size=80),
    },
)


@given(typed)
def test_the_outside_library_judges_the_same(attributes: dict[str, Any]) -> None:
    values, problems = rules.values_of(POND, attributes, resolve)
    if not problems:
        assert rules.schema_problems(POND, values) == []
        kept = {k: rules.stored(v) for k, v in values.items()}
        assert rules.values_of(POND, kept, resolve) == (values, [])
    else:
        raw = {
            k: float(v) if isinstance(v, Decimal) else v.isoformat() if isinstance(v, date) else v
            for k, v in attributes.items()
        }
        places = {
            p.cell for p in problems if p.code == "registers.too_precise"
        }  # which no JSON Schema can say
        if {p.cell for p in problems} - places:
            assert list(rules.validator(POND).iter_errors(raw))


def objects(made: dict[str, Any], **fields: Any) -> list[tuple[str, str]]:
    entry = Existing(7, "0001", "荷塘", **{"attributes": {"kind": "dug"}, **fields})
    found = rules.objections(read(made)[0], frozenset({"started"}), [entry], resolve)
    return [(p.cell, p.code.removeprefix("registers.")) for o in found for p in o.problems]


@pytest.mark.parametrize(
    ("made", "fields", "told"),
    [
        (with_attributes(remark=None), {}, []),
        (with_attributes(remark=None), {"attributes": {"kind": "dug", "remark": "浅"}}, [("remark", "attribute_lost")]),
        (body(required=["kind", "fish"]), {}, [("fish", "required")]),
        (
            with_attributes(surface={"type": "number", "title": "面积", "x-title-en": "S", "x-decimals": 1}),
            {"attributes": {"kind": "dug", "surface": "1.25"}},
            [("surface", "too_precise")],
        ),
        (body(codes=None), {"codes": frozenset({"uscc"})}, [("uscc", "code_lost")]),
        (body(codes=[{"scheme": "uscc", "required": True}]), {}, [("uscc", "required")]),
        (body(), {"stages": frozenset({"started", "sunk"})}, [("sunk", "stage_lost")]),
        (body(geometry="area"), {"shape": "point"}, [("geometry", "shape_lost")]),
    ],
)  # fmt: skip
def test_what_an_entry_objects_to(
    made: dict[str, Any], fields: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert objects(made, **fields) == told


def test_an_objection_does_not_tell_a_personal_value() -> None:
    new = with_attributes(
        keeper={"type": "integer", "title": "管护人", "x-title-en": "Keeper", "x-personal": True}
    )
    entry = Existing(7, "0001", "荷塘", {"kind": "dug", "keeper": "李四"})
    found = rules.objections(read(new)[0], frozenset(), [entry], resolve)
    assert "李四" not in str(found[0].problems[0])


def test_more_places_are_taken_without_objection() -> None:
    new = with_attributes(surface={"type": "number", "title": "面积", "x-title-en": "S", "x-decimals": 3})
    assert rules.restated(read(new)[0], {"kind": "dug", "surface": "1.25"}, resolve) == {
        "kind": "dug",
        "surface": "1.250",
    }
