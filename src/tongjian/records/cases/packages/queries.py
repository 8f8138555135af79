"""Reads of service packages: who sees which, visits due, and how the year's items stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractYear
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import calendars, definitions
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases import queries
from tongjian.records.cases.choices import StateKind
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import rules
from tongjian.records.cases.packages.models import Measure, ServicePackage, Visit
from tongjian.records.cases.packages.rules import Grade

KIND = "service_packages"
ITEM = "service_item"


def grades() -> dict[str, Grade]:
    """The ruling grades by key."""
    return {
        str(b["key"]): Grade(str(b["key"]), str(b["name"]), str(b["name_en"]), str(b["visit_every"]))
        for b in definitions.bodies(KIND)
    }


def runs_them(user: Viewer) -> bool:
    """Whether somebody runs the packages: the plan office, and the desk of service items."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.role == Role.PLAN_OFFICE or (
        user.role == Role.DEPARTMENT and ITEM in queries.desk_types(user)
    )


def visible_to(user: Viewer) -> QuerySet[ServicePackage]:
    """All: plan office, leaders, the desk. Departments: those that their subtree serves. Readers: none."""
    rows = ServicePackage.objects.select_related("enterprise", "unit__subject", "manager")
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if runs_them(user) or user.role == Role.LEADER:
        return rows
    if user.role != Role.DEPARTMENT:
        return rows.none()
    return rows.filter(Q(unit__in=queries.own_units(user)) | Q(manager=user))


def editable_by(user: Viewer, pk: int, *, lock: bool = False) -> ServicePackage:
    """The package, if the user may act on it. Raises NotAllowed."""
    rows = visible_to(user)
    if lock:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=pk).first()
    if row is None or not isinstance(user, User) or user.role == Role.LEADER:
        raise NotAllowed(
            "packages.not_there", _("There is no service package %(pk)s that you may change."), {"pk": pk}
        )
    return row


def planned(rows: QuerySet[ServicePackage], year: int | None = None) -> QuerySet[ServicePackage]:
    """With the day of the next visit, of the last one, items open and done, and the visits made in a year (None: this one).

    In the order of the next visit: those overdue stand first.
    """
    year = year or localdate().year
    visits = Visit.objects.filter(package=OuterRef("pk"))
    items = Case.objects.filter(type=ITEM, subject=OuterRef("enterprise")).order_by()
    counted = items.values("subject").annotate(n=Count("pk"))
    closed = Q(kind=StateKind.CLOSED)
    return rows.annotate(
        next_on=Subquery(visits.filter(visited_on=None).values("due_on")[:1]),
        last_on=Subquery(
            visits.filter(visited_on__isnull=False).order_by("-visited_on").values("visited_on")[:1]
        ),
        visits_done=Coalesce(
            Subquery(
                visits.filter(visited_on__range=(date(year, 1, 1), date(year, 12, 31)))
                .order_by()
                .values("package")
                .annotate(n=Count("pk"))
                .values("n")
            ),
            0,
        ),
        measures_open=Coalesce(
            Subquery(
                Measure.objects.filter(package=OuterRef("pk"), done_on=None)
                .order_by()
                .values("package")
                .annotate(n=Count("pk"))
                .values("n")
            ),
            0,
        ),
        items_open=Subquery(counted.exclude(closed).values("n")),
        items_done=Subquery(counted.filter(closed).values("n")),
    ).order_by(F("next_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True, slots=True)
class Visiting:
    """走访进度 of a year: visits made, planned by the grades' rules (made and still to make), packages whose visit is overdue."""

    year: int
    done: int
    planned: int
    overdue: int


def visiting(rows: Sequence[Any], year: int, today: date) -> Visiting:
    """rows: packages as `planned` gives them for that year."""
    told = visits_planned(rows, year)
    done = sum(row.visits_done for row in rows)
    overdue = sum(row.next_on is not None and row.next_on < today for row in rows)
    return Visiting(year, done, sum(told.values()), overdue)


def visits_planned(rows: Sequence[Any], year: int) -> dict[int, int]:
    """Package → how many visits the year's plan holds: those made, and those that the grade's rule still asks for."""
    known, working, last = grades(), calendars.current(), date(year, 12, 31)
    return {
        row.pk: row.visits_done
        + (
            rules.planned_after(row.next_on, known[row.grade].every, last, working)
            if row.grade in known
            else 0
        )
        for row in rows
    }


def serving(user: Viewer) -> list[Organisation]:
    """The units that serve the packages which the user sees."""
    units = Organisation.objects.filter(pk__in=visible_to(user).order_by().values("unit"))
    return list(units.select_related("subject").order_by("order", "path"))


def names(user: Viewer) -> list[str]:
    """What the enterprises are called whose packages the user sees."""
    rows = visible_to(user).order_by("enterprise__label")
    return list(rows.values_list("enterprise__label", flat=True)[:2000])


def due_visits(user: User, upto: date) -> QuerySet[Visit]:
    """走访计划: visits not made yet that fall due by a day: the manager's own, else of the packages the user sees."""
    rows = Visit.objects.filter(visited_on=None, due_on__lte=upto)
    mine = rows.filter(package__manager=user)
    if user.role == Role.DEPARTMENT and not runs_them(user) and mine.exists():
        rows = mine
    else:
        rows = rows.filter(package__in=visible_to(user))
    return rows.select_related("package__enterprise", "package__unit__subject", "package__manager").order_by(
        "due_on", "pk"
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """Items of a year: raised in it, of these closed; of those with a verdict, satisfied (3 and better).

    Cases taken out do not count.
    """

    year: int
    raised: int
    closed: int
    rated: int
    satisfied: int

    @property
    def completed(self) -> float | None:
        """Share closed in percent; None: nothing was raised."""
        return 100 * self.closed / self.raised if self.raised else None

    @property
    def content(self) -> float | None:
        return 100 * self.satisfied / self.rated if self.rated else None


def standing(user: Viewer, year: int) -> Standing:
    """Measured over the service items that the user sees."""
    rows = queries.visible_to(user).filter(type=ITEM, excluded=False, **_in(year))
    closed = Q(kind=StateKind.CLOSED)
    found = rows.aggregate(
        raised=Count("pk"),
        closed=Count("pk", filter=closed),
        rated=Count("pk", filter=closed & Q(score__isnull=False)),
        satisfied=Count("pk", filter=closed & Q(score__gte=3)),
    )
    return Standing(year, **found)


def years(user: Viewer) -> list[int]:
    """Years in which service items were raised, the newest first."""
    rows = queries.visible_to(user).filter(type=ITEM)
    return sorted(set(rows.annotate(y=ExtractYear("opened_at")).values_list("y", flat=True)), reverse=True)


def _in(year: int) -> dict[str, datetime]:
    first, after = (make_aware(datetime(y, 1, 1)) for y in (year, year + 1))
    return {"opened_at__gte": first, "opened_at__lt": after}
