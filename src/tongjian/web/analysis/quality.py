"""数据质量: of a year and each unit, what was missing or late, what validation found, what was revised afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _

from tongjian.facts.choices import FactSource
from tongjian.facts.collection import completeness
from tongjian.facts.collection.completeness import Cell, Standing
from tongjian.facts.models import Fact, Override, Package, Submission
from tongjian.facts.validation import findings
from tongjian.facts.validation.findings import Finding
from tongjian.kernel.models import Organisation
from tongjian.plans.sheets import Column, Table, Value
from tongjian.values import Period

MOST_FINDINGS = 50
YEAR = 12


@dataclass(frozen=True, slots=True)
class UnitQuality:
    """One unit's year. rounds by standing; series: expected and received over the rounds that are due.

    hard, soft: findings of the newest workbook of each round. revisions: values changed after they were first reported.
    """

    unit: Organisation
    standings: Mapping[Standing, int]
    expected: int
    received: int
    hard: int
    soft: int
    overrides: int
    revisions: int

    @property
    def rounds(self) -> int:
        return sum(self.standings.values())

    @property
    def in_time(self) -> int:
        return self.standings.get(Standing.IN_TIME, 0)

    @property
    def late(self) -> int:
        return self.standings.get(Standing.LATE, 0)

    @property
    def missing(self) -> int:
        return self.standings.get(Standing.MISSING, 0)

    @property
    def errors(self) -> int:
        return self.standings.get(Standing.ERRORS, 0)

    @property
    def lacking(self) -> int:
        return self.expected - self.received


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the workbook it is of."""

    submission: Submission
    finding: Finding


@dataclass(frozen=True, slots=True)
class Quality:
    year: int
    rounds: Sequence[Period]
    units: Sequence[UnitQuality]
    found: Sequence[Found] = field(default=())
    more: int = 0


def years(units: Sequence[Organisation]) -> list[int]:
    """Years with a round of these units, the newest first."""
    ends = Package.objects.filter(organisation__in=units).values_list("period_end", flat=True).distinct()
    return sorted({end // YEAR for end in ends.order_by()}, reverse=True)


def quality(year: int, units: Sequence[Organisation], today: date) -> Quality:
    """Units that report nothing are left out."""
    rounds = completeness.rounds_of(year)
    matrix = completeness.matrix(rounds, today, units)
    newest = _newest(matrix.rows)
    found = [Found(s, f) for s in newest for f in findings.of_json(s.findings)]
    tally = Counter((f.submission.organisation_id, f.finding.is_hard) for f in found)
    overrides, revisions = _overrides(newest), _revisions(year, units)
    rows = [
        UnitQuality(
            unit=unit,
            standings=Counter(c.standing for c in _due(cells)),
            expected=sum(c.expected for c in _due(cells)),
            received=sum(c.received for c in _due(cells)),
            hard=tally[unit.pk, True],
            soft=tally[unit.pk, False],
            overrides=overrides.get(unit.pk, 0),
            revisions=revisions.get(unit.pk, 0),
        )
        for unit, cells in matrix.rows
    ]
    ordered = sorted(found, key=lambda f: (not f.finding.is_hard, -f.submission.pk))
    return Quality(year, rounds, rows, ordered[:MOST_FINDINGS], max(len(found) - MOST_FINDINGS, 0))


def _due(cells: Sequence[Cell]) -> list[Cell]:
    return [c for c in cells if c.standing not in {Standing.NOTHING, Standing.AWAITED}]


def _newest(rows: Sequence[tuple[Organisation, Sequence[Cell]]]) -> list[Submission]:
    """Of each unit's round the workbook that came last, with its unit and file already read."""
    found = []
    for unit, cells in rows:
        for submission in (c.submission for c in cells if c.submission is not None):
            submission.organisation = unit
            found.append(submission)
    return found


def _overrides(submissions: Sequence[Submission]) -> dict[int, int]:
    """Findings let pass by two persons."""
    rows = Override.objects.filter(submission__in=submissions, confirmed_at__isnull=False)
    counted = rows.values("organisation").annotate(n=Count("pk")).order_by()
    return {row["organisation"]: row["n"] for row in counted}


def _revisions(year: int, units: Sequence[Organisation]) -> dict[int, int]:
    """Reported values of the year that came after another one for the same series and period, by the metric's owner."""
    reported = Fact.objects.filter(source=FactSource.COLLECTION)
    earlier = reported.filter(series=OuterRef("series"), period=OuterRef("period"), seq__lt=OuterRef("seq"))
    rows = reported.filter(
        Exists(earlier),
        series__metric__owner__in=units,
        period_end__gte=year * YEAR,
        period_end__lt=year * YEAR + YEAR,
    )
    counted = rows.values("series__metric__owner").annotate(n=Count("pk")).order_by()
    return {row["series__metric__owner"]: row["n"] for row in counted}


def sheet(found: Quality, known_on: str) -> Table:
    """The units as a sheet."""
    headings = [
        _("Rounds due"),
        _("In time"),
        _("Late"),
        _("Missing"),
        _("With errors"),
        _("Series lacking"),
        _("Hard findings"),
        _("Soft findings"),
        _("Let pass"),
        _("Revisions"),
    ]
    columns = [Column(_("Unit that reports"), 28), *(Column(h, 11) for h in headings)]
    rows: list[list[Value]] = [
        [
            str(u.unit),
            u.rounds,
            u.in_time,
            u.late,
            u.missing,
            u.errors,
            u.lacking,
            u.hard,
            u.soft,
            u.overrides,
            u.revisions,
        ]
        for u in found.units
    ]
    title = _("Data quality")
    below = _("Rounds of %(year)s; as of %(day)s") % {"year": found.year, "day": known_on}
    return Table(title, f"{title} {found.year}", below, columns, rows)
