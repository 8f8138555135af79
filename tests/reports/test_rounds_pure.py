"""Pure parts of writing together: texts, names of promises in sentences, references written out, steps."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel.errors import StepNotAllowed
from tongjian.reports.consultation.tables import Heading, docx_table
from tongjian.reports.rounds import rules, texts
from tongjian.reports.rounds.choices import EditionState
from tongjian.reports.rounds.naming import named, sentences_of
from tongjian.reports.rounds.references import expanded
from tongjian.reports.rounds.texts import Part
from tongjian.reports.tree import Role

from .figures import book


@given(st.text("甲乙 \n\t\r1。", max_size=60))
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    once = texts.tidy(text)
    assert texts.tidy(once) == once
    assert "".join(once.split()) == "".join(text.split())


def test_a_repeated_heading_is_left_out_once() -> None:
    text = "报告\n（一） 平稳\n（一）平稳的正文。"
    assert texts.without_heading(text, "报告", "（一）平稳") == "（一）平稳的正文。"


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("一、总体情况", 1),
        ("（一）运行平稳", 2),
        ("1.投资", 3),
        ("1.5亿元到位", 0),
        ("一、二产业增长较快。", 0),
    ],
)
def test_headings_are_told_by_their_numbers(line: str, level: int) -> None:
    assert texts.level(line) == level


def test_the_report_is_its_sections_under_their_headings() -> None:
    text = texts.assembled("报告", [Part("一、甲", "正文。"), Part("二、乙", "")])
    assert text == "报告\n一、甲\n正文。\n二、乙"
    roles = [p.role for p in texts.tree("报告", text.split("\n")[1:]).walk()]
    assert roles == [Role.TITLE, Role.HEADING, Role.BODY, Role.HEADING]


SAID = "完成甲河二期治理工程主体结构。东侧线路贯通。2023年启动丙园改造。"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("甲河二期治理工程", True),
        ("甲河二期治理主体工程", True),
        ("甲河一期治理工程", False),  # another phase
        ("西侧线路", False),  # the other side
        ("丙园改造", False),  # next year's
        ("", False),
    ],
)
def test_a_promise_is_answered_by_a_sentence_about_the_same_thing(name: str, found: bool) -> None:
    assert bool(named(name, sentences_of(SAID, 2022))) is found


def test_references_are_written_out_and_told_where() -> None:
    text = "全区总产出{{ output @ 2022 }}，同比{{output[growth] @ 2022}}。"
    found = expanded(text, book())
    assert found.text == "全区总产出1200.5亿元，同比增长4.1%。"
    assert [found.text[w.start : w.end] for w in found.written] == ["1200.5亿元", "4.1%"]
    assert [w.expression for w in found.written] == ["output @ 2022", "output[growth] @ 2022"]


def test_a_reference_that_leads_nowhere_stays_and_is_told_with_its_line() -> None:
    found = expanded("第一行\n完成{{ nothing @ 2022 }}。", book())
    assert found.text == "第一行\n完成{{ nothing @ 2022 }}。"
    assert [(p.code, p.line) for p in found.problems] == [("template.fact_missing", 2)]


@pytest.mark.parametrize(
    ("now", "wanted", "allowed"),
    [
        (EditionState.WRITING, EditionState.REVIEW, True),
        (EditionState.WRITING, EditionState.SIGNED, False),
        (EditionState.REVIEW, EditionState.WRITING, True),
        (EditionState.SIGNED, EditionState.FROZEN, True),
        (EditionState.FROZEN, EditionState.WRITING, False),
    ],
)
def test_steps(now: EditionState, wanted: EditionState, allowed: bool) -> None:
    if allowed:
        rules.check_step(now, wanted)
    else:
        with pytest.raises(StepNotAllowed):
            rules.check_step(now, wanted)


def test_who_sends_in_does_not_sign() -> None:
    rules.check_two_persons(1, 2)
    with pytest.raises(StepNotAllowed):
        rules.check_two_persons(1, 1)


def test_late_counts_days_until_it_is_handed_in() -> None:
    assert rules.days_late(date(2022, 12, 1), date(2022, 12, 4), False) == 3
    assert rules.days_late(date(2022, 12, 1), date(2022, 12, 4), True) == 0
    assert rules.days_late(date(2022, 12, 5), date(2022, 12, 4), False) == 0


def test_a_table_is_a_docx_that_word_reads() -> None:
    data = docx_table(
        "汇总表", "共1条。", (Heading("意见", 900), Heading("理由", 900)), [("甲<乙", "一\n二")]
    )
    document = docx.Document(io.BytesIO(data))
    assert [c.text for c in document.tables[0].rows[1].cells] == ["甲<乙", "一\n二"]
    assert document.paragraphs[0].text == "汇总表"
