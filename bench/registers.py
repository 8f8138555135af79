"""Registers beside the one-by-one way and the limit: `python bench/registers.py [--quick] [--json]`.

One register of ten attributes, two stages and a point. 10,000 rows taken in from a workbook, taken in again, written out;
a page of the list; what is missing for 3,000 entries; a changed definition held against all entries. Goals: import 5 s,
page 0.15 s, missing 0.3 s.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]
os.environ["TONGJIAN_HOME"] = tempfile.mkdtemp(prefix="tongjian-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django  # noqa: E402

django.setup()

import ground  # noqa: E402
import openpyxl  # noqa: E402
from django.db import transaction  # noqa: E402
from measured import Measured, median  # noqa: E402

from tongjian.kernel.models import Organisation, Subject, User  # noqa: E402
from tongjian.reading import grids  # noqa: E402
from tongjian.records.registers import actions, defining, queries  # noqa: E402
from tongjian.records.registers.drafts import Given  # noqa: E402
from tongjian.records.registers.models import Item  # noqa: E402
from tongjian.records.registers.schema import Register  # noqa: E402
from tongjian.records.registers.sheets.out import export  # noqa: E402
from tongjian.records.registers.sheets.taking import take_in  # noqa: E402

AT = datetime(2023, 1, 10, 9, tzinfo=UTC)
KINDS = {"a": ["甲", "A"], "b": ["乙", "B"]}
BODY: dict[str, Any] = {
    "key": "bench_things",
    "name": "测试台账",
    "name_en": "Things",
    "theme": "K",
    "owner": "bench_unit",
    "attributes": {
        "kind": {"title": "类别", "x-title-en": "Kind", "enum": ["a", "b"], "x-labels": KINDS},
        "cost": {"title": "造价", "x-title-en": "Cost", "type": "number", "x-decimals": 2, "x-unit": "万元"},
        "surface": {
            "title": "面积",
            "x-title-en": "Surface",
            "type": "number",
            "x-decimals": 2,
            "x-unit": "公顷",
        },
        "floors": {"title": "层数", "x-title-en": "Floors", "type": "integer", "minimum": 0},
        "open": {"title": "开放", "x-title-en": "Open", "type": "boolean"},
        "built_on": {"title": "建成日期", "x-title-en": "Built on", "type": "string", "format": "date"},
        "remark": {"title": "说明", "x-title-en": "Remark", "type": "string"},
        "builder": {"title": "建设方", "x-title-en": "Builder", "type": "string"},
        "unit": {"title": "管护单位", "x-title-en": "Unit", "x-reference": "organisation"},
        "contact": {"title": "联系人", "x-title-en": "Contact", "type": "string", "x-personal": True},
    },
    "required": ["kind"],
    "track": "construction",
    "geometry": "point",
}


def workbook(size: int) -> bytes:
    """One row an entry, the same at every run."""
    chance = random.Random(7)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("测试台账")
    titles = [a["title"] for a in BODY["attributes"].values()]
    sheet.append(["编号", "名称", *titles, "开工日期", "投用日期", "经度", "纬度"])
    for number in range(size):
        begun = date(2022, 1, 1) + timedelta(chance.randrange(150))
        sheet.append(
            [
                f"T{number:05d}",
                f"事物{number}",
                *_values(chance),
                begun,
                begun + timedelta(90),
                *_place(chance),
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(chance: random.Random) -> list[Any]:
    amounts = [chance.randrange(10**6) / 100, chance.randrange(10**4) / 100, chance.randrange(40)]
    built = date(2000, 1, 1) + timedelta(chance.randrange(8000))
    return [chance.choice("甲乙"), *amounts, "是", built, "说明文字若干", "某建设公司", None, "某人"]


def _place(chance: random.Random) -> list[float]:
    return [round(116 + chance.random(), 6), round(39 + chance.random(), 6)]


def measure(quick: bool) -> list[Measured]:
    size = 500 if quick else 10_000
    ground.ready()
    plate = Subject.objects.create(kind="organisation", key="bench_unit", label="测试单位")
    Organisation.objects.create(subject=plate, path="bench_unit/")
    office = User.objects.create(username="bench", role="plan_office")
    register = defining.define(BODY, by=office, at=AT)
    data = workbook(size)
    rows = f"{size:,} rows"
    found = [*_import(register, data, size, office), *_kept(register, data, rows)]
    return [*found, *_reads(register, office, size), *_change(office, rows)]


def _import(register: Register, data: bytes, size: int, office: User) -> list[Measured]:
    what, rows = "Import a workbook (two stages and a point each)", f"{size:,} rows"
    parse = median(lambda: grids.cells(data, "a.xlsx"), 3)
    some = min(size // 5, 300)
    single = median(lambda: undone(lambda: _one_by_one(register, some, office)), 1, warm=False) * size / some
    ours = median(lambda: take_in(data, "a.xlsx", register, by=office, at=AT), 1, warm=False)
    return [
        Measured(what, rows, "tongjian", ours),
        Measured(what, rows, "entry by entry", single, ours, f"of {some}, without stages"),
        Measured(what, rows, "cells alone", parse, ours, "the unavoidable part"),
    ]


def undone(call: Callable[[], object]) -> None:
    with transaction.atomic():
        call()
        transaction.set_rollback(True)


def _one_by_one(register: Register, size: int, office: User) -> None:
    for number in range(size):
        place = {"type": "Point", "coordinates": [116.5, 39.5]}
        values = {"kind": "a", "cost": "12.50", "floors": 3, "open": True, "built_on": "2010-01-01"}
        given = Given(f"事物{number}", f"S{number}", attributes=values, geometry=place)
        actions.add(register.key, given, by=office, at=AT)


def _kept(register: Register, data: bytes, rows: str) -> list[Measured]:
    items = Item.objects.filter(register=register.key).order_by("code")
    again = median(lambda: take_in(data, "a.xlsx", register, by=None, at=AT), 2, warm=False)
    out = median(lambda: export(register, items), 2, warm=False)
    return [
        Measured("The same workbook again", rows, "tongjian", again),
        Measured("Export", rows, "tongjian", out),
    ]


def _reads(register: Register, office: User, size: int) -> list[Measured]:
    items = queries.visible_to(office)
    by = queries.Filter(text="事物1", attributes={"cost": {"ge": 5000}})
    page = median(lambda: queries.page(queries.filtered(items, register, by), register, order="-surface"), 9)
    some = list(items.filter(register=register.key)[:3000])
    missing = median(lambda: actions.missing(some, "accepted"), 5)
    few = some[: min(size // 10, 100)]
    single = median(lambda: [actions.missing([i], "accepted") for i in few], 1) * len(some) / len(few)
    what, entries = "What is missing to advance", f"{len(some):,} entries"
    return [
        Measured("A page: filtered, ordered by an attribute", f"{size:,} entries", "tongjian", page),
        Measured(what, entries, "tongjian", missing),
        Measured(what, entries, "entry by entry", single, missing, f"of {len(few)}"),
    ]


def _change(office: User, rows: str) -> list[Measured]:
    attributes = {**BODY["attributes"], "extra": {"title": "新增", "x-title-en": "Extra", "type": "string"}}
    new = {**BODY, "attributes": attributes}
    lost = {**BODY, "attributes": {k: v for k, v in attributes.items() if k != "remark"}}
    held = median(lambda: refused(lost), 1, warm=False)
    applied = median(lambda: defining.define(new, by=office, at=AT), 1, warm=False)
    return [
        Measured("A changed definition: all entries object", rows, "tongjian", held),
        Measured("A changed definition: applied", rows, "tongjian", applied),
    ]


def refused(body: dict[str, Any]) -> None:
    try:
        defining.examine(body)
    except defining.Objected:
        return
    raise AssertionError("the entries hold remarks that would be lost")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the rows")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    rows = measure(arguments.quick)
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
        return 0
    last = ""
    for row in rows:
        if row.what != last:
            print(row.what)
            last = row.what
        print(f"  {row.size:<16} {row.engine:<18} {row.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
