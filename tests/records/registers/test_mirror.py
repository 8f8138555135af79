"""A register's table in the mirror, and the metrics that it yields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from records.registers.factories import AT, body, people, pond, ponds
from tongjian.facts.mirror.tables import all_tables, yielded_metrics
from tongjian.kernel import definitions
from tongjian.packs import entries
from tongjian.records.registers import actions, library
from tongjian.records.registers.actions import Changes, Upload
from tongjian.records.registers.counts import metrics_of
from tongjian.records.registers.definition import read

PHOTO = Upload("photo.jpg", b"photo", "site_photo")


@pytest.mark.django_db
def test_an_entry_is_a_row_of_its_registers_table() -> None:
    who = people()
    ponds(who.office, years={"attribute": "surveyed_on"})
    item = pond(
        who.owner,
        attributes={"kind": "dug", "surface": "3.5", "fish": 4, "fenced": True, "surveyed_on": "2022-02-01", "keeper": "王五", "remark": "浅"},
    )  # fmt: skip
    for stage, day in (("started", date(2022, 3, 1)), ("in_use", date(2022, 9, 1))):
        actions.enter_stage(item.pk, stage, on=day, evidence=PHOTO, by=who.owner, at=AT)
    table = all_tables()["register_ponds"]
    row = dict(zip([c.name for c in table.columns], next(table.rows(None)), strict=True))
    assert row == {
        "id": item.pk,
        "area": "north_town",
        "owner": "statistics",
        "archived": False,
        "simulated": False,
        "added_on": date(2023, 1, 4),
        "plan_from": date(2022, 1, 1),
        "plan_until": date(2023, 1, 1),
        "kind": "dug",
        "surface": "3.50",
        "fish": 4,
        "fenced": True,
        "surveyed_on": date(2022, 2, 1),
        "unit": None,
        "stage": "in_use",
        "since": date(2022, 9, 1),
        "started_on": date(2022, 3, 1),
        "topped_out_on": None,
        "joined_on": None,
        "works_completed_on": None,
        "accepted_on": None,
        "in_use_on": date(2022, 9, 1),
    }
    assert (table.count(), list(table.ids()), table.personal) == (1, [item.pk], True)
    assert [i.pk for i in table.visible(who.reader)] == [item.pk]
    assert list(table.rows(AT + timedelta(seconds=1))) == []
    actions.amend(item.pk, Changes(name="莲塘"), reason="改", by=who.owner, at=AT + timedelta(days=1))
    assert len(list(table.rows(AT + timedelta(seconds=1)))) == 1


def test_counts_are_metrics_over_its_table() -> None:
    flow, stock = metrics_of(read(body())[0])
    assert flow["kind"] == "flow"
    assert flow["measured"] == {
        "table": "register_ponds",
        "where": {"kind": "dug", "archived": False},
        "count": True,
        "on": "in_use_on",
        "by": "area",
    }
    assert (stock["kind"], stock["measured"]["sum"]) == ("stock", "surface")
    assert (flow["owner"], flow["theme"]) == ("statistics", "ecology")


@pytest.mark.parametrize(
    ("done", "start", "where"),
    [
        ({"stage": "in_use"}, "in_use_on", {"archived": False}),
        ({"surveyed_on": {"set": True}}, "surveyed_on", {"archived": False}),
        ({"kind": "dug"}, "added_on", {"kind": "dug", "archived": False}),
    ],
)
def test_a_checklist_counts_its_completion(done: dict[str, Any], start: str, where: dict[str, Any]) -> None:
    made = read(body(counts=None, checklist={"of": "措施", "of_en": "Measures", "done": done}))[0]
    listed, fulfilled, rate = metrics_of(made)
    assert (listed["key"], listed["measured"]["from"]) == ("ponds_listed", "added_on")
    assert (fulfilled["measured"]["from"], fulfilled["measured"]["where"]) == (start, where)
    assert rate["derive"] == [
        {"operator": "ratio", "numerator": "ponds_fulfilled", "denominator": "ponds_listed"}
    ]
    assert "measured" not in rate
    assert rate["name"] == "池塘台账：措施完成率"


@pytest.mark.django_db
def test_all_shipped_registers_stand_without_a_flaw_and_fit_the_catalogue() -> None:
    from tongjian.facts.catalogue import sync

    sync(AT)
    shipped = {e.key for e in entries("registers")}
    assert shipped == set(library.all_registers())
    assert {e.key for e in yielded_metrics()} <= set(definitions.newest("metrics"))
    assert sync(AT).changed == 0
