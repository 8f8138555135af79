"""Pivot 透视表: metrics or areas down, months or years across; every cell leads to its provenance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tongjian.facts import ledger, simulated
from tongjian.facts.choices import FactStatus
from tongjian.facts.measured import small
from tongjian.facts.models import Fact, Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.wide import STANDING, Asked, Wide, wide
from tongjian.kernel.models import Area
from tongjian.plans.sheets import Column, Table
from tongjian.values import Number, Period
from tongjian.web import units, viewing

YEARS = 10
MOST_ROWS = 60
ESTIMATE_FILL = "FBEFD3"
SHOWS: Mapping[str, str | Promise] = {
    "value": _lazy("Since January, or at the end"),
    "growth": _lazy("Growth of these"),
    "single": _lazy("The month alone"),
    "rolling": _lazy("Last twelve months"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """areas: one metric, areas down; else one area, metrics down. by_year: ten years to `year`; else its months."""

    metrics: Sequence[Metric]
    areas: Sequence[Area]
    year: int
    by_year: bool
    shows: str

    @property
    def columns(self) -> list[Period]:
        """The last month of each column."""
        if self.by_year:
            return [Period.month(y, 12) for y in range(self.year - YEARS + 1, self.year + 1)]
        return [Period.month(self.year, m) for m in range(1, 13)]


@dataclass(frozen=True, slots=True)
class Cell:
    """number None: not known. url: how it came about; empty where no single reference names it. estimate: not yet final."""

    number: Number | None
    url: str = ""
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    unit: str
    key: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Pivot:
    """columns: what the cells of each column are of. Rows without any value are left out, `left_out` counts them.

    simulated: some of what the numbers rest on was never published.
    """

    question: Question
    columns: Sequence[Period]
    rows: Sequence[Row]
    left_out: int
    simulated: bool = False


def pivot(question: Question, at: datetime | None) -> Pivot:
    """In a handful of queries, whatever its size."""
    columns = question.columns
    first = min(c.end_year for c in columns) - 1
    asked = Asked(
        tuple(m.key for m in question.metrics),
        tuple(a.key for a in question.areas),
        first,
        question.year - first + 1,
    )
    found = wide(asked, at)
    closed = _withheld(question)
    pairs = [(m, a) for m in question.metrics for a in question.areas if (m.pk, a.subject_id) not in closed]
    rows = [_row(question, found, m, a, columns) for m, a in pairs]
    known = [r for r in rows if any(c.number is not None for c in r.cells)]
    return Pivot(
        question,
        _said(question, columns),
        known[:MOST_ROWS],
        len(rows) - len(known),
        _is_simulated(question, first, at),
    )


def _withheld(question: Question) -> frozenset[tuple[int, int]]:
    """Metric and subject of rows that hold a small count of persons, for readers: what adds up over months would tell it."""
    if not viewing.is_public():
        return frozenset()
    facts = Fact.objects.filter(
        series__metric__in=[m.pk for m in question.metrics],
        evidence__kind__in=small.COUNTED,
        evidence__excerpt__startswith=small.SMALL,
    )
    return frozenset(facts.values_list("series__metric", "series__subject").distinct().order_by())


def _is_simulated(question: Question, first: int, at: datetime | None) -> bool:
    facts = Fact.objects.filter(
        series__metric__in=[m.pk for m in question.metrics],
        series__subject__in=[a.subject_id for a in question.areas],
        period_end__range=(first * 12, question.year * 12 + 11),
    )
    return simulated.any_among(ledger.known(facts, at))


def _said(question: Question, columns: Sequence[Period]) -> list[Period]:
    """Column headings: years as such."""
    return [Period.year(c.end_year) if question.by_year else c for c in columns]


def _row(question: Question, found: Wide, metric: Metric, area: Area, columns: Sequence[Period]) -> Row:
    cells = [_cell(question.shows, found, metric, area.key, c) for c in columns]
    label = str(area) if len(question.areas) > 1 else str(metric)
    return Row(label, "%" if question.shows == "growth" else metric.unit, metric.key, cells)


def _cell(shows: str, found: Wide, metric: Metric, area: str, month: Period) -> Cell:
    asks = {
        "value": found.value,
        "growth": found.growth,
        "single": found.single,
        "rolling": found.rolling_12,
    }
    at = metric.key, area, month.end_year, month.end % 12 + 1
    number = asks[shows](*at)
    if number is None:
        return Cell(None)
    standing = int(found.to_date.standing[found.asked.at(*at)])
    return Cell(number, _url(shows, metric, area, month), standing == STANDING[FactStatus.ESTIMATE])


def _url(shows: str, metric: Metric, area: str, month: Period) -> str:
    """The growth of levels may have a reported one of the same name beside it: its inputs are named instead."""
    if shows == "rolling":
        return ""
    whole = Period.to_date(month.end_year, month.end % 12 + 1)
    period = month if shows == "single" or metric.kind == "stock" else whole
    own = "" if area == settings.DISTRICT else area
    return f"{reverse('facts:provenance')}?{urlencode({'ref': str(FactRef(metric.key, period, own))})}"


def sheet(found: Pivot, title: str, language: str, known_on: str) -> Table:
    """The table as a sheet."""
    below = _("%(shows)s; as known on %(day)s") % {"shows": SHOWS[found.question.shows], "day": known_on}
    columns = [
        Column(_("Row"), 26),
        Column(_("Unit"), 10, centred=True),
        *(Column(c.label(language), 12) for c in found.columns),
    ]
    rows = [
        [
            r.label,
            units.shown(r.unit),
            *(None if c.number is None else float(c.number.decimal) for c in r.cells),
        ]
        for r in found.rows
    ]
    shaded = {
        (i, j + 2): ESTIMATE_FILL
        for i, r in enumerate(found.rows)
        for j, c in enumerate(r.cells)
        if c.estimate
    }
    notes = [_("Shaded: estimates.")] if shaded else []
    notes += [str(simulated.SENTENCE)] if found.simulated else []
    return Table(_("Pivot"), title, below, columns, rows, shaded, notes)
