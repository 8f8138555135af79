"""Estimates of the year's value from what is known by each month: closed forms, all series, years and months at once.

Shapes: [series, years, periods]; periods is 12 for months, 4 for quarters. A flow counts up since January; a level
(stock, ratio, growth) is the value at the end of each period or since January, and its year is its last period.
NaN = not known; 0 is a value. An estimate is NaN where its inputs are not known or would divide by zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from tongjian.facts.foresight import smoothing

Floats = NDArray[np.float64]
FADING = 0.5


def lagged(values: Floats, years: int = 1) -> Floats:
    """The same month so many years before; by position in the calendar, never by row."""
    found = np.full(values.shape, np.nan)
    if years < values.shape[1]:
        found[:, years:] = values[:, :-years]
    return found


def totals(values: Floats) -> Floats:
    """The year's value at every month of the year, [series, years, periods]."""
    return np.broadcast_to(values[:, :, -1:], values.shape)


def singles(cumulative: Floats) -> Floats:
    """Single periods of a flow; what was published for several together is spread evenly over them."""
    count, years, periods = cumulative.shape
    found = np.full(cumulative.shape, np.nan)
    before, since = np.zeros((count, years)), np.zeros((count, years), dtype=int)
    for at in range(periods):
        now = cumulative[:, :, at]
        known = ~np.isnan(now)
        each = (now - before) / (at + 1 - since)
        for back in range(at + 1):
            inside = known & (since <= back)
            found[:, :, back] = np.where(inside, each, found[:, :, back])
        before, since = np.where(known, now, before), np.where(known, at + 1, since)
    return found


def _share(values: Floats) -> Floats:
    """Mean share of the year done by this month in the last three years."""
    shares = _over(values, totals(values))
    return _mean([lagged(shares, back) for back in (1, 2, 3)])


def _mean(parts: list[Floats]) -> Floats:
    stacked = np.stack(parts)
    seen = (~np.isnan(stacked)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.where(seen > 0, np.nansum(stacked, axis=0) / np.maximum(seen, 1), np.nan)


def _over(part: Floats, whole: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = part / whole
    return np.where(np.isfinite(found), found, np.nan)


def _done(values: Floats) -> Floats:
    """Share of the year's time that is over."""
    periods = values.shape[2]
    return np.broadcast_to(np.arange(1, periods + 1) / periods, values.shape)


def _recent(values: Floats, span: int) -> Floats:
    """Growth factor of the last `span` periods over the same ones a year before, across the turn of the year."""
    count, _, periods = values.shape
    flat = singles(values).reshape(count, -1)
    sums = np.full(flat.shape, np.nan)
    sums[:, span - 1 :] = np.lib.stride_tricks.sliding_window_view(flat, span, axis=1).sum(axis=2)
    before = np.full(flat.shape, np.nan)
    before[:, periods:] = sums[:, :-periods]
    return _over(sums, before).reshape(values.shape)


def _left(values: Floats) -> Floats:
    """What last year still brought after this month."""
    return lagged(totals(values)) - lagged(values)


def by_growth(values: Floats) -> Floats:
    """上年全年 × 累计增速: last year's total grows as the year so far did."""
    return lagged(totals(values)) * _over(values, lagged(values))


def by_share(values: Floats) -> Floats:
    """历年同期占比: the year so far is as much of the whole as on average in the last three years."""
    return _over(values, _share(values))


def by_time(values: Floats) -> Floats:
    """时间进度: every month brings the same."""
    return values / _done(values)


def by_repeat(values: Floats) -> Floats:
    """上年后期: the rest of the year brings what it brought last year."""
    return values + _left(values)


def by_steps(values: Floats) -> Floats:
    """上年后期加增量: as last year's rest, and each month gains as much as the months so far gained on average."""
    gained = values - lagged(values)
    return by_repeat(values) + gained * (1 / _done(values) - 1)


def by_recent(values: Floats) -> Floats:
    """近期增速: last year's rest grows as the last three months (one quarter) did."""
    return values + _left(values) * _recent(values, max(values.shape[2] // 4, 1))


def by_smoothing(values: Floats) -> Floats:
    """指数平滑: what is left of the year by exponential smoothing with a damped trend."""
    return values + smoothing.rest_of_year(singles(values), stock=False)


def level_last(values: Floats) -> Floats:
    """维持现值: the year ends where it stands."""
    return values + 0.0


def level_steps(values: Floats) -> Floats:
    """上年后期变化: it moves until December as it did last year."""
    return values + _left(values)


def level_seasonal(values: Floats) -> Floats:
    """历年后期变化: as on average in the last three years."""
    rest = totals(values) - values
    return values + _mean([lagged(rest, back) for back in (1, 2, 3)])


def level_recent(values: Floats) -> Floats:
    """同比走势: last December and the change on last year, which goes on as in the last three months, fading by half."""
    change = values - lagged(values)
    count, _, periods = values.shape
    span = max(periods // 4, 1)
    flat = change.reshape(count, -1)
    newer = np.full(flat.shape, np.nan)
    newer[:, span:] = flat[:, span:] - flat[:, :-span]
    left = (periods - np.arange(1, periods + 1)) / span
    later = newer.reshape(values.shape) * FADING * (1 - FADING**left) / (1 - FADING)
    found: Floats = lagged(totals(values)) + change + later
    return found


def level_growth(values: Floats) -> Floats:
    """上年年末 × 同比."""
    return lagged(totals(values)) * _over(values, lagged(values))


def level_smoothing(values: Floats) -> Floats:
    """指数平滑: the last value of the year by exponential smoothing with a damped trend."""
    return np.where(np.isnan(values), np.nan, smoothing.rest_of_year(values, stock=True))


Estimator = Callable[[Floats], Floats]
FLOW: Mapping[str, Estimator] = {
    "growth": by_growth,
    "share": by_share,
    "linear": by_time,
    "repeat": by_repeat,
    "steps": by_steps,
    "recent": by_recent,
    "smoothing": by_smoothing,
}
STOCK: Mapping[str, Estimator] = {
    "last": level_last,
    "last_rest": level_steps,
    "mean_rest": level_seasonal,
    "recent": level_recent,
    "growth": level_growth,
    "smoothing": level_smoothing,
}
# A rate has no growth rate of its own: 3 % after 2 % is no rise by half.
RATE: Mapping[str, Estimator] = {name: estimator for name, estimator in STOCK.items() if name != "growth"}
