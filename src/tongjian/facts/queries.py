"""Reads of the ledger: what may be seen, what was known when, and what a reference means."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, OuterRef, QuerySet, Subquery, Value, When

from tongjian.facts import rules
from tongjian.facts.choices import FactSource, precedence
from tongjian.facts.ledger import Ledger, known
from tongjian.facts.ledger import ref_of as ref_of
from tongjian.facts.measured import small
from tongjian.facts.models import Fact, Metric, Series, Submission
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.kernel.access import Viewer, in_subtree
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.values import Period

CLASS_ORDER = Case(*(When(source=s, then=Value(precedence(s))) for s in FactSource.values))


def metrics_visible_to(user: Viewer) -> QuerySet[Metric]:
    """All metrics for everyone signed in."""
    return Metric.objects.all() if _signed_in(user) else Metric.objects.none()


def series_visible_to(user: Viewer) -> QuerySet[Series]:
    """All series for everyone signed in: figures are internal, never personal."""
    return Series.objects.all() if _signed_in(user) else Series.objects.none()


def facts_visible_to(user: Viewer) -> QuerySet[Fact]:
    """All facts for everyone signed in, but no small counts of persons for readers; the file behind one obeys
    kernel.access.files_visible_to.
    """
    if not _signed_in(user):
        return Fact.objects.none()
    if not small.is_public(user):
        return Fact.objects.all()
    return Fact.objects.exclude(evidence__kind__in=small.COUNTED, evidence__excerpt__startswith=small.SMALL)


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
    """All that is said of one value, side by side: the measured one, the department's newest, each document's newest."""
    period = rules.canonical(series.period_kind, period)
    rows = known(series.facts.filter(period=str(period)), at).select_related("evidence__file")
    newest: dict[tuple[str, int], Fact] = {}
    for fact in rows.order_by("seq"):
        apart = fact.evidence.file_id if fact.source == FactSource.DOCUMENT else 0
        newest[fact.source, apart] = fact
    return sorted(newest.values(), key=lambda f: (precedence(f.source), -f.seq))


def resolve(ref: FactRef, at: datetime | None = None) -> Resolved:
    """The value that a reference means, as known at `at` (None: now): reported, else derived.

    Several at once: one Ledger, told by `read_ahead`. Raises FactMissing, FactAmbiguous.
    """
    return Ledger(at).resolve(ref)


def metric_of(ref: FactRef) -> Metric:
    """Raises FactMissing."""
    return Ledger().metric(ref)


def find_series(ref: FactRef) -> Series | None:
    """The series that a reference names, if it is on the ledger. Raises FactMissing for unknown keys."""
    ledger = Ledger()
    return ledger.find(ledger.completed(ref))


def series_for(ref: FactRef, create: bool = False) -> Series:
    """The series that a reference names. Raises FactMissing when it is not there and may not be made."""
    ledger = Ledger()
    full = ledger.completed(ref)
    found = ledger.find(full)
    if found is None and not create:
        raise ledger.missing(full)
    return found or _made(full, ledger.metric(full), ledger.subject(full))


def _made(full: FactRef, metric: Metric, subject: Subject) -> Series:
    return Series.objects.get_or_create(
        metric=metric,
        subject=subject,
        measure=full.measure,
        of=full.of,
        basis=full.basis,
        comparator=full.comparator,
        breakdown=full.breakdown,
        period_kind=rules.period_kind(metric.kind, full.period),
        defaults={"unit": rules.unit_of(metric.unit, full.measure, full.of)},
    )[0]


def collected_by(organisation: Organisation) -> QuerySet[Metric]:
    """Metrics that the organisation, or one below it, reports."""
    return (
        Metric.objects.filter(owner__path__startswith=organisation.path)
        .exclude(collect=[])
        .select_related("owner__subject")
    )
