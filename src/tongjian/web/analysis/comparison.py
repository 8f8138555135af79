"""比较 of towns: one metric, one period, all areas; the table, its chart and its workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from tongjian.facts.ledger import known
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.resolved import Resolved
from tongjian.facts.simulated import SENTENCE, rests_on_simulated
from tongjian.kernel.models import Area
from tongjian.plans.sheets import Column, Table, Value
from tongjian.values import Period
from tongjian.web import charts, units, viewing
from tongjian.web.facts.peers import Peer, PeerTable

FEWEST = 2
MOST_PERIODS = 60


def _town_series() -> QuerySet[Series]:
    return Series.objects.filter(
        subject__in=Area.objects.filter(parent__subject__key=settings.DISTRICT).values("subject"),
        measure="level",
        basis="natural",
        comparator="",
        breakdown="",
    )


def comparable(metrics: QuerySet[Metric]) -> list[Metric]:
    """Metrics that at least two towns have a series of."""
    counted = _town_series().values("metric").annotate(n=Count("subject", distinct=True)).order_by()
    enough = [row["metric"] for row in counted if row["n"] >= FEWEST]
    return list(metrics.filter(pk__in=enough).order_by("order", "key"))


def periods(metric: Metric, at: datetime | None) -> list[Period]:
    """Periods that any town has reported, the newest first and of these the longest."""
    facts = Fact.objects.filter(series__in=_town_series().filter(metric=metric))
    texts = known(facts, at).values_list("period", flat=True).distinct().order_by()
    found = sorted((Period.parse(t) for t in texts), key=lambda p: (p.end, p.months), reverse=True)
    return found[:MOST_PERIODS]


def reported(end: int, at: datetime | None) -> dict[int, set[str]]:
    """metric → the periods ending with that month that any town has reported."""
    facts = known(Fact.objects.filter(series__in=_town_series().values("pk"), period_end=end), at)
    found: dict[int, set[str]] = {}
    for metric, period in facts.values_list("series__metric", "period").distinct().order_by():
        found.setdefault(metric, set()).add(period)
    return found


def chart(table: PeerTable) -> charts.Chart | None:
    """Bars in the order of the table."""
    rows = [r for r in table.rows if r.value is not None and viewing.may_show(r.value)]
    if len(rows) < FEWEST:
        return None
    values = [float(r.value.number.decimal) for r in rows if r.value is not None]
    return {
        "kind": "bar",
        "across": True,
        "labels": [str(r.area) for r in rows],
        "lines": [{"name": "", "values": values}],
        "unit": units.shown(table.unit),
        "target": None,
        "targetLabel": "",
    }


def sheet(table: PeerTable, language: str, known_on: str) -> Table:
    """The table as a sheet. known_on: the day as of which it stands."""
    period = table.period.label(language)
    below = _("%(period)s; unit: %(unit)s; as known on %(day)s; %(n)s of %(all)s reported") % {
        "period": period,
        "unit": units.shown(table.unit),
        "day": known_on,
        "n": table.reported,
        "all": len(table.rows),
    }
    columns = [
        Column(_("Rank"), 8, centred=True),
        Column(_("Town or street"), 20),
        Column(_("Value"), 14),
        Column(_("Growth (%)"), 12),
        Column(_("Change of place"), 12, centred=True),
    ]
    rows = [_row(r) for r in table.rows]
    notes = told_simulated([v for r in table.rows for v in (r.value, r.growth)])
    return Table(_("Comparison"), f"{table.metric} {period}", below, columns, rows, notes=notes)


def told_simulated(values: Iterable[Resolved | None]) -> list[str]:
    """The note below a table that holds numbers nobody published; none below any other."""
    return [str(SENTENCE)] if any(v is not None and rests_on_simulated(v) for v in values) else []


def _row(r: Peer) -> Sequence[Value]:
    return [r.place, str(r.area), number(r.value), number(r.growth), r.moved]


def number(value: Resolved | None) -> float | None:
    """None as well where this person may not see it."""
    return None if value is None or not viewing.may_show(value) else float(value.number.decimal)
