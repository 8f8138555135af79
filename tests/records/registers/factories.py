"""A register with an attribute of each kind, its people and its entries: nothing by chance."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from facts.factories import World, user, world
from tongjian.kernel import definitions
from tongjian.kernel.definitions import Change
from tongjian.kernel.models import Definition, Organisation, User
from tongjian.packs import Entry
from tongjian.records.registers import actions, defining
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Register

AT = datetime(2023, 1, 4, 4, 0, tzinfo=UTC)
POINT = {"type": "Point", "coordinates": [116.65, 39.9]}
POND: Mapping[str, Any] = {
    "key": "ponds",
    "name": "池塘台账",
    "name_en": "Register of ponds",
    "theme": "M9",
    "shape": "registry",
    "owner": "statistics",
    "visible": "internal",
    "editable": ["owner", "towns", "plan_office"],
    "attributes": {
        "kind": {
            "title": "类型",
            "x-title-en": "Kind",
            "enum": ["natural", "dug"],
            "x-labels": {"natural": ["天然", "Natural"], "dug": ["人工", "Dug"]},
        },
        "surface": {
            "type": "number",
            "title": "面积",
            "x-title-en": "Surface",
            "x-unit": "公顷",
            "x-decimals": 2,
            "minimum": 0,
        },
        "fish": {"type": "integer", "title": "鱼种数", "x-title-en": "Kinds of fish", "maximum": 99},
        "fenced": {"type": "boolean", "title": "有围栏", "x-title-en": "Fenced"},
        "surveyed_on": {"type": "string", "format": "date", "title": "测绘日期", "x-title-en": "Surveyed on"},
        "remark": {"type": "string", "title": "备注", "x-title-en": "Remark", "maxLength": 60},
        "keeper": {"type": "string", "title": "管护人", "x-title-en": "Keeper", "x-personal": True},
        "unit": {"title": "管护单位", "x-title-en": "Keeping unit", "x-reference": "organisation"},
    },
    "required": ["kind"],
    "track": "construction",
    "geometry": "point",
    "codes": ["uscc"],
    "counts": [
        {
            "key": "ponds_in_use",
            "name": "投用池塘数",
            "name_en": "Ponds in use",
            "unit": "个",
            "where": {"kind": "dug"},
            "on": "in_use_on",
        },
        {
            "key": "pond_surface",
            "name": "池塘面积",
            "name_en": "Surface of ponds",
            "unit": "公顷",
            "sum": "surface",
        },
    ],
}


def body(**changes: Any) -> dict[str, Any]:
    """The register of ponds; a change to None takes the field away."""
    made = {**deepcopy(dict(POND)), **changes}
    return {k: v for k, v in made.items() if v is not None}


def with_attributes(**changes: Any) -> dict[str, Any]:
    """The same with some attributes as given, None: without."""
    found = {**body()["attributes"], **changes}
    return body(attributes={k: v for k, v in found.items() if v is not None})


class People:
    """The plan office, the owning department, another one, a town's clerk, a reader."""

    def __init__(self, made: World) -> None:
        town = Organisation.objects.get(subject__key="north_office")
        self.office = user("office", "plan_office", made.plan_office)
        self.owner = user("owner", "department", made.statistics)
        self.other = user("other", "department", made.finance)
        self.clerk = user("clerk", "department", town)
        self.reader = user("reader", "reader")


def people() -> People:
    """With the world and the town's government that the clerk belongs to."""
    from facts.factories import organisation
    from tongjian.kernel.models import Area

    made = world()
    organisation("north_office", "北镇人民政府", made.government, Area.objects.get(subject__key="north_town"))
    return People(made)


def ponds(by: User, **changes: Any) -> Register:
    """The register of ponds, alone: the shipped ones are not applied (they cost each test half a second)."""
    made = body(**changes)
    if not Definition.objects.filter(kind="registers").exists():
        definitions.apply([Change(Entry("registers", made["key"], made, Path("-")), None)], at=AT)
    return defining.define(body(**changes), by=by, at=AT)


def given(name: str = "荷塘", **fields: Any) -> Given:
    values: dict[str, Any] = {"area": "north_town", "attributes": {"kind": "dug"}, **fields}
    return Given(name, **values)


def pond(by: User, name: str = "荷塘", **fields: Any) -> Item:
    return actions.add("ponds", given(name, **fields), by=by, at=AT)
