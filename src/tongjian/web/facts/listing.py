"""The list of metrics with what was last known of each: a few queries, however many metrics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Basis, Measure
from tongjian.facts.ledger import known
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.queries import as_known

THEMES: dict[str, str | Promise] = {
    "economy": _("Economy"),
    "finance": _("Public finance"),
    "people": _("People and jobs"),
    "business": _("Business"),
    "construction": _("Construction"),
    "ecology": _("Ecology"),
    "governance": _("Governance"),
    "livelihood": _("Livelihood"),
    "culture": _("Culture and tourism"),
    "coordination": _("Regional coordination"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A metric with its newest level and growth of the district; None where nothing was reported."""

    metric: Metric
    level: Fact | None
    growth: Fact | None

    @property
    def theme(self) -> str | Promise:
        return THEMES.get(self.metric.theme, self.metric.theme)


def search(found: QuerySet[Metric], text: str, theme: str) -> QuerySet[Metric]:
    """By name in either language, alias, or key; and by theme."""
    if text:
        # json.dumps of an alias escapes nothing here: Django stores JSON text as it is written.
        named = Q(name__icontains=text) | Q(name_en__icontains=text) | Q(key__icontains=text)
        keys = [m.pk for m in found if any(text.lower() in a.lower() for a in m.aliases)]
        found = found.filter(named | Q(pk__in=keys))
    return found.filter(theme=theme) if theme else found


def lines(metrics: Iterable[Metric], at: datetime | None = None) -> list[Line]:
    """One line a metric, in the order given. Only the newest periods are read, however long the series are."""
    rows = list(metrics)
    series = Series.objects.filter(
        metric__in=[m.pk for m in rows],
        subject__key=settings.DISTRICT,
        comparator="",
        measure__in=[Measure.LEVEL, Measure.GROWTH],
    )
    newest: dict[tuple[int, str], Fact] = {}
    for fact in _last(series, at):
        key = (fact.series.metric_id, fact.series.measure)
        if key not in newest or _rank(fact) > _rank(newest[key]):
            newest[key] = fact
    return [Line(m, newest.get((m.pk, Measure.LEVEL)), newest.get((m.pk, Measure.GROWTH))) for m in rows]


def _last(series: QuerySet[Series], at: datetime | None) -> list[Fact]:
    """The numbers of each series' newest months; of all its months where the newest number was taken back."""
    ends = _ends(series, at)
    found = [
        f for f in as_known(series, at).filter(period_end__in=set(ends.values())) if f.number is not None
    ]
    if left := set(ends) - {f.series_id for f in found}:
        found += [f for f in as_known(Series.objects.filter(pk__in=left), at) if f.number is not None]
    return found


def _ends(series: QuerySet[Series], at: datetime | None) -> dict[int, int]:
    """The newest month of each series that a number is known of."""
    numbers = known(Fact.objects.filter(series__in=series, mantissa__isnull=False), at)
    return dict(
        numbers.values("series").annotate(end=Max("period_end")).values_list("series", "end").order_by()
    )


def _rank(fact: Fact) -> tuple[bool, int, int, bool]:
    """The whole before a group of it, the newest period, the longest, the plain basis."""
    return (
        not fact.series.breakdown,
        fact.period_end,
        -fact.period_start,
        fact.series.basis == Basis.NATURAL,
    )
