"""对账: ours beside the city's list, rate by rate and case by case, with the notes that persons wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.assessment import comparing, official_list
from tongjian.facts.assessment.choices import Difference
from tongjian.facts.assessment.comparing import Reconciled
from tongjian.facts.assessment.importing import ResultRefused
from tongjian.facts.assessment.models import DifferenceNote
from tongjian.facts.assessment.official import Official, less, official
from tongjian.facts.assessment.reconciling import Bridge, Ours, Pair, Theirs, tally
from tongjian.facts.assessment.results import Rate
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.measured import small
from tongjian.facts.models import Fact
from tongjian.kernel.errors import TongjianError
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table
from tongjian.records.cases import queries
from tongjian.web import downloads, uploads
from tongjian.web.assessment import standing_lines
from tongjian.web.assessment.asked import Chosen, chosen, scheme_name
from tongjian.web.assessment.change_views import sign
from tongjian.web.assessment.result_views import common
from tongjian.web.assessment.shown import measures
from tongjian.web.assessment.standing_lines import StandingLine
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district, now, today, typed

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class RateLine:
    """One rate of one unit: ours, the city's by its list and as it was told, and the steps between."""

    unit: str
    label: str
    ours: Rate
    theirs: Rate
    told: Fact | None
    bridge: Bridge

    @property
    def difference(self) -> Decimal | None:
        a, b = self.ours.percent, self.theirs.percent
        return None if a is None or b is None else a - b

    @property
    def same(self) -> bool:
        """A town's rate that both sides count alike, and that was told so; the district's stands always."""
        return bool(self.bridge.unit) and not self.bridge.effects and not less(self.ours.percent, self.told)


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the page. lines: those shown; of: how many there are. id: its anchor."""

    id: str
    lines: Sequence[RateLine | StandingLine]
    of: int

    @property
    def left_out(self) -> int:
        return self.of - len(self.lines)


@dataclass(frozen=True, slots=True)
class PairLine:
    """One case that differs. url_id: of a case that this person may open."""

    pair: Pair
    url_id: int | None
    ours: str
    theirs: str
    note: DifferenceNote | None


@require_safe
def reconcile(request: Asked) -> HttpResponse:
    return _reconcile(request)


def _reconcile(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    """kind: one kind of difference; unit: of one town; open=1: not explained yet; rows=all: also what is the same."""
    if small.is_public(request.user):
        raise Http404("single cases are not for readers")
    asked = chosen(request)
    context = common(asked, "reconcile") | {"problems": problems}
    if asked.scheme is None or asked.month is None:
        return render(request, "assessment/reconcile.html", context)
    found = comparing.reconcile(asked.scheme, asked.month, list(asked.units))
    told = official(asked.scheme, [*asked.units, district().key], asked.span)
    standings = standing_lines.lines(asked, told, found)
    if request.GET.get("format") == "xlsx" and (found or standings):
        return _workbook(request, asked, told, found, standings)
    every = request.GET.get("rows") == "all"
    own = [s for s in standings if every or not s.standing.same or not s.group]
    context |= {"standings": Part("standings", own, len(standings)), "measures": measures(asked.scheme)}
    if found is None:
        return render(request, "assessment/reconcile.html", context)
    page = Paginator(_narrowed(request, found), PER_PAGE).get_page(request.GET.get("page"))
    rates = [r for r in _rates(asked, told, found) if not r.bridge.unit or r.bridge.effects or r.told]
    context |= {
        "found": found,
        "same": len(found.pairs) - len(found.differing),
        "open": len(found.unexplained),
        "kinds": [(k.value, k.label, n) for k, n in tally(found.pairs).items()],
        "kind": request.GET.get("kind", ""),
        "only_open": request.GET.get("open") == "1",
        "rates": Part("rates", [r for r in rates if every or not r.same], len(rates)),
        "page": page,
        "lines": _lines(request, asked, found, list(page.object_list)),
    }
    return render(request, "assessment/reconcile.html", context)


def _narrowed(request: Asked, found: Reconciled) -> list[Pair]:
    kind, unit = request.GET.get("kind"), request.GET.get("unit")
    rows = found.unexplained if request.GET.get("open") == "1" else found.differing
    if kind:
        rows = [p for p in rows if p.kind == kind]
    if unit:
        rows = [p for p in rows if unit in {c.unit for c in (p.ours, p.theirs) if c}]
    return rows


def _rates(asked: Chosen, told: Official, found: Reconciled) -> list[RateLine]:
    assert asked.scheme is not None
    here = district()
    lines = []
    for bridge in found.bridges:
        measure = asked.scheme.measures[bridge.measure]
        name = asked.name_of(bridge.unit) if bridge.unit else str(here)
        fact = told.rates.get((bridge.unit or here.key, measure.key))
        label = measure.name_en if english() else measure.name
        lines.append(RateLine(name, label, Rate(*bridge.ours), Rate(*bridge.theirs), fact, bridge))
    return lines


def _lines(request: Asked, asked: Chosen, found: Reconciled, rows: Sequence[Pair]) -> list[PairLine]:
    assert asked.scheme is not None
    ids = [p.ours.id for p in rows if p.ours]
    seen = set(queries.visible_to(request.user).filter(pk__in=ids).values_list("pk", flat=True))
    names = {k: asked.name_of(k) for k in asked.units}
    return [
        PairLine(
            p,
            p.ours.id if p.ours and p.ours.id in seen else None,
            _said(asked.scheme, names, p.ours),
            _said(asked.scheme, names, p.theirs),
            found.notes.get(p.number),
        )
        for p in rows
    ]


def _said(scheme: Scheme, names: Mapping[str, str], case: Ours | Theirs | None) -> str:
    """How one side counts a case, in words."""
    if case is None:
        return "—"
    if isinstance(case, Ours) and not case.month:
        return _("not counted")
    parts = [names.get(case.unit, case.unit) or _("no town")]
    if isinstance(case, Ours):
        parts.append(case.month)
    if case.excluded:
        return " · ".join([*parts, _("taken out")])
    verdicts = zip(scheme.measures, case.verdicts, strict=True)
    said = [f"{(m.name_en if english() else m.name)} {sign(v)}" for m, v in verdicts]
    return " · ".join([*parts, *said])


@require_POST
def take_list(request: Asked) -> HttpResponse:
    """The city's list of cases: every bad cell at once, or all of it."""
    asked = chosen(request)
    if asked.scheme is None or asked.month is None:
        return redirect("assessment:reconcile")
    try:
        sent = uploads.one(request)
        made = official_list.take(
            sent.data, sent.name, asked.scheme, str(asked.month), by=request.user, at=now()
        )
    except ResultRefused as refused:
        page = _reconcile(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _reconcile(request))
    told: Any = _("The city's list is taken in.") if made else _("This list was taken in already.")
    messages.success(request, told)
    return redirect(asked.url("assessment:reconcile"))


@require_POST
def explain(request: Asked) -> HttpResponse:
    """A person's note on the ticked cases, or on all of the kind that is shown."""
    asked = chosen(request)
    if asked.scheme is None or asked.month is None:
        return redirect("assessment:reconcile")
    numbers, kind = request.POST.getlist("number"), typed(request.POST.get("all_of"))
    if kind in Difference:
        found = comparing.reconcile(asked.scheme, asked.month, [])
        numbers = [p.number for p in found.unexplained if p.kind == kind] if found else []
    try:
        n = comparing.explain(
            asked.scheme,
            str(asked.month),
            numbers,
            typed(request.POST.get("text")),
            by=request.user,
            at=now(),
        )
    except TongjianError as error:
        return refuse(request, error, lambda: _reconcile(request))
    messages.success(request, _("%(n)s differences are explained.") % {"n": n})
    return redirect(asked.url("assessment:reconcile", kind=typed(request.POST.get("kind"))))


def _workbook(
    request: Asked,
    asked: Chosen,
    told: Official,
    found: Reconciled | None,
    standings: Sequence[StandingLine],
) -> HttpResponse:
    assert asked.scheme is not None
    span = asked.span.label("en" if english() else "zh")
    name = f"{_('Reconciliation')} {scheme_name(asked.scheme)} {span}"
    tables = [standing_lines.table(name, standings)] if standings else []
    if found is not None:
        rates, lines = _rates(asked, told, found), _lines(request, asked, found, found.differing)
        tables = [_rate_table(rates, name), *tables, _case_table(lines, name)]
    return downloads.workbook(sheets.workbook(tables), f"{name}.xlsx")


def _case_table(lines: Sequence[PairLine], name: str) -> Table:
    columns = [Column(_("Case number"), 20), Column(_("Kind of difference"), 22), Column(_("Ours"), 48)]
    columns += [Column(_("The city's"), 48), Column(_("Note"), 40), Column(_("By"), 14)]
    rows = [
        [
            n.pair.number,
            ", ".join(str(k.label) for k in n.pair.kinds),
            n.ours,
            n.theirs,
            n.note.text if n.note else "",
            str(n.note.by) if n.note else "",
        ]
        for n in lines
    ]
    return Table(_("Cases"), name, str(today()), columns, rows)


def _rate_table(rates: Sequence[RateLine], name: str) -> Table:
    columns = [Column(_("Area"), 20), Column(_("Rate"), 14), Column(_("Ours"), 10), Column(_("of"), 8)]
    columns += [Column(_("The city's"), 10), Column(_("of"), 8), Column(_("Official"), 10)]
    columns += [Column(_("Why they differ"), 60)]
    rows = [
        [
            r.unit,
            r.label,
            None if r.ours.percent is None else float(r.ours.percent),
            r.ours.den,
            None if r.theirs.percent is None else float(r.theirs.percent),
            r.theirs.den,
            float(r.told.number.decimal) if r.told and r.told.number else None,
            "; ".join(f"{e.kind.label} {e.cases} ({e.num:+d}/{e.den:+d})" for e in r.bridge.effects),
        ]
        for r in rates
    ]
    return Table(_("Rates"), name, str(today()), columns, rows)
