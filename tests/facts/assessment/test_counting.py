"""A scheme over the mirror: imported work orders are counted by town and month as they are counted by hand."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from records.cases.factories import AT, District, district
from tongjian.facts.assessment import queries
from tongjian.facts.assessment.counting import History, history
from tongjian.facts.mirror.refresh import refresh
from tongjian.records.cases import catalogue, mirror, timing
from tongjian.records.cases.intake.importing import take
from tongjian.records.cases.models import Case
from tongjian.values import Period

pytestmark = pytest.mark.django_db
HEADS = "工单编号 受理时间 诉求内容 街乡镇 承办单位 派单时间 首次联系时间 办结时间 回访时间 是否联系 是否解决 满意度 是否剔除".split()  # noqa: SIM905
SPANS = {"2026-01": Period.month(2026, 1), "2026-02": Period.month(2026, 2)}


def order(
    number: int, town: str, month: int, solved: str, content: str, out: str = "否", hour: int = 10
) -> list[str]:
    """Contacted at `hour` of the day of dispatch or, for 30 and more, days later; solved "": nobody was reached."""
    day = f"2026-{month:02d}-"
    contacted = f"{day}05 {hour:02d}:00" if hour < 24 else f"{day}20 10:00"
    survey = [f"{day}23 09:00", "是", solved, content] if solved else ["", "", "", ""]
    times = [f"{day}05 08:00", "楼道堆放杂物", town, town, f"{day}05 08:30", contacted, f"{day}20 16:00"]
    return [f"K{number}", *times, *survey, out]


ORDERS = [
    *(order(n, "北镇", 1, "是", "满意") for n in range(8)),
    order(8, "北镇", 1, "否", "不满意"),
    order(9, "北镇", 1, "是", "基本满意", hour=30),
    order(10, "北镇", 1, "否", "不满意", out="是"),
    *(order(n, "南镇", 1, "是", "满意") for n in range(20, 25)),
    *(order(n, "南镇", 1, "否", "不满意") for n in range(25, 32)),
    order(40, "北镇", 2, "", ""),
]  # fmt: skip


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def imported(here: District) -> History:
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *ORDERS])
    take(out.getvalue().encode("utf-8-sig"), "x.csv", "city_platform", by=here.users["plan"], at=AT)
    refresh(mirror.tables(), at=AT)
    found = history(queries.schemes()[0])
    assert found is not None
    return found


def test_towns_are_counted_month_by_month(here: District) -> None:
    scheme = queries.schemes()[0]
    found = imported(here)
    table = queries.assess(scheme, SPANS["2026-01"], found, queries.units(scheme))
    north, south = sorted(table.rows, key=lambda r: r.unit)
    assert (north.counts.n, north.counts.excluded, south.counts.n) == (10, 1, 12)
    assert [(r.num, r.den) for r in north.rates] == [(9, 10), (9, 10), (9, 10)]
    assert [(r.num, r.den) for r in south.rates] == [(12, 12), (5, 12), (5, 12)]
    assert (north.score_printed, south.score_printed) == (Decimal("90.00"), Decimal("53.33"))
    assert (north.rank, south.rank, south.volume_rank) == (1, 2, 1)
    assert [r.percent for r in table.whole.rates] == [Decimal("95.45"), Decimal("63.64"), Decimal("63.64")]
    assert north.excluded_share == Decimal("9.09")


def test_january_to_a_month_is_one_sum_not_a_mean(here: District) -> None:
    scheme = queries.schemes()[0]
    found = imported(here)
    table = queries.assess(scheme, Period.to_date(2026, 2), found, queries.units(scheme))
    north = next(r for r in table.rows if r.unit == "north")
    assert (north.counts.n, north.rates[1].den) == (11, 10)


def test_too_few_are_counted_and_not_ranked(here: District) -> None:
    scheme = queries.schemes()[0]
    table = queries.assess(scheme, SPANS["2026-02"], imported(here), queries.units(scheme))
    north = next(r for r in table.rows if r.unit == "north")
    assert (north.counts.n, north.rates[1].percent, north.rank) == (1, None, None)


def test_a_town_is_listed_after_three_months_of_many_cases(here: District) -> None:
    scheme = queries.schemes()[0]
    own = queries.units(scheme)
    found = imported(here)
    one = found.counted["north"][SPANS["2026-01"].start]
    start = SPANS["2026-01"].start
    made = History({"north": {start + n: one for n in range(4)}}, "x")
    moved = [queries.watched(scheme, start + n, made, own)["north"][-1].moved for n in range(4)]
    assert moved == ["", "", "entered", ""]


def test_without_a_mirror_there_is_no_history(here: District) -> None:
    assert history(queries.schemes()[0]) is None


def test_the_digest_names_the_rows_counted(here: District) -> None:
    found = imported(here)
    assert found.digest.startswith(f"{Case.objects.count()}-")
    assert found.months == [2026 * 12, 2026 * 12 + 1]
