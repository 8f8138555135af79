"""Pages of supervision and judging: who may open them, and what their forms do."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from facts.factories import user
from tongjian.kernel.models import User
from tongjian.plans.choices import OrderState, PathKind
from tongjian.plans.models import Extension, FiveYearPlan, Obligation, Path, SupervisionOrder, Task
from web.conftest import SignIn
from web.stage import PNG, Stage

DAY = timedelta(days=1)
ROLES = ("office", "leader", "statistics", "finance", "reader")


@pytest.fixture
def leader(scene: Stage) -> User:
    return user("boss", "leader")


def due(days: int = 10) -> str:
    return (timezone.localdate() + days * DAY).isoformat()


def issue(client: Client, scene: Stage, **more: str) -> SupervisionOrder:
    """An order on the overdue task, which statistics leads."""
    form = {"task": str(scene.task.pk), "demand": "限期完工", "due": due(), "stage": "blue"} | more
    form.setdefault("owner", str(scene.task.lead_id))
    answer = client.post(reverse("supervision:new"), form)
    assert answer.status_code == 302, answer.content.decode()
    return SupervisionOrder.objects.latest("pk")


def test_who_may_open_which_page(scene: Stage, leader: User, signed_in: SignIn) -> None:
    order = issue(signed_in(leader), scene)
    pages = {
        "list": (reverse("supervision:list"), ROLES),
        "order": (reverse("supervision:order", args=[order.pk]), ("office", "leader", "statistics")),
        "new": (f"{reverse('supervision:new')}?target={scene.target.pk}", ("office", "leader")),
        "calls": (reverse("supervision:calls"), ROLES),
        "notice": (reverse("supervision:notice"), ("office", "leader")),
        "dispatch": (reverse("supervision:dispatch"), ("office", "leader")),
        "task": (reverse("supervision:new_task"), ("office", "leader")),
        "template": (reverse("supervision:task_template"), ("office", "leader")),
        "half": (reverse("supervision:half_year", args=[scene.plan.pk]), ROLES),
        "midterm": (reverse("supervision:midterm"), ROLES),
    }
    people = {"leader": leader} | {r: getattr(scene, r) for r in ROLES if r != "leader"}
    got = {
        (n, r): signed_in(people[r]).get(url).status_code for n, (url, _roles) in pages.items() for r in ROLES
    }
    assert got == {(n, r): 200 if r in roles else 404 for n, (_url, roles) in pages.items() for r in ROLES}


def test_a_button_leads_to_the_form_from_a_red_light_only_and_once(
    scene: Stage, leader: User, signed_in: SignIn
) -> None:
    client = signed_in(leader)
    url = f"{reverse('supervision:new')}?task={scene.task.pk}"
    task = reverse("plans:task", args=[scene.task.pk])
    assert url in client.get(task).content.decode()
    assert url not in signed_in(scene.statistics).get(task).content.decode()
    order = issue(client, scene)
    page = client.get(task).content.decode()
    assert url not in page
    assert reverse("supervision:order", args=[order.pk]) in page
    target = reverse("plans:target", args=[scene.target.pk])
    assert f"{reverse('supervision:new')}?target={scene.target.pk}" in client.get(target).content.decode()


def test_an_order_goes_its_way_by_forms(scene: Stage, leader: User, signed_in: SignIn) -> None:
    order = issue(signed_in(leader), scene)
    page = reverse("supervision:order", args=[order.pk])
    unit, office = signed_in(scene.statistics), signed_in(scene.office)
    photo = SimpleUploadedFile("现场.png", PNG)
    unit.post(reverse("supervision:reply", args=[order.pk]), {"text": "已办", "files": photo})
    assert "现场.png" in office.get(page).content.decode()
    refused = office.post(reverse("supervision:decide", args=[order.pk]), {"verdict": "returned", "note": ""})
    assert refused.status_code == 400
    office.post(reverse("supervision:decide", args=[order.pk]), {"verdict": "returned", "note": "不够具体"})
    order.refresh_from_db()
    assert order.state == OrderState.RETURNED
    unit.post(reverse("supervision:reply", args=[order.pk]), {"text": "已补充"})
    assert unit.post(reverse("supervision:decide", args=[order.pk]), {"verdict": "closed"}).status_code == 403
    office.post(reverse("supervision:decide", args=[order.pk]), {"verdict": "closed"})
    order.refresh_from_db()
    assert order.state == OrderState.CLOSED
    assert signed_in(scene.finance).post(reverse("supervision:reply", args=[order.pk])).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"), [({"due": "soon"}, "2022-11-30"), ({"demand": " "}, "demand"), ({"due": "2020-01-01"}, "")]
)  # fmt: skip
def test_what_was_typed_into_a_refused_order_stays(
    scene: Stage, leader: User, signed_in: SignIn, typed: dict[str, str], words: str
) -> None:
    form = {
        "task": str(scene.task.pk),
        "demand": "先查明原因",
        "due": due(),
        "owner": str(scene.task.lead_id),
    }
    answer = signed_in(leader).post(reverse("supervision:new"), form | typed)
    assert answer.status_code == 400
    assert SupervisionOrder.objects.count() == 0
    if "demand" not in typed:
        assert "先查明原因" in answer.content.decode()


def test_pressing_harder_and_more_time(scene: Stage, leader: User, signed_in: SignIn) -> None:
    order = issue(signed_in(leader), scene)
    signed_in(leader).post(
        reverse("supervision:raise", args=[order.pk]), {"stage": "red", "reason": "多次催办"}
    )
    order.refresh_from_db()
    assert order.raised == "red"
    form = {"new_due": due(20), "reason": "设备未到"}
    signed_in(scene.statistics).post(reverse("supervision:extend_order", args=[order.pk]), form)
    asked = Extension.objects.get()
    office = signed_in(scene.office)
    assert "设备未到" in office.get(reverse("supervision:list")).content.decode()
    office.post(reverse("supervision:extension", args=[asked.pk]), {"verdict": "granted"})
    order.refresh_from_db()
    assert order.due.isoformat() == due(20)


def test_a_task_out_of_minutes_and_its_part(scene: Stage, leader: User, signed_in: SignIn) -> None:
    client = signed_in(leader)
    file = SimpleUploadedFile("纪要.txt", "会议要求，尽快修缮河堤。".encode())
    form = {
        "year": "2022", "title": "修缮河堤", "source": "minutes", "passage": "尽快修缮河堤", "month": "2022-12",
        "lead": str(scene.world.finance.pk), "file": file,
    }  # fmt: skip
    answer = client.post(reverse("supervision:new_task"), form)
    made = Task.objects.get(object="修缮河堤")
    assert answer.headers["Location"] == reverse("plans:task", args=[made.pk])
    assert (made.text, made.origin.excerpt, made.lead) == (
        "尽快修缮河堤",
        "尽快修缮河堤",
        scene.world.finance,
    )
    wrong = dict(form, passage="没有这句话", file=SimpleUploadedFile("纪要.txt", "另一份".encode()))
    refused = client.post(reverse("supervision:new_task"), wrong)
    assert (refused.status_code, "没有这句话" in refused.content.decode()) == (400, True)
    part = {"title": "清淤", "lead": str(scene.world.statistics.pk), "month": ""}
    assert client.post(reverse("supervision:decompose", args=[made.pk]), part).status_code == 403
    signed_in(scene.office).post(reverse("supervision:decompose", args=[made.pk]), part)
    assert made.parts.get().due_month == "2022-12"


def test_a_wrong_workbook_of_tasks_is_told_cell_by_cell(
    scene: Stage, leader: User, signed_in: SignIn
) -> None:
    client = signed_in(leader)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("supervision:task_template")).content))
    book["督办任务"].append((1, "", "修缮河堤", "", "口头", "", "", "没有的局", "", "2022-12", ""))
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("任务.xlsx", out.getvalue())
    answer = client.post(reverse("supervision:task_upload"), {"year": "2022", "file": upload})
    assert answer.status_code == 400
    assert all(cell in answer.content.decode() for cell in ("E2", "H2"))


def test_the_plan_office_says_how_a_target_is_judged(scene: Stage, signed_in: SignIn) -> None:
    office, pk = signed_in(scene.office), scene.target.pk
    office.post(reverse("supervision:nature", args=[pk]), {"nature": "binding"})
    office.post(
        reverse("supervision:path", args=[pk]), {"kind": "typed", "points": "2022-06 4.5\n2022-09：5"}
    )
    scene.target.refresh_from_db()
    assert scene.target.nature == "binding"
    assert {p.month: str(p.number) for p in Path.objects.get(kind=PathKind.TYPED).points.all()} == {
        "2022-06": "4.5",
        "2022-09": "5",
    }
    wrong = office.post(reverse("supervision:path", args=[pk]), {"kind": "typed", "points": "六月 很多"})
    assert wrong.status_code == 400
    assert signed_in(scene.statistics).post(reverse("supervision:nature", args=[pk])).status_code == 403


def test_a_target_is_revised_with_its_decision(scene: Stage, signed_in: SignIn) -> None:
    file = SimpleUploadedFile("决定.txt", "会议同意增速目标调整为4%。".encode())
    form = {
        "number": "4",
        "bound": "ge",
        "words": "4%以上",
        "reason": "经批准",
        "passage": "目标调整为4%",
        "file": file,
    }
    answer = signed_in(scene.office).post(reverse("supervision:revise", args=[scene.target.pk]), form)
    made = Obligation.objects.get(supersedes=scene.target)
    assert answer.headers["Location"] == reverse("plans:target", args=[made.pk])
    page = signed_in(scene.reader).get(answer.headers["Location"]).content.decode()
    assert "目标调整为4%" in page
    assert reverse("plans:target", args=[scene.target.pk]) in page


def test_a_five_year_plan_comes_in_by_its_page(scene: Stage, signed_in: SignIn) -> None:
    office = signed_in(scene.office)
    book = openpyxl.load_workbook(io.BytesIO(office.get(reverse("supervision:midterm_template")).content))
    book["规划指标"].append((1, "地区生产总值", "%", None, 5, "年均增速", "约束性", None, None, "gdp"))
    out = io.BytesIO()
    book.save(out)
    upload = SimpleUploadedFile("规划.xlsx", out.getvalue())
    office.post(reverse("supervision:midterm_upload"), {"first": "2022", "file": upload})
    assert FiveYearPlan.objects.get().targets.count() == 1
    page = signed_in(scene.reader).get(reverse("supervision:midterm")).content.decode()
    assert "2022年年均增长4.1%，目标5%" in page
    bad = SimpleUploadedFile("规划.xlsx", out.getvalue())
    assert office.post(reverse("supervision:midterm_upload"), {"first": "", "file": bad}).status_code == 400
