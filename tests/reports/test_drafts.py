"""Binding a typed docx: anchors in place, everything else untouched; when a printed number is the ledger's."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongjian.reading.api import read_text
from tongjian.reading.documents.package import open_package
from tongjian.reading.types import Figure
from tongjian.reports.drafts.agreeing import agrees, as_printed
from tongjian.reports.drafts.lists import is_uneven
from tongjian.reports.drafts.named import is_named
from tongjian.reports.drafts.places import Anchor, Body
from tongjian.reports.drafts.zipped import manifest_path, rewritten
from tongjian.reports.known import Known
from tongjian.values import Bound, Number

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}" Target="word/document.xml"/></Relationships>',
    "word/styles.xml": f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"/></w:styles>',
}


def docx(body: str) -> bytes:
    """The smallest docx with this body, and a part that must come through as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
        )
    return out.getvalue()


def runs(pieces: list[str]) -> str:
    inside = "".join(
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{p}</w:t></w:r>' for p in pieces if p
    )
    return f"<w:p>{inside}</w:p>"


def body_of(data: bytes) -> Body:
    return Body(open_package(data, "draft.docx"))


def bound(data: bytes, anchors: list[Anchor]) -> bytes:
    package = open_package(data, "draft.docx")
    body = Body(package)
    body.anchor(anchors)
    return rewritten(package, body.written(), {"version": 1})


@settings(max_examples=60, deadline=None)
@given(
    st.text("收入增长89.4%，亿元<&", min_size=1, max_size=24).map(
        lambda t: t.replace("<", "").replace("&", "")
    ),
    st.data(),
)
def test_anchors_stand_where_they_were_put_and_the_text_stays(text: str, data: st.DataObject) -> None:
    if not text:
        return
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    anchors = [
        Anchor(f"tj_{n}", a, b) for n, (a, b) in enumerate(zip(places[::2], places[1::2], strict=False))
    ]
    before = docx(runs(pieces))
    after = bound(before, anchors)
    found = body_of(after)
    assert found.text == body_of(before).text
    assert [(m.name, m.start, m.end) for m in found.earlier] == [(a.name, a.start, a.end) for a in anchors]


def test_every_run_keeps_its_properties_and_other_parts_their_bytes() -> None:
    before = docx(runs(["收入89.4", "亿元，增长3%"]))
    after = bound(before, [Anchor("tj_1", 2, 8), Anchor("tj_2", 11, 13)])
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        assert archive.read("word/styles.xml").decode() == PARTS["word/styles.xml"]
        written = archive.read("word/document.xml").decode()
    assert written.count("<w:r>") == written.count("<w:b/>") == 5


def test_binding_again_takes_the_earlier_anchors_away_and_keeps_one_manifest() -> None:
    once = bound(docx(runs(["收入89.4亿元"])), [Anchor("tj_1", 2, 8)])
    twice = bound(once, [Anchor("tj_9", 2, 8)])
    assert [m.name for m in body_of(twice).earlier] == ["tj_9"]
    with zipfile.ZipFile(io.BytesIO(twice)) as archive:
        assert [n for n in archive.namelist() if n.startswith("customXml/item1")] == ["customXml/item1.xml"]
        assert len(archive.namelist()) == len(set(archive.namelist()))
    assert manifest_path(open_package(twice, "x")) == "customXml/item1.xml"


def test_a_bookmark_of_somebody_else_stays() -> None:
    body = f'<w:p><w:bookmarkStart w:id="7" w:name="mine"/>{runs(["收入89.4亿元"])[5:-6]}<w:bookmarkEnd w:id="7"/></w:p>'
    after = bound(docx(body), [Anchor("tj_1", 2, 8)])
    with zipfile.ZipFile(io.BytesIO(after)) as archive:
        written = archive.read("word/document.xml").decode()
    assert 'w:name="mine"' in written
    assert 'w:id="8"' in written


# When a printed number is the ledger's


def figure(value: str, unit: str, bound: str = "eq", kind: str = "level") -> Figure:
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    decimals = max(-exponent, 0) if isinstance(exponent, int) else 0
    fields: dict[str, Any] = {
        "start": 0, "end": 1, "text": value + unit, "value": number, "decimals": decimals, "unit": unit,
        "indicator": "收入", "period": "2022", "period_stated": True, "kind": kind, "status": "actual",
        "bound": bound, "bound_word": None, "basis": None, "comparator": None, "scope": None, "form": "digits",
    }  # fmt: skip
    return Figure(**fields)


def known(value: str, unit: str, bound: Bound = Bound.EQ, measure: str = "level") -> Known:
    return Known("m @ 2022", Number.parse(value), unit, measure, "m", "收入", "某区", "2022", bound=bound)


@pytest.mark.parametrize(
    ("printed", "kept", "same"),
    [
        (figure("89.43", "亿元"), known("894321", "万元"), True),
        (figure("89.43", "亿元"), known("894461", "万元"), False),
        (figure("89.4", "亿元"), known("89.49", "亿元"), True),  # cut
        (figure("89.5", "亿元"), known("89.49", "亿元"), True),  # rounded
        (figure("-3.1", "%"), known("-3.2", "%"), False),
        (figure("4", "亿元", "lt"), known("3.96", "亿元"), True),
        (figure("4", "亿元", "lt"), known("4.02", "亿元"), False),  # 近4亿 said of more
        (figure("5000", "座", "over"), known("5012", "座"), True),
        (figure("5000", "座", "over"), known("4998", "座"), False),
        (figure("540", "亿元", "approx"), known("538.7", "亿元"), True),
        (figure("560", "亿元", "approx"), known("540", "亿元"), False),
        (figure("89.43", "亿元"), known("89.43", "%"), False),
        (figure("4", "", kind="rank"), known("4", "位", measure="rank"), True),
    ],
)
def test_a_number_agrees_as_it_is_said(printed: Figure, kept: Known, same: bool) -> None:
    assert agrees(printed, kept) is same


def test_the_ledger_s_value_is_offered_in_the_printed_unit_and_precision() -> None:
    assert as_printed(figure("89.43", "亿元"), known("915678", "万元")) == "91.57亿元"
    assert as_printed(figure("5", "%"), known("4.26", "%")) == "4%"


@pytest.mark.parametrize(
    ("text", "number", "named"),
    [
        ("2022年完成投资", "2022", True),
        ("60岁及以上人群", "60", True),
        ("建设“10分钟生活圈”若干", "10", True),
        ("\n（3）工业", "3", True),
        ("新增企业13家", "13", False),
        ("全区万亩森林组团", "万", True),
        ("新增造林近万亩", "万", False),
    ],
)
def test_numbers_of_names_and_dates_need_no_source(text: str, number: str, named: bool) -> None:
    start = text.index(number)
    assert is_named(text, start, start + len(number)) is named


@pytest.mark.parametrize(
    ("sentence", "printed", "name", "uneven"),
    [
        ("林木覆盖率、代表之家和代表站达标率分别为34%、97%。", "34%", "代表之家和代表站达标率", True),
        ("林木覆盖率、代表之家和代表站达标率分别为34%、97%。", "97%", "代表之家和代表站达标率", False),
        ("林木覆盖率、代表之家和代表站达标率分别为34%、97%。", "97%", "林木覆盖率", True),
        ("林木覆盖率、代表之家和代表站达标率分别为34%、97%。", "34%", "林木覆盖率", False),
        ("林木覆盖率和代表站达标率分别为34%和97%。", "34%", "林木覆盖率", False),  # as many names as numbers
        ("林木覆盖率和代表站达标率分别为34%和97%。", "97%", "林木覆盖率", True),
        ("林木覆盖率和代表站达标率分别为34%和97%。", "97%", "达标率", False),
        ("代表之家、代表站达标率为97%。", "97%", "代表之家", False),
    ],
)
def test_in_a_list_of_more_names_than_numbers_a_name_must_have_its_place(
    sentence: str, printed: str, name: str, uneven: bool
) -> None:
    found = read_text(sentence).figures
    figure = next(f for f in found if f.text == printed)
    assert is_uneven(sentence, figure, found, name) is uneven
