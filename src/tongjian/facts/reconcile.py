"""Two bases of one figure side by side: what they imply was adjusted, and which adjustments have evidence.

An adjustment is a fact like any other: `metric[difference, restated, by:留抵退税] @ period`, the amount that the basis adds
to the level for this reason; the same for the period a year earlier where the base is adjusted too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from tongjian.facts import bases, measures
from tongjian.facts.bases import Interval
from tongjian.facts.choices import Basis, Measure
from tongjian.facts.ledger import Ledger
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import Resolved
from tongjian.values import Number, Period

# Bases on which amounts are added or taken away; constant prices are another matter.
ADJUSTED = (Basis.RESTATED, Basis.COMPARABLE)


class Verdict(StrEnum):
    """What the evidenced adjustments say of the two published rates."""

    EVIDENCED = "evidenced"  # they make up what the rates imply
    UNEVIDENCED = "unevidenced"  # the rates imply an adjustment, none is on the ledger
    DIFFERS = "differs"  # there are some, and they make up another amount
    NONE_NEEDED = "none_needed"  # the rates may be the same
    INCOMPLETE = "incomplete"  # a level or a rate is not there


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One basis held against the figures as recorded.

    ref: the level. level, natural, other: as recorded, its growth, its growth on `basis`. implied: what was added to
    this year's level, in the level's unit. added, base_added: evidenced adjustments of this year and of the base.
    """

    ref: FactRef
    basis: Basis
    level: Resolved | None
    natural: Resolved | None
    other: Resolved | None
    implied: Interval | None
    added: tuple[Resolved, ...]
    base_added: tuple[Resolved, ...]
    verdict: Verdict

    @property
    def evidenced(self) -> Number | None:
        """What the adjustments of this year make up; None where there are none."""
        return measures.total([a.number for a in self.added]) if self.added else None

    @property
    def shown(self) -> tuple[Number, Number, Number] | None:
        """The implied amount, its low and its high, to the places of the level."""
        if self.implied is None or self.level is None:
            return None
        return self.implied.shown(self.level.number.decimals)


def reconcile(ref: FactRef, basis: str = Basis.RESTATED, ledger: Ledger | None = None) -> Reconciliation:
    """Hold the growth on `basis` against the growth as recorded. ref: the level. Raises FactMissing for unknown keys."""
    ledger = ledger or Ledger()
    plain = ledger.completed(replace(ref, measure="level", of="", basis="natural", comparator=""))
    wanted = [plain, *(replace(plain, measure="growth", basis=b) for b in ("natural", basis))]
    ledger.read_ahead([*wanted, *(r.at(_before(r.period)) for r in wanted)])
    level, natural, other = (ledger.look(r) for r in wanted)
    added = tuple(_adjustments(ledger, plain, basis))
    base_added = tuple(_adjustments(ledger, plain.at(_before(plain.period)), basis))
    implied = _implied(level, natural, other, base_added)
    verdict = _verdict(implied, added)
    return Reconciliation(plain, Basis(basis), level, natural, other, implied, added, base_added, verdict)


def all_bases(ref: FactRef, ledger: Ledger | None = None) -> tuple[Reconciliation, ...]:
    """One for each adjusted basis that has a growth rate for this period."""
    ledger = ledger or Ledger()
    found = (reconcile(ref, basis, ledger) for basis in ADJUSTED)
    return tuple(r for r in found if r.other is not None)


def _before(period: Period) -> Period:
    return period.shifted(-1)


def _adjustments(ledger: Ledger, ref: FactRef, basis: str) -> Iterator[Resolved]:
    """The recorded differences that a basis makes to a level, one for each reason."""
    for one in ledger.series(ref.metric):
        named = (one.subject.key, one.measure, one.of, one.basis, one.comparator)
        if named == (ref.subject, Measure.DIFFERENCE, Measure.LEVEL, basis, ""):
            wanted = replace(ref, measure="difference", of="level", basis=basis, breakdown=one.breakdown)
            if (found := ledger.look(wanted)) is not None:
                yield found


def _implied(
    level: Resolved | None,
    natural: Resolved | None,
    other: Resolved | None,
    base_added: tuple[Resolved, ...],
) -> Interval | None:
    if level is None or natural is None or other is None:
        return None
    base = measures.total([a.number for a in base_added]) if base_added else None
    return bases.implied_adjustment(level.number, natural.number, other.number, base)


def _verdict(implied: Interval | None, added: tuple[Resolved, ...]) -> Verdict:
    if implied is None:
        return Verdict.INCOMPLETE
    if not added:
        return Verdict.NONE_NEEDED if implied.holds(Fraction(0)) else Verdict.UNEVIDENCED
    # the adjustments are printed numbers too: half a last place each
    size = sum((bases.exact(a.number) for a in added), Fraction(0))
    slack = sum((Fraction(1, 2 * 10**a.number.decimals) for a in added), Fraction(0))
    near = Interval(implied.low - slack, implied.middle, implied.high + slack)
    return Verdict.EVIDENCED if near.holds(size) else Verdict.DIFFERS
