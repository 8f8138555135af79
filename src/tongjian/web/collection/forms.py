"""The unit and the time span that a workbook is for, read out of a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Metric
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.values import Period
from tongjian.web.requests import whole

FIRST_YEAR, LAST_YEAR = 1949, 2199


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and for when."""

    organisation: Organisation
    period: Period


def units(user: User) -> QuerySet[Organisation]:
    """The organisations that the user speaks for and that report something."""
    owners = Metric.objects.exclude(owner=None).exclude(collect=[]).values("owner")
    return (
        organisations_editable_by(user)
        .filter(pk__in=owners)
        .select_related("subject")
        .order_by("order", "pk")
    )


def read(fields: Mapping[str, str], user: User) -> Asked:
    """Raises TongjianError saying which field is not usable; a foreign unit looks like none."""
    period = span(fields)
    unit = units(user).filter(pk=whole(fields.get("organisation")) or 0).first()
    if unit is None:
        raise TongjianError("collection.unit", _("Choose a unit that you report for."))
    return Asked(unit, period)


def span(fields: Mapping[str, str]) -> Period:
    """January to the month of a year. Raises TongjianError."""
    year, month = whole(fields.get("year")), whole(fields.get("month"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise TongjianError("collection.year", _("Give the year as four digits, for example 2022."))
    if month is None or not 1 <= month <= 12:
        raise TongjianError("collection.month", _("Choose the month up to which the figures count."))
    return Period.to_date(year, month)


def spans(year: int) -> list[tuple[int, str | Promise]]:
    """January alone, January to February … the whole year, as a reader says them."""
    english = (get_language() or "").startswith("en")
    labels = (Period.to_date(year, m).label("en" if english else "zh") for m in range(1, 12))
    short = (t.removesuffix(f" {year}").removeprefix(f"{year}年") for t in labels)
    return [*enumerate(short, start=1), (12, _("Whole year"))]


def usual(today: date) -> tuple[int, int]:
    """The year and month that are most likely reported now: the month before this one."""
    before = Period.month(today.year, today.month).start - 1
    return before // 12, before % 12 + 1
