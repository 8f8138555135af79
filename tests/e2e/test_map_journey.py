"""From tiles to boundaries to a dig: the plan office imports boundaries, looks at a year, follows a pipe, checks a dig."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_journey import PASSWORD, sign_in

from facts.factories import NOON
from records.spaces.surveys import book, row
from tongjian.kernel.choices import Role
from tongjian.kernel.directory import sync_directory
from tongjian.kernel.models import Area, Event, Organisation, User
from tongjian.records.spaces.pipes import importing, network
from web import placed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def district() -> Iterator[list[Area]]:
    """The sample district's towns, three projects in two of them, and a street of pipes."""
    sync_directory(NOON)
    User.objects.create_user("office", password=PASSWORD, role=Role.PLAN_OFFICE)
    towns = list(
        Area.objects.filter(parent__subject__key="tongzhou").select_related("subject").order_by("order")
    )
    owner = Organisation.objects.order_by("path").first()
    made = type("Made", (), {"finance": owner})()
    for n, (name, year) in enumerate((("滨河图书馆", 2021), ("南镇大桥", 2022), ("东街小学", 2022))):
        thing = placed.project(f"p{n}", name, towns[n % 2].key, made)
        placed.passed(thing, "started", date(year, 3, 1))
        placed.at(thing, 116.52 + n * 0.01, 39.93)
    network.forget()
    importing.import_segments(
        book([row("S1", "AB"), row("S2", "BC"), row("S3", "CD")]), "管线.csv", by=None, at=NOON
    )
    yield towns
    network.forget()


def boundaries(towns: list[Area], folder: Path) -> Path:
    features = [
        {"type": "Feature", "properties": {"name": t.subject.label}, "geometry": placed.square(116.4 + n % 5 * 0.1, 39.85 + n // 5 * 0.1)}
        for n, t in enumerate(towns)
    ]  # fmt: skip
    file = folder / "towns.geojson"
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    file.write_text(
        json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}, ensure_ascii=False)
    )
    return file


def test_from_tiles_to_a_dig(
    browser: Any, live_server: Any, district: list[Area], pictures: Path, tmp_path: Path
) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    failures: list[str] = []
    page.on("pageerror", lambda e: failures.append(str(e)))
    page.on("console", lambda m: failures.append(m.text) if m.type == "error" else None)
    base = live_server.url
    sign_in(page, base, "office")

    # Tiles, said to be schematic; a tile narrows the list to its town.
    page.goto(f"{base}/map/")
    assert "示意图（非实际边界）" in page.inner_text("figure.drawing")
    page.click(f'figure.drawing a:has(title:text-is("{district[0].subject.label}：2"))')
    assert page.locator("#list tbody tr").count() == 2
    page.screenshot(path=pictures / "map-tiles-1440.png")

    # Boundaries come in through the page; the map of places opens with them.
    page.goto(f"{base}/map/")
    page.click("summary:has-text('导入图形')")
    page.set_input_files("#file", boundaries(district, tmp_path))
    page.click("button:has-text('导入')")
    page.wait_for_selector("#map[data-loaded]")
    assert f"导入 {len(district)} 个图形" in page.inner_text("main")
    shown = page.evaluate("tongjianMap.querySourceFeatures('things').map((f) => f.properties.name)")
    assert set(shown) == {"滨河图书馆", "南镇大桥", "东街小学"}
    page.screenshot(path=pictures / "map-places-1440.png")

    # The milestones of a year.
    page.click(".map-bars a:has-text('2021')")
    page.wait_for_selector("#map[data-loaded]")
    assert page.locator("#list tbody th").all_inner_texts() == ["滨河图书馆"]

    # A pipe, what lies down the flow, and a dig beside it; looks are on record.
    page.goto(f"{base}/map/pipes/?segment=S2")
    page.click("a:has-text('下游')")
    assert page.locator(".pipe-list tbody th").all_inner_texts() == ["S2", "S3"]
    page.fill("#dig", "116.5005,39.8999 116.5006,39.8999 116.5006,39.9001")
    page.click("button:has-text('检查开挖')")
    assert page.locator(".pipe-list tbody th").all_inner_texts() == ["S1"]
    page.wait_for_selector("#map[data-loaded]")
    page.screenshot(path=pictures / "map-dig-1440.png")
    told = set(Event.objects.filter(verb="spaces.pipes_viewed").values_list("data__what", flat=True))
    assert {"segment", "trace", "clashes"} <= told
    page.wait_for_load_state("networkidle")
    page.context.close()
    assert failures == []
