"""Reads: the schemes that rule, and one assessment of a month or of January to a month, with its watch list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.conf import settings

from tongjian.facts.assessment import results
from tongjian.facts.assessment.counting import History
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import KIND, Scheme, parse
from tongjian.facts.assessment.watch import Standing, follow
from tongjian.kernel import definitions
from tongjian.kernel.models import Area, Organisation
from tongjian.values import Period

Points = Mapping[tuple[str, int], Fraction]  # unit key and month index → points granted
NO_POINTS: Points = {}


@dataclass(frozen=True, slots=True)
class Unit:
    """One that is assessed. pk: of its area or organisation; group "": of no group, counted and not ranked."""

    key: str
    name: str
    pk: int
    group: str
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Assessment:
    """rows: by group, then rank, those without a rank last. whole: all cases, those of no unit as well.

    watch: unit key → its standing after the last month; empty where the scheme has no watch list.
    """

    scheme: Scheme
    period: Period
    rows: tuple[Row, ...]
    whole: Row
    watch: Mapping[str, Standing]
    units: Mapping[str, Unit]
    digest: str


def schemes() -> list[Scheme]:
    """All that rule now."""
    return [parse(r.body, r.version) for r in definitions.ruling(KIND)]


def units(scheme: Scheme) -> dict[str, Unit]:
    """Areas of the district, or the organisations whose area is one, in the district's order."""
    if scheme.by == "area":
        areas = Area.objects.filter(path__contains=f"{settings.DISTRICT}/").select_related("subject")
        rows = [(a.subject, a.pk, a.kind) for a in areas.order_by("order", "pk")]
    else:
        found = Organisation.objects.select_related("subject", "area").order_by("order", "pk")
        rows = [(o.subject, o.pk, o.area.kind if o.area else "") for o in found]
    made: dict[str, Unit] = {}
    for subject, pk, kind in rows:
        if (group := scheme.group_of(kind)) is not None:
            made[subject.key] = Unit(subject.key, subject.label, pk, group.key, subject.label_en)
    return made


def assess(
    scheme: Scheme, period: Period, history: History, own: Mapping[str, Unit], points: Points = NO_POINTS
) -> Assessment:
    """One span. own: `units(scheme)`; points: granted by persons, of months; a span of several months has none."""
    rows = results.ranked(scheme, _rows(scheme, period, history, own, points))
    order = {g.key: n for n, g in enumerate(scheme.groups)}
    rows.sort(key=lambda r: (order[r.group], r.rank is None, r.rank or 0))
    everything = results.total(scheme, (history.of(scheme, key, period) for key in history.counted))
    whole = results.row(scheme, "", "", everything)
    watch = watched(scheme, period.end, history, own, points)
    return Assessment(
        scheme,
        period,
        tuple(rows),
        whole,
        {k: s[-1] for k, s in watch.items() if s},
        own,
        history.digest,
    )


def _rows(
    scheme: Scheme, period: Period, history: History, own: Mapping[str, Unit], points: Points
) -> list[Row]:
    month = period.start if period.months == 1 else None
    return [
        results.row(
            scheme,
            u.key,
            u.group,
            history.of(scheme, u.key, period),
            Fraction(0) if month is None else points.get((u.key, month), Fraction(0)),
        )
        for u in own.values()
    ]


def watched(
    scheme: Scheme, last: int, history: History, own: Mapping[str, Unit], points: Points = NO_POINTS
) -> dict[str, Sequence[Standing]]:
    """Unit → where it stood after each month, from the first that counts under this scheme to `last`."""
    year, _dash, month = scheme.since.partition("-")
    known = [m for m in history.months if int(year) * 12 + int(month) - 1 <= m <= last]
    if scheme.watch is None or not known:
        return {}
    stood = [
        results.months(results.ranked(scheme, _rows(scheme, Period(m, m), history, own, points)))
        for m in range(known[0], last + 1)
    ]
    return {key: follow(scheme.watch, [month.get(key) for month in stood]) for key in own}
