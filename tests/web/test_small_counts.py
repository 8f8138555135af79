"""A small count of persons is for officials: neither charts nor exports tell it to readers, nor what is derived from it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from openpyxl import load_workbook

from facts.factories import NOON, fact, world
from tongjian.facts.ledger import leaf
from tongjian.facts.models import Fact
from tongjian.facts.queries import facts_visible_to
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table
from tongjian.web import charts, viewing
from tongjian.web.analysis import comparison

pytestmark = pytest.mark.django_db


def facts_of_a_year() -> list[Fact]:
    """Three months, the second of a few persons."""
    world()
    file = evidence.keep(b"book", "book.xlsx", by=None, at=NOON)
    said = {1: "12.5", 2: "1–4｜模拟", 3: "32.5"}
    places = {m: evidence.cell(file, "表", f"B{m}", text) for m, text in said.items()}
    made = [fact(f"gdp @ 2022-0{m}", f"{m}2.5", evidence=places[m]) for m in said]
    return [Fact.objects.get(pk=f.pk) for f in made if f is not None]


def seen_by(role: Role | None, act: Any) -> Any:
    """What `act` gives while a page for this person is made."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser() if role is None else User(username="x", role=role)
    found = []
    viewing.Looking(lambda _request: found.append(act()))(request)  # type: ignore[arg-type,return-value]
    return found[0]


@pytest.mark.parametrize(
    ("role", "drawn"), [(Role.READER, 2), (None, 2), (Role.DEPARTMENT, 3), (Role.LEADER, 3)]
)
def test_a_chart_leaves_a_small_count_out_for_readers(role: Role | None, drawn: int) -> None:
    facts = facts_of_a_year()
    chart = seen_by(role, lambda: charts.of_series(facts[0].series, facts))
    assert sum(v is not None for line in chart["lines"] for v in line["values"]) == drawn


def test_a_sheet_leaves_it_out_too() -> None:
    facts = facts_of_a_year()

    def book() -> bytes:
        rows = [[comparison.number(leaf(f))] for f in facts]
        return sheets.workbook([Table("x", "x", "", [Column("x")], rows)])

    def cells(role: Role) -> list[object]:
        sheet = load_workbook(io.BytesIO(seen_by(role, book))).worksheets[0]
        return [sheet.cell(row, 1).value for row in (4, 5, 6)]

    assert cells(Role.READER) == [12.5, None, 32.5]
    assert cells(Role.PLAN_OFFICE) == [12.5, 22.5, 32.5]


def test_the_query_behind_the_interfaces_leaves_cells_out_as_well() -> None:
    facts_of_a_year()
    reader = User.objects.create_user("r", role=Role.READER)
    assert facts_visible_to(reader).count() == 2
    assert facts_visible_to(User.objects.create_user("p", role=Role.PLAN_OFFICE)).count() == 3


def test_outside_a_request_nobody_is_a_reader() -> None:
    assert not viewing.is_public()
