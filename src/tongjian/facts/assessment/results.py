"""Counts into rates, bands, scores and ranks. Pure and exact: fractions until printed, two places, half up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.assessment.watch import Month

PLACES = Decimal("0.01")
Z95 = Decimal("1.959963984540054")  # of the normal distribution, for a band of 95 %
EXACT = Context(prec=40)
NO_POINTS = Fraction(0)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one unit and span: cases that count, cases taken out, and of each measure its numerator and denominator."""

    n: int
    excluded: int
    simulated: int
    parts: tuple[tuple[int, int], ...]

    def __add__(self, other: Counts) -> Counts:
        parts = tuple((a + c, b + d) for (a, b), (c, d) in zip(self.parts, other.parts, strict=True))
        return Counts(
            self.n + other.n, self.excluded + other.excluded, self.simulated + other.simulated, parts
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """num of den; of nothing there is no rate, never 0."""

    num: int
    den: int

    @property
    def value(self) -> Fraction | None:
        return Fraction(self.num, self.den) if self.den else None

    @property
    def missed(self) -> int:
        return self.den - self.num

    @property
    def percent(self) -> Decimal | None:
        """As printed: 93.46."""
        return None if self.value is None else printed(self.value * 100)

    @property
    def band(self) -> tuple[Decimal, Decimal] | None:
        """Wilson's 95 % band in percent, as printed."""
        return wilson(self.num, self.den)


@dataclass(frozen=True, slots=True)
class Row:
    """One unit. score: of 100, None where a rate is missing; rank: in its group, None below min_n or without a score.

    points: those of the score that persons granted or took; they are in it.
    """

    unit: str
    group: str
    counts: Counts
    rates: tuple[Rate, ...]
    score: Fraction | None
    rank: int | None = None
    volume_rank: int | None = None
    points: Fraction = Fraction(0)

    @property
    def score_printed(self) -> Decimal | None:
        return None if self.score is None else printed(self.score)

    @property
    def excluded_share(self) -> Decimal | None:
        """Of all cases that would count, those taken out, in percent."""
        whole = self.counts.n + self.counts.excluded
        return printed(Fraction(self.counts.excluded * 100, whole)) if whole else None


def printed(value: Fraction) -> Decimal:
    """Two places, half up, from the exact fraction: no second rounding."""
    sign, hundredths = (-1 if value < 0 else 1), abs(value) * 100
    whole = (hundredths.numerator * 2 + hundredths.denominator) // (hundredths.denominator * 2)
    return Decimal(sign * whole).scaleb(-2)


def wilson(num: int, den: int) -> tuple[Decimal, Decimal] | None:
    """The band in which a share lies at 95 %, in percent; never outside 0 and 100. None of nothing."""
    if den == 0:
        return None
    n, p, z2 = Decimal(den), EXACT.divide(Decimal(num), Decimal(den)), Z95 * Z95
    middle = p + z2 / (2 * n)
    half = Z95 * EXACT.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    below = 1 + z2 / n
    low, high = (middle - half) / below, (middle + half) / below
    shown = [(100 * min(max(v, Decimal(0)), Decimal(1))).quantize(PLACES, ROUND_HALF_UP) for v in (low, high)]
    return shown[0], shown[1]


def total(scheme: Scheme, counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts(0, 0, 0, tuple((0, 0) for _m in scheme.measures)))


def row(scheme: Scheme, unit: str, group: str, counts: Counts, points: Fraction = NO_POINTS) -> Row:
    rates = tuple(Rate(num, den) for num, den in counts.parts)
    found = score(scheme, rates)
    return Row(unit, group, counts, rates, None if found is None else found + points, points=points)


def score(scheme: Scheme, rates: Sequence[Rate]) -> Fraction | None:
    """The weighted sum of the exact rates, of 100."""
    found = Fraction(0)
    for measure, rate in zip(scheme.measures, rates, strict=True):
        if rate.value is None:
            return None
        found += measure.weight * rate.value * 100
    return found


def ranked(scheme: Scheme, rows: Sequence[Row]) -> list[Row]:
    """With ranks by the printed score within each group (1, 2, 2, 4), and by volume over all."""
    fit = [r for r in rows if r.group and r.counts.n >= scheme.min_n and r.score is not None]
    ranks: dict[str, int] = {}
    for group in {r.group for r in fit}:
        own = {r.unit: r.score_printed or Decimal(0) for r in fit if r.group == group}
        ranks |= competition(own)
    volumes = competition({r.unit: Decimal(r.counts.n) for r in rows if r.group and r.counts.n})
    return [replace(r, rank=ranks.get(r.unit), volume_rank=volumes.get(r.unit)) for r in rows]


def competition(values: Mapping[str, Decimal]) -> dict[str, int]:
    """The most first; equals share a rank, and the next one counts them all."""
    return {unit: 1 + sum(other > own for other in values.values()) for unit, own in values.items()}


def months(rows: Sequence[Row]) -> dict[str, Month]:
    """How each unit stood in the month that these rows are of, for the watch list. Means are those of the group."""
    found = {}
    for one in rows:
        own = [r for r in rows if r.group == one.group and r.score is not None]
        scores = [r.score for r in own if r.score is not None]
        mean = sum(scores, Fraction(0)) / len(scores) if scores else None
        volumes = [Fraction(r.counts.n) for r in rows if r.group == one.group]
        values = {
            "volume_rank": _fraction(one.volume_rank),
            "n": Fraction(one.counts.n),
            "score": one.score,
            "rank": _fraction(one.rank),
        }
        found[one.unit] = Month(values, {"score": mean, "n": sum(volumes, Fraction(0)) / len(volumes)})
    return found


def _fraction(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value)
