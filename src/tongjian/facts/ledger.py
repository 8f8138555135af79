"""The ledger as known at one moment: references in, values out, in few queries however many are asked together.

A page, an evaluation or a report makes one Ledger, tells it what it will ask, and asks. What was read is kept, so
a Ledger shows nothing that is written after its first look: make a new one then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from tongjian.facts import derived, derived_levels, lifetimes, rules, specs
from tongjian.facts.choices import precedence
from tongjian.facts.lifetimes import Lifetimes
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactAmbiguous, FactMissing, Resolved, Shelf
from tongjian.facts.rows import read as read_facts
from tongjian.facts.targets import target_of
from tongjian.kernel import definitions
from tongjian.kernel.instances import quick
from tongjian.kernel.models import Area, Subject
from tongjian.values import Period

DEEPEST = 6
EVERYONE = ""  # among subjects: all of them
YEAR = 12
# subject, measure, of, basis, comparator, breakdown, period kind
Identity = tuple[str, str, str, str, str, str, str]


def known(facts: QuerySet[Fact], at: datetime | None) -> QuerySet[Fact]:
    """Facts recorded by `at`; None: all that stand now."""
    return facts if at is None else facts.filter(recorded_at__lte=at)


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


class Vintage(Protocol):
    """What decides between the facts of one value: a Fact, or a row of its columns."""

    @property
    def seq(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def mantissa(self) -> int | None: ...


V = TypeVar("V", bound=Vintage)


def ruling(facts: Iterable[V]) -> V:
    """Of one value's facts the one that counts: each source's newest; a number before none, by precedence."""
    newest: dict[str, V] = {}
    for fact in sorted(facts, key=lambda f: f.seq):
        newest[fact.source] = fact
    return min(newest.values(), key=lambda f: (f.mantissa is None, precedence(f.source), -f.seq))


def leaf(fact: Fact, ref: FactRef | None = None, shelf: Shelf | None = None) -> Resolved:
    """A recorded number as a value. ref: how it was asked for, where that is known. shelf: of its ledger."""
    number = fact.number
    assert number is not None  # the caller looked
    shelf = Shelf() if shelf is None else shelf
    shelf.put(fact)
    return Resolved(
        ref=ref or ref_of(fact.series, fact.interval),
        number=number,
        unit=fact.series.unit,
        bound=fact.bound,
        words=fact.words,
        status=fact.status,
        fact=fact,
        shelf=shelf,
    )


@dataclass(slots=True)
class Ledger:
    """All that was read of the ledger as known at `at` (None: now)."""

    at: datetime | None = None
    shelf: Shelf = field(default_factory=Shelf)  # of values that pages show
    aside: Shelf = field(default_factory=Shelf)  # of many that few pages show
    _metrics: dict[str, Metric] = field(default_factory=dict)
    _subjects: dict[str, Subject] = field(default_factory=dict)
    _areas: dict[str, Area] = field(default_factory=dict)
    _series: dict[int, dict[Identity, Series]] = field(default_factory=dict)  # by metric
    _read_of: dict[int, set[str]] = field(default_factory=dict)  # subjects whose series were read, by metric
    _rows: dict[int, dict[str, list[Fact]]] = field(default_factory=dict)  # by series and period
    _ends: dict[int, set[int]] = field(default_factory=dict)  # months whose facts were read, by series
    _read_at: datetime | None = None  # rows are read as known then, which is no earlier than `at`
    _ruling: dict[tuple[int, str], Fact | None] = field(default_factory=dict)
    _leaves: dict[int, Resolved] = field(
        default_factory=dict
    )  # values of facts whose places stand aside, by fact
    _lifetimes: Lifetimes | None = None
    _values: dict[FactRef, Resolved] = field(default_factory=dict)
    _open: int = 0  # derivations under way, one inside the other
    _looking: int = 0  # who looks is not told why there is nothing

    def __post_init__(self) -> None:
        self._read_at = self._read_at or self.at

    def earlier(self, at: datetime) -> Ledger:
        """The same ledger as known at an earlier moment, out of what this one has read."""
        return Ledger(
            at,
            self.shelf,
            self.aside,
            self._metrics,
            self._subjects,
            self._areas,
            self._series,
            self._read_of,
            self._rows,
            self._ends,
            self._read_at or timezone.now(),
            _leaves=self._leaves,
        )

    def leaf(self, fact: Fact) -> Resolved:
        """A recorded number as one of many values that few pages show; made once, for earlier moments too."""
        if fact.pk not in self._leaves:
            self._leaves[fact.pk] = leaf(fact, shelf=self.aside)
        return self._leaves[fact.pk]

    # Values

    def resolve(self, ref: FactRef) -> Resolved:
        """The value that a reference means: reported, else derived.

        Raises FactMissing naming what is missing, FactAmbiguous when two series fit.
        """
        full = self.completed(ref)
        found = self._found(full)
        if found is None:
            raise self.missing(full)
        return found

    def look(self, ref: FactRef) -> Resolved | None:
        """The same; None where there is no such value."""
        self._looking += 1
        try:
            return self._found(self.completed(ref))
        except (FactMissing, FactAmbiguous):
            return None
        finally:
            self._looking -= 1

    def _found(self, full: FactRef) -> Resolved | None:
        """None where neither a fact nor a derive line fits; raises FactMissing where one fits and leads nowhere."""
        if full in self._values:
            return self._values[full]
        if self._open > DEEPEST:
            raise FactMissing("facts.too_deep", full)
        self._open += 1
        try:
            found = self._reported_or_derived(full)
        finally:
            self._open -= 1
        if found is not None:
            self._values[full] = found
        return found

    def _reported_or_derived(self, full: FactRef) -> Resolved | None:
        metric = self.metric(full)
        series = self.find(full)
        fact = None if series is None else self.fact(series, full.period)
        if fact is not None and fact.number is not None:
            return leaf(fact, full, self.shelf)
        found = derived.derive(full, metric, self)
        if found is None and fact is not None:
            raise FactMissing("facts.not_reported", full, metric=str(metric), reason=fact.missing)
        return found

    # Catalogue

    def metric(self, ref: FactRef) -> Metric:
        """Raises FactMissing."""
        if ref.metric not in self._metrics:
            self._read_metrics([ref.metric])
        if ref.metric not in self._metrics:
            raise FactMissing("facts.unknown_metric", ref, metric=ref.metric)
        return self._metrics[ref.metric]

    def subject(self, ref: FactRef) -> Subject:
        """Raises FactMissing."""
        key = ref.subject or settings.DISTRICT
        self._read_subjects([key])
        if key not in self._subjects:
            raise FactMissing("facts.unknown_subject", ref, subject=key)
        return self._subjects[key]

    def areas(self) -> Collection[Area]:
        """All areas, in the order of their rows."""
        return self._all_areas().values()

    def area(self, key: str) -> Area | None:
        return self._all_areas().get(key)

    def lifetimes(self) -> Lifetimes:
        """When areas began and ended, as the newest packs say."""
        if self._lifetimes is None:
            self._lifetimes = lifetimes.of_bodies(definitions.bodies("areas"))
        return self._lifetimes

    def _all_areas(self) -> dict[str, Area]:
        if not self._areas:
            self._areas = {a.key: a for a in Area.objects.select_related("subject").order_by("pk")}
            self._subjects |= {a.key: a.subject for a in self._areas.values()}
        return self._areas

    def completed(self, ref: FactRef) -> FactRef:
        """With the district filled in, and what a rank or difference is of as the metric declares it.

        Raises FactMissing for an unknown key, FactAmbiguous where the metric declares two and none is named.
        """
        metric = self.metric(ref)
        full = replace(ref, subject=self.subject(ref).key)
        if full.of or full.measure not in specs.OVER_OTHERS:
            return full
        return replace(full, of=_declared_of(full, metric))

    def missing(self, full: FactRef) -> FactMissing:
        """What to say of a completed reference that leads to no value: what stands near, or whom to ask."""
        metric = self.metric(full)
        facts = () if self._looking else _near(full, metric, self.at)
        if near := sorted({str(ref_of(f.series, f.interval)) for f in facts}):
            return FactMissing("facts.missing_near", full, metric=str(metric), near="; ".join(near[:4]))
        return FactMissing("facts.missing", full, metric=str(metric), owner=str(metric.owner or "–"))

    # Series and facts

    def find(self, full: FactRef) -> Series | None:
        """The series that a completed reference names, if it is on the ledger."""
        metric = self.metric(full)
        self._read_series_of(metric, full.subject)
        return self._series[metric.pk].get(identity(full, metric))

    def series(self, metric: str, subject: str = "") -> Collection[Series]:
        """All series of a metric, or those of one subject, in the order of their rows."""
        found = self._metrics.get(metric) or next(iter(self._read_metrics([metric])), None)
        if found is None:
            return ()
        self._read_series_of(found, subject)
        own = self._series[found.pk]
        return [s for name, s in own.items() if name[0] == subject] if subject else own.values()

    def fact(self, series: Series, period: Period) -> Fact | None:
        """The ruling fact of one period."""
        period = rules.canonical(series.period_kind, period)
        self.read([series], [period.end])
        return self._ruled(series.pk, str(period))

    def course(self, series: Sequence[Series], ends: Iterable[int]) -> Iterator[Fact]:
        """The ruling facts of these series that end in these months."""
        wanted = set(ends)
        self.read(series, wanted)
        for one in series:
            for period, rows in self._rows[one.pk].items():
                fact = self._ruled(one.pk, period) if rows[0].period_end in wanted else None
                if fact is not None:
                    yield fact

    def _ruled(self, series: int, period: str) -> Fact | None:
        if (series, period) not in self._ruling:
            rows = self._rows[series].get(period, ())
            known_then = [f for f in rows if self.at is None or f.recorded_at <= self.at]
            self._ruling[series, period] = ruling(known_then) if known_then else None
        return self._ruling[series, period]

    def target(self, series: Series, period: Period) -> Resolved | None:
        """What the plans floor says is owed."""
        return target_of(series, period, self.at)

    # Reading ahead

    def read_ahead(self, refs: Sequence[FactRef]) -> None:
        """Fetch at once what these references will need: their own facts, and the levels they derive from."""
        self.name_ahead(refs)
        ends = {e for r in refs for end in derived_levels.ends(r.period) for e in (end, end - YEAR)}
        self.read(list(self._wanted(refs)), ends)

    def name_ahead(self, refs: Sequence[FactRef]) -> None:
        """Fetch at once the metrics, subjects and series that these references will need, no facts."""
        keys = {r.metric for r in refs}
        self._read_metrics(keys)
        self._read_metrics(k for key in keys if key in self._metrics for k in self._inputs(key))
        self._read_subjects(r.subject or settings.DISTRICT for r in refs)
        named = {k for key in keys if key in self._metrics for k in (key, *self._inputs(key))}
        metrics = [m for key, m in self._metrics.items() if key in named]
        self._read_series(metrics, {key for ref in refs for key in self._compared(ref)})

    def _inputs(self, key: str) -> Iterator[str]:
        for line in specs.derived(self._metrics[key].derive):
            yield from line.inputs

    def _wanted(self, refs: Iterable[FactRef]) -> Iterator[Series]:
        """The series of the same metrics and subjects, and of those that a subject is held against."""
        compared: dict[str, set[str]] = {}
        for ref in refs:
            compared.setdefault(ref.metric, set()).update(self._compared(ref))
        subjects: dict[str, set[str]] = {}
        for metric, named in compared.items():
            for key in (metric, *(self._inputs(metric) if metric in self._metrics else ())):
                subjects.setdefault(key, set()).update(named)
        for key, named in subjects.items():
            for subject in named:
                yield from self.series(key, subject)

    def _compared(self, ref: FactRef) -> Iterator[str]:
        own = ref.subject or settings.DISTRICT
        area = (
            self.area(own) if ref.comparator == "city" or ref.measure in {"rank", "change_of_place"} else None
        )
        yield own
        if area is not None and ref.comparator == "city":
            yield from area.path.split("/")
        elif area is not None:
            yield from (a.key for a in self.areas() if a.parent_id == area.parent_id)

    def read(self, series: Iterable[Series], ends: Iterable[int]) -> None:
        """Fetch the facts of these series that end in these months, as far as that was not done yet: one query."""
        wanted = set(ends)
        todo = {s.pk: s for s in series if not wanted <= self._ends.get(s.pk, set())}
        if not todo:
            return
        facts = known(Fact.objects.filter(series__in=todo, period_end__in=wanted), self._read_at)
        fresh = {pk: wanted - self._ends.get(pk, set()) for pk in todo}
        for pk, ends_of_it in fresh.items():
            self._ends.setdefault(pk, set()).update(ends_of_it)
            self._rows.setdefault(pk, {})
        for fact in read_facts(facts, todo):
            if fact.period_end in fresh[fact.series_id]:
                self._rows[fact.series_id].setdefault(fact.period, []).append(fact)

    def _read_subjects(self, keys: Iterable[str]) -> None:
        """Most are areas, which come all at once."""
        new = set(keys) - set(self._subjects) - set(self._all_areas())
        self._subjects |= {s.key: s for s in Subject.objects.filter(key__in=new)} if new else {}

    def _subjects_by_pk(self, pks: set[int]) -> dict[int, Subject]:
        self._all_areas()
        known_ones = {s.pk: s for s in self._subjects.values()}
        if new := pks - set(known_ones):
            found = Subject.objects.in_bulk(new)
            self._subjects |= {s.key: s for s in found.values()}
            known_ones |= found
        return known_ones

    def _read_metrics(self, keys: Iterable[str]) -> list[Metric]:
        new = set(keys) - set(self._metrics)
        found = list(Metric.objects.select_related("owner__subject").filter(key__in=new)) if new else []
        self._metrics |= {m.key: m for m in found}
        return found

    def _read_series(self, metrics: Iterable[Metric], subjects: Collection[str]) -> None:
        """subjects: EVERYONE among them stands for all."""
        wanted, found = set(subjects), {m.pk: m for m in metrics}
        new = {pk: m for pk, m in found.items() if not self._has_series(pk, wanted)}
        if not new:
            return
        every = Series.objects.filter(metric__in=new).order_by("pk")
        rows = list(quick(every if EVERYONE in wanted else every.filter(subject__key__in=wanted)))
        whose = self._subjects_by_pk({one.subject_id for one in rows})
        for one in rows:
            one._state.fields_cache.update(metric=new[one.metric_id], subject=whose[one.subject_id])
            name = (one.subject.key, one.measure, one.of, one.basis, one.comparator, one.breakdown)
            self._series.setdefault(one.metric_id, {}).setdefault((*name, one.period_kind), one)
        for pk in new:
            self._series.setdefault(pk, {})
            self._read_of.setdefault(pk, set()).update(wanted)

    def _read_series_of(self, metric: Metric, subject: str) -> None:
        """Who was not told ahead reads those of all subjects: others are seldom far."""
        if not self._has_series(metric.pk, {subject}):
            self._read_series([metric], [EVERYONE])

    def _has_series(self, metric: int, subjects: set[str]) -> bool:
        done = self._read_of.get(metric, set())
        return EVERYONE in done or subjects <= done


def identity(full: FactRef, metric: Metric) -> Identity:
    """What sets a series apart among those of its metric."""
    named = (full.subject, full.measure, full.of, full.basis, full.comparator, full.breakdown)
    return (*named, rules.period_kind(metric.kind, full.period))


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
