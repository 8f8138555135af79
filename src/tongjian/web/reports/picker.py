"""The figure picker: facts of the report's year by name or value, each with its trend and the reference to insert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.db.models import QuerySet

from tongjian.facts import queries
from tongjian.facts.choices import Comparator, Measure
from tongjian.facts.ledger import ref_of
from tongjian.facts.models import Fact, Metric, Series
from tongjian.kernel.access import Viewer
from tongjian.values import Number, Period
from tongjian.web.facts.listing import search
from tongjian.web.facts.names import qualities

DIGITS = 15
METRICS, SHOWN, POINTS = 8, 24, 13
WIDTH, HEIGHT = 72, 20
ORDER = (Measure.LEVEL, Measure.GROWTH, Measure.RANK, Measure.DIFFERENCE, Measure.SHARE, Measure.COMPLETION)


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact to insert. reference: as the text takes it; trend: points of a polyline, empty for fewer than three."""

    name: str
    said: str
    period: str
    number: Number
    unit: str
    status: str
    reference: str
    trend: str
    fact: int


def choices(user: Viewer, text: str, year: int) -> list[Choice]:
    """Facts of the year and the year before, the plainest of each metric first. text: words of a name, or a value."""
    value = _value(text)
    if not text:
        return []
    facts = _of_value(user, value, year) if value is not None else _of_name(user, text, year)
    shown = sorted(facts, key=lambda f: _plainness(f, text))[:SHOWN]
    trends = _trends([f.series_id for f in shown])
    return [_choice(f, trends.get(f.series_id, "")) for f in shown]


def _value(text: str) -> Decimal | None:
    """A number of a size that the ledger may hold; None for anything else."""
    try:
        found = Decimal(text.replace(",", "").rstrip("%％"))
    except InvalidOperation:
        return None
    held = found.is_finite() and len(found.as_tuple().digits) <= DIGITS and abs(found.adjusted()) <= DIGITS
    return found if held else None


def _of_name(user: Viewer, text: str, year: int) -> list[Fact]:
    metrics = list(search(Metric.objects.all(), text, "")[:METRICS])
    found: dict[tuple[int, int], Fact] = {}
    for fact in _known(user, Series.objects.filter(metric__in=metrics), year):
        found[fact.series_id, fact.period_end // 12] = fact  # the newest of each year stays
    return list(found.values())


def _of_value(user: Viewer, value: Decimal, year: int) -> list[Fact]:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    wanted = [
        (int(abs(value).scaleb(places + more)), places + more) for more in range(3)
    ]  # 89.4 is also kept as 89.40
    series = Fact.objects.none().values("series")
    for mantissa, decimals in wanted:
        series = series | Fact.objects.filter(mantissa__in=(mantissa, -mantissa), decimals=decimals).values(
            "series"
        )
    rows = _known(user, Series.objects.filter(pk__in=series), year)
    return [f for f in rows if f.number is not None and abs(f.number.decimal) == abs(value)]


def _known(user: Viewer, series: QuerySet[Series], year: int) -> QuerySet[Fact]:
    """Ruling facts with a number, of the district, by period."""
    mine = series.filter(
        subject__key=settings.DISTRICT,
        comparator__in=["", Comparator.CITY],
        pk__in=queries.series_visible_to(user).values("pk"),
    )
    span = {"period_end__gte": (year - 1) * 12, "period_end__lt": (year + 1) * 12}
    rows = queries.as_known(mine).filter(**span, mantissa__isnull=False)
    return rows.filter(pk__in=queries.facts_visible_to(user).values("pk"))


def _plainness(fact: Fact, text: str) -> tuple[bool, int, bool, int, int, int]:
    s = fact.series
    measures = [m.value for m in ORDER]
    rank = measures.index(s.measure) if s.measure in measures else len(measures)
    name = s.metric.name
    return (
        not name.startswith(text),
        s.metric.order,
        bool(s.breakdown),
        -fact.period_end,
        rank,
        len(name),
    )


def _choice(fact: Fact, trend: str) -> Choice:
    s = fact.series
    assert fact.number is not None  # asked for so
    ref = replace(ref_of(s, fact.interval), subject="")
    said = qualities(s.measure, s.of, s.basis, s.comparator, s.breakdown)
    return Choice(
        str(s.metric),
        " · ".join(said),
        fact.period,
        fact.number,
        s.unit,
        fact.status,
        f"{{{{ {ref} }}}}",
        trend,
        fact.pk,
    )


def _trends(series: Sequence[int]) -> dict[int, str]:
    """The last values of each series as points of a small line; single read for all."""
    rows = queries.as_known(Series.objects.filter(pk__in=set(series))).filter(mantissa__isnull=False)
    values: dict[int, list[tuple[Period, Decimal]]] = {}
    for fact in rows:
        if fact.number is not None:
            values.setdefault(fact.series_id, []).append((fact.interval, fact.number.decimal))
    return {pk: line([n for _p, n in _same_months(found)]) for pk, found in values.items()}


def _same_months(found: Sequence[tuple[Period, Decimal]]) -> Sequence[tuple[Period, Decimal]]:
    """Of values that add up since January those of the newest one's months, year by year; else all of them."""
    newest = found[-1][0]
    if newest.start % 12 or newest.start == newest.end:
        return found[-POINTS:]
    months = (newest.start % 12, newest.end % 12)
    return [f for f in found if (f[0].start % 12, f[0].end % 12) == months][-POINTS:]


def line(values: Sequence[Decimal]) -> str:
    """Points of a polyline in a box of 72 by 20; empty for fewer than three values."""
    if len(values) < 3:
        return ""
    low, high = min(values), max(values)
    across = Decimal(WIDTH - 4) / (len(values) - 1)
    span = (high - low) or Decimal(1)
    points = [(2 + across * n, 2 + (high - v) / span * (HEIGHT - 4)) for n, v in enumerate(values)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
