"""The workbook that goes out to an organisation: one row for each series that it reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from openpyxl.styles import Protection
from openpyxl.worksheet.worksheet import Worksheet

from tongjian.facts.collection import labels
from tongjian.facts.collection.lines import Line, lines_of
from tongjian.kernel.models import Organisation
from tongjian.reading import xlsx
from tongjian.values import Period

WIDTHS = {"name": 30, "metric": 26, "breakdown": 16, "measure": 18, "note": 36, "period": 18}
OPEN_ROWS = 100  # empty rows that may be filled below the template's own


def template(organisation: Organisation, period: Period, at: datetime) -> bytes:
    """An xlsx to be filled in: sheet 填报 with headings locked, lists to choose from; sheet 说明 with the rules."""
    book = xlsx.started()
    sheet = book.create_sheet(labels.SHEET)
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    lines = lines_of(organisation)
    xlsx.head(sheet, [(label, WIDTHS.get(name, 12)) for name, label in labels.COLUMNS.items()], "C2")
    for row, line in enumerate(lines, start=2):
        _row(sheet, row, line, period)
    _lists(sheet, len(lines) + OPEN_ROWS)
    _lock(sheet, len(lines) + OPEN_ROWS)
    _help(book.create_sheet(labels.HELP_SHEET), organisation, period, at, len(lines))
    return xlsx.saved(book)


def _row(sheet: Worksheet, row: int, line: Line, period: Period) -> None:
    values = {
        "metric": line.metric.key,
        "name": line.metric.name,
        "area": line.area.subject.label,
        "breakdown": line.breakdown,
        "measure": line.label,
        "basis": labels.label_of(labels.BASES, line.basis),
        "unit": line.unit,
        "period": period.label("zh"),
        "status": labels.label_of(labels.STATUSES, "actual"),
        "bound": labels.label_of(labels.BOUNDS, "eq"),
    }
    for column, name in enumerate(labels.COLUMNS, start=1):
        if values.get(name):
            sheet.cell(row, column, values[name])


def _lists(sheet: Worksheet, last: int) -> None:
    choices: dict[str, Sequence[str]] = {
        "basis": tuple(labels.BASES),
        "bound": tuple(labels.BOUNDS),
        "status": tuple(labels.STATUSES),
    }
    for name, words in choices.items():
        column = list(labels.COLUMNS).index(name) + 1
        xlsx.offer(sheet, column, last + 1, words, f"请从列表中选择：{'、'.join(words)}")


def _lock(sheet: Worksheet, last: int) -> None:
    """Headings are locked, all rows below are open; no password, it only keeps slips away."""
    for row in range(2, last + 2):
        for column in range(1, len(labels.COLUMNS) + 1):
            sheet.cell(row, column).protection = Protection(locked=False)
    sheet.protection.sheet = True
    sheet.protection.insertRows = sheet.protection.deleteRows = False
    sheet.protection.formatCells = sheet.protection.formatColumns = sheet.protection.autoFilter = False


def _help(sheet: Worksheet, organisation: Organisation, period: Period, at: datetime, lines: int) -> None:
    rows = (
        ("填报单位", organisation.subject.label),
        ("时期", period.label("zh")),
        ("生成时间", at.isoformat(timespec="minutes")),
        ("应填行数", str(lines)),
        (labels.COLUMNS["value"], "只写数字；没有数据的写“未报”，并在备注说明原因。零是数值，请写 0。"),
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
    )
    xlsx.explain(sheet, rows, 90)
