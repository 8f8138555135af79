"""Facts out of a query without what Django does for each object: a page reads thousands and saves none of them.

The objects are whole (every column, known to be in the database); only `pre_init` and `post_init`, to which nothing
listens, are not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import QuerySet
from django.db.models.base import ModelState

from tongjian.facts.models import Fact, Series

COLUMNS = tuple(f.attname for f in Fact._meta.concrete_fields)
SERIES = COLUMNS.index("series_id")


def read(facts: QuerySet[Fact], series: Mapping[int, Series] | None = None) -> Iterator[Fact]:
    """The facts of the query in its order. series: all that they belong to, by key, to be at hand."""
    database = facts.db
    for row in facts.values_list(*COLUMNS):
        fact = Fact.__new__(Fact)
        fact.__dict__.update(zip(COLUMNS, row, strict=True))
        state = ModelState()
        state.adding, state.db = False, database
        state.fields_cache = {} if series is None else {"series": series[row[SERIES]]}
        fact.__dict__["_state"] = state
        yield fact
