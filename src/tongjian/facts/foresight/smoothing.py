"""Exponential smoothing with a damped trend on seasonally adjusted values, many series and settings at once.

Seasonal indices: ratios (or differences) to the centred moving average of one year, averaged over the years before
the one being estimated, and drawn towards none by James and Stein's rule (Miller and Williams, 2003), so that noise
is not taken for a season. Settings (level, trend, damping) are a fixed grid; each series takes the one with the
smallest squared one-step errors up to the month of the estimate. See docs/reference/foresight.md#smoothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Weight of the newest value, weight of the newest trend, damping, share of the window's slope that the trend starts with.
# (a, 0, 1, 0) is simple smoothing; (a, 0, 1, ½) is the Theta method (Hyndman and Billah, 2003); the rest is Holt damped.
SETTINGS: Floats = np.array(
    [(a, 0.0, 1.0, s) for s in (0.0, 0.5) for a in (0.05, 0.15, 0.3, 0.5, 0.7, 0.9)]
    + [(a, b, phi, 1.0) for a in (0.15, 0.3, 0.5, 0.8) for b in (0.05, 0.2) for phi in (0.85, 0.95)],
)
WINDOW = 10  # years before the one that is estimated
FEWEST = 2  # whole years before it


@dataclass(frozen=True, slots=True)
class Seasons:
    """Seasonal indices [series, periods]; factors around 1 where `ratio`, else differences around 0."""

    index: Floats
    ratio: NDArray[np.bool_]


def seasons(window: Floats) -> Seasons:
    """Indices from [series, years, periods] of single values, NaN = not known; no season where there is none to see."""
    count, _, periods = window.shape
    flat = window.reshape(count, -1)
    ratio: NDArray[np.bool_] = np.nanmin(np.where(np.isnan(flat), np.inf, flat), axis=1, initial=np.inf) > 0
    trend = _centred(flat, periods)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(ratio[:, None], flat / trend, flat - trend).reshape(window.shape)
    neutral = ratio.astype(float)[:, None]
    return Seasons(_drawn_in(apart, neutral), ratio)


def _centred(flat: Floats, periods: int) -> Floats:
    """The centred moving average over one year; NaN at both ends and around gaps."""
    count, length = flat.shape
    found = np.full(flat.shape, np.nan)
    half = periods // 2
    if length > periods:
        summed = np.concatenate([np.zeros((count, 1)), np.cumsum(flat, axis=1)], axis=1)
        if np.isnan(flat).any():
            summed = _summed(flat)
        year = (summed[:, periods:] - summed[:, :-periods]) / periods
        found[:, half : length - half] = (year[:, :-1] + year[:, 1:]) / 2
        if np.isnan(flat).any():
            known = np.concatenate([np.zeros((count, 1)), np.cumsum(~np.isnan(flat), axis=1)], axis=1)
            full = (known[:, periods:] - known[:, :-periods]) == periods
            found[:, half : length - half][~(full[:, :-1] & full[:, 1:])] = np.nan
    return found


def _summed(flat: Floats) -> Floats:
    return np.concatenate([np.zeros((len(flat), 1)), np.cumsum(np.nan_to_num(flat), axis=1)], axis=1)


def _drawn_in(apart: Floats, neutral: Floats) -> Floats:
    """Means over the years, drawn towards the neutral index by as much as they could be noise."""
    known = ~np.isnan(apart)
    seen = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, apart, 0.0).sum(axis=1) / seen
        rest = np.where(known, apart - mean[:, None, :], 0.0)
        freedom = np.maximum(seen.sum(axis=1) - apart.shape[2], 1)
        noise = (rest**2).sum(axis=(1, 2)) / freedom
        usable = (seen > 0).all(axis=1)
        mean = np.where(usable[:, None], mean, neutral)
        mean = mean - mean.mean(axis=1, keepdims=True) + neutral
        spread = ((mean - neutral) ** 2).sum(axis=1)
        error = noise * (1.0 / np.maximum(seen, 1)).mean(axis=1)
        kept = np.where(spread > 0, 1 - (apart.shape[2] - 3) * error / spread, 0.0)
    found: Floats = neutral + np.clip(kept, 0.0, 1.0)[:, None] * (mean - neutral)
    return found


def rest_of_year(singles: Floats, stock: bool) -> Floats:
    """What is still to come after each month: the sum of the months left, or the last month's value of a stock.

    singles: [series, years, periods], NaN = not known. Returns the same shape; NaN where too little is known.
    """
    found = np.full(singles.shape, np.nan)
    for year in range(FEWEST, singles.shape[1]):
        found[:, year] = _one_year(singles[:, max(0, year - WINDOW) : year + 1], stock)
    return found


def _one_year(window: Floats, stock: bool) -> Floats:
    """Estimates at every month of the window's last year, each from what is known by then."""
    count, years, periods = window.shape
    index = seasons(window[:, :-1])
    flat = window.reshape(count, -1)
    tiled = np.tile(index.index, (1, years))
    adjusted = np.where(index.ratio[:, None], flat / tiled, flat - tiled)
    level, trend = _start(adjusted, periods, years)
    squares = np.zeros_like(level)
    found = np.full((count, periods), np.nan)
    alpha, beta, phi, _ = SETTINGS.T
    for at in range(adjusted.shape[1]):
        now = adjusted[:, at, None]
        known = ~np.isnan(now)
        ahead = level + phi * trend
        error = np.where(known, now - ahead, 0.0)
        level = ahead + alpha * error
        trend = phi * trend + alpha * beta * error
        if at >= periods:
            squares += error**2
        month = at - (years - 1) * periods
        if 0 <= month < periods - 1:
            best = np.argmin(squares, axis=1)[:, None]
            ends = np.take_along_axis(level, best, 1)[:, 0], np.take_along_axis(trend, best, 1)[:, 0]
            found[:, month] = _ahead(*ends, phi[best[:, 0]], index, month, stock)
    seen = (~np.isnan(flat[:, : (years - 1) * periods])).sum(axis=1)
    found[seen < FEWEST * periods] = np.nan
    return found


def _start(adjusted: Floats, periods: int, years: int) -> tuple[Floats, Floats]:
    """Level and trend to start with, [series, settings]."""
    past = adjusted[:, : (years - 1) * periods]
    steps = np.arange(past.shape[1])
    known = ~np.isnan(past)
    n = np.maximum(known.sum(axis=1), 1)
    mean_at = (known * steps).sum(axis=1) / n
    mean = np.where(known, past, 0.0).sum(axis=1) / n
    offset = np.where(known, steps - mean_at[:, None], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.nan_to_num((offset * np.nan_to_num(past)).sum(axis=1) / (offset**2).sum(axis=1))
    first = mean - slope * (mean_at + 1)
    share = SETTINGS[:, 3]
    year = np.nan_to_num(past[:, :periods])
    early = year.sum(axis=1) / np.maximum(known[:, :periods].sum(axis=1), 1)
    flat = np.where(known[:, :periods].any(axis=1), early, mean)
    return np.where(share >= 1, first[:, None], flat[:, None]), slope[:, None] * share


def _ahead(level: Floats, trend: Floats, phi: Floats, index: Seasons, month: int, stock: bool) -> Floats:
    """Seasonal forecasts of the months after `month`: summed, or the last one."""
    left = index.index.shape[1] - month - 1
    damped = np.cumsum(phi[:, None] ** np.arange(1, left + 1), axis=1)
    plain = level[:, None] + trend[:, None] * damped
    later = index.index[:, month + 1 :]
    values = np.where(index.ratio[:, None], plain * later, plain + later)
    return values[:, -1] if stock else values.sum(axis=1)
