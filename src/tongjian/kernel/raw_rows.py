"""Rows of a queryset as the database gives them, where nothing is lost by that: half the time of the ORM's values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections, models
from django.db.models import QuerySet
from django.db.models.functions import Cast

AT_ONCE = 5_000  # rows fetched in one go
# Their values mean the same before conversion, to a reader of text: a day is 2022-11-30, a flag is 1 or true.
PLAIN: tuple[type[models.Field[Any, Any]], ...] = (
    models.AutoField,
    models.IntegerField,
    models.CharField,
    models.TextField,
    models.BooleanField,
)


def rows(found: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a `values_list`. Raw where all columns are plain, else as the ORM converts them."""
    compiler = found.query.get_compiler(using=found.db)
    sql, params = compiler.as_sql()
    if not all(_is_plain(column[0].output_field) for column in compiler.select):
        yield from found.iterator(chunk_size=AT_ONCE)
        return
    with connections[found.db].chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while some := cursor.fetchmany(AT_ONCE):
            yield from some


def _is_plain(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, models.ForeignKey):
        return _is_plain(field.target_field)
    if isinstance(field, models.DateField):
        return not isinstance(field, models.DateTimeField)
    return isinstance(field, PLAIN)


def exact_text(mantissa: str, decimals: str) -> models.Func:
    """A number's two fields as one text that is exact: 12345e-2; NULL where there is no number."""
    return models.Func(
        models.F(mantissa),
        models.F(decimals),
        template="(%(expressions)s)",
        arg_joiner=" || 'e-' || ",
        output_field=models.CharField(),
    )


def text_of_day(path: str) -> models.Func:
    """A day as its text, 2022-11-30: SQLite's driver would make a date of each, to be written out again."""
    return Cast(path, models.TextField())
