"""A small district and its ledger for tests: nothing by chance, every value stated.

`world()` makes a capital with two districts; the installation's own has three towns, a statistics and a finance
bureau below the government, and the metrics below. Keys: see the constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from tongjian.facts import actions, queries, refs
from tongjian.facts.models import Fact, Metric
from tongjian.kernel import evidence
from tongjian.kernel.models import Area, Organisation, Place, Subject, User
from tongjian.values import Number

DISTRICT = settings.DISTRICT
TOWNS = ("north_town", "south_town", "east_town")
NOON = datetime(2023, 1, 4, 4, 0, tzinfo=UTC)
PASSWORD = "a long enough password"


@dataclass(frozen=True)
class World:
    government: Organisation
    plan_office: Organisation
    statistics: Organisation
    finance: Organisation


def area(key: str, name: str, kind: str, parent: Area | None = None, order: int = 0) -> Area:
    subject = Subject.objects.create(kind="area", key=key, label=name, label_en=key.replace("_", " ").title())
    path = f"{parent.path if parent else ''}{key}/"
    return Area.objects.create(subject=subject, path=path, kind=kind, parent=parent, order=order)


def organisation(
    key: str, name: str, parent: Organisation | None = None, at: Area | None = None
) -> Organisation:
    subject = Subject.objects.create(
        kind="organisation", key=key, label=name, label_en=key.replace("_", " ").title()
    )
    path = f"{parent.path if parent else ''}{key}/"
    return Organisation.objects.create(subject=subject, path=path, parent=parent, area=at)


def metric(key: str, name: str, owner: Organisation | None = None, **fields: Any) -> Metric:
    values: dict[str, Any] = {
        "name_en": key.replace("_", " ").title(),
        "unit": "亿元",
        "kind": "flow",
        "direction": "up",
        "decimals": 1,
        "theme": "economy",
        "collect": [{"measure": "level"}],
        "derive": [{"measure": "growth"}],
    }
    return Metric.objects.create(key=key, name=name, owner=owner, **{**values, **fields})


def world() -> World:
    """Areas, organisations and metrics; returns the organisations."""
    capital = area("capital", "都城", "city")
    own = area(DISTRICT, "河东区", "district", capital, 1)
    area("west_district", "河西区", "district", capital, 2)
    for order, key in enumerate(TOWNS):
        area(
            key, {"north_town": "北镇", "south_town": "南镇", "east_town": "东街道"}[key], "town", own, order
        )
    government = organisation("government", "区人民政府", None, own)
    made = World(
        government=government,
        plan_office=organisation("plan_office", "区发展改革委", government, own),
        statistics=organisation("statistics", "区统计局", government, own),
        finance=organisation("finance", "区财政局", government, own),
    )
    metrics(made)
    return made


def metrics(made: World) -> None:
    """gdp, budget_revenue, residents (stock), forest_cover (%), fines (fewer is better), visits (by group)."""
    metric(
        "gdp",
        "地区生产总值",
        made.statistics,
        aliases=["GDP"],
        collect=[
            {"measure": "level"},
            {"measure": "growth", "basis": "constant_price", "subjects": [DISTRICT, "capital"]},
            {"measure": "rank", "of": "growth", "basis": "constant_price"},
        ],
        derive=[
            {"measure": "growth"},
            {"measure": "difference", "of": "growth", "comparator": "city", "basis": "constant_price"},
            {"measure": "completion"},
        ],
    )
    metric(
        "budget_revenue",
        "一般公共预算收入",
        made.finance,
        aliases=["一般预算收入"],
        collect=[
            {"measure": "level"},
            {"measure": "level", "subject": "towns"},
            {"measure": "growth"},
            {"measure": "growth", "basis": "restated"},
        ],
        derive=[
            {"measure": "growth"},
            {"measure": "rank", "of": "level", "among": "towns"},
            {"measure": "share", "comparator": "city"},
        ],
    )
    metric("residents", "常住人口", made.statistics, unit="万人", kind="stock", decimals=1)
    metric(
        "forest_cover", "森林覆盖率", made.statistics, unit="%", kind="ratio", decimals=2, bounds=["0", "100"]
    )
    metric(
        "fines",
        "行政处罚",
        made.statistics,
        unit="件",
        direction="down",
        decimals=0,
        derive=[{"measure": "rank", "among": "towns", "partial": True}],
    )
    metric(
        "visits",
        "诊疗量",
        made.statistics,
        unit="万人次",
        collect=[{"measure": "level", "breakdowns": ["", "老年人"]}],
        derive=[{"measure": "share"}, {"measure": "difference", "comparator": "last_year"}],
    )


def user(name: str, role: str, at: Organisation | None = None) -> User:
    return User.objects.create_user(name, password=PASSWORD, role=role, organisation=at)


def place(name: str = "sample.txt", content: bytes = b"sample", locator: str = "0-6") -> Place:
    """A passage of a small kept file."""
    start, end = (int(x) for x in locator.split("-"))
    return evidence.span(evidence.keep(content, name, by=None, at=NOON), start, end, "样例")


def fact(
    ref: str,
    value: str | None,
    *,
    at: datetime = NOON,
    source: str = "collection",
    status: str = "actual",
    bound: str = "eq",
    words: str = "",
    missing: str = "",
    evidence: Place | None = None,
) -> Fact | None:
    """Put one fact on the ledger by its reference: `fact("gdp[growth, constant_price] @ 2022", "4.1")`."""
    named = refs.parse(ref)
    with transaction.atomic():
        return actions.record(
            queries.series_for(named, create=True),
            named.period,
            missing if value is None else Number.parse(value),
            bound=bound,
            words=words,
            status=status,
            source=source,
            evidence=evidence or place(),
            by=None,
            at=at,
        )


def facts(rows: Sequence[tuple[str, str]], **same: Any) -> None:
    for ref, value in rows:
        fact(ref, value, **same)
