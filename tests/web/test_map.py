"""一张图: the same rows as lists show, by town, by place and by year; pipes up and down the flow, and digs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.geometry import Box
from tongjian.kernel.models import Event, Shape, User
from tongjian.records.projects.models import Project
from tongjian.records.spaces.pipes import network, seeing
from tongjian.records.spaces.pipes.network import UTILITIES
from tongjian.web.map import layers, pipe_data, things
from web import placed

pytestmark = pytest.mark.django_db
Get = Callable[..., HttpResponse]


@pytest.fixture
def get(client: Client) -> Iterator[Get]:
    placed.scene()

    def asked(path: str = "", name: str = "office", **query: object) -> HttpResponse:
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client.get(f"/map/{path}", query)

    yield asked
    network.forget()


def text(response: HttpResponse) -> str:
    return response.content.decode()


def listed(response: HttpResponse) -> list[str]:
    return re.findall(r'href="/subjects/[\w-]+/">([^<]+)</a></th>', text(response))


def test_the_list_shows_what_the_user_may_see(get: Get) -> None:
    assert set(listed(get())) == {"待选址学校", "某项目", "滨河图书馆", "南镇大桥"}
    assert "某项目" not in text(get(name="reader"))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"area": "south_town"}, {"某项目", "南镇大桥"}),
        ({"stage": "started"}, {"南镇大桥"}),
        ({"year": "2021"}, {"滨河图书馆"}),
        ({"year": "2022"}, {"滨河图书馆", "南镇大桥"}),
        ({"year": "2022", "stage": "started"}, {"南镇大桥"}),
        ({"q": "大桥"}, {"南镇大桥"}),
        ({"q": "大桥", "year": "2021"}, set()),
        ({"layer": "spaces"}, set()),
        ({"layer": "none"}, set()),
    ],
)
def test_filters_narrow_the_list(get: Get, query: dict[str, str], wanted: set[str]) -> None:
    assert set(listed(get(**query))) == wanted


def test_counts_by_town_and_year_are_those_of_the_list(get: Get) -> None:
    office = User.objects.get(username="office")
    families = layers.families(office, layers.layers(office))
    towns = list(layers.towns())
    found = things.by_town(families, layers.Filter(), towns)
    assert {t.key: found.get(t.pk, 0) for t in towns} == {"north_town": 1, "south_town": 2, "east_town": 1}
    assert [(y.year, y.count) for y in things.by_year(families, layers.Filter())] == [(2021, 1), (2022, 2)]
    assert [y.count for y in things.by_year(families, layers.Filter(year=2021))] == [1, 2]


def test_without_boundaries_the_towns_are_left_to_the_list_or_to_tiles(get: Get) -> None:
    page = get(view="towns")
    assert page.status_code == 200
    assert "maplibre" not in text(page)


def test_with_boundaries_the_drawing_stands_in_for_the_map(get: Get) -> None:
    placed.boundaries()
    page = text(get())
    assert 'data-bounds="116.4,39.85,116.7,39.95"' in page
    assert page.count("<path d=") >= 3
    assert "circle" in page
    assert "非实际边界" not in page
    assert "<script>" not in page
    assert not re.search(r'\sstyle="', page)


def piece(get: Get, box: str, zoom: int, name: str = "office", **query: object) -> Any:
    response = get("piece.json", name, bbox=box, zoom=zoom, **query)
    assert response.status_code == 200
    return json.loads(response.content)


def test_a_piece_of_the_map_holds_what_lies_in_it(get: Get) -> None:
    found = piece(get, "116.5,39.8,116.6,40", 12, layer="projects")
    assert {f["properties"]["name"] for f in found["features"]} == {"南镇大桥", "某项目"}
    assert found["features"][0]["properties"]["url"].startswith("/subjects/")
    assert found["pipes"]["features"] == []
    narrowed = piece(get, "116,39,117,40", 12, layer="projects", year=2021)
    assert [f["properties"]["name"] for f in narrowed["features"]] == ["滨河图书馆"]
    assert get("piece.json", bbox="1,2").status_code == 400


def test_many_things_are_put_together_and_none_is_lost(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(things, "SHOWN", 1)
    far = piece(get, "116,39,117,40", 4, layer="projects")["features"]
    assert [f["properties"]["count"] for f in far] == [3]
    near = piece(get, "116,39,117,40", 12, layer="projects")["features"]
    assert sum(f["properties"].get("count", 1) for f in near) == 3


def test_things_of_several_layers_are_one_circle_with_the_share_of_each() -> None:
    found = [lying("works", (116.51, 39.9), (116.52, 39.9)), lying("parks", (116.51, 39.9))]
    (circle,) = things._together(found, 1.0)
    assert circle["properties"] == {"colour": "#works", "count": 3, "parts": "#works:2,#parks:1"}
    assert circle["geometry"]["coordinates"] == [116.513333, 39.6]  # kept away from its cell's side
    (circle,) = things._together(found[:1], 1.0)
    assert circle["properties"] == {"colour": "#works", "count": 2, "layer": "works"}


def lying(key: str, *places: tuple[float, float]) -> things._Found:
    rows = Project.objects.none()
    layer = layers.Layer(key, key, f"#{key}", SubjectKind.PROJECT, rows)
    lon, lat = np.array(places).T
    return things._Found(
        layers.Family(rows, {key: layer}, None), list(range(len(lon))), [key] * len(lon), lon, lat
    )


def test_pipes_lie_where_they_may_be_seen(get: Get) -> None:
    exact = piece(get, "116.49,39.89,116.51,39.91", 16, "statistics", layer="pipes")["pipes"]["features"]
    assert sorted(f["properties"]["name"] for f in exact) == ["S1", "S2", "S3", "S4"]
    assert Event.objects.get(verb=seeing.VIEWED).data["what"] == "map"
    rough = piece(get, "116.49,39.89,116.51,39.91", 16, "reader", layer="pipes")["pipes"]["features"]
    assert [f["properties"].get("name") for f in rough] == ["S4", None]
    assert rough[1]["geometry"]["type"] == "MultiLineString"
    assert Event.objects.filter(verb=seeing.VIEWED).count() == 1


def test_a_small_box_tells_no_more_than_a_coarse_grid(get: Get) -> None:
    of, reader = network.current(), User.objects.get(username="reader")
    beside = Box(116.5002, 39.9002, 116.5003, 39.9003)  # twenty metres off S1: its coarse line is as far
    on = Box(116.50049, 39.8999, 116.50051, 39.9001)  # on S1 itself
    inside = [len(pipe_data.found_in(of, seeing.exact_mask(of, reader), b)) for b in (beside, on)]
    assert inside == [0, 1]  # S1 happens to lie on the grid
    of.lat[of.a[0]] = of.lat[of.b[0]] = 39.9003  # move it off the grid: it is still looked for there
    of.coarse.clear()
    assert len(pipe_data.found_in(of, seeing.exact_mask(of, reader), on)) == 1
    assert len(UTILITIES) <= 8  # three bits of a key


def test_many_pipes_are_drawn_on_a_grid(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipe_data, "MOST", 1)
    found = piece(get, "116.4,39.8,116.6,40", 9, layer="pipes")["pipes"]["features"]
    assert {f["properties"]["exact"] for f in found} == {0}
    assert not Event.objects.filter(verb=seeing.VIEWED).exists()


# Boundaries through the page


def test_the_plan_office_imports_boundaries(get: Get, client: Client) -> None:
    get()
    feature = {"type": "Feature", "properties": {"name": "北镇"}, "geometry": placed.square(116.4, 39.8)}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    before = Shape.objects.count()
    assert (
        client.post("/map/place/", {"file": SimpleUploadedFile("a.geojson", data), "of": "area"}).status_code
        == 302
    )
    assert Shape.objects.count() == before + 1
    feature["properties"] = {"name": "无此镇"}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    refused = client.post("/map/place/", {"file": SimpleUploadedFile("a.geojson", data), "of": "area"})
    assert refused.status_code == 400
    assert "无此镇" in text(refused)


def test_others_import_none(get: Get, client: Client) -> None:
    assert "导入图形" not in text(get(name="reader"))
    assert client.post("/map/place/", {"file": SimpleUploadedFile("a.geojson", b"{}")}).status_code in {
        400,
        403,
    }
    assert not Shape.objects.filter(kind="area").exists()


# Pipes


def test_a_segment_is_told_and_traced(get: Get) -> None:
    page = text(get("pipes/", segment="S2", way="down"))
    assert "S2 的下游" in page
    assert "管线.csv</a>" in page
    assert all(f">{n}</a>" in page for n in ("S2", "S3", "S4"))
    assert ">S1</a>" not in page
    events = Event.objects.filter(verb=seeing.VIEWED)
    assert [(e.data["what"], e.data["sensitive"]) for e in events] == [("trace", 2)]


def test_a_dig_lists_what_it_meets(get: Get) -> None:
    dig = "116.5005,39.8999 116.5006,39.8999 116.5006,39.9001 116.5005,39.9001"
    page = text(get("pipes/", dig=dig, within="1"))
    assert ">S1</a>" in page
    assert ">S2</a>" not in page
    hidden = text(get("pipes/", "reader", dig=dig, within="1"))
    assert ">S1</a>" not in hidden
    assert "您无权查看精确位置" in hidden


def test_the_place_of_a_project_is_held_against_pipes(get: Get) -> None:
    placed.at(Project.objects.get(subject__key="nowhere"), 116.5004, 39.90002)
    page = text(get("pipes/", site="nowhere", within="5"))
    assert "待选址学校" in page
    assert ">S1</a>" in page
    assert get("pipes/", "reader", site="secret").status_code == 400
    assert get("pipes/", site="secret").status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"segment": "S99"}, "没有您可查看精确位置的该编号管段"),
        ({"dig": "abc"}, "坐标应为两个有限的数"),
        ({"dig": "39.9,116.5"}, "写反了"),
        ({"dig": "116,39 117,39 117,40"}, "五公里"),
    ],
)
def test_what_cannot_be_asked_is_told(get: Get, query: dict[str, str], said: str) -> None:
    page = get("pipes/", **query)
    assert page.status_code == 400
    assert said in text(page)


def test_a_sensitive_segment_is_not_there_for_others(get: Get) -> None:
    assert get("pipes/", "reader", segment="S1").status_code == 400
    assert get("pipes/", "reader", segment="S4").status_code == 200


def test_the_page_takes_few_queries(get: Get, django_assert_max_num_queries: Any) -> None:
    placed.boundaries()
    get()
    with django_assert_max_num_queries(50):
        get(year=2022, area="south_town")
