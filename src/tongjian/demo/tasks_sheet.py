"""Filling in the exported task list as a person would: units by name, months, in the columns by their headings."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import openpyxl

from tongjian.demo import tasks
from tongjian.kernel.models import Organisation
from tongjian.plans.task_table import COLUMNS, SHEET


def filled(exported: bytes) -> bytes:
    """The same workbook with lead unit, joint units and month in the rows that have no lead unit yet."""
    book = openpyxl.load_workbook(io.BytesIO(exported))
    sheet: Any = book[SHEET]
    column = _columns(sheet)
    names = _names()
    rules, otherwise = tasks.assignments()
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, column["lead"]).value:
            continue
        wanted = tasks.assignment_of(str(sheet.cell(row, column["text"]).value), rules, otherwise)
        sheet.cell(row, column["lead"]).value = names[wanted.lead]
        sheet.cell(row, column["joint"]).value = "、".join(names[key] for key in wanted.joint) or None
        sheet.cell(row, column["month"]).value = wanted.due
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _columns(sheet: Any) -> dict[str, int]:
    """Our name of a column → where its heading stands in the first row."""
    labels = {label: name for name, label in COLUMNS.items()}
    return {labels[c.value]: c.column for c in sheet[1] if c.value in labels}


def _names() -> Mapping[str, str]:
    """Key of an organisation → its name."""
    return {o.subject.key: o.subject.label for o in Organisation.objects.select_related("subject")}
