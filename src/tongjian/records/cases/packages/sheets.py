"""Service packages out to a workbook and in again: all of a file, or every bad cell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.cells import CellProblem
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.reading import xlsx
from tongjian.reading.limited import Limits, run_limited
from tongjian.records.cases.intake import importing
from tongjian.records.cases.intake.reading import letters
from tongjian.records.cases.packages import actions, queries
from tongjian.records.cases.packages.actions import Given
from tongjian.records.cases.packages.models import ServicePackage

SHEET = "服务包"
HEADS = ("企业名称", "服务包等级", "服务单位", "管家账号", "起始日期", "模拟数据")
SHOWN = (*HEADS, "管家", "上次走访", "下次走访", "在办事项", "办结事项", "一企一策", "满意度")
WIDTHS = (36, 14, 28, 14, 12, 10, 12, 12, 12, 10, 10, 40, 10)
NEEDED = HEADS[:3]
LIMITS = Limits(cpu_seconds=60, wall_seconds=90.0, memory_bytes=1024**3)


class PackageProblem(CellProblem):
    """What is wrong with a cell of a workbook of service packages."""

    messages: ClassVar[Mapping[str, str | Promise]] = {
        "heading_wanting": _("No column is headed %(headings)s."),
        "empty": _("%(column)s is empty."),
        "grade": _("There is no grade %(value)s. Known: %(known)s."),
        "unit": _("There is no unit %(value)s."),
        "manager": _("%(value)s has no account, or none in the unit that serves."),
        "day": _("%(value)s is no day. Write 2022-03-01."),
        "ahead": _("%(value)s lies ahead. Record a visit once it is made."),
        "package": _("%(value)s has no service package that you may see."),
        "account": _("There is no account %(value)s."),
        "twice": _("%(value)s stands in row %(first)s already."),
    }


class PackagesRefused(TongjianError):
    """A workbook with problems: nothing was written. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[PackageProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "packages.refused",
            _("Nothing was written. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Kept:
    """rows of the file, packages that were new or changed."""

    rows: int
    changed: int


def take(data: bytes, name: str, *, by: User, at: datetime) -> Kept:
    """All rows or none; the same file twice changes nothing. Raises PackagesRefused, ReadingError, NotAllowed."""
    book = run_limited(importing.READER, data, name, LIMITS)
    given = _read(book, at)
    with transaction.atomic():
        return Kept(len(given), sum(actions.keep(g, by=by, at=at)[1] for g in given))


def _read(book: Mapping[str, Any], at: datetime) -> list[Given]:
    heads, columns = list(book["heads"]), list(book["columns"])
    problems: list[PackageProblem] = []
    for head in NEEDED:
        if head not in heads:
            said = {"headings": head}
            problems.append(PackageProblem(book["sheet"], "", "packages.heading_wanting", said))
    if problems:
        raise PackagesRefused(problems)
    ground = _Ground(book["sheet"], heads, at, importing.names().units, problems)
    cells = {h: columns[heads.index(h)] for h in HEADS if h in heads}
    found = [ground.row(n, {h: cells[h][n].strip() for h in cells}) for n in range(len(cells[HEADS[0]]))]
    if problems:
        raise PackagesRefused(problems)
    return [g for g in found if g is not None]


class _Ground:
    """What rows are held against, and where problems go."""

    def __init__(
        self,
        sheet: str,
        heads: list[str],
        at: datetime,
        units: Mapping[str, int],
        problems: list[PackageProblem],
    ) -> None:
        self.sheet, self.heads, self.at, self.problems = sheet, heads, at, problems
        self.grades = {g.name: k for k, g in queries.grades().items()}
        self.grades |= {k: k for k in self.grades.values()}
        rows = Organisation.objects.select_related("subject").in_bulk()
        self.units = {name: rows[pk] for name, pk in units.items()}
        self.people = {u.username: u for u in User.objects.select_related("organisation")}
        self.seen: dict[str, int] = {}

    def bad(self, row: int, head: str, code: str, **params: object) -> None:
        where = f"{letters(self.heads.index(head))}{row + 2}"
        said = {"column": head, **params}
        self.problems.append(PackageProblem(self.sheet, where, f"packages.{code}", said))

    def row(self, n: int, cells: Mapping[str, str]) -> Given | None:
        before = len(self.problems)
        for head in NEEDED:
            if not cells[head]:
                self.bad(n, head, "empty")
        name, grade, unit = (cells[h] for h in NEEDED)
        if name and self.seen.setdefault(name, n) != n:
            self.bad(n, HEADS[0], "twice", value=name, first=self.seen[name] + 2)
        if grade and grade not in self.grades:
            self.bad(n, HEADS[1], "grade", value=grade, known="、".join(self.grades))
        if unit and unit not in self.units:
            self.bad(n, HEADS[2], "unit", value=unit)
        since = self._since(n, cells.get("起始日期", ""))
        manager = self._manager(n, cells.get("管家账号", ""), self.units.get(unit))
        if len(self.problems) > before:
            return None
        simulated = cells.get("模拟数据", "") == "是"
        return Given(name, self.grades[grade], self.units[unit], manager, since, simulated)

    def _since(self, n: int, text: str) -> date:
        try:
            return date.fromisoformat(text[:10]) if text else self.at.date()
        except ValueError:
            self.bad(n, "起始日期", "day", value=text[:20])
            return self.at.date()

    def _manager(self, n: int, text: str, unit: Organisation | None) -> User | None:
        found = self.people.get(text)
        if not text or unit is None:
            return None
        if found is None or found.organisation is None or not found.organisation.path.startswith(unit.path):
            self.bad(n, "管家账号", "manager", value=text)
        return found


def export(user: User) -> bytes:
    """The packages that the user sees, headed as they come in."""
    book = xlsx.started()
    sheet = book.create_sheet(SHEET)
    xlsx.head(sheet, list(zip(SHOWN, WIDTHS, strict=True)), "B2")
    grades = queries.grades()
    for n, row in enumerate(queries.planned(queries.visible_to(user)), 2):
        for column, value in enumerate(_cells(row, grades), 1):
            xlsx.put(sheet.cell(n, column), value)
    return xlsx.saved(book)


def _cells(row: Any, grades: Mapping[str, Any]) -> list[str | int | None]:
    """row: a ServicePackage as `queries.planned` gives it."""
    found: ServicePackage = row
    return [
        found.enterprise.label,
        grades[found.grade].name if found.grade in grades else found.grade,
        found.unit.subject.label,
        found.manager.username if found.manager else "",
        found.since.isoformat(),
        "是" if found.simulated else "否",
        found.manager.get_full_name() if found.manager else "",
        row.last_on.isoformat() if row.last_on else "",
        row.next_on.isoformat() if row.next_on else "",
        row.items_open or 0,
        row.items_done or 0,
        found.policy,
        found.score,
    ]
