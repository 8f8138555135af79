"""Tables and charts: from the template's rows to Word's own, each figure traced, each change found."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from lxml import etree

from reports.figures import AT, Book, book, growth, known
from tongjian.reports.docx.tables import column_widths
from tongjian.reports.docx.workbook import column
from tongjian.reports.grids import Grid, blocks, cells
from tongjian.reports.language import parse
from tongjian.reports.problems import TemplateWrong
from tongjian.reports.trace import trace
from tongjian.reports.tree import Paragraph
from tongjian.reports.verify import verify
from tongjian.reports.writing import Written, write

A = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
TEMPLATE = """\
# 报告
^ 主要指标
| 指标 | 单位 | 完成 | 增速 |
| {{ name output @ 2022 }} | 亿元 | {{ output @ 2022 | bare }} | {{ output[growth] @ 2022 | plain }} |
| 零售额 | | | {{ retail[growth] @ 2022 | plain }} |
^ 增速
~ column
| | 总产出 | 零售额 | 财政收入 |
| 全区 | {{ output[growth] @ 2022 }} | {{ retail[growth] @ 2022 }} | {{ revenue[growth] @ 2022 }} |
| 全市 | {{ city[growth] @ 2022 }} | | {{ revenue[growth] @ 2022 }} |
^ 总产出
~ line 万元
| | [[2021年]] | [[2022年]] |
| 总产出 | {{ output @ 2021 }} | {{ output @ 2022 }} |
"""


def ledger() -> Book:
    return book(
        **{
            "revenue[growth] @ 2022": growth("2.50"),
            "city[growth] @ 2022": growth("0.8"),
            "output @ 2021": known("1153.2"),
        }
    )


def made(template: str = TEMPLATE) -> Written:
    return write(template, ledger(), year=2022, at=AT)


@pytest.fixture(scope="module")
def written() -> Written:
    return made()


def parts(docx: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(docx: bytes, name: str, change: Callable[[str], str]) -> bytes:
    """The same docx with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, content in parts(docx).items():
            archive.writestr(path, change(content.decode()).encode() if path == name else content)
    return out.getvalue()


# Reading rows


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("| 甲 | 乙 |", ["甲", "乙"]),
        ("| 甲 | | 乙", ["甲", "", "乙"]),
        ("| {{ a @ 2022 | bare | places 1 }} | [[1|2]] |", ["{{ a @ 2022 | bare | places 1 }}", "[[1|2]]"]),
        ("||", [""]),
    ],
)
def test_cells_are_parted_by_bars_outside_marks(content: str, expected: list[str]) -> None:
    assert cells(content) == expected


def test_rows_with_their_caption_are_one_block() -> None:
    found = list(blocks(parse(TEMPLATE).walk()))
    assert [type(b) for b in found] == [Paragraph, Grid, Grid, Grid]
    assert [(len(b.rows), b.drawing and b.drawing.kind) for b in found if isinstance(b, Grid)] == [
        (3, None),
        (3, "column"),
        (2, "line"),
    ]
    captions = [b.caption.text for b in found if isinstance(b, Grid) and b.caption]
    assert captions == ["表1　主要指标", "图1　增速", "图2　总产出"]


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ("| 甲 | 乙 |\n| 丙 |", "template.row", 3),
        ("~ circle\n| | 甲 |\n| 丙 | |", "template.chart_kind", 2),
        ("~ column\n正文", "template.chart_rows", 2),
        ("~ column\n| | 甲 |", "template.chart_rows", 3),
        ("~ pie\n| | 甲 |\n| 丙 | |\n| 丁 | |", "template.chart_rows", 3),
        ("~ column\n| | 甲 |\n| 丙 | 约{{ output @ 2022 }} |", "template.chart_point", 4),
        ("~ column\n| | 甲 |\n| 丙 | 无 |", "template.chart_point", 4),
        ("~ column\n| | 甲 |\n| 丙 | {{ output @ 2022 | hanzi }} |", "template.hanzi", 4),
        ("~ column\n| | 甲 |\n| 丙 | {{ output @ 2022 | magnitude }} |", "template.chart_value", 4),
        (
            "~ column\n| | 甲 | 乙 |\n| 丙 | {{ output @ 2022 }} | {{ output[growth] @ 2022 }} |",
            "template.chart_unit",
            3,
        ),
        ("~ column %\n| | 甲 |\n| 丙 | {{ output @ 2022 }} |", "template.unit", 4),
        ("| 甲 | 3 |", "template.number", 2),
    ],
)
def test_what_is_wrong_with_rows_is_told_with_its_line(lines: str, code: str, line: int) -> None:
    with pytest.raises(TemplateWrong) as error:
        made(f"# 报告\n{lines}\n")
    assert [(p.code, p.line) for p in error.value.problems] == [(code, line)]


def test_a_unit_alone_in_a_cell_says_no_amount() -> None:
    made("# 报告\n| 总产出（亿元） | 万人 |\n| {{ output @ 2022 | bare }} | |\n单位：万元\n")
    with pytest.raises(TemplateWrong):
        made("# 报告\n规模突破亿元。")


# In Word


def test_all_figures_of_tables_and_charts_trace(written: Written) -> None:
    found = trace(written.docx)
    assert found.holds
    assert [f["shown"] for f in found.figures.values()] == [
        "1200.5", "4.1%", "-3.2%", "4.1", "-3.2", "2.50", "0.8", "2.50", "11532000", "12005000",
    ]  # fmt: skip
    charts = written.manifest["charts"]
    assert [(c["kind"], c["unit"], c["names"]) for c in charts.values()] == [
        ("column", "%", ["总产出", "零售额", "财政收入"]),
        ("line", "万元", ["2021年", "2022年"]),
    ]
    assert [f.get("chart") in charts for f in written.manifest["figures"].values()] == [False] * 3 + [
        True
    ] * 7


def test_a_table_is_as_wide_as_the_text_and_its_head_repeats(written: Written) -> None:
    text = parts(written.docx)["word/document.xml"].decode()
    grid = [int(w) for w in re.findall(r'<w:gridCol w:w="(\d+)"/>', text)]
    assert sum(grid) == 8844  # 156 mm
    assert text.count("<w:tblHeader/>") == 1
    assert text.index("主要指标") < text.index("<w:tbl>")


def test_columns_share_the_width_by_what_they_hold() -> None:
    rows = next(
        b for b in blocks(parse("# 报告\n| 甲 | 甲乙丙丁戊己 |\n| | |").walk()) if isinstance(b, Grid)
    ).rows
    assert column_widths(rows, 10_000, 16) == [3000, 7000]  # 2 and 6 letters, a third of one more beside each


def test_a_chart_is_native_and_carries_its_workbook(written: Written) -> None:
    found = parts(written.docx)
    root = etree.fromstring(found["word/charts/chart1.xml"])
    values = [[v.text for v in s.iter(A + "v")] for s in root.iter(A + "ser")]
    assert values == [
        ["全区", "总产出", "零售额", "财政收入", "4.1", "-3.2", "2.50"],
        ["全市", "总产出", "零售额", "财政收入", "0.8", "2.50"],
    ]
    assert [p.get("formatCode") for p in root.iter(A + "pt") if p.get("formatCode")] == [
        "0.0", "0.0", "0.00", "0.0", "0.00",
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(found["word/embeddings/chart1.xlsx"])).active
    assert sheet is not None
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [
        [None, "全区", "全市"],
        ["总产出", 4.1, 0.8],
        ["零售额", -3.2, None],
        ["财政收入", 2.5, 2.5],
    ]


def test_the_same_report_gives_the_same_bytes(written: Written) -> None:
    assert made().docx == written.docx


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda t: t.replace("<c:v>4.1</c:v>", "<c:v>5.1</c:v>"), ["trace.anchor_changed"]),
        (lambda t: t.replace("<c:v>全区</c:v>", "<c:v>全市</c:v>"), ["trace.chart_changed"]),
        (lambda t: t.replace('<c:pt idx="2" formatCode="0.00"><c:v>2.50</c:v></c:pt></c:numCache>', '<c:pt idx="1"><c:v>7</c:v></c:pt></c:numCache>', 2), ["trace.number", "trace.anchor_changed"]),
        (lambda t: t.replace("<a:t>%</a:t>", "<a:t>增长5%</a:t>"), ["trace.chart_changed"]),
    ],
)  # fmt: skip
def test_a_hand_in_a_chart_is_found(written: Written, change: Callable[[str], str], codes: list[str]) -> None:
    found = trace(changed(written.docx, "word/charts/chart1.xml", change))
    assert {p.code for p in found.problems} == set(codes)


def test_a_chart_that_is_gone_loses_its_figures(written: Written) -> None:
    def without(text: str) -> str:
        return re.sub(r"<w:r><w:drawing>.*?</w:drawing></w:r>", "", text, count=1)

    docx = changed(written.docx, "word/document.xml", without)
    assert [p.code for p in trace(docx).problems] == ["trace.anchor_missing"] * 5
    states = [v.state.value for v in verify(docx).verdicts if v.anchor]
    assert states.count("anchor_lost") == 5


def test_verify_tells_of_a_changed_point(written: Written) -> None:
    docx = changed(
        written.docx, "word/charts/chart1.xml", lambda t: t.replace("<c:v>0.8</c:v>", "<c:v>0.9</c:v>")
    )
    wrong = [(v.written, v.why) for v in verify(docx).verdicts if v.state.value == "wrong"]
    assert wrong == [("0.8", "value")]


@pytest.mark.parametrize(("number", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_letters_of_columns(number: int, letters: str) -> None:
    assert column(number) == letters


# In HTML


def test_the_page_has_the_table_and_the_chart_with_its_numbers(written: Written) -> None:
    assert written.html.count("<table>") == 3
    assert written.html.count("<svg ") == 2
    assert written.html.count('class="figure"') == 10
    assert "<rect" in written.html
    assert "style=" not in written.html
