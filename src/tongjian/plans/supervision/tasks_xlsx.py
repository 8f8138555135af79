"""Tasks from other documents by workbook: the template out, the filled one in. All or nothing; the same one twice is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.actions import read as read_workbook
from tongjian.kernel import events, evidence
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User
from tongjian.plans.choices import TaskSource
from tongjian.plans.models import PlanYear, Task
from tongjian.plans.supervision import access, tasks, tasks_table
from tongjian.plans.supervision.tasks_table import COLUMNS, Line, Problem
from tongjian.reading import xlsx
from tongjian.reading.errors import ReadingError

WIDTHS = {"title": 32, "text": 48, "document": 28, "passage": 48, "lead": 22, "joint": 28}
ROWS = 500
OFFERED = ("批示", "会议纪要", "上级任务", "政府工作报告", "其他")


class TasksRefused(TongjianError):
    """A workbook with problems: nothing was made. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "supervision.tasks_refused",
            _("No task was made. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Made:
    """What a workbook made: its rows, and the tasks that were new."""

    rows: int
    tasks: tuple[Task, ...]


def template(year: int) -> bytes:
    """An empty workbook with lists of units, months and kinds of sources."""
    book = xlsx.started()
    sheet, other = book.create_sheet(tasks_table.SHEET), book.create_sheet(tasks_table.UNITS_SHEET)
    xlsx.head(sheet, [(label, WIDTHS.get(name, 12)) for name, label in COLUMNS.items()], "A2")
    units = _units()
    for row, unit in enumerate(units, 1):
        other.cell(row, 1, unit.subject.label)
    at = {name: number for number, name in enumerate(COLUMNS, 1)}
    months = [f"{year}-{m:02d}" for m in range(1, 13)]
    listed = f"'{tasks_table.UNITS_SHEET}'!$A$1:$A${max(len(units), 1)}"
    xlsx.offer(sheet, at["lead"], ROWS, listed, "请从“单位”表中选择一个牵头单位")
    xlsx.offer(sheet, at["source"], ROWS, OFFERED, "请选择来源类别")
    for name in ("month", "since"):
        xlsx.offer(sheet, at[name], ROWS, months, f"请选择{year}年的月份")
    return xlsx.saved(book)


def _units() -> list[Organisation]:
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))


def _known() -> Mapping[str, Organisation]:
    units = _units()
    names = {u.subject.key: u for u in units} | {u.subject.label_en: u for u in units if u.subject.label_en}
    return names | {u.subject.label: u for u in units}


def take_in(plan: PlanYear, data: bytes, name: str, *, by: User | None, at: datetime) -> Made:
    """Make the tasks of a filled workbook; each has its cell as origin, with the passage that the row quotes.

    by None: the operator. Raises NotAllowed, TasksRefused naming every bad cell; nothing is written then.
    """
    if by is not None:
        access.must_issue(by)
    try:
        sheets = read_workbook(data, name)
    except ReadingError as error:
        raise TasksRefused([Problem("", "", error.code, {"en": error.en, "zh": error.zh})]) from error
    lines, problems = tasks_table.check(sheets, _known(), plan.year)
    if problems:
        raise TasksRefused(problems)
    return _write(plan, lines, data, name, by, at)


@transaction.atomic
def _write(
    plan: PlanYear, lines: Sequence[Line], data: bytes, name: str, by: User | None, at: datetime
) -> Made:
    file = evidence.keep(data, name, by=by, at=at)
    known = {t.origin_id: t for t in plan.tasks.filter(origin__file=file)}
    by_number: dict[str, Task] = {}
    new: list[Task] = []
    for line in lines:
        origin = _origin(file, line)
        task = known.get(origin.pk)
        if task is None:
            task = tasks.make(plan, _draft(line), origin, by_number.get(line.above), by, at)
            new.append(task)
        by_number[line.number] = task
    if new:
        told = {"file": file.sha256, "tasks": len(new)}
        events.record("supervision.tasks_made", plan, by=by, at=at, data=told)
    return Made(len(lines), tuple(new))


def _origin(file: EvidenceFile, line: Line) -> Place:
    """The cell of the row's title; its excerpt says document and passage where the row names them."""
    head = f"《{line.document}》" if line.document else ""
    return evidence.cell(file, tasks_table.SHEET, line.cell, f"{head}{line.passage or line.text}")


def _draft(line: Line) -> tasks.Draft:
    return tasks.Draft(
        title=line.title,
        text=line.text,
        source=TaskSource(line.source),
        lead=line.lead,
        joint=line.joint,
        month=line.month,
        since=line.since,
    )
