"""A report traces as written, and stops to trace whenever a hand changes what it says."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable

import docx
import pytest

from reports.edits import PARAGRAPH, anchor, edited, replaced, without_bookmark
from reports.figures import AT, TEMPLATE, book, growth, written
from tongjian.cli.main import main
from tongjian.reports.trace import trace
from tongjian.reports.writing import write


def codes(data: bytes) -> list[str]:
    return [p.code for p in trace(data).problems]


def test_it_traces_as_written() -> None:
    found = trace(written().docx)
    assert found.holds
    assert [(f["before"], f["shown"]) for f in found.figures.values()] == [
        ("", "1200.5亿元"),
        ("增长", "4.1%"),
        ("高于全市", "3.3个百分点"),
        ("", "第四"),
        ("下降", "3.2%"),
        ("降幅小于全市", "3.1个百分点"),
    ]
    assert [i["value"] for i in list(found.figures.values())[2]["inputs"]] == ["4.1", "0.8"]
    assert list(found.literals.values()) == ["2022年", "2023年1月4日", "一、", "2022年", "（一）"]


def test_the_same_inputs_give_the_same_bytes() -> None:
    assert written().docx == written().docx


def test_anchors_stay_when_other_lines_change() -> None:
    before = set(written().manifest["figures"])
    longer = TEMPLATE.replace("### （一）", "新增一段{{ output @ 2022 | exact }}。\n### （一）")
    assert before < set(written(longer).manifest["figures"])


def test_saved_again_by_another_program_it_still_traces() -> None:
    out = io.BytesIO()
    docx.Document(io.BytesIO(written().docx)).save(out)
    assert codes(out.getvalue()) == []


@pytest.mark.parametrize("shown", ["1200.5亿元", "4.1%", "第四", "3.1个百分点"])
def test_a_removed_bookmark_is_a_problem(shown: str) -> None:
    assert "trace.anchor_missing" in codes(edited(written().docx, without_bookmark(anchor(shown))))


def test_a_bookmark_around_nothing_is_a_removed_one() -> None:
    name = anchor("4.1%")
    moved = re.compile(rf'(<w:bookmarkStart w:id="(\d+)" w:name="{name}"/>)(.*?)(<w:bookmarkEnd w:id="\2"/>)')
    found = codes(edited(written().docx, lambda xml: moved.sub(r"\1\4\3", xml)))
    assert found == ["trace.anchor_missing", "trace.number"]


TABLE = f"<w:tbl><w:tr><w:tc>{PARAGRAPH}</w:tc></w:tr></w:tbl>"
BOX = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"><w:txbxContent>{}</w:txbxContent></mc:Choice></mc:AlternateContent></w:r></w:p>'
)


@pytest.mark.parametrize(
    "added",
    [
        PARAGRAPH.format("另有7家。"),
        PARAGRAPH.format("另有７家。"),
        PARAGRAPH.format("另有½成。"),
        PARAGRAPH.format("总产出居全市第三。"),
        PARAGRAPH.format("全年投资三千万元。"),
        TABLE.format("7"),
        BOX.format(PARAGRAPH.format("7家")),
        "<w:sdt><w:sdtContent>" + PARAGRAPH.format("7家") + "</w:sdtContent></w:sdt>",
        "<w:p><w:ins><w:r><w:t>7家</w:t></w:r></w:ins></w:p>",
        "<w:p><w:hyperlink><w:r><w:t>7家</w:t></w:r></w:hyperlink></w:p>",
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>7家</w:t></w:r></w:p>",
        '<w:p><w:fldSimple w:instr="DOCPROPERTY x"><w:r><w:t>7家</w:t></w:r></w:fldSimple></w:p>',
        '<w:p><w:r><w:pict><v:textpath xmlns:v="urn:v" string="7家"/></w:pict></w:r></w:p>',
        '<w:p><w:r><w:sym w:font="Wingdings" w:char="F037"/></w:r></w:p>',
    ],
)
def test_a_typed_number_is_a_problem_wherever_it_stands(added: str) -> None:
    found = trace(edited(written().docx, replaced("<w:sectPr>", added + "<w:sectPr>")))
    assert [p.code for p in found.problems] == ["trace.number"]


@pytest.mark.parametrize(
    "added",
    [
        PARAGRAPH.format("另有若干家，一些地方统一推进。"),
        "<w:p><w:del><w:r><w:delText>7家</w:delText></w:r></w:del></w:p>",
        '<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>7</w:t></w:r></w:fldSimple></w:p>',
    ],
)
def test_what_is_no_printed_number_is_none(added: str) -> None:
    assert codes(edited(written().docx, replaced("<w:sectPr>", added + "<w:sectPr>"))) == []


def contents(line: str) -> str:
    """A table of contents of one line, as Word writes it."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    code = "<w:r><w:instrText>{}</w:instrText></w:r>".format
    page = (
        mark("begin") + code(" PAGEREF _Toc1 ") + mark("separate") + "<w:r><w:t>7</w:t></w:r>" + mark("end")
    )
    toc = mark("begin") + code(' TOC \\o "1-3" ') + mark("separate")
    return f"<w:p>{toc}<w:r><w:t>{line}</w:t><w:tab/></w:r>{page}</w:p><w:p>{mark('end')}</w:p><w:sectPr>"


@pytest.mark.parametrize(
    ("line", "found"), [("一、2022年执行情况", []), ("一、2021年执行情况", ["trace.number"])]
)
def test_a_table_of_contents_may_repeat_headings(line: str, found: list[str]) -> None:
    assert codes(edited(written().docx, replaced("<w:sectPr>", contents(line)))) == found


def test_headers_and_footers_are_read() -> None:
    typed = PARAGRAPH.format("2023") + "</w:ftr>"
    assert codes(edited(written().docx, replaced("</w:ftr>", typed), "word/footer1.xml")) == ["trace.number"]


def test_a_chart_is_a_problem_of_its_own() -> None:
    chart = '<w:p><w:r><w:drawing><c:chart xmlns:c="urn:c"/></w:drawing></w:r></w:p><w:sectPr>'
    assert codes(edited(written().docx, replaced("<w:sectPr>", chart))) == ["trace.not_seen"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("4.1%", "4.2%", "trace.anchor_changed"),
        ("4.1%", "14.1%", "trace.anchor_changed"),
        ("第四", "第三", "trace.anchor_changed"),
        ("下降", "增长", "trace.word_changed"),
        ("高于全市", "低于全市", "trace.word_changed"),
        ("（一）", "（二）", "trace.literal_changed"),
        ("2023年1月4日", "2023年1月5日", "trace.literal_changed"),
    ],
)
def test_altered_text_is_a_problem(old: str, new: str, code: str) -> None:
    def edit(xml: str) -> str:
        return xml.replace(f">{old}</w:t>", f">{new}</w:t>")

    assert codes(edited(written().docx, edit)) == [code]


def test_a_digit_typed_at_the_border_is_seen() -> None:
    before = f'w:name="{anchor("4.1%")}"/>'

    def edit(xml: str) -> str:
        return xml.replace("增长</w:t>", "增长1</w:t>")

    assert before in zipfile.ZipFile(io.BytesIO(written().docx)).read("word/document.xml").decode()
    assert "trace.number" in codes(edited(written().docx, edit))


def test_a_figure_split_over_runs_is_one() -> None:
    split = "4.</w:t></w:r><w:proofErr/><w:r><w:t>1%</w:t>"
    assert codes(edited(written().docx, lambda xml: xml.replace("4.1%</w:t>", split))) == []


def test_a_bookmark_of_another_name_covers_nothing() -> None:
    forged = '<w:bookmarkStart w:id="900" w:name="tj_forged"/>' + PARAGRAPH.format("7家")
    forged += '<w:bookmarkEnd w:id="900"/><w:sectPr>'
    found = codes(edited(written().docx, replaced("<w:sectPr>", forged)))
    assert found == ["trace.anchor_unknown", "trace.number"]


def test_an_anchor_that_stands_twice_is_a_problem() -> None:
    name = anchor("4.1%")
    copy = f'<w:bookmarkStart w:id="900" w:name="{name}"/>{PARAGRAPH.format("4.1%")}'
    copy += '<w:bookmarkEnd w:id="900"/><w:sectPr>'
    assert "trace.anchor_twice" in codes(edited(written().docx, replaced("<w:sectPr>", copy)))


def test_without_a_manifest_no_number_has_a_source() -> None:
    found = codes(edited(written().docx, lambda xml: "<other/>", "customXml/item1.xml"))
    assert found[0] == "trace.no_manifest"
    assert found.count("trace.number") == 11  # each figure, 第四 among them, and each number of a date


def test_a_manifest_that_is_none_is_told() -> None:
    found = codes(edited(written().docx, lambda xml: re.sub(r">\{.*\}<", ">{}<", xml), "customXml/item1.xml"))
    assert found[0] == "trace.bad_manifest"


def test_a_figure_without_a_place_does_not_trace() -> None:
    data = written().docx
    loose = edited(
        data,
        lambda xml: re.sub(r'"place":\{"excerpt":"1200.5".*?\}', '"place":null', xml),
        "customXml/item1.xml",
    )
    assert set(codes(loose)) == {"trace.no_place"}


def test_exactly_the_sentences_that_say_a_changed_fact_change() -> None:
    changed = book(**{"retail[growth] @ 2022": growth("-3.4")})
    before, after = (re.findall(r"<p.*?</p>", w.html) for w in (written(), written(resolver=changed)))
    assert [a for a, b in zip(before, after, strict=True) if a != b] == [before[-1]]


# The command


@pytest.fixture
def report(tmp_path) -> Callable[[bytes], str]:  # type: ignore[no-untyped-def]
    def put(data: bytes) -> str:
        path = tmp_path / "report.docx"
        path.write_bytes(data)
        return str(path)

    return put


def test_the_command_lists_figures_with_their_cells(report, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["trace", report(written().docx), "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "增长4.1%  ← 总产出 2022 · output[growth] @ 2022" in shown
    assert "统计.xlsx 填报!H7  “1200.5”" in shown
    assert "由以下数据计算（difference）：" in shown


def test_the_command_fails_on_any_problem(report, capsys) -> None:  # type: ignore[no-untyped-def]
    typed = edited(written().docx, replaced("<w:sectPr>", PARAGRAPH.format("7家") + "<w:sectPr>"))
    assert main(["trace", report(typed), "--lang", "en"]) == 1
    assert "The number “7” has no source" in capsys.readouterr().out
    assert main(["trace", report(typed), "--json"]) == 1
    whole = json.loads(capsys.readouterr().out)
    assert (whole["holds"], whole["problems"][0]["code"]) == (False, "trace.number")


def test_the_command_on_what_is_no_docx(report, capsys) -> None:  # type: ignore[no-untyped-def]
    assert main(["trace", report(b"PK\x03\x04 broken"), "--lang", "en"]) == 2
    assert "reading.docx_damaged" in capsys.readouterr().err


def test_special_characters_survive() -> None:
    made = write("# 报告\n甲&乙<丙>“丁”{{ output @ 2022 }}。", book(), year=2022, at=AT)
    assert trace(made.docx).holds
    assert "甲&amp;乙&lt;丙&gt;“丁”<a " in made.html
    assert docx.Document(io.BytesIO(made.docx)).paragraphs[-1].text == "甲&乙<丙>“丁”1200.5亿元。"
