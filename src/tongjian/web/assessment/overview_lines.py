"""A scheme's cases by department and category beside the span before, months in a row, and hot spots, as pages show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from tongjian.facts.assessment import hiding, overview, results
from tongjian.facts.assessment.counting import Counted, History
from tongjian.facts.assessment.hiding import is_small
from tongjian.facts.assessment.overview import Hot, Overview
from tongjian.facts.assessment.results import Rate, Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.kernel.models import Organisation
from tongjian.values import Period
from tongjian.web.assessment.asked import Chosen
from tongjian.web.assessment.shown import cases_url, measures
from tongjian.web.cases.narrowing import MISSED
from tongjian.web.registers.shown import english

MONTHS_SHOWN, MOST_HOT = 13, 20
YEAR_OF_MONTHS = 12
Place = Callable[[str], tuple[str, str, str]]  # key → name, parameter of the lists, its value


@dataclass(frozen=True, slots=True)
class RateBeside:
    """One rate and how many points it moved since the span before. url: all that were counted; missed_url: not passed."""

    label: str
    own: Rate
    change: Decimal | None
    url: str
    missed_url: str


@dataclass(frozen=True, slots=True)
class Beside:
    """One department, category or month beside the span before. before None: not for this reader; change: in percent."""

    name: str
    n: int
    before: int | None
    change: Decimal | None
    rates: Sequence[RateBeside]
    url: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class HotLine:
    """Cases of one category in one town: in the month and in the one before."""

    unit: str
    category: str
    now: int
    before: int
    url: str

    @property
    def more(self) -> int:
        return self.now - self.before


def span_before(asked: Chosen) -> Period:
    """The month before; of January to a month, the same months of last year."""
    back = YEAR_OF_MONTHS if asked.to_date else 1
    return Period(asked.span.start - back, asked.span.end - back)


def departments(asked: Chosen, found: Overview, *, small: bool) -> list[Beside]:
    keys = [k for k in found.departments if k]
    leads = {
        o.subject.key: o for o in Organisation.objects.filter(subject__key__in=keys).select_related("subject")
    }

    def place(key: str) -> tuple[str, str, str]:
        unit = leads.get(key)
        return (str(unit), "lead", str(unit.pk)) if unit else (key or _("No lead unit"), "", "")

    return _beside(asked, found.departments, place, small=small)


def categories(asked: Chosen, found: Overview, *, small: bool) -> list[Beside]:
    def place(key: str) -> tuple[str, str, str]:
        return (key, "category", key) if key else (_("No category"), "", "")

    return _beside(asked, found.categories, place, small=small)


def _beside(asked: Chosen, counted: Counted, place: Place, *, small: bool) -> list[Beside]:
    """Most cases first; those without any in either span are left out."""
    assert asked.scheme is not None
    earlier = span_before(asked)
    now, before = _rows(asked.scheme, counted, asked.span), _rows(asked.scheme, counted, earlier)
    closed = _closed(asked, counted, asked.span) if small else frozenset()
    closed_before = _closed(asked, counted, earlier) if small else frozenset()
    lines = []
    for unit, row in sorted(now.items(), key=lambda i: (-i[1].counts.n, i[0])):
        if not row.counts.n and not before[unit].counts.n:
            continue
        name, parameter, value = place(unit)
        was = None if unit in closed_before else before[unit]
        lines.append(_line(asked, name, (row, was), asked.span, (parameter, value), hidden=unit in closed))
    return lines


def _rows(scheme: Scheme, counted: Counted, span: Period) -> dict[str, Row]:
    held = History(counted, "")
    return {key: results.row(scheme, key, "", held.of(scheme, key, span)) for key in counted}


def _closed(asked: Chosen, counted: Counted, span: Period) -> frozenset[str]:
    """What a reader does not see of a span, by the rule of the page of towns."""
    assert asked.scheme is not None
    months = [[*_rows(asked.scheme, counted, Period(m, m)).values()] for m in range(span.start, span.end + 1)]
    return hiding.hidden_to_date(months)


def _line(
    asked: Chosen,
    name: str,
    rows: tuple[Row, Row | None],
    span: Period,
    place: tuple[str, str],
    *,
    hidden: bool,
    whole: bool = False,
) -> Beside:
    """rows: of the span and of the span before, None where that is not for this reader."""
    (row, before), (parameter, value) = rows, place

    def url(**more: str) -> str:
        if not parameter and not whole:
            return ""
        narrow = {parameter: value} if parameter else {}
        return cases_url(asked.scheme, span, None, **narrow, **more)

    assert asked.scheme is not None
    rates = [
        RateBeside(
            label,
            own,
            _moved(own, before.rates[n]) if before else None,
            url(measure=key),
            url(measure=key, part=MISSED),
        )
        for n, ((key, label, _w), own) in enumerate(zip(measures(asked.scheme), row.rates, strict=True))
    ]
    was = before.counts.n if before else None
    return Beside(name, row.counts.n, was, _grown(row.counts.n, was), rates, url(), hidden)


def _grown(n: int, was: int | None) -> Decimal | None:
    """In percent."""
    return results.printed(Fraction((n - was) * 100, was)) if was else None


def _moved(own: Rate, was: Rate) -> Decimal | None:
    """In percentage points, of the rates as printed."""
    return None if own.percent is None or was.percent is None else own.percent - was.percent


def months(asked: Chosen, found: Overview, *, small: bool) -> list[Beside]:
    """All cases of each month beside the month before, the newest first, up to the month that is asked for."""
    assert asked.scheme is not None
    assert asked.month is not None
    scheme, held, last = asked.scheme, History(found.units, ""), asked.month.end
    known = [m.start for m in asked.months if m.start <= last][:MONTHS_SHOWN]
    rows = {m: _whole(scheme, held, m) for m in {*known, *(m - 1 for m in known)}}

    def hides(month: int) -> bool:
        return small and is_small(rows[month])

    def line(month: int) -> Beside:
        span = Period(month, month)
        was = None if hides(month - 1) else rows[month - 1]
        name = span.label("en" if english() else "zh")
        return _line(asked, name, (rows[month], was), span, ("", ""), hidden=hides(month), whole=True)

    return [line(m) for m in known]


def _whole(scheme: Scheme, held: History, month: int) -> Row:
    span = Period(month, month)
    everything = results.total(scheme, (held.of(scheme, key, span) for key in held.counted))
    return results.row(scheme, "", "", everything)


def hot(asked: Chosen, found: Sequence[Hot], *, small: bool) -> list[HotLine]:
    assert asked.month is not None
    shown = overview.shown_hot(found, MOST_HOT, small=small)
    return [_hot(asked, one) for one in shown]


def _hot(asked: Chosen, one: Hot) -> HotLine:
    unit = asked.units.get(one.unit)
    name = asked.name_of(one.unit) if one.unit else _("No town")
    url = ""
    if unit and one.category and asked.scheme and asked.month:
        place = ("area" if asked.scheme.by == "area" else "lead", unit.pk)
        url = cases_url(asked.scheme, asked.month, place, category=one.category)
    return HotLine(name, one.category or _("No category"), one.now, one.before, url)


def chart(asked: Chosen, lines: Iterable[Beside]) -> dict[str, object] | None:
    """Rates by month, the oldest first; None where fewer than two months are shown."""
    shown = [line for line in lines if not line.hidden][::-1]
    if len(shown) < 2 or asked.scheme is None:
        return None
    return {
        "kind": "line",
        "labels": [line.name for line in shown],
        "lines": [
            {"name": label, "values": [_float(line.rates[n].own.percent) for line in shown]}
            for n, (_key, label, _weight) in enumerate(measures(asked.scheme))
        ],
        "unit": "%",
        "target": None,
        "equal": True,
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
