"""The workbook that goes out to an organisation: one row for each series that it reports in a round."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.facts.collection import labels, marks
from tongjian.facts.collection.lines import Line, due_lines, period_of
from tongjian.facts.collection.previous import Stood, stood
from tongjian.facts.collection.rounds import round_of
from tongjian.facts.collection.workbook import letters
from tongjian.facts.models import Fact
from tongjian.kernel.models import Organisation
from tongjian.values import Number, Period

# Shown beside the cell to fill, and not read back: what stood last.
SHOWN: Mapping[str, str] = {"last": "上期数值", "last_year": "上年同期"}
COLUMNS: Mapping[str, str] = {
    name: label
    for own, heading in labels.COLUMNS.items()
    for name, label in ({own: heading, **SHOWN} if own == "value" else {own: heading}).items()
}
WIDTHS = {"name": 30, "metric": 26, "breakdown": 16, "measure": 18, "note": 36, "period": 18}
GIVEN = frozenset({"metric", "name", "area", "breakdown", "measure", "basis", *SHOWN})  # locked in the rows
OPEN_ROWS = 100  # empty rows that may be filled below the template's own
SHADED, PALE = PatternFill("solid", fgColor="E8EEF7"), PatternFill("solid", fgColor="F5F6F8")
TO_FILL = PatternFill("solid", fgColor="FFFBE6")


def template(
    organisation: Organisation,
    period: Period,
    at: datetime,
    filled: Mapping[int, Mapping[str, Any]] | None = None,
    *,
    alone: bool = False,
) -> bytes:
    """An xlsx to be filled in: sheet 填报 with headings locked, lists to choose from; sheet 说明 with the rules.

    filled: values by number of the line (from 0) and name of the column, as the web form gives them; alone: only
    these lines.
    """
    given, lines = filled or {}, due_lines(organisation, round_of(period))
    if alone:
        lines, given = [lines[n] for n in sorted(given)], dict(enumerate(given[n] for n in sorted(given)))
    book = Workbook()
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    book.properties.creator = "Tongjian"
    sheet: Any = book.active
    sheet.title = labels.SHEET
    _heading(sheet, marks.written(organisation.key, round_of(period)))
    _Rows(sheet, period, given).write(lines, stood(lines, round_of(period)))
    _lists(sheet, len(lines) + OPEN_ROWS)
    _protect(sheet)
    _help(book.create_sheet(labels.HELP_SHEET), organisation, period, at, len(lines))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _heading(sheet: Worksheet, mark: str) -> None:
    """Columns are open below the headings, so that rows can be added; the last one holds the number and is hidden."""
    for column, (name, label) in enumerate(COLUMNS.items(), start=1):
        cell = sheet.cell(1, column, label)
        cell.font, cell.fill = Font(bold=True), SHADED
        cell.alignment = Alignment(horizontal="center")
        dimension: Any = sheet.column_dimensions[letters(column)]
        dimension.width, dimension.protection = WIDTHS.get(name, 12), Protection(locked=False)
    sheet.freeze_panes = "C2"
    sheet.cell(1, len(COLUMNS) + 1, mark)
    sheet.column_dimensions[letters(len(COLUMNS) + 1)].hidden = True


class _Rows:
    """Writes the lines. A style is made once and shared by the cells that have it."""

    def __init__(self, sheet: Worksheet, period: Period, filled: Mapping[int, Mapping[str, Any]]) -> None:
        self.sheet, self.period, self.filled = sheet, period, filled
        self.styles: dict[tuple[bool, bool, int | None], Any] = {}

    def write(self, lines: Sequence[Line], before: Sequence[Stood]) -> None:
        for number, (line, stands) in enumerate(zip(lines, before, strict=True)):
            values = {**_values(line, self._period(line)), **_shown(stands), **self.filled.get(number, {})}
            for column, name in enumerate(COLUMNS, start=1):
                self._put(number + 2, column, name, values.get(name))

    def _period(self, line: Line) -> str:
        """As it was asked for, unless the line counts months alone."""
        own = period_of(line, round_of(self.period))
        return (self.period if own == round_of(self.period) else own).label("zh")

    def _put(self, row: int, column: int, name: str, value: Any) -> None:
        cell: Any = self.sheet.cell(row, column)
        places = value.decimals if isinstance(value, Number) else None
        cell._style = self._style(cell, name in GIVEN, name == "value", places)
        if value not in {None, ""}:
            cell.value = float(value.decimal) if isinstance(value, Number) else value

    def _style(self, cell: Any, given: bool, to_fill: bool, places: int | None) -> Any:
        found = self.styles.get((given, to_fill, places))
        if found is None:
            cell.protection = Protection(locked=given)
            if given or to_fill:
                cell.fill = PALE if given else TO_FILL
            if places is not None:
                cell.number_format = f"0.{'0' * places}" if places else "0"
            found = self.styles[given, to_fill, places] = copy(cell._style)
        return found


def _values(line: Line, period: str) -> dict[str, Any]:
    return {
        "metric": line.metric.key,
        "name": line.metric.name,
        "area": line.area.subject.label,
        "breakdown": line.breakdown,
        "measure": line.label,
        "basis": labels.label_of(labels.BASES, line.basis),
        "unit": line.unit,
        "period": period,
        "status": labels.label_of(labels.STATUSES, "actual"),
        "bound": labels.label_of(labels.BOUNDS, "eq"),
    }


def _shown(stands: Stood) -> dict[str, Any]:
    return {"last": stands.last, "last_year": stands.last_year, **_said(stands.said)}


def _said(fact: Fact | None) -> dict[str, Any]:
    """What the department reported for this round already stands in its cells, to be corrected."""
    if fact is None:
        return {}
    return {
        "value": fact.number if fact.number is not None else labels.NOT_REPORTED,
        "bound": labels.label_of(labels.BOUNDS, fact.bound),
        "status": labels.label_of(labels.STATUSES, fact.status),
        "note": fact.missing,
    }


def _lists(sheet: Worksheet, last: int) -> None:
    choices: dict[str, Sequence[str]] = {
        "basis": tuple(labels.BASES),
        "bound": tuple(labels.BOUNDS),
        "status": tuple(labels.STATUSES),
    }
    for name, words in choices.items():
        rule = DataValidation(
            type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True
        )
        rule.error = f"请从列表中选择：{'、'.join(words)}"
        column = letters(list(COLUMNS).index(name) + 1)
        rule.add(f"{column}2:{column}{last + 1}")
        sheet.add_data_validation(rule)
    sheet.add_data_validation(_numbers(letters(list(COLUMNS).index("value") + 1), last))


def _numbers(column: str, last: int) -> DataValidation:
    """Excel warns of text in the column of values; WPS does too."""
    allowed = f'OR(ISNUMBER({column}2),{column}2="{labels.NOT_REPORTED}")'
    rule = DataValidation(type="custom", formula1=allowed, allow_blank=True, showErrorMessage=True)
    rule.errorStyle, rule.error = (
        "warning",
        f"数值列只填数字；没有数据的填“{labels.NOT_REPORTED}”并在备注说明原因。",
    )
    rule.add(f"{column}2:{column}{last + 1}")
    return rule


def _protect(sheet: Worksheet) -> None:
    """Headings and what the template gives are locked; no password, it only keeps slips away."""
    sheet.protection.sheet = True
    sheet.protection.insertRows = sheet.protection.deleteRows = False
    sheet.protection.formatCells = sheet.protection.formatColumns = sheet.protection.autoFilter = False


def _help(sheet: Worksheet, organisation: Organisation, period: Period, at: datetime, lines: int) -> None:
    rows = (
        ("填报单位", organisation.subject.label),
        ("时期", period.label("zh")),
        ("生成时间", f"{localtime(at):%Y-%m-%d %H:%M}"),
        ("应填行数", str(lines)),
        (labels.COLUMNS["value"], "只写数字；没有数据的写“未报”，并在备注说明原因。零是数值，请写 0。"),
        (SHOWN["last"], "右侧两列列出上一期和上年同期的数值，供核对，不读取。"),
        (labels.COLUMNS["unit"], "可改用能换算的单位，如亿元改写万元；系统按原有精度精确换算。"),
        (
            labels.COLUMNS["period"],
            "写法：2022、2022-11、2022-01/2022-11、2022年1—11月、2022年前三季度。可增加上年同期的行。",
        ),
        (labels.COLUMNS["bound"], "、".join(labels.BOUNDS) + "；不填为“等于”。"),
        (labels.COLUMNS["status"], "、".join(labels.STATUSES) + "；不填为“实际”。"),
        (labels.COLUMNS["basis"], "、".join(labels.BASES) + "；不填为“自然口径”。"),
        (labels.COLUMNS["measure"], "、".join(labels.MEASURES) + "；不填为“数值”。"),
        ("更正", "改正后重新上传整张表即可；原来的数据保留，新的数据另记一次。"),
        ("模板编号", "表头最右侧隐藏列存有模板编号，用于识别单位和时期，请勿删除。"),
    )
    for row, (what, text) in enumerate(rows, start=1):
        sheet.cell(row, 1, what).font = Font(bold=True)
        sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 90
