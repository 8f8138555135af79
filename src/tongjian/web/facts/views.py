"""Pages of metrics and facts: every number with its source."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.catalogue_export import bases, ruling, standing
from tongjian.facts.collection.packages import awaiting
from tongjian.facts.measured.checked import in_words
from tongjian.facts.queries import facts_visible_to, metrics_visible_to, resolve, sources
from tongjian.facts.refs import parse
from tongjian.facts.vintages import vintages
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.web import known
from tongjian.web.errors import problem, said
from tongjian.web.facts import listing, metric_page, trees
from tongjian.web.facts.names import names_for, short
from tongjian.web.requests import Asked, today, typed, whole

PER_PAGE = 100


@require_safe
def metrics(request: Asked) -> HttpResponse:
    text, theme = typed(request.GET.get("q")), request.GET.get("theme", "")
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
    as_known = known.asked(request, today())
    series, all_rows = whole(request.GET.get("series")), request.GET.get("rows") == "all"
    shown = metric_page.metric_page(found, series, as_known.at, all_rows=all_rows)
    body, names = ruling(found), names_for(*shown.derived)
    context = {
        "as_known": as_known,
        "metric": found,
        "theme": listing.THEMES.get(found.theme, found.theme),
        "bases": bases(body),
        "standing": standing(body),
        "counted": in_words(found),
        "page": shown,
        "derived": [trees.tree(r, names) for r in shown.derived],
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
    as_known = known.asked(request, today())
    context = {
        "as_known": as_known,
        "later": as_known.at is not None and found.recorded_at > as_known.at,
        "fact": found,
        "awaiting": found.pk in awaiting([found]),
        "name": short(found.series),
        "reference": metric_page.reference(found),
        "vintages": vintages(found.series, found.interval, as_known.at)[::-1],
        "sources": sources(found.series, found.interval, as_known.at),
        "file_visible": files_visible_to(request.user).filter(pk=found.evidence.file_id).exists(),
        "quotes": found.quotes.select_related("report").order_by("-report__built_at", "pk")[:100],
        "obligations": found.series.obligations.select_related("plan", "agreement__subject"),
    }
    return render(request, "facts/fact.html", context)


@require_safe
def provenance(request: Asked) -> HttpResponse:
    """A value named by reference: a recorded one leads to its page, a derived one shows what it is made of."""
    text, as_known = typed(request.GET.get("ref")), known.asked(request, today())
    try:
        value = resolve(parse(text), as_known.at)
    except TongjianError as error:
        return problem(request, _("This value is not on the ledger"), said(error), 404)
    if value.fact is not None:
        day = f"?at={as_known.day}" if as_known.day else ""
        return HttpResponseRedirect(reverse("facts:fact", args=[value.fact.pk]) + day)
    context = {
        "as_known": as_known,
        "node": trees.tree(value),
        "reference": str(value.ref),
        "facts": value.facts(),
    }
    return render(request, "facts/provenance.html", context)
