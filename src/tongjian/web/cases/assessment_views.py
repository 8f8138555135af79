"""考核: towns by month under a scheme, ours beside the official figures, the watch list; each rate opens its cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.assessment import importing, queries
from tongjian.facts.assessment.counting import History, history
from tongjian.facts.assessment.official import Compared, official
from tongjian.facts.assessment.queries import Assessment
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.assessment.watch import Standing
from tongjian.facts.measured import small
from tongjian.facts.models import Fact
from tongjian.kernel.errors import TongjianError
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table, Value
from tongjian.values import Period
from tongjian.web import downloads, uploads
from tongjian.web.cases.narrowing import MISSED, TAKEN_OUT, told_in_lists
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district, now, today, typed


@dataclass(frozen=True, slots=True)
class Shown:
    """One rate as the page shows it. url: the cases counted; missed_url: those that did not pass."""

    compared: Compared
    label: str
    url: str
    missed_url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One unit. hidden: its counts are too small for this reader; rates are not told then."""

    name: str
    row: Row
    rates: Sequence[Shown]
    url: str
    excluded_url: str
    watch: Standing | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Units that are ranked among each other."""

    name: str
    lines: Sequence[Line]


@require_safe
def assessment(request: Asked) -> HttpResponse:
    return _assessment(request)


@require_POST
def take_official(request: Asked) -> HttpResponse:
    """The city's result: every bad cell at once, or all of it."""
    schemes = queries.schemes()
    scheme = next((s for s in schemes if s.key == request.POST.get("scheme")), None)
    if scheme is None:
        return redirect("cases:assessment")
    try:
        sent = uploads.one(request)
        new = importing.take(sent.data, sent.name, scheme, by=request.user, at=now())
    except importing.ResultRefused as refused:
        page = _assessment(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _assessment(request))
    messages.success(request, _("%(n)s official figures are new.") % {"n": new})
    return redirect(f"{reverse('cases:assessment')}?{urlencode({'scheme': scheme.key})}")


def _assessment(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    schemes = queries.schemes()
    scheme = next((s for s in schemes if s.key == request.GET.get("scheme")), schemes[0] if schemes else None)
    counted = history(scheme) if scheme else None
    months = _months(scheme, counted) if scheme and counted else []
    context: dict[str, object] = {
        "schemes": [(s.key, _name(s)) for s in schemes],
        "scheme": scheme,
        "scheme_name": _name(scheme) if scheme else "",
        "months": months,
        "to_date": request.GET.get("span") == "year",
        "today": timezone.localdate(),
        "problems": problems,
    }
    if scheme is None or counted is None or not months:
        return render(request, "cases/assessment.html", context)
    month = next((m for m in months if str(m) == typed(request.GET.get("month"))), months[0])
    span = Period(month.start - month.start % 12, month.end) if context["to_date"] else month
    found = queries.assess(scheme, span, counted, queries.units(scheme))
    told = official(scheme, [*found.units, district().key], span)
    sections = _sections(found, told, request)
    if request.GET.get("format") == "xlsx":
        return _workbook(found, sections)
    context |= {
        "month": month,
        "span": span,
        "found": found,
        "sections": sections,
        "whole": _line(str(district()), found.whole, found, told, request, district().key),
        "measures": [
            (m.key, m.name_en if english() else m.name, _percent(m.weight)) for m in scheme.measures
        ],
        "listed": [n for s in sections for n in s.lines if n.watch and (n.watch.listed or n.watch.moved)],
        "has_official": bool(told),
        "simulated": found.whole.counts.simulated,
        "hides": small.is_public(request.user),
    }
    return render(request, "cases/assessment.html", context)


def _months(scheme: Scheme, counted: History) -> list[Period]:
    """Months that the scheme holds for and in which anything counts, the newest first; none that is yet to come."""
    now = today().year * 12 + today().month - 1
    found = (Period(m, m) for m in reversed(counted.months) if m <= now)
    return [p for p in found if scheme.holds_in(str(p))]


def _name(scheme: Scheme) -> str:
    return scheme.name_en if english() else scheme.name


def _percent(weight: object) -> str:
    return f"{float(weight) * 100:g}%"  # type: ignore[arg-type]


def _sections(found: Assessment, told: Mapping[tuple[str, str], Fact], request: Asked) -> list[Section]:
    made = []
    for group in found.scheme.groups:
        own = [r for r in found.rows if r.group == group.key]
        name = group.name_en if english() else group.name
        lines = []
        for row in own:
            unit = found.units[row.unit]
            shown = unit.name_en if english() and unit.name_en else unit.name
            lines.append(_line(shown, row, found, told, request, row.unit))
        if lines:
            made.append(Section(name, lines))
    return made


def _line(
    name: str, row: Row, found: Assessment, told: Mapping[tuple[str, str], Fact], request: Asked, key: str
) -> Line:
    english_page = english()
    rates = [
        Shown(
            Compared(rate, told.get((key, measure.key))),
            measure.name_en if english_page else measure.name,
            _url(found, row, measure=measure.key),
            _url(found, row, measure=measure.key, part=MISSED),
        )
        for measure, rate in zip(found.scheme.measures, row.rates, strict=True)
    ]
    hidden = small.is_public(request.user) and _is_small(row)
    watch = found.watch.get(row.unit)
    return Line(name, row, rates, _url(found, row), _url(found, row, part=TAKEN_OUT), watch, hidden)


def _is_small(row: Row) -> bool:
    """Counts of persons from 1 to 4 are not for readers."""
    counts = [(row.counts.n, row.counts.excluded), *((r.den, r.num) for r in row.rates)]
    return any(small.is_small(whole, part) for whole, part in counts)


def _url(found: Assessment, row: Row, **more: str) -> str:
    """The desk's list of these cases; "" where the lists cannot tell them."""
    if not told_in_lists(found.scheme) or found.scheme.by == "first_lead":
        return ""
    asked = {"list": "newest", "scheme": found.scheme.key, "span": str(found.period), **more}
    if row.unit:
        asked["area" if found.scheme.by == "area" else "lead"] = str(found.units[row.unit].pk)
    return f"{reverse('cases:desk')}?{urlencode(asked)}"


# The workbook


def _workbook(found: Assessment, sections: Sequence[Section]) -> HttpResponse:
    name, span = _name(found.scheme), found.period.label("en" if english() else "zh")
    head = [Column(_("Area"), 22), Column(_("Group"), 12), Column(_("Rank"), 8), Column(_("Score"), 10)]
    head += [Column(_("Cases"), 10), Column(_("Taken out"), 10)]
    for measure in found.scheme.measures:
        label = measure.name_en if english() else measure.name
        head += [Column(label, 12), Column(_("of"), 8), Column(_("Band from"), 10), Column(_("to"), 10)]
        head += [Column(_("Official"), 12), Column(_("Difference"), 12)]
    rows = [_cells(section.name, line) for section in sections for line in section.lines]
    notes = [_("Weights and thresholds are illustrative.")] if found.scheme.illustrative else []
    if found.whole.counts.simulated:
        notes.append(_("Simulated cases are among those counted."))
    table = Table(_("Assessment of towns"), f"{name} {span}", str(today()), head, rows, notes=notes)
    return downloads.workbook(sheets.workbook([table]), f"{name} {span}.xlsx")


def _cells(group: str, line: Line) -> list[Value]:
    row = line.row
    if line.hidden:
        return [line.name, group, row.rank]
    cells: list[Value] = [line.name, group, row.rank, _plain(row.score_printed)]
    cells += [row.counts.n, row.counts.excluded]
    for shown in line.rates:
        rate, fact = shown.compared.ours, shown.compared.official
        low, high = rate.band or (None, None)
        told = fact.number.decimal if fact is not None and fact.number is not None else None
        numbers = (rate.percent, rate.den, low, high, told, shown.compared.difference)
        cells += [_plain(number) for number in numbers]
    return cells


def _plain(value: Decimal | int | None) -> Value:
    """A workbook's own number."""
    return float(value) if isinstance(value, Decimal) else value
