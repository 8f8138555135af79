"""All derived series from the observations of a district: ours, peers, the limit.

Data: metrics × 30 units × 10 years of months, counted up since January, in the order in which months arrive; a fifth of
them revised later by a second row. Outputs: single month, quarter, rolling 12 months, growth on the year, two-year
average, total and its growth, gap to it, share, contribution, pull, completion of the year's target, per head, place and
change of place. Ours rounds every one as it is shown; peers round growth only, which ranks need.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass, fields
from types import ModuleType
from typing import Any

import numpy as np
from measured import Measured, median
from peers import duckdb_windows, pandas_groups, polars_over, self_join

from tongjian.facts import cube as cubes

WHAT = "all derived series, as last known"
UNITS, YEARS, FIRST = 30, 10, 2013
SIZES = {"0.4 M": 111, "1.8 M": 500, "7.2 M": 2000}  # metrics
PEERS: tuple[ModuleType, ...] = (duckdb_windows, polars_over, pandas_groups, self_join)
ROUNDED = {"average_2y", "share", "contribution", "pull", "completion", "per_head"}


@dataclass(frozen=True)
class Data:
    """The same columns for everyone. series: metric × units + unit; month: year × 12 + month − 1."""

    metrics: int
    series: Any
    month: Any
    seq: Any
    value: Any
    targets: Any  # [metric, unit, year]
    heads: Any  # [unit, year]

    def tables(self) -> dict[str, dict[str, Any]]:
        """What peers are given: obs, targets, heads."""
        metric, unit, year = np.indices(self.targets.shape).reshape(3, -1)
        one, other = np.indices(self.heads.shape).reshape(2, -1)
        return {
            "obs": {
                "metric": self.series // UNITS,
                "unit": self.series % UNITS,
                "period": self.month,
                "seq": self.seq,
                "value": self.value,
            },
            "targets": {
                "metric": metric.astype(np.int32),
                "unit": unit.astype(np.int32),
                "year": (year + FIRST).astype(np.int32),
                "target": self.targets.reshape(-1),
            },
            "heads": {
                "unit": one.astype(np.int32),
                "year": (other + FIRST).astype(np.int32),
                "heads": self.heads.reshape(-1),
            },
        }


def data(metrics: int, seed: int = 20) -> Data:
    """Levels of six orders of magnitude, a trend, months that differ; whole numbers (scaled by the metric's places)."""
    chance = np.random.default_rng(seed)
    rows = metrics * UNITS
    level = np.exp(chance.uniform(np.log(100), np.log(10**7), rows))[:, None, None]
    trend = np.cumprod(1 + chance.normal(0.04, 0.05, (rows, YEARS)), axis=1)[..., None]
    months = np.floor(level * trend * (0.7 + 0.6 * chance.random((rows, YEARS, 12)))) + 1
    totals = np.cumsum(months, axis=2)
    series = np.tile(np.arange(rows, dtype=np.int32), YEARS * 12)
    month = np.repeat(np.arange(FIRST * 12, (FIRST + YEARS) * 12, dtype=np.int32), rows)
    value = np.ascontiguousarray(totals.reshape(rows, -1).T).reshape(-1)
    later = chance.choice(len(series), len(series) // 5, replace=False)
    value = np.concatenate([value, np.floor(value[later] * 1.01)])
    return Data(
        metrics,
        np.concatenate([series, series[later]]),
        np.concatenate([month, month[later]]),
        np.arange(len(value), dtype=np.int64),
        value,
        np.floor(totals[..., 11].reshape(metrics, UNITS, YEARS) * 1.05),
        np.floor(chance.uniform(10_000, 300_000, (UNITS, YEARS))),
    )


@dataclass
class Ours:
    """The engine and what it keeps between calls."""

    given: Data
    cube: cubes.Cube | None = None
    out: cubes.Derived | None = None

    @property
    def columns(self) -> cubes.Columns:
        return cubes.Columns(self.given.series, self.given.month, self.given.seq, self.given.value)

    @property
    def extras(self) -> cubes.Extras:
        metrics = self.given.metrics
        ones = np.ones(metrics, np.int8)
        return cubes.Extras(
            self.given.targets, self.given.heads, ones.astype(bool), ones, np.full(metrics, 10_000.0)
        )

    def run(self) -> cubes.Derived:
        self.cube = self.out = None  # as from a cold start
        self.cube = cubes.build(self.columns, cubes.Axes(self.given.metrics, UNITS, FIRST, YEARS))
        self.out = cubes.derive_all(self.cube, self.extras)
        return self.out

    def edit(self) -> None:
        """One revised figure: its cell, and all derived series of its metric."""
        assert self.cube is not None
        assert self.out is not None
        cubes.put(self.cube, metric=7, unit=3, year=FIRST + YEARS - 1, month=11, value=123_456.0)
        cubes.patch(self.cube, self.extras, 7, self.out)


def limit(given: Data, out: cubes.Derived) -> None:
    """One read of the inputs and one write of the outputs."""
    for column in (given.series, given.month, given.seq, given.value, given.targets, given.heads):
        column.copy()
    for field in fields(out):
        getattr(out, field.name).copy()


def measure(quick: bool) -> list[Measured]:
    return [row for size in (["0.4 M"] if quick else SIZES) for row in _size(size, quick)]


def _size(size: str, quick: bool) -> list[Measured]:
    given = data(SIZES[size])
    said = f"{size} observations + 20 %"
    rounds = 3 if quick else 5
    ours = Ours(given)
    seconds = median(ours.run, rounds)
    rows = [Measured(WHAT, said, "ours", seconds)]
    assert ours.out is not None
    least = median(lambda: limit(given, ours.out), rounds)  # type: ignore[arg-type]  # told above
    rows.append(Measured(WHAT, said, "limit", least, seconds, "copying inputs and outputs once"))
    for peer in PEERS:
        rows.append(_peer(peer, given, ours.out, said, seconds, 2 if size == "0.4 M" and not quick else 1))
        gc.collect()
    edited = median(ours.edit, 50)
    return [*rows, Measured("after one edit", said, "ours", edited, note="its metric's series and places")]


def _peer(peer: ModuleType, given: Data, out: cubes.Derived, said: str, ours: float, rounds: int) -> Measured:
    if len(given.value) > peer.LARGEST * 1.5:
        return Measured(WHAT, said, peer.NAME, None, note="not run at this size")
    try:
        prepared = peer.prepare(given)
    except ImportError as error:
        return Measured(
            WHAT, said, peer.NAME, None, note=f"not installed: {error.name} (pip install .[bench])"
        )
    result: list[Any] = []

    def run() -> None:
        result[:] = [peer.run(prepared)]

    seconds = median(run, rounds, warm=rounds > 1)
    return Measured(WHAT, said, peer.NAME, seconds, ours, compared(out, peer, result[0]))


def compared(out: cubes.Derived, peer: ModuleType, result: Any) -> str:
    """How far the peer's figures are from ours; unrounded ones may lie half a last place away."""
    names = tuple(f.name for f in fields(out))
    theirs = peer.columns(result, names)
    apart = {n: int(np.count_nonzero(~_same(_long(out, n), theirs[n], n))) for n in names}
    told = ", ".join(f"{n} {c}" for n, c in apart.items() if c)
    return f"differs: {told}" if told else "same digits"


def _same(ours: Any, theirs: Any, name: str) -> Any:
    near = 0.5 + 1e-6 if name in ROUNDED else 1e-6
    return (np.abs(ours - theirs) <= near) | (np.isnan(ours) & np.isnan(theirs))


def _long(out: cubes.Derived, name: str) -> Any:
    """An output as one column in the order of metric, unit, period; NaN where there is none."""
    array = getattr(out, name)
    shape = out.single.shape
    if name in {"total", "total_growth"}:
        array = np.broadcast_to(array[:, None], shape)
    if name == "quarter":
        array, given = np.full(shape, np.nan), array
        array[..., 2::3] = given
    if name in {"rank", "change_of_place"}:
        none = 0 if name == "rank" else np.iinfo(np.int16).min
        array = np.where(array == none, np.nan, array)
    return array.reshape(-1)
