"""The assessment's page: rates by town, ours beside the official, each opening its cases; small counts not for readers."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from facts.assessment.test_counting import ORDERS, imported, order
from facts.factories import fact, metric
from records.cases.factories import District, district
from tongjian.records.cases import catalogue, timing

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def get(client: Client, here: District, who: str = "plan", **asked: str) -> str:
    client.force_login(here.users[who])
    found = client.get(reverse("cases:assessment"), asked)
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
    assert "41.67" in rows["南镇"]


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


def test_the_workbook_holds_the_same_numbers(client: Client, here: District) -> None:
    imported(here)
    client.force_login(here.users["plan"])
    sent = client.get(reverse("cases:assessment"), {"month": "2026-01", "format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(sent.content)).worksheets[0].iter_rows(values_only=True))
    north = next(r for r in rows if r[0] == "北镇")
    assert north[:8] == ("北镇", "乡镇", 1, 90, 10, 1, 90, 10)


def test_the_orders_are_those_that_the_test_means() -> None:
    assert len(ORDERS) == 24
    assert order(1, "北镇", 1, "", "")[8:] == ["", "", "", "", "否"]
