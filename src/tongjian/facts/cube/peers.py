"""What needs the other units: sums, shares, contribution and pull, places. Arrays are [metric, unit, year, 12]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tongjian.facts.cube.digits import Flags, Floats, quotient

Places = NDArray[np.int16]
FEW = 64  # units up to which counting the better ones beats sorting
SINGLE = float(2**24)  # whole numbers below are exact in float32


def coverage(values: Floats) -> tuple[NDArray[np.int64], int]:
    """How many units have a figure, and of how many: 3 of 22 not reported is (19, 22)."""
    return np.count_nonzero(~np.isnan(values), axis=1), values.shape[1]


def total(values: Floats, out: Floats | None = None) -> Floats:
    """Sum over units [metric, year, 12]; NaN where one has not reported: never a silent part of the sum."""
    return np.add.reduce(values, axis=1, out=out)


def share(
    values: Floats,
    whole: Floats,
    factor: float | Floats = 1000.0,
    *,
    safe: bool = False,
    out: Floats | None = None,
) -> Floats:
    """Of each unit in the whole [metric, year, 12], in percent."""
    return quotient(values, whole[:, None], factor, safe=safe, out=out)


def contribution(
    change: Floats,
    whole_change: Floats,
    factor: float | Floats = 1000.0,
    *,
    safe: bool = False,
    out: Floats | None = None,
) -> Floats:
    """Share of each unit's change over a year in the whole's change 贡献率; NaN where the whole did not change."""
    return quotient(change, whole_change[:, None], factor, safe=safe, out=out)


def pull(
    change: Floats,
    whole_before: Floats,
    factor: float | Floats = 1000.0,
    *,
    safe: bool = False,
    out: Floats | None = None,
) -> Floats:
    """Points that each unit's change adds to the whole's growth 拉动; the units' pulls make up the growth."""
    return quotient(change, whole_before[:, None], factor, safe=safe, out=out)


def rank(
    shown: Floats,
    up: NDArray[np.bool_] | bool = True,
    *,
    partial: bool = False,
    standing: NDArray[np.int8] | None = None,
    out: Places | None = None,
) -> Places:
    """Places by shown values, 1 the best, equal values share one and the next is left out: 1, 2, 2, 4. 0: no place.

    up [metric]: more is better. All units must have a figure of the same standing; partial: those that have one are
    ranked among themselves, by standing.
    """
    key = np.where(np.reshape(up, (-1, 1, 1, 1)), shown, -shown) if not np.all(up) else shown
    places = np.zeros(shown.shape, np.int16) if out is None else out
    if partial and standing is not None:
        places[...] = 0
        for one in np.unique(standing):
            own = np.where(standing == one, key, np.nan)
            places += _among(own, np.empty_like(places))
        return places
    _among(key, places)
    if not partial:
        _only_complete(key, standing, places)
    return places


def _among(key: Floats, places: Places) -> Places:
    """1 + the number of better ones; 0 where there is no value."""
    if key.shape[1] > FEW:
        _sorted(key, places)
    else:
        _counted(key, places)
    lacking = np.isnan(key)
    if lacking.any():
        places[lacking] = 0
    return places


def _counted(key: Floats, places: Places) -> None:
    narrow = key.astype(np.float32) if _fits_single(key) else key
    better = np.empty(key.shape, np.bool_)
    seen = better.view(np.int8)
    count = np.ones(key.shape, np.int8)
    for one in range(key.shape[1]):
        np.greater(narrow[:, one : one + 1], narrow, out=better)
        count += seen
    places[...] = count


def _fits_single(key: Floats) -> bool:
    """Whether float32 keeps all values apart."""
    with np.errstate(invalid="ignore"):
        flat = key.reshape(-1)
        return bool(max(np.fmax.reduce(flat), -np.fmin.reduce(flat)) < SINGLE)


def _sorted(key: Floats, places: Places) -> None:
    order = np.argsort(-key, axis=1, kind="stable")
    ranked = np.take_along_axis(key, order, axis=1)
    same = np.zeros(key.shape, np.bool_)
    same[:, 1:] = ranked[:, 1:] == ranked[:, :-1]
    seats = np.arange(1, key.shape[1] + 1, dtype=np.int16)[:, None, None]
    seats = np.where(same, 0, np.broadcast_to(seats, key.shape))
    np.put_along_axis(places, order, np.maximum.accumulate(seats, axis=1).astype(np.int16), axis=1)


def _only_complete(key: Floats, standing: NDArray[np.int8] | None, places: Places) -> None:
    whole = _complete(key)
    if standing is not None:
        whole &= (standing == standing[:, :1]).all(axis=1)
    if not whole.all():
        places *= whole[:, None]


def _complete(key: Floats) -> Flags:
    lacking: Flags = np.isnan(np.add.reduce(key, axis=1))
    return ~lacking


def change_of_place(places: Places, out: Places | None = None) -> Places:
    """Places gained since a year earlier, positive: up. NOT_RANKED where either year has none."""
    out = np.empty_like(places) if out is None else out
    now, before = places[:, :, 1:], places[:, :, :-1]
    out[:, :, 0] = NOT_RANKED
    np.subtract(before, now, out=out[:, :, 1:])
    lacking = np.minimum(now, before) == 0
    if lacking.any():
        out[:, :, 1:][lacking] = NOT_RANKED
    return out


NOT_RANKED = np.int16(-32768)
