"""Peers of measured metrics: the same counts written by hand, one query a metric, as people write them.

`duck`: over a DuckDB table as it comes out of a CSV file (words, days, decimals). `sqlite`: over the records' own table.
Favours the peers: months by area only; January to the month, rates and their rounding, and the record of what was counted
are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

COMPARED = {"ge": ">=", "lt": "<"}
Rows = Sequence[Sequence[Any]]
MONTH = {"duck": "strftime({}, '%Y-%m')", "sqlite": "substr({}, 1, 7)"}


def queries(bodies: Mapping[str, Mapping[str, Any]], engine: str) -> Iterator[str]:
    """One query a metric; two for a stock: who came, who went."""
    for body in bodies.values():
        where = [_condition(c, v, engine) for c, v in body.get("where", {}).items()]
        if "on" in body:
            yield _query(_what(body, engine), body["on"], where, engine)
            continue
        for column in (body["from"], body["until"]):
            yield _query(_what(body, engine), column, [*where, f"{column} IS NOT NULL"], engine)


def _query(what: str, day: str, where: Sequence[str], engine: str) -> str:
    month = MONTH[engine].format(day)
    passing = f"WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT area, {month}, {what} FROM works {passing} GROUP BY 1, 2"


def _what(body: Mapping[str, Any], engine: str) -> str:
    if "sum" in body:
        return "sum(cost) * 100" if engine == "duck" else "sum(cost_mantissa)"
    if "ratio" in body:
        sides = [_all(body["ratio"][side], engine) for side in ("num", "den")]
        return ", ".join(f"sum(CASE WHEN {side} THEN 1 ELSE 0 END)" for side in sides)
    return "count(*)"


def _all(where: Mapping[str, Any], engine: str) -> str:
    return " AND ".join(_condition(c, v, engine) for c, v in where.items()) or "1 = 1"


def _condition(column: str, meant: Any, engine: str) -> str:
    if isinstance(meant, dict):
        ((op, value),) = meant.items()
        return f"{column} {COMPARED[op]} {value}"
    if isinstance(meant, bool):
        return f"{column} = {int(meant) if engine == 'sqlite' else str(meant).lower()}"
    many = meant if isinstance(meant, list) else [meant]
    return f"{column} IN ({', '.join(repr(m) for m in many)})"


def total(rows: Rows) -> int:
    """The sum over all cells, to hold two ways of counting against each other."""
    return sum(int(row[2] or 0) for row in rows)


def run(bodies: Mapping[str, Mapping[str, Any]], engine: str, ask: Callable[[str], Rows]) -> list[int]:
    return [total(ask(query)) for query in queries(bodies, engine)]
