"""The cases behind a rate of an assessment: its conditions as a filter of the desk's lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tongjian.facts.assessment import queries
from tongjian.facts.assessment.models import AssessedCase, Edition
from tongjian.facts.assessment.scheme import Measure, Scheme
from tongjian.facts.measured.declaration import Condition
from tongjian.kernel.models import Subject
from tongjian.records.cases.models import Case
from tongjian.values import Period
from tongjian.values.periods import PeriodError
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, typed, whole

OPS = {"ge": "gte", "gt": "gt", "le": "lte", "lt": "lt"}
FIELDS = {"id", "type", "kind", "state", "channel", "category", "tier", "outcome", "responded_in_time"} | {
    "resolved_in_time", "reached", "solved", "score", "rounds", "hops", "returns", "redos", "late", "excluded"
}  # fmt: skip
COUNTED, MISSED, TAKEN_OUT = "counted", "missed", "excluded"
ASKED = ("scheme", "span", "measure", "part", "edition", "unit", "topic", "category")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Rows that an assessment counted. asked: the query string's own fields; said: what the page tells of it."""

    rows: Q
    asked: Mapping[str, str]
    said: str


def narrowed(request: Asked) -> Narrowed | None:
    """None where the query asks for no assessment, or for one that cannot be told in the lists."""
    asked = {k: typed(request.GET.get(k)) for k in ASKED}
    if not asked["scheme"]:
        return None
    scheme = next((s for s in queries.schemes() if s.key == asked["scheme"]), None)
    try:
        span = Period.parse(asked["span"])
    except PeriodError:
        return None
    if scheme is None or not told_in_lists(scheme):
        return None
    measure = next((m for m in scheme.measures if m.key == asked["measure"]), None)
    part = asked["part"] or COUNTED
    kept = {k: v for k, v in asked.items() if v}
    edition = _edition(scheme, span, asked["edition"])
    if edition is not None:
        place = [m.key for m in scheme.measures].index(measure.key) if measure else None
        rows = Q(pk__in=_assessed(edition, asked["unit"], place, part).values("case_id"))
    else:
        rows = _rows(scheme, span, measure, part) & _within_dimension(asked["topic"], asked["category"])
    return Narrowed(rows, kept, _said(scheme, span, measure, part, edition, asked))


def _edition(scheme: Scheme, span: Period, number: str) -> Edition | None:
    rows = Edition.objects.filter(scheme=scheme.key, month=str(span), number=whole(number) or 0)
    return rows.defer("result").first() if number else None


def _assessed(edition: Edition, unit: str, place: int | None, part: str) -> QuerySet[AssessedCase]:
    """The cases as an edition counted them, whatever became of them since."""
    rows = edition.assessed.filter(excluded=part == TAKEN_OUT)
    if unit:
        rows = rows.filter(unit=unit)
    if place is None or part == TAKEN_OUT:
        return rows
    return rows.filter(verdicts__regex=f"^.{{{place}}}" + ("0" if part == MISSED else "[01]"))


def _within_dimension(topic: str, category: str) -> Q:
    found = Q()
    if topic:
        found &= Q(attrs__monthly_topic=topic)
    if category:
        found &= Q(category=category)
    return found


def told_in_lists(scheme: Scheme) -> bool:
    """Whether all that it asks is a plain column of a case."""
    named = {c.column for c in scheme.where}
    named |= {c.column for m in scheme.measures for c in (*m.num, *m.den)}
    return scheme.table == "cases" and not named - FIELDS and scheme.on.endswith("_on")


def _rows(scheme: Scheme, span: Period, measure: Measure | None, part: str) -> Q:
    wanted = _all(scheme.where) & _within(scheme.on.removesuffix("_on") + "_at", span)
    if scheme.exclude:
        wanted &= Q(**{scheme.exclude: part == TAKEN_OUT})
    if measure is None or part == TAKEN_OUT:
        return wanted
    wanted &= _all(measure.den)
    if part != MISSED:
        return wanted
    passing = Case.objects.filter(_all(measure.num))
    return wanted & ~Q(pk__in=passing.values("pk"))


def _within(field: str, span: Period) -> Q:
    return Q(**{f"{field}__gte": midnight(span.start), f"{field}__lt": midnight(span.end + 1)})


def midnight(month: int) -> datetime:
    return timezone.make_aware(datetime(month // 12, month % 12 + 1, 1))


def _all(conditions: tuple[Condition, ...]) -> Q:
    found = Q()
    for one in conditions:
        found &= _one(one)
    return found


def _one(condition: Condition) -> Q:
    column, values = condition.column, list(condition.values)
    if condition.op in {"set", "unset"}:
        return Q(**{f"{column}__isnull": condition.op == "unset"})
    if condition.op == "in":
        return Q(**{f"{column}__in": values})
    if condition.op == "not":
        return Q(**{f"{column}__isnull": False}) & ~Q(**{f"{column}__in": values})
    return Q(**{f"{column}__{OPS[condition.op]}": values[0]})


def _said(
    scheme: Scheme,
    span: Period,
    measure: Measure | None,
    part: str,
    edition: Edition | None,
    asked: Mapping[str, str],
) -> str:
    return " · ".join(_parts(scheme, span, measure, part, edition, asked))


def _parts(
    scheme: Scheme,
    span: Period,
    measure: Measure | None,
    part: str,
    edition: Edition | None,
    asked: Mapping[str, str],
) -> Iterator[str]:
    english_page: Any = english()
    yield scheme.name_en if english_page else scheme.name
    yield span.label("en" if english_page else "zh")
    if edition is not None:
        yield _("edition %(n)s") % {"n": edition.number}
        if asked["unit"]:
            unit = Subject.objects.filter(key=asked["unit"]).first()
            yield str(unit or asked["unit"])
    yield from (asked[k] for k in ("topic", "category") if asked[k])
    if part == TAKEN_OUT:
        yield _("taken out")
    elif measure is not None:
        yield measure.name_en if english_page else measure.name
        yield _("those that did not pass") if part == MISSED else _("all that were counted")
