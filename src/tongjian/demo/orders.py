"""模拟工单: the sample year's work orders, as a file of the city platform, taken in by its importer.

Made by arithmetic alone, each row marked as simulated: no real request, place or person. What the assessment says of
them is measured over the cases, as for any others. See data/orders.yaml. With `full` there are about a million of two
years, a file a month: the same shares, each number of orders so many times as large.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, files
from tongjian.demo.steps import DemoRefused
from tongjian.facts.mirror.refresh import refresh
from tongjian.facts.mirror.tables import named
from tongjian.kernel.models import Area
from tongjian.records.cases.intake.importing import OrdersRefused, Taken, take

NAME = f"模拟工单-{files.YEAR}.csv"
FEED = "city_platform"
MONTHS, CHANGE = 11, 9  # whole months; from September on shares are others
HEADS = (
    "工单编号", "受理时间", "诉求内容", "一级分类", "二级分类", "街乡镇", "承办单位", "时限等级", "派单时间",
    "首次联系时间", "办结时间", "回访时间", "是否联系", "是否解决", "满意度", "是否剔除", "模拟数据", "每月一题",
)  # fmt: skip
FULL = 162  # times as many orders, and a whole year before
COUNTS = (
    "dispatched",
    "late",
    "reached",
    "unsolved",
    "rated",
    "not_content",
    "taken_out",
    "year_before",
    "open",
)
TOPIC_EVERY = 40  # orders of the month's topic: one of so many


@dataclass(slots=True)
class Order:
    """One order and how it went; day: of dispatch. reached None: it is open still."""

    town: str
    key: str
    day: datetime
    late: bool = False
    reached: bool | None = True
    solved: bool = True
    score: str = ""
    out: bool = False


def keep(at: datetime, *, full: bool = False) -> Taken | None:
    """Lay the files out in HOME/demo and take them in; a second run changes nothing, a changed file its rows.

    The mirror's table of cases follows. None where all had been taken in as they are.
    """
    done = [_taken(path, at) for path in (lay_out_full() if full else [lay_out()])]
    new = [d for d in done if d.delivery is not None]
    if not new and Path(settings.MIRROR).exists():
        return None
    refresh(list(named("cases").values()), at=at)
    return (new or done)[-1]


def _taken(path: Path, at: datetime) -> Taken:
    try:
        return take(path.read_bytes(), path.name, FEED, by=accounts.office(), at=at)
    except OrdersRefused as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": path, "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused


def lay_out() -> Path:
    """Write the file where there is none; a changed one is left alone."""
    path = files.home() / NAME
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(table())
    return path


def lay_out_full() -> list[Path]:
    """A file for each month of two years, in order; those that are there are left alone."""
    folder = files.home() / "full"
    names = [folder / f"模拟工单-{y}-{m:02d}.csv" for y in (files.YEAR - 1, files.YEAR) for m in range(1, 13)]
    if all(path.exists() for path in names):
        return names
    folder.mkdir(parents=True, exist_ok=True)
    by_month: dict[str, list[Order]] = {}
    for order in [*year_before(FULL), *orders(FULL)]:
        by_month.setdefault(f"{order.day:%Y-%m}", []).append(order)
    number = 0
    for path in names:
        own = sorted(by_month.get(path.stem[-7:], []), key=lambda o: (o.day, o.key))
        if not path.exists():
            path.write_bytes(_table(own, number))
        number += len(own)
    return [path for path in names if by_month.get(path.stem[-7:])]


def table() -> bytes:
    """The orders as CSV, in the order of their dispatch."""
    return _table(sorted(orders(), key=lambda o: (o.day, o.key)))


def _table(rows: Sequence[Order], before: int = 0) -> bytes:
    """before: how many orders have a number already."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADS)
    writer.writerows(_row(number, order) for number, order in enumerate(rows, before + 1))
    return out.getvalue().encode("utf-8-sig")


@lru_cache(maxsize=2)
def _meant(times: int = 1) -> Mapping[str, Any]:
    """What data/orders.yaml says, each number of orders so many times as large."""
    found: dict[str, Any] = yaml.safe_load((files.SHIPPED / "orders.yaml").read_text(encoding="utf-8"))
    return found | {name: found[name] * times for name in COUNTS}


def year_before(times: int) -> list[Order]:
    """A whole year before the sample year, with its shares of before September."""
    meant = {**_meant(times), "since_september": {}}
    rows = [
        o
        for month in range(1, 13)
        for o in _month(files.YEAR - 1, month, meant["dispatched"] // 12, _towns(), meant)
    ]
    _end(rows, meant)
    return rows


def orders(times: int = 1) -> list[Order]:
    """All of them: those that count, those taken out, those of the year before (unless that is whole), those still open."""
    meant, towns = _meant(times), _towns()
    counted = [
        o
        for month in range(1, MONTHS + 1)
        for o in _month(files.YEAR, month, _share(meant, month), towns, meant)
    ]
    _end(counted, meant)
    out = _spread_over(_month(files.YEAR, 6, meant["taken_out"], towns, meant))
    before = [] if times > 1 else _month(files.YEAR - 1, 12, meant["year_before"], towns, meant)
    still = _month(files.YEAR, 12, meant["open"], towns, meant)
    for order in out:
        order.out, order.solved, order.score = True, False, "不满意"
    for order in before:
        order.score = "满意"
    for order in still:
        order.reached = None
    return [*counted, *out, *before, *still]


def _towns() -> list[tuple[str, str]]:
    rows = Area.objects.filter(parent__subject__key=settings.DISTRICT).order_by("order", "pk")
    return list(rows.values_list("subject__key", "subject__label"))


def _share(meant: Mapping[str, Any], month: int) -> int:
    """A month's orders, so that all months make the whole."""
    whole = int(meant["dispatched"])
    return whole * month // MONTHS - whole * (month - 1) // MONTHS


def _month(
    year: int, month: int, count: int, towns: Sequence[tuple[str, str]], meant: Mapping[str, Any]
) -> list[Order]:
    """A month's orders over the towns by their weights, none lost to rounding, days one after another."""
    changed = meant["since_september"] if month >= CHANGE else {}
    weights = [changed.get(k, meant["weights"].get(k, meant["weights"]["other"])) for k, _label in towns]
    made: list[Order] = []
    done = 0
    for (key, label), upto in zip(towns, _sums(weights), strict=True):
        until = round(count * upto / sum(weights))
        for number in range(done, until):
            made.append(Order(label, key, datetime(year, month, 1 + number * 7 % 20, 8 + number % 10)))
        done = until
    return made


def _sums(weights: Sequence[int]) -> Iterator[int]:
    total = 0
    for weight in weights:
        total += weight
        yield total


def _spread_over(rows: list[Order]) -> list[Order]:
    """The same orders over the months, one after another."""
    for number, order in enumerate(rows):
        order.day = order.day.replace(month=1 + number % MONTHS)
    return rows


def _end(rows: list[Order], meant: Mapping[str, Any]) -> None:
    """Who was contacted late, not reached, unsolved, unrated, not content: so many of each, spread evenly.

    Orders of the towns that get better from September on are not among them by then.
    """
    better = meant["since_september"]
    others = [o for o in rows if o.key not in better or o.day.month < CHANGE]
    for order in _evenly(others, meant["late"]):
        order.late = True
    for order in _evenly([o for o in others if not o.late], meant["dispatched"] - meant["reached"]):
        order.reached = False
    reached = [o for o in rows if o.reached]
    for order in _evenly([o for o in others if o.reached], meant["unsolved"]):
        order.solved = False
    unrated = _evenly([o for o in reached if o.solved], meant["reached"] - meant["rated"])
    silent = {id(o) for o in unrated}
    for number, order in enumerate(reached):
        order.score = "" if id(order) in silent else ("非常满意", "满意", "基本满意")[number % 3]
    for order in _evenly([o for o in reached if not o.solved], meant["not_content"]):
        order.score = "不满意"


def _evenly(rows: Sequence[Order], count: int) -> list[Order]:
    return [rows[n * len(rows) // count] for n in range(count)]


def _row(number: int, order: Order) -> list[str]:
    meant = _meant()
    first, second, text = meant["subjects"][number % len(meant["subjects"])]
    topic = meant["topics"][order.day.month % len(meant["topics"])] if number % TOPIC_EVERY == 0 else ""
    taken, day = order.day - timedelta(minutes=25), order.day
    contacted = day + (timedelta(days=4) if order.late else timedelta(minutes=40))
    told = [f"MN{files.YEAR}{number:05d}", _time(taken), f"（模拟）{text}", first, second, order.town]
    if order.reached is None:
        sent = [order.town, "一般", _time(day)] if number % 3 else ["", "一般", ""]
        return [*told, *sent, "", "", "", "", "", "", "否", "是", topic]
    said = ["是", "是" if order.solved else "否", order.score] if order.reached else ["否", "", ""]
    times = [contacted, day + timedelta(days=5, hours=2), day + timedelta(days=7)]
    sent = [order.town, "一般", _time(day), *map(_time, times), *said]
    return [*told, *sent, "是" if order.out else "否", "是", topic]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
