"""The named lists of cases: what a desk or a unit works through, each with an index of its own, a page at a time.

Pages go on from the last row's key, never by counting rows from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.records.cases import queries, search
from tongjian.records.cases.choices import StateKind, UnitRole
from tongjian.records.cases.models import Assignment, Case

OPEN = ~Q(kind=StateKind.CLOSED)
SOON = timedelta(hours=24)
DUE = ("due_at", "id")
NEWEST = ("-opened_at", "-id")
# What a list reads of a case; anything else costs a query a row.
SHOWN = (
    "type",
    "state",
    "kind",
    "channel",
    "source_id",
    "category",
    "title",
    "area",
    "lead",
    "tier",
    "outcome",
    "asking",
    "supervised",
    "visibility",
    "opened_at",
    "done_at",
    "surveyed_at",
    "due_at",
    "late",
    "hops",
    "returns",
    "redos",
    "solved",
    "score",
    "excluded",
    "cluster",
    "simulated",
    "lead__subject__label",
    "lead__subject__label_en",
    "area__subject__label",
    "area__subject__label_en",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Who looks, when, and the units that are theirs."""

    user: Viewer
    at: datetime
    units: tuple[int, ...]
    desk: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedList:
    """where: the rows. order: the key by which pages go on. whose: all that may be seen, the desk's, or the unit's.

    A list that is the desk's or the unit's own needs no further predicate: it holds only what they see anyway.
    """

    key: str
    name: str | Promise
    whose: str
    where: Callable[[Scope], Q]
    order: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list. category: with everything below it. words: full-text, newest first whatever the list's order."""

    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    category: str = ""
    area: int | None = None
    lead: int | None = None
    tier: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    rows: Q = field(default_factory=Q)


@dataclass(frozen=True, slots=True)
class Page:
    """rows, and the key of the last one to go on from: None at the end."""

    rows: list[Case]
    following: tuple[Any, int] | None


def _kind(kind: StateKind) -> Callable[[Scope], Q]:
    return lambda s: OPEN & Q(kind=kind, due_at__isnull=False)


def _of_unit(more: Q) -> Callable[[Scope], Q]:
    return lambda s: more & _units(s)


def _units(scope: Scope) -> Q:
    return Q(lead=scope.units[0]) if len(scope.units) == 1 else Q(lead__in=scope.units)


def _joined(scope: Scope) -> Q:
    parts = Assignment.objects.filter(
        unit__in=scope.units, role__in=[UnitRole.JOINT, UnitRole.ADVISE], until__isnull=True
    )
    return OPEN & Q(due_at__isnull=False, pk__in=parts.values("case"))


DUE_KNOWN = OPEN & Q(due_at__isnull=False)
LISTS: Mapping[str, NamedList] = {
    found.key: found
    for found in (
        NamedList("to_dispatch", _("To be dispatched"), "desk", _kind(StateKind.TRIAGE), DUE),
        NamedList("to_follow_up", _("To be followed up"), "desk", _kind(StateKind.VERIFYING), DUE),
        NamedList(
            "approvals",
            _("Waiting for approval"),
            "desk",
            lambda s: ~Q(asking="") & Q(due_at__isnull=False),
            DUE,
        ),
        NamedList("returned", _("Returned"), "desk", lambda s: Q(returns__gt=0), NEWEST),
        NamedList("unit_open", _("Our open cases"), "unit", _of_unit(DUE_KNOWN), DUE),
        NamedList(
            "to_accept", _("To be accepted"), "unit", _of_unit(DUE_KNOWN & Q(kind=StateKind.ASSIGNED)), DUE
        ),
        NamedList(
            "own_check",
            _("Call before the follow-up"),
            "unit",
            _of_unit(DUE_KNOWN & Q(kind=StateKind.VERIFYING)),
            DUE,
        ),
        NamedList("joint", _("Whistled for us"), "unit", _joined, DUE),
        NamedList(
            "unsolved", _("Said to be unsolved"), "unit", _of_unit(Q(solved=False)), ("-surveyed_at", "-id")
        ),
        NamedList("unit_all", _("All our cases"), "unit", _of_unit(Q()), NEWEST),
        NamedList("overdue", _("Overdue"), "seen", lambda s: OPEN & Q(due_at__lt=s.at), DUE),
        NamedList(
            "due_soon",
            _("Due within a day"),
            "seen",
            lambda s: OPEN & Q(due_at__range=(s.at, s.at + SOON)),
            DUE,
        ),
        NamedList(
            "supervised",
            _("Listed supervision"),
            "seen",
            lambda s: Q(supervised=True),
            NEWEST,
        ),
        NamedList("newest", _("Newest"), "seen", lambda s: Q(), NEWEST),
    )
}


def offered(user: Viewer) -> list[NamedList]:
    """The lists that make sense for somebody: desks' for desks, units' for units."""
    if not isinstance(user, User):
        return []
    desk = user.role == Role.PLAN_OFFICE or bool(queries.desk_types(user))
    unit = user.role == Role.DEPARTMENT
    may = {"seen": True, "desk": desk, "unit": unit}
    return [found for found in LISTS.values() if may[found.whose]]


def page(
    user: Viewer,
    key: str,
    filters: Filters = Filters(),
    *,
    at: datetime,
    after: tuple[Any, int] | None = None,
    limit: int = 50,
) -> Page:
    """One page of a list as far as the user may see it. after: `following` of the page before."""
    found = LISTS[key]
    scope = _scope(user, at)
    if filters.words:
        return _searched(found, scope, filters, after, limit)
    rows = _from(_chosen(found, scope, filters), found.order, after)
    listed = list(rows.order_by(*found.order)[: limit + 1])
    if len(listed) <= limit:
        return Page(listed, None)
    last = listed[limit - 1]
    return Page(listed[:limit], (getattr(last, found.order[0].lstrip("-")), last.pk))


def export(user: Viewer, key: str, filters: Filters = Filters(), *, at: datetime) -> QuerySet[Case]:
    """The whole list for a file, but for the words asked for; read it with `.iterator(chunk_size=…)`."""
    found = LISTS[key]
    return _chosen(found, _scope(user, at), filters).order_by(*found.order)


def searchable(user: Viewer, key: str, filters: Filters, *, at: datetime) -> Q:
    """Within what a search looks for the words asked for."""
    return LISTS[key].where(_scope(user, at)) & _narrowed(filters)


def _scope(user: Viewer, at: datetime) -> Scope:
    if not isinstance(user, User):
        return Scope(user, at, (), ())
    return Scope(user, at, tuple(queries.own_units(user)), tuple(queries.desk_types(user)))


def _chosen(found: NamedList, scope: Scope, filters: Filters) -> QuerySet[Case]:
    rows = _base(found, scope).filter(found.where(scope)).filter(_narrowed(filters))
    return rows.select_related("lead__subject", "area__subject").only(*SHOWN)


def _base(found: NamedList, scope: Scope) -> QuerySet[Case]:
    """Without a predicate where the list itself is one."""
    user = scope.user
    if isinstance(user, User) and user.is_active and user.role == Role.DEPARTMENT:
        if found.whose == "unit" and scope.units:
            return Case.objects.all()
        if found.whose == "desk" and scope.desk:
            return Case.objects.filter(type__in=scope.desk)
    return queries.visible_to(user)


def _narrowed(filters: Filters) -> Q:
    wanted = Q(**filters.more) & filters.rows
    if filters.types:
        wanted &= Q(type=filters.types[0]) if len(filters.types) == 1 else Q(type__in=filters.types)
    if filters.kinds:
        wanted &= Q(kind__in=filters.kinds)
    if filters.category:
        below = (filters.category + "/", filters.category + "0")  # "0" follows "/"
        wanted &= Q(category=filters.category) | Q(category__gte=below[0], category__lt=below[1])
    plain: dict[str, Any] = {"area": filters.area, "lead": filters.lead, "tier": filters.tier or None}
    plain |= {"opened_at__gte": filters.since, "opened_at__lt": filters.until}
    return wanted & Q(**{k: v for k, v in plain.items() if v is not None})


def _from(rows: QuerySet[Case], order: tuple[str, str], after: tuple[Any, int] | None) -> QuerySet[Case]:
    """Rows behind a key. Written so that the index is entered at the value and the key's equals are skipped."""
    if after is None:
        return rows
    value, pk = after
    name = order[0].lstrip("-")
    if order[0].startswith("-"):
        return rows.filter(**{f"{name}__lte": value}).exclude(**{name: value, "pk__gte": pk})
    return rows.filter(**{f"{name}__gte": value}).exclude(**{name: value, "pk__lte": pk})


def _searched(
    found: NamedList, scope: Scope, filters: Filters, after: tuple[Any, int] | None, limit: int
) -> Page:
    """A list with words in it: newest first, by the case's number."""
    only = found.where(scope) & _narrowed(filters)
    before = after[1] if after else None
    ids = search.find(scope.user, filters.words, before=before, limit=limit + 1, only=only)
    rows = Case.objects.filter(pk__in=ids[:limit]).select_related("lead__subject", "area__subject")
    listed = list(rows.only(*SHOWN).order_by("-pk"))
    return Page(listed, (None, listed[-1].pk) if len(ids) > limit else None)
