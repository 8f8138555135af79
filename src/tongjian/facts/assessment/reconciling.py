"""对账: our result of a month beside the city's, case by case and rate by rate, and why they differ. Pure.

Every case is of one kind of difference, the first that applies; what the kinds add to numerators and denominators leads
exactly from our counts to the city's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts.assessment.casework import APART, PASSED
from tongjian.facts.assessment.choices import Difference


@dataclass(frozen=True, slots=True)
class Ours:
    """A case as we count it. month: of ours, 2022-11; "": no scheme's month counts it. id: of the case."""

    number: str
    id: int
    unit: str
    month: str
    excluded: bool
    verdicts: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """A row of the city's list."""

    number: str
    unit: str
    excluded: bool
    verdicts: str
    row: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """One case, as either has it. kinds: all differences, the first decides; none where both count it the same."""

    number: str
    ours: Ours | None
    theirs: Theirs | None
    kinds: tuple[Difference, ...]

    @property
    def kind(self) -> Difference | None:
        return self.kinds[0] if self.kinds else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What cases of one kind add to a rate's numerator and denominator on the way from ours to the city's."""

    kind: Difference
    num: int
    den: int
    cases: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """One rate of one unit ("": all): ours, the city's by its list, and the steps between."""

    unit: str
    measure: int
    ours: tuple[int, int]
    theirs: tuple[int, int]
    effects: tuple[Effect, ...]


def pairs(month: str, ours: Iterable[Ours], theirs: Iterable[Theirs]) -> list[Pair]:
    """By number. ours: the month's cases, and those of the city's numbers that we have elsewhere."""
    own, other = {o.number: o for o in ours}, {t.number: t for t in theirs}
    return [
        Pair(n, own.get(n), other.get(n), tuple(_kinds(month, own.get(n), other.get(n))))
        for n in sorted(own.keys() | other.keys())
        if n in other or own[n].month == month
    ]


def _kinds(month: str, ours: Ours | None, theirs: Theirs | None) -> Iterator[Difference]:
    if ours is None:
        yield Difference.UNKNOWN
    elif theirs is None:
        if not ours.excluded:
            yield Difference.NOT_LISTED
    elif ours.month != month:
        if not theirs.excluded:
            yield Difference.OTHER_MONTH if ours.month else Difference.NOT_COUNTED
    elif ours.excluded != theirs.excluded:
        yield Difference.EXCLUDED_BY_US if ours.excluded else Difference.EXCLUDED_BY_THEM
    elif not ours.excluded:
        if ours.unit != theirs.unit:
            yield Difference.OTHER_UNIT
        if ours.verdicts != theirs.verdicts:
            yield Difference.VERDICT


def bridges(month: str, found: Iterable[Pair], units: Sequence[str], measures: int) -> list[Bridge]:
    """For all cases first, then for each unit: its rates in the scheme's order."""
    rows = list(found)
    return [_bridge(month, rows, unit, n) for unit in ("", *units) for n in range(measures)]


def _bridge(month: str, rows: Sequence[Pair], unit: str, measure: int) -> Bridge:
    ours = theirs = (0, 0)
    steps: dict[Difference, tuple[int, int, int]] = {}
    for pair in rows:
        own = _adds(pair.ours, unit, measure) if pair.ours and pair.ours.month == month else (0, 0)
        other = _adds(pair.theirs, unit, measure)
        ours, theirs = _plus(ours, own), _plus(theirs, other)
        if own != other and pair.kind is not None:
            num, den, n = steps.get(pair.kind, (0, 0, 0))
            steps[pair.kind] = (num + other[0] - own[0], den + other[1] - own[1], n + 1)
    effects = tuple(Effect(k, *steps[k]) for k in Difference if k in steps)
    return Bridge(unit, measure, ours, theirs, effects)


def _adds(case: Ours | Theirs | None, unit: str, measure: int) -> tuple[int, int]:
    """To numerator and denominator."""
    if case is None or case.excluded or (unit and case.unit != unit):
        return 0, 0
    sign = case.verdicts[measure]
    return int(sign == PASSED), int(sign != APART)


def _plus(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return a[0] + b[0], a[1] + b[1]


def tally(found: Iterable[Pair]) -> Mapping[Difference, int]:
    """How many cases of each kind, in the order of the kinds."""
    counts: dict[Difference, int] = {}
    for pair in found:
        if pair.kind is not None:
            counts[pair.kind] = counts.get(pair.kind, 0) + 1
    return {k: counts[k] for k in Difference if k in counts}
