"""测算: the plan office need not wait for the night."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.facts.measured.actions import measure
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import all_tables
from tongjian.facts.models import Metric
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.web.requests import Asked, now


@require_POST
def measure_now(request: Asked, key: str) -> HttpResponse:
    """Bring the mirror up to date and measure this metric, for the district and its towns."""
    must_be_plan_office(request.user)
    metric = get_object_or_404(Metric, key=key)
    at, tables = now(), all_tables()
    try:
        refresh(tables.values(), at=at)
        done = measure(at=at, by=request.user, keys=[metric.key], tables=tables)
    except TongjianError as error:
        messages.error(request, str(error))
        return redirect("facts:metric", key)
    for one in done:
        if one.problem:
            messages.error(request, str(one.problem))
    facts = sum(one.facts for one in done)
    told = (
        _("%(n)s values were measured anew.") % {"n": facts}
        if facts
        else _("Nothing has changed since the last measurement.")
    )
    messages.success(request, told)
    return redirect("facts:metric", key)
