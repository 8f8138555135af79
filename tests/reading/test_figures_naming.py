"""What a figure measures, and when. All sentences are made up."""

from __future__ import annotations

import pytest

from tongjian.reading.figures import find_figures
from tongjian.reading.outline import outline
from tongjian.reading.types import Figure, Hints

REPORT = Hints("青石县政府工作报告", "青石县", 2023)


def read(text: str, hints: Hints = REPORT) -> tuple[Figure, ...]:
    return find_figures(text, outline(text, hints))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "全县实现地区生产总值310亿元，同比增长5%，高于全市1个百分点。",
            ["地区生产总值", "地区生产总值", "地区生产总值增速"],
        ),
        ("完成12个村供水改造。", ["村供水改造"]),
        ("完成5条道路大修和3座桥梁加固。", ["道路大修", "桥梁加固"]),
        ("响应率、解决率、满意率分别为99%、95%、96%。", ["响应率", "解决率", "满意率"]),
        ("城乡居民人均可支配收入分别增长5%和7%。", ["城镇居民人均可支配收入", "农村居民人均可支配收入"]),
        (
            "城镇、农村居民人均可支配收入分别为4.2万元、2.1万元，分别增长5%、6%。",
            ["城镇居民人均可支配收入", "农村居民人均可支配收入"] * 2,
        ),
        ("接待游客90万人次，实现旅游收入8亿元，分别增长6%、9%。", ["接待游客", "旅游收入"] * 2),
        ("签约项目12个，总投资46亿元。", ["签约项目", "签约项目总投资"]),
        ("金融业增加值、税收占比均超10%。", ["金融业增加值", "税收占比"]),
        ("在建项目完成投资52亿元，为年计划的61%。", ["在建项目完成投资", "在建项目年计划完成率"]),
        ("新材料产值200亿元，占工业总产值比重20%。", ["新材料产值", "新材料产值占工业总产值比重"]),
        ("投资6亿元实施水厂扩建工程。", ["水厂扩建工程投资"]),
        ("30家企业入驻园区。", ["入驻园区企业"]),
        ("存贷款余额分别为300亿元和240亿元。", ["存款余额", "贷款余额"]),
        ("80%的村建成文化广场。", ["建成文化广场的村比例"]),
        (
            "养老人数达到900人（其中政府补助400人），完成全年目标的110%。",
            ["养老人数", "养老人数", "养老人数全年目标完成率"],
        ),
    ],
)
def test_indicators(text: str, names: list[str]) -> None:
    assert [f.indicator for f in read(text)] == names


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("前三季度产值20亿元，预计全年30亿元。", ["2022-01/2022-09", "2022"]),
        ("截至11月底，企业200家；新建厂房3座。", ["2022-11", "2022"]),
        ("1—11月，投诉下降8%。", ["2022-01/2022-11"]),
        ("森林覆盖率由上年的30%提高到32%。", ["2021", "2022"]),
        ("连续4年保持在20家以上。", ["2019/2022", "2019/2022"]),
        ("确保300户上半年全部脱贫。", ["2022-01/2022-06", "2022-01/2022-06"]),
        ("产值是2018年的2倍。", ["2022"]),
        ("到2025年，产值达到90亿元。", ["2025"]),
    ],
)
def test_periods_in_a_review(text: str, periods: list[str]) -> None:
    assert [f.period for f in read("一、2022年工作回顾\n" + text)] == periods


def test_five_years_have_a_start_and_an_end() -> None:
    text = "一、过去五年工作回顾\n地区生产总值从68亿元增长到92亿元，年均增长6%。"
    assert [f.period for f in read(text)] == ["2017", "2022", "2018/2022"]


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("一、2022年工作回顾\n产值20亿元，预计利润3亿元；税收1亿元。", ["actual", "estimate", "actual"]),
        ("二、2023年工作安排\n新建学校3所。", ["target"]),
        ("二、2023年工作安排\n在2022年增长5%的基础上，新建学校3所。", ["actual", "target"]),
        ("一、2022年工作回顾\n完成投资20亿元，完成年度计划（30亿元）的67%。", ["actual", "target", "actual"]),
    ],
)
def test_status(text: str, statuses: list[str]) -> None:
    assert [f.status for f in read(text)] == statuses


def test_reaching_in_a_plan_is_a_lower_bound() -> None:
    [figure] = read("二、2023年工作安排\n绿化率达到40%。")
    assert (figure.bound, figure.bound_word) == ("ge", "达到")


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("税收同比增长3%。", "同比"),
        ("税收还原口径同比增长3%。", "还原口径"),
        ("税收比上年增长3%。", "比上年"),
        ("税收比2019年增长3%。", "比2019年"),
        ("累计减税3亿元。", "累计"),
        ("税收增长3%。", None),
    ],
)
def test_basis(text: str, basis: str | None) -> None:
    assert read(text)[0].basis == basis


def test_terms_explained_at_the_end_are_left_out() -> None:
    assert read("一、2022年工作回顾\n新建学校3所。\n名词解释\n〔1〕三个一：建设5个中心。")[0].text == "3所"
    assert len(read("一、2022年工作回顾\n新建学校3所。\n名词解释\n〔1〕三个一：建设5个中心。")) == 1


def test_the_indicator_is_found_in_the_text_where_its_words_stand_together() -> None:
    text = "全县实现工业增加值20亿元，同比增长5%。新建道路，完成投资3亿元。"
    first, second, third = read(text)
    assert first.indicator_start is not None
    assert text[first.indicator_start : first.indicator_end] == first.indicator == second.indicator
    assert (third.indicator, third.indicator_start) == ("新建道路完成投资", None)


def test_sections_are_named_by_their_path() -> None:
    assert [f.section for f in read("一、2022年工作回顾\n（一）教育\n新建学校3所。")] == ["一/（一）"]


BARS = "2022年生产总值\n单位：亿元\n指标 | 绝对数 | 比上年增长%\n生产总值 | 310.5 | 5.0\n第一产业 | 30.2 | -1.5\n"
CELLS = BARS.replace(" | ", "\n|\n").replace("\n", "\n|\n")


@pytest.mark.parametrize("text", [BARS, BARS.replace(" | ", "\t"), CELLS])
def test_tables(text: str) -> None:
    found = read(text, Hints("青石县2022年统计公报", None, 2022))
    assert [(str(f.value), f.unit, f.indicator, f.kind, f.basis) for f in found] == [
        ("310.5", "亿元", "地区生产总值", "level", None),
        ("5.0", "%", "地区生产总值", "growth", "比上年"),
        ("30.2", "亿元", "第一产业增加值", "level", None),
        ("-1.5", "%", "第一产业增加值", "growth", "比上年"),
    ]


def test_a_table_may_name_units_in_a_column() -> None:
    text = "产品产量\n产品 | 单位 | 产量 | 增长（±%）\n水泥 | 万吨 | 42.0 | 3.1\n啤酒 | 万千升 | 1.5 | -2.0\n"
    found = read(text, Hints("青石县2022年统计公报", None, 2022))
    assert [(f.indicator, f.unit) for f in found] == [
        ("水泥产量", "万吨"),
        ("水泥", "%"),
        ("啤酒产量", "万千升"),
        ("啤酒", "%"),
    ]
