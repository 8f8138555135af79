"""Figures as other kinds of reports word them: half-year plans, five-year reviews, bulletins. All made up."""

from __future__ import annotations

import pytest

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
