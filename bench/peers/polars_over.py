"""Peer of derived series: polars, lazy, expressions over groups, on all cores.

Favours the peer: no month is missing, so that a shift by row order happens to be right; only growth is rounded.
"""

from __future__ import annotations

from typing import Any

NAME = "polars"
LARGEST = 10**9
SERIES, PEERS = ["metric", "unit"], ["metric", "period"]


def prepare(data: Any) -> Any:
    import polars

    return {name: polars.DataFrame(columns) for name, columns in data.tables().items()}


def run(frames: Any) -> Any:
    import polars as pl

    c, value, month = pl.col, pl.col("value"), pl.col("period") % 12
    before, two_before = c("before"), c("two_before")
    latest = (
        frames["obs"]
        .lazy()
        .sort("metric", "unit", "period", "seq")
        .unique(["metric", "unit", "period"], keep="last", maintain_order=True)
    )
    shifted = latest.with_columns(
        single=value - pl.when(month == 0).then(0.0).otherwise(value.shift(1).over(SERIES)),
        three=value - pl.when(month == 2).then(0.0).otherwise(value.shift(3).over(SERIES)),
        before=value.shift(12).over(SERIES),
        two_before=value.shift(24).over(SERIES),
        total=value.sum().over(PEERS),
        year=c("period") // 12,
    )
    grown = shifted.with_columns(
        rolling_12=c("single").rolling_sum(12).over(SERIES),
        year_on_year=(1000 * (value - before) / before).round(mode="half_away_from_zero"),
        total_before=pl.when(before.is_null()).then(None).otherwise(before.sum().over(PEERS)),
    )
    ranked = grown.with_columns(
        total_growth=(1000 * (c("total") - c("total_before")) / c("total_before")).round(
            mode="half_away_from_zero"
        ),
        rank=c("year_on_year").rank("min", descending=True).over(PEERS).cast(pl.Int32),
    )
    moved = ranked.with_columns(change_of_place=c("rank").shift(12).over(SERIES) - c("rank"))
    joined = moved.join(frames["targets"].lazy(), on=["metric", "unit", "year"]).join(
        frames["heads"].lazy(), on=["unit", "year"]
    )
    change, whole_change = value - before, c("total") - c("total_before")
    return joined.select(
        "metric",
        "unit",
        "period",
        "single",
        "rolling_12",
        "year_on_year",
        "total",
        "total_growth",
        "rank",
        "change_of_place",
        quarter=pl.when(month == 2)
        .then(c("three"))
        .when(month == 5)
        .then(c("three"))
        .when(month == 8)
        .then(c("three"))
        .when(month == 11)
        .then(c("three")),
        average_2y=1000 * ((value / two_before).sqrt() - 1),
        gap=c("year_on_year") - c("total_growth"),
        share=1000 * value / c("total"),
        contribution=1000 * change / whole_change,
        pull=1000 * change / c("total_before"),
        completion=1000 * value / c("target"),
        per_head=10000 * value / c("heads"),
    ).collect()


def columns(frame: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """In the order of metric, unit, period, for comparing; NaN where there is none."""
    import polars as pl

    ordered = frame.sort("metric", "unit", "period")
    return {n: ordered[n].cast(pl.Float64).fill_null(float("nan")).to_numpy() for n in names}
