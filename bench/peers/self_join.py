"""Peer of derived series: self-joins over a time spine, as semantic layers write them, run by DuckDB.

Each metric of a metric is a subquery of its own joined on time: an offset is an equi-join on a shifted period, a rolling
window a join on an interval. Ranks are left to a window, as those layers do.
"""

from __future__ import annotations

from typing import Any

from peers import duckdb_windows

NAME = "self-joins"
LARGEST = 10**9

SQL = """
CREATE OR REPLACE TEMP TABLE derived AS
WITH newest AS (
    SELECT metric, unit, period, max(seq) AS seq FROM obs GROUP BY ALL
), latest AS (
    SELECT o.metric, o.unit, o.period, o.value FROM obs o
    JOIN newest n ON n.metric = o.metric AND n.unit = o.unit AND n.period = o.period AND n.seq = o.seq
), single AS (
    SELECT a.metric, a.unit, a.period, a.value - coalesce(b.value, 0) AS value FROM latest a
    LEFT JOIN latest b ON b.metric = a.metric AND b.unit = a.unit AND b.period = a.period - 1
        AND b.period // 12 = a.period // 12
), three AS (
    SELECT a.metric, a.unit, a.period, a.value - coalesce(b.value, 0) AS value FROM latest a
    LEFT JOIN latest b ON b.metric = a.metric AND b.unit = a.unit AND b.period = a.period - 3
        AND b.period // 12 = a.period // 12
    WHERE a.period % 3 = 2
), spine AS (
    SELECT DISTINCT period FROM latest
), rolling AS (
    SELECT o.metric, o.unit, s.period, sum(o.value) AS value FROM spine s
    JOIN single o ON o.period <= s.period AND o.period > s.period - 12
    GROUP BY ALL HAVING count(*) = 12
), total AS (
    SELECT metric, period, sum(value) AS value FROM latest GROUP BY ALL
), grown AS (
    SELECT a.*, b.value AS before, c.value AS two_before,
        round(1000 * (a.value - b.value) / b.value) AS year_on_year
    FROM latest a
    LEFT JOIN latest b ON b.metric = a.metric AND b.unit = a.unit AND b.period = a.period - 12
    LEFT JOIN latest c ON c.metric = a.metric AND c.unit = a.unit AND c.period = a.period - 24
), total_grown AS (
    SELECT a.metric, a.period, a.value AS total, b.value AS total_before,
        round(1000 * (a.value - b.value) / b.value) AS total_growth
    FROM total a LEFT JOIN total b ON b.metric = a.metric AND b.period = a.period - 12
), placed AS (
    SELECT metric, unit, period, rank() OVER (PARTITION BY metric, period ORDER BY year_on_year DESC) AS place
    FROM grown WHERE year_on_year IS NOT NULL
)
SELECT g.metric, g.unit, g.period, s.value AS single, q.value AS quarter, r.value AS rolling_12, g.year_on_year,
    1000 * (sqrt(g.value / g.two_before) - 1) AS average_2y, w.total, w.total_growth,
    g.year_on_year - w.total_growth AS gap, 1000 * g.value / w.total AS share,
    1000 * (g.value - g.before) / nullif(w.total - w.total_before, 0) AS contribution,
    1000 * (g.value - g.before) / w.total_before AS pull,
    1000 * g.value / t.target AS completion, 10000 * g.value / h.heads AS per_head, p.place AS rank,
    p12.place - p.place AS change_of_place
FROM grown g
JOIN single s ON s.metric = g.metric AND s.unit = g.unit AND s.period = g.period
LEFT JOIN three q ON q.metric = g.metric AND q.unit = g.unit AND q.period = g.period
LEFT JOIN rolling r ON r.metric = g.metric AND r.unit = g.unit AND r.period = g.period
JOIN total_grown w ON w.metric = g.metric AND w.period = g.period
LEFT JOIN placed p ON p.metric = g.metric AND p.unit = g.unit AND p.period = g.period
LEFT JOIN placed p12 ON p12.metric = g.metric AND p12.unit = g.unit AND p12.period = g.period - 12
JOIN targets t ON t.metric = g.metric AND t.unit = g.unit AND t.year = g.period // 12
JOIN heads h ON h.unit = g.unit AND h.year = g.period // 12
"""

prepare = duckdb_windows.prepare
columns = duckdb_windows.columns


def run(base: Any) -> Any:
    base.execute(SQL)
    return base
