"""Reads of the ledger: what may be seen, what was known when, and what a reference means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from tongjian.facts import derived, rules, specs
from tongjian.facts.choices import FactSource
from tongjian.facts.models import Fact, Metric, Series, Submission
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactAmbiguous, FactMissing, Resolved
from tongjian.kernel.access import Viewer, in_subtree
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.values import Period

# A department's figure goes before the same figure read in a document.
CLASS_ORDER = Case(When(source=FactSource.COLLECTION, then=Value(0)), default=Value(1))
DEEPEST = 6


def metrics_visible_to(user: Viewer) -> QuerySet[Metric]:
    """All metrics for everyone signed in."""
    return Metric.objects.all() if _signed_in(user) else Metric.objects.none()


def series_visible_to(user: Viewer) -> QuerySet[Series]:
    """All series for everyone signed in: figures are internal, never personal."""
    return Series.objects.all() if _signed_in(user) else Series.objects.none()


def facts_visible_to(user: Viewer) -> QuerySet[Fact]:
    """All facts for everyone signed in; the file behind one obeys kernel.access.files_visible_to."""
    return Fact.objects.all() if _signed_in(user) else Fact.objects.none()


def submissions_visible_to(user: Viewer) -> QuerySet[Submission]:
    """All for the plan office, those of the own subtree for a department, none for a reader."""
    if not isinstance(user, User) or not user.is_active or user.role == "reader":
        return Submission.objects.none()
    return (
        Submission.objects.all()
        if user.is_plan_office
        else Submission.objects.filter(in_subtree(user, "organisation"))
    )


def _signed_in(user: Viewer) -> bool:
    return isinstance(user, User) and user.is_active


def known(facts: QuerySet[Fact], at: datetime | None) -> QuerySet[Fact]:
    """Facts recorded by `at`; None: all that stand now."""
    return facts if at is None else facts.filter(recorded_at__lte=at)


def newest_of_each_source(facts: QuerySet[Fact], at: datetime | None) -> QuerySet[Fact]:
    """For each series, period and source class the highest seq recorded by `at`."""
    later = known(Fact.objects.all(), at).filter(
        series=OuterRef("series"),
        period=OuterRef("period"),
        source=OuterRef("source"),
        seq__gt=OuterRef("seq"),
    )
    return known(facts, at).filter(~Exists(later))


def as_known(series: Series | QuerySet[Series], at: datetime | None = None) -> QuerySet[Fact]:
    """The ruling fact of each period, by period: the department's before a document's, a number before none.

    Later revisions do not show. Takes one series or many.
    """
    many = Series.objects.filter(pk=series.pk) if isinstance(series, Series) else series
    rivals = newest_of_each_source(
        Fact.objects.filter(series=OuterRef("series"), period=OuterRef("period")), at
    )
    best = rivals.order_by(Case(When(mantissa=None, then=Value(1)), default=Value(0)), CLASS_ORDER, "-seq")
    return (
        Fact.objects.filter(series__in=many, pk=Subquery(best.values("pk")[:1]))
        .select_related("series__metric", "series__subject", "evidence__file")
        .order_by("series", "period_end", "period_start")
    )


def sources(series: Series, period: Period, at: datetime | None = None) -> list[Fact]:
    """All that is said of one value, side by side: the department's newest, then each document's newest."""
    period = rules.canonical(series.period_kind, period)
    rows = known(series.facts.filter(period=str(period)), at).select_related("evidence__file")
    newest: dict[tuple[str, int], Fact] = {}
    for fact in rows.order_by("seq"):
        apart = 0 if fact.source == FactSource.COLLECTION else fact.evidence.file_id
        newest[fact.source, apart] = fact
    return sorted(newest.values(), key=lambda f: (f.source != FactSource.COLLECTION, -f.seq))


def resolve(ref: FactRef, at: datetime | None = None) -> Resolved:
    """The value that a reference means, as known at `at` (None: now): reported, else derived.

    Raises FactMissing naming what is missing, FactAmbiguous when two series fit.
    """
    return _resolve(ref, at, 0)


def _resolve(ref: FactRef, at: datetime | None, depth: int) -> Resolved:
    if depth > DEEPEST:
        raise FactMissing("facts.too_deep", ref)
    metric = metric_of(ref)
    full = completed(ref, metric)
    fact = _reported(_find(full, metric), full, at)
    if fact is not None and fact.number is not None:
        return _leaf(full, fact)
    found = derived.derive(full, metric, at, lambda other: _resolve(other, at, depth + 1))
    if found is not None:
        return found
    if fact is not None:
        raise FactMissing("facts.not_reported", full, metric=str(metric), reason=fact.missing)
    raise _missing(full, metric, at)


def _reported(series: Series | None, ref: FactRef, at: datetime | None) -> Fact | None:
    """The ruling fact of one period; the same choice as `as_known`, without its long query."""
    if series is None:
        return None
    period = rules.canonical(series.period_kind, ref.period)
    rows = known(Fact.objects.filter(series=series, period=str(period)), at)
    newest: dict[str, Fact] = {}
    for fact in rows.select_related("series__metric", "series__subject", "evidence__file").order_by("-seq"):
        newest.setdefault(fact.source, fact)
    ranked = sorted(newest.values(), key=lambda f: (f.mantissa is None, f.source != FactSource.COLLECTION))
    return ranked[0] if ranked else None


def _leaf(ref: FactRef, fact: Fact) -> Resolved:
    assert fact.number is not None  # checked by the caller
    return Resolved(
        ref=ref,
        number=fact.number,
        unit=fact.series.unit,
        bound=fact.bound,
        words=fact.words,
        status=fact.status,
        fact=fact,
        place=fact.evidence,
    )


def _missing(ref: FactRef, metric: Metric, at: datetime | None) -> FactMissing:
    near = sorted({str(ref_of(f.series, f.interval)) for f in _near(ref, metric, at)})
    if near:
        return FactMissing("facts.missing_near", ref, metric=str(metric), near="; ".join(near[:4]))
    owner = str(metric.owner) if metric.owner else "–"
    return FactMissing("facts.missing", ref, metric=str(metric), owner=owner)


def _near(ref: FactRef, metric: Metric, at: datetime | None) -> QuerySet[Fact]:
    """Facts of the same metric, subject and measure that end with the period asked for."""
    rows = Fact.objects.filter(
        series__metric=metric,
        series__subject__key=ref.subject,
        series__measure=ref.measure,
        period_end=ref.period.end,
        mantissa__isnull=False,
    )
    return known(rows, at).select_related("series__metric", "series__subject")[:20]


def metric_of(ref: FactRef) -> Metric:
    """Raises FactMissing."""
    metric = Metric.objects.select_related("owner__subject").filter(key=ref.metric).first()
    if metric is None:
        raise FactMissing("facts.unknown_metric", ref, metric=ref.metric)
    return metric


def subject_of(ref: FactRef) -> Subject:
    """Raises FactMissing."""
    key = ref.subject or settings.DISTRICT
    subject = Subject.objects.filter(key=key).first()
    if subject is None:
        raise FactMissing("facts.unknown_subject", ref, subject=key)
    return subject


def completed(ref: FactRef, metric: Metric) -> FactRef:
    """With the district filled in, and what a rank or difference is of as the metric declares it.

    Raises FactMissing for an unknown subject, FactAmbiguous where the metric declares two and none is named.
    """
    full = replace(ref, subject=subject_of(ref).key)
    if full.of or full.measure not in specs.OVER_OTHERS:
        return full
    return replace(full, of=_declared_of(full, metric))


def _declared_of(ref: FactRef, metric: Metric) -> str:
    lines: Sequence[specs.Collected | specs.Derived] = (
        *specs.collected(metric.collect),
        *specs.derived(metric.derive),
    )
    same = [s for s in lines if s.measure == ref.measure and s.comparator == ref.comparator]
    found = sorted({s.of for s in same if s.basis == ref.basis} or {s.of for s in same})
    if len(found) > 1:
        raise FactAmbiguous(ref, ", ".join(f"of:{o}" for o in found))
    return found[0] if found else "level"


def find_series(ref: FactRef) -> Series | None:
    """The series that a reference names, if it is on the ledger. Raises FactMissing for unknown keys."""
    metric = metric_of(ref)
    return _find(completed(ref, metric), metric)


def series_for(ref: FactRef, create: bool = False) -> Series:
    """The series that a reference names. Raises FactMissing when it is not there and may not be made."""
    metric = metric_of(ref)
    full = completed(ref, metric)
    found = _find(full, metric)
    if found is not None:
        return found
    if not create:
        raise _missing(full, metric, None)
    unit = rules.unit_of(metric.unit, full.measure, full.of)
    named = {**_identity(full, metric), "metric": metric, "subject": subject_of(full)}
    return Series.objects.get_or_create(**named, defaults={"unit": unit})[0]


def _find(full: FactRef, metric: Metric) -> Series | None:
    named = Series.objects.filter(metric=metric, subject__key=full.subject, **_identity(full, metric))
    return named.select_related("metric", "subject").first()


def _identity(full: FactRef, metric: Metric) -> dict[str, str]:
    """What sets a series apart among those of its metric and subject."""
    return {
        "measure": full.measure,
        "of": full.of,
        "basis": full.basis,
        "comparator": full.comparator,
        "breakdown": full.breakdown,
        "period_kind": rules.period_kind(metric.kind, full.period),
    }


def ref_of(series: Series, period: Period) -> FactRef:
    """The reference that names a fact of this series."""
    return FactRef(
        metric=series.metric.key,
        period=period,
        subject=series.subject.key,
        measure=series.measure,
        basis=series.basis,
        comparator=series.comparator,
        breakdown=series.breakdown,
        of=series.of,
    )


def collected_by(organisation: Organisation) -> QuerySet[Metric]:
    """Metrics that the organisation, or one below it, reports."""
    return (
        Metric.objects.filter(owner__path__startswith=organisation.path)
        .exclude(collect=[])
        .select_related("owner__subject")
    )
