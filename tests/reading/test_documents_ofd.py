"""OFD: text codes by place, page furniture and pictures listed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from document_makers import archive

from tongjian.reading.documents import open_document
from tongjian.reading.errors import ReadingError
from tongjian.reading.types import Skipped

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'
Placed = tuple[float, float, float, str]  # x, y in millimetres from the upper left, size, text


def ofd(pages: Sequence[Sequence[Placed]], extra: str = "") -> bytes:
    files = {
        "OFD.xml": f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        "</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>"
        + "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    for i, placed in enumerate(pages):
        shown = "".join(_text(*line) for line in placed)
        files[f"Doc_0/Pages/Page_{i}/Content.xml"] = (
            f"<ofd:Page {NS}><ofd:Content><ofd:Layer>{shown}{extra}</ofd:Layer></ofd:Content></ofd:Page>"
        )
    return archive(files)


def _text(x: float, y: float, size: float, text: str) -> str:
    steps = f' DeltaX="g {len(text) - 1} {size}"' if len(text) > 1 else ""
    return (
        f'<ofd:TextObject Boundary="{x} {y - size} 160 {size}" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}"{steps}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def test_lines_make_paragraphs_and_page_numbers_are_left_out() -> None:
    full = "全年地区生产总值五百亿元比上年增长百分之五其中第一产业"
    document = open_document(
        ofd(
            [
                [
                    (40, 40, 5, "二〇二二年公报"),
                    (33, 60, 5, full),
                    (28, 70, 5, "增加值二十亿元。"),
                    (100, 285, 4, "—1—"),
                ],
                [(33, 40, 5, "财政收入二十亿元。"), (100, 285, 4, "—2—")],
            ]
        ),
        "公报.ofd",
    )
    assert document.source == "ofd"
    assert document.text.split("\n") == ["二〇二二年公报", full + "增加值二十亿元。", "财政收入二十亿元。"]
    assert [b.page for b in document.blocks] == [1, 1, 2]
    assert document.skipped == (Skipped("page furniture: —1— … —2—", "repeats on every page"),)
    assert document.skipped[0].characters == 6


def test_runs_of_a_line_are_joined_and_gaps_kept() -> None:
    document = open_document(ofd([[(30, 60, 5, "产值"), (40, 60, 5, "5"), (80, 60, 5, "亿元")]]), "a.ofd")
    assert document.text == "产值5 亿元"


def test_pictures_are_listed() -> None:
    document = open_document(ofd([[(30, 60, 5, "产值5亿元")]], '<ofd:ImageObject ID="9"/>'), "a.ofd")
    assert document.skipped == (Skipped("picture", "not text"),)


@pytest.mark.parametrize(
    ("data", "code"),
    [(ofd([[]]), "reading.pdf_scanned"), (ofd([]), "reading.ofd_damaged")],
)
def test_without_text(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as caught:
        open_document(data, "a.ofd")
    assert caught.value.code == code


@pytest.mark.parametrize("word", ["inf", "nan", "1e300", "x", "g 999999999 5"])
def test_wild_numbers_do_no_harm(word: str) -> None:
    shown = f'<ofd:TextObject Boundary="0 0 {word} 5" Size="{word}" CTM="1 0 0 1 {word} 0"><ofd:TextCode X="{word}" Y="3" DeltaX="{word}">产值5亿元</ofd:TextCode></ofd:TextObject>'
    assert open_document(ofd([[(30, 60, 5, "甲")]], shown), "a.ofd").text.count("产值5亿元") == 1
