"""How like two statements are: a few measures between 0 and 1, each with a weight, summed into one figure.

Every measure is weighed by rareness: what stands in many statements of the two reports tells little.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from tongjian.comparing.terms import Statement, Terms, all_terms

# Weights of the measures, and what the sum must overcome: set on two labelled pairs of reports, rounded.
WORDING, THEME, NAME, AROUND, LETTERS, THEME_ALONE, HURDLE = 7.0, 4.0, 2.0, 2.5, 0.5, 2.5, 5.9
ENOUGH_THEME, ENOUGH_NAME = 6.0, 10.0  # rareness at which a shared theme or name counts half
# Two things are one by name: how much of the longer name is shared, how much of both names together (the shorter
# one counts more than twice the longer), and how telling that is, in pieces that stand in no statement.
HALF, MOST, TELLING = 0.5, 0.8, 2.4
TELLING_WHOLE = 1.3  # where the two names are the same
SHORTER = 0.7


@dataclass(frozen=True, slots=True)
class Measures:
    """wording: shared pairs of characters of the two own parts; theme: shared concepts of the objects; name: the
    longest run that the promise's object has in the other clause; around: shared concepts of the paragraphs; letters:
    shared characters of the objects; theme_alone: theme, where no wording is shared.
    """

    wording: float
    theme: float
    name: float
    around: float
    letters: float
    theme_alone: float

    @property
    def likeness(self) -> float:
        """From 0 to 1."""
        weights = (WORDING, THEME, NAME, AROUND, LETTERS, THEME_ALONE)
        total = sum(w * getattr(self, f.name) for w, f in zip(weights, fields(self), strict=True))
        return 1 / (1 + math.exp(HURDLE - total))


class Scale:
    """Measures statements against each other; made once for two reports."""

    def __init__(self, promises: Sequence[Statement], said: Sequence[Statement]) -> None:
        self._pieces = _Rareness(t.pieces for t in all_terms((*promises, *said)))
        self._letters = _Rareness(t.characters for t in all_terms((*promises, *said)))
        self._concepts = _Rareness(t.concepts for t in all_terms((*promises, *said)))

    def measures(self, promise: Statement, said: Statement) -> Measures:
        theme = self._theme(promise, said)
        return Measures(
            wording=self._pieces.shared(promise.own.pieces, said.own.pieces),
            theme=theme,
            name=self._name(promise.object, said.own),
            around=self._concepts.cosine(promise.around, said.around),
            letters=self._letters.shared(promise.object.characters, said.object.characters, power=2),
            theme_alone=0.0 if promise.object.pieces & said.object.pieces else theme,
        )

    def likeness(self, promise: Statement, said: Statement) -> float:
        return self.measures(promise, said).likeness

    def same_name(self, promise: Statement, said: Statement) -> bool:
        """Whether one of the things of each is called the same, or nearly."""
        return any(self._one_name(one, other) for one in promise.things for other in said.things)

    def _one_name(self, one: frozenset[str], other: frozenset[str]) -> bool:
        common = one & other
        shared = self._pieces.mass(common) if common else 0.0
        if shared < (TELLING_WHOLE if one == other else TELLING) * self._pieces.highest:
            return False
        shares = shared / self._pieces.mass(one), shared / self._pieces.mass(other)
        return min(shares) >= HALF and SHORTER * max(shares) + (1 - SHORTER) * min(shares) >= MOST

    def _theme(self, promise: Statement, said: Statement) -> float:
        mass = self._concepts.mass(promise.object.concepts & said.object.concepts)
        return mass / (mass + ENOUGH_THEME)

    def _name(self, promise: Terms, said: Terms) -> float:
        run = longest_run(promise.plain, said.plain)
        mass = self._pieces.mass({run[i : i + 2] for i in range(len(run) - 1)})
        return mass / (mass + ENOUGH_NAME)


class _Rareness:
    """Of pieces, over the statements of both reports: the logarithm of how few of them hold it."""

    def __init__(self, listings: Iterable[frozenset[str]]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for listing in listings:
            counts.update(listing)
            total += 1
        self._known = {piece: math.log(1 + total / (1 + n)) for piece, n in counts.items()}
        self.highest = math.log(1 + total)

    def of(self, piece: str) -> float:
        return self._known.get(piece, self.highest)

    def mass(self, pieces: Iterable[str], power: int = 1) -> float:
        return sum(self.of(p) ** power for p in pieces)

    def shared(self, one: frozenset[str], other: frozenset[str], power: int = 1) -> float:
        """Twice the mass in common over both masses (Dice)."""
        common = one & other
        if not common:
            return 0.0
        return 2 * self.mass(common, power) / (self.mass(one, power) + self.mass(other, power))

    def cosine(self, one: frozenset[str], other: frozenset[str]) -> float:
        common = one & other
        if not common:
            return 0.0
        return self.mass(common, 2) / math.sqrt(self.mass(one, 2) * self.mass(other, 2))


def longest_run(one: str, other: str) -> str:
    """The longest run of characters without a blank that both hold; the first of several."""
    best, size = "", 1
    for start in range(len(one)):
        end = start + size + 1
        while end <= len(one) and " " not in one[start:end] and one[start:end] in other:
            best, size = one[start:end], end - start
            end += 1
    return best
