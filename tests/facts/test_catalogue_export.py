"""The catalogue as a workbook: what rules, each version, in the language asked for."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from facts.factories import user
from tongjian.cli.language import use
from tongjian.cli.main import main
from tongjian.facts import catalogue
from tongjian.facts.catalogue_export import export
from tongjian.facts.models import Metric

pytestmark = pytest.mark.django_db
FIRST, LATER = datetime(2022, 1, 4, tzinfo=UTC), datetime(2022, 6, 4, tzinfo=UTC)
PACK = """- key: river_trade
  name: 内河贸易额
  name_en: River trade
  aliases: [水运贸易额]
  unit: 亿元
  kind: flow
  direction: up
  bases: [natural, comparable]
  owner: commerce
  theme: economy
  due_day: {day}
  first_month: 2
  definition: 经内河运输的货物贸易金额。
  source: 内河统计报表
  source_state: department
  collect:
    - {{measure: level, subjects: [tongzhou, towns]}}
    - {{measure: growth, basis: comparable}}
  derive:
    - {{operator: single}}
"""


def pack(folder: Path, day: int) -> Path:
    (folder / "metrics").mkdir(parents=True, exist_ok=True)
    (folder / "metrics" / "river.yaml").write_text(PACK.format(day=day), encoding="utf-8")
    return folder


def cells(data: bytes, sheet: int) -> list[dict[str, Any]]:
    rows = list(load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), r, strict=True)) for r in rows[1:]]


def test_a_row_says_all_that_the_definition_does(tmp_path: Path) -> None:
    catalogue.sync(FIRST, pack(tmp_path, 9))
    with translation.override("en"):
        (row,) = cells(export(Metric.objects.filter(key="river_trade")), 0)
    assert row == {
        "Key": "river_trade",
        "Name": "内河贸易额",
        "English name": "River trade",
        "Other names": "水运贸易额",
        "Theme": "economy",
        "Unit": "亿元",
        "Kind": "Flow",
        "Direction": "More is better",
        "Allowed bases": "As recorded、Comparable",
        "Reported series": "Level（tongzhou、towns）、Growth·Comparable",
        "Derived by": "single",
        "How it is counted": None,
        "Reported by": "Commerce Bureau",
        "How often": "Monthly",
        "Due day": 9,
        "First published month": 2,
        "Definition": "经内河运输的货物贸易金额。",
        "Definition from": "内河统计报表",
        "Standing of the definition": "A department's own practice",
        "Version": 1,
        "In force since": "2022-01-04 08:00",
    }


def test_each_version_tells_what_it_changed(tmp_path: Path) -> None:
    catalogue.sync(FIRST, pack(tmp_path, 9))
    catalogue.sync(LATER, pack(tmp_path, 12))
    with translation.override("en"):
        data = export(Metric.objects.filter(key="river_trade"))
    assert [(r["Version"], r["What changed"]) for r in cells(data, 1)] == [
        (1, "new"),
        (2, "due_day: 9 → 12"),
    ]
    assert cells(data, 0)[0]["Version"] == 2


def test_the_whole_shipped_catalogue_leaves_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.sync(FIRST)
    out = tmp_path / "catalogue.xlsx"
    try:
        with translation.override("en"):  # the command sets the language of its own process
            assert main(["--lang", "en", "metrics", "export", "-o", str(out)]) == 0
            assert main(["--lang", "en", "metrics", "export", "-o", str(out), "--theme", "none"]) == 1
            assert main(["--lang", "en", "metrics", "export", "-o", str(tmp_path / "no" / "a.xlsx")]) == 2
    finally:
        use("zh")
    rows = cells(out.read_bytes(), 0)
    assert len(rows) == Metric.objects.count() >= 280
    told = ("Definition", "Definition from", "Standing of the definition", "Unit", "Kind", "Direction")
    assert all(r[name] for r in rows for name in (*told, "Allowed bases", "Reported by", "How often"))
    assert all(1 <= r["Due day"] <= 28 and 1 <= r["First published month"] <= 12 for r in rows)
    assert f"{len(rows)} metrics" in capsys.readouterr().out


def test_the_list_is_searched_by_name_alias_and_key_and_leaves_as_a_file(client: Client) -> None:
    catalogue.sync(FIRST)
    client.force_login(user("reader", "reader"), backend="django.contrib.auth.backends.ModelBackend")
    for asked in ("规模以上工业总产值", "规上工业总产值", "Output of industry above", "industry_output"):
        page = client.get(reverse("facts:metrics"), {"q": asked}).content.decode()
        assert reverse("facts:metric", args=["industry_output"]) in page, asked
        assert reverse("facts:metric", args=["retail_sales"]) not in page
    got = client.get(reverse("facts:metrics_xlsx"), {"q": "PM10", "theme": "ecology"})
    assert "metrics.xlsx" in got["Content-Disposition"]
    assert [r[0] for r in load_workbook(io.BytesIO(got.content)).worksheets[0].iter_rows(values_only=True)][
        1:
    ] == ["pm10_concentration"]
    assert client.get(reverse("facts:metrics_xlsx"), {"q": "nothing of the kind"}).status_code == 200


def test_a_stranger_gets_no_catalogue(client: Client) -> None:
    assert client.get(reverse("facts:metrics_xlsx")).status_code == 302


def test_the_page_of_a_metric_says_bases_and_when_it_is_due(client: Client, tmp_path: Path) -> None:
    catalogue.sync(FIRST, pack(tmp_path, 9))
    client.force_login(user("reader", "reader"), backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(
        reverse("facts:metric", args=["river_trade"]), HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert "As recorded、Comparable" in page
    assert "Monthly, January with February, due by day 9" in page
    assert re.search(r"内河统计报表\s*<span class=\"tag\">A department&#x27;s own practice</span>", page)
