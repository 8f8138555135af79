"""Entries are added, amended, archived, moved on; who may, what the log says, and what stays hidden."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from records.registers.factories import AT, POINT, People, body, given, people, pond, ponds, with_attributes
from tongjian.kernel import definitions
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Code, Definition, Event, Passage, Shape, Standing, Subject
from tongjian.kernel.passages import StageRefused
from tongjian.packs import entries
from tongjian.records.registers import actions, defining, library, personal, queries
from tongjian.records.registers.actions import Changes, Upload
from tongjian.records.registers.history import history
from tongjian.records.registers.models import Attachment, Item, RegisterKey
from tongjian.records.registers.problems import Refused
from tongjian.records.registers.queries import Filter

pytestmark = pytest.mark.django_db
USCC = "91110000802100433B"
PHOTO = Upload("photo.jpg", b"photo", "site_photo")


@pytest.fixture
def who() -> People:
    made = people()
    ponds(made.office)
    return made


def refused(caught: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(p.cell, p.code.removeprefix("registers.")) for p in caught.value.problems]


def test_an_entry_keeps_what_was_given(who: People) -> None:
    item = pond(who.owner, attributes={"kind": "人工", "surface": "3.5", "keeper": "王五"}, codes={"uscc": USCC.lower()}, geometry=POINT)  # fmt: skip
    item.refresh_from_db()
    assert (item.code, item.name, item.area and item.area.key, item.owner and item.owner.key) == (
        "0001", "荷塘", "north_town", "statistics",
    )  # fmt: skip
    assert personal.opened(item) == {"kind": "dug", "surface": "3.50", "keeper": "王五"}
    assert (item.register_version, item.sensitivity) == (1, "internal")
    assert item.subject.key == "ponds-0001"
    assert Code.objects.get(subject=item.pk).value == USCC
    assert Shape.objects.get(pk=item.pk).geometry == POINT
    assert "王五" not in item.text
    assert {"荷塘", "dug", "人工"} <= set(item.text.split())


def test_numbers_follow_each_other_and_stand_once(who: People) -> None:
    pond(who.owner, code="0041")
    assert pond(who.owner).code == "0042"
    with pytest.raises(Refused) as caught:
        pond(who.owner, code="0041")
    assert refused(caught) == [("code", "number_taken")]


def test_everything_wrong_is_told_and_nothing_is_written(who: People) -> None:
    before = Subject.objects.count()
    with pytest.raises(Refused) as caught:
        pond(who.owner, " ", area="亚特兰蒂斯", attributes={"surface": "多"}, codes={"uscc": "123"}, geometry={"type": "LineString", "coordinates": [[116, 39], [117, 40]]})  # fmt: skip
    assert refused(caught) == [
        ("kind", "required"),
        ("surface", "not_number"),
        ("uscc", "code_bad"),
        ("geometry", "geometry_kind"),
        ("name", "name_missing"),
        ("area", "unknown_reference"),
    ]
    assert Subject.objects.count() == before


def test_a_change_says_each_field_and_hides_personal_ones(who: People) -> None:
    item = pond(who.owner, attributes={"kind": "dug", "keeper": "王五"}, geometry=POINT)
    changes = Changes(name="莲塘", attributes={"keeper": "赵六", "fish": "3"}, unplace=True)
    actions.amend(item.pk, changes, reason="改名", by=who.owner, at=AT)
    last = history(item)[0]
    assert (last.verb, last.reason) == ("registers.amended", "改名")
    assert last.changes == {
        "name": ["荷塘", "莲塘"],
        "keeper": ["***", "***"],
        "fish": [None, 3],
        "geometry": ["Point", ""],
    }
    item.refresh_from_db()
    assert personal.opened(item) == {"kind": "dug", "keeper": "赵六", "fish": 3}
    assert item.subject.label == "莲塘"
    assert not Shape.objects.exists()
    assert not Event.objects.filter(data__icontains="赵六").exists()


def test_the_same_again_is_no_change_and_a_reason_is_asked_for(who: People) -> None:
    item = pond(who.owner, codes={"uscc": USCC})
    before = Event.objects.count()
    actions.amend(item.pk, Changes(name="荷塘"), reason="重报", by=who.owner, at=AT)
    assert Event.objects.count() == before
    with pytest.raises(TongjianError) as caught:
        actions.amend(item.pk, Changes(name="莲塘"), reason=" ", by=who.owner, at=AT)
    assert caught.value.code == "registers.reason_wanting"


def test_a_code_that_changes_ends_and_can_come_back(who: People) -> None:
    item = pond(who.owner, codes={"uscc": USCC})
    for code in (None, USCC):
        actions.amend(item.pk, Changes(codes={"uscc": code}), reason="核对", by=who.owner, at=AT)
        assert [c.until is None for c in Code.objects.filter(subject=item.pk)] == [code is not None]


@pytest.mark.parametrize(
    ("name", "may"), [("office", True), ("owner", True), ("other", False), ("clerk", True), ("reader", False)]
)
def test_who_may_add(who: People, name: str, may: bool) -> None:
    if may:
        assert pond(getattr(who, name)).pk
    else:
        with pytest.raises(NotAllowed):
            pond(getattr(who, name))


def test_a_town_changes_only_entries_of_its_own_area(who: People) -> None:
    mine, other = pond(who.owner), pond(who.owner, area="south_town")
    assert list(queries.editable_by(who.clerk)) == [mine]
    with pytest.raises(NotAllowed):
        actions.archive(other.pk, reason="误报", by=who.clerk, at=AT)
    with pytest.raises(Refused) as caught:
        actions.amend(mine.pk, Changes(area="south_town"), reason="划转", by=who.clerk, at=AT)
    assert refused(caught) == [("area", "not_yours")]


def test_who_sees_what(who: People) -> None:
    ponds(who.office, key="wells", visible="owner", counts=None)
    ponds(who.office, key="parks", visible="public", counts=None, editable=["owner"])
    for key in ("ponds", "wells", "parks"):
        actions.add(key, given(), by=who.owner, at=AT)
    seen = {
        name: sorted(i.register for i in queries.visible_to(user))
        for name, user in {**vars(who), "stranger": AnonymousUser()}.items()
    }
    assert seen == {
        "office": ["parks", "ponds", "wells"],
        "owner": ["parks", "ponds", "wells"],
        "other": ["parks", "ponds"],
        "clerk": ["parks", "ponds", "wells"],  # its town's entries
        "reader": ["parks", "ponds"],
        "stranger": ["parks"],
    }
    with pytest.raises(NotAllowed):
        queries.register_visible_to(who.reader, "wells")
    assert "wells" not in {r.key for r in queries.registers_visible_to(who.reader)}
    assert not queries.may_add(who.office, library.register("parks"))


def test_stages_need_their_evidence_and_order(who: People) -> None:
    item = pond(who.owner)
    same: dict[str, Any] = {"evidence": PHOTO, "by": who.owner, "at": AT}
    with pytest.raises(StageRefused) as caught:
        actions.enter_stage(item.pk, "accepted", on=date(2022, 5, 1), **same)
    assert [m.name for m in caught.value.missing] == ["works_completed"]
    assert not Attachment.objects.exists()
    actions.enter_stage(item.pk, "started", on=date(2022, 3, 1), note="开工", **same)
    actions.enter_stage(item.pk, "in_use", on=date(2022, 9, 1), **same)
    assert Standing.objects.get(subject=item.pk).stage == "in_use"
    assert Attachment.objects.get().kind == "site_photo"
    actions.reopen_stage(item.pk, "started", on=date(2022, 10, 1), note="返工", **same)
    assert [s.key for s, _m in actions.ahead(item)] == [
        "topped_out", "joined", "works_completed", "accepted", "in_use",
    ]  # fmt: skip
    assert actions.missing([item], "topped_out") == {item.pk: ()}
    assert [c.verb for c in history(item)] == [
        "track.reopened", "track.entered", "track.entered", "registers.attached", "registers.added",
    ]  # fmt: skip
    actions.leave_track(item.pk, on=date(2022, 11, 1), note="停建", **same)
    assert Passage.objects.filter(subject=item.pk).count() == 4


def test_a_stage_that_the_track_does_not_have_is_refused(who: People) -> None:
    item = pond(who.owner)
    with pytest.raises(Refused) as caught:
        actions.enter_stage(item.pk, "sunk", on=date(2022, 5, 1), evidence=PHOTO, by=who.owner, at=AT)
    assert refused(caught) == [("stage", "no_stage")]


def test_what_belongs_to_persons_is_not_open_to_everybody(who: People) -> None:
    attached = actions.attach(pond(who.owner).pk, PHOTO, by=who.owner, at=AT)
    assert attached.place.file.sensitivity == "personal"  # the register of ponds names keepers


def test_the_owner_sees_what_only_the_plan_office_changes(who: People) -> None:
    ponds(who.office, key="wells", visible="owner", counts=None, editable=["plan_office"])
    actions.add("wells", given(), by=who.office, at=AT)
    seen = {name: queries.visible_to(user).exists() for name, user in vars(who).items()}
    assert seen == {"office": True, "owner": True, "other": False, "clerk": False, "reader": False}
    assert not queries.may_add(who.owner, library.register("wells"))
    assert queries.register_visible_to(who.owner, "wells").key == "wells"


def test_an_archived_entry_is_out_of_lists_and_cannot_be_changed(who: People) -> None:
    item = pond(who.owner)
    actions.archive(item.pk, reason="重复", by=who.owner, at=AT)
    register = library.register("ponds")
    assert not queries.filtered(queries.visible_to(who.owner), register, Filter()).exists()
    assert queries.filtered(queries.visible_to(who.owner), register, Filter(archived=True)).get() == item
    with pytest.raises(Refused):
        actions.amend(item.pk, Changes(name="x"), reason="改", by=who.owner, at=AT)
    actions.restore(item.pk, reason="误删", by=who.owner, at=AT)
    assert queries.counts(who.owner) == {"ponds": 1}


def test_a_personal_value_is_shown_for_a_reason_and_the_log_says_so(who: People) -> None:
    item = pond(who.owner, attributes={"kind": "dug", "keeper": "王五"})
    assert actions.reveal(item.pk, "keeper", reason="联系", by=who.owner, at=AT) == "王五"
    assert history(item)[0].data == {"field": "keeper"}
    with pytest.raises(NotAllowed):
        actions.reveal(item.pk, "keeper", reason="好奇", by=who.reader, at=AT)
    with pytest.raises(NotAllowed):
        actions.reveal(item.pk, "fish", reason="联系", by=who.owner, at=AT)


def test_a_personal_value_lies_sealed_and_dropping_the_key_erases_it(who: People) -> None:
    item = pond(who.owner, attributes={"kind": "dug", "keeper": "王五"})
    item.refresh_from_db()
    kept = item.attributes["keeper"]
    assert kept.startswith(personal.MARK)
    assert "王五" not in str(Item.objects.filter(pk=item.pk).values())
    amended = actions.amend(item.pk, Changes(name="莲塘"), reason="改名", by=who.owner, at=AT)
    assert amended.attributes["keeper"] == kept
    RegisterKey.objects.all().delete()
    personal.forget_keys()
    assert actions.reveal(item.pk, "keeper", reason="联系", by=who.owner, at=AT) is None


# Lists


def test_filters(who: People) -> None:
    ponds(who.office, years={"attribute": "surveyed_on"})
    first = pond(
        who.owner, "荷塘", attributes={"kind": "dug", "surface": 3, "fish": 5, "surveyed_on": "2022-03-01"}
    )
    second = pond(who.owner, "Willow pond", area="south_town", attributes={"kind": "natural", "surface": 12})
    actions.enter_stage(first.pk, "started", on=date(2022, 3, 1), evidence=PHOTO, by=who.owner, at=AT)
    register = library.register("ponds")

    def found(**by: Any) -> list[Item]:
        return list(queries.filtered(queries.visible_to(who.reader), register, Filter(**by)).order_by("code"))

    assert found(text="WILLOW nat") == [second]
    assert found(area="north_town") == [first]
    assert found(area="capital") == [first, second]
    assert found(owner="government") == [first, second]
    assert found(stage="started") == [first]
    assert found(stage="none") == [second]
    assert found(year=2022) == [first]
    assert found(year=2021) == []
    assert found(attributes={"kind": ["natural"]}) == [second]
    assert found(attributes={"surface": {"ge": 3.5}}) == [second]
    assert found(attributes={"surface": {"le": 10}, "fish": 5}) == [first]
    assert queries.by_stage(queries.visible_to(who.reader), register) == {"started": 1, "none": 1}


@pytest.mark.parametrize(
    "order", ["code", "-name", "area", "surface", "-surface", "changed", "stage", "-kind"]
)
def test_pages_hold_every_entry_once_in_order(who: People, order: str) -> None:
    for number, surface in enumerate([3, 12, None, 7, 3, 0.5, None]):
        attributes = {"kind": "dug" if number % 2 else "natural", "surface": surface}
        pond(who.owner, f"塘{number % 3}", attributes=attributes, area="south_town" if number > 3 else "")
    register = library.register("ponds")
    items = queries.visible_to(who.reader)
    whole = list(queries.page(items, register, order=order, size=50).items)
    after, seen = "", []
    for _turn in range(4):
        one = queries.page(items, register, order=order, after=after, size=2)
        seen += one.items
        after = one.after
        if not after:
            break
    assert seen == whole
    assert len(whole) == 7
    if order == "surface":
        assert [i.attributes.get("surface") for i in whole] == [
            None,
            None,
            "0.50",
            "3.00",
            "3.00",
            "7.00",
            "12.00",
        ]


def test_a_broken_cursor_begins_anew(who: People) -> None:
    pond(who.owner)
    register = library.register("ponds")
    assert len(queries.page(queries.visible_to(who.reader), register, after="zzz").items) == 1


def test_a_page_takes_few_queries(who: People, django_assert_num_queries: Any) -> None:
    for number in range(5):
        pond(who.owner, f"塘{number}")
    register = library.register("ponds")
    with django_assert_num_queries(3):  # one registers, one paths, one entries
        found = queries.page(queries.visible_to(who.owner), register).items
        assert [str(i.area) for i in found] == ["北镇"] * 5


# Definitions


def test_a_register_is_added_and_changed_by_the_plan_office_alone(who: People) -> None:
    with pytest.raises(NotAllowed):
        ponds(who.owner, key="wells")
    assert ponds(who.office).version == 1  # the same again
    assert ponds(who.office, name="水塘台账").version == 2
    assert library.register("ponds").name == "水塘台账"


def test_the_first_register_of_ones_own_does_not_hide_the_shipped_ones() -> None:
    office = people().office
    defining.define(body(), by=office, at=AT)
    assert set(library.all_registers()) == {e.key for e in entries("registers")} | {"ponds"}


def test_a_flawed_definition_is_refused_with_all_its_flaws(who: People) -> None:
    with pytest.raises(defining.Flawed) as caught:
        ponds(who.office, theme="M99", shape="heap")
    assert [f.where for f in caught.value.flaws] == ["theme", "shape"]
    assert Definition.objects.filter(key="ponds").count() == 1


def test_a_change_that_entries_object_to_is_refused_with_all_of_them(who: People) -> None:
    first = pond(who.owner, "甲塘", attributes={"kind": "dug", "fish": 3})
    pond(who.owner, "乙塘", attributes={"kind": "dug"})
    third = pond(who.owner, "丙塘", attributes={"kind": "dug", "fish": 30})
    with pytest.raises(defining.Objected) as caught:
        defining.define(with_attributes(fish=None), by=who.office, at=AT)
    assert [(o.entry.pk, [p.cell for p in o.problems]) for o in caught.value.objections] == [
        (first.pk, ["fish"]),
        (third.pk, ["fish"]),
    ]
    assert library.register("ponds").version == 1


def test_a_change_restates_its_entries(who: People) -> None:
    item = pond(who.owner, attributes={"kind": "dug", "surface": "1.25", "remark": "浅水"})
    new = with_attributes(
        surface={"type": "number", "title": "面积", "x-title-en": "Surface", "x-decimals": 3},
        remark={"type": "string", "title": "备注", "x-title-en": "Remark", "x-personal": True},
    )
    defining.define({**new, "visible": "public", "counts": []}, by=who.office, at=AT)
    item.refresh_from_db()
    assert (item.attributes["surface"], item.register_version, item.sensitivity) == ("1.250", 2, "public")
    assert "浅水" not in item.text


def test_packs_do_not_undo_what_was_changed_here(who: People, tmp_path: Any) -> None:
    import yaml

    definitions.apply(
        definitions.changes("registers"), at=AT
    )  # the shipped ones, whose owners are not of this world
    folder = tmp_path / "registers"
    folder.mkdir()
    pack = folder / "wells.yaml"
    pack.write_text(yaml.safe_dump([body(key="wells", counts=[])], allow_unicode=True), encoding="utf-8")
    defining.sync(AT, tmp_path)
    ponds(who.office, key="wells", counts=[], name="水井台账")
    assert defining.sync(AT, tmp_path) == []
    assert library.register("wells").name == "水井台账"
    pack.write_text(
        yaml.safe_dump([body(key="wells", counts=[], name="新井台账")], allow_unicode=True), encoding="utf-8"
    )
    defining.sync(AT.replace(hour=5), tmp_path)
    assert (library.register("wells").name, library.register("wells").version) == ("新井台账", 3)


def test_attributes_in_another_order_are_another_version(who: People) -> None:
    turned = dict(reversed(list(body()["attributes"].items())))
    assert ponds(who.office, attributes=turned).version == 2
    assert [a.key for a in library.register("ponds").attributes] == list(turned)
