"""Indicator phrases to metrics: by name and unit, never forced."""

import pytest

from facts.factories import metric, world
from tongjian.facts.linking import Linker, forms, link

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("indicator", "unit", "kind", "expected"),
    [
        ("地区生产总值", "亿元", "level", "gdp"),
        ("GDP", "亿元", "level", "gdp"),
        ("全区地区生产总值增速", "%", "growth", "gdp"),
        ("河东区的地区生产总值", "%", "growth", "gdp"),
        ("河东地区生产总值", "%", "growth", "gdp"),
        ("地区生产总值增速", "个百分点", "difference", "gdp"),
        ("地区生产总值增速排名", "名", "rank", "gdp"),
        ("全年一般公共预算收入", "万元", "level", "budget_revenue"),
        ("森林覆盖率的控制目标", "%", "rate", "forest_cover"),
        ("北镇一般公共预算收入", "亿元", "level", "budget_revenue"),
        ("森林覆盖率达到", "%", "rate", "forest_cover"),
        ("常住人口", "万人", "level", "residents"),
        ("常住人口", "人", "count", "residents"),
        ("人均地区生产总值", "元", "level", None),  # another metric, not in the catalogue
        ("地区生产总值能耗", "吨标准煤", "level", None),
        ("一般公共预算支出", "亿元", "level", None),
        ("地区生产总值", "家", "level", None),  # the unit cannot be
        ("常住人口", "%", "rate", None),
        ("新增常住人口", "万人", "level", None),  # an increase is not the level
        ("", "亿元", "level", None),
        ("全区", "亿元", "level", None),
    ],
)
def test_links(indicator: str, unit: str, kind: str, expected: str | None) -> None:
    world()
    found = link(indicator, unit, kind)
    assert (found.key if found else None) == expected


def test_the_unit_decides_between_namesakes_and_two_that_fit_are_none() -> None:
    world()
    metric("trade_volume", "进出口", unit="亿元")
    metric("trade_weight", "进出口", unit="万吨")
    metric("trade_lots", "进出口", unit="万元")
    linker = Linker.load()
    found = linker.link("进出口", "吨", "level")
    assert found is not None
    assert found.key == "trade_weight"
    assert linker.link("进出口", "元", "level") is None


def test_a_name_that_ends_like_a_measure_is_not_cut() -> None:
    world()
    metric("trade_share", "外贸占比", unit="%", kind="ratio")
    linker = Linker.load()
    found = linker.link("全区外贸占比", "%", "share")
    assert found is not None
    assert found.key == "trade_share"
    assert linker.link("外贸", "%", "growth") is None
    assert linker.link("外贸占比", "%", "growth") is None


def test_forms_lose_one_word_at_a_time_and_never_all() -> None:
    assert list(forms("全区累计实现贸易总额同比增长", ())) == [
        "全区累计实现贸易总额同比增长",
        "累计实现贸易总额同比增长",
        "实现贸易总额同比增长",
        "贸易总额同比增长",
        "贸易总额",
    ]
    assert list(forms("增长", ())) == ["增长"]
