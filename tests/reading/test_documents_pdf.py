"""PDF: lines into paragraphs, furniture out, pages kept."""

from __future__ import annotations

import pytest
from document_makers import Placed, pdf

from tongjian.reading.documents import open_document
from tongjian.reading.documents.paragraphs import joined, plain
from tongjian.reading.types import Skipped

LEFT, SIZE = 80.0, 20.0
FULL = "新建公园三座并改造道路十二条同时增加停车位"  # 21 characters: the width of the column


def page(*lines: tuple[int, str], number: int | None = None, head: str | None = None) -> list[Placed]:
    """Lines from the top with an indent in characters; a page number below, a running head above."""
    placed = [(LEFT + indent * SIZE, 700 - 30 * i, SIZE, text) for i, (indent, text) in enumerate(lines)]
    placed += [(280.0, 40.0, 12.0, f"— {number} —")] if number else []
    return placed + ([(200.0, 800.0, 12.0, head)] if head else [])


def test_lines_become_paragraphs_that_run_over_pages() -> None:
    first = page(
        (2, FULL[:-2]), (0, FULL), (0, "九百个。"), (2, "第二段" + FULL[:-5]), number=1, head="某区报告"
    )
    second = page((0, "接着第二段。"), (2, "第三段。"), number=2, head="某区报告")
    document = open_document(pdf([first, second]), "a.pdf")
    assert document.text == f"{FULL[:-2]}{FULL}九百个。\n第二段{FULL[:-5]}接着第二段。\n第三段。"
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert document.source == "pdf"
    assert document.skipped == (
        Skipped("page furniture: —1— … —2—", "repeats on every page"),
        Skipped("page furniture: 某区报告", "repeats on every page"),
    )


def test_spaces_that_spread_a_line_are_dropped() -> None:
    assert open_document(pdf([page((0, "完 成 投 资 25 亿 元"))]), "a.pdf").text == "完成投资25亿元"


def test_gaps_and_spaces_between_latin_words_stay() -> None:
    cells = [(LEFT, 600.0, SIZE, "学位"), (LEFT + 100, 600.0, SIZE, "个"), (LEFT + 200, 600.0, SIZE, "900")]
    assert open_document(pdf([cells]), "a.pdf").text == "学位 个 900"
    assert open_document(pdf([page((0, "引进Smart City项目"))]), "a.pdf").text == "引进Smart City项目"


def test_a_line_after_a_short_one_is_a_new_paragraph() -> None:
    lines = page((0, FULL), (0, "到此为止。"), (0, FULL), (0, "又一段。"))
    assert open_document(pdf([lines]), "a.pdf").text == f"{FULL}到此为止。\n{FULL}又一段。"


def test_a_heading_in_larger_type_stands_alone() -> None:
    heading = (LEFT, 760.0, 30.0, "某区二〇二二年计划执行报告")
    assert open_document(pdf([[heading, *page((0, FULL))]]), "a.pdf").text == f"{heading[3]}\n{FULL}"


def test_a_page_without_text_is_listed() -> None:
    document = open_document(pdf([page((0, "正文。")), []]), "a.pdf")
    assert document.skipped == (Skipped("page: 2", "no text layer: blank, or a scanned image"),)


def test_a_number_in_the_text_is_no_page_number() -> None:
    document = open_document(pdf([page((0, "共计"), (0, "1200"), (0, "完"))]), "a.pdf")
    assert document.text.split("\n") == ["共计", "1200", "完"]


def test_radicals_become_the_characters_they_look_like() -> None:
    assert plain("\u2f00\u2f17\u2f49\uf9fd") == "一十月什"


def test_lines_are_joined_without_a_space_but_between_latin_words() -> None:
    assert joined("新建", "公园") == "新建公园"
    assert joined("12", "34") == "1234"
    assert joined("Smart", "City") == "Smart City"


def test_two_columns_are_read_one_after_the_other() -> None:
    left = [(60.0, 700.0 - 20 * i, 12.0, "左栏的文字一行接着一行排满为止共有十九字") for i in range(6)]
    right = [(320.0, 700.0 - 20 * i, 12.0, "右栏的文字一行接着一行排满为止共有十九字") for i in range(6)]
    document = open_document(pdf([[(60.0, 740.0, 16.0, "全年经济运行情况"), *left, *right]]), "两栏.pdf")
    assert document.text == "全年经济运行情况\n" + "".join(line[3] for line in [*left, *right])


@pytest.mark.parametrize(
    ("turn", "places"),
    [(90, [(100, 80), (130, 80)]), (270, [(400, 700), (370, 700)]), (180, [(500, 100), (500, 130)])],
)
def test_a_page_set_sideways(turn: int, places: list[tuple[float, float]]) -> None:
    lines = [(*at, 16.0, text) for at, text in zip(places, ("产值二十亿元。", "税收三亿元。"), strict=True)]
    assert open_document(pdf([lines], turn=turn), "横排.pdf").text == "产值二十亿元。\n税收三亿元。"


def test_a_watermark_is_listed() -> None:
    document = open_document(pdf([[(80, 700, 16, "产值二十亿元。")]] * 2, aslant="内部资料"), "水印.pdf")
    assert document.text == "产值二十亿元。\n产值二十亿元。"
    assert document.skipped == (Skipped("watermark: 内部资料", "stands aslant over the page"),)
    assert document.skipped[0].characters == 8
