"""What the page of one metric shows: its series, one of them drawn and listed with all that is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from tongjian.facts import specs
from tongjian.facts.choices import Basis, FactSource, Measure
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.queries import as_known, ref_of
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.web import charts
from tongjian.web.facts.names import short

MOST_ROWS = 60


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
    known: Sequence[Known]
    shown: Known | None
    rows: Sequence[Row]
    chart: charts.Chart | None
    derived: Sequence[Resolved]


def metric_page(metric: Metric, series_pk: int | None) -> MetricPage:
    """series_pk: the series to show; None or foreign: the plain level of the district."""
    facts = list(as_known(metric.series.all()))
    known = _known(facts)
    shown = next((k for k in known if k.series.pk == series_pk), known[0] if known else None)
    if shown is None:
        return MetricPage((), None, (), None, ())
    own = [f for f in facts if f.series_id == shown.series.pk]
    return MetricPage(
        known, shown, _rows(shown.series, own), charts.of_series(shown.series, own), _derived(metric, known)
    )


def _known(facts: Sequence[Fact]) -> list[Known]:
    """Each series once; the district's own first, then the plainest."""
    newest = {f.series_id: f for f in facts if f.number is not None}
    found = [Known(f.series, f) for f in newest.values()]
    return sorted(found, key=lambda k: _plainness(k.series))


def _plainness(s: Series) -> tuple[bool, bool, int, bool, str, int]:
    return (
        s.subject.key != settings.DISTRICT,
        bool(s.breakdown),
        list(Measure).index(Measure(s.measure)),
        s.basis != Basis.NATURAL,
        s.subject.key,
        s.pk,
    )


def _rows(series: Series, ruling: Sequence[Fact]) -> list[Row]:
    """Newest first. Others: what another source class says of the same period."""
    all_facts = list(series.facts.select_related("evidence__file", "series").order_by("seq"))
    rows = []
    for fact in reversed(ruling[-MOST_ROWS:]):
        same = [f for f in all_facts if f.period == fact.period]
        newest = {_source(f): f for f in same}
        others = tuple(f for f in newest.values() if f.pk != fact.pk)
        rows.append(Row(fact, others, sum(f.source == fact.source for f in same)))
    return rows


def _source(fact: Fact) -> tuple[str, int]:
    """A department's workbooks follow each other; documents stand side by side."""
    return fact.source, 0 if fact.source == FactSource.COLLECTION else fact.evidence.file_id


def _derived(metric: Metric, known: Sequence[Known]) -> list[Resolved]:
    """What the ledger can compute for the newest period of the district's figures."""
    periods = [k.newest.interval for k in known if k.series.subject.key == settings.DISTRICT]
    if not periods:
        return []
    newest = max(periods, key=lambda p: (p.end, p.months))
    ledger = Ledger()
    refs = [
        FactRef(metric.key, newest, "", line.measure, line.basis, line.comparator, of=line.of)
        for line in specs.derived(metric.derive)
    ]
    ledger.read_ahead(refs)
    found = (ledger.look(ref) for ref in refs)
    return [r for r in found if r is not None and r.derived]


def reference(fact: Fact) -> str:
    """What a template writes to say this value."""
    return str(ref_of(fact.series, fact.interval))
