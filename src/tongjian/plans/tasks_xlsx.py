"""Tasks out to a workbook and in again: lead unit, joint units, month. A report names none of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _
from openpyxl.styles import Alignment, Protection
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.facts.collection.actions import read as read_workbook
from tongjian.facts.collection.workbook import letters
from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, User
from tongjian.plans import task_table
from tongjian.plans.models import PlanYear, Task
from tongjian.plans.task_table import COLUMNS, Assignment, Ground, Problem
from tongjian.reading import xlsx
from tongjian.reading.errors import ReadingError

WIDTHS = {"number": 6, "section": 28, "text": 56, "milestone": 8, "firmness": 8, "lead": 24, "joint": 32}
OPEN = ("lead", "joint", "month")


class AssignRefused(TongjianError):
    """A workbook with problems: nothing was assigned. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "plans.assign_refused",
            _("Nothing was assigned. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a workbook changed: tasks with a new lead, joint units or month, of all its rows."""

    rows: int
    changed: int
    file: EvidenceFile | None = None


# Out


def export(plan: PlanYear) -> bytes:
    """All tasks of the plan as xlsx: sheet 任务 with three columns to fill in, 单位 to choose from, 说明."""
    book = xlsx.started()
    sheet = book.create_sheet(task_table.SHEET)
    tasks, units = list(_tasks(plan)), list(_units())
    _heading(sheet)
    for row, task in enumerate(tasks, start=2):
        _row(sheet, row, task)
    _unit_sheet(book.create_sheet(task_table.UNITS_SHEET), units)
    _choices(sheet, len(tasks) + 1, len(units), plan.year)
    _help(book.create_sheet(task_table.HELP_SHEET), plan, len(tasks))
    return xlsx.saved(book)


def _tasks(plan: PlanYear) -> Sequence[Task]:
    joint = Prefetch("joint", Organisation.objects.select_related("subject").order_by("path"))
    return list(plan.tasks.select_related("section", "lead__subject").prefetch_related(joint))


def _units() -> Sequence[Organisation]:
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))


def _heading(sheet: Worksheet) -> None:
    xlsx.head(sheet, [(label, WIDTHS.get(name, 12)) for name, label in COLUMNS.items()], "D2")
    sheet.column_dimensions[letters(list(COLUMNS).index("id") + 1)].hidden = True
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.sort = sheet.protection.autoFilter = False


def _row(sheet: Worksheet, row: int, task: Task) -> None:
    values: dict[str, str | int] = {
        "number": task.number,
        "section": task.section.title if task.section else "",
        "text": task.text,
        "milestone": task.milestone,
        "firmness": {"hard": "硬", "soft": "软"}.get(task.firmness, task.firmness),
        "lead": task.lead.subject.label if task.lead else "",
        "joint": "、".join(u.subject.label for u in task.joint.all()),
        "month": task.due_month,
        "id": task.pk,
    }
    for column, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(row, column)
        xlsx.put(cell, values[name])
        cell.alignment = Alignment(wrap_text=name in {"section", "text", "joint"}, vertical="top")
        cell.protection = Protection(locked=name not in OPEN)
        if name == "month":
            cell.number_format = "@"


def _unit_sheet(sheet: Worksheet, units: Sequence[Organisation]) -> None:
    sheet.append(["单位", "编码"])
    for unit in units:
        sheet.append([unit.subject.label, unit.subject.key])
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 28


def _choices(sheet: Worksheet, last: int, units: int, year: int) -> None:
    column = {name: number for number, name in enumerate(COLUMNS, start=1)}
    listed = f"'{task_table.UNITS_SHEET}'!$A$2:$A${units + 1}"
    xlsx.offer(sheet, column["lead"], max(last, 2), listed, "请从“单位”表中选择一个牵头单位")
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    xlsx.offer(sheet, column["month"], max(last, 2), months, f"请选择{year}年的月份")


def _help(sheet: Worksheet, plan: PlanYear, tasks: int) -> None:
    rows = (
        ("计划", plan.title),
        ("任务数", str(tasks)),
        ("牵头单位", "从“单位”表中选择一个；清空即取消。"),
        ("配合单位", "可写多个，用顿号隔开，名称与“单位”表一致。"),
        ("完成月份", f"{plan.year}年的月份，如 {plan.year}-10 或 10月；清空即取消。"),
        ("其他各列", "只供查看，改动不会导入；隐藏的“任务编号”请勿改动。删去的行保持原样。"),
    )
    xlsx.explain(sheet, rows, 80)


# In


def assign(plan: PlanYear, data: bytes, name: str, *, by: User | None, at: datetime) -> Assigned:
    """Take over lead units, joint units and months from a filled workbook; the same one again changes nothing.

    by None: the operator at the command line. Raises NotAllowed, AssignRefused naming every bad cell; nothing is
    written then.
    """
    if by is not None:
        must_be_plan_office(by)
    assignments = _checked(plan, data, name)
    changes = [a for a in assignments if _changes(a)]
    if not changes:
        return Assigned(len(assignments), 0)
    return _write(plan, assignments, changes, data, name, by, at)


def _checked(plan: PlanYear, data: bytes, name: str) -> list[Assignment]:
    try:
        sheets = read_workbook(data, name)
    except ReadingError as error:
        raise AssignRefused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    assignments, problems = task_table.check(sheets, _ground(plan))
    if problems:
        raise AssignRefused(problems)
    return assignments


def _ground(plan: PlanYear) -> Ground:
    units = _units()
    names = {u.subject.key: u for u in units} | {u.subject.label_en: u for u in units if u.subject.label_en}
    return Ground(
        year=plan.year,
        tasks={str(t.pk): t for t in _tasks(plan)},
        units=names | {u.subject.label: u for u in units},
    )


def _changes(wanted: Assignment) -> bool:
    task = wanted.task
    same = (task.lead, task.due_month) == (wanted.lead, wanted.month)
    return not same or set(task.joint.all()) != set(wanted.joint)


@transaction.atomic
def _write(
    plan: PlanYear,
    assignments: Sequence[Assignment],
    changes: Sequence[Assignment],
    data: bytes,
    name: str,
    by: User | None,
    at: datetime,
) -> Assigned:
    file = evidence.keep(data, name, by=by, at=at)
    for wanted in changes:
        task = wanted.task
        task.lead, task.due_month = wanted.lead, wanted.month
        task.save(update_fields=["lead", "due_month"])
        task.joint.set(wanted.joint)
        said = {
            "lead": wanted.lead.subject.key if wanted.lead else "",
            "joint": [u.subject.key for u in wanted.joint],
            "month": wanted.month,
            "file": file.sha256,
        }
        events.record("plans.task_assigned", task, by=by, at=at, data=said)
    events.record(
        "plans.tasks_assigned", plan, by=by, at=at, data={"file": file.sha256, "tasks": len(changes)}
    )
    return Assigned(len(assignments), len(changes), file)
