"""Two made-up reports of consecutive years: what became of each promise."""

from __future__ import annotations

import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongjian.comparing import Answer, Comparison, Outcome, compare, question_key
from tongjian.comparing.export import as_json
from tongjian.comparing.html import page
from tongjian.comparing.matching import Groups, Pair, chosen, doubtful
from tongjian.comparing.terms import named_in, terms
from tongjian.comparing.types import Finer, Link
from tongjian.comparing.words import linking_words
from tongjian.comparing.xlsx import workbook
from tongjian.reading import Reading, read_text

LAST = (
    "某区2022年政府工作报告\n"
    "一、2021年工作回顾\n全年新建公园3个。\n"
    "二、2022年工作安排\n"
    "一般公共预算收入增长5%以上。\n"
    "新增养老床位300张以上，培训技能人才2000人次。\n"
    "推进青石河水厂二期建设，确保年底前建成投用。\n"
    "加快柳林路拓宽工程，完成南岭污水处理厂扩建工程建设。\n"
    "建立企业首席服务员制度，推进通用机场选址，支持木雕产业发展。\n"
)
THIS = (
    "某区2023年政府工作报告\n"
    "一、2022年工作回顾\n"
    "2022年，一般公共预算收入增长6.2%。\n"
    "新增养老床位240张，培训技能人才2600人次。\n"
    "青石河水厂二期建成投用，柳林路拓宽工程加快推进，北岭污水处理厂扩建工程开工。\n"
    "二、2023年工作安排\n"
    "新增养老床位200张以上。加快通用机场选址，提高服务水平。\n"
    "推进青石河水厂三期建设。\n"
)


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compare(read_text(LAST), read_text(THIS))


def link(found: Comparison, object_: str) -> Link:
    """The link of the only promise whose object holds these words."""
    mine = [x for x in found.links if object_ in found.last.commitments[x.commitment].object]
    assert len(mine) == 1, [found.last.commitments[x.commitment].object for x in mine]
    return mine[0]


@pytest.mark.parametrize(
    ("object_", "outcome"),
    [
        ("一般公共预算收入", Outcome.DONE),
        ("养老床位", Outcome.PARTLY),
        ("技能人才", Outcome.EXCEEDED),
        ("水厂", Outcome.DONE),
        ("柳林路", Outcome.GOING_ON),
        ("通用机场", Outcome.CARRIED_OVER),
        ("首席服务员", Outcome.NOT_MENTIONED),
        ("木雕", Outcome.NOT_MENTIONED),
    ],
)
def test_each_promise_ends_as_its_report_says(found: Comparison, object_: str, outcome: Outcome) -> None:
    assert link(found, object_).outcome is outcome


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ("松岭隧道工程贯通", Outcome.PARTLY),
        ("松岭隧道工程竣工", Outcome.DONE),
        ("松岭隧道工程主体完工", Outcome.PARTLY),
        ("松岭隧道工程部分建成", Outcome.PARTLY),
        ("松岭隧道工程建成通车", Outcome.DONE),
        ("松岭隧道工程加快推进", Outcome.PARTLY),
    ],
)
def test_what_is_only_joined_up_is_not_built(told: str, outcome: Outcome) -> None:
    last = read_text("某区2022年政府工作报告\n二、2022年工作安排\n完成松岭隧道工程建设，改善交通。\n")
    this = read_text(f"某区2023年政府工作报告\n一、2022年工作回顾\n{told}。\n")
    assert link(compare(last, this), "松岭隧道").outcome is outcome


def test_another_plant_of_the_same_kind_is_no_answer(found: Comparison) -> None:
    """南岭 was promised, 北岭 is reported."""
    assert link(found, "南岭").outcome is Outcome.NOT_MENTIONED


def test_another_phase_does_not_carry_a_promise_over(found: Comparison) -> None:
    assert link(found, "水厂").following is None


def test_a_lower_target_of_the_next_plan_is_said(found: Comparison) -> None:
    beds = link(found, "养老床位")
    assert beds.finer is Finer.LOWERED
    assert beds.following is not None
    assert "200张" in found.this.commitments[beds.following].text


def test_why_shows_both_amounts(found: Comparison) -> None:
    why = link(found, "养老床位").why
    assert "240张" in why.zh
    assert "300张" in why.zh
    assert "falls short" in why.en


def test_every_promise_has_a_link_and_counts_partition_them(found: Comparison) -> None:
    assert {x.commitment for x in found.links} == set(range(len(found.last.commitments)))
    assert sum(found.counts().values()) == len(found.last.commitments)


def test_a_word_of_a_person_goes_before_ours(found: Comparison) -> None:
    road = link(found, "柳林路")
    assert road.achievement is not None
    promise, said = found.last.commitments[road.commitment], found.this.achievements[road.achievement]
    key = question_key(promise.text + promise.object, said.text + said.object)
    affirmed = compare(found.last, found.this, [Answer(key, True, Outcome.DONE, "已通车")])
    assert (link(affirmed, "柳林路").outcome, link(affirmed, "柳林路").why.zh) == (Outcome.DONE, "已通车")
    assert link(affirmed, "柳林路").decided
    refused = compare(found.last, found.this, [Answer(key, False)])
    assert link(refused, "柳林路").outcome is Outcome.NOT_MENTIONED


def test_what_is_neither_sure_nor_far_off_is_asked() -> None:
    pairs = [Pair(0, 0, 0.9), Pair(1, 1, 0.3), Pair(1, 2, 0.29), Pair(2, 3, 0.2)]
    links = chosen(pairs, Groups([0, 1, 2], [0, 1, 2, 3], [(n, n) for n in range(4)]))
    assert links == [Pair(0, 0, 0.9), Pair(2, 3, 0.2)]
    assert doubtful(pairs, links) == [Pair(1, 1, 0.3), Pair(2, 3, 0.2)]  # linked, but not sure


def test_what_a_clause_lists_beside_an_answer_answers_too() -> None:
    pairs = [Pair(0, 0, 0.9), Pair(0, 1, 0.2), Pair(1, 1, 0.1), Pair(0, 2, 0.2), Pair(1, 2, 0.3)]
    listed = Groups([0, 1], [0, 0, 0], [(5, 9)] * 3)
    assert chosen(pairs, listed) == [
        Pair(0, 0, 0.9),
        Pair(0, 1, 0.2),
    ]  # the third likes another promise better
    apart = Groups([0, 1], [0, 1, 2], [(5, 9), (10, 14), (15, 19)])
    assert chosen(pairs, apart) == [Pair(0, 0, 0.9)]


def test_what_a_clause_lists_beside_things_answered_one_by_one_answers_nothing() -> None:
    one_by_one = Groups([0, 0], [0, 0, 0], [(5, 9)] * 3)
    pairs = [Pair(0, 0, 0.9), Pair(1, 1, 0.8), Pair(0, 2, 0.2)]
    assert chosen(pairs, one_by_one) == pairs[:2]
    assert chosen([Pair(0, 0, 0.9, named=True), Pair(0, 1, 0.2)], one_by_one) == [Pair(0, 0, 0.9, named=True)]


def test_a_statement_that_is_like_an_answered_promise_only_answers_it_too() -> None:
    apart = Groups([0, 1], [0, 1], [(5, 9), (10, 14)])
    pairs = [Pair(0, 0, 0.9), Pair(0, 1, 0.2), Pair(1, 1, 0.04)]
    assert chosen(pairs, apart) == pairs[:2]
    assert chosen([*pairs[:2], Pair(1, 1, 0.06)], apart) == pairs[:1]  # another promise is not far behind
    assert chosen([Pair(0, 1, 0.2), Pair(0, 0, 0.19)], apart) == []  # the promise itself is not answered


def test_the_same_name_links_whatever_else_is_nearer() -> None:
    apart = Groups([0, 1], [0, 1], [(5, 9), (10, 14)])
    pairs = [Pair(0, 0, 0.9), Pair(1, 0, 0.3, named=True), Pair(0, 1, 0.05)]
    assert chosen(pairs, apart) == pairs[:2]


@pytest.mark.parametrize(
    "amount", ["2.3万公里以上", "30余座", "1200平方米", "85%左右", "110千伏", "3000人次"]
)
def test_amounts_tell_no_thing_from_another(amount: str) -> None:
    words = linking_words()
    assert terms(f"输水{amount}渠道", words).pieces == {"输水", "渠道"}


def answers(promised: str, told: str) -> list[tuple[str, str]]:
    """(promised object, stated object) of the links between a plan and a review of one sentence each."""
    last = read_text(f"某区2022年政府工作报告\n二、2022年工作安排\n{promised}\n")
    this = read_text(f"某区2023年政府工作报告\n一、2022年工作回顾\n{told}\n")
    return [
        (last.commitments[x.commitment].object, this.achievements[x.achievement].object)
        for x in compare(last, this).links
        if x.achievement is not None
    ]


@pytest.mark.parametrize(
    ("promised", "told", "linked"),
    [
        (
            "依法接受人大法律监督，主动接受舆论监督。",
            "全年自觉接受人大法律监督、政协民主监督和舆论监督。",
            [("人大法律监督", 0), ("舆论监督", 0)],
        ),
        (
            "推进青石河船闸复线建设，加快星湖算力中心建设。",
            "青石河船闸复线、星湖算力中心等项目进展顺利。",
            [("青石河船闸复线", 0), ("星湖算力中心", 1)],
        ),
    ],
)
def test_each_thing_of_a_list_answers_its_promise(
    promised: str, told: str, linked: list[tuple[str, int]]
) -> None:
    said = [
        row.object for row in read_text(f"某区2023年政府工作报告\n一、2022年工作回顾\n{told}\n").achievements
    ]
    assert answers(promised, told) == [(promise, said[n]) for promise, n in linked]


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        ("人大法律监督、政协民主监督和舆论监督", ["人大法律监督", "政协民主监督", "舆论监督"]),
        ("南湖、北湖等景区", ["南湖", "北湖"]),
        ("东湖船闸（省级示范工程、样板工程）", ["东湖船闸（省级示范工程、样板工程）"]),  # of the title
        ("水、电、路", ["水、电、路"]),  # single characters name nothing
        ("和平路改造", ["和平路改造"]),
    ],
)
def test_a_list_is_split_into_the_things_it_names(listing: str, names: list[str]) -> None:
    assert named_in(listing) == names


def test_an_amount_that_decides_points_at_the_statement_that_holds_it(found: Comparison) -> None:
    beds = link(found, "养老床位")
    assert beds.achievement is not None
    assert found.this.achievements[beds.achievement].object == "养老床位"
    assert (beds.outcome, beds.figure) == (Outcome.PARTLY, None)


def test_json_points_into_both_texts(found: Comparison) -> None:
    for row in as_json(found)["links"]:
        promise = row["commitment"]
        assert LAST[promise["start"] : promise["end"]] == promise["text"]
        if row["achievement"]:
            said = row["achievement"]
            assert THIS[said["start"] : said["end"]] == said["text"]


def test_the_page_escapes_what_reports_hold() -> None:
    last = read_text(LAST.replace("柳林路", "<b>柳林路"))
    html = page(compare(last, read_text(THIS)), "zh")
    assert "<b>柳林" not in html
    assert "&lt;b&gt;柳林" in html


def test_the_workbook_has_a_row_for_each_link(found: Comparison) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(found, "en")))
    assert book.sheetnames == ["Promises", "Questions", "About"]
    assert book["Promises"].max_row == len(found.links) + 1


WORDS = st.text(alphabet="推进完成建设公园水厂一期二期123个亿元，。、增长%\n", max_size=80)


@settings(max_examples=40, deadline=None)
@given(WORDS, WORDS)
def test_nothing_crashes_and_all_promises_are_answered(one: str, other: str) -> None:
    last, this = (read_text(f"某县2022年政府工作报告\n二、2022年工作安排\n{t}") for t in (one, other))
    found = compare(last, this)
    assert {x.commitment for x in found.links} == set(range(len(last.commitments)))


def test_a_report_compared_with_itself_raises_nothing(found: Comparison) -> None:
    same: Reading = read_text(THIS)
    assert compare(same, same).links
