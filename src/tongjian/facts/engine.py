"""Counts over a star table as SQL of any engine. The one module that knows Ibis, and Ibis as a compiler only.

Only verbs that give the same digits everywhere: comparisons of integers, `count`, `ifelse`, `sum`, `group_by`. What is divided
or rounded is divided and rounded later, in Python. The SQL is run by the engine's own driver: see `Run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, Table

DIALECTS = ("duckdb", "postgres", "pyspark")
TYPES: Mapping[str, str] = {
    "BIGINT": "int64",
    "INTEGER": "int32",
    "SMALLINT": "int16",
    "VARCHAR": "string",
}
# What true and false are added up as: the narrowest that the engine casts them to.
TRUTH: Mapping[str, str] = {"duckdb": "int16", "postgres": "int32", "pyspark": "int16"}
# How a driver answers a query: rows of numbers, None where there is none.
Run = Callable[[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on a column of the star. op: in, not, ge, gt, le, lt (than `other`, where that is a column), set, unset."""

    column: str
    op: str
    values: tuple[int, ...] = ()
    other: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows pass all tests, or the sum of a column over them (rows without a value add nothing)."""

    tests: tuple[Test, ...]
    add: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Several counts in one pass over a table, by up to two columns; "": not by it. only: rows that pass these."""

    table: str
    area: str
    month: str
    counts: tuple[Count, ...]
    only: tuple[Test, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows that pass: their key and further columns, by ascending key, at most so many, those after a key."""

    table: str
    key: str
    columns: tuple[str, ...]
    tests: tuple[Test, ...]
    most: int
    after: int | None = None


def tally_sql(asked: Tally, columns: Mapping[str, str], dialect: str) -> str:
    """Rows: area, month (each only where it is asked for), then one number a count. columns: name → SQL type.

    What was asked for before is not compiled again: that takes longer than counting a small table.
    """
    return _tally_sql(asked, tuple(columns.items()), dialect)


@lru_cache(maxsize=256)
def _tally_sql(asked: Tally, columns: tuple[tuple[str, str], ...], dialect: str) -> str:
    table = _table(asked.table, dict(columns))
    if (passing := _all(table, asked.only)) is not None:
        table = table.filter(passing)
    named = (("area__", asked.area), ("month__", asked.month))
    by = [table[column].name(name) for name, column in named if column]
    counts = {f"n{n}": _count(table, count, dialect) for n, count in enumerate(asked.counts)}
    return _compiled(table.aggregate(by=by, **counts), dialect)


def _count(table: Table, count: Count, dialect: str) -> Any:
    import ibis

    passing: Any = _all(table, count.tests)
    if not count.add:
        # Not COUNT with FILTER: adding up zeros and ones takes DuckDB a quarter less where most rows pass.
        return (
            table.count() if passing is None else passing.cast(TRUTH[dialect]).sum().coalesce(0).cast("int64")
        )
    added: Any = table[count.add].coalesce(0)
    return (added if passing is None else ibis.ifelse(passing, added, 0)).sum()


def listing_sql(asked: Listing, columns: Mapping[str, str], dialect: str) -> str:
    table = _table(asked.table, columns)
    tests = asked.tests
    if asked.after is not None:
        tests = (*tests, Test(asked.key, "gt", (asked.after,)))
    passing = _all(table, tests)
    found = table if passing is None else table.filter(passing)
    return _compiled(found.select(asked.key, *asked.columns).order_by(asked.key).limit(asked.most), dialect)


def _table(name: str, columns: Mapping[str, str]) -> Table:
    import ibis

    return ibis.table({column: TYPES[kind] for column, kind in columns.items()}, name=name)


def _all(table: Table, tests: Sequence[Test]) -> BooleanValue | None:
    """That a column has a value is not asked where another test of it asks for one."""
    compared = {t.column for t in tests if t.op not in {"set", "unset"}}
    needed = [_test(table, t) for t in tests if t.op != "set" or t.column not in compared]
    return reduce(lambda a, b: a & b, needed) if needed else None


def _test(table: Table, test: Test) -> Any:
    column: Any = table[test.column]
    match test.op:
        case "in":
            return column == test.values[0] if len(test.values) == 1 else column.isin(test.values)
        case "not":
            return column != test.values[0] if len(test.values) == 1 else column.notin(test.values)
        case "set":
            return column.notnull()
        case "unset":
            return column.isnull()
    other: Any = table[test.other] if test.other else test.values[0]
    return {"ge": column >= other, "gt": column > other, "le": column <= other, "lt": column < other}[test.op]


def _compiled(expression: Table, dialect: str) -> str:
    """SQL text. PySpark's compiler is taken by itself, for `ibis.to_sql` wants a Spark that runs."""
    import ibis

    if dialect == "pyspark":
        from ibis.backends.sql.compilers.pyspark import PySparkCompiler

        return str(PySparkCompiler().to_sqlglot(expression.unbind()).sql(dialect="spark"))
    return str(ibis.to_sql(expression, dialect=dialect))
