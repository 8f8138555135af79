"""时限政策: what clocks are allowed, kind by kind; a change proposed, looked at before it rules, and its report afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel import calendars
from tongjian.kernel.clocks.work import service_hours
from tongjian.kernel.errors import TongjianError
from tongjian.records.cases import catalogue, refusals
from tongjian.records.cases import queries as case_queries
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.lists import SOON
from tongjian.records.cases.models import Case
from tongjian.records.cases.policies import actions, moves, queries
from tongjian.records.cases.policies.actions import Proposed
from tongjian.records.cases.policies.models import ChangeState, PolicyChange
from tongjian.records.cases.policies.moves import Move, Moves
from tongjian.web import history
from tongjian.web.cases import steps
from tongjian.web.cases.policy_terms import UNITS, in_words, terms_of
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today, typed


@require_safe
def policies(request: Asked) -> HttpResponse:
    """Every kind with its clocks; the calendar and hours that they reckon with; changes that wait and that were made."""
    known = catalogue.ruling().values()
    changes = list(queries.visible_to(request.user).order_by("-proposed_at")[:50])
    context = {
        "types": [(t, refusals.label(t.name), terms_of(t)) for t in known],
        "changes": [(c, _type_name(c.type)) for c in changes],
        "may": request.user.is_plan_office,
        **_ground(),
    }
    return render(request, "cases/policies.html", context)


def _ground() -> dict[str, Any]:
    """What every clock reckons with."""
    calendar = calendars.current()
    return {
        "years": sorted(calendar.years),
        "year_known": today().year in calendar.years,
        "hours": [f"{_clock_time(a)}–{_clock_time(b)}" for a, b in service_hours().spans],
        "soon": int(SOON.total_seconds() // 3600),
    }


def _clock_time(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _type_name(key: str) -> str:
    found = catalogue.ruling().get(key)
    return refusals.label(found.name) if found else key


@require_safe
def policy(request: Asked, key: str) -> HttpResponse:
    return _policy(request, key)


def _policy(request: Asked, key: str, sent: Mapping[str, str] | None = None) -> HttpResponse:
    found = catalogue.ruling().get(key)
    if found is None:
        raise Http404
    changes = list(queries.visible_to(request.user).filter(type=key).order_by("-proposed_at"))
    context = {
        "key": key,
        "name": refusals.label(found.name),
        "clocks": terms_of(found, sent),
        "units": UNITS,
        "changes": changes,
        "waiting": next((c for c in changes if c.waits), None),
        "running": queries.running(key),
        "version": found.version,
        "may": request.user.is_plan_office,
        "today": today(),
        "draft": sent or {},
        **_ground(),
    }
    return render(request, "cases/policy.html", context)


@require_POST
def propose(request: Asked, key: str) -> HttpResponse:
    """Kept to be looked at: the next page says what it would move."""
    sent = request.POST
    case_type = catalogue.ruling().get(key)
    if case_type is None:
        raise Http404
    allow: dict[str, dict[str, str]] = {}
    for clock in terms_of(case_type):
        for term in clock.terms:
            number, unit = sent.get(f"n-{term.field}", "").strip(), sent.get(f"u-{term.field}", "")
            allow.setdefault(term.clock, {})[term.tier] = f"{number}{unit}"
    try:
        given = Proposed(key, allow, _day(sent.get("effective_on", "")), typed(sent.get("reason")))
        row = actions.propose(given, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _policy(request, key, sent.dict()))
    return redirect("cases:policy_change", row.pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TongjianError("policies.no_day", _("Say from which day it takes effect.")) from None


@require_safe
def change(request: Asked, pk: int) -> HttpResponse:
    return _change(request, pk)


def _change(request: Asked, pk: int) -> HttpResponse:
    row = get_object_or_404(queries.visible_to(request.user), pk=pk)
    told, listed = _moved(row)
    case_type = catalogue.ruling().get(row.type)
    context = {
        "row": row,
        "name": _type_name(row.type),
        "differences": _differences(row, case_type),
        "told": told,
        "sums": [(_clock_name(case_type, k), s) for k, s in listed.sums.items() if s.earlier or s.later]
        if listed
        else [],
        "moves": _named(request, listed, case_type) if listed else [],
        "kept": moves.KEPT,
        "now": now(),
        "by_night": row.effective_on > today() or queries.running(row.type) > actions.AT_ONCE,
        "may": request.user.is_plan_office and row.waits,
        "history": history.events_of(row, request.user, all_of_it=True),
    }
    return render(request, "cases/policy_change.html", context)


def _moved(row: PolicyChange) -> tuple[Mapping[str, int] | Any, Moves | None]:
    """What would move, or what did; nothing of one that was withdrawn."""
    if row.state == ChangeState.APPLIED:
        return row.report["moved"], moves.from_report(row.report)
    if row.state == ChangeState.WITHDRAWN:
        return None, None
    return queries.preview(row, at=now())


def _differences(row: PolicyChange, case_type: CaseType | None) -> list[tuple[str, str, str, str]]:
    """Clock, tier, before, after, in words."""
    found = []
    for clock, tiers in row.allow.items():
        for tier, allow in tiers.items():
            named = case_type.tiers.get(tier) if case_type else None
            before = in_words(row.before.get(clock, {}).get(tier, ""))
            found.append(
                (
                    _clock_name(case_type, clock),
                    refusals.label(named) if named else "",
                    before,
                    in_words(allow),
                )
            )
    return found


def _clock_name(case_type: CaseType | None, key: str) -> str:
    known = case_type.clocks.get(key) if case_type else None
    return refusals.label(known.name) if known else key


def _named(request: Asked, listed: Moves, case_type: CaseType | None) -> list[dict[str, Any]]:
    """The listed moves with their cases, as far as the user may open them."""
    pks = {m.case for m in listed.listed}
    seen: dict[int, Case] = case_queries.visible_to(request.user).in_bulk(list(pks))
    units = steps.unit_names([m.unit for m in listed.listed if m.unit])
    return [
        {
            "move": m,
            "case": seen.get(m.case),
            "clock": _clock_name(case_type, m.clock),
            "unit": units.get(m.unit or 0, ""),
            "by": by_words(m),
        }
        for m in listed.listed
    ]


def by_words(move: Move) -> str:
    """How far a due time moves: in hours under two days, else in days."""
    hours = abs(move.hours)
    number, told = (hours, _("%(n)s h")) if hours < 48 else (hours / 24, _("%(n)s days"))
    sign = "−" if move.hours < 0 else "+"
    return f"{sign}{told % {'n': f'{number:.1f}'.removesuffix('.0')}}"


@require_POST
def apply(request: Asked, pk: int) -> HttpResponse:
    def act() -> None:
        row = actions.put_into_force(pk, by=request.user, at=now())
        if row.state == ChangeState.APPLIED:
            messages.success(request, _("The change is in force. What moved stands below."))
        else:
            said = {"day": row.effective_on.isoformat()}
            messages.success(request, _("The change takes effect in the night of %(day)s.") % said)

    return _done(request, pk, act)


@require_POST
def withdraw(request: Asked, pk: int) -> HttpResponse:
    return _done(request, pk, lambda: void(actions.withdraw(pk, by=request.user, at=now())))


def void(_made: object) -> None:
    """A step whose page says what it did."""


def _done(request: Asked, pk: int, take: Callable[[], None]) -> HttpResponse:
    get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        take()
    except TongjianError as error:
        return refuse(request, error, lambda: _change(request, pk))
    return redirect("cases:policy_change", pk)
