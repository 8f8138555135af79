"""Mid-term evaluation of a five-year plan: rules on plain values, the pack, the workbook in, the ledger held against it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.choices import Bound, Direction
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.packs import entries
from tongjian.plans.choices import IndexClass, Light, MidtermClass, MidtermRule, Nature
from tongjian.plans.midterm import actions, evaluation, pack, rules
from tongjian.plans.midterm.rules import Wanted
from tongjian.plans.models import FiveYearPlan, FiveYearTarget

from . import factories as make
from .test_judging import facts

SHIPPED: list[dict[str, Any]] = [e.body for e in entries("midterm")]
PACK = pack.read(SHIPPED)
D = Decimal
AT = datetime(2024, 2, 1, 9, tzinfo=UTC)
ACHIEVED, AHEAD, ON, BEHIND = (
    MidtermClass.ACHIEVED,
    MidtermClass.AHEAD,
    MidtermClass.ON_COURSE,
    MidtermClass.BEHIND,
)


def wanted(rule: MidtermRule, number: str, base: str | None = None, **more: object) -> Wanted:
    fields: dict[str, object] = {
        "rule": rule,
        "bound": Bound.EQ,
        "direction": Direction.UP,
        "base": None if base is None else D(base),
        "number": D(number),
        "first": 2021,
        "last": 2025,
    }
    return Wanted(**(fields | more))  # type: ignore[arg-type]


def values(*numbers: str) -> dict[int, D]:
    return {2021 + n: D(v) for n, v in enumerate(numbers)}


LEVEL, GROWTH, SUM, HOLD = (
    MidtermRule.LEVEL,
    MidtermRule.AVERAGE_GROWTH,
    MidtermRule.CUMULATIVE,
    MidtermRule.HOLD,
)
DOWN = {"direction": Direction.DOWN}


@pytest.mark.parametrize(
    ("target", "known", "klass", "progress"),
    [
        (wanted(LEVEL, "200", "100"), ("110", "120", "165"), AHEAD, "65"),
        (wanted(LEVEL, "200", "100"), ("110", "120", "164.9"), ON, "64.9"),
        (wanted(LEVEL, "200", "100"), ("110", "120", "155"), ON, "55"),
        (wanted(LEVEL, "200", "100"), ("110", "120", "154"), BEHIND, "54"),
        (wanted(LEVEL, "200", "100"), ("110", "120", "200"), ACHIEVED, "100"),
        (wanted(LEVEL, "30", "40", **DOWN), ("38", "36", "33"), AHEAD, "70"),
        (wanted(LEVEL, "30", "40", **DOWN), ("41", "42", "43"), BEHIND, "-30"),
        (wanted(SUM, "500"), ("100", "100", "100"), ON, "60"),
        (wanted(SUM, "500"), ("0", "0", "0"), BEHIND, "0"),
        (wanted(GROWTH, "6"), ("8.5", "5", "6"), ON, None),
        (wanted(GROWTH, "6"), ("8", "7", "6.5"), AHEAD, None),
        (wanted(GROWTH, "6"), ("8", "3", "5"), BEHIND, None),
        (wanted(GROWTH, "6"), ("12", "12", "12"), ACHIEVED, None),
        (wanted(GROWTH, "-3", **DOWN), ("-4", "-3.2", "-2.4"), ON, None),
        (wanted(GROWTH, "-3", **DOWN), ("-1", "-1", "-1"), BEHIND, None),
        (wanted(HOLD, "5", bound=Bound.LE), ("4", "6", "5"), ON, None),
        (wanted(HOLD, "5", bound=Bound.LE), ("4", "4", "5.1"), BEHIND, None),
        (wanted(HOLD, "95", bound=Bound.GE), ("90", "90", "95"), ON, None),
        (wanted(LEVEL, "95", "95"), ("90", "90", "95"), ON, None),
        (wanted(LEVEL, "95"), ("90", "90", "94"), BEHIND, None),
    ],
)
def test_the_class_of_a_target_after_three_of_five_years(
    target: Wanted, known: tuple[str, ...], klass: MidtermClass, progress: str | None
) -> None:
    found = rules.standing(target, values(*known), 2023, PACK)
    assert (found.klass, found.progress) == (klass, None if progress is None else D(progress))
    assert found.time == 60


def test_a_year_that_is_missing_is_not_zero() -> None:
    without = {2021: D(100), 2023: D(100)}
    found = rules.standing(wanted(SUM, "500"), without, 2023, PACK)
    assert (found.klass, found.missing, found.value) == (MidtermClass.UNKNOWN, (2022,), None)
    assert rules.standing(wanted(GROWTH, "6"), without, 2023, PACK).missing == (2022,)
    assert rules.standing(wanted(LEVEL, "2", "1"), {2022: D(2)}, 2023, PACK).missing == (2023,)
    assert rules.standing(wanted(SUM, "0"), values("1", "1", "1"), 2023, PACK).klass == MidtermClass.UNKNOWN


@pytest.mark.parametrize(
    ("target", "known", "index", "second"),
    [
        (wanted(LEVEL, "32", "1"), ("2", "4", "8"), "100", IndexClass.ON_TRACK),
        (wanted(LEVEL, "32", "1"), ("1", "1", "1"), "0", IndexClass.LIMITED),
        (wanted(LEVEL, "1", "32", **DOWN), ("16", "8", "4"), "100", IndexClass.ON_TRACK),
        (wanted(LEVEL, "32", "1"), ("1", "1", "0.5"), None, IndexClass.AWAY),
        (wanted(SUM, "500"), ("60", "60", "60"), "60", IndexClass.MODERATE),
        (wanted(GROWTH, "8"), ("4", "4", "4"), "50", IndexClass.LIMITED),
        (wanted(HOLD, "5"), ("4", "4", "4"), None, None),
        (wanted(LEVEL, "5", "0"), ("1", "2", "3"), None, None),
    ],
)
def test_the_r_index_is_a_second_opinion(
    target: Wanted, known: tuple[str, ...], index: str | None, second: IndexClass | None
) -> None:
    found = rules.standing(target, values(*known), 2023, PACK)
    assert found.second == second
    if index is not None:
        assert found.index is not None
        assert abs(found.index - D(index)) < D("1e-9")


@given(st.lists(st.decimals(-20, 40, places=1), min_size=1, max_size=5))
def test_mean_growth_compounds_to_the_whole(rates: list[D]) -> None:
    factors = [1 + r / 100 for r in rates]
    mean = rules.mean_growth(factors)
    whole = D(1)
    for factor in factors:
        whole *= factor
    assert abs((1 + mean / 100) ** len(factors) - whole) < D("1e-18")
    assert min(rates) - D("1e-9") <= mean <= max(rates) + D("1e-9")


@given(st.decimals(-50, 150, places=1), st.decimals(0, 50, places=1))
def test_more_progress_never_worsens_the_class(progress: D, more: D) -> None:
    order = [BEHIND, ON, AHEAD, ACHIEVED]
    target = wanted(LEVEL, "100", "0")
    before = rules.standing(target, {2023: progress}, 2023, PACK).klass
    after = rules.standing(target, {2023: progress + more}, 2023, PACK).klass
    assert order.index(after) >= order.index(before)


@pytest.mark.parametrize(
    ("key", "change", "wrong"),
    [
        ("progress", {"rules": []}, "midterm/progress: no rules"),
        ("progress", {"rules": [{"class": "ahead", "from": 5}]}, "no_catch_all"),
        ("growth", {"rules": [{"class": "ahead", "from": 1}, {"class": "behind", "below": 0}]}, "gap"),
        ("hold", {"rules": [{"class": "splendid"}]}, "splendid"),
        ("index", {"rules": [{"class": "ahead"}]}, "ahead"),
        ("lights", {"lights": {"ahead": "green"}}, "no light for achieved"),
        ("lights", {"binding": {"behind": "green"}}, "binding behind is milder"),
    ],
)
def test_a_pack_with_a_hole_is_named(key: str, change: dict[str, object], wrong: str) -> None:
    with pytest.raises(pack.MidtermPackError, match=wrong):
        pack.read([b | change if b["key"] == key else b for b in SHIPPED])


def test_a_binding_target_that_lags_is_red() -> None:
    assert PACK.light(BEHIND, Nature.ANTICIPATED) == Light.YELLOW
    assert PACK.light(BEHIND, Nature.BINDING) == Light.RED
    assert PACK.light(AHEAD, Nature.BINDING) == Light.GREEN


# The workbook and the ledger

HEAD = ("序号", "指标", "单位", "基期值", "目标值", "计算方式", "属性", "界定", "方向", "指标编码")
ROWS = (
    (1, "地区生产总值", "%", None, 6, "年均增速", "预期性", "左右", None, "gdp"),
    (2, "森林面积", "亩", 1000, 2000, "期末值", "约束性", None, None, "forest"),
    (3, "新增学位", "个", None, 5000, "五年累计", "预期性", "以上", None, "places"),
    (4, "失业率", "%", None, 5, "每年保持", "预期性", "以内", "降", "unemployment"),
    (5, "尚无指标", "个", 1, 2, "期末值", "预期性", None, None, None),
)


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.load_workbook(io.BytesIO(actions.template()))
    for row in rows:
        made["规划指标"].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def metrics() -> None:
    rate = make.series(make.metric("gdp", name="地区生产总值"), "growth")
    facts(rate, {"2021": "8", "2022": "5", "2023": "6"})
    facts(make.series(make.metric("forest", "亩", kind="stock")), {"2023": "1540"})
    facts(make.series(make.metric("places", "个")), {"2021": "1500", "2022": "1000", "2023": "900"})
    facts(make.series(make.metric("unemployment", "%", kind="ratio", direction="down")), {"2023": "4.2"})


@pytest.mark.django_db
def test_a_five_year_plan_comes_in_by_workbook_and_stands_against_the_ledger() -> None:
    metrics()
    office = make.user("o", Role.PLAN_OFFICE)
    district = make.district()
    data = book(*ROWS)
    plan = actions.take_in(data, "规划.xlsx", subject=district, first=2021, by=office, at=AT)
    again = actions.take_in(data, "规划.xlsx", subject=district, first=2021, by=office, at=AT)
    assert (again, FiveYearPlan.objects.count(), FiveYearTarget.objects.count()) == (plan, 1, 5)
    assert evaluation.newest_year(plan, None) == 2023
    found = evaluation.evaluate(plan, 2023, None)
    assert [(r.standing.klass, r.light) for r in found.rows] == [
        (ON, Light.GREEN),
        (BEHIND, Light.RED),
        (AHEAD, Light.GREEN),
        (ON, Light.GREEN),
        (MidtermClass.UNKNOWN, Light.NO_DATA),
    ]
    assert [r.said.zh for r in found.rows] == [
        "2023年年均增长6.3%，目标6%左右，好于目标0.33个百分点",
        "2023年1540亩，目标2000亩（基期1000），进度54.0%，时间进度60.0%",
        "2023年累计3400个，目标5000个以上，进度68.0%，时间进度60.0%",
        "2023年4.2%，目标5%以内，好于目标0.8个百分点",
        "尚未关联指标",
    ]
    assert found.said.zh == "5项指标中，快于预期1项、基本符合2项、滞后1项（其中约束性指标1项）、暂无数据1项"
    assert found.rows[1].target.origin.locator == "规划指标!E3"
    assert [v.fact.number.decimal for v in found.rows[2].values if v.fact and v.fact.number] == [
        1500,
        1000,
        900,
    ]


@pytest.mark.django_db
def test_mean_growth_comes_out_of_levels_where_none_was_published() -> None:
    make_series = make.series(make.metric("sales", name="零售额"))
    facts(make_series, {"2021": "110", "2022": "121", "2023": "133.1"})
    rows = ((1, "零售额", "%", 100, 6, "年均增速", "预期性", None, None, "sales"),)
    plan = actions.take_in(book(*rows), "规划.xlsx", subject=make.district(), first=2021, by=None, at=AT)
    (row,) = evaluation.evaluate(plan, 2023, None).rows
    assert row.standing.value is not None
    assert abs(row.standing.value - 10) < D("1e-20")
    assert row.said.zh.startswith("2023年年均增长10.0%，目标6%")


@pytest.mark.django_db
def test_every_bad_cell_is_named_and_nothing_is_recorded() -> None:
    metrics()
    rows = (
        ("一", "", "亩", "很多", 2000, "期末值", "约束性", None, None, "forest"),
        (2, "森林面积", "亩", 2000, 2000, "期末值", "约束性", None, None, "forest"),
        (2, "森林面积", "亩", 1, 2, "期末", "无", "大约", "平", "forests"),
        (4, "森林面积", "个", 1, 2, "期末值", "约束性", None, None, "forest"),
        (5, "森林面积", "亩", 1, None, "期末值", "约束性", None, None, "forest"),
    )
    with pytest.raises(actions.PlanRefused) as refused:
        actions.take_in(book(*rows), "规划.xlsx", subject=make.district(), first=2021, by=None, at=AT)
    assert {(p.cell, p.code) for p in refused.value.problems} == {
        ("A2", "not_whole"),
        ("B2", "empty"),
        ("D2", "not_a_number"),
        ("D3", "base_zero_way"),
        ("A4", "number_twice"),
        ("F4", "word_unknown"),
        ("G4", "word_unknown"),
        ("H4", "word_unknown"),
        ("I4", "word_unknown"),
        ("J5", "metric_unit"),
        ("E6", "empty"),
    }
    assert FiveYearPlan.objects.count() == 0
    assert all("%" not in p.message for p in refused.value.problems)


@pytest.mark.django_db
def test_only_the_plan_office_takes_a_plan_in() -> None:
    with pytest.raises(NotAllowed):
        actions.take_in(
            book(*ROWS),
            "规划.xlsx",
            subject=make.district(),
            first=2021,
            by=make.user("l", Role.LEADER),
            at=AT,
        )
