"""Every kind of hand edit, and what verifying says of it; what was not touched stays unchanged."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.edits import PARAGRAPH, Edit, anchor, edited, replaced, without_bookmark
from reports.figures import book, growth, known, written
from tongjian.cli.main import main
from tongjian.reports.known import Known
from tongjian.reports.leads import lead
from tongjian.reports.verify import State, Verdict, verify

ALL = 11  # figures and marked texts of the sample


def touched(data: bytes) -> list[tuple[State, str, str]]:
    """(state, why, as it reads) of all that is not as written."""
    return [(v.state, v.why, v.found) for v in verify(data).verdicts if v.state is not State.UNCHANGED]


def typed_over(old: str, new: str) -> Edit:
    """Text of the only run that reads `old`."""
    return replaced(f">{old}</w:t>", f">{new}</w:t>")


def test_as_written_all_is_unchanged() -> None:
    found = verify(written().docx)
    assert found.holds
    assert found.counts() == {**dict.fromkeys(State, 0), State.UNCHANGED: ALL}
    assert [v.start for v in found.verdicts] == sorted(v.start for v in found.verdicts)


def test_saved_by_another_program_all_is_unchanged() -> None:
    out = io.BytesIO()
    docx.Document(io.BytesIO(written().docx)).save(out)
    assert verify(out.getvalue()).holds


@pytest.mark.parametrize(
    ("old", "new", "state", "why"),
    [
        ("1200.5亿元", "1200亿元", State.CONSISTENT, "rounded"),
        ("1200.5亿元", "12005000万元", State.CONSISTENT, "rounded"),
        ("1200.5亿元", "1200.6亿元", State.WRONG, "value"),
        ("1200.5亿元", "1200.5万元", State.WRONG, "value"),
        ("1200.5亿元", "1200.5万平方米", State.WRONG, "unit"),
        ("1200.5亿元", "上千亿元", State.WRONG, "no_number"),
        ("4.1%", "4.2%", State.WRONG, "value"),
        ("4.1%", "41%", State.WRONG, "value"),
        ("4.1%", "4%", State.CONSISTENT, "rounded"),
        ("第四", "第三", State.WRONG, "value"),
        ("第四", "第4", State.CONSISTENT, "rounded"),
        ("增长", "下降", State.WRONG, "direction"),
        ("增长", "提高", State.CONSISTENT, "reworded"),
        ("高于全市", "低于全市", State.WRONG, "direction"),
        ("高于全市", "快于全市", State.CONSISTENT, "reworded"),
        ("全区总产出完成", "全区总产出达到", State.CONSISTENT, "reworded"),
        ("（一）", "（二）", State.WRONG, "literal"),
        ("2023年1月4日", "2023年1月5日", State.WRONG, "literal"),
    ],
)
def test_one_edit_one_verdict(old: str, new: str, state: State, why: str) -> None:
    found = touched(edited(written().docx, typed_over(old, new)))
    assert [f[:2] for f in found] == [(state, why)]


def test_a_swapped_indicator_is_wrong_though_the_number_stands() -> None:
    names = {
        "output @ 2022": known("1200.5"),
        "retail[growth] @ 2022": growth("-3.2", metric="retail", indicator="零售额"),
    }
    data = edited(written(resolver=book(**names)).docx, typed_over("全区总产出完成", "全区零售额完成"))
    assert touched(data) == [(State.WRONG, "indicator", "1200.5亿元")]


def test_two_figures_that_changed_places_are_both_wrong() -> None:
    def swap(xml: str) -> str:
        return xml.replace(">4.1%<", ">@<").replace(">3.2%<", ">4.1%<").replace(">@<", ">3.2%<")

    found = touched(edited(written().docx, swap))
    assert found == [(State.WRONG, "value", "3.2%"), (State.WRONG, "value", "4.1%")]


@pytest.mark.parametrize("shown", ["1200.5亿元", "4.1%", "第四", "3.1个百分点"])
def test_a_lost_anchor_is_told_once(shown: str) -> None:
    data = edited(written().docx, without_bookmark(anchor(shown)))
    assert [f[:2] for f in touched(data)] == [(State.LOST, "bare")]


def test_a_figure_taken_out_with_its_anchor_is_told() -> None:
    name = anchor("3.3个百分点")
    data = edited(edited(written().docx, without_bookmark(name)), typed_over("3.3个百分点", ""))
    assert touched(data) == [(State.LOST, "gone", "")]


def test_an_anchor_that_stands_twice_is_wrong() -> None:
    copy = f'<w:bookmarkStart w:id="900" w:name="{anchor("4.1%")}"/>{PARAGRAPH.format("4.1%")}'
    data = edited(written().docx, replaced("<w:sectPr>", copy + '<w:bookmarkEnd w:id="900"/><w:sectPr>'))
    assert (State.WRONG, "twice", "4.1%") in touched(data)


@pytest.mark.parametrize(
    ("typed", "why", "found", "indicator"),
    [
        ("新建学校7所。", "number", "7所", "新建学校"),
        ("另投资三千万元。", "number", "三千万", ""),
        ("自2024年起施行。", "named", "2024", ""),
    ],
)
def test_a_number_typed_in_has_no_source(typed: str, why: str, found: str, indicator: str) -> None:
    data = edited(written().docx, replaced("<w:sectPr>", PARAGRAPH.format(typed) + "<w:sectPr>"))
    verdicts = [v for v in verify(data).verdicts if v.state is not State.UNCHANGED]
    assert [(v.state, v.why, v.found) for v in verdicts] == [(State.NEW, why, found)]
    assert verdicts[0].sentence.strip() == typed.rstrip("。")
    assert indicator in verdicts[0].indicator


def test_a_digit_typed_before_the_anchor_makes_its_figure_wrong() -> None:
    found = touched(edited(written().docx, typed_over("增长", "增长1")))
    assert (State.WRONG, "value", "4.1%") in found


def test_without_a_manifest_it_does_not_hold() -> None:
    found = verify(edited(written().docx, lambda xml: "<other/>", "customXml/item1.xml"))
    assert not found.holds
    assert [p.code for p in found.others] == ["trace.no_manifest"]
    assert {v.state for v in found.verdicts} == {State.NEW}


def test_a_chart_of_another_program_is_told_of_the_file() -> None:
    chart = '<w:p><w:r><w:drawing><c:chart xmlns:c="urn:c"/></w:drawing></w:r></w:p><w:sectPr>'
    found = verify(edited(written().docx, replaced("<w:sectPr>", chart)))
    assert [p.code for p in found.others] == ["trace.not_seen"]
    assert not found.holds


@given(st.integers(1, 9), st.sampled_from([0, 1, 3]))
def test_no_changed_digit_passes(digit: int, place: int) -> None:
    """A digit of 1200.5 that is another one is never called consistent, but for the last in a rounded form."""
    old = "1200.5亿元"
    if old[place] == str(digit):
        return
    new = old[:place] + str(digit) + old[place + 1 :]
    assert [f[:2] for f in touched(edited(written().docx, typed_over(old, new)))] == [(State.WRONG, "value")]


# The ledger


def moved(**values: str) -> Callable[[str], Known | None]:
    """A ledger on which these expressions have other values now; all others as written."""
    facts = book().facts

    def now(expression: str) -> Known | None:
        found = facts.get(expression)
        if found is None or expression.replace(" @ 2022", "") not in values:
            return found
        return replace(found, number=known(values[expression.replace(" @ 2022", "")]).number)

    return now


def test_what_moved_on_the_ledger_is_told_beside_the_state() -> None:
    found = verify(written().docx, now=moved(output="1210.44"))
    assert [(v.state, v.found, v.now) for v in found.changed_since] == [
        (State.UNCHANGED, "1200.5亿元", "1210.4亿元")
    ]
    assert not found.holds


def test_an_unmoved_ledger_says_nothing() -> None:
    assert verify(written().docx, now=moved()).holds


def test_a_figure_corrected_to_the_ledger_of_today_is_consistent() -> None:
    data = edited(written().docx, typed_over("1200.5亿元", "1210.4亿元"))
    found = [v for v in verify(data, now=moved(output="1210.4")).verdicts if v.state is not State.UNCHANGED]
    assert [(v.state, v.why, v.now) for v in found] == [(State.CONSISTENT, "now", "1210.4亿元")]


# The lead


def test_the_lead_is_the_clause_before_the_number() -> None:
    text = "全年稳定增长，其中甲、乙分别为12.5亿元、34亿元"
    assert lead(text, text.index("34")) == "其中甲、乙分别为#亿元、"
    assert lead("同比增长4.1%", 4, "增长") == "同比"


# The command


@pytest.fixture
def report(tmp_path: Path) -> Callable[[bytes], str]:
    def put(data: bytes) -> str:
        path = tmp_path / "report.docx"
        path.write_bytes(data)
        return str(path)

    return put


def test_the_command_on_a_clean_report(
    report: Callable[[bytes], str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", report(written().docx), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "unchanged 11, changed and consistent 0, changed and wrong 0" in said


def test_the_command_tells_each_edit_with_its_sentence(
    report: Callable[[bytes], str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = report(edited(written().docx, typed_over("4.1%", "4.2%")))
    assert main(["verify", path, "--lang", "zh"]) == 1
    said = capsys.readouterr().out
    assert "已改动，不一致  4.1% → 4.2%  总产出" in said
    assert "数据为4.1%。请改回，或先更正数据。" in said
    assert "全区总产出完成1200.5亿元，同比增长4.2%" in said


def test_the_command_as_json(report: Callable[[bytes], str], capsys: pytest.CaptureFixture[str]) -> None:
    path = report(edited(written().docx, without_bookmark(anchor("第四"))))
    assert main(["verify", path, "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert (whole["holds"], whole["counts"]["anchor_lost"], whole["counts"]["unchanged"]) == (False, 1, 10)
    lost: list[Verdict] = [v for v in whole["verdicts"] if v["state"] == "anchor_lost"]
    assert [(v["written"], v["why"]) for v in lost] == [("第四", "bare")]  # type: ignore[index]


def test_the_manifest_may_come_from_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare = edited(written().docx, lambda xml: "<other/>", "customXml/item1.xml")
    (tmp_path / "bare.docx").write_bytes(bare)
    (tmp_path / "written.docx").write_bytes(written().docx)
    (tmp_path / "manifest.json").write_text(json.dumps(written().manifest), encoding="utf-8")
    bare_path = str(tmp_path / "bare.docx")
    assert main(["verify", bare_path]) == 1
    assert main(["verify", bare_path, "--manifest", str(tmp_path / "written.docx")]) == 0
    assert main(["verify", bare_path, "--manifest", str(tmp_path / "manifest.json")]) == 0
    assert main(["verify", bare_path, "--manifest", str(tmp_path / "missing.json")]) == 2
    capsys.readouterr()
