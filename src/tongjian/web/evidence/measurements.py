"""The page of a measured figure: what was counted, in words and numbers, and its rows with links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from tongjian.facts.measured.record import Measurement
from tongjian.facts.measured.rows import PER_PAGE, Opened, opened_for
from tongjian.facts.models import Fact, Metric
from tongjian.kernel.access import Viewer, places_visible_to
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import Place, Subject, User
from tongjian.values import Number


@dataclass(frozen=True, slots=True)
class Line:
    """A row that was counted. url "": it has no page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Shown:
    """metric, area, table: as people read them. number None: there is no number, fact says why."""

    metric: str
    area: str
    period: str
    table: str
    opened: Opened
    fact: Fact | None
    number: Number | None
    unit: str
    lines: Sequence[Line]

    @property
    def said(self) -> Measurement:
        return self.opened.measurement

    @property
    def rest(self) -> int:
        """Rows of the whole that the numerator leaves out."""
        return self.said.rows - (self.said.part or 0)

    @property
    def per_page(self) -> int:
        return PER_PAGE


def places(user: Viewer) -> QuerySet[Place]:
    """Places that the user may see. A measurement is for all who may see its figure: its page hides what is not."""
    if not isinstance(user, User) or not user.is_active:
        return Place.objects.none()
    open_to_all = Q(kind=PlaceKind.MEASUREMENT)
    return Place.objects.filter(open_to_all | Q(pk__in=places_visible_to(user).values("pk")))


def shown(place: Place, user: Viewer, after: int | None) -> Shown | None:
    """None for a place of another kind. Raises OSError when the record's bytes are gone."""
    found = opened_for(place, user, after)
    if found is None:
        return None
    said, table = found.measurement, found.table
    metric = Metric.objects.filter(key=said.metric).first()
    area = Subject.objects.filter(key=said.area).first()
    fact = place.facts.select_related("series").first()
    return Shown(
        metric=str(metric or said.metric),
        area=str(area or said.area),
        period=said.period,
        table="" if table is None else table.label or table.name,
        opened=found,
        fact=fact,
        number=None if said.value is None else Number.parse(said.value),
        unit=said.unit,
        lines=[_line(row, "" if table is None else table.page) for row in found.rows],
    )


def _line(row: Model, page: str) -> Line:
    key = getattr(row, "key", row.pk)
    try:
        return Line(str(row), reverse(page, args=[key]) if page else "")
    except NoReverseMatch:
        return Line(str(row), "")
