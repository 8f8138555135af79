"""Which estimate to believe, and how far: judged by the errors that each would have made in the years before.

The choice for a year never looks at that year: for the year asked for, at all years before it; for a year before it
that serves as a test, at all the others. So the errors of the procedure, choice included, are known too, and the
interval comes from them. An estimate itself only ever sees what was known at its month. See docs/reference/foresight.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIRST_TESTED = 2  # whole years that come before the first year that serves as a test
NEIGHBOURS = 1  # months on either side whose errors count too
SHARPNESS = 2  # the blend weighs by 1 / (mean squared error) ** SHARPNESS
HEAD_START = 0.7  # a single estimate must have less than this share of the blend's mean squared error
COVERAGE = 0.8
FEWEST = 3  # tests that an interval takes
RECENT = 5  # tests, the newest, that it comes from: older ones knew fewer years
NONE = -1


@dataclass(frozen=True, slots=True)
class Choice:
    """For the last year of each series, [series, periods]; shares of the year's scale are turned into its unit.

    method: place among the estimators; their number means the blend; NONE where nothing could be estimated.
    point: the year's value. half: half the width of the 80 % interval; NaN with too few tests.
    tests: years that the choice was tested in. error: its mean absolute error in them, NaN without any.
    errors: the same of each estimator and, last, of the blend: [methods + 1, series, periods].
    weights: of each estimator in the blend, adding up to 1: [methods, series, periods].
    """

    method: Ints
    point: Floats
    half: Floats
    tests: Ints
    error: Floats
    errors: Floats
    weights: Floats


def chosen(estimates: Floats, totals: Floats, defaults: Sequence[int], absolute: bool) -> Choice:
    """Blend, choose, and put an interval around it.

    estimates: [methods, series, years, periods]; totals: [series, years], that of the last year is not looked at.
    defaults: estimators trusted before any test. absolute: errors are compared as they are (rates), not by size.
    """
    scale = _scales(totals, absolute)[:, FIRST_TESTED:, None]
    kept = estimates[:, :, FIRST_TESTED:]
    truth = _truth(totals)[:, FIRST_TESTED:, None]
    errors = (kept - truth) / scale
    weights = _weights(kept, _scores(errors), defaults)
    blend = (weights * np.nan_to_num(kept)).sum(axis=0)
    blend[weights.sum(axis=0) == 0] = np.nan
    candidates = np.concatenate([kept, blend[None]])
    errors = np.concatenate([errors, ((blend - truth) / scale)[None]])
    method = _best(candidates, _scores(errors))
    final = _taken(candidates, method)
    own = (final - truth) / scale
    unit = scale[:, -1]
    return Choice(
        method=np.where(np.isnan(final[:, -1]), NONE, method[:, -1]),
        point=final[:, -1],
        half=_half(own[:, :-1][:, -RECENT:]) * unit,
        tests=(~np.isnan(own)).sum(axis=1),
        error=_mean(np.abs(own), axis=1) * unit,
        errors=_mean(np.abs(errors), axis=2) * unit,
        weights=weights[:, :, -1],
    )


def _truth(totals: Floats) -> Floats:
    """The totals that estimates are tested by: not the last year's, and none with too few whole years before it."""
    known = ~np.isnan(totals)
    enough = np.cumsum(known, axis=1) - known >= FIRST_TESTED
    found = np.where(enough, totals, np.nan)
    found[:, -1] = np.nan
    return found


def _scales(totals: Floats, absolute: bool) -> Floats:
    """What errors of a year are measured against, [series, years]: mean size of the three years before it."""
    found = np.ones(totals.shape)
    for year in range(1, 1 if absolute else totals.shape[1]):
        mean = _mean(np.abs(totals[:, max(0, year - 3) : year]), axis=1)
        found[:, year] = np.where(mean > 0, mean, 1.0)
    return found


def _scores(errors: Floats) -> Floats:
    """Mean squared errors in the other years, against the middle estimator's, over neighbouring months.

    NaN for an estimator that was tested in fewer years than another.
    """
    known = ~np.isnan(errors)
    squares = np.where(known, errors, 0.0) ** 2
    seen = known.sum(axis=2, keepdims=True) - known
    total = squares.sum(axis=2, keepdims=True) - squares
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where((seen > 0) & (seen == seen.max(axis=0)), np.maximum(total, 0.0) / seen, np.nan)
    return np.where(np.isnan(mean), np.nan, _neighbours(mean / _middle(mean)))


def _neighbours(values: Floats) -> Floats:
    """Means over the months around, where known."""
    periods = values.shape[-1]
    total, seen = np.zeros(values.shape), np.zeros(values.shape)
    for shift in range(-NEIGHBOURS, NEIGHBOURS + 1):
        here = slice(max(0, -shift), min(periods, periods - shift))
        there = slice(max(0, shift), min(periods, periods + shift))
        total[..., here] += np.nan_to_num(values[..., there])
        seen[..., here] += ~np.isnan(values[..., there])
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = total / seen
    return found


def _middle(values: Floats) -> Floats:
    """The lower median over the estimators, a hair above zero."""
    last = np.maximum((~np.isnan(values)).sum(axis=0) - 1, 0) // 2
    found = np.take_along_axis(np.sort(values, axis=0), last[None], axis=0)[0]
    floor: Floats = np.maximum(found, 1e-18)
    return floor


def _weights(estimates: Floats, scores: Floats, defaults: Sequence[int]) -> Floats:
    """Weights in the blend, adding up to 1 over the estimators; the defaults count alike where nothing was tested."""
    known = ~np.isnan(estimates)
    trusted = np.zeros((len(estimates), 1, 1, 1))
    trusted[list(defaults)] = 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(known & ~np.isnan(scores), 1 / np.maximum(scores, 1e-9) ** SHARPNESS, 0.0)
        weights = np.where((weights > 0).any(axis=0), weights, trusted * known)
        weights = np.where((weights > 0).any(axis=0), weights, known * 1.0)
        found: Floats = np.nan_to_num(weights / weights.sum(axis=0))
    return found


def _best(candidates: Floats, scores: Floats) -> Ints:
    """The candidate to take, [series, years, periods]: the blend, unless a single one was clearly better."""
    ranked = np.where(np.isnan(scores) | np.isnan(candidates), np.inf, scores)
    ranked[-1] *= HEAD_START
    found: Ints = np.where(np.isfinite(ranked).any(axis=0), ranked.argmin(axis=0), len(candidates) - 1)
    return found


def _taken(candidates: Floats, method: Ints) -> Floats:
    found: Floats = np.take_along_axis(candidates, method[None], axis=0)[0]
    return found


def _half(own: Floats) -> Floats:
    """Half the interval's width from the procedure's errors [series, tests, periods].

    Errors are set against the root mean square of their month, so that those of neighbouring months can be pooled;
    their quantile is taken a little higher, as (n + 1) / n asks for with n of them.
    """
    size = np.sqrt(_mean(own**2, axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(
            size[:, None] > 0, np.abs(own) / size[:, None], np.where(np.isnan(own), np.nan, 0.0)
        )
    count, _, periods = own.shape
    found = np.full((count, periods), np.nan)
    for month in range(periods):
        near = relative[:, :, max(0, month - NEIGHBOURS) : month + NEIGHBOURS + 1].reshape(count, -1)
        enough = (~np.isnan(own[:, :, month])).sum(axis=1) >= FEWEST
        found[:, month] = np.where(enough, quantile(near) * size[:, month], np.nan)
    return found


def quantile(values: Floats) -> Floats:
    """The COVERAGE quantile of each row, NaN left out, corrected for their number; interpolated, at most the largest."""
    count = (~np.isnan(values)).sum(axis=1)
    if values.shape[1] == 0:
        return np.full(len(values), np.nan)
    ordered = np.sort(values, axis=1)
    level = np.minimum(COVERAGE * (count + 1) / np.maximum(count, 1), 1.0)
    place = level * np.maximum(count - 1, 0)
    low = place.astype(int)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    ends = [np.take_along_axis(ordered, at[:, None], axis=1)[:, 0] for at in (low, high)]
    found: Floats = ends[0] + (ends[1] - ends[0]) * (place - low)
    return found


def _mean(values: Floats, axis: int) -> Floats:
    """Mean of what is known along an axis; NaN where nothing is."""
    seen = (~np.isnan(values)).sum(axis=axis)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.nan_to_num(values).sum(axis=axis) / seen
    return found
