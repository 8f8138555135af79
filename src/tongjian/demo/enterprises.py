"""模拟企业服务: service packages and a year's service items, as a workbook and a table, taken in by their importers.

Made by arithmetic alone and marked as simulated: no real enterprise. See data/enterprises.yaml; what the page says of them
is measured over the cases.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import yaml
from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, files
from tongjian.demo.steps import DemoRefused
from tongjian.kernel.models import Area
from tongjian.records.cases.intake import importing
from tongjian.records.cases.intake.importing import OrdersRefused, Taken, take
from tongjian.records.cases.packages import queries, sheets

PACKAGES = "模拟服务包.csv"
ITEMS = f"模拟服务事项-{files.YEAR}.csv"
FEED = "service_items"
ITEM_HEADS = (
    "事项编号", "提出时间", "事项内容", "诉求方面", "企业名称", "承办单位", "交办时间", "首次回应时间",
    "定方案时间", "办成时间", "企业评价时间", "是否联系", "是否解决", "满意度", "是否剔除", "模拟数据",
)  # fmt: skip
DAYS = 330  # of the year in which items are raised: the last ones are closed before its report


def keep(at: datetime, loaded: datetime) -> Taken:
    """Lay both files out in HOME/demo and take them in; a second run changes nothing, a changed file its rows.

    at: when the year was reported, with its items; loaded: the moment of the load, from which packages and visits count.
    """
    packages, items = _laid_out(PACKAGES, _packages(loaded)), _laid_out(ITEMS, _items())
    by = accounts.office()
    try:
        sheets.take(packages, PACKAGES, by=by, at=loaded)
        return take(items, ITEMS, FEED, by=by, at=at)
    except (OrdersRefused, sheets.PackagesRefused) as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": files.home(), "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused


def _laid_out(name: str, rows: Iterator[Sequence[object]]) -> bytes:
    """The file's bytes; written where there is none, a changed one is left alone."""
    path = files.home() / name
    if not path.exists():
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
    return path.read_bytes()


@lru_cache(maxsize=1)
def meant() -> Mapping[str, Any]:
    path = files.SHIPPED / "enterprises.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def _towns() -> list[str]:
    rows = Area.objects.filter(parent__subject__key=settings.DISTRICT).order_by("order", "pk")
    return list(rows.values_list("subject__label", flat=True))


def units() -> list[int]:
    """Ids of the units that serve the sample enterprises, in the order of the towns."""
    known = importing.names().units
    return [known[town] for town in _towns()]


def manager(n: int) -> str:
    """The account of who serves for the n-th unit."""
    return f"manager-{n + 1:02d}"


def count() -> int:
    return int(meant()["packages"])


def _packages(loaded: datetime) -> Iterator[Sequence[object]]:
    yield sheets.HEADS
    towns = _towns()
    for n in range(count()):
        since = visited(n, loaded)[0] - _apart(n)
        unit = n % len(towns)
        yield (name(n), _grade(n), towns[unit], manager(unit), since.isoformat(), "是")


def _grade(n: int) -> str:
    grades = meant()["grades"]
    return str(grades[n % len(grades)])


def _apart(n: int) -> timedelta:
    """About how long the grade leaves between two visits."""
    every = {g.name: g.every for g in queries.grades().values()}[_grade(n)]
    number = int(every.rstrip("mod"))
    return timedelta(days=number * 30 if every.endswith("mo") else number)


def visited(n: int, loaded: datetime) -> list[date]:
    """The days of the n-th enterprise's visits before the load: the last one a tenth of its time ago, or as much as all of it and a bit."""
    apart, last = _apart(n), localtime(loaded).date()
    ago = apart * (2 + (n * 5 + 19) % 21) / 19
    made = [last - ago - apart * k for k in range(int(meant()["visits"]))]
    return [day - timedelta(days=max(0, day.weekday() - 4)) for day in reversed(made)]


def name(n: int) -> str:
    return f"模拟企业{n + 1:02d}号"


def _items() -> Iterator[Sequence[object]]:
    """Those that count, then those that may not: of the year before, and taken out."""
    yield ITEM_HEADS
    data, towns = meant(), _towns()
    whole = int(data["items"])
    for n in range(whole):
        yield _item(
            n, datetime(files.YEAR, 1, 4, 9) + timedelta(days=n * DAYS // whole), f"{n + 1:05d}", towns
        )
    for n in range(int(data["year_before"])):
        yield _item(n, datetime(files.YEAR - 1, 6, 1, 9) + timedelta(days=n), f"Q{n + 1:04d}", towns)
    for n in range(int(data["taken_out"])):
        yield _item(n, datetime(files.YEAR, 5, 5, 9) + timedelta(days=n), f"T{n + 1:04d}", towns, out=True)


def _item(
    n: int, raised: datetime, number: str, towns: Sequence[str], *, out: bool = False
) -> Sequence[object]:
    firm, subjects = n % count(), meant()["subjects"]
    demand, text = subjects[(n + n // count()) % len(subjects)]
    sent = raised + timedelta(minutes=30 + n % 60)
    times = [sent, sent + timedelta(hours=2), sent + timedelta(days=2), sent + timedelta(days=8 + n % 9)]
    asked = times[-1] + timedelta(days=1)
    score = "不满意" if out else ("非常满意", "满意", "基本满意")[n % 3]
    told = [f"MF{files.YEAR}{number}", _time(raised), f"（模拟）{text}", demand, name(firm)]
    solved = "否" if out else "是"
    sent_to = [towns[firm % len(towns)], *map(_time, [*times, asked])]
    return [*told, *sent_to, "是", solved, score, "是" if out else "否", "是"]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
