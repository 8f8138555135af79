"""Peer of derived series: DuckDB's window functions over its own in-memory table, on all cores.

Favours the peer: no month is missing, so that lag by row order happens to be right; only growth is rounded; the result
stays in DuckDB.
"""

from __future__ import annotations

from typing import Any

NAME = "DuckDB windows"
LARGEST = 10**9

SQL = """
CREATE OR REPLACE TEMP TABLE derived AS
WITH latest AS (
    SELECT metric, unit, period, value FROM (
        SELECT *, row_number() OVER (PARTITION BY metric, unit, period ORDER BY seq DESC) AS newest FROM obs
    ) WHERE newest = 1
), shifted AS (
    SELECT *,
        value - CASE WHEN period % 12 = 0 THEN 0 ELSE lag(value) OVER s END AS single,
        value - CASE WHEN period % 12 = 2 THEN 0 ELSE lag(value, 3) OVER s END AS three_months,
        lag(value, 12) OVER s AS before, lag(value, 24) OVER s AS two_before,
        sum(value) OVER (PARTITION BY metric, period) AS total
    FROM latest WINDOW s AS (PARTITION BY metric, unit ORDER BY period)
), grown AS (
    SELECT *,
        CASE WHEN count(*) OVER r = 12 THEN sum(single) OVER r END AS rolling_12,
        round(1000 * (value - before) / before) AS year_on_year,
        sum(before) OVER (PARTITION BY metric, period) AS total_before
    FROM shifted WINDOW r AS (PARTITION BY metric, unit ORDER BY period ROWS 11 PRECEDING)
), ranked AS (
    SELECT *,
        round(1000 * (total - total_before) / total_before) AS total_growth,
        CASE WHEN year_on_year IS NOT NULL
            THEN rank() OVER (PARTITION BY metric, period ORDER BY year_on_year DESC) END AS place
    FROM grown
)
SELECT r.metric, r.unit, r.period, single, CASE WHEN r.period % 3 = 2 THEN three_months END AS quarter,
    rolling_12, year_on_year, 1000 * (sqrt(value / two_before) - 1) AS average_2y, total, total_growth,
    year_on_year - total_growth AS gap, 1000 * value / total AS share,
    1000 * (value - before) / nullif(total - total_before, 0) AS contribution,
    1000 * (value - before) / total_before AS pull,
    1000 * value / target AS completion, 10000 * value / heads AS per_head, place AS rank,
    lag(place, 12) OVER (PARTITION BY r.metric, r.unit ORDER BY r.period) - place AS change_of_place
FROM ranked r
JOIN targets t ON t.metric = r.metric AND t.unit = r.unit AND t.year = r.period // 12
JOIN heads h ON h.unit = r.unit AND h.year = r.period // 12
"""


def prepare(data: Any) -> Any:
    import duckdb

    base = duckdb.connect()
    for name, given in data.tables().items():
        base.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        del given  # DuckDB reads it by its name
    return base


def run(base: Any) -> Any:
    base.execute(SQL)
    return base


def columns(base: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """In the order of metric, unit, period, for comparing; NaN where there is none."""
    wanted = ", ".join(f"CAST({n} AS DOUBLE) AS {n}" for n in names)
    found = base.execute(f"SELECT {wanted} FROM derived ORDER BY metric, unit, period").fetchnumpy()
    return {n: getattr(v, "filled", lambda _, v=v: v)(float("nan")) for n, v in found.items()}
