"""Pages of metrics and facts: every number with its source."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.queries import facts_visible_to, metrics_visible_to, resolve, sources
from tongjian.facts.refs import parse
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.web.errors import problem, said
from tongjian.web.facts import listing, metric_page, trees
from tongjian.web.facts.names import short
from tongjian.web.requests import Asked, whole

PER_PAGE = 100


@require_safe
def metrics(request: Asked) -> HttpResponse:
    text, theme = request.GET.get("q", "").strip(), request.GET.get("theme", "")
    found = listing.search(metrics_visible_to(request.user), text, theme).select_related("owner__subject")
    pages = Paginator(found.order_by("order", "key"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "pages": pages,
        "lines": listing.lines(pages.object_list),
        "query": text,
        "theme": theme,
        "themes": listing.THEMES,
    }
    return render(request, "facts/metric_list.html", context)


@require_safe
def metric(request: Asked, key: str) -> HttpResponse:
    found = get_object_or_404(metrics_visible_to(request.user).select_related("owner__subject"), key=key)
    shown = metric_page.metric_page(found, whole(request.GET.get("series")))
    context = {
        "metric": found,
        "theme": listing.THEMES.get(found.theme, found.theme),
        "page": shown,
        "derived": [trees.tree(r) for r in shown.derived],
    }
    return render(request, "facts/metric.html", context)


@require_safe
def fact(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(
        facts_visible_to(request.user).select_related(
            "series__metric__owner__subject", "series__subject", "evidence__file"
        ),
        pk=pk,
    )
    vintages = found.series.facts.filter(period=found.period).select_related("evidence__file")
    context = {
        "fact": found,
        "name": short(found.series),
        "reference": metric_page.reference(found),
        "vintages": vintages.order_by("-seq"),
        "sources": sources(found.series, found.interval),
        "file_visible": files_visible_to(request.user).filter(pk=found.evidence.file_id).exists(),
        "quotes": found.quotes.select_related("report").order_by("-report__built_at", "pk")[:100],
        "obligations": found.series.obligations.select_related("plan"),
    }
    return render(request, "facts/fact.html", context)


@require_safe
def provenance(request: Asked) -> HttpResponse:
    """A value named by reference: a recorded one leads to its page, a derived one shows what it is made of."""
    text = request.GET.get("ref", "")
    try:
        value = resolve(parse(text))
    except TongjianError as error:
        return problem(request, _("This value is not on the ledger"), said(error), 404)
    if value.fact is not None:
        return HttpResponseRedirect(reverse("facts:fact", args=[value.fact.pk]))
    context = {"node": trees.tree(value), "reference": str(value.ref), "facts": value.facts()}
    return render(request, "facts/provenance.html", context)
