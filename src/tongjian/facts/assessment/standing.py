"""Score and rank of a unit beside the city's, and why they differ. Pure.

A score differs by what each rate adds, by points that persons gave, and by a rest: the city's own weights, its own points,
or rounding. A rank differs because others stand before the unit on one side only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tongjian.facts.assessment.results import NO_POINTS, Row, printed
from tongjian.facts.assessment.scheme import Scheme

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Told:
    """What the city says of a unit: a rate for each measure in the scheme's order, None where it tells none."""

    rates: Sequence[Decimal | None]
    score: Decimal | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Steps:
    """From ours to the city's score, in points as printed: rates (None: not known), granted points, and the rest."""

    difference: Decimal
    rates: Sequence[Decimal | None]
    points: Decimal
    rest: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit. before_ours, before_theirs: units of its group before it with us only, with the city only.

    steps None: one of the scores is wanting.
    """

    row: Row
    told: Told
    steps: Steps | None
    before_ours: Sequence[str] = ()
    before_theirs: Sequence[str] = ()

    @property
    def places(self) -> int | None:
        """Ours less the city's; None where either is not ranked."""
        if self.row.rank is None or self.told.rank is None:
            return None
        return self.row.rank - self.told.rank

    @property
    def same(self) -> bool:
        """Score and rank, as far as both sides tell them."""
        return not (self.steps and self.steps.difference) and not self.places


def standings(scheme: Scheme, rows: Sequence[Row], told: Mapping[str, Told]) -> list[Standing]:
    """Of the units of which the city tells a score or a rank, in the order of `rows`."""
    return [
        Standing(
            row,
            one,
            steps(scheme, row, one),
            *(_before(row, rows, told) if row.group else ((), ())),
        )
        for row in rows
        if (one := told.get(row.unit)) is not None and (one.score is not None or one.rank is not None)
    ]


def steps(scheme: Scheme, row: Row, told: Told) -> Steps | None:
    """difference = ours less the city's = the sum of the rates' steps, the points and the rest, exactly as printed."""
    if row.score_printed is None or told.score is None:
        return None
    rates = [
        None
        if own.value is None or other is None
        else printed(m.weight * (own.value * 100 - Fraction(other)))
        for m, own, other in zip(scheme.measures, row.rates, told.rates, strict=True)
    ]
    difference, points = row.score_printed - told.score, printed(row.points or NO_POINTS)
    known = sum((r for r in rates if r is not None), ZERO) + points
    return Steps(difference, rates, points, difference - known)


def _before(row: Row, rows: Sequence[Row], told: Mapping[str, Told]) -> tuple[Sequence[str], Sequence[str]]:
    """Only units that both sides rank are held against each other."""
    own = told[row.unit].rank
    if row.rank is None or own is None:
        return (), ()
    ours, theirs = [], []
    for other in rows:
        rank = told[other.unit].rank if other.unit in told else None
        if other.group != row.group or other.rank is None or rank is None:
            continue
        with_us, with_them = other.rank < row.rank, rank < own
        if with_us and not with_them:
            ours.append(other.unit)
        elif with_them and not with_us:
            theirs.append(other.unit)
    return ours, theirs
