"""Rows of a result as the pages show them: names, links to the cases, the official figure, what a reader may not see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse

from tongjian.facts.assessment import hiding, results
from tongjian.facts.assessment.hiding import is_small
from tongjian.facts.assessment.official import Compared, Official, less
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.assessment.watch import Standing
from tongjian.facts.measured import small
from tongjian.facts.models import Fact
from tongjian.kernel.access import Viewer
from tongjian.values import Period
from tongjian.web.assessment.asked import Chosen
from tongjian.web.cases.narrowing import MISSED, TAKEN_OUT, told_in_lists
from tongjian.web.registers.shown import english


@dataclass(frozen=True, slots=True)
class Shown:
    """One rate as the page shows it. url: the cases counted; missed_url: those that did not pass."""

    compared: Compared
    label: str
    url: str
    missed_url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One unit. hidden: its numbers are not for this reader. points: added or taken by persons, as printed.

    told_score, told_rank: the city's own.
    """

    name: str
    key: str
    row: Row
    rates: Sequence[Shown]
    url: str
    excluded_url: str
    watch: Standing | None
    hidden: bool
    told_score: Fact | None = None
    told_rank: Fact | None = None

    @property
    def points(self) -> str:
        return f"{float(self.row.points):+.2f}" if self.row.points else ""

    @property
    def score_apart(self) -> Decimal | None:
        """Ours less the city's."""
        return less(self.row.score_printed, self.told_score)

    @property
    def places_apart(self) -> int | None:
        """Ours less the city's: above 0 where the city ranks it higher."""
        found = less(self.row.rank, self.told_rank)
        return None if found is None else int(found)


@dataclass(frozen=True, slots=True)
class Section:
    """Units that are ranked among each other."""

    name: str
    lines: Sequence[Line]


def sections(asked: Chosen, told: Official, user: Viewer) -> list[Section]:
    assert asked.scheme is not None
    closed = _closed(asked, user)
    made = []
    for group in asked.scheme.groups:
        own = [r for r in asked.kept.rows if r.group == group.key]
        if own:
            lines = [_line(asked, r, told, r.unit, hidden=r.unit in closed) for r in own]
            made.append(Section(group.name_en if english() else group.name, lines))
    return made


def whole(asked: Chosen, told: Official, user: Viewer, name: str, key: str) -> Line:
    """The district: all cases, those of no town as well."""
    row = asked.kept.whole
    line = _line(asked, row, told, key, hidden=small.is_public(user) and _whole_closed(asked, row))
    return replace(line, name=name, watch=None)


def _whole_closed(asked: Chosen, row: Row) -> bool:
    """Of January to a month: also where this less the months shown would tell one that is not."""
    if not asked.to_date or asked.history is None or asked.scheme is None:
        return is_small(row)
    months = []
    for month in range(asked.span.start, asked.span.end + 1):
        span = Period(month, month)
        parts = (asked.history.of(asked.scheme, key, span) for key in asked.history.counted)
        months.append([results.row(asked.scheme, "", "", results.total(asked.scheme, parts))])
    return is_small(row) or bool(hiding.hidden_to_date(months))


def _closed(asked: Chosen, user: Viewer) -> frozenset[str]:
    """Units whose numbers this person does not see."""
    if not small.is_public(user):
        return frozenset()
    if not asked.to_date:
        return hiding.hidden(asked.kept.rows)
    return hiding.hidden_to_date([asked.rows_of(m) for m in range(asked.span.start, asked.span.end + 1)])


def _line(asked: Chosen, row: Row, told: Official, key: str, *, hidden: bool) -> Line:
    assert asked.scheme is not None
    number = asked.edition.number if asked.edition else None
    unit = asked.units.get(row.unit)
    place = ("area" if asked.scheme.by == "area" else "lead", unit.pk) if unit else None

    def url(**more: str) -> str:
        if row.unit and place is None and number is None:
            return ""
        if number is not None:
            more |= {"edition": str(number)} | ({"unit": row.unit} if row.unit else {})
            return cases_url(asked.scheme, asked.span, None, **more)
        return cases_url(asked.scheme, asked.span, place, **more)

    rates = [
        Shown(
            Compared(rate, told.rates.get((key, measure.key))),
            measure.name_en if english() else measure.name,
            url(measure=measure.key),
            url(measure=measure.key, part=MISSED),
        )
        for measure, rate in zip(asked.scheme.measures, row.rates, strict=True)
    ]
    watch = asked.standing(row.unit)
    return Line(
        asked.name_of(row.unit),
        key,
        row,
        rates,
        url(),
        url(part=TAKEN_OUT),
        watch,
        hidden,
        told.scores.get(key),
        told.ranks.get(key),
    )


def cases_url(scheme: Scheme | None, span: Period, place: tuple[str, int] | None, **more: str) -> str:
    """The desk's list of these cases; "" where the lists cannot tell them."""
    if scheme is None or not told_in_lists(scheme) or scheme.by == "first_lead":
        return ""
    asked = {"list": "newest", "scheme": scheme.key, "span": str(span), **more}
    if place is not None:
        asked[place[0]] = str(place[1])
    return f"{reverse('cases:desk')}?{urlencode(asked)}"


def measures(scheme: Scheme) -> list[tuple[str, str, str]]:
    """Key, name and weight."""
    return [
        (m.key, m.name_en if english() else m.name, f"{float(m.weight) * 100:g}%") for m in scheme.measures
    ]
