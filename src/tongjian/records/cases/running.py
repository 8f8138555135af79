"""Running clocks as columns, read past the ORM: turning every moment into a `datetime` costs more than reckoning it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from tongjian.records.cases import bulk
from tongjian.records.cases.engine.state import Span, spans_from_json

Moments = NDArray[np.datetime64]
Row = tuple[Any, ...]
COLUMNS = ("k.id", "k.case_id", "k.name", "k.unit_id", "k.round", "k.allow", "{started}", "{due}", "{paused}", "{fixed}", "c.tier", "c.seq", "{due_at}")  # fmt: skip
WITHOUT_PAUSE = "[]"
NAT = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Running:
    """Running clocks of whole cases, a case's side by side: columns as long as `ids`. paused: spans as JSON text."""

    ids: Sequence[int]
    cases: Sequence[int]
    names: Sequence[str]
    units: Sequence[int | None]
    rounds: Sequence[int]
    allows: Sequence[str]
    started_as_kept: Sequence[Any]
    due_as_kept: Sequence[Any]
    paused: Sequence[str]
    fixed: Sequence[int]
    tiers: Sequence[str]
    seqs: Sequence[int]
    case_due_as_kept: Sequence[Any]

    @cached_property
    def started(self) -> Moments:
        """UTC datetime64[us]."""
        return moments(self.started_as_kept)

    @cached_property
    def due(self) -> Moments:
        """UTC datetime64[us]."""
        return moments(self.due_as_kept)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Where each case begins."""
        cases = np.array(self.cases, dtype=np.int64)
        return np.flatnonzero(np.concatenate(([True], cases[1:] != cases[:-1])))

    @cached_property
    def spans(self) -> dict[int, tuple[Span, ...]]:
        """The pauses of the clocks that have any, by position."""
        return {
            n: spans_from_json(json.loads(p)) for n, p in enumerate(self.paused) if p and p != WITHOUT_PAUSE
        }

    @cached_property
    def standing(self) -> NDArray[np.bool_]:
        """The last pause still lasts."""
        found = np.zeros(len(self.ids), dtype=bool)
        found[[n for n, spans in self.spans.items() if spans and spans[-1][1] is None]] = True
        return found


def read(case_type: str, after: int, at_most: int) -> Running | None:
    """The running clocks of the next cases of a type behind the one with key `after`; None: there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_columns()} FROM cases_clock k JOIN cases_case c ON c.id = k.case_id"  # noqa: S608 - our own names
            " WHERE k.stopped IS NULL AND c.type = %s AND k.case_id > %s ORDER BY k.case_id, k.id LIMIT %s",
            [case_type, after, at_most],
        )
        rows = _whole_cases(cursor.fetchall(), at_most)
    return Running(*zip(*rows, strict=True)) if rows else None


def _columns() -> str:
    """Moments come as text from SQLite, whose driver leaves an expression alone, and as microseconds from PostgreSQL."""
    if bulk.is_sqlite():
        kept, missing = "{} || ''", "'NaT'"
        plain = {"paused": "k.paused", "fixed": "k.fixed + 0"}
    else:
        kept, missing = "(extract(epoch from {}) * 1000000)::bigint", f"'{NAT}'::bigint"
        plain = {"paused": "k.paused::text", "fixed": "k.fixed::int"}
    times = {"started": kept.format("k.started"), "due": kept.format("k.due")}
    due_at = f"coalesce({kept.format('c.due_at')}, {missing})"
    return ", ".join(COLUMNS).format(**plain, **times, due_at=due_at)


def _whole_cases(rows: list[Row], at_most: int) -> list[Row]:
    """Without the last case, which the batch may have cut in two; unless it is the only one or the last."""
    if len(rows) < at_most or rows[0][1] == rows[-1][1]:
        return rows
    last = rows[-1][1]
    while rows[-1][1] == last:
        rows.pop()
    return rows


def moments(kept: Sequence[Any]) -> Moments:
    """UTC datetime64[us] of moments as `read` gives them."""
    if bulk.is_sqlite():
        return np.array(kept, dtype="datetime64[us]")
    return np.array(kept, dtype=np.int64).view("datetime64[us]")
