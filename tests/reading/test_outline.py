"""The outline: headings, what sections speak of, and the years they mean. All texts are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading import read
from tongjian.reading.outline import clauses, frame_at, outline, part_at, sentences
from tongjian.reading.times import Frame, times
from tongjian.reading.types import Hints, Part

PLAN = """关于青石区2021年国民经济和社会发展计划执行情况与2022年国民经济和社会发展计划草案的报告
——2022年1月6日在青石区第五届人民代表大会第二次会议上
各位代表：
现将计划执行情况提请审议。
一、2021年国民经济和社会发展计划执行情况
全年工作平稳推进。
——从“实”来看，基础更加牢固。
（一）农业生产稳定
粮食丰收。
(二)工业加快转型
企业增多。
——从“新”来看，动能更加充足。
（一）创新有力
专利增加。
在肯定成绩的同时，我们也清醒地看到，短板仍然不少。
二、2022年国民经济和社会发展主要目标
工作总体要求是：稳字当头。
主要指标安排如下：
——地区生产总值增长6%左右；
——城镇登记失业率控制在4%以内。
三、实现2022年计划的主要措施
（一）抓项目
新建学校两所。
各位代表，前路宽广，让我们团结奋斗。
"""


def test_plan_report_has_a_tree_with_parts_and_years() -> None:
    found = outline(PLAN)
    assert (found.report_kind, found.given, found.reviewed, found.planned) == ("plan", 2022, 2021, 2022)
    assert [(s.path, s.part, s.year) for s in found.sections] == [
        ("一", Part.REVIEW, 2021),
        ("一/实", Part.REVIEW, 2021),
        ("一/实/（一）", Part.REVIEW, 2021),
        ("一/实/(二)", Part.REVIEW, 2021),
        ("一/新", Part.REVIEW, 2021),
        ("一/新/（一）", Part.REVIEW, 2021),
        ("一/新/问题", Part.OTHER, 2021),
        ("二", Part.TARGETS, 2022),
        ("二/思路", Part.OTHER, 2022),
        ("二/目标", Part.TARGETS, 2022),
        ("三", Part.MEASURES, 2022),
        ("三/（一）", Part.MEASURES, 2022),
        ("三/结", Part.OTHER, 2022),
    ]


def test_a_section_reaches_to_the_next_heading_of_its_level() -> None:
    found = outline(PLAN)
    second = next(s for s in found.sections if s.path == "二")
    assert PLAN[second.start : second.end].startswith("二、2022年")
    assert PLAN[second.end :].startswith("三、实现")
    targets = next(s for s in found.sections if s.path == "二/目标")
    assert PLAN[targets.start : targets.end].endswith("4%以内。")
    assert part_at(found, PLAN.index("新建学校")) is Part.MEASURES
    assert part_at(found, 3) is Part.REVIEW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "政 府 工 作 报 告\n——2016年2月3日在白河县第九届人民代表大会上\n一、过去五年工作回顾\n好。\n"
            "二、今后五年目标任务\n好。\n三、2016年重点工作\n好。",
            [(Part.REVIEW, "2011/2015"), (Part.MEASURES, "2016/2020"), (Part.MEASURES, "2016")],
        ),
        (
            "2021年1月9日在白河县第十届人民代表大会上\n各位代表：\n2020年工作回顾\n好。\n2021年工作目标和主要任务\n好。",
            [(Part.REVIEW, "2020"), (Part.MEASURES, "2021")],
        ),
        (
            "政府工作报告\n2021年1月9日\n一、“十三五”时期工作回顾\n好。\n——2020年，抓投资、强后劲。桥梁通车。\n二、“十四五”时期主要目标任务\n好。",
            [(Part.REVIEW, "2016/2020"), (Part.REVIEW, "2020"), (Part.MEASURES, "2021/2025")],
        ),
    ],
)
def test_work_reports_of_several_years(text: str, expected: list[tuple[Part, str]]) -> None:
    assert [(s.part, s.period) for s in outline(text).sections] == expected


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        (Hints("青石区2020年统计公报", None, 2020), ("bulletin", 2020, Part.REVIEW, "2020")),
        (Hints("6月份热线办理情况通报", None, 2019), ("bulletin", 2019, Part.REVIEW, "2019-06")),
        (Hints("青石区2022年民生实事", None, 2022), ("other", None, Part.MEASURES, "2022")),
        (
            Hints("青石区2023年上半年计划执行情况的报告", None, 2023),
            ("plan", 2023, Part.REVIEW, "2023-01/2023-06"),
        ),
    ],
)
def test_texts_without_headings_take_their_frame_from_the_hints(
    hints: Hints, expected: tuple[str, int | None, Part, str]
) -> None:
    found = outline("工作稳步推进。", hints)
    assert (found.report_kind, found.reviewed, found.part, found.period) == expected
    assert found.sections == ()
    assert frame_at(found, 2).period == expected[3]


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("截至11月底", "2022-11"),
        ("前三季度", "2022-01/2022-09"),
        ("1—11月份", "2022-01/2022-11"),
        ("上半年", "2022-01/2022-06"),
        ("2021年一季度", "2021-01/2021-03"),
        ("“十三五”时期", "2016/2020"),
        ("“十二五”末", "2015"),
        ("十四五以来", "2021/2022"),
        ("连续12年", "2011/2022"),
        ("近三年", "2020/2022"),
        ("今后五年", "2023/2027"),
        ("2018年以来", "2018/2022"),
        ("由上年的", "2021"),
        ("到2025年", "2025"),
        ("全年", "2022"),
        ("明年", "2023"),
    ],
)
def test_words_for_time(words: str, period: str) -> None:
    assert [t.period for t in times(words, 0, len(words), Frame(2023, 2022, "2022"))] == [period]


@pytest.mark.parametrize("words", ["2023年1月4日", "比上年增长", "高于去年同期", "较2021年多"])
def test_dates_and_years_of_comparison_are_no_periods(words: str) -> None:
    assert list(times(words, 0, len(words), Frame(2023, 2022, "2022"))) == []


def test_sentences_and_clauses() -> None:
    text = "建成桥梁（含东桥，西桥），通车；产值51,000万元。“稳，进”并举"
    assert [text[a:b] for a, b in sentences(text)] == [
        "建成桥梁（含东桥，西桥），通车",
        "产值51,000万元",
        "“稳，进”并举",
    ]
    assert [text[a:b] for a, b in clauses(text)] == [
        "建成桥梁（含东桥，西桥）",
        "通车",
        "产值51,000万元",
        "“稳，进”并举",
    ]


@given(st.text(alphabet="一二、（）()。，；\n—年2021目标各位代表:：“”", max_size=200))
def test_any_text_gives_nested_sections_inside_it(text: str) -> None:
    for s in outline(text).sections:
        assert 0 <= s.start < s.end <= len(text)
        if s.parent is not None:
            above = outline(text).sections[s.parent]
            assert above.start <= s.start
            assert s.end <= above.end


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("关于云岭市青禾区2022年国民经济和社会发展计划\n执行情况与2023年计划草案的报告\n", "云岭市青禾区"),
        ("2023年青禾县政府工作报告\n", "青禾县"),
        ("政府工作报告\n各位代表：\n现在，我代表青禾县人民政府，向大会报告工作。\n", "青禾县"),
        ("政府工作报告\n——在青禾县第十届人民代表大会第三次会议上\n", "青禾县"),
        ("西城区2022年统计公报\n", "西城区"),
        ("主城区路网情况分析\n", None),
        ("全市经济运行情况\n", None),
        ("政府工作报告\n现在，我代表县人民政府，向大会报告工作。\n", None),
    ],
)
def test_the_place_that_a_text_names(text: str, place: str | None) -> None:
    assert outline(text).area == place
    assert outline(text, Hints(area="别处")).area == "别处"


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("全年工作平稳，产值比上年增长5%。", "青石区2021年公报.docx", (2021, Part.REVIEW, "2021")),
        ("2020年，产值增长5%，比2019年快。2020年新建学校。", "notes_2017.txt", (2020, Part.REVIEW, "2020")),
        ("一、截至2019年9月底,受理1200件,完成全年目标的80%。\n二、新建9个。", "", (2019, Part.REVIEW, "2019")),
        ("受青石区人民政府委托，现将青石区2021年国民经济和社会发展计划执行情况与2022年计划草案提请审议。\n产值增长。", "", (2022, Part.REVIEW, "2021")),
        ("2023年，力争新建学校两所，确保就业率不低于95%。2023年将开工道路。", "", (2023, Part.MEASURES, "2023")),
        ("政府工作报告\n——2018年12月26日在白河县第九届人民代表大会上\n全年平稳。", "", (2018, Part.REVIEW, "2018")),
        ("政府工作报告\n二〇一九年一月十二日\n全年平稳。", "", (2019, Part.REVIEW, "2018")),
        ("产值预计实现1984亿元。", "", (None, Part.REVIEW, "")),
        ("各位代表：现在，我向大会作政府工作报告。过去五年，粮食产量从2014年的8万吨增加到2018年的9万吨，比2014年多1万吨，林地比2014年多。2018年建成水厂。2018年底通车。", "", (2019, Part.REVIEW, "2018")),
        ("青石区区长作政府工作报告，提出了2022年工作主要任务。2022年，将新建学校两所。2021年已建学校一所。", "", (2022, Part.REVIEW, "2021")),
    ],
)  # fmt: skip
def test_the_year_comes_from_the_text_and_last_from_the_file_name(
    text: str, name: str, expected: tuple[int | None, Part, str]
) -> None:
    found = outline(text, Hints(name=name))
    assert (found.given, found.part, found.period) == expected


def test_a_file_name_gives_the_year_of_an_opened_document() -> None:
    data = "全区完成投资80亿元。".encode()
    assert read(data, "青石区2019年投资进展.txt").figures[0].period == "2019"
    assert read(data, "20190305.txt").figures[0].period == "2019"
    assert read(data, "报告.txt").figures[0].period == ""


def test_a_comparison_with_the_planned_targets_looks_back() -> None:
    text = (
        "关于青禾县2022年国民经济和社会发展计划执行情况与2023年计划草案的报告\n"
        "一、2022年计划执行情况\n全县经济平稳运行。\n"
        "二、与计划目标的比较\n一般公共预算收入增长5%。\n"
        "三、2023年主要目标\n一般公共预算收入增长6%。\n"
    )
    assert [(s.part, s.period) for s in outline(text).sections] == [
        (Part.REVIEW, "2022"),
        (Part.REVIEW, "2022"),
        (Part.TARGETS, "2023"),
    ]


@pytest.mark.parametrize("last", ["计划执行情况的报告", "计划执行情况的报告（书面）"])
def test_a_title_ends_with_the_word_report(last: str) -> None:
    text = f"关于青石县2022年国民经济和社会发展\n{last}\n供讨论，非定稿\n一、2022年计划执行情况\n"
    assert outline(text, Hints()).title == f"关于青石县2022年国民经济和社会发展{last}"
