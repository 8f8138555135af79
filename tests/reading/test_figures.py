"""Figures in running text. All sentences are made up; each row says what must be read from it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading.figures import find_figures
from tongjian.reading.outline import outline
from tongjian.reading.types import Figure, Hints

REPORT = Hints("青石县政府工作报告", "青石县", 2023)
PLANNED = "二、2023年工作安排\n"


def read(text: str, hints: Hints = REPORT) -> tuple[Figure, ...]:
    return find_figures(text, outline(text, hints))


def amounts(text: str) -> list[tuple[str, str]]:
    """(value, unit) of every figure; a range as a-b."""
    return [
        ("-".join(map(str, f.value)) if isinstance(f.value, tuple) else str(f.value), f.unit)
        for f in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市场主体达到3.20万户。", [("3.20", "万户")]),
        ("进出口总额1,250万美元。", [("1250", "万美元")]),
        ("引进龙头企业2—3家。", [("2-3", "家")]),
        (
            "三项指标分别高于平均水平4.5、3.2和1.0个百分点。",
            [("4.5", "个百分点"), ("3.2", "个百分点"), ("1.0", "个百分点")],
        ),
        ("铁路里程达到2万5千公里。", [("2.5", "万公里")]),
        ("惠及群众5万余人。", [("5", "万人")]),
        ("地均产值6.1亿元/平方公里。", [("6.1", "亿元/平方公里")]),
        ("完成气代煤2.4万农户改造。", [("2.4", "万户")]),
        ("办理时间由15天缩短至3天。", [("15", "天"), ("3", "天")]),
        ("设立80亿规模产业基金。", [("80", "亿元")]),
        (
            "三次产业结构由上年的6:40:54调整为5:41:54。",
            [(v, "%") for v in ("6", "40", "54", "5", "41", "54")],
        ),
        ("工业投资突破千亿元。", [("1000", "亿元")]),
        ("提供岗位超万个。", [("1", "万个")]),
        ("超七成企业复产。", [("7", "成")]),
        ("新建三所学校。", [("3", "所")]),
        ("森林覆盖率达到百分之四十二点五。", [("42.5", "%")]),
    ],
)
def test_value_and_unit(text: str, expected: list[tuple[str, str]]) -> None:
    assert amounts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2023年1月4日在青石县第七届人民代表大会第三次会议上",
        "6号线、5G网络、G312国道和110千伏变电站",
        "推行“1+3+9+X”机制，畅通12345热线，落实“15分钟响应”",
        "深入推进[12]改革〔3〕",
        "60岁以上老人和3-6岁儿童",
        "第一产业和第二中学进一步发展，一批零售企业统一管理",
        "从3个方面、坚持2个原则推进",
        "健全24小时值班制度，实施三年行动",
        "光电、汽车、健康3大产业加快发展",
        "亿元以上项目加快推进，500万元以上投资项目建库",
        "1.改革。（2）开放。",
        "把民生放在首位",
    ],
)
def test_numbers_that_are_no_figures(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("text", "bound", "word"),
    [
        ("企业超300家。", "over", "超"),
        ("企业近300家。", "lt", "近"),
        ("企业300余家。", "over", "余"),
        ("企业约300家。", "approx", "约"),
        ("企业300家左右。", "approx", "左右"),
        ("企业300家以上。", "ge", "以上"),
        ("企业不少于300家。", "ge", "不少于"),
        ("企业控制在300家以内。", "le", "以内"),
        ("企业300家。", "eq", None),
    ],
)
def test_bounds(text: str, bound: str, word: str | None) -> None:
    [figure] = read(text)
    assert (figure.bound, figure.bound_word) == (bound, word)


@pytest.mark.parametrize(
    ("text", "value", "kind", "comparator"),
    [
        ("工业增加值增长5.1%。", "5.1", "growth", None),
        ("工业增加值同比下降5.1%。", "-5.1", "growth", None),
        ("工业增加值增速高于全省2个百分点。", "2", "difference", "全省"),
        ("工业增加值增速低于全省2个百分点。", "-2", "difference", "全省"),
        ("零售额下降3%，降幅小于全市1.1个百分点。", "1.1", "difference", "全市"),
        ("登记失业率比上年下降0.3个百分点。", "-0.3", "difference", None),
        ("新增就业比上年减少120人。", "-120", "difference", None),
        ("工业占比达到41%。", "41", "share", None),
        ("完成年度计划的88%。", "88", "rate", None),
        ("审批时限压减至2个工作日。", "2", "duration", None),
        ("粮食产量31万吨。", "31", "level", None),
        ("新建公园7个。", "7", "count", None),
        ("综合考核居全市第六。", "6", "rank", "全市"),
    ],
)
def test_sign_kind_and_comparator(text: str, value: str, kind: str, comparator: str | None) -> None:
    figure = read(text)[-1]
    assert (figure.value, figure.kind, figure.comparator) == (Decimal(value), kind, comparator)


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound", "indicator"),
    [
        ("农村供水实现全覆盖。", "100", "%", "eq", "农村供水覆盖率"),
        ("城乡低保做到应保尽保。", "100", "%", "eq", "城乡低保保障率"),
        ("年度任务全部完成。", "100", "%", "eq", "年度任务完成率"),
        ("安全事故起数和死亡人数双下降。", "0", "%", "lt", "安全事故起数"),
        ("快递业务量成倍增长。", "100", "%", "ge", "快递业务量"),
        ("桥梁主体工程过半。", "50", "%", "gt", "桥梁主体工程进度"),
        ("建安投资总量居全市首位。", "1", "位", "eq", "建安投资总量"),
    ],
)
def test_figures_in_words(text: str, value: str, unit: str, bound: str, indicator: str) -> None:
    figure = read(text)[0]
    assert (figure.value, figure.unit, figure.bound, figure.indicator) == (
        Decimal(value),
        unit,
        bound,
        indicator,
    )
    assert figure.form != "digits"


@given(
    st.text(
        alphabet="0123456789.:：、，。和%万亿元个家第一三五十全覆盖增长下降（）()“”居全市年月至-—\n| ",
        max_size=120,
    )
)
def test_any_text_gives_spans_that_show_their_text(text: str) -> None:
    for figure in read(text):
        assert 0 <= figure.start < figure.end <= len(text)
        assert text[figure.start : figure.end] == figure.text


@given(st.integers(1, 99_999), st.sampled_from(["家", "万户", "亿元", "公里", "名", "万吨"]))
def test_any_number_with_a_unit_is_read_exactly(n: int, unit: str) -> None:
    text = f"全县共有示范主体{n}{unit}。"
    [figure] = read(text)
    assert (figure.value, figure.unit, figure.text) == (Decimal(n), unit, f"{n}{unit}")
