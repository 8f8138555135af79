"""Towns beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tongjian.facts.ledger import Ledger
from tongjian.facts.queries import metrics_visible_to
from tongjian.plans import sheets
from tongjian.values import Period
from tongjian.web import downloads, known
from tongjian.web.analysis import comparison
from tongjian.web.facts.peers import peer_table, towns
from tongjian.web.requests import Asked, today
from tongjian.web.templatetags import pages
from tongjian.web.tiles import of_peers


@require_safe
def compare(request: Asked) -> HttpResponse:
    """metric, period: of those on the ledger; the first, and the newest, where none fits."""
    asked = known.asked(request, today())
    metrics = comparison.comparable(metrics_visible_to(request.user))
    metric = next((m for m in metrics if m.key == request.GET.get("metric")), next(iter(metrics), None))
    if metric is None:
        return render(request, "analysis/compare.html", {"as_known": asked, "metrics": metrics})
    periods = comparison.periods(metric, asked.at)
    period = chosen(periods, request.GET.get("period"))
    context = {"as_known": asked, "metrics": metrics, "metric": metric, "periods": periods}
    if period is None:
        return render(request, "analysis/compare.html", context)
    ledger = Ledger(asked.at)
    table = peer_table(metric, towns(ledger), period, ledger)
    if request.GET.get("format") == "xlsx":
        sheet = comparison.sheet(table, language(), pages.day(asked.on))
        return downloads.workbook(sheets.workbook([sheet]), f"{metric} {period.label(language())}.xlsx")
    context |= {"period": period, "table": table, "map": of_peers(table), "chart": comparison.chart(table)}
    return render(request, "analysis/compare.html", context)


def chosen(periods: Sequence[Period], text: str | None) -> Period | None:
    """The one asked for, else the newest."""
    return next((p for p in periods if str(p) == text), next(iter(periods), None))


def language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"
