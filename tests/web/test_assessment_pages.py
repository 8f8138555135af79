"""Editions, points, the city's list and the bulletin as pages: who sees what, and what a click does."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from facts.assessment.test_counting import imported
from facts.assessment.test_importing import DISTRICTS, HEADS, book
from facts.assessment.test_publishing import corrected, published_metrics
from facts.assessment.test_reconciling import ROWS, sheet
from facts.factories import metric
from records.cases.factories import District, district
from tongjian.facts.assessment import importing, queries
from tongjian.facts.assessment.models import Adjustment, DifferenceNote, Edition, OfficialList
from tongjian.facts.models import Fact
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.records.cases import catalogue, timing
from tongjian.reports.trace import trace

pytestmark = pytest.mark.django_db
MONTH = {"scheme": "district_monthly", "month": "2026-01"}


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def get(client: Client, here: District, view: str, who: str = "plan", **asked: str) -> str:
    client.force_login(here.users[who])
    found = client.get(reverse(f"assessment:{view}"), MONTH | asked)
    assert found.status_code == 200
    return unescape(found.content.decode())


def post(client: Client, here: District, view: str, who: str = "plan", **sent: Any) -> int:
    client.force_login(here.users[who])
    return client.post(reverse(f"assessment:{view}"), MONTH | sent).status_code


def file(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


def test_a_month_is_published_and_a_rate_opens_the_frozen_cases(client: Client, here: District) -> None:
    imported(here)
    assert "本月尚未公布" in get(client, here, "results")
    assert post(client, here, "publish") == 302
    page = get(client, here, "results")
    assert "第1版" in page
    assert "与公布结果一致" in page
    url = next(u for u in re.findall(r'class="figure" href="([^"]+)"', page) if "unit=south" in u)
    assert "edition=1" in url
    assert client.get(url).content.decode().count("data-row") == 12
    assert client.get(f"{url}&part=missed").content.decode().count("data-row") == 0  # response: all in time
    unsolved = url.replace("measure=response", "measure=resolution")
    assert client.get(f"{unsolved}&part=missed").content.decode().count("data-row") == 7
    corrected("K25", solved=True, score=4)
    assert client.get(f"{unsolved}&part=missed").content.decode().count("data-row") == 7  # as published


def test_what_changed_since_is_named_and_revised(client: Client, here: District) -> None:
    imported(here)
    post(client, here, "publish")
    corrected("K25", solved=True, score=4)
    assert "公布后有变化" in get(client, here, "results")
    page = get(client, here, "changes", since="1")
    assert "K25" in page
    assert "解决率: 未通过 → 通过" in page
    assert "摘要相符" in page
    assert post(client, here, "publish") == 400  # without a reason
    assert post(client, here, "publish", reason="回访更正") == 302
    assert "回访更正" in get(client, here, "changes", edition="2")
    assert "41.67" in get(client, here, "results", edition="1")
    assert "50.00" in get(client, here, "results")
    assert "50.00" in get(client, here, "results", edition="live")


def test_only_the_plan_office_publishes(client: Client, here: District) -> None:
    imported(here)
    assert post(client, here, "publish", "north") == 403
    assert not Edition.objects.exists()


def test_points_need_another_person(client: Client, here: District) -> None:
    imported(here)
    sent = {"unit": "south", "points": "1.5", "reason": "表扬", "file": file(b"x", "x.txt")}
    assert post(client, here, "adjust", **sent) == 302
    row = Adjustment.objects.get()
    assert post(client, here, "decide", adjustment=row.pk, grant="1") == 403
    here.users["second"] = User.objects.create_user("second", role=Role.PLAN_OFFICE)
    assert post(client, here, "decide", "second", adjustment=row.pk, grant="1") == 302
    page = get(client, here, "results")
    assert "54.83" in page  # 53.33 and 1.5
    assert "+1.50" in page


def test_the_citys_list_is_reconciled_and_explained(client: Client, here: District) -> None:
    imported(here)
    assert "本月尚无市级清单" in get(client, here, "reconcile")
    assert post(client, here, "take_list", file=file(sheet(*ROWS), "清单.xlsx")) == 302
    page = get(client, here, "reconcile")
    assert page.count("data-pair") == 7
    assert "7件待说明" in page
    assert get(client, here, "reconcile", kind="verdict").count("data-pair") == 1
    assert post(client, here, "explain", number=["K25"], text="市级以二次回访为准") == 302
    page = get(client, here, "reconcile")
    assert "市级以二次回访为准" in page
    assert "6件待说明" in page
    post(client, here, "explain", all_of="unknown", text="非本区工单")
    assert {n.number for n in DifferenceNote.objects.all()} == {"K25", "X1"}
    book = load_workbook(
        io.BytesIO(client.get(reverse("assessment:reconcile"), MONTH | {"format": "xlsx"}).content)
    )
    assert [s.title for s in book.worksheets] == ["比率", "办件"]


def test_bad_cells_of_the_list_are_told(client: Client, here: District) -> None:
    imported(here)
    bad = sheet(("K1", "东镇", "", "是", "否", "否", "否"))
    client.force_login(here.users["plan"])
    sent = client.post(reverse("assessment:take_list"), MONTH | {"file": file(bad, "x.xlsx")})
    assert sent.status_code == 400
    assert "B2" in sent.content.decode()
    assert not OfficialList.objects.exists()


def test_single_cases_are_not_for_readers(client: Client, here: District) -> None:
    imported(here)
    post(client, here, "publish")
    client.force_login(here.users["reader"])
    for view in ("reconcile", "changes"):
        assert client.get(reverse(f"assessment:{view}"), MONTH).status_code == 404


def test_the_bulletin_tells_what_was_published(client: Client, here: District) -> None:
    published_metrics()
    imported(here)
    assert "本月尚未公布" in get(client, here, "bulletin")
    post(client, here, "publish")
    page = get(client, here, "bulletin")
    assert page.index("北镇") < page.index("南镇")
    sent = client.get(reverse("assessment:bulletin"), MONTH | {"format": "docx"})
    found = trace(sent.content)
    assert found.problems == ()
    assert {"90.00%", "41.67%", "95.45%"} <= {f["shown"] for f in found.figures.values()}
    xlsx = client.get(reverse("assessment:bulletin"), MONTH | {"format": "xlsx"})
    rows = list(load_workbook(io.BytesIO(xlsx.content)).worksheets[0].iter_rows(values_only=True))
    assert next(r for r in rows if r[0] == "北镇")[:6] == ("北镇", "乡镇", 1, 90, 10, 1)


def test_a_readers_bulletin_holds_no_small_counts(client: Client, here: District) -> None:
    published_metrics()
    imported(here)
    post(client, here, "publish")
    assert "90.00" not in get(client, here, "bulletin", "reader")
    sent = client.get(reverse("assessment:bulletin"), MONTH | {"format": "docx"})
    assert "90.00%" not in {f["shown"] for f in trace(sent.content).figures.values()}


def test_topics_and_categories_have_rates_too(client: Client, here: District) -> None:
    imported(here)
    assert "没有相应的办件" in get(client, here, "topics")
    page = get(client, here, "topics", by="lead")
    url = next(u for u in re.findall(r'class="figure" href="([^"]+)"', page) if "lead=" in u)
    assert client.get(url).content.decode().count("data-row") > 0


def with_the_citys_result(here: District) -> None:
    """The month is published; the city gives the south another resolution rate, score and rank."""
    published_metrics()
    for key in ("response_rate", "resolution_rate", "satisfaction_rate"):
        metric(f"hotline_{key}", key, kind="ratio", unit="%", decimals=2, derive=[])
    metric("hotline_composite_score", "得分", kind="index", unit="分", decimals=2, derive=[])
    metric("hotline_composite_rank", "位次", kind="rank", unit="位", decimals=0, direction="down", derive=[])
    imported(here)
    own = str(here.areas["top"])
    towns = [
        ("北镇", "2026-01", "90.00", "90.00", "90.00", "90.00", 2),
        ("南镇", "2026-01", "100.00", "91.67", "91.67", "93.00", 1),
        (own, "2026-01", "95.00", "92.00", "92.00", "", ""),
    ]
    districts = [("甲区", "2026-01", "96.10", 1), (own, "2026-01", "92.60", 2)]
    data = book(("各镇", HEADS, towns), ("各区", DISTRICTS, districts))
    importing.take(data, "市级结果.xlsx", queries.schemes()[0], by=here.users["plan"], at=datetime.now(UTC))


def test_score_and_rank_are_reconciled_with_the_citys(client: Client, here: District) -> None:
    with_the_citys_result(here)
    page = get(client, here, "reconcile")  # without a list of cases
    rows = dict(re.findall(r'<th scope="row">(\S+?)(?: <span.*?)?</th>(.*?)</tr>', page, re.S))
    south, whole = (re.sub(r"<[^>]+>", " ", rows[n]) for n in ("南镇", str(here.areas["top"])))
    assert re.findall(r"[-+]\d+\.\d\d", south) == ["-39.67", "-20.00", "-20.00", "+0.33"]
    assert "仅在我方结果中排在其前：北镇" in south
    assert "92.60" in whole
    assert "各区位次只有市级公布" in whole
    sent = client.get(reverse("assessment:reconcile"), MONTH | {"format": "xlsx"})
    (sheet_,) = load_workbook(io.BytesIO(sent.content)).worksheets
    told = next(r for r in sheet_.iter_rows(values_only=True) if r[0] == "南镇")
    assert told[2:5] == (53.33, 93, -39.67)
    assert told[6:9] == (2, 1, 1)


def test_what_both_sides_count_alike_is_folded_away(client: Client, here: District) -> None:
    with_the_citys_result(here)
    same = [("北镇", "2026-01", "90.00", "90.00", "90.00", "90.00", 1)]
    later, scheme = datetime.now(UTC), queries.schemes()[0]
    importing.take(book(("各镇", HEADS, same)), "更正.xlsx", scheme, by=here.users["plan"], at=later)
    few, every = (get(client, here, "reconcile", **more) for more in ({}, {"rows": "all"}))
    assert "另有1行双方一致" in few
    assert [len(re.findall(r'<th scope="row">', page)) for page in (few, every)] == [2, 3]
    assert "双方一致" not in every


def test_the_bulletin_says_the_citys_score_and_rank(client: Client, here: District) -> None:
    with_the_citys_result(here)
    post(client, here, "publish")
    page = get(client, here, "bulletin")
    assert re.search(r'全市位次（官方）.*?class="figure" href="/facts/\d+/">2<', page, re.S)
    own = Fact.objects.get(series__metric__key="hotline_composite_rank", series__subject__key="south")
    assert f'<a class="figure tag tag-yellow" href="{reverse("facts:fact", args=[own.pk])}">1</a>' in page
    assert own.evidence.locator == "各镇!G3"
    assert re.search(
        rf'官方 <a href="{reverse("facts:fact", args=[own.pk])}">1</a>', get(client, here, "results")
    )
    sent = client.get(reverse("assessment:bulletin"), MONTH | {"format": "docx"})
    found = trace(sent.content)
    assert found.problems == ()
    said = {(f["metric"], f["shown"]) for f in found.figures.values()}
    assert {("hotline_composite_rank", "第1位"), ("hotline_composite_rank", "第2位")} <= said
    assert {"92.60分", "93.00分", "90.00分"} <= {s for m, s in said if m == "hotline_composite_score"}
    sent = client.get(reverse("assessment:bulletin"), MONTH | {"format": "xlsx"})
    first = load_workbook(io.BytesIO(sent.content)).worksheets[0]
    row = next(r for r in first.iter_rows(values_only=True) if r[0] == "南镇")
    assert row[-4:] == (93, -39.67, 1, 1)


def test_an_earlier_edition_is_told_without_what_came_later(client: Client, here: District) -> None:
    imported(here)
    post(client, here, "publish")
    Edition.objects.update(at=datetime(2026, 2, 2, tzinfo=UTC))
    corrected("K25", solved=True, score=4)
    with_the_citys_result(here)
    post(client, here, "publish", reason="回访更正")
    assert "全市位次" in get(client, here, "bulletin")
    assert "全市位次" not in get(client, here, "bulletin", edition="1")
