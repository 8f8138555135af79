"""A leader looks at a metric, at the towns, and takes the month's bulletin along as docx and xlsx."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from test_journey import PASSWORD, sign_in

from tongjian.facts import catalogue
from tongjian.facts.actions import record
from tongjian.facts.queries import series_for
from tongjian.facts.refs import parse
from tongjian.kernel import evidence
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Area, User
from tongjian.reports.trace import trace
from tongjian.values import Number

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2022, 12, 10, tzinfo=UTC)
METRIC = "fixed_asset_investment"


@pytest.fixture
def towns() -> Sequence[str]:
    """Two months of every town, a correction of the first, ten days later."""
    catalogue.sync(AT)
    User.objects.create_user("leader", password=PASSWORD, role=Role.LEADER)
    keys = list(Area.objects.filter(parent__subject__key="tongzhou").values_list("subject__key", flat=True))
    file = evidence.keep(b"book", "b.xlsx", by=None, at=AT)
    rows = [(f"{METRIC} @ 2022-01/2022-11", "812.5"), (f"{METRIC} @ 2022-01/2022-10", "733.0")]
    rows += [(f"{METRIC}[{key}] @ 2022-01/2022-11", f"{100 + n}.0") for n, key in enumerate(keys)]
    later = (f"{METRIC}[{keys[0]}] @ 2022-01/2022-11", "300.0")
    with transaction.atomic():
        for n, (text, value) in enumerate([*rows, later]):
            at = AT + timedelta(days=10) if n == len(rows) else AT
            _record(text, value, evidence.cell(file, "填报", f"H{n + 2}", value), at)
    return keys


def _record(text: str, value: str, place: Any, at: datetime) -> None:
    ref = parse(text)
    record(
        series_for(ref, create=True),
        ref.period,
        Number.parse(value),
        source="collection",
        evidence=place,
        by=None,
        at=at,
    )


def downloaded(page: Any, selector: str) -> bytes:
    with page.expect_download() as waiting:
        page.click(selector)
    return Path(waiting.value.path()).read_bytes()


def test_from_a_metric_to_the_bulletin(
    browser: Any, live_server: Any, towns: Sequence[str], pictures: Path
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url
    sign_in(page, base, "leader")

    # The corrected town leads; on the day before the correction it was last.
    page.goto(f"{base}/metrics/{METRIC}/")
    first = "#peers tbody tr:first-child"
    assert "300.0" in page.inner_text(first)
    page.fill("#at", "2022-12-15")
    page.wait_for_selector("#as-known")
    assert f"{100 + len(towns) - 1}.0" in page.inner_text(first)
    assert "300.0" not in page.inner_text("main")

    # The towns as a workbook.
    page.goto(f"{base}/analysis/compare/")
    assert page.locator("[data-drawn]").count() == 1
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded(page, "a[href*='format=xlsx']"))).worksheets[0]
    assert [sheet.cell(4, 1).value, sheet.cell(4, 3).value] == [1, 300]

    # The bulletin of the month, in Word, each figure traced to its cell.
    page.goto(f"{base}/analysis/bulletin/?month=2022-11")
    page.screenshot(path=str(pictures / "bulletin-1440.png"), full_page=True)
    found = trace(downloaded(page, "a[href*='format=docx']"))
    assert found.problems == ()
    assert {"812.5亿元", "300.0亿元"} <= {f["shown"] for f in found.figures.values()}
    assert failures == []
    context.close()
