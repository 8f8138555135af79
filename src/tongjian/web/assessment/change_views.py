"""What changed of a published month: by a revised edition, or since it was published; which towns moved, by which cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.assessment import publishing
from tongjian.facts.assessment.casework import APART, PASSED, Assessed
from tongjian.facts.assessment.frozen import CaseMoved, UnitMoved
from tongjian.facts.assessment.models import Edition
from tongjian.facts.assessment.publishing import Changes
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.measured import small
from tongjian.kernel import events
from tongjian.kernel.models import Event
from tongjian.records.cases import queries
from tongjian.records.cases.models import Case
from tongjian.web.assessment.asked import Chosen, chosen
from tongjian.web.assessment.result_views import common
from tongjian.web.assessment.shown import measures
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district

MOST = 200  # cases told one by one


@dataclass(frozen=True, slots=True)
class CaseLine:
    """case None: not for this person to open. what: each thing that changed; last: the step that did so, as far as known."""

    number: str
    case: Case | None
    units: Sequence[str]
    what: Sequence[str]
    last: Event | None


@require_safe
def changes(request: Asked) -> HttpResponse:
    """edition: its changes against the one before; since=1: what changed since it was published."""
    asked = chosen(request)
    if small.is_public(request.user) or asked.edition is None or asked.scheme is None or asked.month is None:
        raise Http404("nothing was published, or not for readers")
    since = request.GET.get("since") == "1"
    found = _changes(asked, asked.edition, since=since)
    context = common(asked, "results") | {
        "since": since,
        "reason": asked.edition.reason,
        "holds": publishing.holds(asked.edition),
        "measures": measures(asked.scheme),
        "units": _units(asked, found.units) if found else [],
        "cases": _cases(request, asked, asked.edition, found, since=since) if found else [],
        "count": len(found.cases) if found else 0,
        "most": MOST,
        "first": found is None,
    }
    return render(request, "assessment/changes.html", context)


def _changes(asked: Chosen, edition: Edition, *, since: bool) -> Changes | None:
    if not since:
        return publishing.changes_of(edition)
    assert asked.scheme is not None
    assert asked.month is not None
    now = publishing.live(asked.scheme, asked.month, asked.history)
    return publishing.changed_since(edition, now) if now else None


Cell = tuple[str, str, object, object]  # heading, unit, before, after


def _units(asked: Chosen, moved: Sequence[UnitMoved]) -> list[tuple[str, list[Cell]]]:
    assert asked.scheme is not None
    names = [label for _key, label, _weight in measures(asked.scheme)]
    return [(asked.name_of(m.unit) if m.unit else str(district()), _cells(names, m)) for m in moved]


def _cells(names: Sequence[str], moved: UnitMoved) -> list[Cell]:
    old, new = moved.before, moved.after
    made: list[Cell] = [
        (_("Rank"), "", old and old.rank, new and new.rank),
        (_("Score"), "", old and old.score_printed, new and new.score_printed),
        (_("Cases"), "", old and old.counts.n, new and new.counts.n),
    ]
    return made + [(name, "%", a, b) for name, (a, b) in zip(names, moved.rates, strict=False)]


def _cases(request: Asked, asked: Chosen, edition: Edition, found: Changes, *, since: bool) -> list[CaseLine]:
    assert asked.scheme is not None
    some = found.cases[:MOST]
    ids = [m.id for m in some]
    seen = {c.pk: c for c in queries.visible_to(request.user).filter(pk__in=ids)}
    last = _last_steps(ids, edition.at, before=not since)
    return [
        CaseLine(
            (seen[m.id].source_id or seen[m.id].ref) if m.id in seen else f"#{m.id}",
            seen.get(m.id),
            list(dict.fromkeys(asked.name_of(c.unit) for c in (m.before, m.after) if c and c.unit)),
            list(told(asked.scheme, m)),
            last.get(m.id),
        )
        for m in some
    ]


def _last_steps(ids: Sequence[int], at: datetime, *, before: bool) -> dict[int, Event]:
    """Of each case the last event, up to the edition or after it."""
    streams = {events.stream_of(Case(pk=pk)): pk for pk in ids}
    rows = Event.objects.filter(stream__in=streams)
    rows = rows.filter(at__lte=at) if before else rows.filter(at__gt=at)
    newest = dict(rows.values_list("stream").annotate(Max("seq")))
    found = Event.objects.filter(stream__in=newest).select_related("actor")
    return {streams[e.stream]: e for e in found if newest[e.stream] == e.seq}


def told(scheme: Scheme, moved: CaseMoved) -> list[str]:
    """What of a case is counted otherwise, in words."""
    before, after = moved.before, moved.after
    if before is None:
        return [_("newly counted")]
    if after is None:
        return [_("no longer counted")]
    found = []
    if before.excluded != after.excluded:
        found.append(_("taken out") if after.excluded else _("no longer taken out"))
    if before.unit != after.unit:
        found.append(_("of another town"))
    return found + _verdicts(scheme, before, after)


def _verdicts(scheme: Scheme, before: Assessed, after: Assessed) -> list[str]:
    rows = zip(scheme.measures, before.verdicts, after.verdicts, strict=True)
    return [f"{m.name_en if english() else m.name}: {sign(a)} → {sign(b)}" for m, a, b in rows if a != b]


def sign(verdict: str) -> str:
    """One verdict in a word."""
    if verdict == APART:
        return _("not counted")
    return _("passed") if verdict == PASSED else _("not passed")
