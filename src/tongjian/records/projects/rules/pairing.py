"""结对: one project of two or more districts, whose shares sum to one on every day, counted once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tongjian.values import Number

ROLE = "paired_with"
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Share:
    """What one party has of a project from `since` to `until`, both included; None: from ever, for ever."""

    party: str
    share: Number
    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        return (self.since or date.min) <= day <= (self.until or date.max)


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """Shares that do not sum to one from a day on (date.min: from the beginning)."""

    since: date
    total: Fraction


def total(shares: Iterable[Share], day: date) -> Fraction:
    return sum((Fraction(s.share.decimal) for s in shares if s.holds(day)), Fraction(0))


def unbalanced(shares: Sequence[Share]) -> Unbalanced | None:
    """The first day from which the shares do not sum to one; None: they always do while any party is there.

    A time without any party (before the pairing, after its end) is no pairing, and is fine.
    """
    for day in sorted(_turns(shares)):
        here = [s for s in shares if s.holds(day)]
        if here and total(here, day) != 1:
            return Unbalanced(day, total(here, day))
    return None


def _turns(shares: Iterable[Share]) -> set[date]:
    """The days on which the parties change."""
    days = set()
    for s in shares:
        days.add(s.since or date.min)
        if s.until is not None and s.until < date.max:
            days.add(s.until + ONE)
    return days


def overlapping(shares: Sequence[Share]) -> Share | None:
    """A share whose party has another one at the same time; None: each party has one at a time."""
    for n, one in enumerate(shares):
        for other in shares[:n]:
            same = one.party == other.party
            if same and one.holds(other.since or date.min) | other.holds(one.since or date.min):
                return one
    return None


def share_of(party: str, shares: Sequence[Share], day: date) -> Fraction:
    """What a party has of the project on a day: all of it where nobody is paired, 0 where others are."""
    here = [s for s in shares if s.holds(day)]
    if not here:
        return Fraction(1)
    return total([s for s in here if s.party == party], day)


def shared(amount: Number, share: Fraction) -> Number:
    """The party's part of an amount, to one more place than the amount has (rounded half up, at most 6)."""
    places = min(amount.decimals + 1, 6) if share != 1 else amount.decimals
    exact = Fraction(amount.decimal) * share * 10**places
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Number(whole, places)
