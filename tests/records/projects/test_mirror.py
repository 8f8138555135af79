"""Projects, months and problems as the mirror takes them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from records.projects.factories import AT, amounts, district, place, project, unit
from tongjian.facts.mirror.tables import all_tables
from tongjian.records.projects import actions, mirror
from tongjian.records.projects.rules.pairing import Share
from tongjian.values import Number

pytestmark = pytest.mark.django_db
JANUARY = 2022 * 12
LATER = AT + timedelta(days=1)


def rows(table: str, since: Any = None) -> list[dict[str, Any]]:
    held = all_tables()[table]
    return [dict(zip([c.name for c in held.columns], r, strict=True)) for r in held.rows(since)]


def test_a_project_s_row_follows_its_passages() -> None:
    made = project(papers=["permit"], industry="7810")
    (row,) = rows("project")
    assert (row["started_on"], row["construction"], row["industry"], row["area"]) == (
        None,
        None,
        "78",
        "hedong",
    )
    actions.convert(made.pk, on=date(2022, 3, 1), evidence=place(), by=None, at=LATER)
    (row,) = rows("project", LATER)
    assert (row["started_on"], row["construction"], row["planned_total"]) == (
        date(2022, 3, 1),
        "started",
        Decimal(8000),
    )
    assert rows("project", LATER + timedelta(seconds=1)) == []


def test_a_paired_project_s_own_part() -> None:
    district("north", "北山区")
    made = project()
    shares = [Share("hedong", Number(6, 1)), Share("north", Number(4, 1))]
    actions.pair(made.pk, shares, source=place(), by=None, at=LATER)
    months(made.pk, 100)
    (row,) = rows("project", LATER)
    assert (row["paired"], row["own_share"], row["own_total"]) == (True, Decimal("0.6"), Decimal(4800))
    (month,) = rows("investment")
    assert (month["amount"], month["own_amount"]) == (Decimal(100), Decimal(60))


def months(pk: int, *each: int, at: Any = AT) -> None:
    to_date = 0
    for n, amount in enumerate(each):
        to_date += amount
        given = amounts(amount, to_date, construction=to_date - 1, equipment=1)
        actions.report_investment(pk, JANUARY + n, given, evidence=place(), by=None, at=at)


def test_the_row_that_counts_of_each_month_with_its_own_works() -> None:
    made = project()
    months(made.pk, 100, 50, 20)
    assert [(r["month"], r["works"], r["on"].day) for r in rows("investment")] == [
        (JANUARY, Decimal(99), 31),
        (JANUARY + 1, Decimal(50), 28),
        (JANUARY + 2, Decimal(20), 31),
    ]
    given = amounts(30, 180, construction=150, equipment=30)
    actions.report_investment(made.pk, JANUARY + 2, given, evidence=place(), by=None, at=LATER)
    assert [(r["month"], r["works"]) for r in rows("investment", LATER)][-1] == (JANUARY + 2, Decimal(1))
    held = all_tables()["investment"]
    assert held.count() == 3 == len(list(held.ids()))


def test_a_problem_s_row_is_new_after_each_step() -> None:
    made = project()
    day = date(2022, 3, 1)
    found = actions.raise_problem(
        made.pk, kind="funds", text="缺", owner=unit(), opened_on=day, due_on=day, by=None, at=AT
    )
    assert rows("project_problem", LATER) == []
    actions.close(found.pk, "已到位", on=day, by=None, at=LATER)
    assert [str(r["closed_on"]) for r in rows("project_problem", LATER)] == [str(day)]


def test_every_table_has_labels_in_both_languages() -> None:
    for table in mirror.TABLES:
        assert table.label
        assert table.label_en
        assert all(c.label and c.label_en for c in table.columns[1:])
