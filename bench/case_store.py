"""Cases at size: import with events, lists, search, near-duplicates, receipt, a changed policy; a part of bench/cases.py.

SQLite in a throw-away home; texts, names and numbers are made up.
Each row says wall seconds; where the machine is shared, `note` gives the processor's seconds too.
"""

from __future__ import annotations

import copy
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from measured import Measured

from tongjian.kernel.models import Definition, Organisation, User
from tongjian.packs import entries
from tongjian.records.cases import (
    actions,
    catalogue,
    duplicates,
    exporting,
    likeness,
    lists,
    recompute,
    search,
)
from tongjian.records.cases.intake import importing, reading
from tongjian.records.cases.intake.feeds import feed
from tongjian.records.cases.models import Case
from tongjian.records.cases.policies.moves import Moves
from tongjian.web import downloads

AT = datetime(2022, 12, 31, 16, 0, tzinfo=UTC)
PLACES = ["东里", "西苑", "南园", "北关", "新华", "杨庄", "临河", "通惠", "潞阳", "永安", "玉桥", "梨园", "台湖", "宋庄", "马桥", "张湾"]  # fmt: skip
THINGS = ["路灯不亮", "自来水停水", "暖气不热", "噪声扰民", "垃圾未清运", "电梯故障", "停车难", "占道经营", "井盖缺失", "公交晚点", "物业收费", "房屋漏水"]  # fmt: skip
TAILS = ["请尽快处理", "已反映多次未果", "影响老人和孩子出行", "希望相关部门现场查看", "要求给予答复", "夜间情况更为严重"]  # fmt: skip
AT_ONCE = 50_000


def text(dice: random.Random) -> str:
    """About 90 characters that a resident might say."""
    where = f"{dice.choice(PLACES)}{dice.choice(PLACES)}小区{dice.randint(1, 40)}号楼"
    said = [
        f"{where}{dice.choice(THINGS)}",
        dice.choice(TAILS),
        f"从{dice.randint(1, 28)}日开始{dice.choice(THINGS)}",
    ]
    said += ["".join(chr(0x4E00 + dice.randrange(2500)) for _ in range(40)), dice.choice(TAILS)]
    return "，".join(said)


def orders(count: int, start: int, units: list[int], areas: list[int]) -> reading.Orders:
    """Work orders of 2022: nine in ten of the older ones are finished."""
    dice = random.Random(start)
    opened = np.datetime64("2022-01-01T00:00:00", "s") + np.sort(
        np.random.default_rng(start).integers(0, 364 * 86400, count)
    ).astype("timedelta64[s]")
    hour = np.timedelta64(3600, "s")
    done = np.random.default_rng(start + 1).random(count) < 0.9
    nat = np.datetime64("NaT", "s")
    times = {
        "opened_at": opened,
        "dispatched_at": opened + hour,
        "contacted_at": np.where(done, opened + 5 * hour, nat),
        "done_at": np.where(done, opened + 60 * hour, nat),
        "surveyed_at": np.where(done, opened + 90 * hour, nat),
    }
    flags = done.tolist()
    columns: dict[str, list[Any]] = {
        "source_id": [f"B{start + n}" for n in range(count)],
        "text": [text(dice) for _ in range(count)],
        "category": [f"城市管理/{dice.choice(THINGS)}" for _ in range(count)],
        "area": [dice.choice(areas) for _ in range(count)],
        "lead": [dice.choice(units) for _ in range(count)],
        "caller_name": ["王小二"] * count,
        "caller_phone": [f"139{start + n:08d}" for n in range(count)],
        "reached": [True if f else None for f in flags],
        "solved": [dice.random() < 0.93 if f else None for f in flags],
        "score": [dice.randint(2, 5) if f else None for f in flags],
    }
    raw = [(columns["source_id"][n], columns["text"][n]) for n in range(count)]
    return reading.Orders([], count, times, columns, [{} for _ in range(count)], raw)


def timed(
    what: str, size: str, call: Callable[[], Any], per: int = 1, unit: str = ""
) -> tuple[Measured, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    note = (
        f"{per / wall:,.0f} {unit} a second ({per / cpu:,.0f} by processor time)"
        if unit
        else f"processor {cpu:.3f} s"
    )
    return Measured(what, size, "ours", wall, note=note), result


def repeated(what: str, size: str, calls: list[Callable[[], Any]]) -> Measured:
    taken, worked = [], []
    for call in calls:
        start, before = time.perf_counter(), time.process_time()
        call()
        worked.append(time.process_time() - before)
        taken.append(time.perf_counter() - start)
    p95, own = (sorted(t)[int(len(t) * 0.95) - 1] * 1000 for t in (taken, worked))
    note = f"p95 {p95:.1f} ms, of the processor {own:.1f} ms, of {len(taken)}"
    return Measured(what, size, "ours", statistics.median(taken), note=note)


def district() -> tuple[list[int], list[int], dict[str, User]]:
    from tongjian.kernel.directory import sync_directory
    from tongjian.kernel.models import Area

    sync_directory(AT)
    towns = Organisation.objects.filter(area__kind__in=["street", "town", "township"])
    users = {
        "town": User.objects.create(username="town", role="department", organisation=towns[0]),
        "desk": User.objects.create(
            username="desk", role="department", organisation=Organisation.objects.get(subject__key="hotline")
        ),
        "leader": User.objects.create(username="leader", role="leader"),
    }
    areas = Area.objects.filter(kind__in=["street", "town", "township"]).values_list("pk", flat=True)
    return list(towns.values_list("pk", flat=True)), list(areas), users


def imported(count: int, units: list[int], areas: list[int]) -> list[Measured]:
    found, case_type = feed("city_platform"), catalogue.case_type("complaint")
    batches = [orders(min(AT_ONCE, count - n), n, units, areas) for n in range(0, count, AT_ONCE)]
    rows = []

    def store() -> None:
        for batch in batches:
            importing.store_orders(batch, found, case_type, file=None, by=None, at=AT)

    rows.append(timed("import with events, clocks, parties", f"{count:,}", store, count, "orders")[0])
    rows.append(timed("search index", f"{count:,}", search.index_waiting, count, "cases")[0])
    return rows


def read(count: int, users: dict[str, User], areas: list[int]) -> list[Measured]:
    size, rows, dice = f"{count:,}", [], random.Random(1)
    for key, found in lists.LISTS.items():
        user = users[{"desk": "desk", "unit": "town", "seen": "leader"}[found.whose]]
        after: list[Any] = [None]
        for _ in range(10):
            after.append(lists.page(user, key, at=AT, after=after[-1]).following or after[-1])
        calls = [lambda k=key, u=user, a=a: lists.page(u, k, at=AT, after=a) for a in after * 3]
        rows.append(repeated(f"list {key}", size, calls))
    filters = [
        lists.Filters(area=dice.choice(areas), category=f"城市管理/{dice.choice(THINGS)}") for _ in range(20)
    ]
    rows.append(
        repeated(
            "newest, by area and category",
            size,
            [lambda f=f: lists.page(users["leader"], "newest", f, at=AT) for f in filters],
        )
    )
    rows.append(
        repeated("newest, as a town sees it", size, [lambda: lists.page(users["town"], "newest", at=AT)] * 20)
    )
    words = ["路灯", "停水", "井盖", "一丁", "停车", "晚点", "电梯", "不热"]
    rows.append(
        repeated(
            "search, two characters", size, [lambda w=w: search.find(users["leader"], w) for w in words * 4]
        )
    )
    rows.append(
        repeated(
            "search, a unit's own cases", size, [lambda w=w: search.find(users["town"], w) for w in words * 2]
        )
    )
    texts = [text(dice) for _ in range(20)]
    rows.append(
        repeated(
            "near-duplicates, 30 days of one town",
            size,
            [lambda t=t: duplicates.alike(users["desk"], t, area=dice.choice(areas), at=AT) for t in texts],
        )
    )
    rows.append(
        repeated(
            "near-duplicates, 7 days of the district",
            size,
            [lambda t=t: duplicates.alike(users["desk"], t, area=None, at=AT, days=7) for t in texts],
        )
    )
    rows.append(
        repeated(
            "receive one case",
            size,
            [
                lambda t=t: actions.receive(
                    actions.Intake("complaint", t, people=[actions.Person("李四", "13812345678")]),
                    by=None,
                    at=AT,
                )
                for t in texts * 3
            ],
        )
    )
    return rows


def exported(count: int, users: dict[str, User]) -> Measured:
    """The newest list as a leader sees it, as the bytes of a CSV; none of it is kept."""

    def sent() -> int:
        rows = exporting.cells(users["leader"], "newest", lists.Filters(), at=AT)
        answer = downloads.streamed_csv(exporting.heads(), rows, "list.csv")
        return sum(part.count(b"\n") for part in answer) - 1  # but for the headings

    row, lines = timed("a list as CSV, streamed", f"{count:,}", sent, count, "rows")
    assert lines >= count  # a title may be broken into lines
    return row


def recomputed(count: int) -> list[Measured]:
    """Every clock of open cases moves: the resolution gets one day more."""
    body = copy.deepcopy(next(e.body for e in entries("case_types") if e.key == "complaint"))
    body["clocks"]["resolve"]["allow"] = "8d"
    Definition.objects.create(
        kind="case_types", key="complaint", version=1, body=body, digest="1", applied_at=AT
    )
    catalogue.forget()
    looked = time.perf_counter()
    recompute.recompute("complaint", by=None, at=AT, dry_run=True, gather=Moves(AT).add)
    looked = time.perf_counter() - looked
    wall = time.perf_counter()
    moved = recompute.recompute("complaint", by=None, at=AT)
    wall = time.perf_counter() - wall
    scale = f"{moved.looked_at:,} running clocks"
    note = f"{moved.cases:,} cases moved, {moved.looked_at / wall:,.0f} clocks a second"
    return [
        Measured(
            "a changed policy looked at", scale, "ours", looked, note="what moves, the 200 that matter most"
        ),
        Measured("a changed policy", scale, "ours", wall, note=note),
    ]


def batch(count: int) -> list[Measured]:
    """A tenth of the texts are told again with changes; what pairs are found of those that there are."""
    dice = random.Random(9)
    texts = [text(dice) for _ in range(count)]
    wanted = set()
    for n in range(0, count - 1, 10):
        said = list(texts[n])
        for _ in range(6):
            said[dice.randrange(len(said))] = dice.choice("的了是在请")
        texts[n + 1] = "".join(said)
        wanted.add((n, n + 1))
    row, found = timed(
        "near-duplicates among themselves", f"{count:,} texts", lambda: likeness.pairs(texts, 0.6)
    )
    told = {(p.first, p.second) for p in found}
    both = len(told & wanted)
    note = f"{row.note}; precision {both / max(len(told), 1):.3f}, recall {both / len(wanted):.3f}"
    return [Measured(row.what, row.size, row.engine, row.seconds, note=note)]


def measure(count: int) -> list[Measured]:
    units, areas, users = district()
    rows = imported(count, units, areas)
    assert Case.objects.count() == count
    rows.append(exported(count, users))
    rows += read(count, users, areas) + recomputed(count) + batch(min(count, 100_000))
    size = sum(f.stat().st_size for f in Path(settings.HOME).rglob("*.sqlite3*"))
    return [*rows, Measured("database", f"{count:,}", "ours", None, note=f"{size / count:,.0f} bytes a case")]
