"""Published plans: each promise, how it stands, what shows it. No sign-in; what is asked is only read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.plans import public, publishing
from tongjian.plans.choices import PublicState
from tongjian.plans.models import Publication
from tongjian.plans.public import PublicPlan, PublicTarget, PublicTask
from tongjian.web import downloads
from tongjian.web.public import told
from tongjian.web.requests import now, today, typed

HOLD = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises stand so; where their piece of the bar begins and how wide it is, in per cent."""

    state: PublicState
    count: int
    start: float
    share: float


@login_not_required
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The published plans, the newest first."""
    return render(request, "public/plans.html", {"publications": _of_district()})


@login_not_required
@require_safe
def plan(request: HttpRequest, year: int) -> HttpResponse:
    found, theme, town = _asked(request, year)
    state = typed(request.GET.get("state"))
    context = {
        "found": found,
        "targets": [t for t in found.targets if state in ("", t.state)],
        "themes": _by_theme([t for t in found.tasks if state in ("", t.state)]),
        "tallies": _tallies(found),
        "theme": theme,
        "town": town,
        "state": state,
        "today": today(),
        "others": [p for p in _of_district() if p.pk != found.publication.pk],
    }
    return render(request, "public/plan.html", context)


@login_not_required
@require_safe
def export(request: HttpRequest, year: int) -> HttpResponseBase:
    """The promises as CSV, with the filters of the page: for a deputy's own list."""
    found, _theme, _town = _asked(request, year)
    state = typed(request.GET.get("state"))
    return downloads.streamed_csv(
        _heads(), _cells(found, state), f"{found.plan}-{_('promises')}-{today()}.csv"
    )


def _of_district() -> list[Publication]:
    return list(publishing.published().filter(plan__subject__key=settings.DISTRICT))


def _asked(request: HttpRequest, year: int) -> tuple[PublicPlan, str, str]:
    """The year's published plan with the filters asked for; 404 where there is none."""
    publication = next((p for p in _of_district() if p.plan.year == year), None)
    if publication is None:
        raise Http404
    theme, town = typed(request.GET.get("theme")), typed(request.GET.get("town"))
    return public.narrowed(_held(publication), theme, town), theme, town


_HELD: dict[int, tuple[float, PublicPlan]] = {}


def _held(publication: Publication) -> PublicPlan:
    """The plan as it stood within the last minute: whoever asks, and however often, it is reckoned once."""
    held = _HELD.get(publication.pk)
    if held is None or held[0] < time.monotonic():
        held = (time.monotonic() + HOLD, public.public_plan(publication, now(), today()))
        _HELD[publication.pk] = held
    return held[1]


def forget() -> None:
    _HELD.clear()


def _tallies(found: PublicPlan) -> list[Tally]:
    whole, before, rows = max(found.promises, 1), 0, []
    for state, count in found.counts.items():
        rows.append(Tally(state, count, round(100 * before / whole, 2), round(100 * count / whole, 2)))
        before += count
    return rows


def _by_theme(tasks: list[PublicTask]) -> list[tuple[str, list[PublicTask]]]:
    """In the order of the plan."""
    found: dict[str, list[PublicTask]] = {}
    for task in tasks:
        found.setdefault(task.theme, []).append(task)
    return list(found.items())


def _heads() -> list[str]:
    return [
        _("Promise"), _("Theme"), _("Responsible"), _("Due"), _("How it stands"), _("Shown by"), _("On"),
    ]  # fmt: skip


def _cells(found: PublicPlan, state: str) -> Iterator[list[str]]:
    for target in found.targets:
        if state in ("", target.state):
            yield _target_cells(target)
    for task in found.tasks:
        if state in ("", task.state):
            yield _task_cells(task)


def _target_cells(t: PublicTarget) -> list[str]:
    owed = t.judged.obligation
    promise = f"{owed.series.metric}{_(': ')}{owed.words}"
    owner = str(owed.series.metric.owner or "")
    return [promise, _("Targets"), owner, owed.due, str(t.state.label), told.value(t), told.value_period(t)]


def _task_cells(t: PublicTask) -> list[str]:
    on = t.shown.on.isoformat() if t.shown else ""
    lead = str(t.task.lead or "")
    return [str(t.task), t.theme, lead, t.task.due_month, str(t.state.label), told.evidence(t), on]
