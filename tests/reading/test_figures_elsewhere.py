"""Figures as other kinds of reports word them: half-year plans, five-year reviews, bulletins. All made up."""

from __future__ import annotations

import pytest

from tongjian.reading import read_text
from tongjian.reading.figures import find_figures
from tongjian.reading.outline import outline
from tongjian.reading.types import Figure, Hints

REPORT = Hints("青石县政府工作报告", "青石县", 2023)


def read(text: str, hints: Hints = REPORT) -> tuple[Figure, ...]:
    return find_figures(text, outline(text, hints))


HALF = "关于青石县2023年国民经济和社会发展计划上半年执行情况的报告"


@pytest.mark.parametrize(
    ("heading", "period"),
    [
        ("一、2023年计划上半年执行情况", "2023-01/2023-06"),
        ("一、2023年国民经济和社会发展计划执行情况", "2023-01/2023-06"),
        ("一、2023年全年形势展望", "2023"),
        ("一、2022年计划执行情况", "2022"),
    ],
)
def test_a_heading_reviews_part_of_its_year(heading: str, period: str) -> None:
    text = f"{HALF}\n\n{heading}\n财政收入完成30亿元。"
    assert [f.period for f in read(text, Hints(HALF, "青石县", 2023))] == [period]


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("青石县1-10月经济运行情况", "2023-01/2023-10"),
        ("青石县9月经济运行情况", "2023-10"),  # the text knows better than a title of another month
    ],
)
def test_months_of_the_title_hold_over_a_month_that_opens_the_text(title: str, period: str) -> None:
    text = "10月份，全县工业、消费和投资继续保持平稳增长态势。\n一、消费平稳增长\n汽车类增长25%。"
    assert [f.period for f in read(text, Hints(title, "青石县", 2023))] == [period]


@pytest.mark.parametrize(
    ("line", "periods"),
    [
        ("2022年完成产值126亿元。完成税收10亿元。", ["2022", "2022"]),
        ("2020年完成产值126亿元。完成税收10亿元。", ["2020", "2018/2022"]),
        ("2022年完成产值126亿元。五年来，累计完成税收40亿元。", ["2022", "2018/2022"]),
    ],
)
def test_the_last_year_of_a_review_holds_for_the_sentences_after_it(line: str, periods: list[str]) -> None:
    text = f"一、过去五年工作回顾\n产业不断壮大，实力明显增强。{line}"
    assert [f.period for f in read(text)] == periods


@pytest.mark.parametrize(
    ("line", "names"),
    [
        # a mark passed is no name; what stands behind it belongs to the topic
        ("地区生产总值完成602亿元，首次突破600亿元大关，高于全省1.2个百分点。", ["地区生产总值"] * 3),
        ("人均地区生产总值突破8万关口，达到8.3万元。", ["人均地区生产总值"]),
        # how things moved is no thing
        ("监测的23种产品，12种增长，11种下降。", ["产品"] * 3),
        ("柳河、青山等12个项目相继投产达效。", ["投产达效项目"]),
        ("30名干部赴高校培训。", ["干部"]),
        # what the money went into
        ("与开发区共同服务研究院10亿元的转化项目。", ["转化项目"]),
        ("甲园区销售收入10亿元的增长目标。", ["甲园区销售收入"]),
        ("启动总投资60亿元的水镇建设。", ["水镇总投资"]),
        ("投资2亿元新建30公里供水、供热、排水管网。", ["供水、供热、排水管网投资", "供水、供热、排水管网"]),
        ("完成规划，总投资90亿元的17个重大项目签约。", ["重大项目总投资", "重大项目"]),
        ("搭建10亿元规模的融资平台。", ["融资平台"]),
        # numbers of one list, names of one number
        ("5G基站、标准机架分别达到3万个、9万架。", ["5G基站", "标准机架"]),
        ("财政收入和税收收入增长7%。", ["财政收入", "税收收入"]),
        ("甲河和乙河水质达标率增长7%。", ["甲河和乙河水质达标率"]),
        (
            "投资总额、消费总额、进出口总额等指标增速快于全国。",
            ["投资总额增速", "消费总额增速", "进出口总额增速"],
        ),
        # parts of trade; attributes of the same thing
        ("进出口总额28亿元，其中，出口4亿元，进口24亿元。", ["进出口总额", "出口总额", "进口总额"]),
        ("粮食播种面积420万亩、产量31亿斤。", ["粮食播种面积", "粮食产量"]),
        ("新增3个硕士授予单位和62个学位授权点。", ["硕士授予单位", "学位授权点"]),
        ("在卫生创建活动中连续两年综合评估居全省第1位。", ["综合评估"]),
        ("90%的社区有托儿所。", ["有托儿所的社区比例"]),
        # words around the number that belong to its unit
        ("PM2.5平均浓度为每立方米20微克。", ["PM2.5平均浓度"]),
        ("医保补助标准由每人每年240元提高到280元。", ["医保补助标准", "医保补助标准"]),
        ("①培训乡村医生500名。", ["培训乡村医生"]),
        ("首批大项目加快推进、总投资350亿元。", ["大项目总投资"]),
    ],
)
def test_names(line: str, names: list[str]) -> None:
    assert [f.indicator for f in read(line)] == names


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("汽车产量保持40%以上增长。", ["growth"]),
        ("汽车产量占全省40%，增长点不断涌现。", ["share"]),
        ("服务业比重从45%上升到52%。", ["share", "share"]),
        ("参保率从45%上升到52%。", ["rate", "rate"]),
        ("医保补助标准再增加40元。", ["difference"]),
        ("新增床位40张。", ["count"]),
    ],
)
def test_kinds(line: str, kinds: list[str]) -> None:
    assert [f.kind for f in read(line)] == kinds


def test_life_expectancy_expects_nothing() -> None:
    (hoped,) = read("预期产值30亿元。")
    (lived,) = read("人均预期寿命81岁，增幅居全省第2位。")
    assert (hoped.status, lived.status) == ("estimate", "actual")


def test_what_pulls_down_is_negative() -> None:
    up, down = read("机械业拉动工业产值增长3.3个百分点，热力业下拉工业产值增速1.1个百分点。")
    assert (str(up.value), str(down.value)) == ("3.3", "-1.1")


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("新增技能人才7.4万、首席技师73人。", ["万人", "人"]),
        ("电动车产量7.4万、充电桩73个。", ["个"]),
        ("建成3人制篮球场250个。", ["个"]),
        ("组建3人突击队。", ["人"]),
    ],
)
def test_units(line: str, units: list[str]) -> None:
    assert [f.unit for f in read(line)] == units


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("农民收入增速高于城镇居民收入增速。", ["高于城镇居民收入增速"]),
        ("技术水平高于同行业。", []),
        ("产值、税收增速均高于人代会任务目标。", ["均高于人代会任务目标"] * 2),
        ("市场供求保持平稳。", []),
        ("粮食产量与上年持平。", ["持平"]),
    ],
)
def test_worded_comparisons(line: str, found: list[str]) -> None:
    assert [f.text for f in read(line)] == found


@pytest.mark.parametrize(
    ("line", "periods"),
    [
        ("2023年是关键之年。上半年产值增长5%。税收3亿元。", ["2023-01/2023-06"] * 2),
        ("上半年腾退土地8万平方米，完成全年任务的54%。", ["2023-01/2023-06"] * 2),
        ("上半年产值8亿元，预计全年计划完成16亿元。", ["2023-01/2023-06", "2023"]),
    ],
)
def test_periods_of_half_a_year(line: str, periods: list[str]) -> None:
    text = f"{HALF}\n\n一、2023年计划上半年执行情况\n{line}"
    assert [f.period for f in read(text, Hints(HALF, "青石县", 2023))] == periods


def test_a_column_of_changes_and_a_row_that_only_classes() -> None:
    text = "2022年末存贷款\n单位：亿元\n指标 | 12月末 | 比年初增加额\n存款余额 | 1970.6 | 266.0\n其他\n贷款余额 | 671.8 | 177.2"
    found = read(text, Hints("青石县2022年统计公报", "青石县", 2022))
    assert [(f.indicator, f.kind, f.basis, f.period) for f in found] == [
        ("存款余额", "level", None, "2022-12"),
        ("存款余额", "difference", "比年初", "2022"),
        ("贷款余额", "level", None, "2022-12"),
        ("贷款余额", "difference", "比年初", "2022"),
    ]


def test_two_comparisons_of_one_subject() -> None:
    found = read("投资增长5%，消费增长6%，农民收入增速高于全国、高于城镇居民收入增速。")
    assert [f.indicator for f in found] == ["投资", "消费", "农民收入增速", "农民收入增速"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("完成投资70亿元，增长12%。", ["完成投资", "完成投资"]),  # 工作回顾 above it is no topic
        ("新引进项目60个（其中亿元以上18个）。", ["新引进项目", "新引进项目"]),
        ("投资保持稳定增长态势。", []),
        ("居民收入稳步增长。", ["居民收入"]),
    ],
)
def test_headings_brackets_and_slogans(line: str, names: list[str]) -> None:
    assert [f.indicator for f in read(f"一、2022年工作回顾\n{line}")] == names


def test_broken_text_is_cut_into_sentences_of_bearable_length() -> None:
    """A table that lost its line ends: every number is still read, in the place where it stands."""
    text = "新建学校5所，" * 2000
    figures = read_text(text).figures
    assert len(figures) == 2000
    assert {(f.text, f.indicator) for f in figures} == {("5所", "新建学校")}
    assert all(text[f.start : f.end] == f.text for f in figures)


NOTICE = Hints("青石县1-9月重点工作督查通报", "青石县", 2023)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "未达到序时进度的任务3项，分别为新建泵站4座、绿地率达40%、修缮旧桥6座。",
            [("3项", "actual"), ("4座", "target"), ("40%", "target"), ("6座", "target")],
        ),
        (
            "进度滞后的2项工作是：改造旧厂房7处、培训技工900人。",
            [("2项", "actual"), ("7处", "target"), ("900人", "target")],
        ),
        (
            "未完成年度目标2项、占10%，即新建泵站4座（已建成1座）、种树30万株；已办结8件。",
            [
                ("2项", "actual"),
                ("10%", "actual"),
                ("4座", "target"),
                ("1座", "actual"),
                ("30万株", "target"),
                ("8件", "actual"),
            ],
        ),
        (
            "未完成年度目标2项，分别为新建泵站仅完成1座、种树30万株。",
            [("2项", "actual"), ("1座", "actual"), ("30万株", "target")],
        ),
        (
            "未达到序时进度的2项指标，分别为投资增长3%、消费增长2%。",
            [("2项", "actual"), ("3%", "actual"), ("2%", "actual")],
        ),
        ("达到序时进度3项，为新建泵站4座。", [("3项", "actual"), ("4座", "actual")]),
    ],
)
def test_a_list_of_lagging_tasks_gives_what_was_to_be_reached(line: str, said: list[tuple[str, str]]) -> None:
    found = read(line, NOTICE)
    assert [(f.text, f.status) for f in found] == said
    assert {f.period for f in found if f.status == "target"} <= {"2023"}
    assert {f.period for f in found if f.status == "actual"} == {"2023-01/2023-09"}
