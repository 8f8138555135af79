"""Many rows of one table at once: plain tuples in, one prepared statement; several times faster than model objects.

For append-only tables of records whose importer has checked every value: no defaults, no signals, no full_clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router

AT_ONCE = 5_000


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Add rows, each one value a column (field names; of a foreign key its value). Returns how many.

    Raises what the database raises for a row that a constraint refuses; call it inside a transaction.
    """
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(f.column) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 - our own names
    return _run(connection, statement, fields, rows)


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Change rows by their primary key: each its values in the order of the columns, and the key last.

    Returns how many were given; Django's `bulk_update` builds a CASE of all of them instead, which takes minutes.
    """
    connection = connections[router.db_for_write(model)]
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    quote = connection.ops.quote_name
    pairs = ", ".join(f"{quote(f.column)} = %s" for f in fields)
    key: Any = model._meta.pk
    statement = f"UPDATE {quote(model._meta.db_table)} SET {pairs} WHERE {quote(key.column)} = %s"  # noqa: S608
    return _run(connection, statement, fields, rows)


def _run(connection: Any, statement: str, fields: Sequence[Any], rows: Iterable[Sequence[Any]]) -> int:
    odd = [_Prepared(n, f, connection) for n, f in enumerate(fields) if isinstance(f, _ODD)]
    done = 0
    with connection.cursor() as cursor:
        for some in _chunks(rows):
            cursor.executemany(statement, [_prepared(row, odd) for row in some] if odd else some)
            done += len(some)
    return done


_ODD = (models.DateField, models.JSONField)  # days, moments, JSON: not what the database takes as they are


class _Prepared(dict[Any, Any]):
    """A column's values as the database takes them, each made once: a whole import bears one moment."""

    def __init__(self, place: int, field: Any, connection: Any) -> None:
        self.place, self.field, self.connection = place, field, connection
        self.hashable = not isinstance(field, models.JSONField)
        super().__init__()

    def __missing__(self, value: Any) -> Any:
        self[value] = made = self.make(value)
        return made

    def make(self, value: Any) -> Any:
        return self.field.get_db_prep_save(value, self.connection)


def _prepared(row: Sequence[Any], odd: Sequence[_Prepared]) -> list[Any]:
    found = list(row)
    for column in odd:
        value = found[column.place]
        found[column.place] = column[value] if column.hashable else column.make(value)
    return found


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterable[list[Sequence[Any]]]:
    some: list[Sequence[Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some
