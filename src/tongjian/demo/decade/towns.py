"""Figures of the towns: additive ones make up the district's exactly, others lie around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongjian.demo.decade import shapes
from tongjian.demo.decade.chance import Chance
from tongjian.demo.decade.recipes import FIRST

TILT, DRIFT, NOISE = 0.35, 0.02, 0.04  # of a town within a metric, from year to year, from month to month


class Weights:
    """How large each town is within one metric, month by month."""

    def __init__(self, metric: str, sizes: Mapping[str, float], noise: float = NOISE) -> None:
        self.towns = tuple(sizes)
        self._noise, self._chance = noise, Chance(metric, "towns")
        self._now = {t: size * (1 + self._chance.around(TILT / 3)) for t, size in sizes.items()}

    def year(self) -> None:
        """On to the next year."""
        self._now = {t: w * (1 + self._chance.around(DRIFT)) for t, w in self._now.items()}

    def month(self) -> list[float]:
        """All above 0."""
        return [max(w * (1 + self._chance.around(self._noise)), 1e-6) for w in self._now.values()]


def of_flow(
    metric: str, months: Mapping[int, Sequence[int]], scale: int, sizes: Mapping[str, float]
) -> dict[str, dict[int, list[int]]]:
    """Single months of each town by year, in units `scale` times as fine as the district's, adding up to them."""
    weights = Weights(metric, sizes)
    made: dict[str, dict[int, list[int]]] = {t: {} for t in weights.towns}
    for year in sorted(months):
        by_month = [shapes.spread(one * scale, weights.month()) for one in months[year]]
        for i, town in enumerate(weights.towns):
            made[town][year] = [m[i] for m in by_month]
        weights.year()
    return made


def of_stock(metric: str, ends: Sequence[int], sizes: Mapping[str, float]) -> dict[str, list[int]]:
    """The ends of months of each town, adding up to the district's (whole units, January of the first year on)."""
    weights = Weights(metric, sizes, noise=0.0)
    made: dict[str, list[int]] = {t: [] for t in weights.towns}
    for i, end in enumerate(ends):
        if i and i % 12 == 0:
            weights.year()
        for town, one in zip(weights.towns, shapes.spread(end, weights.month()), strict=True):
            made[town].append(one)
    return made


def around(
    metric: str, course: Sequence[float], spread: float, sizes: Mapping[str, float]
) -> dict[str, list[float]]:
    """Values of each town by a factor of its own, and a little by month."""
    chance = Chance(metric, "towns")
    factors = {t: 1 + chance.around(spread) for t in sizes}
    return {t: [x * f * (1 + chance.around(NOISE / 4)) for x in course] for t, f in factors.items()}


def beside(
    metric: str, course: Sequence[float], offsets: Mapping[str, float], bounds: tuple[float, float]
) -> dict[str, list[float]]:
    """Rates of each town at its usual distance from the district's, within the bounds."""
    chance, (low, high) = Chance(metric, "towns"), bounds
    return {
        t: [min(max(x + gap * (1 + chance.around(0.15)), low), high) for x in course]
        for t, gap in offsets.items()
    }


def position(year: int, month: int) -> int:
    """Of a month in a course that begins with January of the first year."""
    return (year - FIRST) * 12 + month - 1
