"""What the page of one metric shows: its series, one of them drawn and listed with all that is said of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db.models import Max

from tongjian.facts import rules, specs
from tongjian.facts.choices import Basis, FactSource, Measure
from tongjian.facts.ledger import Ledger, ruling
from tongjian.facts.ledger import known as known_by
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.queries import ref_of
from tongjian.facts.reconcile import ADJUSTED, Reconciliation, reconcile
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved, fetch_places
from tongjian.facts.rows import read as read_facts
from tongjian.facts.simulated import is_simulated
from tongjian.facts.vintages import Revisions, Summary, revision_table, summary
from tongjian.kernel.instances import quick
from tongjian.kernel.models import Subject
from tongjian.values import Number, PeriodKind
from tongjian.web import charts
from tongjian.web.facts.names import short
from tongjian.web.facts.outlooks import OutlookPage, outlook_page
from tongjian.web.facts.peers import PeerTable, peer_table, towns
from tongjian.web.tiles import TileMap, of_peers

FIRST_ROWS, MOST_ROWS = 24, 400
MOST_REVISED = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A series with its newest value."""

    series: Series
    newest: Fact

    @property
    def name(self) -> str:
        return short(self.series)


@dataclass(frozen=True, slots=True)
class Row:
    """One period of a series: the ruling fact, others said of the same, and how often it was corrected."""

    ruling: Fact
    others: tuple[Fact, ...]
    vintages: int


@dataclass(frozen=True, slots=True)
class MetricPage:
    """rows: the newest of all `periods`. last_year: the newest value's of a year before, of the same series. revised: periods with more than one vintage."""

    known: Sequence[Known]
    shown: Known | None = None
    rows: Sequence[Row] = ()
    periods: int = 0
    chart: charts.Chart | None = None
    derived: Sequence[Resolved] = ()
    outlook: OutlookPage | None = None
    last_year: Resolved | None = None
    change: Number | None = None
    revised: Sequence[Revisions] = ()
    revisions: Summary | None = None
    bases: Sequence[Reconciliation] = ()
    peers: PeerTable | None = None
    towns_map: TileMap | None = None

    @property
    def simulated(self) -> int:
        """How many of the values listed were never published."""
        return sum(is_simulated(r.ruling.evidence) for r in self.rows)

    @property
    def change_unit(self) -> str:
        """A difference of percentages is in percentage points."""
        unit = self.shown.series.unit if self.shown else ""
        return rules.POINTS if unit == rules.PERCENT else unit


def metric_page(
    metric: Metric, series_pk: int | None, at: datetime | None = None, *, all_rows: bool = False
) -> MetricPage:
    """series_pk: the series to show; None or foreign: the plain level of the district. at: as known then."""
    known = known_series(metric, at)
    shown = next((k for k in known if k.series.pk == series_pk), known[0] if known else None)
    if shown is None:
        return MetricPage(())
    table, ledger = revision_table(shown.series, at=at), Ledger(at)
    own = [r.ruling.fact for r in reversed(table)]
    beside = _peers(metric, known, ledger)
    last_year = ledger.look(ref_of(shown.series, shown.newest.interval.shifted(-1)))
    return MetricPage(
        known,
        shown,
        _rows(own[-(MOST_ROWS if all_rows else FIRST_ROWS) :], table),
        len(own),
        charts.of_series(shown.series, own),
        _derived(metric, known, ledger),
        outlook_page(shown.series, own, at),
        last_year,
        _change(shown, last_year),
        [r for r in table if len(r.vintages) > 1][:MOST_REVISED],
        summary(table),
        _bases(known, ledger),
        beside,
        None if beside is None else of_peers(beside),
    )


def _change(shown: Known, last_year: Resolved | None) -> Number | None:
    """On the year before, in the unit of the series: amounts and points, not percent."""
    number = shown.newest.number
    return None if last_year is None or number is None else rules.gap(number, last_year.number)


def known_series(metric: Metric, at: datetime | None) -> list[Known]:
    """Each series with a number, the district's own first, then the plainest; five queries, however long they are."""
    facts = known_by(Fact.objects.filter(series__metric=metric, mantissa__isnull=False), at)
    ends = dict(
        facts.values("series").annotate(end=Max("period_end")).values_list("series", "end").order_by()
    )
    series = {s.pk: s for s in quick(Series.objects.filter(pk__in=ends))}
    subjects = Subject.objects.in_bulk({s.subject_id for s in series.values()})
    for one in series.values():
        one._state.fields_cache.update(metric=metric, subject=subjects[one.subject_id])
    last = known_by(Fact.objects.filter(series__in=ends, period_end__in=set(ends.values())), at)
    same: dict[tuple[int, int], list[Fact]] = defaultdict(list)
    for fact in read_facts(last, series):
        if fact.period_end == ends[fact.series_id]:
            same[fact.series_id, fact.period_start].append(fact)
    newest: dict[int, Fact] = {}
    for (pk, _start), facts_of_it in sorted(same.items(), reverse=True):
        if (fact := ruling(facts_of_it)).number is not None:
            newest[pk] = fact  # the longest period that ends there
    fetch_places(newest.values())
    return sorted((Known(f.series, f) for f in newest.values()), key=lambda k: _plainness(k.series))


def _plainness(s: Series) -> tuple[bool, bool, int, bool, str, bool, int]:
    return (
        s.subject.key != settings.DISTRICT,
        bool(s.breakdown),
        list(Measure).index(Measure(s.measure)),
        s.basis != Basis.NATURAL,
        s.subject.key,
        s.period_kind == PeriodKind.SINGLE,
        s.pk,
    )


def _rows(own: Sequence[Fact], table: Sequence[Revisions]) -> list[Row]:
    """Newest first. Others: what another source class says of the same period."""
    said = {r.period: [v.fact for v in r.vintages] for r in table}
    rows = []
    for fact in reversed(own):
        same = said[fact.interval]
        newest = {_source(f): f for f in same}
        others = tuple(f for f in newest.values() if f.pk != fact.pk)
        rows.append(Row(fact, others, sum(f.source == fact.source for f in same)))
    return rows


def _source(fact: Fact) -> tuple[str, int]:
    """A department's workbooks follow each other, and so do measurements; documents stand side by side."""
    return fact.source, fact.evidence.file_id if fact.source == FactSource.DOCUMENT else 0


def _derived(metric: Metric, known: Sequence[Known], ledger: Ledger) -> list[Resolved]:
    """What the ledger can compute for the newest period of the district's figures."""
    periods = [k.newest.interval for k in known if k.series.subject.key == settings.DISTRICT]
    if not periods:
        return []
    newest = max(periods, key=lambda p: (p.end, p.months))
    refs = [
        FactRef(metric.key, newest, "", line.measure, line.basis, line.comparator, of=line.of)
        for line in specs.derived(metric.derive)
    ]
    ledger.read_ahead(refs)
    found = (ledger.look(ref) for ref in refs)
    return [r for r in found if r is not None and r.derived]


def _bases(known: Sequence[Known], ledger: Ledger) -> list[Reconciliation]:
    """The district's newest growth on an adjusted basis, held against the growth as recorded."""
    found = []
    for k in known:
        one = k.series
        if one.measure == Measure.GROWTH and one.basis in ADJUSTED and one.subject.key == settings.DISTRICT:
            level = replace(ref_of(one, k.newest.interval), measure="level", basis="natural")
            found.append(reconcile(level, one.basis, ledger))
    return found


def _peers(metric: Metric, known: Sequence[Known], ledger: Ledger) -> PeerTable | None:
    """The towns beside each other for the newest period that any of them has."""
    areas = towns(ledger)
    keys = {a.key for a in areas}
    own = [k.newest.interval for k in known if _is_plain(k.series) and k.series.subject.key in keys]
    if not own:
        return None
    return peer_table(metric, areas, max(own, key=lambda p: (p.end, p.months)), ledger)


def _is_plain(one: Series) -> bool:
    return (one.measure, one.basis, one.comparator, one.breakdown) == (Measure.LEVEL, Basis.NATURAL, "", "")


def reference(fact: Fact) -> str:
    """What a template writes to say this value."""
    return str(ref_of(fact.series, fact.interval))
