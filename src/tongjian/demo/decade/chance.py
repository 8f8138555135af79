"""Chance that is the same everywhere: only `random()` of a generator seeded by text, which no version changes."""

from __future__ import annotations

from math import fsum  # the same on every Python, which `sum` of floats is not
from random import Random


class Chance:
    """Numbers that follow from the seed alone, in the order in which they are asked for."""

    def __init__(self, *seed: object) -> None:
        self._random = Random("/".join(map(str, seed)))  # noqa: S311 - no secret depends on it

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def around(self, spread: float) -> float:
        """A number around 0, seldom beyond `spread`, never beyond three times of it."""
        return spread * 2 * (fsum(self._random.random() for _ in range(3)) - 1.5)
