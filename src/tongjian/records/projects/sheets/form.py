"""One project typed into a page: the row that the workbook would have had, under the workbook's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.models import Code, Place, Shape, User
from tongjian.records.projects import queries
from tongjian.records.projects.actions import typed
from tongjian.records.projects.models import Project
from tongjian.records.projects.sheets import projects, taking, writing
from tongjian.records.projects.sheets.ground import Ground, ground
from tongjian.records.projects.sheets.layouts import PROJECTS
from tongjian.records.projects.sheets.problems import PREFIX, Problem
from tongjian.records.projects.sheets.tables import Table, letters

ROW = 1
NAMES = tuple(PROJECTS.columns)
FIELDS = {letters(n): name for n, name in enumerate(NAMES, start=1)}


@transaction.atomic
def add(given: Mapping[str, str], *, by: User | None, at: datetime) -> Project:
    """A new project out of the fields of a form, named as the columns of the sheet.

    Raises NotAllowed for who may change no project at all, ImportRefused naming every bad field (`by_field`).
    """
    taking.check_may(by)
    table, on, source = _row(given, "projects.register", by, at)
    key = table.rows[0][1][0][1:].strip().lower()
    if key in on.projects:
        table.wrong(ROW, "key", "key_known", got=key)
    return _write(table, on, source, key)


@transaction.atomic
def amend(pk: int, given: Mapping[str, str], *, reason: str, by: User | None, at: datetime) -> Project:
    """What is typed of a project, anew, with the reason; its key stays. Raises NotAllowed, ImportRefused."""
    found = queries.editable_by(by, pk, lock=True)
    sent = {**given, "key": found.key}
    table, on, source = _row(sent, "projects.amend", by, at, reason)
    if not reason.strip():
        table.problems.append(Problem(PROJECTS.sheet, "reason", f"{PREFIX}reason_needed", {}))
    return _write(table, on, source, found.key)


def by_field(refused: taking.ImportRefused) -> dict[str, str]:
    """The name of each field with what is wrong with it; "reason" is one of them."""
    told: dict[str, str] = {}
    for problem in refused.problems:
        name = FIELDS.get(problem.cell.rstrip("0123456789"), problem.cell)
        told[name] = f"{told[name]} {problem.message}" if name in told else str(problem.message)
    return told


def given_of(project: Project) -> dict[str, str]:
    """The fields of a project as a form shows them; a shape that is no point has no field."""
    code = (
        Code.objects.filter(subject=project.pk, scheme=CodeScheme.PROJECT, until=None).order_by("-pk").first()
    )
    shape = Shape.objects.filter(subject=project.pk).first()
    total = project.planned_total
    return {
        "key": project.key,
        "name": project.name,
        "name_en": project.subject.label_en,
        "kind": project.kind,
        "nature": project.nature,
        "industry": project.industry,
        "code": code.value if code else "",
        "builder": project.builder,
        "area": project.area.key if project.area else "",
        "owner": project.owner.key if project.owner else "",
        "scope": project.scope,
        "planned_total": "" if total is None else str(total),
        "planned_start": _month(project.planned_start),
        "planned_finish": _month(project.planned_finish),
        "reserved_on": project.reserved_on.isoformat(),
        "parent": project.parent.key if project.parent else "",
        "sensitivity": project.sensitivity,
        "place": _point(shape),
    }


def _row(
    given: Mapping[str, str], what: str, by: User | None, at: datetime, reason: str = ""
) -> tuple[Table, Ground, Place]:
    """The sheet of one row, what it is checked against, and what was typed as evidence."""
    kept = typed(
        {n: given.get(n, "") for n in NAMES} | ({"reason": reason} if reason else {}), what, by=by, at=at
    )
    on = ground(kept.file, by, at)
    on.reason = reason.strip()
    cells = [f"t{given.get(name, '')}" for name in NAMES]
    return Table(PROJECTS, {name: n for n, name in enumerate(NAMES)}, [(ROW, cells)]), on, kept


def _write(table: Table, on: Ground, source: Place, key: str) -> Project:
    if table.problems:  # tell what is wrong with the other fields, too
        projects.check(table, on)
    else:
        writing.take_projects(table, on, source)
    if table.problems:
        raise taking.ImportRefused(table.problems)
    taking.close(on.file, [table], on)
    return Project.objects.select_related("subject").get(subject__key=key)


def _month(index: int | None) -> str:
    return "" if index is None else f"{index // 12}-{index % 12 + 1:02d}"


def _point(shape: Shape | None) -> str:
    if shape is None or shape.geometry["type"] != "Point":
        return ""
    return ",".join(f"{c:.10g}" for c in shape.geometry["coordinates"][:2])
