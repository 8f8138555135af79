"""What a page of the assessment was asked for: scheme, month or January to it, which edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from tongjian.facts.assessment import adjusting, frozen, publishing, queries, results
from tongjian.facts.assessment.counting import History, history
from tongjian.facts.assessment.frozen import Kept
from tongjian.facts.assessment.models import Edition
from tongjian.facts.assessment.queries import Assessment, Unit
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.assessment.watch import Standing
from tongjian.values import Period
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, today, typed, whole

LIVE, YEAR = "live", "year"


@dataclass(frozen=True)
class Chosen:
    """scheme and month None: nothing to assess. to_date: January to the month. number: of an edition that was asked for."""

    schemes: Sequence[Scheme]
    scheme: Scheme | None
    history: History | None
    months: Sequence[Period]
    month: Period | None
    to_date: bool
    number: int | None
    wants_live: bool

    @property
    def span(self) -> Period:
        assert self.month is not None
        if not self.to_date:
            return self.month
        return Period(self.month.start - self.month.start % 12, self.month.end)

    @cached_property
    def editions(self) -> Sequence[Edition]:
        """Of the month, the newest first; a span of several months is never published."""
        if self.scheme is None or self.month is None or self.to_date:
            return ()
        return publishing.editions(self.scheme, str(self.month))

    @cached_property
    def edition(self) -> Edition | None:
        """The one shown: asked for by number, else the newest; None: as counted now."""
        if self.wants_live:
            return None
        found = next((e for e in self.editions if e.number == self.number), None)
        return found or next(iter(self.editions), None)

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        return queries.units(self.scheme) if self.scheme else {}

    @cached_property
    def live(self) -> Assessment:
        assert self.scheme is not None
        assert self.history is not None
        return queries.assess(self.scheme, self.span, self.history, self.units, adjusting.points(self.scheme))

    @cached_property
    def kept(self) -> Kept:
        """What is shown."""
        if self.edition is not None:
            return frozen.from_json(self.edition.result)
        names = {u.key: (u.name, u.name_en) for u in self.units.values()}
        return Kept(self.live.rows, self.live.whole, self.live.watch, names)

    def rows_of(self, month: int) -> Sequence[Row]:
        """As counted now."""
        assert self.scheme is not None
        assert self.history is not None
        return queries.assess(
            self.scheme, Period(month, month), self.history, self.units, adjusting.points(self.scheme)
        ).rows

    def standing(self, unit: str) -> Standing | None:
        return self.kept.watch.get(unit)

    def name_of(self, unit: str) -> str:
        zh, en = self.kept.names.get(unit, (unit, ""))
        return en if english() and en else zh

    def url(self, view: str, **more: str) -> str:
        """Another page of the same scheme and month."""
        asked = {"scheme": self.scheme.key if self.scheme else "", "month": str(self.month or "")} | more
        return f"{reverse(view)}?{urlencode({k: v for k, v in asked.items() if v})}"


def chosen(request: Asked) -> Chosen:
    """By the query string or, of a form that was sent, by its fields."""
    said = request.POST if request.method == "POST" else request.GET
    schemes = queries.schemes()
    wanted = typed(said.get("scheme"))
    scheme = next((s for s in schemes if s.key == wanted), schemes[0] if schemes else None)
    counted = history(scheme) if scheme else None
    months = months_of(scheme, counted) if scheme and counted else []
    asked = typed(said.get("month"))
    month = next((m for m in months if str(m) == asked), None)
    if month is None and scheme and counted:
        month = newest(scheme, counted, months)
    edition = typed(said.get("edition"))
    return Chosen(
        schemes,
        scheme,
        counted,
        months,
        month,
        said.get("span") == YEAR,
        whole(edition),
        wants_live=edition == LIVE,
    )


def newest(scheme: Scheme, counted: History, months: Sequence[Period]) -> Period | None:
    """The newest month of which every rate is known, else the newest: of a month just begun nothing is told yet."""
    for month in months:
        parts = (counted.of(scheme, key, month) for key in counted.counted)
        if all(den for _num, den in results.total(scheme, parts).parts):
            return month
    return months[0] if months else None


def months_of(scheme: Scheme, counted: History) -> list[Period]:
    """Months that the scheme holds for and in which anything counts, the newest first; none that is yet to come."""
    now = today().year * 12 + today().month - 1
    found = (Period(m, m) for m in reversed(counted.months) if m <= now)
    return [p for p in found if scheme.holds_in(str(p))]


def scheme_name(scheme: Scheme) -> str:
    return scheme.name_en if english() else scheme.name
