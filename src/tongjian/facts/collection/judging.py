"""From a checked workbook to what validation finds in it, and to what a lock keeps from changing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongjian.facts.choices import FactSource, PackageState
from tongjian.facts.collection.check import Entry, Identity
from tongjian.facts.collection.ground import Ground
from tongjian.facts.collection.problems import PREFIX, Problem
from tongjian.facts.ledger import ref_of
from tongjian.facts.models import Fact, Metric, Override, Package
from tongjian.facts.validation.examine import examine
from tongjian.facts.validation.findings import Finding
from tongjian.facts.validation.known import Standing, load
from tongjian.facts.validation.known import standing as standing_of
from tongjian.facts.validation.observed import Key, Observed
from tongjian.kernel.models import Organisation
from tongjian.values import Number

Said = tuple[Number | None, str, str, str]


def findings(entries: Sequence[Entry], on: Ground) -> list[Finding]:
    """What the rules find in the rows, each held against the ledger and the rest of the workbook."""
    standing = on.catalogue.standing
    seen = [o for e in entries if (o := observed(e, on)) is not None]
    if not seen or not standing.rules:
        return []
    known = load(standing, {o.metric.key for o in seen}, {o.period.end for o in seen})
    for one in seen:
        known.see(one)
    return examine(seen, known, standing.rules)


def observed(entry: Entry, on: Ground) -> Observed | None:
    """A row as validation sees it; None where nothing was reported."""
    if not isinstance(entry.value, Number):
        return None
    line = entry.line
    return Observed(
        metric=on.catalogue.standing.metrics[line.metric.key],
        key=Key(*entry.identity),
        period=entry.period,
        number=entry.value,
        unit=line.unit,
        sheet=entry.sheet,
        cell=entry.cell,
        series=str(line.ref(entry.period)),
        whose=line.area.subject.label + (f"·{line.breakdown}" if line.breakdown else ""),
        exact=entry.bound == "eq",
    )


def report(package: Package) -> list[Finding]:
    """The validation report of a package 审核报告: the rules over all that its unit said of the round and stands."""
    facts = _newest(package)
    if not facts:
        return []
    standing = standing_of(Metric.objects.all())
    seen = [_of_fact(f, standing) for f in facts]
    known = load(standing, {o.metric.key for o in seen}, {package.period_end})
    for one in seen:
        known.see(one)
    return examine(seen, known, standing.rules)


def _newest(package: Package) -> list[Fact]:
    """The newest of the owner's own facts of each series that ends with the round; numbers only."""
    rows = Fact.objects.filter(
        series__metric__owner=package.organisation,
        period_end=package.period_end,
        source=FactSource.COLLECTION,
    ).select_related("series__metric", "series__subject", "evidence")
    newest: dict[tuple[int, str], Fact] = {(f.series_id, f.period): f for f in rows.order_by("seq")}
    order = sorted(newest.values(), key=lambda f: (f.series.metric.order, f.pk))
    return [f for f in order if f.number is not None]


def _of_fact(fact: Fact, standing: Standing) -> Observed:
    assert fact.number is not None  # chosen so by the caller
    series, (sheet, _mark, cell) = fact.series, fact.evidence.locator.rpartition("!")
    return Observed(
        metric=standing.metrics[series.metric.key],
        key=Key(*_identity(fact)),
        period=fact.interval,
        number=fact.number,
        unit=series.unit,
        sheet=sheet,
        cell=cell,
        series=str(ref_of(series, fact.interval)),
        whose=series.subject.label + (f"·{series.breakdown}" if series.breakdown else ""),
        exact=fact.bound == "eq",
    )


def stopping(found: Sequence[Finding], organisation: Organisation) -> list[Finding]:
    """Hard findings that no two persons let pass yet."""
    hard = [f for f in found if f.is_hard]
    passed = set(
        Override.objects.filter(
            organisation=organisation,
            confirmed_by__isnull=False,
            fingerprint__in=[f.fingerprint for f in hard],
        ).values_list("fingerprint", flat=True)
    )
    return [f for f in hard if f.fingerprint not in passed]


def locked(entries: Sequence[Entry], organisation: Organisation) -> list[Problem]:
    """Rows that would change what a locked package holds: the figures whose periods end with its round."""
    ends = set(
        Package.objects.filter(
            state=PackageState.LOCKED,
            organisation__in={organisation.pk, *(e.line.metric.owner_id for e in entries)},
        ).values_list("period_end", flat=True)
    )
    concerned = [e for e in entries if e.period.end in ends]
    return list(_changing(concerned)) if concerned else []


def _changing(entries: Sequence[Entry]) -> Iterator[Problem]:
    stands = _standing(entries)
    for entry in entries:
        number = entry.value if isinstance(entry.value, Number) else None
        missing = entry.value if isinstance(entry.value, str) else ""
        said: Said = (number, missing, entry.bound, entry.status)
        if stands.get((entry.identity, entry.period.start, entry.period.end)) != said:
            params = {"period": str(entry.period)}
            yield Problem(entry.sheet, entry.cell, f"{PREFIX}locked_row", params)


def _standing(entries: Sequence[Entry]) -> dict[tuple[Identity, int, int], Said]:
    """What departments said last of these metrics and months."""
    rows = Fact.objects.filter(
        series__metric__in={e.line.metric.pk for e in entries},
        period_end__in={e.period.end for e in entries},
        source=FactSource.COLLECTION,
    )
    return {
        (_identity(f), f.period_start, f.period_end): (f.number, f.missing, f.bound, f.status)
        for f in rows.select_related("series").order_by("seq")
    }


def _identity(fact: Fact) -> Identity:
    s = fact.series
    return (s.metric_id, s.subject_id, s.measure, s.of, s.basis, s.comparator, s.breakdown, s.period_kind)
