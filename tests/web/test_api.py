"""The JSON API of registers: the pages' own predicates and refusals; its description is valid by others' words."""

from __future__ import annotations

import base64

import pytest
from django.test import Client
from django.urls import reverse

from plans import factories as make
from tongjian.kernel.choices import Role
from tongjian.records.registers.models import Item
from web.test_registers import BODY, office  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def basic(name: str, password: str = "a long password") -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def url(name: str, *args: str) -> str:
    return reverse(f"api:{name}", args=args)


def test_entries_come_by_page_and_filter_without_persons(office: Client) -> None:  # noqa: F811
    body = office.get(url("entries", "halls"), {"limit": "1"}).json()
    assert [e["name"] for e in body["entries"]] == ["东厅"]
    assert body["entries"][0]["attributes"] == {"level": "district", "seats": 40}
    more = office.get(body["next"]).json()
    assert [e["name"] for e in more["entries"]] == ["西厅"]
    assert "next" not in more
    town = office.get(url("entries", "halls"), {"level": "town"}).json()
    assert [e["code"] for e in town["entries"]] == ["H2"]
    assert office.get(url("entry", "halls", "H2")).json()["name"] == "西厅"
    slip = office.get(url("entries", "halls"), {"levl": "town"})
    assert (slip.status_code, slip.json()["code"]) == (400, "api.unknown_parameter")


def test_an_entry_is_added_by_basic_only_with_every_problem_told(office: Client) -> None:  # noqa: F811
    good = {"name": "南厅", "attributes": {"level": "town", "seats": 12}, "geometry": {"type": "Point", "coordinates": [116.6, 39.9]}}  # fmt: skip
    at = url("entries", "halls")
    by_session = office.post(at, good, content_type="application/json")
    assert by_session.status_code == 401
    bad = {"name": "", "attributes": {"level": "nowhere", "seats": "many"}}
    refused = Client().post(at, bad, content_type="application/json", HTTP_AUTHORIZATION=basic("office"))
    assert refused.status_code == 422
    assert {p["field"] for p in refused.json()["problems"]} == {"name", "level", "seats"}
    made = Client().post(at, good, content_type="application/json", HTTP_AUTHORIZATION=basic("office"))
    assert made.status_code == 201
    assert made.json()["geometry"]["coordinates"] == [116.6, 39.9]
    assert Item.objects.get(name="南厅").code == made.json()["code"]


def test_who_may_not_see_it_is_told_that_it_is_not_there(office: Client) -> None:  # noqa: F811
    assert Client().get(url("registers")).status_code == 401
    make.user("reader", Role.READER)
    reader = {"HTTP_AUTHORIZATION": basic("reader")}
    assert Client().get(url("entries", "halls"), **reader).status_code == 200
    post = Client().post(url("entries", "halls"), {"name": "x"}, content_type="application/json", **reader)
    assert post.status_code == 404
    assert Client().get(url("register", "no_such"), **reader).status_code == 404
    assert Client().post(url("entries", "halls"), "[", content_type="application/json", HTTP_AUTHORIZATION=basic("office")).json()["code"] == "api.not_json"  # fmt: skip


def test_the_description_is_valid_openapi_and_names_every_attribute(office: Client) -> None:  # noqa: F811
    validator = pytest.importorskip(
        "openapi_spec_validator", reason="openapi-spec-validator is not installed"
    )
    document = office.get(url("openapi")).json()
    validator.validate(document)
    attributes = document["components"]["schemas"]["Halls"]["properties"]["attributes"]["properties"]
    assert set(attributes) == set(BODY["attributes"])  # type: ignore[call-overload]
    assert "post" in document["paths"]["/api/registers/halls/entries/"]
