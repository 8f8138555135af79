"""Declarations: what can be meant, and what is said of the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from facts.measured.register import works
from tongjian.facts.measured.declaration import Condition, MeasuredError, check, parse
from tongjian.facts.measured.wording import declaration_said

FLOW = {"table": "works", "count": True, "on": "opened_on"}
TABLES = {"works": works().table()}


def test_a_declaration_in_full() -> None:
    body = {
        "table": "works",
        "where": {"stage": ["built", "begun"], "cost": {"ge": 10, "lt": 100.5}, "urgent": True},
        "sum": "cost",
        "from": "opened_on",
        "until": "closed_on",
        "by": "area",
    }
    made = parse(body, "stock")
    assert made.where == (
        Condition("stage", "in", ("built", "begun")),
        Condition("cost", "ge", (10,)),
        Condition("cost", "lt", ("100.5",)),
        Condition("urgent", "in", (True,)),
    )
    assert (made.sum, made.start, made.until, made.by) == ("cost", "opened_on", "closed_on", "area")
    assert check(made, TABLES).name == "works"


@pytest.mark.parametrize(
    ("change", "kind", "problem"),
    [
        ({"whre": {}}, "flow", "unknown field whre"),
        ({"table": 3}, "flow", "table has to name"),
        ({"count": False}, "flow", "count is true"),
        ({"sum": "cost"}, "flow", "count stands alone"),
        ({"on": ""}, "flow", "needs on"),
        ({"from": "opened_on"}, "flow", "on belongs to"),
        ({}, "stock", "not on"),
        ({}, "ratio", "kind ratio"),
        ({}, "rank", "cannot be measured"),
        ({"where": {"stage": {}}}, "flow", "says nothing"),
        ({"where": {"stage": {"like": "b"}}}, "flow", "has like"),
        ({"where": ["stage"]}, "flow", "is a mapping"),
    ],
)
def test_what_cannot_be_meant_is_told(change: dict[str, Any], kind: str, problem: str) -> None:
    with pytest.raises(MeasuredError, match=problem):
        parse({**FLOW, **change}, kind)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"table": "worms"}, "no table worms in the mirror; there are: works"),
        ({"on": "opened"}, "no column opened; it has: id, area"),
        ({"on": "cost"}, "on cannot be the column cost"),
        ({"by": "floors"}, "by cannot be the column floors"),
        ({"where": {"stage": "finished"}}, "cannot be compared with 'finished'"),
        ({"where": {"urgent": "yes"}}, "urgent is a flag"),
        ({"where": {"opened_on": {"ge": "2022-13-01"}}}, "opened_on is a date"),
        ({"where": {"floors": 1.5}}, "floors is a int"),
        ({"where": {"floors": True}}, "floors is a int"),
        ({"where": {"cost": {"ge": "0.001"}}}, "cost is a number"),
    ],
)
def test_what_the_table_does_not_hold_is_told(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(MeasuredError, match=problem):
        check(parse({**FLOW, **change}, "flow"), TABLES)


def test_sums_are_of_numbers() -> None:
    body = {"table": "works", "sum": "stage", "on": "opened_on"}
    with pytest.raises(MeasuredError, match="sum cannot be the column stage"):
        check(parse(body, "flow"), TABLES)


def test_days_are_days_in_yaml_too() -> None:
    body = {**FLOW, "where": {"opened_on": {"ge": date(2022, 1, 1)}}}
    assert check(parse(body, "flow"), TABLES)


def test_it_is_said_in_both_languages() -> None:
    body = {
        "table": "works",
        "where": {"stage": "built", "cost": {"ge": 10}, "closed_on": {"set": True}},
        "ratio": {"num": {"urgent": True}, "den": {"floors": {"not": 1}}},
        "on": "opened_on",
        "by": "area",
    }
    said = declaration_said(parse(body, "ratio"), TABLES["works"])
    assert [s.zh for s in said] == [
        "“工程台账”条目数的比率",
        "条件：“阶段”为竣工；“投资”不小于 10；“销号日期”已填",
        "分子：“紧急”为是",
        "分母：“层数”不为1",
        "按“开工日期”归入当期",
        "按“属地”分到街道乡镇",
    ]
    assert [s.en for s in said] == [
        "ratio of numbers of rows of register of works",
        "where stage is 竣工; cost at least 10; day of closing is known",
        "numerator: urgent is yes",
        "denominator: floors is not 1",
        "dated by day of opening",
        "for each town by town",
    ]
