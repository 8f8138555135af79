"""Editions, points, the city's list and the bulletin as pages: who sees what, and what a click does."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from facts.assessment.test_counting import imported
from facts.assessment.test_publishing import corrected, published_metrics
from facts.assessment.test_reconciling import ROWS, sheet
from records.cases.factories import District, district
from tongjian.facts.assessment.models import Adjustment, DifferenceNote, Edition, OfficialList
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
