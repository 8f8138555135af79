"""Cells of the workbook as evidence, and refusals of rules told at them."""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.problems import Problem, both
from tongjian.records.projects.sheets.tables import Table, letters


def refused(table: Table, row: int, name: str, error: TongjianError) -> None:
    """A refusal of a rule, told at a cell in both languages."""
    where = f"{letters(table.places.get(name, 0) + 1)}{row}"
    table.problems.append(Problem(table.layout.sheet, where, error.code, both(error)))


def places(on: Ground, table: Table, cells: Sequence[tuple[str, str]]) -> list[Place]:
    """A place for each cell, in a query or two."""
    wanted = {on.locate(table.layout.sheet, ref): text for ref, text in cells}
    known = {p.locator: p for p in Place.objects.filter(file=on.file, kind=PlaceKind.CELL)}
    fresh = [
        Place(file=on.file, kind=PlaceKind.CELL, locator=locator, excerpt=text)
        for locator, text in wanted.items()
        if locator not in known
    ]
    held = known | {p.locator: p for p in Place.objects.bulk_create(fresh, batch_size=1000)}
    return [held[on.locate(table.layout.sheet, ref)] for ref, _text in cells]
