"""The towns map: classes in order, tiles in their places, what was not reported, and the way to the source."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from facts.factories import TOWNS, facts
from tongjian.facts.models import Fact
from tongjian.kernel.models import Area, Definition, Subject
from tongjian.packs import entries
from tongjian.values import Number
from tongjian.web import tiles
from web.conftest import SignIn
from web.stage import Stage

PLACES = {"north_town": [0, 1], "south_town": [2, 1], "east_town": [1, 2]}


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_classes_cover_all_values_in_order_and_never_part_equal_ones(values: list[int]) -> None:
    steps = tiles.classes([Number(v, 1) for v in values])
    assert len(steps) <= 5
    assert sum(s.count for s in steps) == len(values)
    edges = [x for s in steps for x in (s.low.decimal, s.high.decimal)]
    assert edges == sorted(edges)
    assert all(a.high.decimal < b.low.decimal for a, b in pairwise(steps))
    assert all(s.low.decimal <= Decimal(v) / 10 <= s.high.decimal for v in values
               for s in [steps[tiles.step_of(Number(v, 1), steps) or 0]])  # fmt: skip


def test_ten_values_make_five_classes_of_two() -> None:
    steps = tiles.classes([Number(v, 0) for v in range(1, 11)])
    assert [(str(s.low), str(s.high), s.count) for s in steps] == [
        ("1", "2", 2), ("3", "4", 2), ("5", "6", 2), ("7", "8", 2), ("9", "10", 2),
    ]  # fmt: skip


def test_the_shipped_arrangement_gives_each_town_a_tile_of_its_own() -> None:
    bodies = [e.body for e in entries("areas")]
    found = tiles.grid(bodies)
    assert set(found) == {b["key"] for b in bodies if b["kind"] not in {"city", "district"}}
    assert len(set(found.values())) == 22


@pytest.mark.parametrize(
    ("language", "name", "name_en", "kind", "shown"),
    [
        ("zh-hans", "柳林镇", "Liulin Town", "town", "柳林"),
        ("zh-hans", "城关街道", "Chengguan Street", "street", "城关"),
        ("zh-hans", "北镇", "North Town", "town", "北镇"),
        ("en", "柳林镇", "Liulin Town", "town", "Liulin"),
    ],
)
def test_a_tile_leaves_out_the_word_for_the_kind(
    language: str, name: str, name_en: str, kind: str, shown: str
) -> None:
    area = Area(subject=Subject(kind="area", key="x", label=name, label_en=name_en), kind=kind)
    with translation.override(language):
        assert tiles.short(area) == shown


@pytest.fixture
def arranged(scene: Stage) -> Stage:
    for key, place in PLACES.items():
        Definition.objects.create(
            kind="areas", key=key, version=1, body={"key": key, "tile": place}, digest=key, applied_at=scene.fact.recorded_at
        )  # fmt: skip
    return scene


def test_the_map_shows_values_leads_to_them_and_hatches_the_rest(arranged: Stage, signed_in: SignIn) -> None:
    values = zip(TOWNS[:2], ("36.0", "22.0"), strict=True)
    facts([(f"budget_revenue[{t}] @ 2022", v) for t, v in values])
    client = signed_in(arranged.reader)
    for url in (reverse("facts:metric", args=["budget_revenue"]), reverse("analysis:compare") + "?metric=budget_revenue"):  # fmt: skip
        page = client.get(url).content.decode()
        drawn = page[page.index("<svg viewBox") : page.index("</figure>")]
        north = Fact.objects.get(series__subject__key="north_town", period="2022")
        assert re.findall(r'<a href="([^"]+)" class="tile-step-(\d)">', drawn)[0] == (
            reverse("facts:fact", args=[north.pk]),
            "1",
        )
        assert drawn.count('class="tile-none"') == 2  # one tile, and the legend
        assert "示意图（非实际边界）" in drawn
        assert 'viewBox="0 0 204 194"' in drawn  # two columns, three rows: none is left empty beside them


def test_one_town_makes_no_map(arranged: Stage, signed_in: SignIn) -> None:
    facts([("budget_revenue[north_town] @ 2022", "36.0")])
    page = signed_in(arranged.reader).get(reverse("facts:metric", args=["budget_revenue"])).content.decode()
    assert "各乡镇街道" in page
    assert "tile-map" not in page
