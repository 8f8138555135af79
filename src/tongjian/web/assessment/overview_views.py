"""考核总览: a scheme's cases month over month, by department, by category, and where they are hot 热点."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.assessment import overview
from tongjian.facts.measured import small
from tongjian.plans import sheets
from tongjian.plans.sheets import Column, Table, Value
from tongjian.web import downloads
from tongjian.web.assessment import overview_lines
from tongjian.web.assessment.asked import Chosen, chosen, scheme_name
from tongjian.web.assessment.overview_lines import Beside, HotLine
from tongjian.web.assessment.result_views import common
from tongjian.web.assessment.shown import measures
from tongjian.web.assessment.tables import plain
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, today

MOST_LINES, FEW = 6, 2  # of each table, before all are asked for; so few more are shown with them


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the page. lines: those shown; of: how many there are. id: its anchor."""

    id: str
    lines: Sequence[Beside | HotLine]
    of: int

    @classmethod
    def cut(cls, key: str, lines: Sequence[Beside | HotLine], most: int | None) -> Part:
        """most None: all."""
        every = most is None or len(lines) <= most + FEW
        return cls(key, lines if every else lines[:most], len(lines))


@require_safe
def look(request: Asked) -> HttpResponse:
    """format: xlsx; rows=all: all lines of each table. Always as counted now: what was published is told by the page of towns."""
    asked = chosen(request)
    context = common(asked, "overview") | {"edition": None}
    found = None
    if asked.scheme is not None and asked.month is not None:
        found = overview.now(asked.scheme, asked.month.end)
    if found is None or asked.scheme is None:
        return render(request, "assessment/overview.html", context)
    hides = small.is_public(request.user)
    by_month = overview_lines.months(asked, found, small=hides)
    departments = overview_lines.departments(asked, found, small=hides)
    categories = overview_lines.categories(asked, found, small=hides)
    hot = overview_lines.hot(asked, found.hot, small=hides)
    if request.GET.get("format") == "xlsx":
        return _workbook(asked, by_month, departments, categories, hot)
    most = None if request.GET.get("rows") == "all" else MOST_LINES
    context |= {
        "found": True,
        "before": overview_lines.span_before(asked),
        "measures": measures(asked.scheme),
        "by_month": Part.cut("months", by_month, most),
        "chart": overview_lines.chart(asked, by_month),
        "parts": [
            (_("By department"), _("Lead unit"), Part.cut("departments", departments, most)),
            (_("By category"), _("Category"), Part.cut("categories", categories, most)),
        ],
        "hot": Part.cut("hot", hot, most),
        "hides": hides,
    }
    return render(request, "assessment/overview.html", context)


def _workbook(
    asked: Chosen,
    by_month: Sequence[Beside],
    departments: Sequence[Beside],
    categories: Sequence[Beside],
    hot: Sequence[HotLine],
) -> HttpResponse:
    span = asked.span.label("en" if english() else "zh")
    name = f"{_('Overview of cases')} {scheme_name(asked.scheme) if asked.scheme else ''} {span}"
    tables = [
        _table(asked, name, _("By department"), _("Lead unit"), departments),
        _table(asked, name, _("By category"), _("Category"), categories),
        _table(asked, name, _("Month by month"), _("Month"), by_month),
        _hot(name, hot),
    ]
    return downloads.workbook(sheets.workbook(tables), f"{name}.xlsx")


def _table(asked: Chosen, name: str, sheet: str, first: str, lines: Sequence[Beside]) -> Table:
    assert asked.scheme is not None
    columns = [
        Column(first, 24),
        Column(_("Cases"), 10),
        Column(_("Span before"), 12),
        Column(_("Change %"), 12),
    ]
    for _key, label, _weight in measures(asked.scheme):
        columns += [Column(label, 12), Column(_("of"), 8), Column(_("Points moved"), 12)]
    notes = [_("Counts of persons below 5 are not shown to readers.")] if any(n.hidden for n in lines) else []
    if asked.kept.whole.counts.simulated:
        notes.append(_("Simulated cases are among those counted."))
    return Table(sheet, name, str(today()), columns, [_cells(n) for n in lines], notes=notes)


def _cells(line: Beside) -> list[Value]:
    if line.hidden:
        return [line.name, _("not shown")]
    cells: list[Value] = [line.name, line.n, line.before, plain(line.change)]
    for rate in line.rates:
        cells += [plain(rate.own.percent), rate.own.den, plain(rate.change)]
    return cells


def _hot(name: str, lines: Sequence[HotLine]) -> Table:
    columns = [Column(_("Area"), 20), Column(_("Category"), 28), Column(_("Cases"), 10)]
    columns += [Column(_("Month before"), 14), Column(_("More"), 10)]
    rows: list[list[Value]] = [[n.unit, n.category, n.now, n.before, n.more] for n in lines]
    return Table(_("Hot spots"), name, str(today()), columns, rows)
