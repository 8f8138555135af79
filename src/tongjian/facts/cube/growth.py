"""Growth over earlier years, as shown: scaled integers of percent, rounded half up. Arrays end in [year, 12]."""

from __future__ import annotations

import numpy as np

from tongjian.facts.cube.digits import Floats, quotient, root_growth


def year_on_year(
    total: Floats, factor: float | Floats = 1000.0, *, safe: bool = False, out: Floats | None = None
) -> Floats:
    """Growth over the same months a year earlier 同比 (naive: from levels). NaN unless the earlier one is above 0.

    factor: 100 × 10**places of percent.
    """
    out = np.empty_like(total) if out is None else out
    out[..., 0, :] = np.nan
    now, before = total[..., 1:, :], total[..., :-1, :]
    low = before <= 0.0
    base = np.where(low, np.nan, before) if low.any() else before
    quotient(now - before, base, factor, safe=safe, out=out[..., 1:, :])
    return out


def average_2y(total: Floats, factor: float | Floats = 1000.0, out: Floats | None = None) -> Floats:
    """Average yearly growth of two years, geometric 两年平均: the root of now over two years earlier, less one."""
    out = np.empty_like(total) if out is None else out
    out[..., :2, :] = np.nan
    root_growth(total[..., 2:, :], total[..., :-2, :], factor, out=out[..., 2:, :])
    return out
