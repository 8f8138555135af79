"""docx: what a reader of the printed page sees is text, the rest is listed."""

from __future__ import annotations

import io
import re

import docx as python_docx
import pytest
from document_makers import docx, field, p, r
from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading.documents import open_document
from tongjian.reading.documents.numbering import chinese, formatted
from tongjian.reading.types import Block, Document, Skipped

BOX = "<w:txbxContent>{}</w:txbxContent>"


def opened(body: str, **parts: str) -> Document:
    return open_document(docx(body, parts), "样例.docx")


def test_a_file_of_python_docx_reads_paragraph_by_paragraph() -> None:
    made = python_docx.Document()
    made.add_paragraph("第一段。")
    made.add_paragraph("")
    made.add_paragraph("第二段。")
    out = io.BytesIO()
    made.save(out)
    document = open_document(out.getvalue(), "a.docx")
    assert document.text == "第一段。\n第二段。"
    assert document.blocks == (Block(0, 4, "paragraph"), Block(5, 9, "paragraph"))
    assert document.source == "docx"
    assert document.skipped == ()


@pytest.mark.parametrize(
    "body",
    [
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p(r('新增学位900个。'))}</w:sdtContent></w:sdt>",
        p(f"{r('新增学位')}<w:sdt><w:sdtContent>{r('900个。')}</w:sdtContent></w:sdt>"),
        p(
            f"{r('新增')}<w:ins>{r('学位')}</w:ins><w:del><w:r><w:delText>床位</w:delText></w:r></w:del>{r('900个。')}"
        ),
        p(
            f"{r('新增')}<w:hyperlink r:id='x'>{r('学位')}</w:hyperlink><w:smartTag>{r('900个。')}</w:smartTag>"
        ),
        p(r("新增学位") + field("REF total", r("900")) + r("个。")),
        p(f"{r('新增学位')}<w:fldSimple w:instr='REF total'>{r('900')}</w:fldSimple>{r('个。')}"),
        p(r("新增") + r("（草稿）", "<w:vanish/>") + r("学位900个。", '<w:vanish w:val="0"/>')),
        p(r("新增")).replace("</w:p>", "") + r("学位900个。") + "</w:p>",
    ],
)
def test_text_is_what_the_page_shows(body: str) -> None:
    assert opened(body).text == "新增学位900个。"


def test_a_code_inside_the_code_of_a_field_does_not_show() -> None:
    inner = field("IF " + "", r("0"))
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    body = mark.format("begin") + inner + mark.format("separate") + r("是") + mark.format("end")
    assert opened(p(body)).text == "是"


def test_deleted_and_hidden_text_is_listed() -> None:
    body = p(f"{r('保留')}<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>{r('不印', '<w:vanish/>')}")
    assert opened(body).skipped == (
        Skipped("deleted text: 删去", "tracked deletion"),
        Skipped("hidden text: 不印", "does not show on the page"),
    )


def test_a_paragraph_whose_mark_is_deleted_runs_into_the_next() -> None:
    body = p(r("前半"), "<w:rPr><w:del/></w:rPr>") + p(r("后半")) + p(r("另段"))
    assert opened(body).text == "前半后半\n另段"


def test_tabs_breaks_and_hyphens() -> None:
    run = "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>丁</w:t></w:r>"
    assert opened(p(run)).text == "甲\t乙\n丙-丁"


def test_a_table_gives_one_line_a_row_and_one_block_a_cell() -> None:
    def cell(*texts: str) -> str:
        return "<w:tc>" + "".join(p(r(text)) for text in texts) + "</w:tc>"

    rows = f"<w:tr>{cell('指标')}{cell('目标')}</w:tr><w:sdt><w:sdtContent><w:tr>{cell('学位')}{cell('900个', '以上')}</w:tr></w:sdtContent></w:sdt>"
    document = opened(p(r("附表")) + f"<w:tbl>{rows}</w:tbl>" + p(r("说明")))
    assert document.text == "附表\n指标\t目标\n学位\t900个\n以上\n说明"
    cells = [document.text[b.start : b.end] for b in document.blocks if b.kind == "cell"]
    assert cells == ["指标", "目标", "学位", "900个\n以上"]


def test_a_table_inside_a_cell_stays_inside() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p(r('乙'))}</w:tc><w:tc>{p(r('丙'))}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl><w:tr><w:tc>{p(r('甲'))}{inner}{p('')}</w:tc><w:tc>{p(r('丁'))}</w:tc></w:tr></w:tbl>"
    assert opened(body).text == "甲\n乙\t丙\t丁"


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    content = BOX.format(p(r("框内")))
    choice = f"<mc:Choice Requires='wps'><w:drawing><wp:anchor><wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice>"
    fallback = (
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
    )
    body = p(f"{r('前')}<w:r><mc:AlternateContent>{choice}{fallback}</mc:AlternateContent></w:r>{r('后')}")
    assert opened(body + p(r("下段"))).text == "前后\n框内\n下段"


def test_what_stands_beside_the_text_is_listed() -> None:
    picture = (
        "<w:r><w:drawing><wp:inline><wp:docPr id='1' name='x' descr='航拍'/></wp:inline></w:drawing></w:r>"
    )
    document = opened(
        p(r("正文") + picture),
        header=p(r("内部资料")),
        footer=p(r("第1页")),
        footnotes=f"<w:footnote>{p(r('含社会投资'))}</w:footnote>",
    )
    assert document.text == "正文"
    assert document.skipped == (
        Skipped("picture: 航拍", "not text"),
        Skipped("header: 内部资料", "repeats on every page"),
        Skipped("footer: 第1页", "repeats on every page"),
        Skipped("footnote: 含社会投资", "outside the running text"),
    )


@pytest.mark.parametrize(
    "contents",
    [
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
        f"<w:sdtContent>{p(r('一、回顾 1'))}</w:sdtContent></w:sdt>",
        p(field('TOC \\o "1-3"', r("一、回顾 ") + field("PAGEREF _1", r("1")))),
    ],
)
def test_a_table_of_contents_is_listed_not_read(contents: str) -> None:
    document = opened(contents + p(r("一、回顾")))
    assert document.text == "一、回顾"
    assert document.skipped == (Skipped("table of contents: 一、回顾 1", "repeats the headings"),)
    assert document.skipped[0].characters == 5


def test_automatic_numbers_are_read_as_printed() -> None:
    levels = (
        "<w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='chineseCountingThousand'/><w:lvlText w:val='%1、'/></w:lvl>"
        "<w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='japaneseCounting'/><w:lvlText w:val='（%2）'/></w:lvl>"
        "<w:lvl w:ilvl='2'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='%3.'/></w:lvl>"
        "<w:lvl w:ilvl='3'><w:numFmt w:val='bullet'/><w:lvlText w:val='*'/></w:lvl>"
    )
    numbering = f"<w:abstractNum w:abstractNumId='0'>{levels}</w:abstractNum><w:num w:numId='7'><w:abstractNumId w:val='0'/></w:num>"
    styles = (
        "<w:style w:styleId='H1'><w:pPr><w:numPr><w:numId w:val='7'/></w:numPr></w:pPr></w:style>"
        "<w:style w:styleId='H1b'><w:basedOn w:val='H1'/></w:style>"
    )

    def at(level: int, text: str) -> str:
        return p(r(text), f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='7'/></w:numPr>")

    body = [
        p(r("回顾"), "<w:pStyle w:val='H1'/>"),
        at(1, "经济"),
        at(2, "2022年"),
        at(2, "工业"),
        at(1, "民生"),
        at(3, "点"),
    ]
    body += [p(r("安排"), "<w:pStyle w:val='H1b'/>"), at(1, "投资")]
    text = opened("".join(body), numbering=numbering, styles=styles).text
    assert text.split("\n") == [
        "一、回顾", "（一）经济", "1. 2022年", "2. 工业", "（二）民生", "点", "二、安排", "（一）投资",
    ]  # fmt: skip


def test_numbers_as_word_prints_them() -> None:
    assert [chinese(n) for n in (1, 10, 11, 20, 35, 99, 100)] == [
        "一",
        "十",
        "十一",
        "二十",
        "三十五",
        "九十九",
        "一〇〇",
    ]
    kinds = (
        "decimal",
        "decimalZero",
        "decimalEnclosedCircle",
        "upperLetter",
        "lowerRoman",
        "decimalFullWidth",
    )
    assert [formatted(4, kind) for kind in kinds] == ["4", "04", "④", "D", "iv", "４"]


INLINE = st.recursive(
    st.text("产值增5亿", min_size=1, max_size=4).map(r),
    lambda inner: st.one_of(
        st.tuples(
            st.sampled_from(["ins", "del", "moveFrom", "hyperlink", "smartTag", "oddMarkup"]), inner
        ).map(lambda t: f"<w:{t[0]}>{t[1]}</w:{t[0]}>"),
        inner.map(lambda x: f"<w:sdt><w:sdtPr/><w:sdtContent>{x}</w:sdtContent></w:sdt>"),
        inner.map(
            lambda x: f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{x}</w:sdtContent></w:sdt>"
        ),
        st.tuples(st.sampled_from(["PAGE", "TOC", "IF x"]), inner).map(lambda t: field(t[0], t[1])),
        st.lists(inner, max_size=3).map("".join),
        st.just(r("藏", "<w:vanish/>")),
    ),
    max_leaves=6,
)
BLOCK = st.recursive(
    INLINE.map(p),
    lambda inner: st.one_of(
        inner.map(lambda x: f"<w:tbl><w:tr><w:tc>{x}</w:tc><w:tc>{p(r('5'))}</w:tc></w:tr></w:tbl>"),
        inner.map(lambda x: f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{x}</w:tc></w:tr></w:tbl>"),
        inner.map(
            lambda x: p(
                f"<w:r><w:pict><v:textbox><w:txbxContent>{x}</w:txbxContent></v:textbox></w:pict></w:r>"
            )
        ),
        inner.map(lambda x: f"<w:oddBlock>{x}</w:oddBlock>"),
        st.lists(inner, min_size=1, max_size=3).map("".join),
    ),
    max_leaves=6,
)


@given(BLOCK)
def test_no_character_is_lost(body: str) -> None:
    """Every character of the body is in a block or counted among the skipped."""
    document = opened(body + p(r("末")))
    printed = "".join(re.findall(r"<w:t [^>]*>([^<]*)</w:t>", body)) + "末"
    shown = "".join(document.text.split())
    assert len(shown) + sum(s.characters for s in document.skipped) == len(printed)
    assert "".join("".join(document.text[b.start : b.end].split()) for b in document.blocks) == shown
