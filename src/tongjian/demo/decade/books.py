"""The ten years as workbooks, in the form that departments send: one for each department and year, by month in the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from tongjian.demo import files
from tongjian.demo.decade.recipes import FIRST, LAST, LAST_MONTH, meterings
from tongjian.demo.decade.rows import Row, rows
from tongjian.facts.collection import labels
from tongjian.packs import entries
from tongjian.reading import xlsx
from tongjian.values import Period

# Rounds that workbooks are sent for: years, and in the last one January to each month.
ROUNDS: tuple[Period, ...] = (
    *(Period.year(year) for year in range(FIRST, LAST)),
    *(Period.to_date(LAST, month) for month in range(1, LAST_MONTH + 1)),
)
REVISING = Period.to_date(LAST, 9)  # the last year's workbook that brings revisions of the year before
COLUMNS = ("metric", "name", "area", "measure", "basis", "unit", "period", "value", "status", "note")
WIDTHS = {"metric": 34, "name": 30, "area": 14, "period": 16, "note": 22}
MADE = datetime(2022, 12, 1)
ABOUT = (
    ("模拟 Simulated", "本工作簿的全部数值由程序模拟，未经任何单位公布，不是统计资料。"),
    ("", "All values in this workbook are simulated. None was published; they are no statistics."),
    ("方法", "见安装包 tongjian/demo/data/decade.yaml；与样例工作簿中已公开的2022年数值保持一致。"),
    ("时期", "逐月累计数写“2016年1—9月”；一月、二月合并发布的指标自二月起填报。"),
    ("报送日期", "报送日期同为模拟，按各单位报送期限设定。The dates of receipt are simulated as well."),
)


def folder(round_: Period) -> Path:
    """HOME/demo/decade/2016, HOME/demo/decade/2022-06."""
    return files.home() / "decade" / _short(round_)


def lay_out() -> int:
    """Write each workbook that is not there yet. Returns how many; a changed one is left alone."""
    if all(any(folder(r).glob("*.xlsx")) for r in ROUNDS):
        return 0
    written = 0
    for (round_, owner), own in _by_book().items():
        target = folder(round_) / name_of(owner, round_)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(book(owner, round_, own))
            written += 1
    return written


def name_of(owner: str, round_: Period) -> str:
    """`区统计局-2016-模拟.xlsx`: told by its sender's name when it comes in."""
    return f"{_names('organisations')[owner]}-{_short(round_)}-模拟.xlsx"


def _short(round_: Period) -> str:
    """2016; of January to a month that month, 2022-06."""
    return str(round_ if round_.months == 12 else Period(round_.end, round_.end))


def round_of(row: Row) -> Period:
    """The round whose workbook holds a row."""
    if row.year < LAST:
        return Period.year(row.year)
    end = row.cell.period.end
    return REVISING if row.cell.period.end_year < LAST else Period.to_date(LAST, end % 12 + 1)


def _by_book() -> dict[tuple[Period, str], list[Row]]:
    made: dict[tuple[Period, str], list[Row]] = defaultdict(list)
    for row in rows():
        made[round_of(row), meterings()[row.cell.metric].owner].append(row)
    return made


def book(owner: str, round_: Period, own: Sequence[Row]) -> bytes:
    """The workbook of one department and round."""
    made = Workbook(write_only=True)
    made.properties.creator, made.properties.created = "Tongjian", MADE
    sheet = made.create_sheet(labels.SHEET)
    for i, name in enumerate(COLUMNS):
        sheet.column_dimensions["ABCDEFGHIJ"[i]].width = WIDTHS.get(name, 11)
    title = f"{_names('organisations')[owner]}　{round_.label('zh')}月度指标填报（模拟 Simulated，未公布）"
    sheet.append([title])
    sheet.append(list(_bold(sheet, [labels.COLUMNS[name] for name in COLUMNS])))
    for row in own:
        sheet.append(_cells(sheet, row))
    _explain(made.create_sheet(labels.HELP_SHEET))
    return xlsx.saved(made)


def _bold(sheet: Any, texts: Sequence[str]) -> Iterator[Any]:
    for text in texts:
        cell = WriteOnlyCell(sheet, text)
        cell.font = Font(bold=True)
        yield cell


def _cells(sheet: Any, row: Row) -> list[Any]:
    metering = meterings()[row.cell.metric]
    growth = row.cell.measure == "growth"
    return [
        metering.key,
        metering.name,
        _names("areas")[row.cell.area or settings.DISTRICT],
        "增速" if growth else "数值",
        labels.label_of(labels.BASES, row.cell.basis),
        "%" if growth else metering.unit,
        _printed(row.cell.period),
        _value(sheet, row),
        row.status,
        row.note,
    ]


@lru_cache(maxsize=1024)
def _printed(period: Period) -> str:
    return period.label("zh")


def _value(sheet: Any, row: Row) -> Any:
    """With a number format that keeps its places: 12.30 is not 12.3."""
    if row.value is None:
        return labels.NOT_REPORTED
    decimals = row.value.decimals
    if not decimals:
        return row.value.mantissa
    cell = WriteOnlyCell(sheet, row.value.mantissa / 10**decimals)
    cell.number_format = "0." + "0" * decimals
    return cell


def _explain(sheet: Any) -> None:
    for line in ABOUT:
        sheet.append(line)


@lru_cache(maxsize=2)
def _names(kind: str) -> dict[str, str]:
    return {e.key: e.body["name"] for e in entries(kind)}
