"""Rows of a workbook under check: columns by heading, every problem of every cell kept. Pure.

What workbooks of tasks and of indicators have in common stands here: the sentences of a form, words, months, lists of names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.table import filled_rows, headings
from tongjian.facts.collection.workbook import Cell, Sheet, reference
from tongjian.kernel.cells import CellProblem
from tongjian.values import Period, PeriodError

W = TypeVar("W")
_BETWEEN = re.compile(r"[、，,；;/\n]+")
_MONTH = re.compile(r"(?:(\d{4})[-年/.])?\s*(\d{1,2})月?\Z")

# Sentences of every form; each adds its own.
MESSAGES: Mapping[str, str | Promise] = {
    "sheet_missing": _("The workbook has no sheet named %(wanted)s. Start from the template."),
    "heading_missing": _("The column %(heading)s was not found. Copy the headings from the template."),
    "cell_value": _("The cell holds an error or a formula without a result (%(got)s). Type the value."),
    "empty": _("The cell is empty. Fill it in."),
    "number_twice": _("The running number %(got)s stands twice. Give each row its own."),
}


@dataclass(frozen=True, slots=True)
class Form:
    """What a sheet looks like. labels: column → heading; needed: headings that must be there; problem: its own class."""

    name: str
    labels: Mapping[str, str]
    needed: Collection[str]
    problem: type[CellProblem]


@dataclass(slots=True)
class Row:
    """One row under check."""

    form: Form
    sheet: Sheet
    number: int
    columns: Mapping[str, int]
    problems: list[CellProblem] = field(default_factory=list)

    def cell(self, name: str) -> Cell:
        return self.sheet.at(self.number, self.columns.get(name, 0))

    def text(self, name: str) -> str:
        """The cell's text, a whole number without its zeros; empty for a column that is not there."""
        found = self.cell(name)
        if found.kind in {"error", "formula"}:
            self.wrong(name, "cell_value", got=found.text or "–")
            return ""
        return (found.text.removesuffix(".0") if found.kind == "number" else found.text).strip()

    def needed(self, name: str) -> str:
        found = self.text(name)
        if not found:
            self.wrong(name, "empty")
        return found

    def word(self, name: str, known: Mapping[str, W], code: str) -> W | None:
        """What a word means; one that is not known is wrong at its cell, or at the row where there is no such column."""
        written = self.text(name)
        if written not in known:
            choices = "、".join(k for k in known if k)
            self.wrong(name if name in self.columns else "number", code, got=written, known=choices)
        return known.get(written)

    def month(self, name: str, year: int) -> Period | None:
        """The month that a filled cell names, of whatever year; None where it names none."""
        return month_in(self.text(name), year, is_date=self.cell(name).kind == "date")

    def where(self, name: str) -> str:
        return reference(self.number, self.columns[name])

    def wrong(self, name: str, code: str, **params: object) -> None:
        self.problems.append(self.form.problem(self.sheet.name, self.where(name), code, params))


def month_in(written: str, year: int, *, is_date: bool = False) -> Period | None:
    """2022-10 out of 2022-10, 2022年10月, 10月, 10 or a date; year: of a month without one. None: no month."""
    text = written.strip()
    found = _MONTH.match(text[:7] if is_date else text)
    try:
        return Period.parse(f"{found[1] or year}-{int(found[2]):02d}") if found else None
    except PeriodError:
        return None


def names_in(written: str) -> list[str]:
    """The names of a list, 区水务局、区交通局, each once."""
    return list(dict.fromkeys(n.strip() for n in _BETWEEN.split(written) if n.strip()))


def rows(sheets: Collection[Sheet], form: Form) -> tuple[list[Row], list[CellProblem]]:
    """The filled rows below the headings; or what is wrong with the workbook as a whole."""
    sheet = next((s for s in sheets if s.name.strip() == form.name), None)
    if sheet is None:
        return [], [form.problem("", "", "sheet_missing", {"wanted": form.name})]
    found = headings(sheet, form.labels)
    missing = [form.labels[n] for n in form.needed if n not in found.columns]
    if missing:
        return [], [form.problem(sheet.name, "", "heading_missing", {"heading": h}) for h in missing]
    made = [Row(form, sheet, n, found.columns) for n in filled_rows(sheet, found.row, found.columns)]
    return made, [] if made else [form.problem(sheet.name, "", "no_rows")]
