"""The project library beside fixed peers and the limit: `python bench/projects.py [--quick] [--json]`.

3,000 projects: what is missing to advance, deadlines, 36,000 monthly rows checked and imported, OC4IDS. Each line says
ours, a peer that works project by project, and what the machine needs for the unavoidable part alone. Goals: 0.3 s,
1 s, 3 s, 2 s.
"""

from __future__ import annotations

import argparse
import gc
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]
os.environ["TONGJIAN_HOME"] = tempfile.mkdtemp(prefix="tongjian-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")

import django  # noqa: E402

django.setup()

import ground  # noqa: E402
from django.db import transaction  # noqa: E402
from measured import Measured, median  # noqa: E402
from peers import loop_projects  # noqa: E402

from tongjian.kernel import calendars, clocks, deadlines, evidence, passages  # noqa: E402
from tongjian.kernel.choices import AreaKind, SubjectKind  # noqa: E402
from tongjian.kernel.models import Area, Organisation, Subject  # noqa: E402
from tongjian.records.projects import oc4ids, queries, sheets  # noqa: E402
from tongjian.records.projects.actions import Details, register_all  # noqa: E402
from tongjian.records.projects.models import Investment, Project, ProjectDocument  # noqa: E402
from tongjian.records.projects.rules import identities  # noqa: E402
from tongjian.records.projects.rules.identities import AMOUNTS, MISSING, Columns  # noqa: E402
from tongjian.values import Number  # noqa: E402

AT = datetime(2023, 1, 10, 9, tzinfo=UTC)
HEADS = (
    "项目编码", "月份", "本月完成", "自年初累计", "建筑工程", "安装工程", "设备工器具购置", "其他费用", "自开始累计",
)  # fmt: skip


@dataclass
class Library:
    """A district with so many projects, and what their year spent: int64 [projects, 12]."""

    projects: list[Project]
    spent: Any
    before: Any

    @property
    def size(self) -> int:
        return len(self.projects)


def library(size: int) -> Library:
    plate = Subject.objects.create(kind=SubjectKind.AREA, key="hedong", label="河东区")
    area = Area.objects.create(subject=plate, path="/hedong/", kind=AreaKind.DISTRICT)
    plate = Subject.objects.create(kind=SubjectKind.ORGANISATION, key="housing", label="区住建局")
    unit = Organisation.objects.create(subject=plate, path="/government/housing/")
    source = evidence.whole(evidence.keep(b"bench", "bench.txt", by=None, at=AT))
    told = [_details(n, area, unit) for n in range(size)]
    register_all(told, source=source, by=None, at=AT)
    projects = list(
        Project.objects.select_related("subject", "area__subject", "owner__subject").order_by("pk")
    )
    papers = [
        ProjectDocument(project=p, kind=kind, place=source, added_at=AT)
        for n, p in enumerate(projects)
        for kind in ("approval", "land", "permit")[: n % 4]
    ]
    ProjectDocument.objects.bulk_create(papers, batch_size=1000)
    _approve(projects, source)
    chance = np.random.default_rng(7)
    return Library(projects, chance.integers(0, 500, (size, 12)), chance.integers(0, 9000, size))


def _details(n: int, area: Area, unit: Organisation) -> Details:
    code = "2411-130202-89-01-637015" if n % 3 else ""
    more = {"area": area, "owner": unit, "code": code, "planned_start": 2022 * 12 + n % 12}
    return Details(f"p-{n:05d}", f"河东工程{n}", date(2021, 5, 1), planned_total=Number(10**7), **more)


def _approve(projects: list[Project], source: Any) -> None:
    """Two of three have the first approval, one of three the second."""
    track = passages.track("approval")
    held = queries.havings(projects, "approval")
    for stage, on in (("land_and_planning", date(2022, 3, 1)), ("works_permit", date(2022, 4, 1))):
        ahead = [p for p in projects if p.pk in held]
        entries = [passages.Entry(p.subject, stage, on, source, "", held[p.pk]) for p in ahead]
        wrong = {e.subject.pk for e, _r in passages.refusals(track, entries, at=AT)}
        passages.enter_all(track, [e for e in entries if e.subject.pk not in wrong], by=None, at=AT)


def workbook(held: Library) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("月度投资")
    sheet.append(HEADS)
    for p, months, before in zip(held.projects, held.spent.tolist(), held.before.tolist(), strict=True):
        to_date = 0
        for m, spent in enumerate(months):
            to_date += spent
            parts = [to_date // 2, to_date // 5, to_date // 5]
            row = [p.key, f"2022-{m + 1:02d}", spent, to_date, *parts, to_date - sum(parts), before + to_date]
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns(held: Library) -> Columns:
    size = held.size * 12
    to_date = held.spent.cumsum(axis=1)
    total = to_date + held.before[:, None]
    half, fifth = to_date // 2, to_date // 5

    def flat(values: Any) -> Any:
        return np.ascontiguousarray(values, np.int64).reshape(-1)

    given = {
        "this_month": flat(held.spent),
        "year_to_date": flat(to_date),
        "construction": flat(half),
        "installation": flat(fifth),
        "equipment": flat(fifth),
        "other": flat(to_date - half - 2 * fifth),
        "total": flat(total),
    }
    empty = np.full(size, MISSING, np.int64)
    rest = {name: empty for name in AMOUNTS if name not in given}
    months = np.tile(np.arange(12, dtype=np.int64) + 2022 * 12, held.size)
    return Columns(
        project=np.repeat(np.array([p.pk for p in held.projects], np.int64), 12),
        month=months,
        **given,
        **rest,
        planned_total=np.full(size, 10**7, np.int64),
        entered=empty,
        explained=np.zeros(size, bool),
    )


# Sections


def missing(held: Library, quick: bool) -> list[Measured]:
    what, size = "what is missing to advance (goal 0.3 s)", f"{held.size:,} projects"
    track = passages.track("approval")
    ours = median(lambda: queries.missing_to_advance(held.projects, track), 3)
    pks = [p.pk for p in held.projects]
    loop = loop_projects.missing_one_by_one(pks)
    found = queries.missing_to_advance(held.projects, track)
    same = all(
        [m.name for m in found[pk].missing if m.kind != "earlier"] == lacking for pk, lacking in loop.items()
    )
    peer = median(lambda: loop_projects.missing_one_by_one(pks), 1, warm=False)
    rows = ProjectDocument.objects.values_list("project_id", "kind")
    limit = median(lambda: list(rows.all()), 3)
    note = "a query for each thing of each project, an if for each need" + (
        "" if same else "; says other things"
    )
    return [
        Measured(what, size, "ours", ours),
        Measured(what, size, "per object", peer, ours, note),
        Measured(what, size, "limit", limit, ours, "reading the documents once"),
    ]


def checks(held: Library, quick: bool) -> list[Measured]:
    given = columns(held)
    what, size = "monthly investment checked by all identities", f"{len(given):,} rows"
    ours = median(lambda: identities.breaks(given), 5)
    rows = _months(given)
    peer = median(lambda: loop_projects.broken(rows), 3)
    limit = median(lambda: [getattr(given, n).copy() for n in AMOUNTS], 5)
    told = (len(identities.breaks(given)), len(loop_projects.broken(rows)))
    return [
        Measured(what, size, "ours", ours, None, f"{told[0]} breaks"),
        Measured(what, size, "per object", peer, ours, f"{told[1]} breaks; five of the eight identities"),
        Measured(what, size, "limit", limit, ours, "copying the columns once"),
    ]


def _months(given: Columns) -> list[loop_projects.Month]:
    names = ("this_month", "year_to_date", "construction", "installation", "equipment", "other", "total")
    values = [getattr(given, n).tolist() for n in names]
    where = zip(given.project.tolist(), given.month.tolist(), *values, strict=True)
    return [loop_projects.Month(*row, 10**7) for row in where]


def imports(held: Library, quick: bool) -> list[Measured]:
    """From the bytes of the workbook to the rows: read in the limited process, every cell and identity, one transaction."""
    data = workbook(held)
    what, size = "monthly investment imported from xlsx (goal 3 s)", f"{held.size * 12:,} rows"
    times = []
    for _ in range(2):
        Investment.objects.all().delete()
        gc.collect()
        start, used = time.perf_counter(), processor()
        done = sheets.take(data, "bench.xlsx", by=None, at=AT)
        times.append((time.perf_counter() - start, processor() - used))
        assert done.new == {"月度投资": held.size * 12}
    ours, cpu = min(times)
    again = _once(lambda: sheets.take(data, "bench.xlsx", by=None, at=AT))
    Investment.objects.all().delete()
    peer = _once(lambda: _loop_import(data, held))
    Investment.objects.all().delete()
    limit = _once(lambda: _limit_import(data, held))
    return [
        Measured(what, size, "ours", ours, None, f"{cpu:.1f} s of processor, child process included"),
        Measured(what, size, "ours, again", again, ours, "the same workbook: nothing changes"),
        Measured(
            what, size, "per object", peer, ours, "openpyxl, an object a row, bulk_create; no place, no event"
        ),
        Measured(what, size, "limit", limit, ours, "unpacking the sheet, inserting ready tuples"),
    ]


def processor() -> float:
    """Seconds of processor time so far, of this process and its children: what other work on the machine cannot change."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _once(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


@transaction.atomic
def _loop_import(data: bytes, held: Library) -> None:
    known = {p.key: p.pk for p in held.projects}
    rows = loop_projects.months(loop_projects.read_rows(data), known)
    assert not loop_projects.broken(rows)
    place = held.projects[0].source
    names = ("this_month", "year_to_date", "construction", "installation", "equipment", "other", "total")
    made = [
        Investment(
            project_id=r.project,
            month=r.month,
            evidence=place,
            recorded_at=AT,
            **{n: getattr(r, n) for n in names},
        )
        for r in rows
    ]
    Investment.objects.bulk_create(made, batch_size=500)


@transaction.atomic
def _limit_import(data: bytes, held: Library) -> None:
    from tongjian.kernel import bulk

    zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    pk = held.projects[0].source_id
    rows = [(p.pk, 2022 * 12 + m, 1, 0, 1, 1, "", pk, 0, AT) for p in held.projects for m in range(12)]
    names = (
        "project", "month", "seq", "decimals", "this_month", "year_to_date", "reason", "evidence", "row",
        "recorded_at",
    )  # fmt: skip
    bulk.insert(Investment, names, rows)


def schedules(held: Library, quick: bool) -> list[Measured]:
    size, many = f"{held.size:,} × 40", 40
    what = "deadlines from deadlines, in working days (goal 1 s)"
    chain = [(-1 if n == 0 else n - 1 if n % 4 else max(n - 4, 0), 3 + n % 5) for n in range(many)]
    link, unit = deadlines.Link, clocks.Unit.WORKING_DAYS
    nodes = [deadlines.Node("start", "开始", "Start")]
    for n, (on, days) in enumerate(chain):
        named = "start" if on < 0 else f"d{on}"
        nodes.append(deadlines.Node(f"d{n}", f"节点{n}", f"Step {n}", after=(link(named, days, unit),)))
    plan, calendar = deadlines.make("bench", nodes[::-1]), calendars.current()
    first = [date(2021, 1, 4) + timedelta(days=n % 300) for n in range(held.size)]
    starts = np.array([[d] for d in first], dtype="datetime64[D]")
    found = deadlines.schedule(plan, starts, calendar)
    ours = median(lambda: deadlines.schedule(plan, starts, calendar), 3)
    some = first[: held.size // 30]
    loop = loop_projects.deadlines(some[:3], calendar, chain)
    peer = _once(lambda: loop_projects.deadlines(some, calendar, chain)) * held.size / len(some)
    limit = median(found.copy, 5)
    here = {k: n for n, k in enumerate(plan.keys)}
    ends = found[:3, here[f"d{many - 1}"]].astype(object).tolist()
    assert ends == [dates[-1] for dates in loop]
    note = f"until nothing changes, of {len(some)} projects, times {held.size // len(some)}"
    return [
        Measured(what, size, "ours", ours),
        Measured(what, size, "per object", peer, ours, note),
        Measured(what, size, "limit", limit, ours, "copying the dates once"),
    ]


def packages(held: Library, quick: bool) -> list[Measured]:
    what, size = "OC4IDS: written and validated (goal 2 s)", f"{held.size:,} projects"
    data = workbook(held)
    Investment.objects.all().delete()
    sheets.take(data, "bench.xlsx", by=None, at=AT)

    def write() -> None:
        package = oc4ids.package(held.projects, AT)
        assert oc4ids.faults(package) == []
        json.dumps(package, ensure_ascii=False, separators=(",", ":")).encode()

    used = processor()
    ours = min(_once(write) for _ in range(2))
    cpu = (processor() - used) / 2
    some = held.projects[: max(held.size // 60, 10)]
    peer = _once(lambda: _one_by_one(some)) * held.size / len(some)
    package = oc4ids.package(held.projects, AT)
    limit = _once(lambda: json.dumps(package, ensure_ascii=False, separators=(",", ":")).encode())
    text = oc4ids.export(held.projects, AT)
    back = _once(lambda: oc4ids.take(text, "bench.json", by=None, at=AT))
    note = f"jsonschema, its own queries, of {len(some)} projects, times {held.size // len(some)}"
    valid = f"{len(text) / 2**20:.0f} MB, 100 % valid; {cpu:.1f} s of processor"
    return [
        Measured(what, size, "ours", ours, None, valid),
        Measured(what, size, "per object", peer, ours, note),
        Measured(what, size, "limit", limit, ours, "the package as JSON text"),
        Measured(what, size, "ours, in again", back, ours, "validated, every row compared: nothing changes"),
    ]


def _one_by_one(projects: list[Project]) -> None:
    import jsonschema

    from tongjian.records.projects.oc4ids.profile import PACKAGE

    validator = jsonschema.Draft7Validator(PACKAGE)
    for p in projects:
        validator.validate(oc4ids.package([p], AT))


SECTIONS = (missing, schedules, checks, imports, packages)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="120 projects")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    ground.ready()
    held = library(120 if arguments.quick else 3000)
    rows = [row for section in SECTIONS for row in section(held, arguments.quick)]
    if arguments.json:
        print(json.dumps([asdict(r) for r in rows], indent=1, ensure_ascii=False))
        return 0
    last = ""
    for row in rows:
        if row.what != last:
            print(row.what)
            last = row.what
        print(f"  {row.size:<18} {row.engine:<16} {row.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
