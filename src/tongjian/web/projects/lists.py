"""The project library as lists show it: by year class, area, owner, kind and words; with what is derived of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.http import QueryDict

from tongjian.kernel.models import User
from tongjian.records.projects import queries
from tongjian.records.projects.choices import ProjectKind, YearClass
from tongjian.records.projects.models import Project
from tongjian.records.projects.queries import Standing
from tongjian.values import Number
from tongjian.web.requests import typed, whole

CLASSES: tuple[YearClass, ...] = tuple(YearClass)


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields filter nothing. year: the plan year that classes are taken for."""

    year: int
    klass: str = ""
    kind: str = ""
    area: str = ""
    owner: str = ""
    text: str = ""

    @property
    def is_on(self) -> bool:
        return bool(self.klass or self.kind or self.area or self.owner or self.text)


@dataclass(frozen=True, slots=True)
class Row:
    project: Project
    standing: Standing

    @property
    def total(self) -> Number | None:
        return self.project.planned_total


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows that the list shows, and of all that pass the filter bar the class: how many and how much of each."""

    rows: Sequence[Row]
    counts: Mapping[str, int]
    total: Number


def read(query: QueryDict, today: date) -> Filter:
    klass, kind = query.get("class", ""), query.get("kind", "")
    return Filter(
        year=whole(query.get("year")) or today.year,
        klass=klass if klass in YearClass.values else "",
        kind=kind if kind in ProjectKind.values else "",
        area=typed(query.get("area")),
        owner=typed(query.get("owner")),
        text=typed(query.get("q")),
    )


def filtered(projects: QuerySet[Project], chosen: Filter) -> QuerySet[Project]:
    """All of the filter but the class, which is derived and no column."""
    found = projects.filter(archived_at=None)
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.area:
        found = found.filter(area__path__contains=f"{chosen.area}/")
    if chosen.owner:
        found = found.filter(owner__subject__key=chosen.owner)
    if chosen.text:
        words = Q(name__icontains=chosen.text) | Q(builder__icontains=chosen.text)
        found = found.filter(
            words | Q(subject__key__icontains=chosen.text) | Q(subject__codes__value=chosen.text)
        )
    return (
        found.select_related("subject", "area__subject", "owner__subject").order_by("name", "pk").distinct()
    )


def listed(user: User, chosen: Filter) -> Listed:
    projects = list(filtered(queries.visible_to(user), chosen))
    standing = queries.standings(projects, chosen.year)
    rows = [Row(p, standing[p.pk]) for p in projects]
    counts = {c.value: sum(r.standing.year_class == c for r in rows) for c in CLASSES}
    shown = [r for r in rows if not chosen.klass or r.standing.year_class == chosen.klass]
    total = sum((r.total.decimal for r in shown if r.total is not None), Decimal(0))
    return Listed(shown, counts, Number.of(total))


def years(user: User, today: date) -> list[int]:
    """Plan years worth a look: from the first project's until the next one."""
    first = queries.visible_to(user).order_by("reserved_on").values_list("reserved_on", flat=True).first()
    start = max(first.year, today.year - 4) if first else today.year
    return list(range(min(start, today.year), today.year + 2))
