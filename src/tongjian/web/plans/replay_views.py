"""The replay of a plan's year and its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.kernel.errors import NotAllowed
from tongjian.plans import queries, rulebook, sheets
from tongjian.plans.lights import LightsError
from tongjian.web import downloads
from tongjian.web.plans import replays
from tongjian.web.requests import Asked, today, whole
from tongjian.web.templatetags import pages


@require_safe
def year(request: Asked, pk: int) -> HttpResponse:
    """version: which of the rules' versions is held against the ruling one, 0 the newest; `growth.during.1` and
    the like: thresholds typed instead, by the plan office and leaders; known: only what was on the ledger then.

    Raises NotAllowed for thresholds of anyone else.
    """
    plan = get_object_or_404(queries.visible_to(request.user), pk=pk)
    moments = replays.moments()
    number = min(whole(request.GET.get("version")) or 0, max(len(moments) - 1, 0))
    base = replays.bodies(moments[number] if moments else None)
    typed = _typed(request, {e.name for e in rulebook.edges(base)})
    as_known = request.GET.get("known") == "1"
    context = {
        "plan": plan,
        "plans": queries.visible_to(request.user),
        "moments": moments,
        "version": number,
        "known": as_known,
        "may_edit": replays.may_edit(request.user),
        "form": replays.fields(base, typed),
        "today": today(),
    }
    try:
        found = replays.page(plan, rulebook.edited(base, typed), today(), as_known=as_known)
    except LightsError as error:
        return render(request, "plans/replay.html", context | {"faults": error.faults}, status=400)
    if request.GET.get("format") == "xlsx":
        made = replays.sheets(plan, found, _rules(moments, number, typed), pages.day(today()))
        return downloads.workbook(sheets.workbook(made), f"{_('Replay')} {plan.year}.xlsx")
    return render(request, "plans/replay.html", context | {"found": found})


def _typed(request: Asked, names: set[str]) -> Mapping[str, str]:
    typed = {name: request.GET[name] for name in names if request.GET.get(name, "").strip()}
    if typed and not replays.may_edit(request.user):
        raise NotAllowed(
            "plans.thresholds_not_yours",
            _("Only the plan office and leaders may try other thresholds. Open the page without them."),
        )
    return typed


def _rules(moments: list[datetime], number: int, typed: Mapping[str, str]) -> str:
    """What is held against the ruling lists, in words."""
    if not moments:
        return _("The shipped rules")
    said = _("Rules of %(day)s") % {"day": pages.day(moments[number])}
    return said + (_(" with other thresholds") if typed else "")
