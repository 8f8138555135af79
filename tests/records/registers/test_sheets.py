"""Workbooks out and in: whole or not at all, every bad cell at once, the same one again changes nothing."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from records.long_books import stretched
from records.registers.factories import AT, POINT, People, body, people, pond, ponds
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Code, Event, EvidenceFile, Passage, Shape, Standing
from tongjian.records.registers import actions, library, queries
from tongjian.records.registers.actions import Upload
from tongjian.records.registers.models import Item
from tongjian.records.registers.personal import opened
from tongjian.records.registers.problems import Refused
from tongjian.records.registers.sheets.out import export, template
from tongjian.records.registers.sheets.taking import Taken, take_in, take_in_all

pytestmark = pytest.mark.django_db
USCC = "91110000802100433B"
HEADINGS = ("编号", "名称", "地区", "类型", "面积（公顷）", "开工日期", "投用日期", "经度", "纬度")
GOOD = ("P1", "荷塘", "北镇", "人工", 3.5, date(2022, 3, 1), date(2022, 9, 1), 116.65, 39.9)


@pytest.fixture
def who() -> People:
    made = people()
    ponds(made.office)
    return made


def book(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS, name: str = "池塘台账") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.worksheets[0]
    sheet.title = name
    for row in (headings, *rows):
        sheet.append(row)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def take(data: bytes, by: Any) -> Taken:
    return take_in(data, "池塘.xlsx", library.register("ponds"), by=by, at=AT)


def bad(data: bytes, by: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        take(data, by)
    assert not Item.objects.exists()
    assert not EvidenceFile.objects.filter(name="池塘.xlsx").exists()
    assert all("%(" not in p.message for p in caught.value.problems)
    return [(p.cell, p.code.rpartition(".")[2]) for p in caught.value.problems]


def test_a_workbook_becomes_entries_with_places_stages_and_shapes(who: People) -> None:
    taken = take(book(GOOD, ("P2", "柳塘", None, "天然")), who.owner)
    assert (taken.rows, taken.added, taken.changed, taken.stages) == (2, 2, 0, 2)
    item = Item.objects.get(code="P1")
    assert (item.name, item.area and item.area.key, item.owner and item.owner.key) == (
        "荷塘", "north_town", "statistics",
    )  # fmt: skip
    assert item.attributes == {"kind": "dug", "surface": "3.50"}
    assert item.source is not None
    assert (item.source.locator, item.source.excerpt) == ("池塘台账!A2", "荷塘")
    assert Standing.objects.get(subject=item.pk).stage == "in_use"
    evidence = Passage.objects.get(subject=item.pk, stage="started").evidence
    assert (evidence.file, evidence.locator) == (taken.file, "池塘台账!F2")
    assert Shape.objects.get(pk=item.pk).geometry == POINT
    event = Event.objects.get(verb="registers.imported")
    assert event.data == {"register": "ponds", "rows": 2, "added": 2, "changed": 0, "stages": 2}


def test_the_same_workbook_again_changes_nothing(who: People) -> None:
    data = book(GOOD)
    take(data, who.owner)
    before = Event.objects.count()
    assert take(data, who.owner) == Taken(1)
    assert Event.objects.count() == before


def test_a_changed_row_changes_its_entry_and_what_has_no_column_stays(who: People) -> None:
    item = pond(who.owner, "荷塘", code="P1", attributes={"kind": "dug", "remark": "浅", "keeper": "王五"}, codes={"uscc": USCC}, geometry=POINT)  # fmt: skip
    taken = take(book(("P1", "莲塘", "天然"), headings=("Number", "Name", "Kind")), who.owner)
    assert (taken.added, taken.changed) == (0, 1)
    item.refresh_from_db()
    assert (item.name, opened(item), item.area and item.area.key) == (
        "莲塘", {"kind": "natural", "remark": "浅", "keeper": "王五"}, "north_town",
    )  # fmt: skip
    assert Code.objects.get(subject=item.pk, until=None).value == USCC
    assert Shape.objects.filter(pk=item.pk).exists()
    changes = Event.objects.get(verb="registers.amended").data["changes"]
    assert changes == {"name": ["荷塘", "莲塘"], "kind": ["dug", "natural"]}


def test_an_empty_cell_takes_a_value_away(who: People) -> None:
    item = pond(who.owner, code="P1", attributes={"kind": "dug", "remark": "浅"})
    take(book(("P1", "荷塘", "人工", None), headings=("编号", "名称", "类型", "备注")), who.owner)
    item.refresh_from_db()
    assert item.attributes == {"kind": "dug"}


def test_every_bad_cell_is_told_at_once(who: People) -> None:
    rows = (
        ("P1", "荷塘", "亚特兰蒂斯", "湖", "3.5", "三月", None, 116.65, None),
        ("P1", None, "北镇", None, 3.555, None, date(2022, 9, 1), 39.9, 116.65),
        (None, "柳塘", None, "天然", -1, date(2023, 5, 1), None, None, None),
        ("P3", "竹塘", None, "天然", True, date(2022, 5, 1), date(2022, 4, 1), None, None),
    )
    assert sorted(bad(book(*rows), who.owner)) == sorted(
        [
            ("C2", "unknown_reference"),
            ("D2", "not_option"),
            ("E2", "text_number"),
            ("F2", "not_date"),
            ("H2", "lonely_coordinate"),
            ("A3", "number_twice"),
            ("B3", "name_missing"),
            ("D3", "required"),
            ("E3", "too_precise"),
            ("G3", "stage_refused"),
            ("H3", "swapped"),
            ("A4", "number_missing"),
            ("E4", "below"),
            ("F4", "stage_refused"),
            ("E5", "not_number"),
            ("G5", "stage_refused"),
        ]
    )


def test_merged_cells_and_formulas_are_told(who: People) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(GOOD, ("P2", "柳塘", None, "天然"))))
    sheet = made.worksheets[0]
    sheet.merge_cells("C2:C3")
    sheet["E3"] = "=1+1"
    assert bad(saved(made), who.owner) == [("C2:C3", "merged"), ("E3", "cell_value")]


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        (("编号", "名称", "类型", "名称"), [("D1", "heading_twice")]),
        (("编号", "名称", "类型", "水深"), [("D1", "heading_unknown")]),
        (("序号", "名称", "类型", "备注"), [("", "heading_missing")]),
        (("甲", "乙", "丙", "丁"), [("", "sheet_missing")]),
    ],
)
def test_headings_that_do_not_fit(
    who: People, headings: tuple[str, ...], told: list[tuple[str, str]]
) -> None:
    assert bad(book(("P1", "荷塘", "人工", "x"), headings=headings), who.owner) == told


def test_no_rows_and_no_workbook(who: People) -> None:
    assert bad(book(), who.owner) == [("", "no_rows")]
    assert bad(b"not a workbook", who.owner) == [("", "not_xlsx")]


def test_a_recorded_day_is_not_changed_by_a_workbook(who: People) -> None:
    take(book(GOOD), who.owner)
    other = (*GOOD[:5], date(2022, 3, 2), *GOOD[6:])
    with pytest.raises(Refused) as caught:
        take(book(other), who.owner)
    assert [(p.cell, p.code) for p in caught.value.problems] == [("F2", "registers.stage_changed")]


def test_a_town_brings_only_its_own_entries(who: People) -> None:
    take(book(GOOD), who.clerk)
    with pytest.raises(Refused) as caught:
        take(book(("P2", "柳塘", "南镇", "天然"), ("P3", "竹塘", None, "天然")), who.clerk)
    assert [(p.cell, p.code) for p in caught.value.problems] == [
        ("C2", "registers.not_yours"),
        ("C3", "registers.not_yours"),
    ]
    with pytest.raises(NotAllowed):
        take(book(GOOD), who.reader)


def test_what_goes_out_comes_in_unchanged(who: People) -> None:
    take(book(GOOD), who.owner)
    pond(who.owner, "=cmd|' /C calc'!A0", code="P2", area="south_town")
    item = Item.objects.get(code="P1")
    actions.amend(
        item.pk,
        actions.Changes(attributes={"fenced": True, "fish": 4, "surveyed_on": "2022-01-31", "unit": "finance", "keeper": "王五"}, codes={"uscc": USCC}),
        reason="补",
        by=who.owner,
        at=AT,
    )  # fmt: skip
    register, items = library.register("ponds"), Item.objects.order_by("code")
    before = Event.objects.count()
    for language in ("zh", "en"):
        for personal in (True, False):
            data = export(register, items, language=language, personal=personal)
            assert take(data, who.owner) == Taken(2)
    assert Event.objects.count() == before


def test_text_that_begins_like_a_formula_stays_text(who: People) -> None:
    pond(who.owner, "=1+1", attributes={"kind": "dug", "remark": '=HYPERLINK("x")'})
    register = library.register("ponds")
    made = openpyxl.load_workbook(io.BytesIO(export(register, Item.objects.all())))
    cells = [c for row in made.worksheets[0].iter_rows(min_row=2) for c in row if c.value is not None]
    assert {c.data_type for c in cells if str(c.value).startswith("=")} == {"s"}
    assert "=1+1" in {c.value for c in cells}


def test_personal_columns_are_left_out_unless_asked_for(who: People) -> None:
    pond(who.owner, attributes={"kind": "dug", "keeper": "王五"})
    register = library.register("ponds")
    for personal in (False, True):
        made = openpyxl.load_workbook(io.BytesIO(export(register, Item.objects.all(), personal=personal)))
        words = {c.value for row in made.worksheets[0].iter_rows() for c in row}
        assert ({"管护人", "王五"} <= words) is personal


def test_the_file_of_a_register_with_persons_is_not_for_everybody(who: People) -> None:
    taken = take(book(GOOD), who.owner)
    assert taken.file is not None
    assert taken.file.sensitivity == "personal"


def test_a_template_offers_choices_and_explains_each_column(who: People) -> None:
    made = openpyxl.load_workbook(io.BytesIO(template(library.register("ponds"), language="en")))
    sheet, told = made.worksheets
    assert [c.value for c in sheet[1]][:5] == ["Number", "Name", "Area", "Owner", "Kind"]
    assert {v.formula1 for v in sheet.data_validations.dataValidation} == {'"Natural,Dug"', '"yes,no"'}
    assert told.title == "Help"
    assert told.max_row == 1 + len(sheet[1])
    with pytest.raises(Refused) as caught:
        take(saved(made), who.owner)
    assert caught.value.problems[0].code == "registers.no_rows"


def test_a_reopened_stage_may_be_entered_again_by_a_workbook(who: People) -> None:
    take(book(GOOD), who.owner)
    item = Item.objects.get()
    photo = Upload("a.jpg", b"a", "site_photo")
    actions.reopen_stage(
        item.pk, "started", on=date(2022, 10, 1), evidence=photo, note="返工", by=who.owner, at=AT
    )
    again = (*GOOD[:6], date(2022, 12, 1), *GOOD[7:])
    assert take(book(again), who.owner).stages == 1
    register = library.register("ponds")
    assert queries.by_stage(queries.visible_to(who.owner), register) == {"in_use": 1}


def test_one_workbook_may_hold_several_registers_all_or_nothing(who: People) -> None:
    ponds(who.office, key="wells", name="水井台账", counts=[])
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, kind in (("池塘台账", "人工"), ("水井台账", "湖")):
        sheet = made.create_sheet(name)
        sheet.append(("编号", "名称", "类型"))
        sheet.append(("P1", "甲", kind))
    registers = [library.register(k) for k in ("ponds", "wells")]
    with pytest.raises(Refused) as caught:
        take_in_all(saved(made), "册.xlsx", registers, by=who.office, at=AT)
    assert [p.where for p in caught.value.problems] == ["水井台账!C2"]
    assert not Item.objects.exists()
    made["水井台账"]["C2"] = "人工"
    done = take_in_all(saved(made), "册.xlsx", registers, by=who.office, at=AT)
    assert {key: taken.added for key, taken in done.items()} == {"ponds": 1, "wells": 1}


def test_a_wrong_code_is_told_and_a_questionable_one_is_kept_with_its_verdict(who: People) -> None:
    headings = ("编号", "名称", "类型", "统一社会信用代码")
    data = book(("P1", "荷塘", "人工", "91110000802100433C"), headings=headings)
    assert bad(data, who.owner) == [("D2", "code_bad")]
    take(book(("P1", "荷塘", "人工", USCC), headings=headings), who.owner)
    assert Code.objects.get().verdict in {"ok", "warning"}


def test_rows_refer_to_one_another_by_number_or_name(who: People) -> None:
    feeds = {"title": "上游池塘", "x-title-en": "Fed by", "x-reference": "ponds"}
    ponds(who.office, attributes={**body()["attributes"], "fed_by": feeds})
    headings = ("编号", "名称", "类型", "上游池塘")
    rows = [("P1", "荷塘", "人工", "P2"), ("P2", "柳塘", "天然", None), ("P3", "竹塘", "天然", "荷塘")]
    take(book(*rows, headings=headings), who.owner)
    assert [i.attributes.get("fed_by") for i in Item.objects.order_by("code")] == ["P2", None, "P1"]
    more = book(("P4", "梅塘", "人工", "P9"), ("P5", "松塘", "人工", "P3"), headings=headings)
    with pytest.raises(Refused) as caught:
        take(more, who.owner)
    assert [p.where for p in caught.value.problems] == ["池塘台账!D2"]


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_refused_whole_with_what_to_do(who: People) -> None:
    with pytest.raises(Refused) as caught:
        take(stretched(book(GOOD), 100_000), who.owner)
    (told,) = caught.value.problems
    assert told.code == "sheets.too_many_cells"
    assert told.message == "工作簿超过 60000 行、100 列或 20 张工作表。请拆分后分别上传。"
    assert not Item.objects.exists()
    assert not EvidenceFile.objects.filter(name="池塘.xlsx").exists()
