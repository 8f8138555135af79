"""Reads of reports: who may see them, what quotes a fact, and what has changed since a report was written."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from tongjian.facts.models import Fact
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.reports.models import Quote, Report


def visible_to(user: Viewer) -> QuerySet[Report]:
    """All reports for everyone signed in."""
    rows = Report.objects.select_related("subject", "template", "docx", "built_by")
    return rows if isinstance(user, User) and user.is_active else rows.none()


def editable_by(user: Viewer) -> QuerySet[Report]:
    """Reports that the user may write again: all for the plan office, none for others."""
    office = isinstance(user, User) and user.is_active and user.role == Role.PLAN_OFFICE
    return Report.objects.all() if office else Report.objects.none()


def quotes_visible_to(user: Viewer) -> QuerySet[Quote]:
    return Quote.objects.filter(report__in=visible_to(user).values("pk")).select_related("report")


def quotes_of(fact: Fact, user: Viewer) -> QuerySet[Quote]:
    """Where a fact is said, newest report first."""
    return quotes_visible_to(user).filter(facts=fact).order_by("-report__built_at", "pk")


def changed_since(report: Report, at: datetime | None = None) -> QuerySet[Quote]:
    """Quotes that rest on a fact which was revised after the report was written (and by `at`)."""
    later = Fact.objects.filter(
        series=OuterRef("series"),
        period=OuterRef("period"),
        source=OuterRef("source"),
        seq__gt=OuterRef("seq"),
    )
    if at is not None:
        later = later.filter(recorded_at__lte=at)
    revised = Fact.objects.filter(Exists(later), quotes=OuterRef("pk"))
    return report.quotes.filter(Exists(revised)).order_by(F("line"), "pk")
