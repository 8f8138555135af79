"""Peer of derived series: pandas, shifts and sums of groups.

Favours the peer: no month is missing, so that a shift by row order happens to be right; only growth is rounded.
"""

from __future__ import annotations

from typing import Any

NAME = "pandas"
LARGEST = 10**9


def prepare(data: Any) -> Any:
    import pandas

    return {name: pandas.DataFrame(columns) for name, columns in data.tables().items()}


def run(frames: Any) -> Any:
    import numpy as np

    obs = frames["obs"].sort_values(["metric", "unit", "period", "seq"])
    f = obs.drop_duplicates(["metric", "unit", "period"], keep="last").reset_index(drop=True)
    value, month = f["value"], f["period"] % 12
    series = f.groupby(["metric", "unit"], sort=False)["value"]
    before, two_before = series.shift(12), series.shift(24)
    f["single"] = value - np.where(month == 0, 0.0, series.shift(1))
    f["quarter"] = np.where(month % 3 == 2, value - np.where(month == 2, 0.0, series.shift(3)), np.nan)
    singles = f.groupby(["metric", "unit"], sort=False)["single"]
    f["rolling_12"] = singles.rolling(12).sum().to_numpy()
    f["year_on_year"] = _half_up(1000 * (value - before) / before)
    f["average_2y"] = 1000 * (np.sqrt(value / two_before) - 1)
    f["before"] = before
    peers = f.groupby(["metric", "period"], sort=False)
    f["total"] = peers["value"].transform("sum")
    total_before = peers["before"].transform("sum").where(before.notna())
    f["total_growth"] = _half_up(1000 * (f["total"] - total_before) / total_before)
    f["gap"] = f["year_on_year"] - f["total_growth"]
    f["share"] = 1000 * value / f["total"]
    f["contribution"] = 1000 * (value - before) / (f["total"] - total_before).replace(0.0, np.nan)
    f["pull"] = 1000 * (value - before) / total_before
    f["rank"] = peers["year_on_year"].rank(method="min", ascending=False)
    f["change_of_place"] = f.groupby(["metric", "unit"], sort=False)["rank"].shift(12) - f["rank"]
    f["year"] = f["period"] // 12
    f = f.merge(frames["targets"], on=["metric", "unit", "year"]).merge(frames["heads"], on=["unit", "year"])
    f["completion"] = 1000 * f["value"] / f["target"]
    f["per_head"] = 10000 * f["value"] / f["heads"]
    return f


def _half_up(values: Any) -> Any:
    import numpy as np

    return np.trunc(values + np.copysign(0.5, values))


def columns(frame: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """In the order of metric, unit, period, for comparing; NaN where there is none."""
    ordered = frame.sort_values(["metric", "unit", "period"])
    return {n: ordered[n].to_numpy(dtype="float64") for n in names}
