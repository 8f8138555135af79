"""Conditions and loops of a template, without a ledger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import Book, growth, known
from tongjian.reports import flow
from tongjian.reports.language import parse
from tongjian.reports.problems import Problem, TemplateWrong
from tongjian.reports.writing import write

from .figures import AT, written

HEAD = "# 区情\n"
TOWNS = [{"key": "north", "name": "北镇"}, {"key": "south", "name": "南镇2号"}]


def book() -> Book:
    facts = {
        "gdp @ 2022": known("1200"),
        "tax @ 2022": known("9000", "万元"),
        "gdp[growth] @ 2022": growth("4.1"),
        "target gdp[growth] @ 2022": growth("6"),
        "target words @ 2022": known(None, "", words="稳步增长"),
        "tax[north] @ 2022": known("3"),
        "tax[south] @ 2022": known("5"),
    }
    return Book(facts, {"areas": TOWNS, "tasks kept of 2022": []})


def lines(text: str, resolver: Book | None = None) -> list[str]:
    """What is left of the text's lines."""
    problems: list[Problem] = []
    left = flow.expanded(list(enumerate(text.split("\n"), 1)), resolver or book(), problems)
    assert problems == []
    return [content for _line, content in left]


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(TemplateWrong) as wrong:
        write(HEAD + text, book(), year=2022, at=AT)
    return [(p.code, p.line) for p in wrong.value.problems]


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ("gdp @ 2022", True),
        ("gdp @ 2021", False),
        ("not gdp @ 2021", True),
        ("gdp[growth] @ 2022 >= 4.1", True),
        ("gdp[growth] @ 2022 > 4.1", False),
        ("gdp[growth] @ 2022 < target gdp[growth] @ 2022", True),
        ("not gdp[growth] @ 2022 < target gdp[growth] @ 2022", False),
        ("gdp @ 2022 > tax @ 2022", True),  # 1200亿元 and 9000万元
        ("tax @ 2022 = 9000", True),
        ("tax @ 2022 <= gdp @ 2022", True),
        ("gdp[growth] @ 2022 > -1", True),
    ],
)
def test_a_condition_holds_by_the_ledger(said: str, holds: bool) -> None:
    assert lines(f"甲\n%if {said}\n乙\n%else\n丙\n%end\n丁") == ["甲", "乙" if holds else "丙", "丁"]


def test_a_loop_runs_over_its_rows_and_numbers_in_words_are_literals() -> None:
    told = lines("%for town in areas\n{town.name}：{{ tax[{town}] @ 2022 }}。\n%end")
    assert told == ["北镇：{{ tax[north] @ 2022 }}。", "[[南镇2号]]：{{ tax[south] @ 2022 }}。"]


def test_loops_and_conditions_stand_inside_each_other() -> None:
    text = "%for a in areas\n%if tax[{a}] @ 2022 > 4\n{a.name}多\n%else\n{a.name}少\n%end\n%for b in areas\n{a.name}{b.name}\n%end\n%end"
    assert lines(text.replace("{a.name}", "{a}").replace("{b.name}", "{b}")) == [
        "north少", "northnorth", "northsouth", "south多", "southnorth", "southsouth",
    ]  # fmt: skip


def test_what_is_written_is_anchored_like_any_other_figure() -> None:
    text = HEAD + "%for t in areas\n{t.name}收入{{ tax[{t}] @ 2022 }}。\n%end\n"
    made = written(text, book())
    assert sorted(f["shown"] for f in made.manifest["figures"].values()) == ["3亿元", "5亿元"]
    assert {f["line"] for f in made.manifest["figures"].values()} == {3}


def test_a_loop_over_nothing_leaves_nothing() -> None:
    assert lines("甲\n%for t in tasks kept of 2022\n{t.name}\n%end\n乙") == ["甲", "乙"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("甲\n%if gdp @ 2022\n乙", "template.flow_open", 3),
        ("甲\n%end", "template.flow_stray", 3),
        ("甲\n%else\n%end", "template.flow_stray", 3),
        ("甲\n%for t in areas\n%else\n%end", "template.flow_stray", 4),
        ("甲\n%for areas\n%end", "template.flow_loop", 3),
        ("甲\n%for t in rivers\n%end", "template.flow_rows", 3),
        ("甲\n%if target words @ 2022 > 3\n%end", "template.flow_condition", 3),
        ("甲\n%if gdp @ 2022 > gdp[growth] @ 2022\n%end", "template.flow_condition", 3),
        ("甲\n%if gdp @ 2019 > 3\n%end", "template.fact_missing", 3),
        ("甲\n%for t in areas\n{t.size}\n%end", "template.flow_field", 4),
        ("甲\n%for t in areas\n{t.name}有3个。\n%end", "template.number", 4),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, code: str, line: int) -> None:
    assert (code, line) in problems(text)


def test_without_a_ledger_the_lines_inside_are_read_once() -> None:
    tree = parse(HEAD + "%if gdp @ 2022\n有数。\n%else\n无数。\n%end\n")
    assert [p.text for p in tree.walk()] == ["区情", "有数。", "无数。"]


@given(
    st.lists(
        st.sampled_from(["甲", "%if gdp @ 2022", "%if gdp @ 2019", "%else", "%end", "%for t in areas"]),
        max_size=12,
    )
)
def test_any_nesting_ends_and_keeps_line_numbers(parts: list[str]) -> None:
    told: list[Problem] = []
    left = flow.expanded(list(enumerate(parts, 1)), book(), told)
    assert all(parts[line - 1] == content == "甲" for line, content in left)
    if not told:
        assert parts.count("%end") == sum(p.startswith(("%if", "%for")) for p in parts)
