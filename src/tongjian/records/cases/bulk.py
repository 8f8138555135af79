"""Many rows at once past the ORM: one prepared statement on SQLite, COPY on PostgreSQL. Values must be checked already."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


@contextmanager
def unchecked() -> Iterator[None]:
    """Rows whose keys the caller has looked up itself go in without SQLite asking for each again.

    Around a transaction; inside of one it has no effect. Nobody else writes meanwhile.
    """
    if is_sqlite():
        with connection.constraint_checks_disabled():
            yield
    else:
        yield


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for reference cycles meanwhile: over a million fresh tuples it costs a fifth of the time and finds none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of plain values: moments as `moment_text` writes them, JSON as text, bytes as they are."""
    table, quote = model._meta.db_table, connection.ops.quote_name
    names = ", ".join(quote(c) for c in columns)
    with connection.cursor() as cursor:
        if is_sqlite():
            marks = ", ".join("?" * len(columns))
            raw = connection.connection.cursor()
            raw.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({marks})", rows)  # noqa: S608 - our own names
            return
        with cursor.cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set columns by primary key; each row: the values, then the key."""
    table, quote = model._meta.db_table, connection.ops.quote_name
    mark = "?" if is_sqlite() else "%s"
    sets = ", ".join(f"{quote(c)} = {mark}" for c in columns)
    statement = f"UPDATE {quote(table)} SET {sets} WHERE {quote('id')} = {mark}"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        if is_sqlite():
            connection.connection.cursor().executemany(statement, rows)
        else:
            cursor.executemany(statement, list(rows))


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
    return moment_writer()(moment)


def moment_writer() -> Callable[[datetime], str]:
    """`moment_text` for many."""
    end = "" if is_sqlite() else "+00"

    def text(moment: datetime) -> str:
        return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") + end

    return text


def moments_text(moments: NDArray[np.datetime64]) -> list[str | None]:
    """UTC datetime64[s] as the database keeps them; NaT: None."""
    end = "" if is_sqlite() else "+00"
    texts = np.char.replace(np.datetime_as_string(moments, unit="s"), "T", " ").tolist()
    missing = np.isnat(moments).tolist()
    return [None if m else t + end for t, m in zip(texts, missing, strict=True)]


def isos(moments: NDArray[np.datetime64]) -> list[str | None]:
    """The same as events keep them: 2026-03-02T01:00:00+00:00."""
    texts = np.datetime_as_string(moments, unit="s").tolist()
    missing = np.isnat(moments).tolist()
    return [None if m else f"{t}+00:00" for t, m in zip(texts, missing, strict=True)]
