"""The catalogue as a file: the metrics that the list shows, all of its pages."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongjian.facts.catalogue_export import export
from tongjian.facts.queries import metrics_visible_to
from tongjian.web.downloads import workbook
from tongjian.web.facts import listing
from tongjian.web.requests import Asked


@require_safe
def metrics(request: Asked) -> HttpResponse:
    """An xlsx of what is searched for, in the order of the catalogue."""
    text, theme = request.GET.get("q", "").strip(), request.GET.get("theme", "")
    found = listing.search(metrics_visible_to(request.user), text, theme).select_related("owner__subject")
    return workbook(export(found.order_by("order", "key")), "metrics.xlsx")
