"""The workbook of tasks from other documents: what it looks like, and what each of its rows says. Pure.

A row is one task; 上级序号 names the row that it is a part of. Every cell is checked, all problems come at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.workbook import Cell, Sheet, letters, reference
from tongjian.kernel.models import Organisation
from tongjian.plans.choices import TaskSource
from tongjian.values import Period, PeriodError

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
HEADING_ROWS = 10
_BETWEEN = re.compile(r"[、，,；;/\n]+")
_MONTH = re.compile(r"(?:(\d{4})[-年/.])?\s*(\d{1,2})月?\Z")

MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _("The workbook has no sheet named %(wanted)s. Start from the template."),
    "heading_missing": _("The column %(heading)s was not found. Copy the headings from the template."),
    "no_rows": _("The sheet has no tasks."),
    "empty": _("The cell is empty. Fill it in."),
    "number_twice": _("The running number %(got)s stands twice. Give each row its own."),
    "above_unknown": _("No row above this one has the number %(got)s."),
    "source_unknown": _("“%(got)s” is no kind of source. Choose %(known)s."),
    "unit_unknown": _("“%(got)s” is no unit known here. Choose one from the sheet of units."),
    "unit_is_lead": _("“%(got)s” is the lead unit already. Take it out of the joint units."),
    "month_unknown": _("“%(got)s” is no month of %(year)s. Write it as %(year)s-10 or 10月."),
    "part_later": _("The part is due after the whole, which is due in %(month)s."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: a code of MESSAGES and its parameters; en and zh in them are the sentence itself."""

    sheet: str
    cell: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        if "en" in self.params:
            return str(self.params["en" if (get_language() or "").startswith("en") else "zh"])
        return str(MESSAGES[self.code]) % self.params

    @property
    def where(self) -> str:
        return "!".join(p for p in (self.sheet, self.cell) if p)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


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
        found = self.cell(name)
        return (found.text.removesuffix(".0") if found.kind == "number" else found.text).strip()

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            self.wrong(name, "empty")
        return found

    def wrong(self, name: str, code: str, **params: object) -> None:
        where = reference(self.row, self.columns[name])
        self.problems.append(Problem(self.sheet.name, where, code, params))


def check(
    sheets: Sequence[Sheet], units: Mapping[str, Organisation], year: int
) -> tuple[list[Line], list[Problem]]:
    """The tasks of a workbook in its order, and every problem; use the first only when the second is empty."""
    sheet = next((s for s in sheets if s.name.strip() == SHEET), None)
    if sheet is None:
        return [], [Problem("", "", "sheet_missing", {"wanted": SHEET})]
    heading, columns, problems = _headings(sheet)
    if problems:
        return [], problems
    rows = [
        _Row(sheet, r, columns)
        for r in range(heading + 1, sheet.last_row + 1)
        if any(sheet.at(r, c).kind for c in columns.values())
    ]
    if not rows:
        return [], [Problem(sheet.name, "", "no_rows")]
    return _lines(rows, units, year)


def _headings(sheet: Sheet) -> tuple[int, dict[str, int], list[Problem]]:
    names = {label: name for name, label in COLUMNS.items()}
    width = range(1, sheet.last_column + 1)
    bare = {(r, c): re.sub(r"\s", "", sheet.at(r, c).text) for r in range(1, HEADING_ROWS + 1) for c in width}
    best = max(range(1, HEADING_ROWS + 1), key=lambda r: sum(bare[r, c] in names for c in width))
    columns = {names[bare[best, c]]: c for c in reversed(width) if bare[best, c] in names}
    problems = [
        Problem(sheet.name, "", "heading_missing", {"heading": COLUMNS[n]})
        for n in NEEDED
        if n not in columns
    ]
    return best, columns, problems


def _lines(
    rows: Sequence[_Row], units: Mapping[str, Organisation], year: int
) -> tuple[list[Line], list[Problem]]:
    made: dict[str, Line] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in rows:
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
    row: _Row,
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
    names = dict.fromkeys(n.strip() for n in _BETWEEN.split(row.text("joint")) if n.strip())
    joint = [u for n in names if (u := _unit(row, "joint", n, units)) is not None]
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
        *(lead, tuple(joint), month, since, reference(row.row, row.columns["title"])),
    )


def _source(row: _Row) -> TaskSource | None:
    written = row.needed("source")
    if written and written not in SOURCES:
        row.wrong("source", "source_unknown", got=written, known="、".join(SOURCES))
    return SOURCES.get(written)


def _unit(row: _Row, name: str, written: str, units: Mapping[str, Organisation]) -> Organisation | None:
    if written and written not in units:
        row.wrong(name, "unit_unknown", got=written)
    return units.get(written)


def _month(row: _Row, name: str, year: int) -> str:
    """2022-10 out of 2022-10, 2022年10月, 10月, 10 or a date; empty for an empty cell."""
    written = row.text(name)
    if not written:
        return ""
    found = _MONTH.match(written[:7] if row.cell(name).kind == "date" else written)
    try:
        period = Period.parse(f"{found[1] or year}-{int(found[2]):02d}") if found else None
    except PeriodError:
        period = None
    if period is None or period.end_year != year:
        row.wrong(name, "month_unknown", got=written, year=year)
        return ""
    return str(period)


def column_letters() -> dict[str, str]:
    """Where the template has each column."""
    return {name: letters(number) for number, name in enumerate(COLUMNS, 1)}
