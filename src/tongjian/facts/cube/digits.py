"""Rounding that gives the digits of exact arithmetic, in float64.

For whole numbers N and D with |N| < 2**52 and |D| < 2**52 the quotient N/D, if it is no half, lies at least 1/(2|D|)
from every half, while float64 division errs by less than |N/D| × 2**−53, which is smaller; and a half is representable.
So rounding the float quotient half up gives the digits of the exact one. Beyond that bound, and for roots close to a
half, Python's integers decide.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LARGEST = float(2**52)


def half_up(values: Floats, out: Floats | None = None) -> Floats:
    """To whole numbers, halves away from zero; NaN stays. out may not be `values`."""
    size = np.abs(values, out=out)
    size += 0.5
    np.floor(size, out=size)
    return np.copysign(size, values, out=size)


def quotient(
    part: Floats,
    whole: Floats,
    factor: float | Floats = 1.0,
    *,
    safe: bool = False,
    out: Floats | None = None,
) -> Floats:
    """part × factor / whole to whole numbers, half up, exact; NaN where an input is missing or the whole is 0.

    A result that float64 does not hold (2**53 and above) is NaN too.

    part, whole: whole numbers, broadcast against each other; factor: a power of ten.
    safe: the caller knows that part × factor and whole are below LARGEST.
    """
    over = part * factor
    zero = whole == 0.0
    divisor = np.where(zero, np.nan, whole) if zero.any() else whole
    result = half_up(over / divisor, out)
    if not safe:
        wide = np.maximum(np.abs(over), np.abs(divisor)) >= LARGEST
        if wide.any():
            _settle(result, wide, _quotient, (part, divisor, factor))
    return result


def root_growth(now: Floats, before: Floats, factor: float | Floats, out: Floats | None = None) -> Floats:
    """(√(now / before) − 1) × factor to whole numbers, half up, exact; NaN unless now ≥ 0 and before > 0."""
    low = before <= 0.0
    base = np.where(low, np.nan, before) if low.any() else before
    with np.errstate(invalid="ignore"):
        value = (np.sqrt(now / base) - 1.0) * factor
    result = half_up(value, out)
    rest = np.abs(value - result)
    rest -= 0.5
    near = np.abs(rest, out=rest) <= 1e-12 * (np.abs(value) + factor)
    if near.any():
        _settle(result, near, _root_growth, (now, base, factor))
    return result


def _settle(
    result: Floats, where: Flags, exact: Callable[[int, int, int], int], inputs: tuple[Floats | float, ...]
) -> None:
    """Work the marked cells out once more, in whole numbers."""
    a, b, f = (np.broadcast_to(np.asarray(i, dtype=np.float64), result.shape)[where] for i in inputs)
    given = ~(np.isnan(a) | np.isnan(b))
    settled = np.full(a.shape, np.nan)
    settled[given] = [
        exact(int(x), int(y), int(z)) for x, y, z in zip(a[given], b[given], f[given], strict=True)
    ]
    settled[np.abs(settled) >= 2 * LARGEST] = np.nan
    result[where] = settled


def _quotient(part: int, whole: int, factor: int) -> int:
    over = part * factor
    size, rest = divmod(abs(over), abs(whole))
    size += 2 * rest >= abs(whole)
    return size if (over < 0) == (whole < 0) else -size


def _root_growth(now: int, before: int, factor: int) -> int:
    under = 4 * factor * factor * now
    doubled = isqrt(under // before)  # floor of twice the root
    twice = doubled - 2 * factor  # floor of twice the growth
    if twice >= 0:
        return (twice + 1) // 2
    even = doubled * doubled * before == under
    return -((1 - twice) // 2) if even else -(-twice // 2)
