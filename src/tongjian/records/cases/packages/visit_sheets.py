"""Visits kept elsewhere in by workbook: all of a file, or every bad cell of it; the same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tongjian.kernel.models import User
from tongjian.reading.limited import run_limited
from tongjian.records.cases.intake import importing
from tongjian.records.cases.intake.reading import letters
from tongjian.records.cases.packages import actions, queries
from tongjian.records.cases.packages.models import ServicePackage, Visit
from tongjian.records.cases.packages.sheets import LIMITS, Kept, PackageProblem, PackagesRefused

HEADS = ("企业名称", "走访日期", "走访情况", "走访人账号")
NEEDED = HEADS[:3]


@dataclass(frozen=True, slots=True)
class _Told:
    """One row. who None: whoever sends the file in."""

    package: ServicePackage
    on: date
    words: str
    who: User | None


def take(data: bytes, name: str, *, by: User, at: datetime) -> Kept:
    """All rows or none, in the order of their days. Raises PackagesRefused, ReadingError, NotAllowed."""
    book = run_limited(importing.READER, data, name, LIMITS)
    told = sorted(_read(book, by, at), key=lambda t: t.on)
    with transaction.atomic():
        known = set(
            Visit.objects.filter(
                package__in={t.package.pk for t in told}, visited_on__isnull=False
            ).values_list("package", "visited_on")
        )
        new = [t for t in told if (t.package.pk, t.on) not in known]
        for one in new:
            visit = actions.record_visit(one.package.pk, on=one.on, words=one.words, by=by, at=at)
            if one.who is not None and one.who != by:
                visit.by = one.who
                visit.save(update_fields=["by"])
    return Kept(len(told), len(new))


def _read(book: Mapping[str, Any], by: User, at: datetime) -> list[_Told]:
    heads, columns = list(book["heads"]), list(book["columns"])
    problems = [
        PackageProblem(book["sheet"], "", "packages.heading_wanting", {"headings": h})
        for h in NEEDED
        if h not in heads
    ]
    if problems:
        raise PackagesRefused(problems)
    cells = {h: [str(c).strip() for c in columns[heads.index(h)]] for h in HEADS if h in heads}
    ground = _Ground(book["sheet"], heads, by, timezone.localtime(at).date(), problems)
    found = [ground.row(n, {h: cells[h][n] for h in cells}) for n in range(len(cells[HEADS[0]]))]
    if problems:
        raise PackagesRefused(problems)
    return [t for t in found if t is not None]


class _Ground:
    """What rows are held against, and where problems go."""

    def __init__(
        self, sheet: str, heads: Sequence[str], by: User, today: date, problems: list[PackageProblem]
    ) -> None:
        self.sheet, self.heads, self.today, self.problems = sheet, heads, today, problems
        self.packages = {p.enterprise.label: p for p in queries.visible_to(by)}
        self.people = {u.username: u for u in User.objects.filter(is_active=True)}

    def row(self, n: int, cells: Mapping[str, str]) -> _Told | None:
        before = len(self.problems)
        for head in NEEDED:
            if not cells[head]:
                self._bad(n, head, "empty")
        package = self.packages.get(cells["企业名称"])
        if cells["企业名称"] and package is None:
            self._bad(n, "企业名称", "package", value=cells["企业名称"])
        on = self._day(n, cells["走访日期"])
        who = self.people.get(cells.get("走访人账号", ""))
        if cells.get("走访人账号") and who is None:
            self._bad(n, "走访人账号", "account", value=cells["走访人账号"])
        if package is None or on is None or len(self.problems) > before:
            return None
        return _Told(package, on, cells["走访情况"], who)

    def _day(self, n: int, text: str) -> date | None:
        try:
            on = date.fromisoformat(text[:10])
        except ValueError:
            if text:
                self._bad(n, "走访日期", "day", value=text[:20])
            return None
        if on > self.today:
            self._bad(n, "走访日期", "ahead", value=text[:10])
        return on

    def _bad(self, row: int, head: str, code: str, **params: object) -> None:
        where = f"{letters(self.heads.index(head))}{row + 2}"
        said = {"column": head, **params}
        self.problems.append(PackageProblem(self.sheet, where, f"packages.{code}", said))
