"""Evidence is kept as received, events stand in the transaction of their change, access is one predicate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import override_settings

from tongjian.kernel import access, definitions, events, evidence
from tongjian.kernel.choices import Role, Sensitivity, SubjectKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Definition, Event, EvidenceFile, Organisation, Subject, User
from tongjian.packs import PackError, entries

AT = datetime(2023, 1, 4, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def organisation(key: str, path: str) -> Organisation:
    plate = Subject.objects.create(kind=SubjectKind.ORGANISATION, key=key, label=key)
    return Organisation.objects.create(subject=plate, path=path)


def test_the_same_bytes_are_kept_once_and_unchanged() -> None:
    first = evidence.keep(b"abc", "a.xlsx", by=None, at=AT)
    again = evidence.keep(b"abc", "b.xlsx", by=None, at=AT)
    assert first == again
    assert EvidenceFile.objects.get().name == "a.xlsx"
    assert first.path.read_bytes() == b"abc"


def test_a_place_is_one_row() -> None:
    file = evidence.keep(b"abc", "a.xlsx", by=None, at=AT)
    assert evidence.cell(file, "填报", "H7", "892.3") == evidence.cell(file, "填报", "H7", "892.3")
    assert evidence.span(file, 3, 9, "x").locator == "3-9"


def test_events_number_themselves_within_a_stream() -> None:
    file = evidence.keep(b"abc", "a.xlsx", by=None, at=AT)
    with transaction.atomic():
        events.record("file.seen", file, by=None, at=AT)
        second = events.record("file.seen", file, by=None, at=AT, data={"why": "twice"})
    assert second.seq == 2
    assert second.stream == f"kernel.evidencefile/{file.pk}"


def test_events_of_many_things_number_each_stream() -> None:
    one, other = (evidence.keep(data, "a.xlsx", by=None, at=AT) for data in (b"abc", b"abd"))
    with transaction.atomic():
        events.record("file.seen", one, by=None, at=AT)
        made = events.record_all("file.seen", [(one, {}), (other, {"n": 1}), (one, {})], by=None, at=AT)
    assert [(e.stream.rpartition("/")[2], e.seq) for e in made] == [
        (str(one.pk), 2),
        (str(other.pk), 1),
        (str(one.pk), 3),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_event_never_stands_alone() -> None:
    file = evidence.keep(b"abd", "a.xlsx", by=None, at=AT)
    with pytest.raises(RuntimeError):
        events.record("file.seen", file, by=None, at=AT)
    assert not Event.objects.exists()


def test_personal_files_are_for_their_owner_and_the_plan_office() -> None:
    labour, water = organisation("labour", "/government/labour/"), organisation("water", "/government/water/")
    file = evidence.keep(b"names", "list.xlsx", by=None, at=AT, owner=labour)
    file.sensitivity = Sensitivity.PERSONAL
    file.save(update_fields=["sensitivity"])
    users = {
        "own": User.objects.create(username="own", role=Role.DEPARTMENT, organisation=labour),
        "other": User.objects.create(username="other", role=Role.DEPARTMENT, organisation=water),
        "office": User.objects.create(username="office", role=Role.PLAN_OFFICE),
        "reader": User.objects.create(username="reader", role=Role.READER),
    }
    seen = {name: access.files_visible_to(user).exists() for name, user in users.items()}
    assert seen == {"own": True, "other": False, "office": True, "reader": False}
    assert not access.files_visible_to(AnonymousUser()).exists()


def test_restricted_files_are_for_their_sender_and_the_plan_office_until_they_are_accepted() -> None:
    labour, water = organisation("labour", "/government/labour/"), organisation("water", "/government/water/")
    below = organisation("bureau", "/government/labour/bureau/")
    users = {
        "own": User.objects.create(username="own", role=Role.DEPARTMENT, organisation=labour),
        "below": User.objects.create(username="below", role=Role.DEPARTMENT, organisation=below),
        "other": User.objects.create(username="other", role=Role.DEPARTMENT, organisation=water),
        "leader": User.objects.create(username="leader", role=Role.LEADER),
        "office": User.objects.create(username="office", role=Role.PLAN_OFFICE),
        "reader": User.objects.create(username="reader", role=Role.READER),
    }

    def seen() -> set[str]:
        return {name for name, user in users.items() if access.files_visible_to(user).exists()}

    file = evidence.keep(b"draft", "a.xlsx", by=users["own"], at=AT, owner=labour, restricted=True)
    assert (file.sensitivity, seen()) == ("restricted", {"own", "office"})
    for _twice in range(2):
        evidence.release([file], by=users["office"], at=AT)
        assert seen() == set(users)
    (told,) = Event.objects.filter(verb="evidence.released")
    assert (told.actor, told.stream) == (users["office"], f"kernel.evidencefile/{file.pk}")
    assert evidence.keep(b"draft", "b.xlsx", by=None, at=AT, restricted=True).sensitivity == "internal"


def test_restricted_bytes_that_come_by_an_open_door_are_open_and_nobodys_become_their_units() -> None:
    labour = organisation("labour", "/government/labour/")
    unknown = evidence.keep(b"table", "a.xlsx", by=None, at=AT, restricted=True)
    assert unknown.owner is None
    evidence.keep(b"table", "a.xlsx", by=None, at=AT, owner=labour, restricted=True)
    unknown.refresh_from_db()
    assert (unknown.owner, unknown.sensitivity) == (labour, "restricted")
    assert evidence.keep(b"table", "a.xlsx", by=None, at=AT).sensitivity == "internal"


def test_a_department_speaks_for_its_own_subtree_only() -> None:
    town = organisation("town", "/government/town/")
    organisation("village", "/government/town/village/")
    organisation("town2", "/government/town2/")
    clerk = User.objects.create(username="clerk", role=Role.DEPARTMENT, organisation=town)
    reader = User.objects.create(username="reader", role=Role.READER)
    assert [o.key for o in access.organisations_editable_by(clerk).order_by("path")] == ["town", "village"]
    assert not access.organisations_editable_by(reader).exists()
    with pytest.raises(NotAllowed):
        access.must_be_plan_office(clerk)


def test_a_changed_pack_makes_the_next_version(tmp_path: Path) -> None:
    folder = tmp_path / "sample_kind"
    folder.mkdir()
    (folder / "a.yaml").write_text("- {key: one, name: 一}\n", encoding="utf-8")
    with override_settings(EXTRA_PACKS=str(tmp_path)):
        definitions.apply(definitions.changes("sample_kind"), at=AT)
        assert definitions.changes("sample_kind") == []
        (folder / "a.yaml").write_text("- {key: one, name: 壹}\n", encoding="utf-8")
        definitions.apply(definitions.changes("sample_kind"), at=AT)
    assert [d.body["name"] for d in Definition.objects.order_by("version")] == ["一", "壹"]
    assert definitions.newest("sample_kind")["one"].version == 2


@pytest.mark.parametrize("text", ["- {name: 一}", "- {key: a}\n- {key: a}", "- [", "- 3"])
def test_a_bad_pack_names_its_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=r"bad\.yaml"):
        entries("k", tmp_path)


def test_a_definition_keeps_the_order_of_its_keys() -> None:
    body = {"key": "k", "attributes": {"zeta": 1, "alpha": 2, "mid": 3}}
    Definition.objects.create(kind="k", key="k", version=1, body=body, digest="x", applied_at=AT)
    assert list(Definition.objects.get().body["attributes"]) == ["zeta", "alpha", "mid"]
