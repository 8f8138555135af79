"""The overview of a scheme's cases: beside the span before, by department and category, hot spots, and what readers see."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from facts.assessment.test_counting import imported
from records.cases.factories import District, district
from tongjian.facts.assessment.overview import Hot, shown_hot
from tongjian.facts.measured.small import LEAST
from tongjian.records.cases import catalogue, timing
from tongjian.web.assessment.overview_lines import HotLine
from tongjian.web.assessment.overview_views import MOST_LINES, Part


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def get(client: Client, here: District, who: str = "plan", **asked: str) -> str:
    client.force_login(here.users[who])
    found = client.get(reverse("assessment:overview"), {"month": "2026-01"} | asked)
    assert found.status_code == 200
    return unescape(found.content.decode())


def rows(page: str, part: str) -> dict[str, str]:
    """Of one panel, what stands in each row, without tags."""
    panel = re.split(r'<section class="panel"', page.partition(f'id="{part}"')[2])[0]
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', panel, re.S)
    return {name.strip(): " ".join(re.sub(r"<[^>]+>", " ", cells).split()) for name, cells in found}


@pytest.mark.django_db
def test_without_cases_the_page_says_what_is_missing(client: Client, here: District) -> None:
    assert "尚无可考核的办件" in get(client, here)


@pytest.mark.django_db
def test_departments_and_months_lead_to_their_cases(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here)
    assert [n for n in rows(page, "departments") if "镇" in n] == ["南镇政府", "北镇政府"]
    assert rows(page, "departments")["南镇政府"].startswith("12 上期无 100.00 % 41.67 % 7件未达标")
    assert rows(page, "hot")["南镇"] == "未分类 12 0 +12"
    links = re.findall(r'class="figure" href="([^"]+)"', page.partition('id="departments"')[2])
    assert client.get(links[0]).content.decode().count("data-row") == 12
    month = re.findall(r'class="figure" href="([^"]+)"', page.partition('id="months"')[2])[0]
    assert client.get(month).content.decode().count("data-row") == 22


@pytest.mark.django_db
def test_a_month_stands_beside_the_month_before(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here, month="2026-02")
    assert rows(page, "departments")["北镇政府"].startswith("1 -90.00% 100.00 % +10.00 —")
    assert rows(page, "departments")["南镇政府"].startswith("0 -100.00%")
    assert list(rows(page, "months")) == ["2026年2月", "2026年1月"]


@pytest.mark.django_db
def test_small_counts_are_not_for_readers(client: Client, here: District) -> None:
    imported(here)
    page = get(client, here, "reader")
    for part in ("departments", "categories"):
        shown = rows(page, part)
        assert shown
        assert all("不公开" in cells for cells in shown.values())
    assert rows(page, "months")["2026年1月"].startswith("不公开")  # one of the 22 was contacted late


@pytest.mark.django_db
def test_the_workbook_says_what_the_page_says(client: Client, here: District) -> None:
    imported(here)
    client.force_login(here.users["plan"])
    sent = client.get(reverse("assessment:overview"), {"month": "2026-01", "format": "xlsx"})
    book = load_workbook(io.BytesIO(sent.content))
    assert [s.title for s in book.worksheets] == ["按承办单位", "按诉求类别", "逐月", "热点"]
    first = [c.value for c in book.worksheets[0][4]]
    assert first[:7] == ["南镇政府", 12, 0, None, 100, 12, None]


COUNTS = st.integers(0, 12)


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.tuples(COUNTS, COUNTS)))
def test_no_small_count_of_hot_spots_is_shown_or_left_over(
    counts: dict[tuple[str, str], tuple[int, int]],
) -> None:
    found = [Hot(u, c, now, before) for (u, c), (now, before) in sorted(counts.items())]
    shown = shown_hot(found, 20, small=True)
    for one in shown:
        assert not any(0 < n < LEAST for n in (one.now, one.before))
        for same in ("unit", "category"):
            rest = [h for h in found if h not in shown and getattr(h, same) == getattr(one, same)]
            assert not any(0 < sum(getattr(h, n) for h in rest) < LEAST for n in ("now", "before"))


def test_officials_see_every_hot_spot() -> None:
    found = [Hot("a", "x", 3, 0), Hot("a", "y", 0, 2)]
    assert shown_hot(found, 20, small=False) == (found[0],)


@pytest.mark.parametrize(("lines", "shown"), [(9, 6), (8, 8), (3, 3), (0, 0)])
def test_a_long_table_is_cut_until_all_are_asked_for(lines: int, shown: int) -> None:
    every = [HotLine("北镇", "停车", n, 0, "") for n in range(lines)]
    cut, whole = (Part.cut("hot", every, most) for most in (MOST_LINES, None))
    assert (list(cut.lines), cut.of) == (every[:shown], lines)
    assert list(whole.lines) == every
