"""Deadlines from deadlines: one pass over an array gives what reckoning each subject node by node gives."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import calendars, deadlines
from tongjian.kernel.calendars import ONE
from tongjian.kernel.clocks import ClockError, Unit
from tongjian.kernel.deadlines import DeadlineError, Link, Node, Plan
from tongjian.packs import entries

ROOT = Path(__file__).resolve().parents[2]
CHINA = calendars.read(e.body for e in entries("calendars"))
BODY = {
    "key": "school",
    "nodes": [
        {"key": "design", "name": "初步设计批复", "name_en": "Design approved", "before": {"permit": "20wd"}},
        {
            "key": "permit",
            "name": "施工许可",
            "name_en": "Building permit",
            "before": {"start": "5wd", "piles": "1mo"},
        },
        {"key": "start", "name": "开工", "name_en": "Start", "before": {"open": "10mo"}},
        {"key": "piles", "name": "桩基施工", "name_en": "Piling", "after": {"start": "30d"}, "rolls": True},
        {"key": "open", "name": "开学", "name_en": "Opening", "fixed": True},
        {"key": "books", "name": "决算", "name_en": "Accounts", "after": {"open": "60wd", "piles": "6mo"}},
    ],
}
SCHOOL = deadlines.read(BODY)


def walked(plan: Plan, starts: dict[str, date], happened: dict[str, date], key: str) -> date | None:
    """One node of one subject, by recursion and steps from day to day."""
    node = next(n for n in plan.nodes if n.key == key)
    if key in happened:
        return happened[key]
    if not node.links:
        return starts.get(key)
    found = [(walked(plan, starts, happened, link.node), link) for link in node.links]
    dates = [moved(day, link, 1 if node.after else -1) for day, link in found if day is not None]
    if len(dates) < len(found):
        return None
    day = max(dates) if node.after else min(dates)
    return CHINA.next_working(day) if node.rolls else day


def moved(day: date, link: Link, sign: int) -> date:
    if link.unit is Unit.DAYS:
        return day + timedelta(days=sign * link.amount)
    if link.unit is Unit.MONTHS:
        month = day.year * 12 + day.month - 1 + sign * link.amount
        first = date(month // 12, month % 12 + 1, 1)
        return min(first + timedelta(days=day.day - 1), (first + timedelta(days=31)).replace(day=1) - ONE)
    while link.amount == 0 and not CHINA.is_working(day):
        day += sign * ONE
    left = link.amount
    while left:
        day += sign * ONE
        left -= CHINA.is_working(day)
    return day


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Two fixed nodes and up to eight that hang on earlier ones, written in any order."""
    nodes = [Node("f0", "甲", "A"), Node("f1", "乙", "B")]
    unit = st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS])
    for i in range(draw(st.integers(0, 8))):
        keys = draw(st.lists(st.sampled_from([n.key for n in nodes]), min_size=1, max_size=3, unique=True))
        links = tuple(Link(k, draw(st.integers(0, 15)), draw(unit)) for k in keys)
        way = {draw(st.sampled_from(["after", "before"])): links}
        nodes.append(Node(f"n{i}", f"节点{i}", f"Node {i}", rolls=draw(st.booleans()), **way))
    return deadlines.make("drawn", draw(st.permutations(nodes)))


maybe = st.none() | st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(plans(), st.data())
def test_one_pass_equals_a_walk(plan: Plan, data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(maybe, maybe), min_size=1, max_size=4))
    known = data.draw(
        st.dictionaries(st.sampled_from(plan.keys), maybe.filter(lambda d: d is not None), max_size=2)
    )
    starts = np.array(
        [[np.datetime64("NaT") if d is None else d for d in row] for row in rows], "datetime64[D]"
    )
    happened = np.full((len(rows), len(plan.nodes)), np.datetime64("NaT", "D"))
    for key, day in known.items():
        happened[:, plan.keys.index(key)] = day
    found = deadlines.schedule(plan, starts, CHINA, happened).tolist()
    for row, dates in zip(rows, found, strict=True):
        given_ = {k: d for k, d in zip(plan.fixed, row, strict=True) if d is not None}
        assert dates == [walked(plan, given_, known, k) for k in plan.keys]
        for key, day in zip(plan.keys, dates, strict=True):
            assert deadlines.why(plan, key, given_, CHINA, known).on == day


def test_back_from_the_opening() -> None:
    starts = np.array([["2022-09-01"], ["NaT"]], dtype="datetime64[D]")
    found = deadlines.schedule(SCHOOL, starts, CHINA)
    assert found.tolist() == [
        [
            date(2021, 9, 22),  # over the holiday; 26 September and 9 October are weekend days worked
            date(2021, 10, 25),
            date(2021, 11, 1),
            date(2021, 12, 1),
            date(2022, 9, 1),
            date(2022, 11, 30),
        ],
        [None] * 6,
    ]


def test_why_a_deadline() -> None:
    told = deadlines.why(SCHOOL, "design", {"open": date(2022, 9, 1)}, CHINA)
    assert told.on == date(2021, 9, 22)
    assert [s.zh for s in told.steps] == [
        "开学定于2022年9月1日。",
        "开工：开学前10个月，2021年11月1日。",
        "施工许可：开工前5个工作日（2项中最早），2021年10月25日。",
        "初步设计批复：施工许可前20个工作日，2021年9月22日。",
    ]
    assert told.steps[2].en == "Building permit: 5 working days before Start (the earliest of 2), 2021-10-25."
    assert told.warnings == ()


def test_what_happened_moves_what_follows() -> None:
    told = deadlines.why(SCHOOL, "piles", {"open": date(2022, 9, 1)}, CHINA, {"start": date(2021, 11, 19)})
    assert [s.zh for s in told.steps] == [
        "开工已于2021年11月19日完成。",
        "桩基施工：开工后30天，2021年12月20日。",  # the 19th is a Sunday
    ]


def test_a_missing_date_is_named() -> None:
    told = deadlines.why(SCHOOL, "design", {}, CHINA)
    assert told.on is None
    assert [s.zh for s in told.steps] == ["缺少开学的日期。"]


def test_an_unknown_year_is_warned_of() -> None:
    assert [w.code for w in deadlines.why(SCHOOL, "books", {"open": date(2027, 9, 1)}, CHINA).warnings] == [
        "clocks.no_calendar"
    ]


@pytest.mark.parametrize(
    ("nodes", "wrong"),
    [
        ([{"key": "a", "fixed": True}, {"key": "a", "fixed": True}], "the node a stands twice"),
        ([{"key": "a", "after": {"b": "1d"}}], "p/a: there is no node b"),
        ([{"key": "a"}], "p/a: one of fixed, after, before"),
        ([{"key": "a", "fixed": True, "after": {"a": "1d"}}], "p/a: one of fixed, after, before"),
        (
            [{"key": "a", "fixed": True}, {"key": "b", "after": {"a": "1h"}}],
            "p/b: 1h; days, working days or months",
        ),
        (
            [{"key": "a", "fixed": True}, {"key": "b", "after": {"a": "soon"}}],
            "p/b: 'soon' is no amount of time",
        ),
        ([{"key": "a", "fixed": True, "colour": "red"}], "p/a: a node has key"),
        (
            [
                {"key": "a", "after": {"b": "1d"}},
                {"key": "b", "before": {"c": "2wd"}},
                {"key": "c", "after": {"a": "1mo"}},
            ],
            r"p: the deadlines go in a circle: (a → c → b → a|c → b → a → c|b → a → c → b)",
        ),
    ],
)
def test_plans_that_cannot_be_meant(nodes: list[dict[str, object]], wrong: str) -> None:
    with pytest.raises(DeadlineError, match=wrong):
        deadlines.read({"key": "p", "nodes": nodes})


def test_arrays_that_do_not_fit_and_days_out_of_reach() -> None:
    with pytest.raises(DeadlineError, match="wanted are 1 columns"):
        deadlines.schedule(SCHOOL, np.full((2, 2), np.datetime64("2022-01-01", "D")), CHINA)
    with pytest.raises(DeadlineError, match="there is no node roof"):
        deadlines.why(SCHOOL, "roof", {}, CHINA)
    with pytest.raises(ClockError, match="1980 to 2099"):
        deadlines.schedule(SCHOOL, np.array([["1980-03-01"]], "datetime64[D]"), CHINA)
    assert deadlines.schedule(SCHOOL, np.empty((0, 1), "datetime64[D]"), CHINA).shape == (0, 6)


def test_every_step_is_described() -> None:
    code = (ROOT / "src/tongjian/kernel/deadlines.py").read_text(encoding="utf-8")
    said = set(re.findall(r'"(deadlines\.[a-z_]+)"', code))
    page = (ROOT / "docs/reference/clocks.md").read_text(encoding="utf-8")
    assert len(said) == 5
    assert {s for s in said if f"`{s}`" not in page} == set()
