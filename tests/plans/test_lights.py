"""The rule lists cover the line exactly once, and pick the light that a reader of the list would pick."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.packs import entries
from tongjian.plans.choices import Light
from tongjian.plans.lights import (
    STAGES,
    YARDSTICKS,
    Fault,
    LightsError,
    Rule,
    coverage_faults,
    lint,
    read,
)

SHIPPED: list[dict[str, Any]] = [e.body for e in entries("lights")]
BOOK = read(SHIPPED)


def changed(yardstick: str, stage: str, rows: object) -> list[dict[str, Any]]:
    return [b | {stage: rows} if b["key"] == yardstick else b for b in SHIPPED]


def test_the_shipped_lists_have_no_faults_and_are_marked_illustrative() -> None:
    assert lint(SHIPPED) == []
    assert all(body["illustrative"] is True for body in SHIPPED)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "empty"),
        (None, "missing_list"),
        ([{"light": "green", "from": 0}], "no_catch_all"),
        ([{"light": "green", "from": 0}, {"light": "red", "below": -1}], "gap"),
        ([{"light": "green", "from": 0}, {"light": "red", "below": 1}], "overlap"),
        ([{"light": "green", "from": 0}, {"light": "red"}], "overlap"),
        ([{"light": "green", "from": 0, "below": 9}, {"light": "red", "below": 0}], "not_open_above"),
        (
            [
                {"light": "green", "from": 0},
                {"light": "yellow", "from": 0, "below": 0},
                {"light": "red", "below": 0},
            ],
            "hollow",
        ),
        ([{"light": "blue"}], "bad_light"),
        ([{"light": "not_due"}], "bad_light"),
        ([{"light": "green", "from": "much"}], "bad_number"),
    ],
)
def test_the_linter_names_the_fault(rows: object, code: str) -> None:
    faults = lint(changed("growth", "during", rows))
    assert [(f.yardstick, f.stage, f.code) for f in faults] == [("growth", "during", code)]


def test_a_faulty_book_is_not_read() -> None:
    with pytest.raises(LightsError) as caught:
        read(changed("flow", "final", []))
    assert caught.value.faults == (Fault("flow", "final", "empty"),)


def test_a_negative_tolerance_is_a_fault() -> None:
    faults = lint([b | {"approx_points": -1} if b["key"] == "bounds" else b for b in SHIPPED])
    assert [f.code for f in faults] == ["bad_number"]


edges = st.lists(st.decimals(-100, 100, places=2), unique=True, min_size=1, max_size=6)


@given(edges, st.decimals(-200, 200, places=2))
def test_a_list_without_faults_holds_each_margin_exactly_once(cuts: list[Decimal], margin: Decimal) -> None:
    falling = sorted(cuts, reverse=True)
    rules = [
        Rule(Light.GREEN, low, high) for low, high in zip([*falling, None], [None, *falling], strict=True)
    ]
    assert coverage_faults(rules) == []
    holding = [r for r in rules if (r.low is None or margin >= r.low) and (r.high is None or margin < r.high)]
    assert len(holding) == 1


@given(edges.filter(lambda cuts: len(cuts) > 1), st.data())
def test_leaving_out_a_rule_is_found(cuts: list[Decimal], data: st.DataObject) -> None:
    falling = sorted(cuts, reverse=True)
    rules = [
        Rule(Light.GREEN, low, high) for low, high in zip([*falling, None], [None, *falling], strict=True)
    ]
    del rules[data.draw(st.integers(0, len(rules) - 1))]
    assert coverage_faults(rules) != []


@given(
    st.sampled_from(YARDSTICKS),
    st.sampled_from(STAGES),
    st.decimals(-200, 200, places=2),
    st.decimals(0, 50, places=2),
)
def test_more_margin_never_worsens_the_light(
    yardstick: str, stage: str, margin: Decimal, more: Decimal
) -> None:
    order = [Light.RED, Light.YELLOW, Light.GREEN]
    assert order.index(BOOK.pick(yardstick, stage, margin + more)) >= order.index(
        BOOK.pick(yardstick, stage, margin)
    )


def test_a_strict_target_is_not_met_by_its_own_number() -> None:
    assert BOOK.pick("growth", "final", Decimal(0)) == Light.GREEN
    assert BOOK.pick("growth", "final", Decimal(0), strict=True) == Light.YELLOW


@pytest.mark.parametrize(
    ("binding", "code"),
    [
        ({"final": {"yellow": "green"}}, "milder"),
        ({"final": {"blue": "red"}}, "bad_light"),
        ({"later": {"yellow": "red"}}, "bad_stage"),
        ("red", "bad_light"),
    ],
)
def test_a_binding_target_is_never_judged_more_mildly(binding: object, code: str) -> None:
    faults = lint([b | {"binding": binding} if b["key"] == "natures" else b for b in SHIPPED])
    assert [f.code for f in faults] == [code]
