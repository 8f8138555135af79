"""The web form 网上填报: the rows of a package's template. What is filled in becomes a workbook and takes its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongjian.facts.choices import Basis, SubmissionState
from tongjian.facts.collection import actions, labels, problems
from tongjian.facts.collection.lines import Line, due_lines
from tongjian.facts.collection.previous import Stood, stood
from tongjian.facts.collection.template import template
from tongjian.facts.models import Package, Submission
from tongjian.facts.validation.findings import of_json
from tongjian.kernel.models import User
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Filled:
    """One row as typed; bound and status: codes."""

    value: str = ""
    bound: str = "eq"
    status: str = "actual"
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """By the names of the workbook's columns."""
        return {
            "value": self.value,
            "bound": labels.label_of(labels.BOUNDS, self.bound),
            "status": labels.label_of(labels.STATUSES, self.status),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line with what stands beside it, and what is in its fields."""

    number: int
    line: Line
    stood: Stood
    filled: Filled

    @property
    def basis(self) -> str:
        """The basis as a reader says it; empty for the plain one."""
        return "" if self.line.basis == Basis.NATURAL else str(Basis(self.line.basis).label)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a form; wrong: sentences by the number of the line."""

    submission: Submission
    wrong: Mapping[int, Sequence[str]] = field(default_factory=dict)


def rows(package: Package, filled: Mapping[int, Filled] | None = None) -> list[FormRow]:
    """All rows of a package; fields hold what was typed, else what the unit reported before."""
    round_ = Period.parse(package.period)
    lines = due_lines(package.organisation, round_)
    before = stood(lines, round_)
    given = filled or {}
    return [
        FormRow(n, line, stands, given.get(n) or _said(stands))
        for n, (line, stands) in enumerate(zip(lines, before, strict=True))
    ]


def _said(stands: Stood) -> Filled:
    fact = stands.said
    if fact is None:
        return Filled()
    value = labels.NOT_REPORTED if fact.number is None else str(fact.number)
    return Filled(value, fact.bound, fact.status, fact.missing)


def send(package: Package, filled: Mapping[int, Filled], *, name: str, by: User, at: datetime) -> Sent:
    """Make a workbook of the rows that hold a value and submit it. Rows left empty are left out.

    name: of the workbook, which is kept as what was received. Raises NotAllowed, WorkbookRefused.
    """
    actions.check_may(by, package.organisation)
    round_ = Period.parse(package.period)
    given = {n: f.columns() for n, f in sorted(filled.items()) if f.value.strip() or f.note.strip()}
    data = template(package.organisation, round_, at, given, alone=True)
    done = actions.submit(data, name, organisation=package.organisation, period=round_, by=by, at=at)
    return Sent(done, _wrong(done, list(given)))


def _wrong(done: Submission, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Problems and hard findings by line: the first row of the workbook is the first line that was filled."""
    told = [(p.cell, p.message) for p in problems.of(done)]
    if done.state == SubmissionState.HELD:
        told += [(f.cell, f"{f.title}: {f.message}") for f in of_json(done.findings) if f.is_hard]
    found: dict[int, list[str]] = {}
    for cell, message in told:
        row = int("".join(c for c in cell if c.isdigit()) or 0) - 2
        if 0 <= row < len(numbers):
            found.setdefault(numbers[row], []).append(message)
    return found
