"""Completeness and timeliness 完整性与及时性: units × rounds, what was expected and what came, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import models
from tongjian.facts.choices import FactSource, PackageState, SubmissionState
from tongjian.facts.collection import packages, rounds
from tongjian.facts.collection.ground import Catalogue, read_catalogue
from tongjian.facts.collection.lines import Line, is_due_line, lines_among
from tongjian.facts.models import Fact, Package, Submission
from tongjian.kernel import calendars
from tongjian.kernel.models import Organisation
from tongjian.values import Period


class Standing(StrEnum):
    """How a unit stands with a round."""

    NOTHING = "nothing"  # nothing is reported for it
    AWAITED = "awaited"  # not yet due
    MISSING = "missing"  # due, and nothing accepted came
    ERRORS = "errors"  # what came last was refused or is held
    IN_TIME = "in_time"
    LATE = "late"


LABELS: Mapping[Standing, str | Promise] = {
    Standing.NOTHING: _("Nothing to report"),
    Standing.AWAITED: _("Not yet due"),
    Standing.MISSING: _("Missing"),
    Standing.ERRORS: _("With errors"),
    Standing.IN_TIME: _("In time"),
    Standing.LATE: _("Late"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One unit's round. expected, received: series, of those due in it. submission: the newest that came."""

    organisation: Organisation
    period: Period
    standing: Standing
    expected: int
    received: int
    due: date
    package: Package | None
    submission: Submission | None

    @property
    def label(self) -> str:
        return str(LABELS[self.standing])

    @property
    def is_complete(self) -> bool:
        return self.received >= self.expected


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows: units in their order; a cell for each of the periods."""

    periods: Sequence[Period]
    rows: Sequence[tuple[Organisation, Sequence[Cell]]]

    def counts(self, number: int) -> dict[Standing, int]:
        """How many units stand how with one of the rounds."""
        found = [cells[number].standing for _organisation, cells in self.rows]
        return {s: found.count(s) for s in Standing if s in found}

    def of(self, organisation: Organisation) -> Sequence[Cell]:
        return next((cells for o, cells in self.rows if o == organisation), ())


def rounds_of(year: int) -> list[Period]:
    """Rounds of a year that somebody opened or reported for, the earliest first."""
    texts = set(
        Package.objects.filter(period_end__gte=year * 12, period_end__lt=year * 12 + 12).values_list(
            "period", flat=True
        )
    )
    return sorted((Period.parse(t) for t in texts), key=lambda p: p.end)


def matrix(
    periods: Sequence[Period],
    today: date,
    organisations: Sequence[Organisation] | None = None,
    catalogue: Catalogue | None = None,
) -> Matrix:
    """How units stand with rounds. organisations None: all that report anything."""
    read = _Read(periods, catalogue or read_catalogue())
    units = packages.reporting() if organisations is None else organisations
    rows = [(o, [read.cell(o, p, today) for p in periods]) for o in units]
    return Matrix(periods, [(o, cells) for o, cells in rows if any(c.expected for c in cells)])


class _Read:
    """Reads all that a matrix needs, in as many queries for many units as for one."""

    def __init__(self, periods: Sequence[Period], catalogue: Catalogue) -> None:
        self.catalogue, self.defaults = catalogue, packages.defaults()
        self.calendar = calendars.current()
        wanted = [str(p) for p in periods]
        found = Package.objects.filter(period__in=wanted).select_related("organisation__subject")
        self.packages = {(p.organisation_id, p.period): p for p in found}
        self.newest: dict[int, Submission] = {}
        for one in Submission.objects.filter(package__in=found).select_related("file").order_by("at", "pk"):
            self.newest[one.package_id] = one
        self.facts = _said({p.end for p in periods})
        self.lines: dict[int, list[Line]] = {}

    def cell(self, organisation: Organisation, period: Period, today: date) -> Cell:
        lines = [x for x in self._lines(organisation) if is_due_line(x, period)]
        package = self.packages.get((organisation.pk, str(period)))
        due = package.due if package else self._due(lines, period)
        newest = self.newest.get(package.pk) if package else None
        return Cell(
            organisation=organisation,
            period=period,
            standing=standing(len(lines), package, newest, due, today),
            expected=len(lines),
            received=sum((_series(x), period.end) in self.facts for x in lines),
            due=due,
            package=package,
            submission=newest,
        )

    def _lines(self, organisation: Organisation) -> list[Line]:
        """Its own series: those of units below it are theirs to report."""
        if organisation.pk not in self.lines:
            every, areas = self.catalogue.every, self.catalogue.areas_by_key
            own = [m for m in every if m.owner_id == organisation.pk]
            self.lines[organisation.pk] = lines_among(organisation, own, areas)
        return self.lines[organisation.pk]

    def _due(self, lines: Sequence[Line], period: Period) -> date:
        usual = self.defaults["due_day"]
        day = max((x.metric.due_day or usual for x in lines), default=usual)
        return rounds.due_on(period, day, self.calendar.next_working)


def standing(
    expected: int, package: Package | None, newest: Submission | None, due: date, today: date
) -> Standing:
    """How a unit stands. What was accepted once has come, even when a later workbook was refused.

    A returned package has to come again; it counts as one with errors.
    """
    if not expected:
        return Standing.NOTHING
    if package is not None and package.state == PackageState.RETURNED:
        return Standing.ERRORS
    if package is not None and package.submitted_at is not None:
        came = timezone.localdate(package.submitted_at)
        return Standing.IN_TIME if came <= due else Standing.LATE
    if newest is not None and newest.state in {SubmissionState.REFUSED, SubmissionState.HELD}:
        return Standing.ERRORS
    return Standing.AWAITED if today <= due else Standing.MISSING


Series = tuple[int, int, str, str, str, str, str]


def _series(line: Line) -> Series:
    """What names a line's series, however it counts time."""
    where = (line.metric.pk, line.area.subject_id, line.measure, line.of)
    return (*where, line.basis, line.comparator, line.breakdown)


def _said(ends: set[int]) -> set[tuple[Series, int]]:
    """Series that departments said something of, a reason why not among it, by the month it ends with."""
    every = models.Series.objects.values(
        "pk"
    )  # so that the index over series and month is used, not a look at all
    rows = Fact.objects.filter(
        series__in=every, period_end__in=ends, source=FactSource.COLLECTION
    ).values_list(
        "series__metric",
        "series__subject",
        "series__measure",
        "series__of",
        "series__basis",
        "series__comparator",
        "series__breakdown",
        "period_end",
    )
    return {
        ((m, s, measure, of, basis, against, group), end)
        for m, s, measure, of, basis, against, group, end in rows.distinct()
    }
