"""From columns of the ledger to a cube, as known at a moment: the last write of a cell stands."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
LARGEST = float(2**53)  # whole numbers below are exact in float64


class TooManyDigits(ValueError):
    """A value has more digits than a float64 holds exactly; it takes the way by Decimal."""


@dataclass(frozen=True, slots=True)
class Axes:
    """metrics × units × years; first_year: the first one. A series' row is metric × units + unit."""

    metrics: int
    units: int
    first_year: int
    years: int

    @property
    def shape(self) -> tuple[int, int, int, int]:
        return (self.metrics, self.units, self.years, 12)

    @property
    def months(self) -> int:
        return self.years * 12


@dataclass(frozen=True, slots=True)
class Columns:
    """Observations as they were recorded, one element a row.

    series: metric × units + unit; month: year × 12 + month − 1, the last one of the period; seq: rises with time;
    value: scaled integers, NaN where not reported; rank: class of the source, a higher one goes first where both
    give a number (a department's figure before a document's). None: all of one class.
    """

    series: NDArray[np.integer]
    month: NDArray[np.integer]
    seq: NDArray[np.integer]
    value: Floats
    rank: NDArray[np.integer] | None = None


@dataclass(frozen=True, slots=True)
class Cube:
    """values [metric, unit, year, 12]: as shown × 10**decimals[metric]; NaN: missing.

    first_month [metric]: 1, or 2 where January and February are published together.
    """

    axes: Axes
    values: Floats
    decimals: NDArray[np.int8]
    first_month: NDArray[np.int8]
    largest: Floats = field(repr=False)  # [metric]: the greatest magnitude

    def year(self, year: int) -> int:
        """The place of a year on its axis. Raises IndexError outside."""
        at = year - self.axes.first_year
        if not 0 <= at < self.axes.years:
            raise IndexError(f"the cube does not hold {year}")
        return at


def empty(axes: Axes) -> Floats:
    return np.full(axes.shape, np.nan)


def build(
    columns: Columns,
    axes: Axes,
    upto: int | None = None,
    *,
    decimals: int | NDArray[np.int8] = 0,
    first_month: int | NDArray[np.int8] = 1,
) -> Cube:
    """What was known when `upto` was the highest seq (None: now). Raises TooManyDigits, IndexError.

    Rows in order of seq take one pass; others are sorted first. Months outside the axes are an error.
    """
    rows = _known(columns, upto)
    values = _scattered(rows, axes)
    return Cube(
        axes,
        values,
        np.broadcast_to(np.asarray(decimals, np.int8), (axes.metrics,)),
        np.broadcast_to(np.asarray(first_month, np.int8), (axes.metrics,)),
        magnitudes(values),
    )


def magnitudes(values: Floats) -> Floats:
    """The greatest magnitude of each metric; 0 where nothing is reported. Raises TooManyDigits."""
    flat = values.reshape(len(values), -1)
    # fmax and fmin pass over NaN and, unlike nanmax, copy nothing
    high = np.maximum(np.fmax.reduce(flat, axis=1), -np.fmin.reduce(flat, axis=1))
    high = np.where(np.isnan(high), 0.0, high)
    if (high >= LARGEST).any():
        raise TooManyDigits(f"metric {int(np.argmax(high))} holds {high.max():.0f}")
    return high


def _known(columns: Columns, upto: int | None) -> Columns:
    """Rows up to a seq, in its order."""
    seq = columns.seq
    if len(seq) > 1 and not bool((seq[1:] >= seq[:-1]).all()):
        columns = _taken(columns, np.argsort(seq, kind="stable"))
        seq = columns.seq
    if upto is None or not len(seq) or seq[-1] <= upto:
        return columns
    return _taken(columns, slice(0, int(np.searchsorted(seq, upto, side="right"))))


def _taken(columns: Columns, which: Ints | slice) -> Columns:
    rank = None if columns.rank is None else columns.rank[which]
    return Columns(
        columns.series[which], columns.month[which], columns.seq[which], columns.value[which], rank
    )


def _scattered(rows: Columns, axes: Axes) -> Floats:
    if rows.rank is None:
        return _plane(rows.series, rows.month, rows.value, axes)
    planes = [
        _plane(rows.series[of], rows.month[of], rows.value[of], axes)
        for of in (rows.rank == r for r in np.unique(rows.rank)[::-1])
    ]
    values = planes[0] if planes else empty(axes)
    for lower in planes[1:]:
        np.copyto(values, lower, where=np.isnan(values))
    return values


def _plane(series: NDArray[np.integer], month: NDArray[np.integer], value: Floats, axes: Axes) -> Floats:
    """One class of sources: numpy lets the last of equal indices stand."""
    values = empty(axes)
    if not len(series):
        return values
    first = axes.first_year * 12
    if int(month.min()) < first or int(month.max()) >= first + axes.months:
        raise IndexError("a month lies outside the cube's years")
    cell = series.astype(np.int64)
    cell *= axes.months
    cell += month
    cell -= first
    values.reshape(-1)[cell] = value
    return values


def put(cube: Cube, *, metric: int, unit: int, year: int, month: int, value: float) -> None:
    """Write one cell in place; month 1 to 12, value: a scaled whole number or NaN. Raises TooManyDigits, IndexError."""
    if abs(value) >= LARGEST:
        raise TooManyDigits(f"metric {metric} would hold {value:.0f}")
    cube.values[metric, unit, cube.year(year), month - 1] = value
    cube.largest[metric] = np.fmax(cube.largest[metric], abs(value))
