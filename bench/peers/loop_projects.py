"""Peers of the project library: one project, one row, one deadline at a time, as registers in Django are mostly written."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from openpyxl import load_workbook

from tongjian.kernel.calendars import Calendar


@dataclass
class Month:
    """A row as an object; the eight identities that ours tests as arrays."""

    project: int
    month: int
    this_month: int
    year_to_date: int
    construction: int
    installation: int
    equipment: int
    other: int
    total: int
    planned_total: int


def broken(rows: Iterable[Month]) -> list[tuple[int, int, str]]:
    """Every row against the one before it, identity by identity."""
    found = []
    before: Month | None = None
    for r in sorted(rows, key=lambda r: (r.project, r.month)):
        same = before is not None and before.project == r.project
        year = same and before is not None and before.month // 12 == r.month // 12
        until = before.year_to_date if year and before is not None else 0
        if r.year_to_date != until + r.this_month:
            found.append((r.project, r.month, "year_to_date"))
        if r.year_to_date != r.construction + r.installation + r.equipment + r.other:
            found.append((r.project, r.month, "parts"))
        if same and before is not None:
            base = before.total - before.year_to_date if year else before.total
            if r.total != base + r.year_to_date:
                found.append((r.project, r.month, "total"))
        if r.total > r.planned_total * 1.1:
            found.append((r.project, r.month, "planned"))
        if r.equipment < 0 or r.other < 0 or r.this_month < 0:
            found.append((r.project, r.month, "negative"))
        before = r
    return found


def read_rows(data: bytes) -> Iterator[Sequence[Any]]:
    """openpyxl's fast reader, no styles, no formulas, nothing checked."""
    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True)["月度投资"]
    rows = sheet.iter_rows(values_only=True)
    next(rows)
    yield from rows


def months(rows: Iterable[Sequence[Any]], projects: Mapping[str, int]) -> list[Month]:
    made = []
    for key, text, this, to_date, *parts, total in rows:
        year, _dash, month = str(text).partition("-")
        index = int(year) * 12 + int(month) - 1
        made.append(Month(projects[key], index, this, to_date, *parts[:4], total, 10**9))
    return made


def missing_one_by_one(pks: Sequence[int]) -> dict[int, list[str]]:
    """What each project lacks for the next stage of approval: its own queries, an if for each need."""
    from tongjian.kernel.models import Code, Passage
    from tongjian.records.projects.models import Project, ProjectDocument

    found = {}
    for pk in pks:
        project = Project.objects.get(pk=pk)
        entered = [p.stage for p in Passage.objects.filter(subject=project.subject_id, track="approval")]
        papers = {d.kind for d in ProjectDocument.objects.filter(project=project)}
        code = Code.objects.filter(subject=project.subject_id, scheme="project_code").first()
        lacking = []
        if not entered:
            if code is None or code.verdict == "bad":
                lacking.append("project_code")
            if "approval" not in papers:
                lacking.append("approval")
        elif entered[-1] == "land_and_planning" and "land" not in papers:
            lacking.append("land")
        elif entered[-1] == "works_permit" and "permit" not in papers:
            lacking.append("permit")
        found[pk] = lacking
    return found


def deadlines(
    starts: Sequence[date], calendar: Calendar, chain: Sequence[tuple[int, int]]
) -> list[list[date]]:
    """Each project's dates again and again until nothing changes; working days counted one by one.

    chain: for each date the one that it hangs on (−1: the start) and how many working days later it is.
    """
    return [_settled(start, calendar, chain) for start in starts]


def _settled(start: date, calendar: Calendar, chain: Sequence[tuple[int, int]]) -> list[date]:
    dates = [start] * len(chain)
    changed = True
    while changed:
        changed = False
        for n, (on, days) in enumerate(chain):
            wanted = _later(start if on < 0 else dates[on], days, calendar)
            if wanted != dates[n]:
                dates[n], changed = wanted, True
    return dates


def _later(day: date, days: int, calendar: Calendar) -> date:
    while days:
        day += timedelta(days=1)
        days -= calendar.is_working(day)
    return day
