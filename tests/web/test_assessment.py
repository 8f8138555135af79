"""The assessment's page: rates by town, ours beside the official, each opening its cases; small counts not for readers."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from facts.assessment.test_counting import ORDERS, imported, order
from facts.factories import fact, metric
from records.cases.factories import District, area, district
from tongjian.facts.models import Fact
from tongjian.kernel.choices import AreaKind
from tongjian.records.cases import catalogue, timing

QUERIES = 11
pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def get(client: Client, here: District, who: str = "plan", **asked: str) -> str:
    client.force_login(here.users[who])
    found = client.get(reverse("assessment:results"), asked)
    assert found.status_code == 200
    return unescape(found.content.decode())


def links(page: str, label: str) -> list[str]:
    """Of the cells under a heading, what their figures lead to."""
    cells = re.findall(rf'<td[^>]*data-label="{label}">(.*?)</td>', page, re.S)
    return [m.group(1) for c in cells if (m := re.search(r'class="figure" href="([^"]+)"', c))]


def test_without_cases_the_page_says_what_is_missing(client: Client, here: District) -> None:
    assert "尚无可考核的办件" in get(client, here)


def test_towns_by_month_with_rates_and_ranks(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here, month="2026-01")
    rows = re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', page, re.S)
    said = {name.strip(): re.sub(r"<[^>]+>|\s+", " ", cells) for name, cells in rows}
    assert [n for n in said if n in {"北镇", "南镇"}] == ["北镇", "南镇"]
    assert re.search(r"1 +90\.00 +10 +剔除1件 +· +9\.09% ", said["北镇"])
    assert "41.67" in said["南镇"]
    assert "5/12" in said["南镇"]
    assert "权重与门槛为示意" in page


def test_a_rate_opens_the_cases_it_was_counted_over(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here, month="2026-01")
    url = next(u for u in links(page, "解决率") if f"area={here.areas['south'].pk}" in u)
    assert client.get(url).content.decode().count("data-row") == 12
    assert client.get(f"{url}&part=missed").content.decode().count("data-row") == 7
    taken_out = next(u for u in re.findall(r'href="([^"]+part=excluded[^"]*)"', page) if "area=" in u)
    assert client.get(taken_out).content.decode().count("data-row") == 1


def test_a_town_opens_only_what_it_may_see(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here, month="2026-01")
    url = next(u for u in links(page, "解决率") if f"area={here.areas['south'].pk}" in u)
    client.force_login(here.users["north"])
    assert client.get(url).content.decode().count("data-row") == 0


def test_a_reader_is_told_no_small_counts(client: Client, here: District) -> None:
    imported(here)
    shown = get(client, here, "reader", month="2026-01")
    rows = dict(re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', shown, re.S))
    assert "不公开" in rows["北镇"]  # one case was taken out
    assert "90.00" not in rows["北镇"]
    assert "不公开" in rows["南镇"]  # else the district's numbers less its own would tell the north's
    assert "41.67" not in rows["南镇"]


def test_the_official_figure_stands_beside_with_the_difference(client: Client, here: District) -> None:
    imported(here)
    metric("hotline_resolution_rate", "解决率", kind="ratio", unit="%", decimals=2, derive=[])
    fact("hotline_resolution_rate[south] @ 2026-01", "41.50")
    fact("hotline_resolution_rate[north] @ 2026-01", "90.00")
    page = get(client, here, month="2026-01")
    rows = dict(re.findall(r'<tr>\s*<th scope="row">(.*?)</th>(.*?)</tr>', page, re.S))
    assert "+0.17" in rows["南镇"]
    assert "一致" in rows["北镇"]
    assert "没有官方数据入账" not in page


def result(client: Client, here: District, *rows: tuple[str, ...], who: str = "plan") -> tuple[int, str]:
    book, out = Workbook(), io.BytesIO()
    for row in (("街乡镇", "月份", "响应率", "解决率", "满意率"), *rows):
        book.worksheets[0].append(row)
    book.save(out)
    file = io.BytesIO(out.getvalue())
    file.name = "结果.xlsx"
    client.force_login(here.users[who])
    sent = client.post(
        reverse("assessment:official"), {"scheme": "district_monthly", "file": file}, follow=True
    )
    return sent.status_code, unescape(sent.content.decode())


def official_metrics() -> None:
    for key in ("hotline_response_rate", "hotline_resolution_rate", "hotline_satisfaction_rate"):
        metric(key, key, kind="ratio", unit="%", decimals=2, derive=[])


def test_the_official_result_comes_in_by_its_cells_and_once(client: Client, here: District) -> None:
    imported(here)
    official_metrics()
    rows = [("北镇", "2026-01", "100.00", "90.00", "80.00"), ("南镇", "2026年1月", "100", "41.50", "41.67%")]
    assert result(client, here, *rows)[0] == 200
    assert Fact.objects.count() == 6
    one = Fact.objects.get(series__metric__key="hotline_resolution_rate", series__subject__key="south")
    assert (str(one.number), one.period, one.evidence.locator) == ("41.50", "2026-01", "Sheet!D3")
    shown = get(client, here, month="2026-01")
    assert "+0.17" in shown
    assert "-10.00" in shown  # the response rate of the north
    result(client, here, *rows)
    assert Fact.objects.count() == 6


def test_all_bad_cells_of_a_result_are_told_and_nothing_is_written(client: Client, here: District) -> None:
    official_metrics()
    status, page = result(
        client, here, ("北镇", "2026-01", "100.1", "x", "80"), ("东镇", "2026-13", "1", "2", "3"),
        ("北镇", "2026-01", "1", "2", "3"),
    )  # fmt: skip
    assert status == 400
    cells = re.findall(r'<td class="num" data-label="单元格"><b>(\w+)</b>', page)
    assert sorted(cells) == ["A3", "A4", "B3", "C2", "D2"]
    assert not Fact.objects.exists()


def test_only_the_plan_office_takes_a_result_in(client: Client, here: District) -> None:
    official_metrics()
    result(client, here, ("北镇", "2026-01", "1", "2", "3"), who="north")
    assert not Fact.objects.exists()


def test_more_towns_ask_no_more_of_the_database(
    client: Client, here: District, django_assert_num_queries: Any
) -> None:
    imported(here)
    get(client, here)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("assessment:results"))
    for n in range(5):
        area(f"more{n}", f"新{n}镇", AreaKind.TOWN, here.areas["top"])
    with django_assert_num_queries(QUERIES):
        client.get(reverse("assessment:results"))


def test_the_workbook_holds_the_same_numbers(client: Client, here: District) -> None:
    imported(here)
    client.force_login(here.users["plan"])
    sent = client.get(reverse("assessment:results"), {"month": "2026-01", "format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(sent.content)).worksheets[0].iter_rows(values_only=True))
    north = next(r for r in rows if r[0] == "北镇")
    assert north[:8] == ("北镇", "乡镇", 1, 90, 10, 1, 90, 10)


def test_the_orders_are_those_that_the_test_means() -> None:
    assert len(ORDERS) == 24
    assert order(1, "北镇", 1, "", "")[8:] == ["", "", "", "", "否"]
