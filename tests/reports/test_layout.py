"""Each fact of the layout (GB/T 9704-2012) in the XML, and 22 lines of 28 characters measured on a rendered page."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from reports.figures import AT, TEMPLATE, book
from tongjian.packs import PackError
from tongjian.reports.exports import pdf
from tongjian.reports.layout import Layout, layout, layouts, remarks, runs, signature_indents
from tongjian.reports.trace import trace
from tongjian.reports.writing import Written, write

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HEADED = """\
!! 河东区发展和改革委员会
! 河发改〔[[2023]]〕[[12]]号
# 关于报送计划执行情况的函
< 区人民政府：
全区总产出完成{{ output @ 2022 }}。
>> 河东区发展和改革委员会
>> [[2023年1月4日]]
_ 抄送：区委办公室。
_ 河东区发展和改革委员会办公室\t[[2023年1月4日]]印发
"""
FULL_LINE = "稳中求进推动高质量发展迈出坚实步伐取得明显成效全区上下"  # 28 characters


def made(template: str = TEMPLATE, of: Layout | None = None) -> Written:
    return write(template, book(), year=2022, at=AT, of=of)


def part(docx: bytes, name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return etree.fromstring(archive.read(f"word/{name}"))


def value(element: Any, path: str, name: str = "val") -> str | None:
    found = element.find("/".join(W + p for p in path.split("/")))
    return None if found is None else found.get(W + name)


@pytest.fixture(scope="module")
def report() -> bytes:
    return made().docx


@pytest.fixture(scope="module")
def styles(report: bytes) -> dict[str, Any]:
    return {s.get(W + "styleId"): s for s in part(report, "styles.xml").iter(W + "style")}


def test_the_page_is_a4_with_the_margins_that_place_the_ink(report: bytes) -> None:
    section = part(report, "document.xml").find(f".//{W}sectPr")
    size, margins = section.find(W + "pgSz"), section.find(W + "pgMar")
    assert (size.get(W + "w"), size.get(W + "h")) == ("11906", "16838")
    told = {side: margins.get(W + side) for side in ("top", "bottom", "left", "right")}
    assert told == {"top": "1960", "bottom": "1847", "left": "1587", "right": "1474"}


def test_the_grid_is_of_lines_of_29_45_points(report: bytes) -> None:
    grid = part(report, "document.xml").find(f".//{W}docGrid")
    assert (grid.get(W + "type"), grid.get(W + "linePitch"), grid.get(W + "charSpace")) == (
        "lines",
        "589",
        None,
    )
    defaults = part(report, "styles.xml").find(f"{W}docDefaults")
    spacing = defaults.find(f"{W}pPrDefault/{W}pPr/{W}spacing")
    assert (spacing.get(W + "line"), spacing.get(W + "lineRule")) == ("589", "exact")
    assert value(defaults, "rPrDefault/rPr/spacing") == "-5"
    assert value(defaults, "rPrDefault/rPr/sz") == "32"


@pytest.mark.parametrize(
    ("style", "font", "half_points"),
    [
        ("Body", "仿宋_GB2312", "32"),
        ("Flush", "仿宋_GB2312", "32"),
        ("Title", "方正小标宋简体", "44"),
        ("Subtitle", "楷体_GB2312", "32"),
        ("Heading1", "黑体", "32"),
        ("Heading2", "楷体_GB2312", "32"),
        ("Heading3", "仿宋_GB2312", "32"),
        ("Imprint", "仿宋_GB2312", "28"),
        ("Footer", "宋体", "28"),
    ],
)
def test_fonts_and_sizes(styles: dict[str, Any], style: str, font: str, half_points: str) -> None:
    assert value(styles[style], "rPr/rFonts", "eastAsia") == font
    assert value(styles[style], "rPr/sz") == half_points


@pytest.mark.parametrize("style", ["Body", "Heading1", "Heading2", "Heading3"])
def test_paragraphs_are_indented_by_two_characters(styles: dict[str, Any], style: str) -> None:
    assert value(styles[style], "pPr/ind", "firstLineChars") == "200"


def test_the_title_is_centred_and_headings_have_their_level(styles: dict[str, Any]) -> None:
    assert value(styles["Title"], "pPr/jc") == "center"
    assert [value(styles[f"Heading{n}"], "pPr/outlineLvl") for n in (1, 2, 3)] == ["0", "1", "2"]


def test_the_salutation_stands_a_line_below_the_title_at_the_margin(report: bytes) -> None:
    paragraphs = list(part(report, "document.xml").iter(W + "p"))
    told = [(value(p, "pPr/pStyle"), "".join(p.itertext())) for p in paragraphs[:4]]
    assert told[2:] == [("Flush", ""), ("Flush", "各位代表：")]


def test_page_numbers_stand_outside_between_dashes(report: bytes) -> None:
    odd, even = part(report, "footer1.xml"), part(report, "footer2.xml")
    assert ["".join(t.text for t in f.iter(W + "t")) for f in (odd, even)] == ["— 1 —", "— 1 —"]
    assert (value(odd, "p/pPr/jc"), value(odd, "p/pPr/ind", "rightChars")) == ("right", "100")
    assert (value(even, "p/pPr/jc"), value(even, "p/pPr/ind", "leftChars")) == ("left", "100")
    assert part(report, "settings.xml").find(W + "evenAndOddHeaders") is not None
    kinds = [r.get(W + "type") for r in part(report, "document.xml").iter(W + "footerReference")]
    assert kinds == ["default", "even"]


def test_fonts_are_declared_with_what_to_take_instead(report: bytes) -> None:
    fonts = {f.get(W + "name"): value(f, "altName") for f in part(report, "fontTable.xml")}
    assert fonts["仿宋_GB2312"] == "仿宋,FandolFang R,Noto Serif CJK SC"
    assert set(fonts) == {f.name for f in layout().fonts}
    with zipfile.ZipFile(io.BytesIO(report)) as archive:
        assert not [n for n in archive.namelist() if "fonts/" in n]


def test_quotes_and_dashes_are_told_to_be_chinese() -> None:
    document = part(made("# 报告\n落实“稳中求进”——总基调。").docx, "document.xml")
    assert {f.get(W + "hint") for f in document.iter(W + "rFonts")} == {"eastAsia"}


# Characters that a font does not have


def test_a_rare_character_is_warned_of_and_printed_in_another_font() -> None:
    written = made("# 漷县报告\n漷河治理见效，漷县昇龙。")
    assert [(w.character, w.font, w.other, w.line) for w in written.lacking] == [
        ("漷", "方正小标宋简体", "宋体", 1),
        ("漷", "仿宋_GB2312", "仿宋", 2),
        ("昇", "仿宋_GB2312", "仿宋", 2),
    ]
    assert (
        written.lacking[0].message("en")
        == "Line 1: “漷” is not in the font 方正小标宋简体; 宋体 is used for it."
    )
    runs_told = [
        ("".join(r.itertext()), value(r, "rPr/rFonts", "eastAsia"))
        for r in part(written.docx, "document.xml").iter(W + "r")
    ]
    assert runs_told[:2] == [("漷", "宋体"), ("县报告", None)]
    assert trace(written.docx).holds


def test_common_characters_and_punctuation_are_there() -> None:
    font = layout().styles["body"].font
    assert runs("全区完成“1200.5亿元”——增长4.1%，㎡、Ⅲ", font)[0][1] is False
    assert [c for c in "，。；：？！“”‘’（）〔〕《》——……、·％①ⅢABC123%" if font.lacks(c)] == []


def test_a_title_that_does_not_fit_is_told_of() -> None:
    twenty = "关于河东区国民经济和社会发展计划执行情况"
    assert len(twenty) == 20  # 20 × 22 pt fit into 156 mm, 21 do not
    assert made(f"# {twenty}\n正文。").manifest["wide"] == []
    found = made(f"# {twenty}的\n正文。").manifest
    assert found["wide"] == [{"text": f"{twenty}的", "line": 1}]
    assert remarks(found, "en")[0].startswith(f"Line 1: “{twenty}的” does not fit on one line")
    assert made(f"# 报告\n> {'某' * 28}\n正文。").manifest["wide"] == []
    assert len(made(f"# 报告\n> {'某' * 29}\n正文。").manifest["wide"]) == 1


# Kinds of documents


def test_a_letter_has_its_mark_between_red_lines_and_no_number_on_its_first_page() -> None:
    docx = made(HEADED, layout("letter")).docx
    document = part(docx, "document.xml")
    section = document.find(f".//{W}sectPr")
    assert section.find(W + "titlePg") is not None
    references = [(r.tag.removeprefix(W), r.get(W + "type")) for r in section if r.tag.endswith("Reference")]
    assert references[2:] == [("headerReference", "first"), ("footerReference", "first")]
    head, foot = part(docx, "header3.xml"), part(docx, "footer4.xml")
    assert "".join(head.itertext()) == "河东区发展和改革委员会"
    assert value(head, "p/pPr/pBdr/bottom") == "thickThinSmallGap"
    assert (value(head, "p/pPr/ind", "left"), value(head, "p/pPr/ind", "right")) == ("-454", "-340")  # 170 mm
    assert (value(foot, "p/pPr/pBdr/bottom"), "".join(foot.itertext())) == ("thinThickSmallGap", "")
    assert value(foot, "p/pPr/framePr", "w") == "9638"
    first = next(document.iter(W + "p"))
    assert (value(first, "pPr/pStyle"), "".join(first.itertext())) == ("Number", "河发改〔2023〕12号")
    assert trace(docx).holds


def test_a_bulletin_has_its_mark_above_the_number_and_a_red_line() -> None:
    docx = made(HEADED, layout("bulletin")).docx
    told = [(value(p, "pPr/pStyle"), "".join(p.itertext())) for p in part(docx, "document.xml").iter(W + "p")]
    empty = ("Flush", "")
    assert told[:8] == [
        ("Organ", "河东区发展和改革委员会"),
        empty,
        empty,
        ("Number", "河发改〔2023〕12号"),
        empty,
        empty,
        ("Title", "关于报送计划执行情况的函"),
        empty,
    ]
    mark, _a, _b, number = list(part(docx, "document.xml").iter(W + "p"))[:4]
    assert value(mark, "pPr/spacing", "before") == "2019"  # 35 mm below the type area's edge
    assert value(number, "pPr/pBdr/bottom", "color") == "E60012"


def test_the_imprint_has_thick_rules_outside_and_thin_ones_between() -> None:
    table = part(made(HEADED, layout("letter")).docx, "document.xml").find(f".//{W}tbl")
    borders = table.find(f"{W}tblPr/{W}tblBorders")
    assert [(b.tag.removeprefix(W), b.get(W + "sz")) for b in borders] == [
        ("top", "8"),
        ("bottom", "8"),
        ("insideH", "6"),
    ]
    assert value(table, "tblPr/tblpPr", "tblpYSpec") == "bottom"


@pytest.mark.parametrize(
    ("organ", "date", "seal", "expected"),
    [
        (11, 6.0, True, (1.5, 4.0)),  # the organ centred over the date
        (5, 6.0, True, (4.5, 4.0)),
        (30, 6.0, True, (0.0, 4.0)),
        (11, 6.0, False, (2.0, 5.0)),  # the date begins two characters right of the organ
        (5, 6.0, False, (5.0, 2.0)),
    ],
)
def test_where_signature_and_date_stand(
    organ: float, date: float, seal: bool, expected: tuple[float, float]
) -> None:
    assert signature_indents(organ, date, seal=seal) == expected


def test_a_district_may_lay_its_own_layout_over_ours(tmp_path: Path) -> None:
    own = tmp_path / "layouts" / "own.yaml"
    own.parent.mkdir()
    own.write_text(
        "- {key: internal, like: bulletin, name: 内部材料, name_en: Internal, head: none}\n", "utf-8"
    )
    found = layout("internal", tmp_path)
    assert (found.head, found.seal, found.page) == ("none", True, layout().page)
    assert sorted(layouts()) == ["bulletin", "congress_report", "letter"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("like: nothing", "layouts/own: like: nothing is no other layout"),
        ("like: letter, head: blue", "layouts/own: head: blue is none of none, letter, red"),
        ("like: letter, grid: {lines: 30}", "layouts/own: 30 lines do not fit between the margins"),
        ("like: letter, styles: {body: {font: nofont}}", "layouts/own: 'nofont'"),
    ],
)
def test_a_layout_that_cannot_be_is_named(tmp_path: Path, body: str, told: str) -> None:
    own = tmp_path / "layouts" / "own.yaml"
    own.parent.mkdir()
    own.write_text(f"- {{key: own, name: 样, name_en: Own, {body}}}\n", "utf-8")
    with pytest.raises(PackError) as error:
        layout("own", tmp_path)
    assert str(error.value) == told


# Measured


@pytest.fixture(scope="module")
def page() -> Any:
    """A page full of Chinese characters, rendered by LibreOffice."""
    if not pdf.available():
        pytest.skip("LibreOffice is not installed: the rendered page is not measured")
    text = FULL_LINE[2:] + FULL_LINE * 120
    return pypdfium2.PdfDocument(pdf.as_pdf(made(f"# 报告\n{text}。").docx, "report"))[1]


def places(page: Any) -> list[tuple[str, float, float, float]]:
    """Each printed character with its left and right edge and its line's height, in points."""
    text = page.get_textpage()
    found = [(text.get_text_range(n, 1), text.get_charbox(n, loose=True)) for n in range(text.count_chars())]
    return [(c, box[0], box[2], box[1]) for c, box in found if c.strip()]


def test_a_rendered_page_has_22_lines_of_28_characters(page: Any) -> None:
    body = [p for p in places(page) if p[0] in FULL_LINE]
    heights = sorted({round(p[3]) for p in body}, reverse=True)
    lines = [h for n, h in enumerate(heights) if n == 0 or heights[n - 1] - h > 3]
    assert len(lines) == 22
    counted = Counter(min(lines, key=lambda h: abs(h - p[3])) for p in body)
    assert set(counted.values()) == {28}
    assert (lines[0] - lines[-1]) / 21 == pytest.approx(29.45, abs=0.1)
    left, right = min(p[1] for p in body), max(p[2] for p in body)
    assert left / 72 * 25.4 == pytest.approx(28, abs=0.5)
    assert (right - left) / 72 * 25.4 == pytest.approx(156, abs=1)


def test_a_rendered_page_number_stands_7_mm_below_the_type_area(page: Any) -> None:
    text = page.get_textpage()
    dashes = [n for n in range(text.count_chars()) if text.get_text_range(n, 1) == "—"]
    middle = [sum(text.get_charbox(n)[1::2]) / 2 / 72 * 25.4 for n in dashes]
    assert len(middle) == 2
    assert middle == pytest.approx([35 - 7, 35 - 7], abs=1)
