"""The areas beside each other for one period: value, growth, place and change of place, each with its way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from tongjian.facts import measures, rules, specs
from tongjian.facts.choices import Measure, MetricKind
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.kernel.models import Area
from tongjian.values import Number, Period


@dataclass(frozen=True, slots=True)
class Peer:
    """One area. place None: not ranked. moved: places gained since a year before, None where either year has none."""

    area: Area
    value: Resolved | None
    growth: Resolved | None
    place: int | None
    moved: int | None

    @property
    def moved_size(self) -> int:
        return abs(self.moved or 0)


@dataclass(frozen=True, slots=True)
class PeerTable:
    """The best first, those without a value last, in their usual order.

    whole: the sum of all, where the metric adds up and none is lacking.
    """

    metric: Metric
    period: Period
    rows: Sequence[Peer]
    whole: Number | None

    @property
    def reported(self) -> int:
        return sum(r.value is not None for r in self.rows)

    @property
    def lacking(self) -> Sequence[Area]:
        return [r.area for r in self.rows if r.value is None]

    @property
    def is_ranked(self) -> bool:
        return any(r.place for r in self.rows)

    @property
    def unit(self) -> str:
        return self.metric.unit


def towns(ledger: Ledger) -> list[Area]:
    """The areas within the installation's district, in their order."""
    own = ledger.area(settings.DISTRICT)
    found = [a for a in ledger.areas() if own is not None and a.parent_id == own.pk]
    return sorted(found, key=lambda a: (a.order, a.pk))


def peers_refs(metric: Metric, areas: Sequence[Area], period: Period) -> list[FactRef]:
    """What a table of these areas asks the ledger for, to be told ahead where several are made."""
    refs = [FactRef(metric.key, period, a.key) for a in areas]
    return [*refs, *(r.at(period.shifted(-1)) for r in refs)]


def peer_table(metric: Metric, areas: Sequence[Area], period: Period, ledger: Ledger) -> PeerTable:
    """All areas asked for, reported or not."""
    before = period.shifted(-1)
    refs = {a.key: FactRef(metric.key, period, a.key) for a in areas}
    ledger.read_ahead(peers_refs(metric, areas, period))
    now = {key: ledger.look(ref) for key, ref in refs.items()}
    then = {key: ledger.look(ref.at(before)) for key, ref in refs.items()}
    places, earlier = _places(metric, now), _places(metric, then)
    rows = [
        Peer(
            a,
            now[a.key],
            ledger.look(FactRef(metric.key, period, a.key, "growth")),
            places.get(a.key),
            earlier[a.key] - places[a.key] if a.key in places and a.key in earlier else None,
        )
        for a in areas
    ]
    return PeerTable(metric, period, _sorted(metric, rows), _whole(metric, now))


def _places(metric: Metric, values: Mapping[str, Resolved | None]) -> dict[str, int]:
    """Only among values of the same standing, and of all areas unless the metric's rank is declared partial."""
    known = {key: v for key, v in values.items() if v is not None}
    standings = {"actual" if rules.same_standing(v.status, "actual") else v.status for v in known.values()}
    if len(standings) != 1 or (len(known) < len(values) and not _ranks_some(metric)):
        return {}
    return rules.ranks({key: v.number for key, v in known.items()}, metric.direction)


def _ranks_some(metric: Metric) -> bool:
    return any(line.partial for line in specs.derived(metric.derive) if line.measure == Measure.RANK)


def _sorted(metric: Metric, rows: Sequence[Peer]) -> list[Peer]:
    known = [r for r in rows if r.value is not None]
    best = sorted(known, key=_number, reverse=metric.direction != "down")
    return best + [r for r in rows if r.value is None]


def _number(row: Peer) -> Decimal:
    return row.value.number.decimal if row.value is not None else Decimal(0)


def _whole(metric: Metric, values: Mapping[str, Resolved | None]) -> Number | None:
    if metric.kind not in {MetricKind.FLOW, MetricKind.STOCK} or not values or None in values.values():
        return None
    return measures.total([v.number for v in values.values() if v is not None])
