"""The values of a target's series within its due time, as a ledger knows them.

Reported ones go first; only where the metric declares how, the rest is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tongjian.facts import specs
from tongjian.facts.choices import Measure, MetricKind
from tongjian.facts.ledger import Ledger, ref_of
from tongjian.facts.models import Fact, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.plans.models import Obligation
from tongjian.values import Period


@dataclass(frozen=True)
class Within:
    """A target's due time on a ledger. What was found once is not looked for again."""

    obligation: Obligation
    ledger: Ledger

    @cached_property
    def due(self) -> Period:
        return Period.parse(self.obligation.due)

    @property
    def months(self) -> range:
        """Months in which a period of the due time may end."""
        return range(self.due.start, self.due.end + 1)

    @cached_property
    def alike(self) -> list[Series]:
        """The target's series, and those that differ in how they count time only."""
        own = self.obligation.series
        named = _named(own)
        return [s for s in self.ledger.series(own.metric.key, own.subject.key) if _named(s) == named]

    @cached_property
    def lines(self) -> tuple[specs.Derived, ...]:
        """What the metric says of deriving the target's series."""
        own = self.obligation.series
        lines = tuple(specs.derived(own.metric.derive))
        fits = any((d.measure, d.basis) == (own.measure, own.basis) for d in lines)
        return lines if fits else ()

    @cached_property
    def levels(self) -> list[Series]:
        """The levels that a derived value of the target is made of."""
        own = self.obligation.series
        named = (k for d in self.lines for k in (d.numerator, d.denominator, d.amount, d.heads) if k)
        found = (s for key in {own.metric.key, *named} for s in self.ledger.series(key, own.subject.key))
        return [s for s in found if s.measure == Measure.LEVEL]

    @cached_property
    def reported(self) -> list[Fact]:
        """The ruling facts of the target's series, counted in whichever way, that hold a number: one of each period."""
        found = self._within(self.alike, self.months)
        return list({f.interval: f for f in found if f.mantissa is not None}.values())

    @cached_property
    def gaps(self) -> set[int]:
        """Months without a figure reported for the longest period that ends with them; none where nothing is derived."""
        if not self.lines:
            return set()
        start, stock = self.due.start, self.obligation.series.metric.kind == MetricKind.STOCK
        return set(self.months) - {f.period_end for f in self.reported if stock or f.period_start == start}

    @cached_property
    def derivable(self) -> list[FactRef]:
        """What may be derived and was not reported: something of that period is known."""
        if not self.gaps:
            return []
        known = {f.interval for f in self.reported}
        other = dict.fromkeys(f.interval for f in self._within(self.levels, self.gaps))
        return [ref_of(self.obligation.series, p) for p in other if p not in known]

    def values(self) -> tuple[Resolved, ...]:
        """By period."""
        derived = (self.ledger.look(ref) for ref in self.derivable)
        found = [*map(self.ledger.leaf, self.reported), *(d for d in derived if d is not None)]
        return tuple(sorted(found, key=lambda r: (r.ref.period.end, -r.ref.period.start)))

    def _within(self, series: Sequence[Series], ends: Iterable[int]) -> Iterator[Fact]:
        """Facts that end in these months; of flows only those that count from the start of the due time."""
        start, flow = self.due.start, self.obligation.series.metric.kind == MetricKind.FLOW
        return (f for f in self.ledger.course(series, ends) if not flow or f.period_start == start)


def read(obligations: Sequence[Obligation], ledger: Ledger) -> list[Within]:
    """What the ledger holds of each, fetched at once: their own series, then what fills the gaps in them."""
    ledger.name_ahead([ref_of(o.series, Period.parse(o.due)) for o in obligations])
    found = [Within(o, ledger) for o in obligations]
    ledger.read([s for one in found for s in one.alike], {end for one in found for end in one.months})
    _read_inputs(found, ledger)
    return found


def _read_inputs(found: Sequence[Within], ledger: Ledger) -> None:
    """The levels of months without a figure of the target's own, and what is then to be derived from them."""
    wanting = [one for one in found if one.gaps]
    ledger.read([s for one in wanting for s in one.levels], {end for one in wanting for end in one.gaps})
    if refs := [ref for one in wanting for ref in one.derivable]:
        ledger.read_ahead(refs)


def _named(s: Series) -> tuple[int, str, str, str, str, str]:
    """What sets a series apart, how it counts time aside."""
    return s.subject_id, s.measure, s.of, s.basis, s.comparator, s.breakdown
