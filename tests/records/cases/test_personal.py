"""Personal data: masked in texts, opened with a reason, gone after retention; pictures lose what the camera wrote."""

from __future__ import annotations

import struct
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, District, district
from records.cases.pictures import jpeg, png
from records.cases.test_import import HEADS, as_csv
from tongjian.facts.mirror.reading import exported, opened
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event
from tongjian.records.cases import actions, attachments, jobs, lists, mirror, personal, revealing, search
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.cleaning import cleaned
from tongjian.records.cases.intake.importing import take
from tongjian.records.cases.masking import mask, shown_name, shown_phone
from tongjian.records.cases.models import Attachment, Case, Party, RecordKey
from tongjian.records.cases.personal import Person, phone_hash

DAY = timedelta(days=1)
PHONE = "13677778888"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请回电13800001234谢谢", "请回电[电话]谢谢"),
        ("电话１３８００００１２３４", "电话[电话]"),
        ("联系138-0000-1234", "联系[电话]"),
        ("联系 1 3 8 0 0 0 0 1 2 3 4", "联系 [电话]"),
        ("座机010-61234567转3", "座机[电话]转3"),
        ("幺三八零零零零一二三四", "[电话]"),
        ("身份证11010519491231002X", "身份证[号码]"),
        ("卡号6222 0200 1234 5678 901", "卡号[号码]"),
        ("发到a.b@example.com", "发到[邮箱]"),
        ("车京A12345堵路", "车[车牌]堵路"),
        ("2022年11月3日14:30，3号楼2单元1201室", "2022年11月3日14:30，3号楼2单元1201室"),
        ("涉及金额12345678元", "涉及金额12345678元"),
    ],
)
def test_numbers_that_name_a_person_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@given(st.text(max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(alphabet="路灯不亮，。a ", max_size=20), st.text(alphabet="路灯不亮，。a ", max_size=20))
def test_a_phone_is_found_wherever_it_stands(before: str, after: str) -> None:
    assert PHONE not in mask(before + PHONE + after)


def test_what_is_shown() -> None:
    assert [shown_name(n) for n in ("张三", "欧阳小明", "")] == ["张*", "欧***", ""]
    assert [shown_phone(n) for n in ("+86 13800001234", "61234567", "")] == ["138****1234", "****67", ""]


@pytest.fixture
def d() -> District:
    return district()


def known(d: District) -> Case:
    person = Person("王小二", PHONE)
    case = actions.receive(Intake("complaint", f"王小二{PHONE}反映路灯不亮", people=[person]), by=None, at=AT)
    actions.perform(case.pk, "dispatch", {"lead": d.units["north"].pk}, by=None, at=AT)
    return case


@pytest.mark.django_db
def test_a_reveal_is_told_and_needs_a_reason(d: District) -> None:
    case = known(d)
    party = Party.objects.get()
    with pytest.raises(TongjianError):
        revealing.reveal(party.pk, reason=" ", by=d.users["north"], at=AT)
    person = revealing.reveal(party.pk, reason="预约上门", by=d.users["north"], at=AT)
    assert person.phone == PHONE
    event = Event.objects.get(verb="case.reveal")
    assert event.actor == d.users["north"]
    assert event.data["words"] == {
        "party": party.pk,
        "opened": ["name", "phone", "verbatim"],
        "reason": "预约上门",
    }
    for other in ("south", "leader", "reader"):
        with pytest.raises(NotAllowed):
            revealing.reveal(party.pk, reason="看看", by=d.users[other], at=AT)
    assert Case.objects.get(pk=case.pk).seq == 4


@pytest.mark.django_db
def test_a_key_of_its_own_for_citizens_data(d: District) -> None:
    """TONGJIAN_PERSONAL_KEY: the secret key may change then, and another personal key opens nothing."""
    with override_settings(PERSONAL_KEY="k" * 32):
        party = known(d).parties.get()
        with override_settings(SECRET_KEY="another"):
            personal.forget_keys()
            assert revealing.reveal(party.pk, reason="核对", by=d.users["hotline"], at=AT).phone == PHONE
    with override_settings(PERSONAL_KEY="q" * 32), pytest.raises(TongjianError) as told:
        revealing.reveal(party.pk, reason="核对", by=d.users["hotline"], at=AT)
    assert told.value.code == "cases.other_key"


@pytest.mark.django_db
def test_repeat_callers_are_found_without_their_number(d: District) -> None:
    first, second = known(d), known(d)
    assert phone_hash("+86 136 7777 8888") == phone_hash(PHONE)
    assert revealing.repeats(d.users["hotline"], second) == [first]


def bytes_of_the_mirror(folder: Path) -> bytes:
    """The mirror's file, and its tables as another engine gets them, unpacked."""
    file = folder / "mirror.duckdb"
    refresh(mirror.tables(), at=AT, file=file)
    with opened(file) as db:
        told = [db.execute(f"SELECT * FROM {name}").fetchall() for name in ("cases", "cases__words")]
        exported(db, mirror.tables()[0], folder)
    assert told[0]
    return file.read_bytes() + (folder / "cases.parquet").read_bytes() + repr(told).encode()


def bytes_of_the_lists(d: District) -> bytes:
    """Every column of every list's export, as the plan office and the desk may take it."""
    rows = [
        row
        for user in (d.users["plan"], d.users["hotline"])
        for found in lists.offered(user)
        for row in lists.export(user, found.key, lists.Filters(), at=AT).values_list()
    ]
    assert rows
    return repr(rows).encode()


def bytes_of_the_database() -> bytes:
    if connection.vendor == "sqlite":
        return bytes(connection.connection.serialize())
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            told += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join(told).encode()


@pytest.mark.django_db
def test_a_planted_number_is_found_nowhere_after_retention(d: District, tmp_path: Path) -> None:
    row = ["G9", "2026-03-01 08:10", f"路灯不亮请联系{PHONE}", "城市管理", "照明", "北镇", "北镇", PHONE]
    row += [
        "2026-03-01 08:30",
        "2026-03-01 10:00",
        "2026-03-03 16:00",
        "2026-03-05 09:00",
        "是",
        "是",
        "满意",
        "求助",
    ]
    take(as_csv([row], HEADS), f"{PHONE}.csv", "city_platform", by=d.users["hotline"], at=AT)
    case = Case.objects.get()
    actions.perform(
        case.pk,
        "survey",
        {"reached": True, "solved": True, "words": f"又打{PHONE}"},
        by=d.users["hotline"],
        at=AT,
    )
    evidence = Path(settings.EVIDENCE_ROOT)
    photo = attachments.attach(case.pk, png(text=PHONE), f"{PHONE}.png", by=d.users["north"], at=AT)
    assert any(PHONE.encode() in f.read_bytes() for f in evidence.rglob("*") if f.is_file())
    assert PHONE.encode() not in photo.file.path.read_bytes()
    assert search.find(d.users["plan"], "路灯") == [case.pk]
    assert PHONE.encode() not in bytes_of_the_mirror(tmp_path) + bytes_of_the_lists(d)
    night = jobs.nightly(at=AT + 700 * DAY)
    assert (night.erased.cases, Party.objects.count()) == (0, 1)
    night = jobs.nightly(at=AT + 740 * DAY)
    assert (night.erased.cases, night.erased.parties, night.erased.files, night.erased.keys) == (1, 1, 2, 1)
    assert (Party.objects.count(), RecordKey.objects.count()) == (0, 0)
    assert PHONE.encode() not in bytes_of_the_database()
    assert [f for f in evidence.rglob("*") if f.is_file() and PHONE.encode() in f.read_bytes()] == []
    assert not photo.file.path.exists()
    assert search.find(d.users["plan"], "路灯") == []
    assert PHONE.encode() not in bytes_of_the_mirror(tmp_path) + bytes_of_the_lists(d)
    assert all(PHONE not in str(e.data) for e in Event.objects.all())
    case.refresh_from_db()
    assert (case.text, case.solved, case.score) == ("", True, None)
    again = jobs.nightly(at=AT + 741 * DAY)
    assert (again.erased.cases, again.erased.keys) == (0, 0)
    assert take(as_csv([row], HEADS), "x.csv", "city_platform", by=d.users["hotline"], at=AT).unchanged == 1


@pytest.mark.django_db
def test_an_attachment_is_the_units_own(d: District) -> None:
    case = known(d)
    made = attachments.attach(case.pk, jpeg(), "现场.jpg", what="after", by=d.users["north"], at=AT)
    assert made.file.sensitivity == "personal"
    assert list(attachments.of_case(d.users["north"], case.pk)) == [made]
    assert list(attachments.of_case(d.users["south"], case.pk)) == []
    with pytest.raises(NotAllowed):
        attachments.attach(case.pk, jpeg(), "x.jpg", by=d.users["south"], at=AT)
    assert Attachment.objects.count() == 1


def test_a_photo_loses_its_place_and_keeps_its_turn() -> None:
    clean = cleaned(jpeg(), "x.jpg").data
    assert b"GPS" not in clean
    assert b"comment" not in clean
    assert clean.endswith(b"picture\xff\x00more\xff\xd0end\xff\xd9")
    assert b"ICC_PROFILE" in clean
    assert clean[2:4] == b"\xff\xe1"
    assert struct.pack(">HHIH", 0x112, 3, 1, 6) in clean
    assert cleaned(clean, "x.jpg").data == clean
    assert b"Exif" not in cleaned(jpeg(orientation=1), "x.jpg").data


@pytest.mark.parametrize("data", [b"MZ\x90", b"GIF89a", b"<html>", b"PK\x03\x04nothing", b""])
def test_other_types_are_refused(data: bytes) -> None:
    with pytest.raises(TongjianError) as error:
        cleaned(data, "x.jpg")
    assert error.value.code == "cases.attachment_type"


@given(st.integers(3, len(jpeg()) - 20))
def test_a_cut_picture_is_broken_not_a_crash(cut: int) -> None:
    with pytest.raises(TongjianError) as error:
        cleaned(jpeg()[:cut], "x.jpg")
    assert error.value.code == "cases.attachment_broken"
