"""A published result as a workbook: one row a unit, and which cell holds which figure. Pure, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from tongjian.facts.assessment import hiding
from tongjian.facts.assessment.frozen import Kept
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.values import Number

SHEET = "考核结果"
FIRST = 4  # row of the district
FIXED = ("街乡镇", "组别", "位次", "综合得分", "加减分", "办件数", "剔除数")
LONG_AGO = datetime(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Figure:
    """One published number. unit: key; small: its counts are too small for readers, or would tell such ones."""

    metric: str
    unit: str
    number: Number
    cell: str
    small: bool
    simulated: bool


def book(scheme: Scheme, kept: Kept, month: str, number: int, district: str) -> bytes:
    """The district's row, then units in the order of the result."""
    made, out = Workbook(), io.BytesIO()
    made.properties.creator = "Tongjian"
    made.properties.created = made.properties.modified = LONG_AGO
    sheet = made.worksheets[0]
    sheet.title = SHEET
    sheet.append([f"{scheme.name} {month}"])
    sheet.append([f"第{number}版" + ("；权重与门槛为示意" if scheme.illustrative else "")])
    sheet.append(_heads(scheme))
    sheet["A1"].font = Font(bold=True, size=14)
    for row in _rows(kept):
        sheet.append(_cells(scheme, kept, row, district))
    for column in range(1, len(_heads(scheme)) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 14
        sheet.cell(3, column).font = Font(bold=True)
    made.save(out)
    return out.getvalue()


def _rows(kept: Kept) -> Sequence[Row]:
    return (kept.whole, *kept.rows)


def _heads(scheme: Scheme) -> list[str]:
    return [*FIXED, *(h for m in scheme.measures for h in (m.name, "分子", "分母"))]


def _cells(scheme: Scheme, kept: Kept, row: Row, district: str) -> list[str | int | float | None]:
    group = next((g.name for g in scheme.groups if g.key == row.group), "")
    name = kept.names.get(row.unit, (district, ""))[0]
    cells: list[str | int | float | None] = [name, group, row.rank, _plain(row.score_printed)]
    cells += [float(row.points), row.counts.n, row.counts.excluded]
    for rate in row.rates:
        cells += [_plain(rate.percent), rate.num, rate.den]
    return cells


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def figures(scheme: Scheme, kept: Kept, district: str) -> Iterator[Figure]:
    """Rates, score and rank of each row, as far as the scheme names metrics for them. The district has no rank."""
    closed = hiding.hidden(kept.rows)
    for line, row in enumerate(_rows(kept), FIRST):
        unit = row.unit or district
        hidden = row.unit in closed if row.unit else hiding.is_small(row)
        for column, metric, value in _said(scheme, row):
            if metric and value is not None:
                cell = f"{get_column_letter(column)}{line}"
                yield Figure(metric, unit, Number.parse(str(value)), cell, hidden, bool(row.counts.simulated))


def _said(scheme: Scheme, row: Row) -> Iterator[tuple[int, str, Decimal | int | None]]:
    yield 3, scheme.rank_metric, row.rank
    yield 4, scheme.score_metric, row.score_printed if row.unit else None
    yield 6, scheme.cases_metric, row.counts.n
    for n, (measure, rate) in enumerate(zip(scheme.measures, row.rates, strict=True)):
        yield len(FIXED) + 1 + 3 * n, measure.published, rate.percent
