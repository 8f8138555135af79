"""Dropping a register's key: what it held of persons is gone everywhere, what it counts stays."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from records.registers.factories import AT, People, people, pond, ponds
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile
from tongjian.records.registers import erasing, library, personal
from tongjian.records.registers.models import Item, RegisterKey
from tongjian.records.registers.sheets.taking import take_in, take_in_all

pytestmark = pytest.mark.django_db
HEADINGS = ("编号", "名称", "类型", "管护人")


@pytest.fixture
def who() -> People:
    made = people()
    ponds(made.office)
    return made


def book(*sheets: str, keeper: str = "王五六") -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name in sheets:
        sheet = made.create_sheet(name)
        for row in (HEADINGS, (f"{name[0]}1", "荷塘", "人工", keeper), (f"{name[0]}2", "柳塘", "天然", None)):
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def drop(who: People, reason: str = "保存期满") -> erasing.Dropped:
    return erasing.drop_key("ponds", reason=reason, by=who.office, at=AT)


def test_values_workbooks_and_the_key_are_gone_and_entries_stay(
    who: People, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    paths: list[Path] = []
    for keeper in ("王五六", "赵七八"):  # the second replaces what the first said
        file = take_in(
            book("池塘台账", keeper=keeper), "池塘.xlsx", library.register("ponds"), by=who.owner, at=AT
        ).file
        assert file is not None
        paths.append(file.path)
    pond(who.owner, "竹塘", code="P3", attributes={"kind": "dug", "keeper": "钱九"})
    assert all(p.exists() for p in paths)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[call-arg, attr-defined]
        done = drop(who)
    assert done == erasing.Dropped("ponds", 2, 2)
    assert not any(p.exists() for p in paths)
    assert set(EvidenceFile.objects.filter(size=0).values_list("name", flat=True)) == {"erased"}
    assert not RegisterKey.objects.exists()
    kept = {i.code: personal.opened(i) for i in Item.objects.all()}
    assert kept == {"池1": {"kind": "dug"}, "池2": {"kind": "natural"}, "P3": {"kind": "dug"}}


def test_the_event_says_why_and_holds_nobody(who: People) -> None:
    pond(who.owner, attributes={"kind": "dug", "keeper": "王五六"})
    drop(who, "  保存期满 ")
    told = Event.objects.get(verb="registers.key_dropped")
    assert told.data == {"register": "ponds", "reason": "保存期满", "entries": 1, "files": 0}
    assert told.actor == who.office


def test_a_file_that_another_register_rests_on_is_named_and_stays(who: People) -> None:
    ponds(who.office, key="wells", name="水井台账", counts=[])
    registers = [library.register(key) for key in ("ponds", "wells")]
    take_in_all(book("池塘台账", "水井台账"), "册.xlsx", registers, by=who.office, at=AT)
    assert drop(who) == erasing.Dropped("ponds", 1, 0, ("册.xlsx",))
    assert personal.opened(Item.objects.get(code="水1"))["keeper"] == "王五六"


def test_a_register_may_seal_persons_again_under_a_new_key(who: People) -> None:
    old = pond(who.owner, "荷塘", attributes={"kind": "dug", "keeper": "王五六"})
    drop(who)
    new = pond(who.owner, "竹塘", attributes={"kind": "dug", "keeper": "钱九"})
    kept = [personal.opened(Item.objects.get(pk=i.pk)).get("keeper") for i in (old, new)]
    assert kept == [None, "钱九"]


@pytest.mark.parametrize(
    ("name", "reason", "code"),
    [
        ("owner", "保存期满", "registers.not_yours"),
        ("office", " ", "registers.reason_wanting"),
        ("office", "保存期满", "registers.no_key"),
    ],
)
def test_who_may_not_and_what_cannot_be_dropped(who: People, name: str, reason: str, code: str) -> None:
    with pytest.raises((NotAllowed, erasing.NothingErased)) as refused:
        erasing.drop_key("ponds", reason=reason, by=getattr(who, name), at=AT)
    assert refused.value.code == code
