"""The template's number 模板编号: a hidden cell that says whose workbook it is, and for which round."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.facts.collection.ground import Ground
from tongjian.facts.collection.problems import PREFIX, Problem
from tongjian.facts.collection.rounds import round_of
from tongjian.facts.collection.workbook import Sheet, reference
from tongjian.values import Period, PeriodError

FORM = "tongjian:1:{organisation}:{period}"
_MARK = re.compile(r"tongjian:1:(?P<organisation>[a-z0-9_.-]+):(?P<period>[0-9/-]+)")
ROWS = 10  # below the headings nothing of ours is looked for


@dataclass(frozen=True, slots=True)
class Mark:
    """organisation: its key. sheet, cell: where it was found."""

    organisation: str
    period: Period
    sheet: str
    cell: str


def written(organisation: str, period: Period) -> str:
    return FORM.format(organisation=organisation, period=period)


def find(sheets: Sequence[Sheet]) -> Mark | None:
    """The number that a workbook carries; None without one, or where somebody wrote over it."""
    for sheet in sheets:
        for (row, column), cell in sheet.cells.items():
            if row <= ROWS and cell.text.startswith("tongjian:") and (found := _MARK.fullmatch(cell.text)):
                try:
                    period = Period.parse(found["period"])
                except PeriodError:
                    continue
                return Mark(found["organisation"], period, sheet.name, reference(row, column))
    return None


def wrong_round(mark: Mark | None, on: Ground) -> Problem | None:
    """The problem of a template that is another unit's or another round's: last month's, sent once more."""
    if mark is None:
        return None
    if mark.organisation != on.organisation.key:
        params = {"got": mark.organisation, "wanted": str(on.organisation)}
        return Problem(mark.sheet, "", f"{PREFIX}other_organisation", params)
    if round_of(mark.period) != round_of(on.period):
        params = {"got": str(mark.period), "wanted": str(on.period)}
        return Problem(mark.sheet, "", f"{PREFIX}other_round", params)
    return None
