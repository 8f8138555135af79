"""txt: the text is the file, decoded, nothing changed."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading.documents import open_document
from tongjian.reading.errors import ReadingError
from tongjian.reading.types import Block, Skipped

TEXT = "某区计划报告\r\n\r\n　　全年新增学位900个。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "gbk"])
def test_the_text_is_the_file_decoded(encoding: str) -> None:
    document = open_document(TEXT.encode(encoding), "a.txt")
    assert document.text == TEXT
    assert document.blocks == (Block(0, 6, "paragraph"), Block(10, 23, "paragraph"))
    assert document.skipped == ()


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_a_byte_order_mark_is_no_text_and_is_listed(mark: bytes, encoding: str) -> None:
    document = open_document(mark + TEXT.encode(encoding), "a.txt")
    assert document.text == TEXT
    assert document.skipped == (Skipped("byte order mark", "marks the encoding, is not part of the text"),)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
def test_blocks_hold_every_character_but_blanks_and_line_ends(text: str) -> None:
    written = "报告：" + text
    document = open_document(written.encode(), "a.txt")
    held = "".join(document.text[b.start : b.end] for b in document.blocks)
    assert document.text == written
    assert "".join(held.split()) == "".join(written.split())


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(128, 256)) * 4,
        "全年新增学位九百个，新建公园三座。".encode()[:-4],  # UTF-8 cut in the middle of a character
        "全年新增学位九百个".encode().replace("九".encode(), b"\xe4\xb9") + b"\xff",
        "全年新增學位九百個，新建公園三座，實現財政收入穩步增長。".encode("big5"),
        "Größe über Maß, crème brûlée".encode("latin-1"),
        b"a\x00b\x00c\x00",
        b"\xff\xfe\x41",
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ReadingError) as caught:
        open_document(data, "a.txt")
    assert caught.value.code == "reading.undecodable"
