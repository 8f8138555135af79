"""The sample's project library as its workbook: named works and made-up ones, about four hundred, and their way in.

Amounts in 万元. Monthly investment keeps the identities of the statistics; a few projects contradict themselves on
purpose (money moves while the works stand still), so that the page of contradictions has something to tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from tongjian.demo import accounts, files
from tongjian.demo.ledgers.rows import towns
from tongjian.kernel.models import EvidenceFile
from tongjian.packs import LOADER
from tongjian.reading import xlsx
from tongjian.records.projects import sheets
from tongjian.records.projects.sheets import layouts
from tongjian.records.projects.sheets.tables import Layout

MARK = "（模拟）"
UNITS = ("区住房城乡建设委", "区交通局", "区水务局", "区经济和信息化局", "区教委", "区园林绿化局")
LAST_MONTH = 11
BUILDING = "建设进度"
STAGES = (("started", "开工"), ("topped_out", "主体封顶"), ("works_completed", "完工"), ("in_use", "投用"))
STILL = 29  # every so many-th working project: its works stand still while money moves
PAIRED = 20  # every so many-th reserve project is shared with another district


@dataclass(frozen=True, slots=True)
class Plan:
    """One project. days: field of STAGES → day. total: planned, 万元. promise: the stage and day planned for next year."""

    key: str
    name: str
    kind: str
    area: str
    owner: str
    total: int
    days: Mapping[str, date]
    reserved_on: date
    planned_start: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def started(self) -> date | None:
        return self.days.get("started")

    @property
    def finished(self) -> date | None:
        return self.days.get("works_completed")


def path() -> Path:
    """HOME/demo/项目库-模拟.xlsx"""
    return files.home() / "项目库-模拟.xlsx"


def lay_out() -> bool:
    """Write the workbook where it is not there yet."""
    if path().exists():
        return False
    path().write_bytes(book())
    return True


def take_in(moment: datetime, at: datetime) -> int:
    """The workbook through the library's importer: first at `moment`, a changed one at `at`. Returns what changed."""
    data = path().read_bytes()
    if EvidenceFile.objects.filter(sha256=hashlib.sha256(data).hexdigest()).exists():
        return 0
    known = EvidenceFile.objects.filter(name=path().name).exists()
    return sheets.take(data, path().name, by=accounts.office(), at=at if known else moment).changed


# Projects


@lru_cache(maxsize=1)
def _said() -> Mapping[str, Any]:
    text = (files.SHIPPED / "projects.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader
    return found


def plans() -> list[Plan]:
    """Named ones first, then the made-up ones by class."""
    made = [_named(row) for row in _said()["named"]]
    number = 0
    for what, count in _said()["count"].items():
        for _n in range(count):
            number += 1
            made.append(_made_up(what, number))
    return made


def _named(row: Mapping[str, Any]) -> Plan:
    days = {f: row[f] for f, _zh in STAGES if f in row}
    start = days.get("started") or row["promise"]["on"]
    return Plan(
        row["key"],
        row["name"],
        row["kind"],
        row["area"],
        row["owner"],
        row["total"],
        days,
        date(start.year - 1, 3, 1),
        f"{start:%Y-%m}",
        row,
    )


def _made_up(what: str, number: int) -> Plan:
    kinds = list(_said()["names"])
    kind = kinds[number % len(kinds)]
    words = _said()["names"][kind]
    town = towns()[(number * 7) % len(towns())].name
    total = 600 + _digit(number, "total", 96) * _digit(number, "scale", 24) * 60
    days = _days(what, number)
    start = days.get("started") or date(2023, 1 + number % 12, 1)
    name = f"{town}{words[number % len(words)]}{number}{MARK}"
    reserved = date(start.year - 1, 1 + number % 12, 10)
    return Plan(
        f"sample-{number:03d}",
        name,
        kind,
        town,
        UNITS[number % len(UNITS)],
        total,
        days,
        reserved,
        f"{start:%Y-%m}",
    )


def _days(what: str, number: int) -> dict[str, date]:
    """When it began and ended: reserve nothing, new starts this year, the others in years before."""
    lag = timedelta(days=_digit(number, "day", 240))
    if what == "reserve":
        return {}
    if what == "new_start":
        return {"started": date(2022, 2, 10) + lag}
    begun = {"started": date(2020, 3, 1) + lag * 2}
    if what == "completed":
        begun["works_completed"] = date(2022, 3, 10) + lag
    return begun


def _digit(number: int, what: str, below: int) -> int:
    found = hashlib.blake2b(f"project/{number}/{what}".encode(), digest_size=4).digest()
    return int.from_bytes(found) % below


# The workbook

Row = Mapping[str, object]


def book() -> bytes:
    """All sheets that have rows."""
    made = Workbook(write_only=True)
    made.properties.creator, made.properties.created = "Tongjian", datetime(2022, 12, 24)
    own = plans()
    for layout, rows in (
        (layouts.PROJECTS, [r for n, p in enumerate(own) for r in _project(p, n)]),
        (layouts.DOCUMENTS, [r for p in own for r in _documents(p)]),
        (layouts.PASSAGES, [r for p in own for r in _passages(p)]),
        (layouts.PLAN, [r for p in own for r in _planned(p)]),
        (layouts.PROGRESS, [r for n, p in enumerate(own) for r in _progress(p, n)]),
        (layouts.FUNDING, [r for n, p in enumerate(own) for r in _funding(p, n)]),
        (layouts.PROBLEMS, [r for n, p in enumerate(own) for r in _problems(p, n)]),
        (layouts.PAIRING, [r for n, p in enumerate(own) for r in _shares(p, n)]),
        (layouts.INVESTMENT, [r for p in own for r in _months(p)]),
    ):
        _sheet(made, layout, rows)
    return xlsx.saved(made)


def _sheet(made: Workbook, layout: Layout, rows: list[Row]) -> None:
    keys = [k for k in layout.columns if any(k in r for r in rows)]
    sheet: Any = made.create_sheet(layout.sheet)
    sheet.append([layout.columns[k].label for k in keys])
    for row in rows:
        sheet.append([row.get(k) for k in keys])


def _project(plan: Plan, number: int) -> Iterator[Row]:
    finish = plan.finished or (plan.started or date(2023, 6, 1)) + timedelta(days=700)
    yield {
        "key": plan.key,
        "name": plan.name,
        "kind": plan.kind,
        "nature": ("新建", "扩建", "改建和技术改造")[number % 3],
        "code": plan.more.get("code"),
        "area": plan.area,
        "owner": plan.owner,
        "scope": "金额和日期为示意数（模拟）",
        "planned_total": plan.total,
        "planned_start": plan.planned_start,
        "planned_finish": f"{finish:%Y-%m}",
        "reserved_on": plan.reserved_on,
    }


def _documents(plan: Plan) -> Iterator[Row]:
    if plan.started is None:
        return
    papers = {"立项、核准或备案文件": 120, "营业执照": 110, "施工合同": 20, "施工许可证": 5}
    for kind, before in papers.items():
        yield {
            "key": plan.key,
            "kind": kind,
            "title": f"{plan.key}-{kind[:2]}（模拟）",
            "dated": plan.started - timedelta(days=before),
        }
    if "land" in plan.more:
        yield {
            "key": plan.key,
            "kind": "用地文件",
            "title": "土地出让合同（模拟）",
            "dated": plan.more["land"],
        }


def _passages(plan: Plan) -> Iterator[Row]:
    if "permit" in plan.more:
        land: date = plan.more["land"]
        for stage, day in (
            ("立项用地规划许可", land + timedelta(days=6)),
            ("工程建设许可", land + timedelta(days=36)),
            ("施工许可", plan.more["permit"]),
        ):
            yield {"key": plan.key, "track": "工程建设项目审批", "stage": stage, "on": day, "note": None}
    for name, stage in STAGES:
        if name in plan.days:
            yield {"key": plan.key, "track": BUILDING, "stage": stage, "on": plan.days[name], "note": None}


def _planned(plan: Plan) -> Iterator[Row]:
    promise = plan.more.get("promise")
    if promise:
        yield {"key": plan.key, "track": BUILDING, "stage": promise["stage"], "on": promise["on"]}
    elif plan.started is None:
        day = date.fromisoformat(f"{plan.planned_start}-28")
        yield {"key": plan.key, "track": BUILDING, "stage": "开工", "on": day}
    elif plan.finished is None:
        yield {"key": plan.key, "track": BUILDING, "stage": "完工", "on": date(2023, 6, 30)}


def _at_work(plan: Plan) -> range:
    """Months of 2022 in which it works."""
    if plan.started is None:
        return range(0)
    first = plan.started.month if plan.started.year == 2022 else 1
    last = plan.finished.month if plan.finished is not None else LAST_MONTH
    return range(first, min(last, LAST_MONTH) + 1)


def _progress(plan: Plan, number: int) -> Iterator[Row]:
    months = list(_at_work(plan))[-3:]
    for place, month in enumerate(months):
        done = plan.finished is not None and month == plan.finished.month
        grown = 20 + number % 50 + (0 if number % STILL == 0 else 6 * place)
        yield {
            "key": plan.key,
            "month": f"2022-{month:02d}",
            "state": "收尾" if done else "施工",
            "percent": 100 if done else grown,
            "text": "主体施工" if number % STILL else "等待管线迁改",
        }


def _funding(plan: Plan, number: int) -> Iterator[Row]:
    if number % 3 or plan.started is None:
        return
    for source, share, state in (("国家预算资金", 4, "到位"), ("自筹资金", 5, "落实"), ("债券", 8, "计划")):
        yield {
            "key": plan.key,
            "source": source,
            "year": 2022,
            "state": state,
            "amount": plan.total // share // 3,
        }


def _problems(plan: Plan, number: int) -> Iterator[Row]:
    if number % 9 == 4:
        kind = ("征地拆迁", "土地供应", "资金", "审批", "市政配套")[number % 5]
        yield {
            "key": plan.key,
            "kind": kind,
            "text": f"{kind}事项待协调（模拟）",
            "owner": plan.owner,
            "opened_on": date(2022, 8, 1) + timedelta(days=number % 90),
            "due_on": date(2022, 11, 15) + timedelta(days=number % 60),
            "level": ("部门", "调度会", "区领导")[number % 3],
        }


def _shares(plan: Plan, number: int) -> Iterator[Row]:
    if plan.started is None and number % PAIRED == 0:
        for party, share in (("通州区", 0.6), ("北京市", 0.4)):
            yield {"key": plan.key, "party": party, "share": share, "since": plan.reserved_on}


def _months(plan: Plan) -> Iterator[Row]:
    """January, or the start, to November or the end: 本月 adds up to 自年初累计, its four parts to it, 自开始累计 over all."""
    months = list(_at_work(plan))
    begun_before = plan.started is not None and plan.started.year < 2022
    earlier = plan.total * 2 // 5 if begun_before else 0
    to_date = 0
    for place, month in enumerate(months):
        this = plan.total * (2 + (place + plan.total) % 3) // 80
        to_date += this
        parts = {"construction": to_date * 6 // 10, "installation": to_date // 10, "equipment": to_date // 8}
        yield {
            "key": plan.key,
            "month": f"2022-{month:02d}",
            "this_month": this,
            "year_to_date": to_date,
            **parts,
            "other": to_date - sum(parts.values()),
            "total": earlier + to_date,
        }
