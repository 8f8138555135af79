"""Many rows at once past the ORM: one prepared statement on SQLite, COPY on PostgreSQL. Values must be checked already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain, repeat
from sqlite3 import SQLITE_LIMIT_VARIABLE_NUMBER
from typing import Any

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray

# What SQLite's driver takes as it comes; for anything else it asks for an adapter, each time: four times as slow.
PLAIN = frozenset({int, float, str})
NULL = float("nan")  # kept as NULL
BARE: Mapping[Any, Any] = {None: NULL, True: 1, False: 0}
MEMORY_KB = 256_000
DAY = 86_400  # seconds


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


@contextmanager
def unchecked() -> Iterator[None]:
    """Rows whose keys the caller has looked up itself go in without SQLite asking for each again.

    Around a transaction; inside of one it has no effect. Nobody else writes meanwhile. Pages stay in memory until the
    commit, instead of going out and coming back.
    """
    if not is_sqlite():
        yield
        return
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        was = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{MEMORY_KB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(was)}")


def insert_columns(
    model: type[models.Model],
    columns: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any] | None = None,
    *,
    at_once: int = 1,
) -> None:
    """Insert rows by columns of equal length: moments as `moment_text` writes them, JSON as text, bytes as they are.

    same: columns that hold one value in all rows: None, a number or text. at_once: rows a statement; more than one is
    worth it where rows are short.
    """
    table, quote, same = model._meta.db_table, connection.ops.quote_name, same or {}
    names = ", ".join(quote(c) for c in (*columns, *same))
    if not is_sqlite():
        rows = zip(*columns.values(), *map(repeat, same.values()), strict=False)
        with (
            connection.cursor() as cursor,
            cursor.cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    one = f"({', '.join([*'?' * len(columns), *map(_literal, same.values())])})"
    _in_groups(
        f"INSERT INTO {quote(table)} ({names}) VALUES ",  # noqa: S608 - our own names
        one,
        zip(*map(_bare, columns.values()), strict=True),
        at_once,
    )


def _in_groups(head: str, one: str, rows: Iterator[tuple[Any, ...]], at_once: int) -> None:
    with connection.cursor():  # opens the connection
        raw = connection.connection
    if at_once == 1:
        raw.cursor().executemany(head + one, rows)
        return
    most = raw.getlimit(SQLITE_LIMIT_VARIABLE_NUMBER) // max(one.count("?"), 1)
    size, rest = min(at_once, most), list(rows)
    whole = len(rest) // size * size
    groups = (tuple(chain.from_iterable(rest[n : n + size])) for n in range(0, whole, size))
    raw.cursor().executemany(head + ", ".join([one] * size), groups)
    raw.cursor().executemany(head + one, rest[whole:])


def _bare(values: Sequence[Any]) -> Iterable[Any]:
    """Values that the driver takes as they come."""
    kinds = set(map(type, values)) - PLAIN
    if not kinds:
        return values
    if bytes in kinds:
        return [NULL if v is None else bytearray(v) for v in values]
    return [BARE.get(v, v) for v in values]


def _literal(value: str | int | None) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def update_columns(
    model: type[models.Model],
    ids: Sequence[int],
    columns: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any] | None = None,
) -> None:
    """Set columns by primary key, each as long as `ids`. same: those that get one value in all rows: None, a number or text."""
    table, quote, same = model._meta.db_table, connection.ops.quote_name, same or {}
    fixed = [f"{quote(c)} = {_literal(v)}" for c, v in same.items()]
    with connection.cursor() as cursor:
        if is_sqlite():
            sets = ", ".join([*(f"{quote(c)} = ?" for c in columns), *fixed])
            statement = f"UPDATE {quote(table)} SET {sets} WHERE {quote('id')} = ?"  # noqa: S608 - our own names
            rows = zip(*map(_bare, columns.values()), ids, strict=True)
            connection.connection.cursor().executemany(statement, rows)
            return
        sets = ", ".join([*(f"{quote(c)} = given.{quote(c)}" for c in columns), *fixed]).replace("%", "%%")
        kinds = [model._meta.get_field(c).db_type(connection) for c in columns]
        arrays = ", ".join(f"%s::{kind}[]" for kind in ("bigint", *kinds))
        names = ", ".join(map(quote, ("id", *columns)))
        cursor.execute(
            f"UPDATE {quote(table)} SET {sets} FROM unnest({arrays}) AS given({names})"  # noqa: S608 - our own names
            f" WHERE {quote(table)}.{quote('id')} = given.{quote('id')}",
            [list(ids), *map(list, columns.values())],
        )


def keys(model: type[models.Model], count: int) -> range | list[int]:
    """Primary keys for rows to come. On SQLite the caller holds the only write lock."""
    if is_sqlite():
        last = model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            found = cursor.fetchone()
        first = max(int(last), int(found[0]) if found else 0) + 1
        return range(first, first + count)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [int(r[0]) for r in cursor.fetchall()]


def moment_text(moment: datetime) -> str:
    """An aware moment as the database keeps it."""
    end = "" if is_sqlite() else "+00"
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") + end


def moments_text(moments: NDArray[np.datetime64]) -> list[str | None]:
    """UTC datetime64[s] or [us] as the database keeps them; NaT: None."""
    return _stamped(moments, " ", "" if is_sqlite() else "+00")


def isos(moments: NDArray[np.datetime64]) -> list[str | None]:
    """The same as events keep them: 2026-03-02T01:00:00+00:00."""
    return _stamped(moments, "T", "+00:00")


def _stamped(moments: NDArray[np.datetime64], between: str, end: str) -> list[str | None]:
    """Texts put together out of those of their days and those of the seconds of a day: there are few of either."""
    known = ~np.isnat(moments)
    found = moments.astype("datetime64[s]").astype(np.int64)[known]
    days, seconds = np.divmod(found, DAY)
    first, last = (int(days.min()), int(days.max())) if len(days) else (0, 0)
    signs = np.empty((len(found), 19 + len(end)), dtype=np.uint32)
    signs[:, :10] = _signs(np.arange(first, last + 1).astype("datetime64[D]"), 0, 10)[days - first]
    signs[:, 10] = ord(between)
    signs[:, 11:19] = _clock_signs()[seconds]
    signs[:, 19:] = [ord(c) for c in end]
    texts: list[str | None] = signs.view(f"U{signs.shape[1]}").ravel().tolist()
    if len(texts) < len(moments):
        told = iter(texts)
        texts = [next(told) if k else None for k in known.tolist()]
    for n in np.flatnonzero(known & (moments != moments.astype("datetime64[s]"))).tolist():
        texts[n] = moments[n].item().isoformat(sep=between) + end  # the few with a fraction of a second
    return texts


@cache
def _clock_signs() -> NDArray[np.uint32]:
    """00:00:00 to 23:59:59."""
    return _signs(np.arange(DAY).astype("datetime64[s]"), 11, 19)


def _signs(moments: NDArray[np.datetime64], start: int, stop: int) -> NDArray[np.uint32]:
    """The code points of a part of their ISO texts, a row each."""
    texts = np.datetime_as_string(moments)
    return np.ascontiguousarray(texts.view(np.uint32).reshape(len(texts), texts.itemsize // 4)[:, start:stop])
