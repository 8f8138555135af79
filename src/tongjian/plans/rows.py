"""Rows of a workbook under check: columns by heading, every problem of every cell kept. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tongjian.facts.collection.table import filled_rows, headings
from tongjian.facts.collection.workbook import Cell, Sheet, reference
from tongjian.kernel.cells import CellProblem


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

    def where(self, name: str) -> str:
        return reference(self.number, self.columns[name])

    def wrong(self, name: str, code: str, **params: object) -> None:
        self.problems.append(self.form.problem(self.sheet.name, self.where(name), code, params))


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
