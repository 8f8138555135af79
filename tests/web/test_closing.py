"""The page of the year's end: reasons, the draft to take along, the next plan drafted, approved or discarded."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tongjian.plans.choices import PlanState
from tongjian.plans.models import Explanation, PlanYear
from tongjian.reports import language
from web.stage import Stage

pytestmark = pytest.mark.django_db


def url(name: str, scene: Stage) -> str:
    return reverse(f"plans:{name}", args=[scene.plan.pk])


def test_the_lead_unit_explains_its_task_and_the_draft_quotes_it(scene: Stage, client: Client) -> None:
    client.force_login(scene.statistics)
    page = client.get(url("closing", scene)).content.decode()
    assert "建成滨河公园" in page
    assert "下一年计划" not in page
    said = {"task": str(scene.task.pk), "text": "管线迁改顺延2个月"}
    assert client.post(url("explain", scene), said).status_code == 302
    assert "管线迁改顺延2个月" in client.get(url("closing", scene)).content.decode()
    client.force_login(scene.finance)
    assert client.post(url("explain", scene), said).status_code == 403
    assert Explanation.objects.count() == 1


def test_the_draft_is_a_template_without_a_problem(scene: Stage, client: Client) -> None:
    client.force_login(scene.office)
    answer = client.get(url("draft", scene))
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    text = answer.content.decode()
    assert "# 河东区[[2022年]]计划执行情况（草稿）" in text
    assert language.read(text)[1] == []


def test_numbers_that_are_none_are_told_at_once_and_kept(scene: Stage, client: Client) -> None:
    client.force_login(scene.office)
    pk = scene.target.pk
    form = {"target": str(pk), f"number-{pk}": "五点五", f"bound-{pk}": "approx"}
    answer = client.post(url("draft_next", scene), form)
    assert answer.status_code == 400
    assert "五点五 不是数字" in answer.content.decode()
    assert 'value="五点五"' in answer.content.decode()
    assert PlanYear.objects.count() == 1


def test_the_next_plan_is_drafted_seen_by_the_office_alone_and_approved(scene: Stage, client: Client) -> None:
    client.force_login(scene.office)
    pk = scene.target.pk
    form = {"target": str(pk), f"number-{pk}": "5.5", f"bound-{pk}": "approx", "task": ["1", "2"]}
    answer = client.post(url("draft_next", scene), form)
    made = PlanYear.objects.get(year=2023)
    assert answer.headers["Location"] == reverse("plans:plan", args=[made.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "本计划为草案" in page
    assert "5.5%左右" in page
    client.force_login(scene.reader)
    assert client.get(answer.headers["Location"]).status_code == 404
    assert client.post(reverse("plans:approve", args=[made.pk]), {"decision": "决议"}).status_code == 403
    client.force_login(scene.office)
    assert client.post(reverse("plans:approve", args=[made.pk]), {"decision": "决议"}).status_code == 302
    made.refresh_from_db()
    assert made.state == PlanState.APPROVED
    client.force_login(scene.reader)
    assert client.get(answer.headers["Location"]).status_code == 200


def test_a_draft_is_discarded(scene: Stage, client: Client) -> None:
    client.force_login(scene.office)
    client.post(url("draft_next", scene), {"task": ["1"]})
    made = PlanYear.objects.get(year=2023)
    assert client.post(reverse("plans:discard", args=[made.pk])).headers["Location"] == reverse("plans:list")
    assert not PlanYear.objects.filter(year=2023).exists()
