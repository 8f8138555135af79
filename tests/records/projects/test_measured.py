"""Metrics counted over the project library: by town and month, and moved by what each record implies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from facts.factories import metric, world
from records.projects.factories import amounts, details, place
from tongjian.facts import queries, refs
from tongjian.facts.measured import actions as measuring
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import all_tables
from tongjian.kernel.models import Area
from tongjian.records.projects import actions
from tongjian.records.projects.models import Project
from tongjian.records.projects.rules.pairing import Share
from tongjian.values import Number

pytestmark = pytest.mark.django_db
MORNING = datetime(2022, 6, 10, 1, tzinfo=UTC)
EVENING = datetime(2022, 6, 10, 13, tzinfo=UTC)
NEXT = datetime(2022, 6, 11, 13, tzinfo=UTC)
LAST = datetime(2022, 6, 12, 13, tzinfo=UTC)
STARTS = {"table": "project", "where": {"part": False}, "count": True, "on": "started_on", "by": "area"}
INVESTED = {"table": "investment", "sum": "own_amount", "on": "on", "by": "area"}
WORKS = {"table": "investment", "sum": "works", "on": "on", "by": "area"}
UNDER_WAY = {"table": "project", "count": True, "from": "started_on", "until": "finished_on", "by": "area"}


@pytest.fixture(autouse=True)
def ground(tmp_path: Path, settings: Any) -> None:
    settings.MIRROR = tmp_path / "mirror.duckdb"
    world()


def declared(key: str, body: Mapping[str, Any], **fields: Any) -> None:
    values = {"unit": "项", "kind": "flow", "decimals": 0, "collect": [], "derive": [], **fields}
    metric(key, key, measured=dict(body), **values)


def begun(key: str, town: str, on: date, at: datetime = MORNING, **more: Any) -> Project:
    area = Area.objects.get(subject__key=town)
    made = actions.register(details(key, area=area, **more), source=place(), by=None, at=at)
    actions.attach(made.pk, "permit", place(key), by=None, at=at)
    actions.convert(made.pk, on=on, evidence=place(), by=None, at=at)
    return made


def spent(project: Project, month: int, this: int, to_date: int, at: datetime = MORNING) -> None:
    parts = {"construction": to_date - 10, "equipment": 10}
    given = amounts(this, to_date, **parts)
    actions.report_investment(project.pk, 2022 * 12 + month - 1, given, evidence=place(), by=None, at=at)


def night(at: datetime = EVENING) -> None:
    tables = {name: t for name, t in all_tables().items() if name in {"project", "investment"}}
    refresh(list(tables.values()), at=at)
    for done in measuring.measure(at=at, tables=tables):
        assert done.problem == ""


def value(text: str) -> str:
    number = queries.resolve(refs.parse(text)).number
    assert number is not None
    return f"{number.decimal.normalize():f}"


def test_starts_and_projects_under_way_follow_passages() -> None:
    declared("starts", STARTS)
    declared("under_way", UNDER_WAY, kind="stock")
    first = begun("p-1", "north_town", date(2022, 3, 5))
    begun("p-2", "south_town", date(2022, 3, 9))
    begun("p-3", "south_town", date(2022, 4, 9), parent="p-2")
    night()
    assert (value("starts @ 2022-03"), value("starts[north_town] @ 2022-01/2022-05")) == ("2", "1")
    assert value("starts @ 2022-01/2022-05") == "2"  # a part is no start of its own
    assert value("under_way @ 2022-04") == "3"
    actions.enter_stage(
        first.pk, "construction", "works_completed", on=date(2022, 4, 20), evidence=place(), by=None, at=NEXT
    )
    begun("p-4", "north_town", date(2022, 3, 20), at=NEXT)
    night(NEXT)
    assert (value("starts @ 2022-03"), value("starts[north_town] @ 2022-03")) == ("3", "2")
    assert value("under_way @ 2022-04") == "3"


def test_money_by_town_and_month_with_the_own_part_of_a_pairing() -> None:
    declared("invested", INVESTED, unit="亿元")
    declared("works", WORKS, unit="亿元")
    one = begun("p-1", "north_town", date(2022, 1, 5))
    two = begun("p-2", "south_town", date(2022, 1, 5))
    spent(one, 1, 100, 100)
    spent(one, 2, 50, 150)
    spent(two, 2, 30, 30)
    shares = [Share("tongzhou", Number(6, 1)), Share("north_town", Number(4, 1))]
    actions.pair(two.pk, shares, source=place(), by=None, at=MORNING)
    night()
    assert (value("invested @ 2022-01"), value("invested @ 2022-02")) == ("0.01", "0.0068")
    assert value("works @ 2022-01/2022-02") == "0.016"
    spent(two, 2, 40, 40, at=NEXT)
    night(NEXT)
    assert value("invested[south_town] @ 2022-02") == "0.0024"
    assert value("invested @ 2022-01/2022-02") == "0.0174"
    actions.pair(two.pk, [Share("tongzhou", Number(1))], source=place(), by=None, at=LAST)
    night(LAST)
    assert value("invested @ 2022-01/2022-02") == "0.019"
