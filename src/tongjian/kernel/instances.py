"""Objects out of a query without what Django does for each: a page reads thousands and saves none of them.

The objects are whole (every column, known to be in the database); only `pre_init` and `post_init`, to which nothing
listens, are not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

M = TypeVar("M", bound=Model)


def quick(
    rows: QuerySet[M], related: Callable[[tuple[Any, ...]], dict[str, Any]] | None = None
) -> Iterator[M]:
    """The objects of the query in its order. related: objects at hand for the relations of a row, by field name."""
    model, database = rows.model, rows.db
    columns = tuple(f.attname for f in model._meta.concrete_fields)
    for row in rows.values_list(*columns):
        made = model.__new__(model)
        made.__dict__.update(zip(columns, row, strict=True))
        state = ModelState()
        state.adding, state.db = False, database
        state.fields_cache = {} if related is None else related(row)
        made.__dict__["_state"] = state
        yield made
