"""预计全年: what the year will come to, estimated at the end of every month from what was known by then.

Numbers in, numbers out: no ledger, no Django. `foresee` takes many series at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tongjian.facts.foresight import choosing, estimators
from tongjian.facts.foresight.estimators import Estimator, Floats

BLEND = "blend"
PATH_YEARS = 3


class Kind(StrEnum):
    """How a series makes up its year."""

    FLOW = "flow"  # counts up since January; the year is its sum
    STOCK = "stock"  # stands at the end of a month; the year is its last month
    RATE = "rate"  # a ratio, a growth, a share since January; the year is its last value, never a sum


ESTIMATORS: Mapping[Kind, Mapping[str, Estimator]] = {
    Kind.FLOW: estimators.FLOW,
    Kind.STOCK: estimators.STOCK,
    Kind.RATE: estimators.RATE,
}
# Trusted alike before anything could be tested.
DEFAULTS: Mapping[Kind, tuple[str, str]] = {
    Kind.FLOW: ("share", "smoothing"),
    Kind.STOCK: ("mean_rest", "smoothing"),
    Kind.RATE: ("mean_rest", "smoothing"),
}


@dataclass(frozen=True, slots=True)
class MethodError:
    """One method at one month. error: mean absolute error in its tests, in the unit of the series; None: not tested.

    weight: in the blend, the methods' add up to 1. point: what it gives for the year; None: it cannot say.
    """

    method: str
    point: float | None
    error: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What was expected of the year at the end of one month, in the unit of the series.

    so_far: the value then. low, high: the 80 % interval, None with fewer than three tests. tests: years that the
    choice was tested in. error: its mean absolute error there, None without any. methods: all that were weighed.
    """

    month: int
    so_far: float
    method: str
    point: float
    low: float | None
    high: float | None
    error: float | None
    tests: int
    methods: tuple[MethodError, ...]

    @property
    def is_short(self) -> bool:
        """短序列: too few years to test in for an interval."""
        return self.low is None


@dataclass(frozen=True, slots=True)
class PathPoint:
    """A month still to come on the way to the estimate; drawn, not tested."""

    month: int
    point: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Foresight:
    """Estimates of many series for their last year. Arrays [series, periods]; NaN where there is none."""

    names: tuple[str, ...]
    choice: choosing.Choice
    estimates: Floats  # [methods, series, periods]
    low: Floats
    high: Floats


def foresee(values: Floats, kind: Kind) -> Foresight:
    """Estimate the last year of [series, years, periods] at each of its months that is known.

    periods: 12 months or 4 quarters; NaN = not known. A flow is cumulative. Later months of the last year do not
    count in the estimate of an earlier one.
    """
    short = max(choosing.FIRST_TESTED + 1 - values.shape[1], 0)
    filled = np.pad(values, ((0, 0), (short, 0), (0, 0)), constant_values=np.nan)
    methods = ESTIMATORS[kind]
    with np.errstate(all="ignore"):
        made = np.stack([estimate(filled) for estimate in methods.values()])
    names = tuple(methods)
    trusted = [names.index(name) for name in DEFAULTS[kind]]
    choice = choosing.chosen(made, filled[:, :, -1], trusted, absolute=kind is Kind.RATE)
    floor = _floor(filled) if kind is Kind.FLOW else np.full(choice.point.shape, -np.inf)
    return Foresight(
        names=(*names, BLEND),
        choice=choice,
        estimates=made[:, :, -1],
        low=np.maximum(choice.point - choice.half, floor),
        high=np.maximum(choice.point + choice.half, floor),
    )


def _floor(values: Floats) -> Floats:
    """A flow that never fell in earlier years will not fall below what it is now."""
    fell = np.any(estimators.singles(values[:, :-1]) < 0, axis=(1, 2))[:, None]
    return np.where(fell, -np.inf, np.nan_to_num(values[:, -1], nan=-np.inf))


def estimates_of(foresight: Foresight, values: Floats, which: int) -> tuple[Estimate, ...]:
    """The estimates of one of the series, by month. The last period is no estimate: the year is known then."""
    periods = values.shape[2]
    found = foresight.choice.method[which]
    return tuple(
        _estimate(foresight, values, which, at) for at in range(periods - 1) if found[at] != choosing.NONE
    )


def _estimate(foresight: Foresight, values: Floats, which: int, at: int) -> Estimate:
    choice, here = foresight.choice, (which, at)
    return Estimate(
        month=(at + 1) * (12 // values.shape[2]),
        so_far=float(values[which, -1, at]),
        method=foresight.names[choice.method[here]],
        point=float(choice.point[here]),
        low=_known(foresight.low[here]),
        high=_known(foresight.high[here]),
        error=_known(choice.error[here]),
        tests=int(choice.tests[here]),
        methods=tuple(_methods(foresight, which, at)),
    )


def _methods(foresight: Foresight, which: int, at: int) -> Sequence[MethodError]:
    choice, count = foresight.choice, len(foresight.names) - 1
    return [
        MethodError(
            method=foresight.names[k],
            point=_known(foresight.estimates[k, which, at]),
            error=_known(choice.errors[k, which, at]),
            weight=float(choice.weights[k, which, at]),
        )
        for k in range(count)
    ]


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def path(values: Floats, estimate: Estimate, kind: Kind) -> tuple[PathPoint, ...]:
    """The way from the month of the estimate to the year's end, [years, periods]: as in the last three years.

    The interval opens as the square root of the time, up to the tested one at the end.
    """
    periods = values.shape[1]
    step = 12 // periods
    at = estimate.month // step - 1
    found = []
    for later, part in enumerate(_passed(values[:-1], at), at + 1):
        middle = estimate.so_far + (estimate.point - estimate.so_far) * part
        wide = ((later - at) / (periods - 1 - at)) ** 0.5
        ends = [
            None if e is None else middle + (e - estimate.point) * wide for e in (estimate.low, estimate.high)
        ]
        if kind is Kind.FLOW and ends[0] is not None:
            ends[0] = max(ends[0], min(estimate.so_far, middle))
        found.append(PathPoint((later + 1) * step, middle, ends[0], ends[1]))
    return tuple(found)


def _passed(earlier: Floats, at: int) -> Floats:
    """Share of the way from period `at` to the year's end that was gone by each later period; even where unknown."""
    periods = earlier.shape[1]
    even: Floats = np.arange(1, periods - at) / (periods - 1 - at)
    ways = earlier[-PATH_YEARS:, at:] - earlier[-PATH_YEARS:, at : at + 1]
    way = ways[~np.isnan(ways).any(axis=1)].sum(axis=0)
    if way[-1] == 0 or (way < np.minimum(way[-1], 0)).any() or (way > np.maximum(way[-1], 0)).any():
        return even
    shares: Floats = way[1:] / way[-1]
    return shares
