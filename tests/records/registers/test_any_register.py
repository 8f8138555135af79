"""Registers and entries at random: what goes out comes in unchanged, and a changed definition loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.registers.factories import AT, People, people, ponds
from tongjian.reading import grids
from tongjian.records.registers import actions, defining, library, personal, rules
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Attribute, Register
from tongjian.records.registers.sheets import taking
from tongjian.records.registers.sheets.out import export
from tongjian.records.registers.sheets.taking import Taken, take_in

pytestmark = pytest.mark.django_db
SOME = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KEYS = ("alpha", "beta", "gamma", "delta")
SHAPES: dict[str, Any] = {
    "point": st.builds(
        lambda x, y: {"type": "Point", "coordinates": [x, y]},
        st.decimals(73, 135, places=6).map(float),
        st.decimals(4, 53, places=6).map(float),
    ),
    "line": st.just({"type": "LineString", "coordinates": [[116.1, 39.1], [116.2, 39.2]]}),
    "none": st.none(),
}


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.setattr(taking, "run_limited", lambda _target, data, name: grids.cells(data, name))
    made = people()
    ponds(made.office)
    return made


@contextmanager
def undone() -> Iterator[None]:
    """Each example begins with an empty register."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


properties = st.one_of(
    st.builds(lambda n: {"type": "string", "maxLength": n}, st.integers(3, 40)),
    st.builds(lambda low: {"type": "integer", "minimum": low}, st.integers(-5, 5)),
    st.builds(lambda places: {"type": "number", "x-decimals": places, "x-unit": "公顷"}, st.integers(0, 4)),
    st.just({"type": "boolean"}),
    st.just({"type": "string", "format": "date"}),
    st.just(
        {"enum": ["first", "second"], "x-labels": {"first": ["甲", "First"], "second": ["乙", "Second"]}}
    ),
    st.just({"x-reference": "area"}),
    st.just({"type": "string", "x-personal": True}),
)


@st.composite
def bodies(draw: st.DrawFn, **fixed: Any) -> dict[str, Any]:
    """Any register of a few attributes."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
    attributes = {k: {**draw(properties), "title": f"字段{k}", "x-title-en": k.title()} for k in keys}
    made = {
        "key": "things",
        "name": "物件台账",
        "name_en": "Register of things",
        "theme": "K",
        "owner": "statistics",
        "editable": ["owner", "plan_office"],
        "attributes": attributes,
        "required": draw(st.lists(st.sampled_from(keys), unique=True)) if keys else [],
        "track": draw(st.sampled_from(["", "construction"])),
        "geometry": draw(st.sampled_from(list(SHAPES))),
    }
    return {**made, **fixed}


def value_for(attribute: Attribute) -> st.SearchStrategy[Any]:
    """A value that the attribute takes, as JSON or as typed."""
    places = Decimal(1).scaleb(-attribute.decimals)
    return {
        "string": st.text(min_size=1, max_size=min(attribute.max_length, 40)),
        "integer": st.integers(int(attribute.minimum or 0), 10**6),
        "number": st.integers(-(10**8), 10**8).map(lambda n: str(n * places)),
        "boolean": st.booleans(),
        "date": st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(date.isoformat),
        "enum": st.sampled_from(["first", "乙", "Second"]),
        "reference": st.sampled_from(["north_town", "南镇"]),
    }[attribute.kind.value]


@st.composite
def entries(draw: st.DrawFn, register: Register) -> Given:
    """An entry that the register takes, if its texts are not blank."""
    needed = [a for a in register.attributes if a.required or draw(st.booleans())]
    return Given(
        draw(st.text(min_size=1, max_size=20)),
        "",
        draw(st.sampled_from(["", "north_town"])),
        draw(st.sampled_from(["", "finance"])),
        {a.key: draw(value_for(a)) for a in needed},
        geometry=draw(SHAPES[register.geometry.value]),
        simulated=draw(st.booleans()),
    )


def fill(data: st.DataObject, register: Register, who: People) -> list[Item]:
    """Up to four entries; what is not taken (a blank name) is left out. Some have begun."""
    for _turn in range(data.draw(st.integers(0, 4))):
        try:
            item = actions.add("things", data.draw(entries(register)), by=who.owner, at=AT)
        except actions.Refused:
            continue
        if register.track and data.draw(st.booleans()):
            photo = actions.Upload("a.jpg", b"a", "site_photo")
            actions.enter_stage(item.pk, "started", on=date(2022, 5, 1), evidence=photo, by=who.owner, at=AT)
    return list(Item.objects.filter(register="things").order_by("code"))


@given(st.data())
@SOME
def test_what_goes_out_comes_in_unchanged(who: People, data: st.DataObject) -> None:
    with undone():
        register = defining.define(data.draw(bodies()), by=who.office, at=AT)
        items = fill(data, register, who)
        language = data.draw(st.sampled_from(["zh", "en"]))
        book = export(
            register, Item.objects.order_by("code"), language=language, personal=data.draw(st.booleans())
        )
        if items:
            assert take_in(book, "a.xlsx", register, by=who.owner, at=AT) == Taken(len(items))


@given(st.data())
@SOME
def test_a_register_filled_from_a_workbook_equals_the_one_it_was_written_from(
    who: People, data: st.DataObject
) -> None:
    with undone():
        body = data.draw(bodies())
        register = defining.define(body, by=who.office, at=AT)
        items = fill(data, register, who)
        if not items:
            return
        book = export(register, Item.objects.order_by("code"), personal=True)
        other = defining.define({**body, "key": "copies"}, by=who.office, at=AT)
        taken = take_in(book, "a.xlsx", other, by=who.owner, at=AT)
        assert taken.added == len(items)
        assert told("copies") == told("things")
        again = export(other, Item.objects.filter(register="copies").order_by("code"), personal=True)
        assert rows(again) == rows(book)


def told(register: str) -> list[Any]:
    found = Item.objects.filter(register=register).order_by("code")
    return [(i.code, i.name, i.area, i.owner, personal.opened(i), i.text, i.simulated) for i in found]


def rows(book: bytes) -> list[Any]:
    return [list(r) for r in grids.grids_of(grids.cells(book, "a.xlsx"))[0].rows]


@given(st.data())
@SOME
def test_a_changed_definition_applies_or_names_the_entries(who: People, data: st.DataObject) -> None:
    with undone():
        old = defining.define(data.draw(bodies()), by=who.office, at=AT)
        before = {i.pk: dict(i.attributes) for i in fill(data, old, who)}
        changed = data.draw(bodies())
        objected = refusal(changed, who)
        if objected is None:
            check_restated(before)
            return
        named = {o.entry.pk for o in objected.objections if o.problems}
        assert named
        assert {i.pk: i.attributes for i in Item.objects.all()} == before
        Item.objects.filter(pk__in=named).update(register="elsewhere")
        assert refusal(changed, who) is None  # the others do not mind


def refusal(body: dict[str, Any], who: People) -> defining.Objected | None:
    try:
        defining.define(body, by=who.office, at=AT)
    except defining.Objected as objected:
        return objected
    return None


def check_restated(before: dict[int, dict[str, Any]]) -> None:
    """Every value is there still, as the new definition keeps it."""
    register = library.register("things")
    for item in Item.objects.filter(register="things"):
        assert set(item.attributes) == set(before[item.pk])
        for key, kept in item.attributes.items():
            value = rules.loaded(register.attribute[key], kept)
            assert value is not None
            assert rules.stored(value) == kept
