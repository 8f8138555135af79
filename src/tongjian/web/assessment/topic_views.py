"""每月一题 and other ways to look at a scheme's cases: by topic, category, lead unit; and what was asked to be taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.facts.assessment import hiding, results
from tongjian.facts.assessment.counting import History, history
from tongjian.facts.assessment.results import Row
from tongjian.facts.measured import small
from tongjian.facts.mirror.tables import named
from tongjian.kernel.models import Organisation
from tongjian.records.cases import exclusions, queries
from tongjian.records.cases.choices import ExclusionState
from tongjian.records.cases.models import Exclusion
from tongjian.values import Period
from tongjian.web.assessment.asked import Chosen, chosen
from tongjian.web.assessment.result_views import common
from tongjian.web.assessment.shown import cases_url, measures
from tongjian.web.cases.narrowing import MISSED, midnight
from tongjian.web.requests import Asked

TOPIC, CATEGORY, LEAD = "monthly_topic", "category", "lead"
DIMENSIONS = (TOPIC, CATEGORY, LEAD)
PARAMETER = {TOPIC: "topic", CATEGORY: "category", LEAD: "lead"}
MOST = 60


@dataclass(frozen=True, slots=True)
class TopicLine:
    """One topic, category or unit. rates: label, numerator, denominator, percent, and where its cases are."""

    name: str
    row: Row
    url: str
    rates: Sequence[tuple[str, results.Rate, str, str]]
    hidden: bool


@require_safe
def topics(request: Asked) -> HttpResponse:
    asked = chosen(request)
    by = request.GET.get("by", TOPIC)
    by = by if by in DIMENSIONS else TOPIC
    context = common(asked, "topics") | {"by": by, "dimensions": _dimensions()}
    if asked.scheme is None or asked.month is None:
        return render(request, "assessment/topics.html", context)
    context |= {
        "lines": _lines(request, asked, by),
        "measures": measures(asked.scheme),
        "hides": small.is_public(request.user),
        "exclusions": _exclusions(request, asked),
    }
    return render(request, "assessment/topics.html", context)


def _dimensions() -> list[tuple[str, str]]:
    return [(TOPIC, _("Monthly topic")), (CATEGORY, _("Category")), (LEAD, _("Lead unit"))]


def _lines(request: Asked, asked: Chosen, by: str) -> list[TopicLine]:
    """The largest first; cases of no topic are none of a topic."""
    assert asked.scheme is not None
    table = named(asked.scheme.table).get(asked.scheme.table)
    if table is None or table.column(by) is None:
        return []
    counted = history(replace(asked.scheme, by=by))
    if counted is None:
        return []
    scheme = asked.scheme
    rows = [
        results.row(scheme, key, "all", counted.of(scheme, key, asked.span)) for key in counted.counted if key
    ]
    rows = sorted((r for r in rows if r.counts.n), key=lambda r: (-r.counts.n, r.unit))
    closed = _closed(asked, counted) if small.is_public(request.user) else frozenset[str]()
    leads = _leads(rows) if by == LEAD else {}
    return [_line(asked, r, by, leads, hidden=r.unit in closed) for r in rows[:MOST]]


def _closed(asked: Chosen, counted: History) -> frozenset[str]:
    """What a reader does not see: of a sum from January on, nothing that tells a month that is not shown."""
    assert asked.scheme is not None
    scheme, months = asked.scheme, range(asked.span.start, asked.span.end + 1)
    rows = [
        [results.row(scheme, k, "all", counted.of(scheme, k, Period(m, m))) for k in counted.counted if k]
        for m in months
    ]
    return hiding.hidden_to_date(rows)


def _leads(rows: Sequence[Row]) -> dict[str, Organisation]:
    found = Organisation.objects.filter(subject__key__in=[r.unit for r in rows]).select_related("subject")
    return {o.subject.key: o for o in found}


def _line(asked: Chosen, row: Row, by: str, leads: dict[str, Organisation], *, hidden: bool) -> TopicLine:
    assert asked.scheme is not None
    unit = leads.get(row.unit)
    value = str(unit.pk) if unit else row.unit

    def url(**more: str) -> str:
        if by == LEAD and unit is None:
            return ""
        return cases_url(asked.scheme, asked.span, None, **{PARAMETER[by]: value}, **more)

    rates = [
        (label, rate, url(measure=key), url(measure=key, part=MISSED))
        for (key, label, _weight), rate in zip(measures(asked.scheme), row.rates, strict=True)
    ]
    return TopicLine(str(unit or row.unit), row, url(), rates, hidden)


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    row: Exclusion
    number: str
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Of the span's cases: requests to take them out by state, and those that this person may open, appealed ones first."""

    states: Sequence[tuple[str, int]]
    lines: Sequence[ExclusionLine]


def _exclusions(request: Asked, asked: Chosen) -> Exclusions | None:
    """None for readers, whom single cases do not concern."""
    if small.is_public(request.user):
        return None
    span = asked.span
    of_span = Exclusion.objects.filter(
        case__dispatched_at__gte=midnight(span.start), case__dispatched_at__lt=midnight(span.end + 1)
    )
    rows = of_span.filter(case__in=queries.visible_to(request.user)).select_related(
        "case", "asked_by", "decided_by"
    )
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    states = [(str(s.label), counts[s.value]) for s in ExclusionState if s.value in counts]
    some = rows.order_by("-appealed_at", "-asked_at")[:MOST]
    return Exclusions(states, [_exclusion(r) for r in some])


def _exclusion(row: Exclusion) -> ExclusionLine:
    reason = str(exclusions.REASONS.get(row.reason, row.reason))
    return ExclusionLine(
        row, row.case.source_id or row.case.ref, reason, str(ExclusionState(row.state).label)
    )
