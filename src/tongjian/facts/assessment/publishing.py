"""公布: a month's result frozen with its digest and the cases counted; a correction is a revised edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts import actions, queries, refs
from tongjian.facts.actions import Given
from tongjian.facts.assessment import adjusting, casework, frozen, resultbook
from tongjian.facts.assessment import queries as assessments
from tongjian.facts.assessment.casework import Assessed
from tongjian.facts.assessment.counting import History, history
from tongjian.facts.assessment.frozen import CaseMoved, Kept, UnitMoved
from tongjian.facts.assessment.models import AssessedCase, Edition
from tongjian.facts.assessment.queries import Assessment
from tongjian.facts.assessment.resultbook import Figure
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.choices import FactSource
from tongjian.facts.measured import small
from tongjian.facts.mirror.tables import named
from tongjian.facts.models import Metric
from tongjian.facts.simulated import BESIDE, word_for_simulated
from tongjian.kernel import bulk, events, evidence, seals
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.choices import FileSensitivity
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Place, User
from tongjian.values import Period


@dataclass(frozen=True)
class Live:
    """A month as it is counted now: its result and its cases, over one snapshot of the mirror."""

    found: Assessment
    cases: tuple[Assessed, ...]

    @cached_property
    def kept(self) -> Kept:
        names = {u.key: (u.name, u.name_en) for u in self.found.units.values()}
        return Kept(self.found.rows, self.found.whole, self.found.watch, names)


@dataclass(frozen=True, slots=True)
class Changes:
    """What moved between an edition and a later count: units, and the cases by which they moved."""

    units: tuple[UnitMoved, ...]
    cases: tuple[CaseMoved, ...]

    def __bool__(self) -> bool:
        return bool(self.units or self.cases)


def editions(scheme: Scheme, month: str) -> list[Edition]:
    """Of a month, the newest first."""
    rows = Edition.objects.filter(scheme=scheme.key, month=month).select_related("by", "file")
    return list(rows.order_by("-number"))


def live(scheme: Scheme, month: Period, counted: History | None = None) -> Live | None:
    """None where the mirror does not hold the cases."""
    counted = counted or history(scheme)
    held = casework.roll(scheme, [month.start])
    if counted is None or held is None:
        return None
    found = assessments.assess(scheme, month, counted, assessments.units(scheme), adjusting.points(scheme))
    return Live(found, held.cases)


def cases_of(edition: Edition) -> list[Assessed]:
    """The cases as the edition counted them."""
    month = Period.parse(edition.month).start
    rows = edition.assessed.order_by("case_id").values_list("case_id", "unit", "excluded", "verdicts")
    return [Assessed(pk, unit, month, out, simulated=False, verdicts=v) for pk, unit, out, v in rows]


def holds(edition: Edition) -> bool:
    """Whether result and cases are still those that the digest was made of."""
    made = frozen.digest(
        edition.scheme, edition.scheme_version, edition.month, edition.result, cases_of(edition)
    )
    return made == edition.digest


def changed_since(edition: Edition, now: Live) -> Changes:
    """What is counted otherwise now than the edition says."""
    return _changes(frozen.from_json(edition.result), cases_of(edition), now.kept, now.cases)


def changes_of(edition: Edition) -> Changes | None:
    """What a revised edition changed of the one before; None of the first."""
    before = Edition.objects.filter(
        scheme=edition.scheme, month=edition.month, number=edition.number - 1
    ).first()
    if before is None:
        return None
    old, new = frozen.from_json(before.result), frozen.from_json(edition.result)
    return _changes(old, cases_of(before), new, cases_of(edition))


def _changes(old: Kept, before: Iterable[Assessed], new: Kept, after: Iterable[Assessed]) -> Changes:
    rows = ((*old.rows, old.whole), (*new.rows, new.whole))
    return Changes(tuple(frozen.units_moved(*rows)), tuple(frozen.cases_moved(before, after)))


@transaction.atomic
def publish(scheme: Scheme, month: Period, *, reason: str = "", by: User, at: datetime) -> Edition:
    """Freeze a month: its result, its cases, its figures on the ledger. A second time is a revised edition.

    All events up to it are sealed in the same transaction.

    Raises NotAllowed, TongjianError: a month that has not ended, nothing counted, nothing changed, a revision without
    a reason.
    """
    must_be_plan_office(by)
    now = live(scheme, month)
    if now is None or not now.cases:
        raise TongjianError("assessment.nothing_to_publish", _("Nothing is counted in this month yet."))
    if month.end >= at.year * 12 + at.month - 1 or month.months != 1:
        raise TongjianError(
            "assessment.month_runs", _("A month is published when it has ended. Choose an earlier one.")
        )
    before = next(iter(editions(scheme, str(month))), None)
    if before is not None and not changed_since(before, now):
        raise TongjianError(
            "assessment.nothing_changed", _("Nothing changed since this month was published last.")
        )
    if before is not None and not reason.strip():
        raise TongjianError("assessment.revision_reason", _("Say why the published month is revised."))
    edition = _frozen(scheme, now, before.number + 1 if before else 1, reason.strip(), by=by, at=at)
    _on_the_ledger(scheme, now, edition, by=by, at=at)
    seals.seal(at)
    return edition


def _frozen(scheme: Scheme, now: Live, number: int, reason: str, *, by: User, at: datetime) -> Edition:
    month, result = str(now.found.period), frozen.as_json(now.kept)
    sealed = frozen.digest(scheme.key, scheme.version, month, result, now.cases)
    row = Edition.objects.create(
        scheme=scheme.key,
        scheme_version=scheme.version,
        month=month,
        number=number,
        result=result,
        digest=sealed,
        snapshot=now.found.digest,
        file=_book(scheme, now, number, by=by, at=at),
        cases=len(now.cases),
        reason=reason,
        by=by,
        at=at,
    )
    values = ((row.pk, c.id, c.unit, c.excluded, c.verdicts) for c in now.cases)
    bulk.insert(AssessedCase, ("edition", "case_id", "unit", "excluded", "verdicts"), values)
    told = {"scheme": scheme.key, "month": month, "number": number, "digest": sealed, "cases": row.cases}
    events.record("assessment.published", row, by=by, at=at, data=told)
    return row


def _book(scheme: Scheme, now: Live, number: int, *, by: User, at: datetime) -> EvidenceFile:
    """The result as a workbook, for those who may see small counts."""
    data = resultbook.book(scheme, now.kept, str(now.found.period), number, settings.DISTRICT)
    name = f"{scheme.name} {now.found.period} #{number}.xlsx"
    file = evidence.keep(data, name, by=by, at=at)
    table = named(scheme.table)[scheme.table]
    if table.personal and file.sensitivity != FileSensitivity.PERSONAL:
        file.sensitivity = FileSensitivity.PERSONAL
        file.save(update_fields=["sensitivity"])
    return file


# The published figures on the ledger, each leading to its cell


def _on_the_ledger(scheme: Scheme, now: Live, edition: Edition, *, by: User, at: datetime) -> None:
    """Under the scheme's own metrics: the city's figures stay what they are."""
    status = "actual" if edition.number == 1 else "revised"
    known = set(Metric.objects.filter(key__in=scheme.metrics).values_list("key", flat=True))
    figures = [f for f in resultbook.figures(scheme, now.kept, settings.DISTRICT) if f.metric in known]
    places = _places(edition.file, figures)
    given = [
        Given(
            queries.series_for(refs.parse(f"{f.metric}[{f.unit}] @ {edition.month}"), create=True),
            now.found.period,
            f.number,
            place,
            status=status,
        )
        for f, place in zip(figures, places, strict=True)
    ]
    _close(figures, given)
    actions.record_all(list(_changed(given)), source=FactSource.MEASURED, by=by, at=at)


def _close(figures: Iterable[Figure], given: Iterable[Given]) -> None:
    """Figures of an earlier edition that would tell one that is hidden now are marked at their places."""
    for figure, one in zip(figures, given, strict=True):
        if figure.small:
            told = one.series.facts.filter(period=str(one.period), source=FactSource.MEASURED)
            Place.objects.filter(pk__in=told.values("evidence")).update(excerpt=_excerpt(figure))


def _places(file: EvidenceFile, figures: Iterable[Figure]) -> list[Place]:
    return [evidence.cell(file, resultbook.SHEET, f.cell, _excerpt(f)) for f in figures]


def _excerpt(figure: Figure) -> str:
    """A small count of persons is said by its mark alone, as of a measurement."""
    shown = small.SMALL if figure.small else str(figure.number)
    remark = word_for_simulated() if figure.simulated else ""
    return f"{shown}{BESIDE}{remark}" if remark else shown


def _changed(given: Iterable[Given]) -> Iterator[Given]:
    """A revised edition says only what is another number now; status alone is no news."""
    for one in given:
        newest = (
            one.series.facts.filter(period=str(one.period), source=FactSource.MEASURED)
            .order_by("-seq")
            .first()
        )
        if newest is None or newest.number != one.value:
            yield replace(one, anew=newest is not None)
