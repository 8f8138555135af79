"""The workbook of tasks: its columns, and everything that can be wrong with a filled one. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.table import filled_rows, headings
from tongjian.facts.collection.workbook import Cell, Sheet, reference
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.models import Organisation
from tongjian.plans.models import Task
from tongjian.plans.rows import MESSAGES as COMMON
from tongjian.plans.rows import month_in, names_in

SHEET, UNITS_SHEET, HELP_SHEET = "任务", "单位", "说明"
COLUMNS: Mapping[str, str] = {
    "number": "序号",
    "section": "章节",
    "text": "任务",
    "milestone": "节点",
    "firmness": "约束",
    "lead": "牵头单位",
    "joint": "配合单位",
    "month": "完成月份",
    "id": "任务编号",
}
NEEDED = ("lead", "joint", "month", "id")

MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _(
        "The workbook has no sheet named %(wanted)s; its sheets are %(found)s. "
        "Name the sheet %(wanted)s, or export the tasks again."
    ),
    "heading_missing": _(
        "On the sheet %(sheet)s the column %(heading)s was not found in the first ten rows. "
        "Copy the headings from a new export."
    ),
    "heading_twice": _(
        "The heading %(heading)s stands twice on the sheet %(sheet)s. Delete one of the columns."
    ),
    "no_rows": _("The sheet %(sheet)s has no rows. Export the tasks again and fill in that workbook."),
    "id_missing": _(
        "The row has no task number in the hidden column. Do not add rows; export the tasks again if one is missing."
    ),
    "id_unknown": _("There is no task %(got)s in this plan. Export the tasks of this plan again."),
    "id_mixed": _(
        "The row's running number is %(got)s, but its hidden task number belongs to task %(wanted)s. "
        "Rows were sorted in part; export the tasks again."
    ),
    "id_twice": _("The task stands in row %(first)s already. Delete one of the two rows."),
    "unit_unknown": _("“%(got)s” is no unit known here.%(near)s Choose one from the sheet %(sheet)s."),
    "unit_is_lead": _("“%(got)s” is the lead unit already. Take it out of the joint units."),
    "month_unknown": _("“%(got)s” is not a month. Write it as %(year)s-10 or 10月."),
    "month_outside": _("%(got)s lies outside of the plan's year %(year)s. Choose a month of that year."),
    "cell_value": COMMON["cell_value"],
}


class Problem(CellProblem):
    """One of a workbook of tasks."""

    __slots__ = ()
    messages = MESSAGES


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a row assigns. lead None, month "": taken away."""

    task: Task
    lead: Organisation | None
    joint: tuple[Organisation, ...]
    month: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What a filled workbook is checked against."""

    year: int
    tasks: Mapping[str, Task]  # by primary key
    units: Mapping[str, Organisation]  # by label, English label and key


@dataclass(slots=True)
class _Row:
    """One row under check."""

    sheet: Sheet
    row: int
    columns: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, name: str) -> Cell:
        return self.sheet.at(self.row, self.columns.get(name, 0))

    def text(self, name: str) -> str:
        """The cell's text; a whole number without its zeros."""
        found = self.cell(name)
        if found.kind in {"error", "formula"}:
            self.wrong(name, "cell_value", got=found.text or "–")
            return ""
        return found.text.removesuffix(".0") if found.kind == "number" else found.text

    def wrong(self, name: str, code: str, **params: object) -> None:
        where = reference(self.row, self.columns[name])
        self.problems.append(Problem(self.sheet.name, where, code, params))


def check(sheets: Sequence[Sheet], ground: Ground) -> tuple[list[Assignment], list[Problem]]:
    """The assignments that a workbook makes, and every problem in it; use the first only when the second is empty."""
    sheet = next((s for s in sheets if s.name.strip() == SHEET), None)
    if sheet is None:
        names = "、".join(s.name for s in sheets)
        return [], [Problem("", "", "sheet_missing", {"wanted": SHEET, "found": names})]
    heading, columns, problems = _headings(sheet)
    if problems:
        return [], problems
    rows = filled_rows(sheet, heading, columns)
    if not rows:
        return [], [Problem(sheet.name, "", "no_rows", {"sheet": sheet.name})]
    return _rows(sheet, rows, columns, ground)


def _headings(sheet: Sheet) -> tuple[int, Mapping[str, int], list[Problem]]:
    found = headings(sheet, COLUMNS)
    problems = [
        Problem(
            sheet.name,
            reference(found.row, column),
            "heading_twice",
            {"sheet": sheet.name, "heading": COLUMNS[name]},
        )
        for name, column in found.twice
    ]
    problems += [
        Problem(sheet.name, "", "heading_missing", {"sheet": sheet.name, "heading": COLUMNS[name]})
        for name in NEEDED
        if name not in found.columns
    ]
    return found.row, found.columns, problems


def _rows(
    sheet: Sheet, rows: Sequence[int], columns: Mapping[str, int], ground: Ground
) -> tuple[list[Assignment], list[Problem]]:
    made: list[Assignment] = []
    problems: list[Problem] = []
    first: dict[int, int] = {}
    for number in rows:
        row = _Row(sheet, number, columns)
        task = _task(row, ground)
        if task is not None and task.pk in first:
            row.wrong("id", "id_twice", first=first[task.pk])
        assigned = _assignment(row, task, ground)
        if task is not None:
            first.setdefault(task.pk, number)
        if assigned is not None:
            made.append(assigned)
        problems += row.problems
    return made, problems


def _task(row: _Row, ground: Ground) -> Task | None:
    key = row.text("id")
    if not key:
        row.wrong("id", "id_missing")
        return None
    task = ground.tasks.get(key)
    if task is None:
        row.wrong("id", "id_unknown", got=key)
        return None
    number = row.text("number") if "number" in row.columns else ""
    if number and number != str(task.number):
        row.wrong("number", "id_mixed", got=number, wanted=task.number)
    return task


def _assignment(row: _Row, task: Task | None, ground: Ground) -> Assignment | None:
    lead = _unit(row, "lead", row.text("lead"), ground)
    joint = [_unit(row, "joint", n, ground) for n in names_in(row.text("joint"))]
    if lead is not None and lead in joint:
        row.wrong("joint", "unit_is_lead", got=str(lead))
    month = _month(row, ground.year)
    if task is None or row.problems:
        return None
    return Assignment(task, lead, tuple(u for u in joint if u is not None), month)


def _unit(row: _Row, name: str, written: str, ground: Ground) -> Organisation | None:
    if not written.strip():
        return None
    found = ground.units.get(written.strip())
    if found is None:
        near = get_close_matches(written.strip(), ground.units, n=2, cutoff=0.5)
        hint = f" → {'、'.join(near)}" if near else ""
        row.wrong(name, "unit_unknown", got=written.strip(), near=hint, sheet=UNITS_SHEET)
    return found


def _month(row: _Row, year: int) -> str:
    """A month of that year; empty when nothing is assigned."""
    written = row.text("month").strip()
    if not written:
        return ""
    period = month_in(written, year, is_date=row.cell("month").kind == "date")
    if period is None:
        row.wrong("month", "month_unknown", got=written, year=year)
        return ""
    if period.end_year != year:
        row.wrong("month", "month_outside", got=str(period), year=year)
        return ""
    return str(period)
