"""Sums and differences over months: exact, since cells are whole numbers. Arrays end in [year, 12]."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tongjian.facts.cube.digits import Floats


def single(total: Floats, first_month: NDArray[np.int8] | int = 1, out: Floats | None = None) -> Floats:
    """Single months 当月 of values counted up since January 累计; NaN where the month before is missing.

    first_month (against the leading axes): where it is 2 the first figure of a year is January and February in one
    and stands in February; January stays missing.
    """
    out = np.empty_like(total) if out is None else out
    flat, into = total.reshape(-1), out.reshape(-1)
    np.subtract(flat[1:], flat[:-1], out=into[1:])  # one run over memory; January is mended below
    out[..., 0] = total[..., 0]
    merged = np.broadcast_to(np.asarray(first_month) == 2, total.shape[:1])
    if merged.any():
        out[merged, ..., 0] = np.nan
        out[merged, ..., 1] = total[merged, ..., 1]
    return out


def year_to_date(
    months: Floats, first_month: NDArray[np.int8] | int = 1, out: Floats | None = None
) -> Floats:
    """Counted up since January 累计; NaN from the first missing month of a year on.

    first_month 2: February holds January and February, January is not asked for.
    """
    out = np.cumsum(months, axis=-1, out=out)
    merged = np.broadcast_to(np.asarray(first_month) == 2, months.shape[:1])
    if merged.any():
        out[merged, ..., 1:] = np.cumsum(months[merged, ..., 1:], axis=-1)
        out[merged, ..., 0] = np.nan
    return out


def quarter(total: Floats, out: Floats | None = None) -> Floats:
    """Quarters [..., year, 4] of values counted up since January; NaN where one of the two ends is missing."""
    ends = total[..., 2::3]
    out = np.empty_like(ends) if out is None else out
    out[..., 0] = ends[..., 0]
    np.subtract(ends[..., 1:], ends[..., :-1], out=out[..., 1:])
    return out


def rolling_12(total: Floats, out: Floats | None = None) -> Floats:
    """The twelve months that end here; NaN where last year's whole or its same months are missing."""
    out = np.empty_like(total) if out is None else out
    out[..., 0, :] = np.nan
    now, before = total[..., 1:, :], total[..., :-1, :]
    np.subtract(now, before, out=out[..., 1:, :])
    out[..., 1:, :] += before[..., 11:12]
    out[..., 11] = total[..., 11]  # a whole year needs no other
    return out


def years_before(values: Floats, years: int) -> Floats:
    """The same months so many years earlier; NaN before the first year."""
    out = np.full_like(values, np.nan)
    out[..., years:, :] = values[..., :-years, :]
    return out
