"""Published plans: open to anyone by a decision only; filters, file, no way into the house."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tongjian.plans import checkins
from tongjian.plans.models import Publication
from tongjian.web.public import views
from web.stage import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """What is held for a minute outlives a test's transaction."""
    views.forget()
    yield
    views.forget()


FORM = {"decision": "第三次常务会", "decided_on": "2022-01-10"}
PAGE = "/public/plans/2022/"


def published(scene: Stage, client: Client, **more: object) -> None:
    client.force_login(scene.office)
    answer = client.post(reverse("public:publication", args=[scene.plan.pk]), FORM | more)
    assert answer.status_code == 302, answer.content.decode()
    client.logout()


def lines(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get(f"{PAGE}promises.csv", asked)
    assert isinstance(answer, StreamingHttpResponse)
    return list(csv.DictReader(StringIO(b"".join(answer).decode().removeprefix("\ufeff"))))


def test_nothing_is_open_before_a_decision(scene: Stage, client: Client) -> None:
    assert "尚未公开计划" in client.get("/public/").content.decode()
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}promises.csv").status_code == 404


def test_anyone_reads_each_promise_and_how_it_stands(scene: Stage, client: Client) -> None:
    published(scene, client)
    page = client.get(PAGE)
    text = page.content.decode()
    assert page.status_code == 200
    for said in ("第三次常务会", "建成滨河公园", "开工建设南镇小学", "城市建设", "尚无进展填报"):
        assert said in text
    assert "2022年计划" in client.get("/public/").content.decode()


def test_what_the_plan_office_confirmed_is_kept_with_its_day(scene: Stage, client: Client) -> None:
    published(scene, client)
    checkins.confirm(scene.check_in.pk, by=scene.office, at=scene.check_in.at)
    rows = {r["承诺"]: r for r in lines(client)}
    assert rows["建成滨河公园"]["进展情况"] == "已兑现"
    assert rows["建成滨河公园"]["依据"].endswith("填报，经计划部门确认，附1份材料")
    assert rows["开工建设南镇小学"]["进展情况"] == "尚无进展填报"


def test_no_link_leads_into_the_house(scene: Stage, client: Client) -> None:
    published(scene, client)
    checkins.confirm(scene.check_in.pk, by=scene.office, at=scene.check_in.at)
    text = client.get(PAGE).content.decode()
    links = {a for a in re.findall(r'href="(/[^"]*)"', text) if not a.startswith("/static/")}
    assert {a.split("?")[0] for a in links} <= {"/public/", PAGE, f"{PAGE}promises.csv", "/accounts/login/", "/login/"}  # fmt: skip
    assert "现场.png" not in text


def test_tasks_left_out_stay_out_of_page_and_file(scene: Stage, client: Client) -> None:
    published(scene, client, withheld=["2"])
    assert "南镇小学" not in client.get(PAGE).content.decode()
    assert not [r for r in lines(client) if "南镇小学" in r["承诺"]]


def test_filters_narrow_page_and_file_alike(scene: Stage, client: Client) -> None:
    published(scene, client)
    assert {r["领域"] for r in lines(client, theme="城市建设")} == {"城市建设"}
    assert lines(client, state="kept") == []
    assert "没有符合条件的承诺" in client.get(PAGE, {"state": "kept"}).content.decode()
    assert lines(client, theme="没有这个主题") == []


def test_withdrawn_it_is_gone_at_once(scene: Stage, client: Client) -> None:
    published(scene, client)
    client.force_login(scene.office)
    where = reverse("public:withdraw", args=[scene.plan.pk])
    assert client.post(where, {"why": ""}).status_code == 400
    assert client.post(where, {"why": "目标正在调整"}).status_code == 302
    shown = client.get(reverse("public:publication", args=[scene.plan.pk])).content.decode()
    assert "目标正在调整" in shown
    client.logout()
    assert client.get(PAGE).status_code == 404


@pytest.mark.parametrize("told", [{"decision": ""}, {"decided_on": "明天"}, {"decided_on": "2999-01-01"}, {"withheld": "99"}])  # fmt: skip
def test_a_bad_form_is_refused_and_kept(scene: Stage, client: Client, told: dict[str, str]) -> None:
    client.force_login(scene.office)
    answer = client.post(reverse("public:publication", args=[scene.plan.pk]), FORM | told)
    assert answer.status_code == 400
    assert (FORM | told)["decision"] in answer.content.decode()
    assert not Publication.objects.exists()


def test_only_the_plan_office_decides(scene: Stage, client: Client) -> None:
    where = reverse("public:publication", args=[scene.plan.pk])
    assert client.get(where).status_code == 302
    for user in (scene.statistics, scene.reader):
        client.force_login(user)
        assert client.get(where).status_code == 403
        assert client.post(where, FORM).status_code == 403
    assert not Publication.objects.exists()


def test_a_plan_is_reckoned_once_a_minute(
    scene: Stage, client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    published(scene, client)
    client.get(PAGE)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert client.get(PAGE, {"theme": "城市建设"}).status_code == 200
    checkins.confirm(scene.check_in.pk, by=scene.office, at=scene.check_in.at)
    assert "已兑现" not in client.get(PAGE).content.decode()
    monkeypatch.setattr(views.time, "monotonic", lambda: float("inf"))
    assert "已兑现" in client.get(PAGE).content.decode()
