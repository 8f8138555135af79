"""Sheet 月度投资: whole columns at once, so that 36,000 rows are read and checked in well under a second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tongjian.records.projects.actions.investments import Batch
from tongjian.records.projects.rules.identities import AMOUNTS, MISSING, Break
from tongjian.records.projects.sheets import parsing
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.problems import PREFIX, Bad, Problem
from tongjian.records.projects.sheets.tables import Table, letters

# The column at which a break of a check is told.
AT: dict[str, str] = {
    "year_to_date_follows": "year_to_date",
    "month_missing": "month",
    "parts_add_up": "year_to_date",
    "total_follows": "total",
    "within_planned_total": "total",
    "equipment_covers_parts": "equipment",
    "other_covers_parts": "other",
    "never_falls": "this_month",
    "before_entry": "this_month",
}
_WRONG = -1


def check(table: Table, ground: Ground) -> Batch:
    """The rows of the sheet; use them only when table.problems is empty."""
    pks = {key: p.pk for key, p in ground.projects.items()}
    project = _values(table, "key", _project(pks), _WRONG)
    month = _values(table, "month", parsing.month, _WRONG)
    numbers = [_amounts(table, name) for name in AMOUNTS]
    mantissas = np.array([m for m, _d in numbers], np.int64).reshape(len(AMOUNTS), len(table.rows)).T
    places = np.array([d for _m, d in numbers], np.int64).reshape(len(AMOUNTS), len(table.rows)).T
    decimals = places.max(axis=1, initial=0)
    told = mantissas != MISSING
    amounts = np.where(told, np.where(told, mantissas, 0) * 10 ** (decimals[:, None] - places), MISSING)
    reasons = _values(table, "reason", parsing.upto(200), "")
    rows = np.array([n for n, _cells in table.rows], np.int64)
    batch = Batch(np.array(project, np.int64), np.array(month, np.int64), amounts, decimals, reasons, rows)
    _twice(table, batch)
    return batch


def _project(pks: dict[str, int]) -> Callable[[str], int]:
    def parse(cell: str) -> int:
        key = parsing.text(cell)
        if key.lower() not in pks:
            raise Bad("project_unknown", got=key)
        return pks[key.lower()]

    return parse


def _values(table: Table, name: str, parse: Callable[[str], Any], default: Any) -> list[Any]:
    """A column's values; what is written many times is read once. Wrong cells are told and take the default."""
    raw = table.column(name)
    read: dict[str, Any] = {}
    wrong: dict[str, Bad] = {}
    column = table.layout.columns[name]
    for cell in set(raw):
        if not cell or cell == "t":
            if column.needed:
                wrong[cell] = Bad("needed", heading=column.label)
            read[cell] = default
            continue
        try:
            read[cell] = parse(cell)
        except Bad as bad:
            wrong[cell], read[cell] = bad, default
    if wrong:
        _tell(table, name, raw, wrong)
    return [read[cell] for cell in raw]


def _tell(table: Table, name: str, raw: Sequence[str], wrong: dict[str, Bad]) -> None:
    for (row, _cells), cell in zip(table.rows, raw, strict=True):
        if cell in wrong:
            table.wrong(row, name, wrong[cell].code, **wrong[cell].params)


def _amounts(table: Table, name: str) -> tuple[list[int], list[int]]:
    """Mantissas and places of a column of amounts; MISSING where a cell is empty."""
    found = _values(table, name, _amount, (MISSING, 0))
    return [m for m, _d in found], [d for _m, d in found]


def _amount(cell: str) -> tuple[int, int]:
    if cell[0] == "n" and cell[1:].isdigit():
        return int(cell[1:]), 0
    made = parsing.number(cell)
    return made.mantissa, made.decimals


def _twice(table: Table, batch: Batch) -> None:
    """A project's month in two rows."""
    ids = batch.project * 100_000 + batch.month
    _unique, first, counts = np.unique(ids, return_index=True, return_counts=True)
    if (counts == 1).all():
        return
    begun = dict(zip(ids[first].tolist(), first.tolist(), strict=True))
    for n, i in enumerate(ids.tolist()):
        if begun[i] != n and batch.project[n] != _WRONG and batch.month[n] != _WRONG:
            where = table.rows[begun[i]][0]
            month = f"{batch.month[n] // 12}-{batch.month[n] % 12 + 1:02d}"
            table.wrong(table.rows[n][0], "month", "key_twice", got=month, first=where)


def told(table: Table, batch: Batch, breaks: Sequence[Break]) -> list[Problem]:
    """Breaks of identities at the cells that they are about, with their arithmetic."""
    found = []
    for b in breaks:
        place = table.places.get(AT[b.check.key], table.places["year_to_date"])
        where = f"{letters(place + 1)}{int(batch.rows[b.row])}"
        said = {"en": b.said("en"), "zh": b.said("zh"), "check": b.check.key}
        found.append(Problem(table.layout.sheet, where, PREFIX + b.check.key, said))
    return found
