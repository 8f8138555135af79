"""All derived series of a cube in one pass: a few metrics at a time, so that they stay in the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tongjian.facts.cube import growth, months, peers
from tongjian.facts.cube.build import Cube
from tongjian.facts.cube.digits import LARGEST, Floats, quotient

CHUNK_CELLS = 1 << 16  # float64 cells of one array in a chunk: half a megabyte


@dataclass(frozen=True, slots=True)
class Extras:
    """What comes from outside the facts of a metric, all as whole numbers.

    targets [metric, unit, year]: the year's, scaled as the metric is; heads [unit, year]: population.
    up [metric]: more is better. places [metric]: of percent. head_factor [metric]: 10**places of a per-head value
    times what its unit asks for.
    """

    targets: Floats
    heads: Floats
    up: NDArray[np.bool_]
    places: NDArray[np.int8]
    head_factor: Floats


@dataclass(frozen=True, slots=True)
class Derived:
    """The derived series, scaled integers as shown; NaN (places: 0, changes: NOT_RANKED) where there is none."""

    single: Floats
    quarter: Floats  # [metric, unit, year, 4]
    rolling_12: Floats
    year_on_year: Floats
    average_2y: Floats
    total: Floats  # [metric, year, 12]
    total_growth: Floats  # [metric, year, 12]
    gap: Floats  # growth less the whole's growth, in points
    share: Floats
    contribution: Floats
    pull: Floats
    completion: Floats
    per_head: Floats
    rank: peers.Places  # by year_on_year
    change_of_place: peers.Places

    @classmethod
    def room(cls, cube: Cube) -> Derived:
        """Arrays to fill, not yet written to."""
        metrics, units, years, _ = cube.axes.shape
        by_name = {f.name: np.empty(cube.axes.shape) for f in fields(cls)[:13]}
        by_name["quarter"] = np.empty((metrics, units, years, 4))
        by_name |= {name: np.empty((metrics, years, 12)) for name in ("total", "total_growth")}
        places = [np.empty(cube.axes.shape, np.int16) for _ in range(2)]
        return cls(**by_name, rank=places[0], change_of_place=places[1])

    def part(self, which: slice) -> Derived:
        """The same arrays seen through a range of metrics."""
        return Derived(*(getattr(self, f.name)[which] for f in fields(self)))


def derive_all(cube: Cube, extras: Extras, *, threads: int = 2, out: Derived | None = None) -> Derived:
    """Compute every derived series; `out`: arrays of an earlier call to write over."""
    out = Derived.room(cube) if out is None else out
    parts = list(_chunks(cube))
    if threads < 2 or len(parts) < 2:
        for which in parts:
            _derive(cube, extras, which, out.part(which))
        return out
    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(_derive, cube, extras, w, out.part(w)) for w in parts]:
            done.result()
    return out


def patch(cube: Cube, extras: Extras, metric: int, out: Derived) -> None:
    """After a change of one metric's values: only its series are worked out anew, its units' places with them."""
    which = slice(metric, metric + 1)
    _derive(cube, extras, which, out.part(which))


def _chunks(cube: Cube) -> Iterator[slice]:
    metrics, units, years, months_ = cube.axes.shape
    step = max(1, CHUNK_CELLS // (units * years * months_))
    for start in range(0, metrics, step):
        yield slice(start, min(start + step, metrics))


def _derive(cube: Cube, extras: Extras, which: slice, out: Derived) -> None:
    values = cube.values[which]
    factor = np.power(10.0, extras.places[which] + 2.0)
    safe = bool((cube.largest[which] * cube.axes.units * 2 * factor < LARGEST).all())
    unit_factor = factor[:, None, None, None]
    if np.ptp(factor) == 0:
        unit_factor = factor[0]
    months.single(values, cube.first_month[which], out=out.single)
    months.quarter(values, out=out.quarter)
    months.rolling_12(values, out=out.rolling_12)
    growth.year_on_year(values, unit_factor, safe=safe, out=out.year_on_year)
    growth.average_2y(values, unit_factor, out=out.average_2y)
    _wholes(values, factor, unit_factor, safe, out)
    quotient(values, extras.targets[which][..., None], unit_factor, safe=safe, out=out.completion)
    heads = np.broadcast_to(extras.heads[None, :, :, None], (1, *extras.heads.shape, 1))
    quotient(values, heads, extras.head_factor[which][:, None, None, None], out=out.per_head)
    peers.rank(out.year_on_year, extras.up[which], out=out.rank)
    peers.change_of_place(out.rank, out=out.change_of_place)


def _wholes(values: Floats, factor: Floats, unit_factor: float | Floats, safe: bool, out: Derived) -> None:
    whole = peers.total(values, out=out.total)
    growth.year_on_year(whole, factor[:, None, None], safe=safe, out=out.total_growth)
    np.subtract(out.year_on_year, out.total_growth[:, None], out=out.gap)
    peers.share(values, whole, unit_factor, safe=safe, out=out.share)
    change = values[:, :, 1:] - values[:, :, :-1]
    before = whole[:, :-1]
    for into in (out.contribution, out.pull):
        into[:, :, 0] = np.nan
    peers.contribution(change, whole[:, 1:] - before, unit_factor, safe=safe, out=out.contribution[:, :, 1:])
    peers.pull(change, before, unit_factor, safe=safe, out=out.pull[:, :, 1:])
