"""OGC API Features: rows through the same predicates as the pages, page by page, and read by GDAL's own client."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from facts.factories import PASSWORD
from tongjian.kernel.models import Event, User
from tongjian.records.spaces.pipes import network
from web import placed

pytestmark = pytest.mark.django_db
Get = Callable[..., Any]


@pytest.fixture
def get(client: Client) -> Iterator[Get]:
    placed.scene()

    def asked(path: str, name: str = "office", status: int = 200, **query: object) -> Any:
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        response = client.get(f"/ogc/{path}", query)
        assert response.status_code == status, response.content
        return response.json()

    yield asked
    network.forget()


def ids(body: Any) -> list[str]:
    return [f["id"] for f in body["features"]]


def link(body: Any, rel: str) -> str:
    return next((x["href"] for x in body["links"] if x["rel"] == rel), "")


def test_the_landing_page_leads_everywhere(get: Get, client: Client) -> None:
    found = get("")
    for rel in ("self", "service-desc", "conformance", "data"):
        assert client.get(link(found, rel)).status_code == 200
    assert [c.rsplit("/", 1)[1] for c in get("conformance")["conformsTo"]] == ["core", "oas30", "geojson"]


def test_collections_tell_their_extent_and_where_their_features_are(get: Get, client: Client) -> None:
    found = {c["id"]: c for c in get("collections")["collections"]}
    assert {"towns", "projects", "spaces", "pipes"} <= set(found)
    assert found["projects"]["extent"]["spatial"]["bbox"] == [[116.45, 39.9, 116.56, 39.91]]
    assert "extent" not in found["towns"]
    assert client.get(link(found["projects"], "items")).json()["numberMatched"] == 3


def test_features_are_those_that_the_user_may_see(get: Get) -> None:
    assert ids(get("collections/projects/items")) == ["library", "bridge", "secret"]
    assert ids(get("collections/projects/items", "finance")) == ["library", "bridge", "secret"]
    assert ids(get("collections/projects/items", "reader")) == ["library", "bridge"]
    assert get("collections/projects/items/secret", "reader", status=404)["code"] == "ogc.no_feature"
    one = get("collections/projects/items/library", "reader")
    assert one["geometry"] == {"type": "Point", "coordinates": [116.45, 39.9]}
    assert (one["properties"]["name"], one["properties"]["stage"]) == ("滨河图书馆", "完工")


def test_a_page_follows_the_last_by_key(get: Get, client: Client) -> None:
    first = get("collections/projects/items", limit=2)
    assert (ids(first), first["numberReturned"], first["numberMatched"]) == (["library", "bridge"], 2, 3)
    second = client.get(link(first, "next")).json()
    assert (ids(second), link(second, "next")) == (["secret"], "")


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        ("116.4,39.85,116.5,39.95", ["library"]),
        ("116.4,39.85,0,116.5,39.95,100", ["library"]),
        ("116.55,39.9,116.55,39.9", ["bridge"]),
        ("110,30,111,31", []),
    ],
)
def test_a_box_takes_what_lies_in_it(get: Get, box: str, wanted: list[str]) -> None:
    assert ids(get("collections/projects/items", bbox=box)) == wanted


def test_a_surface_is_met_by_a_box_within_it_and_not_by_one_beside_it(get: Get) -> None:
    placed.boundaries()
    assert ids(get("collections/towns/items", bbox="116.44,39.88,116.46,39.9")) == ["north_town"]
    assert ids(get("collections/towns/items", bbox="116.45,39.94,116.55,39.99")) == [
        "north_town",
        "south_town",
    ]
    assert get("collections/towns/items", limit=1)["features"][0]["properties"]["kind"] == "town"


@pytest.mark.parametrize(
    ("when", "wanted"),
    [("2023-01-04", 3), ("2023-01-05/..", 0), ("../2023-01-04", 3), ("2022-01-01T00:00:00Z/2023-01-03", 0)],
)
def test_datetime_asks_for_the_last_change(get: Get, when: str, wanted: int) -> None:
    assert len(ids(get("collections/projects/items", datetime=when))) == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "116,40,117,39"}, {"bbox": "nan,1,2,3"}, {"limit": "0"},
        {"limit": "x"}, {"datetime": "yesterday"}, {"datetime": "2023-01-02/2023-01-01"}, {"after": "-1"},
        {"colour": "red"}, {"datetime": "2023-13-01"},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(get: Get, query: dict[str, str]) -> None:
    assert get("collections/projects/items", status=400, **query)["code"].startswith("ogc.")


def test_who_may_not_see_pipes_exactly_gets_them_roughly(get: Get) -> None:
    rough = get("collections/pipes/items", "reader")["features"]
    assert [f["properties"]["exact"] for f in rough] == [False, False, False, True]
    assert rough[0]["geometry"] == {"type": "LineString", "coordinates": [[116.5, 39.9], [116.501, 39.9]]}
    assert not {"depth_from_m", "holder", "surveyed_on", "flow"} & set(rough[0]["properties"])
    assert not Event.objects.filter(verb="spaces.pipes_viewed").exists()
    exact = get("collections/pipes/items/pipe-S1", "statistics")["properties"]
    assert (exact["depth_from_m"], exact["surveyed_on"]) == (1.2, "2021-03-05")
    said = Event.objects.get(verb="spaces.pipes_viewed")
    assert (said.actor.username, said.data["what"], said.data["sensitive"]) == ("statistics", "features", 1)


def test_a_day_of_survey_is_not_told_by_asking_for_it(get: Get) -> None:
    def seen(name: str) -> list[str]:
        return ids(get("collections/pipes/items", name, datetime="2022-01-01/.."))

    assert seen("statistics") == ["pipe-S4"]  # the only one without a day
    assert seen("reader") == ["pipe-S1", "pipe-S2", "pipe-S3", "pipe-S4"]


def test_pipes_come_page_by_page_too(get: Get, client: Client) -> None:
    first = get("collections/pipes/items", limit=3)
    assert (first["numberMatched"], link(first, "next") != "") == (4, True)
    assert ids(client.get(link(first, "next")).json()) == ["pipe-S4"]
    assert ids(get("collections/pipes/items", bbox="116.5025,39.8,116.6,40")) == ["pipe-S4"]


def test_the_description_names_every_path(get: Get) -> None:
    found = get("api")
    assert found["openapi"].startswith("3.0")
    assert "/collections/projects/items" in found["paths"]
    assert {"bbox", "datetime", "limit", "after", "featureId"} == set(found["components"]["parameters"])


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    response = client.get("/ogc/collections")
    assert (response.status_code, response.json()["code"]) == (401, "ogc.not_signed_in")
    assert response["WWW-Authenticate"].startswith("Basic")


# Another's client


def ogr(url: str, *arguments: str, of: str = "") -> str:
    tool = shutil.which("ogrinfo")
    if tool is None:
        pytest.skip("GDAL's ogrinfo is not installed (Debian: gdal-bin)")
    done = subprocess.run(
        [tool, "-ro", *arguments, "--config", "GDAL_HTTP_USERPWD", f"office:{PASSWORD}", f"OAPIF:{url}/ogc", *([of] if of else [])],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_collections_pages_boxes_and_attributes(live_server: Any) -> None:
    placed.scene()
    placed.boundaries()
    listed = ogr(live_server.url)
    assert all(f": {name}" in listed for name in ("towns", "projects", "pipes"))
    rows = ogr(live_server.url, "-al", "-oo", "PAGE_SIZE=1", of="projects")
    assert "Feature Count: 3" in rows
    assert "POINT (116.45 39.9)" in rows
    assert "滨河图书馆" in rows
    boxed = ogr(live_server.url, "-al", "-spat", "116.54", "39.89", "116.555", "39.905", of="projects")
    assert "南镇大桥" in boxed
    assert "滨河图书馆" not in boxed
    assert "Feature Count: 4" in ogr(live_server.url, "-so", "-al", of="pipes")
    assert "POLYGON ((116.4 39.85" in ogr(live_server.url, "-al", of="towns")
    network.forget()


@pytest.mark.django_db(transaction=True)
def test_gdal_turns_a_collection_into_a_file_that_comes_in_again(live_server: Any, tmp_path: Any) -> None:
    from tongjian.kernel import shapes
    from tongjian.kernel.choices import SubjectKind

    tool = shutil.which("ogr2ogr")
    if tool is None:
        pytest.skip("GDAL's ogr2ogr is not installed (Debian: gdal-bin)")
    placed.scene()
    out = tmp_path / "projects.geojson"
    subprocess.run(
        [tool, "-f", "GeoJSON", "-lco", "RFC7946=YES", "--config", "GDAL_HTTP_USERPWD", f"office:{PASSWORD}",
         str(out), f"OAPIF:{live_server.url}/ogc", "projects"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    assert len(json.loads(out.read_text())["features"]) == 3
    wanted = shapes.subjects_by_key(SubjectKind.PROJECT)
    done = shapes.import_file(out.read_bytes(), out.name, wanted, "projects", by=None, at=placed.NOON)
    assert (done.features, done.changed) == (3, 0)
    network.forget()
