"""A small report as the reader would have read it, for the tests of its way onto the ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tongjian.plans.choices import ItemKind
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading.types import (
    Achievement,
    Commitment,
    Document,
    Figure,
    Outline,
    Part,
    Reading,
    Section,
    SourceKind,
)

TEXT = """二〇二一年计划执行情况
（一）经济平稳。生产总值前三季度实现702.3亿元，同比增长9.1%，高于全市0.4个百分点，预计全年增长8%左右。\
新增绿地12.5公顷，绿地服务1-2个街道。
二、2022年主要目标
生产总值增长6.5%左右；投资超千亿元；居民收入稳步增长；登记失业率控制在5%以内；能耗强度完成下达任务。
三、2022年重点工作
（一）城市建设。上半年建成滨河公园。
"""


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def figure(words: str, value: str, unit: str, indicator: str, **more: object) -> Figure:
    start, end = at(words)
    fields: dict[str, object] = {
        "text": words,
        "value": Decimal(value),
        "decimals": len(value.partition(".")[2]),
        "unit": unit,
        "indicator": indicator,
        "period": "2021",
        "period_stated": True,
        "kind": "level",
        "status": "actual",
        "bound": "eq",
        "bound_word": None,
        "basis": None,
        "comparator": None,
        "scope": None,
        "form": "digits",
    }
    return Figure(start=start, end=end, **(fields | more))  # type: ignore[arg-type]


def commitment(
    words: str, object_: str, kind: str = "target", figures: tuple[int, ...] = (), **more: object
) -> Commitment:
    start, end = at(words)
    first, last = at(object_)
    fields: dict[str, object] = {"milestone": None, "firmness": "hard", "hedge": None, "deadline": "2022"}
    return Commitment(
        start=start,
        end=end,
        text=words,
        object=object_,
        object_start=first,
        object_end=last,
        action="实现",
        kind=kind,
        figures=figures,
        **(fields | more),  # type: ignore[arg-type]
    )


FIGURES = (
    figure("702.3亿元", "702.3", "亿元", "生产总值", period="2021-01/2021-09"),
    figure("9.1%", "9.1", "%", "生产总值", kind="growth", basis="同比", period="2021-01/2021-09"),
    figure(
        "0.4个百分点",
        "0.4",
        "个百分点",
        "生产总值增速",
        kind="difference",
        comparator="全市",
        period="2021-01/2021-09",
    ),
    figure("8%", "8", "%", "生产总值", kind="growth", status="estimate", bound="approx", bound_word="左右"),
    figure("12.5公顷", "12.5", "公顷", "新增绿地"),
    replace(figure("1-2个", "1", "个", "绿地服务"), value=(Decimal(1), Decimal(2))),
    figure(
        "6.5%",
        "6.5",
        "%",
        "生产总值",
        kind="growth",
        status="target",
        bound="approx",
        bound_word="左右",
        period="2022",
    ),
    figure(
        "千亿元",
        "1000",
        "亿元",
        "投资",
        status="target",
        bound="over",
        bound_word="超",
        form="hanzi",
        period="2022",
    ),
    figure(
        "稳步增长",
        "0",
        "%",
        "居民收入",
        kind="growth",
        status="target",
        bound="gt",
        form="implied",
        period="2022",
    ),
    figure(
        "5%以内"[:2],
        "5",
        "%",
        "登记失业率",
        kind="rate",
        status="target",
        bound="le",
        bound_word="以内",
        period="2022",
    ),
)
COMMITMENTS = (
    commitment("生产总值增长6.5%左右", "生产总值", figures=(6,)),
    commitment("投资超千亿元", "投资", figures=(7,)),
    commitment("居民收入稳步增长", "居民收入", figures=(8,)),
    commitment("登记失业率控制在5%以内", "登记失业率", figures=(9,)),
    commitment("能耗强度完成下达任务", "能耗强度"),
    commitment(
        "上半年建成滨河公园", "滨河公园", "project_milestone", milestone="完工", deadline="2022-01/2022-06"
    ),
)
# 5% stands in 6.5% first: the span of the fourth target is set by hand.
FIVE = TEXT.index("5%以内")


def reading() -> Reading:
    review, targets, work = TEXT.index("（一）经济"), TEXT.index("二、"), TEXT.index("三、")
    city = TEXT.index("（一）城市")
    sections = (
        Section("一", "执行情况", 2, "一", Part.REVIEW, 2021, 0, targets),
        Section("（一）", "经济平稳", 4, "一/（一）", Part.REVIEW, 2021, review, targets, 0),
        Section("二", "2022年主要目标", 2, "二", Part.TARGETS, 2022, targets, work),
        Section("目标", "", 4, "二/目标", Part.TARGETS, 2022, targets + 1, work, 2),
        Section("三", "2022年重点工作", 2, "三", Part.MEASURES, 2022, work, len(TEXT)),
        Section("（一）", "城市建设", 4, "三/（一）", Part.MEASURES, 2022, city, len(TEXT), 4),
    )
    figures = (*FIGURES[:9], replace(FIGURES[9], start=FIVE, end=FIVE + 2))
    start, end = at("新增绿地12.5公顷")
    done = Achievement(start, end, TEXT[start:end], "绿地", start, end, "完成", "新增", "2021", figures=(4,))
    outline = Outline("我们的报告", None, "plan", 2022, 2021, 2022, sections)
    return Reading(Document(TEXT, (), SourceKind.TXT), outline, figures, COMMITMENTS, (done,))


def item(of: Intake, kind: ItemKind, index: int) -> IntakeItem:
    return of.items.get(kind=kind, index=index)
