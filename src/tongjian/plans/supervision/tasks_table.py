"""The workbook of tasks from other documents: what it looks like, and what each of its rows says. Pure.

A row is one task; 上级序号 names the row that it is a part of. Every cell is checked, all problems come at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.workbook import Sheet
from tongjian.kernel.cells import CellProblem
from tongjian.kernel.models import Organisation
from tongjian.plans import rows
from tongjian.plans.choices import TaskSource
from tongjian.plans.rows import Form, Row

SHEET, UNITS_SHEET = "督办任务", "单位"
COLUMNS: Mapping[str, str] = {
    "number": "序号",
    "above": "上级序号",
    "title": "事项",
    "text": "工作要求",
    "source": "来源类别",
    "document": "来源文件",
    "passage": "原文",
    "lead": "牵头单位",
    "joint": "配合单位",
    "month": "完成月份",
    "since": "开始月份",
}
NEEDED = ("number", "title", "source", "lead", "month")
SOURCES: Mapping[str, TaskSource] = {
    "批示": TaskSource.INSTRUCTION,
    "领导批示": TaskSource.INSTRUCTION,
    "会议纪要": TaskSource.MINUTES,
    "会议": TaskSource.MINUTES,
    "上级任务": TaskSource.UPPER,
    "上级部署": TaskSource.UPPER,
    "政府工作报告": TaskSource.REPORT,
    "报告": TaskSource.REPORT,
    "其他": TaskSource.OTHER,
}

MESSAGES: Mapping[str, str | Promise] = {
    **rows.MESSAGES,
    "no_rows": _("The sheet has no tasks."),
    "above_unknown": _("No row above this one has the number %(got)s."),
    "source_unknown": _("“%(got)s” is no kind of source. Choose %(known)s."),
    "unit_unknown": _("“%(got)s” is no unit known here. Choose one from the sheet of units."),
    "unit_is_lead": _("“%(got)s” is the lead unit already. Take it out of the joint units."),
    "month_unknown": _("“%(got)s” is no month of %(year)s. Write it as %(year)s-10 or 10月."),
    "part_later": _("The part is due after the whole, which is due in %(month)s."),
}


class Problem(CellProblem):
    """What is wrong with a cell of such a workbook."""

    __slots__ = ()
    messages = MESSAGES


FORM = Form(SHEET, COLUMNS, NEEDED, Problem)


@dataclass(frozen=True, slots=True)
class Line:
    """One task as a row says it. above: the number of the row that it is a part of, or empty. cell: of its title."""

    number: str
    above: str
    title: str
    text: str
    source: TaskSource
    document: str
    passage: str
    lead: Organisation
    joint: tuple[Organisation, ...]
    month: str
    since: str
    cell: str


def check(
    sheets: Sequence[Sheet], units: Mapping[str, Organisation], year: int
) -> tuple[list[Line], list[CellProblem]]:
    """The tasks of a workbook in its order, and every problem; use the first only when the second is empty."""
    found, problems = rows.rows(sheets, FORM)
    return ([], problems) if problems else _lines(found, units, year)


def _lines(
    found: Sequence[Row], units: Mapping[str, Organisation], year: int
) -> tuple[list[Line], list[CellProblem]]:
    made: dict[str, Line] = {}
    problems: list[CellProblem] = []
    seen: set[str] = set()
    for row in found:
        number = row.needed("number")
        if number in seen:
            row.wrong("number", "number_twice", got=number)
        line = _line(row, number, seen, made, units, year)
        seen.add(number)
        problems += row.problems
        if line is not None:
            made[number] = line
    return list(made.values()), problems


def _line(
    row: Row,
    number: str,
    seen: set[str],
    made: Mapping[str, Line],
    units: Mapping[str, Organisation],
    year: int,
) -> Line | None:
    above = row.text("above") if "above" in row.columns else ""
    if above and above not in seen:
        row.wrong("above", "above_unknown", got=above)
    title, source, lead = row.needed("title"), _source(row), _unit(row, "lead", row.needed("lead"), units)
    joint = [u for n in rows.names_in(row.text("joint")) if (u := _unit(row, "joint", n, units)) is not None]
    if lead is not None and lead in joint:
        row.wrong("joint", "unit_is_lead", got=str(lead))
    month, since = _month(row, "month", year), _month(row, "since", year)
    whole = made.get(above)
    if whole is not None and whole.month and month > whole.month:
        row.wrong("month", "part_later", month=whole.month)
    if row.problems or source is None or lead is None:
        return None
    return Line(
        *(number, above, title, row.text("text") or title, source, row.text("document"), row.text("passage")),
        *(lead, tuple(joint), month, since, row.where("title")),
    )


def _source(row: Row) -> TaskSource | None:
    return row.word("source", SOURCES, "source_unknown") if row.needed("source") else None


def _unit(row: Row, name: str, written: str, units: Mapping[str, Organisation]) -> Organisation | None:
    if written and written not in units:
        row.wrong(name, "unit_unknown", got=written)
    return units.get(written)


def _month(row: Row, name: str, year: int) -> str:
    """A month of that year; empty for an empty cell."""
    written = row.text(name)
    if not written:
        return ""
    period = row.month(name, year)
    if period is None or period.end_year != year:
        row.wrong(name, "month_unknown", got=written, year=year)
        return ""
    return str(period)
