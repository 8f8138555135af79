"""A workbook of projects in: everything checked, then everything written, in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import evidence
from tongjian.kernel.choices import FileSensitivity, PlaceKind, Role, Sensitivity
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import EvidenceFile, Place, User
from tongjian.reading.errors import ReadingError
from tongjian.reading.grids import Grid, grids_of
from tongjian.reading.limited import run_limited
from tongjian.records.projects.sheets import layouts, tables, writing
from tongjian.records.projects.sheets.ground import Ground, ground, in_sheet
from tongjian.records.projects.sheets.problems import PREFIX, Problem
from tongjian.records.projects.sheets.tables import Layout, Table

CELLS = "tongjian.reading.grids:cells"


class ImportRefused(TongjianError):
    """A workbook with problems: nothing was written. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "projects.import_refused",
            _("Nothing was taken in. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """By sheet: rows read, and how many of them said something new."""

    rows: Mapping[str, int]
    new: Mapping[str, int]
    file: EvidenceFile

    @property
    def changed(self) -> int:
        return sum(self.new.values())


def take(data: bytes, name: str, *, by: User | None, at: datetime) -> Taken:
    """Take over a workbook; the same one again changes nothing. by None: the operator at the command line.

    Raises NotAllowed for who may change no project at all, ImportRefused naming every bad cell.
    """
    check_may(by)
    return write(_read(data, name), data, name, by=by, at=at)


def check_may(by: User | None) -> None:
    """Raises NotAllowed for who may change no project at all."""
    if by is not None and by.role not in {Role.PLAN_OFFICE, Role.DEPARTMENT}:
        raise NotAllowed("projects.may_not_import", _("You may not take in projects. Ask the plan office."))


def _read(data: bytes, name: str) -> tuple[Grid, ...]:
    try:
        return grids_of(run_limited(CELLS, data, name))
    except ReadingError as error:
        raise ImportRefused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error


@transaction.atomic
def write(
    grids: Sequence[Grid],
    data: bytes,
    name: str,
    *,
    by: User | None,
    at: datetime,
    locate: Callable[[str, str], str] = in_sheet,
) -> Taken:
    """All sheets in their order: later ones may speak of what earlier ones bring. With a problem all is undone.

    locate: how a place in the file is named, by sheet and cell. Raises ImportRefused.
    """
    found, problems = _tables(grids)
    file = evidence.keep(data, name, by=by, at=at)
    on = ground(file, by, at)
    on.locate = locate
    rows: dict[str, int] = {}
    new: dict[str, int] = {}
    for layout, table in found:
        rows[layout.sheet] = len(table.rows)
        new[layout.sheet] = _take(layout, table, on)
        problems += table.problems
    if problems:
        raise ImportRefused(problems)
    close(file, [table for _layout, table in found], on)
    return Taken(rows, new, file)


def close(file: EvidenceFile, found: Sequence[Table], on: Ground) -> None:
    """A workbook that tells of a personal project is as closed as the project is."""
    personal = {key for key, p in on.projects.items() if p.sensitivity == Sensitivity.PERSONAL}
    told = {cell[1:].strip().lower() for table in found for cell in set(table.column("key"))}
    if personal & told:
        file.sensitivity = FileSensitivity.PERSONAL
        file.owner = on.by.organisation if on.by else None
        file.save(update_fields=["sensitivity", "owner"])


def _take(layout: Layout, table: Table, on: Ground) -> int:
    """Write a sheet's good rows; returns how many said something new."""
    named = on.locate(layout.sheet, "")
    source, _made = Place.objects.get_or_create(file=on.file, kind=PlaceKind.CELL, locator=named)
    return writing.WRITERS[layout.sheet](table, on, source)


def _tables(grids: Sequence[Grid]) -> tuple[list[tuple[Layout, Table]], list[Problem]]:
    found: list[tuple[Layout, Table]] = []
    problems: list[Problem] = []
    for layout in layouts.ALL:
        table, wrong = tables.find(grids, layout)
        problems += wrong
        if table is not None:
            found.append((layout, table))
    if not found and not problems:
        said = {
            "wanted": "、".join(x.sheet for x in layouts.ALL),
            "found": "、".join(g.name for g in grids),
        }
        problems.append(Problem("", "", PREFIX + "sheet_missing", said))
    return found, problems
