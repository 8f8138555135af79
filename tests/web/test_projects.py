"""Pages of the project library: classes derived, forms that say why not, checks, and the dispatch meeting."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from plans import factories as plans
from records.projects import factories as make
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Event
from tongjian.plans.models import Task
from tongjian.records.projects import actions, queries
from tongjian.records.projects.models import Funding, Investment, Project
from tongjian.records.projects.rules.pairing import Share
from tongjian.values import Number

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    plans.district()
    client.force_login(make.user("office", Role.PLAN_OFFICE, make.unit()))
    return client


@pytest.fixture
def project() -> Project:
    return make.project(papers=("permit",))


def text(client: Client, name: str, *args: object, **query: str) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def shown(client: Client, project: Project) -> str:
    return text(client, "subjects:subject", project.subject.key)


def test_the_list_has_a_class_for_each_and_the_money_of_what_it_shows(
    office: Client, project: Project
) -> None:
    other = make.project("p-2", papers=("permit",))
    actions.convert(other.pk, on=date(2022, 4, 1), evidence=make.place(), by=None, at=make.AT)
    page = text(office, "projects:list", year="2022", **{"class": "new_start"})
    assert other.name in page
    assert f">{project.name}<" not in page
    assert "16000" in text(office, "projects:list", year="2022")
    assert other.name not in text(office, "projects:list", year="2022", **{"class": "reserve"})


def test_a_month_that_does_not_add_up_is_refused_with_its_arithmetic(
    office: Client, project: Project
) -> None:
    at = reverse("projects:investment", args=[project.pk])
    good = {
        "month": "2022-02",
        "this_month": "300",
        "year_to_date": "300",
        "construction": "300",
        "total": "300",
    }
    assert "已登记" in office.post(at, good, follow=True).content.decode()
    bad = {
        "month": "2022-03",
        "this_month": "100",
        "year_to_date": "500",
        "construction": "500",
        "total": "500",
    }
    page = office.post(at, bad, follow=True).content.decode()
    assert "自年初累计 500 ≠ 上月累计 300 + 本月 100 = 400" in page
    assert Investment.objects.count() == 1
    assert "“很多”不是金额" in office.post(at, bad | {"this_month": "很多"}, follow=True).content.decode()


def test_planned_days_move_with_a_reason_and_the_meeting_sees_it(office: Client, project: Project) -> None:
    at = reverse("projects:milestone", args=[project.pk])
    office.post(at, {"stage": "construction/topped_out", "on": "2999-09-30"})
    office.post(at, {"stage": "construction/topped_out", "on": "2999-12-31"})
    assert project.milestones.count() == 1
    office.post(at, {"stage": "construction/topped_out", "on": "2999-12-31", "reason": "冬季停工"})
    assert "冬季停工" in shown(office, project)
    made = plans.task(plans.plan(), 1, text="封顶")
    Task.objects.filter(pk=made.pk).update(subject=project.subject, track="construction", stage="topped_out")
    meeting = text(office, "projects:dispatch", since="2020-01-01", by="promise")
    assert "项目库" in meeting
    data = office.get(reverse("projects:dispatch_table"), {"since": "2020-01-01"}).content
    assert openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].max_row >= 3


def test_a_stage_is_entered_with_its_paper_and_says_what_is_missing_without(office: Client) -> None:
    bare = make.project("p-9")
    at = reverse("projects:stage", args=[bare.pk])
    paper = io.BytesIO(b"minutes")
    paper.name = "纪要.txt"
    page = office.post(at, {"stage": "construction/started", "on": "2022-05-09", "file": paper, "kind": "other"}, follow=True)  # fmt: skip
    assert "施工许可" in page.content.decode()
    assert not bare.subject.passages.exists()
    permit = io.BytesIO(b"permit")
    permit.name = "许可.txt"
    office.post(at, {"stage": "construction/started", "on": "2022-05-09", "file": permit, "kind": "permit"})
    assert bare.subject.standings.get(track="construction").stage == "started"


def test_a_problem_is_raised_answered_taken_higher_and_solved(office: Client, project: Project) -> None:
    form = {"kind": "land", "text": "地块未交付", "owner": "housing", "due_on": "2999-01-31"}
    office.post(reverse("projects:problem", args=[project.pk]), form)
    found = project.problems.get()
    step = reverse("projects:problem_step", args=[found.pk])
    office.post(step, {"text": "已约谈", "how": "answer"})
    office.post(step, {"text": "仍未解决", "how": "escalate"})
    assert "地块未交付" in text(office, "projects:dispatch")
    office.post(step, {"text": "已交付", "how": "close"})
    found.refresh_from_db()
    assert found.closed_on is not None
    assert found.notes.count() == 4
    page = shown(office, project)
    assert "已约谈" in page
    assert "已交付" in page


def test_checks_name_money_that_moves_while_works_stand_still(office: Client, project: Project) -> None:
    assert "没有发现问题" in text(office, "projects:checks")
    money = {
        "month": "2022-02",
        "this_month": "300",
        "year_to_date": "300",
        "construction": "300",
        "total": "300",
    }
    office.post(reverse("projects:investment", args=[project.pk]), money)
    for month, percent in (("2021-12", "35"), ("2022-01", "35"), ("2022-02", "35")):
        form = {"month": month, "state": "suspended", "percent": percent, "text": "停工"}
        office.post(reverse("projects:progress", args=[project.pk]), form)
    assert "35%" in shown(office, project)
    page = text(office, "projects:checks")
    assert "矛盾" in page
    assert project.name in page


def test_a_reader_looks_and_changes_nothing(office: Client, project: Project) -> None:
    office.force_login(make.user("reader", Role.READER))
    assert project.name in text(office, "projects:list")
    assert "填报月度投资" not in shown(office, project)
    sent = office.post(
        reverse("projects:investment", args=[project.pk]),
        {"month": "2022-02", "year_to_date": "1"},
    )
    assert sent.status_code == 403
    assert not Investment.objects.exists()


def test_a_task_is_tied_on_its_page_and_closed_by_the_passage(office: Client, project: Project) -> None:
    made = plans.task(plans.plan(), 1, text=f"{project.name}开工")
    Task.objects.filter(pk=made.pk).update(object=project.name)
    assert project.name in text(office, "plans:task", made.pk)
    at = reverse("plans:tie", args=[made.pk])
    wrong = office.post(at, {"subject": "nothing", "stage": "construction/started"}, follow=True)
    assert "没有编号为“nothing”的对象" in wrong.content.decode()
    office.post(at, {"subject": project.subject.key, "stage": "construction/started"})
    assert "尚未进入" in text(office, "plans:task", made.pk)
    actions.convert(project.pk, on=date(2022, 4, 1), evidence=make.place(), by=None, at=make.AT)
    page = text(office, "plans:task", made.pk)
    assert "2022年4月1日开工，以记录为准" in page
    office.force_login(make.user("reader", Role.READER))
    assert office.post(at, {}).status_code == 403


def test_a_refused_form_keeps_what_was_typed(office: Client, project: Project) -> None:
    at = reverse("projects:investment", args=[project.pk])
    sent = office.post(at, {"month": "2022-03", "year_to_date": "很多", "equipment": "12.5"})
    page = sent.content.decode()
    assert sent.status_code == 400
    assert 'name="month" value="2022-03"' in page
    assert 'name="equipment" value="12.5"' in page


FORM = {"key": "p-77", "name": "东岸泵站", "kind": "infrastructure", "nature": "new", "owner": "housing", "reserved_on": "2022-01-06", "sensitivity": "internal"}  # fmt: skip


def test_a_project_is_registered_by_form_and_a_refused_form_stays_filled_in(office: Client) -> None:
    make.unit()
    assert 'name="planned_total"' in text(office, "projects:new")
    refused = office.post(reverse("projects:add"), FORM | {"planned_total": "很多", "scope": "泵房一座"})
    page = refused.content.decode()
    assert refused.status_code == 400
    assert "“很多”不是数" in page
    assert "泵房一座" in page
    assert not Project.objects.exists()
    office.post(reverse("projects:add"), FORM | {"planned_total": "3600"})
    made = Project.objects.get()
    page = text(office, "projects:edit", made.pk)
    assert 'value="3600"' in page
    at = reverse("projects:amend", args=[made.pk])
    assert "说明修改的原因" in office.post(at, FORM | {"planned_total": "3800"}).content.decode()
    office.post(at, FORM | {"planned_total": "3800", "reason": "概算批复"})
    assert "概算批复" in shown(office, made)


def test_who_may_change_no_project_is_offered_no_form(client: Client, project: Project) -> None:
    client.force_login(make.user("reader", Role.READER))
    assert client.get(reverse("projects:new")).status_code == 403
    assert reverse("projects:new") not in text(client, "projects:list")
    assert client.get(reverse("projects:edit", args=[project.pk])).status_code == 403


def test_a_clock_is_stopped_on_the_page_and_says_why_its_due_date(office: Client) -> None:
    made = make.project("p-8", papers=("approval", "land"), code="2411-130202-89-01-637015")
    actions.enter_stage(
        made.pk,
        "approval",
        "land_and_planning",
        on=date(2022, 3, 7),
        evidence=make.place(),
        by=None,
        at=make.AT,
    )
    assert "到期：2022年4月2日" in shown(office, made)

    def sent(name: str, on: str, **more: str) -> str:
        paper = io.BytesIO(name.encode())
        paper.name = f"{name}.txt"
        form = {"stage": "approval/works_permit", "on": on, "file": paper, **more}
        return office.post(reverse(f"projects:{name}", args=[made.pk]), form, follow=True).content.decode()

    assert "不是“工程建设许可”可暂停计时的情形" in sent("stop_clock", "2022-03-14", reason="等通知")
    assert "缺宗地图" in sent("stop_clock", "2022-03-14", reason="补正", note="缺宗地图")
    page = sent("resume_clock", "2022-03-18")
    assert "到期：2022年4月12日" in page
    assert "计时恢复：补正" in page


def test_funds_are_recorded_by_source_and_year_and_replaced_with_what_stood_there(
    office: Client, project: Project
) -> None:
    at = reverse("projects:funding", args=[project.pk])
    form = {"year": "2022", "source": "bond", "state": "planned", "amount": "1,200.50"}
    assert office.post(at, form).status_code == 302
    office.post(at, form | {"source": "own", "amount": "800"})
    page = shown(office, project)
    assert "1200.50" in page
    assert "<b>2000.50</b>" in page
    office.post(at, form | {"amount": "1100"})
    assert "<b>1900</b>" in shown(office, project)
    told = [e.data for e in Event.objects.filter(verb="projects.funded").order_by("pk")]
    assert [(d["source"], d["was"], d["is"]) for d in told] == [
        ("bond", "", "1200.50"),
        ("own", "", "800"),
        ("bond", "1200.50", "1100"),
    ]
    held = Funding.objects.get(source="bond")
    assert json.loads(held.evidence.file.path.read_bytes())["typed"]["amount"] == "1100"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": "一千"}, "“一千”不是"),
        ({"amount": ""}, "请填写年度和金额"),
        ({"year": "22"}, "请填写年度和金额"),
        ({"amount": "-5"}, "不能"),
        ({"source": "lottery"}, "请从列表中选择"),
    ],
)
def test_funds_that_cannot_be_meant_stay_in_the_form(
    office: Client, project: Project, wrong: dict[str, str], said: str
) -> None:
    form = {"year": "2022", "source": "loan", "state": "secured", "amount": "800"} | wrong
    answer = office.post(reverse("projects:funding", args=[project.pk]), form)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in page
    assert f'name="amount" value="{form["amount"]}"' in page
    assert not Funding.objects.exists()


def pairing(*lines: tuple[str, str, str, str]) -> dict[str, str]:
    names = ("party", "share", "since", "until")
    return {f"{name}_{n}": v for n, line in enumerate(lines, 1) for name, v in zip(names, line, strict=True)}


def test_a_pairing_is_typed_changed_and_ended(office: Client, project: Project) -> None:
    make.district("north", "北山区")
    at = reverse("projects:pairing", args=[project.pk])
    first = pairing(
        ("河东区", "60%", "2022-01-01", ""), ("北山区", "0.4", "2022-01-01", ""), ("", "", "", "")
    )
    assert office.post(at, first).status_code == 302
    assert queries.shares([project.pk])[project.pk] == [
        Share("hedong", Number(60, 2), date(2022, 1, 1)),
        Share("north", Number(4, 1), date(2022, 1, 1)),
    ]
    page = shown(office, project)
    assert page.count("60%</td>") == 1
    assert 'name="party_2" value="北山区"' in page
    office.post(at, pairing(("", "", "", "")))
    assert queries.shares([project.pk]) == {}
    told = Event.objects.filter(verb="projects.paired").order_by("-pk")[0]
    assert told.data == {"was": {"hedong": "0.60", "north": "0.4"}, "is": {}}


def test_a_pairing_of_more_than_twenty_is_read_to_its_last_line(office: Client, project: Project) -> None:
    names = [f"第{n}区" for n in range(1, 26)]
    for n, name in enumerate(names, 1):
        make.district(f"d{n}", name)
    lines = [(name, "4%", "", "") for name in names]
    assert office.post(reverse("projects:pairing", args=[project.pk]), pairing(*lines)).status_code == 302
    assert [s.party for s in queries.shares([project.pk])[project.pk]] == [f"d{n}" for n in range(1, 26)]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("河东区", "60%", "", ""), ("北山区", "30%", "", "")], "合计"),
        ([("河东区", "60%", "", ""), ("无此区", "四成", "", "")], "第 2 行"),
        ([("", "60%", "", "")], "第 1 行：有份额而未填结对方"),
        ([("河东区", "", "", "")], "60% 或 0.6"),
        ([("河东区", "100%", "2022-05-01", "2022-04-01")], "第 1 行"),
    ],
)
def test_a_pairing_that_makes_no_whole_stays_in_the_form(
    office: Client, project: Project, lines: list[tuple[str, str, str, str]], said: str
) -> None:
    make.district("north", "北山区")
    answer = office.post(reverse("projects:pairing", args=[project.pk]), pairing(*lines))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert said in page
    assert f'name="share_1" value="{lines[0][1]}"' in page
    assert queries.shares([project.pk]) == {}


def test_funds_and_pairing_are_not_for_who_may_not_change_the_project(
    client: Client, project: Project
) -> None:
    plans.district()
    client.force_login(make.user("reader", Role.READER))
    form = {"year": "2022", "source": "own", "state": "planned", "amount": "1"}
    for name, sent in (("funding", form), ("pairing", pairing(("河东区", "1", "", "")))):
        at = reverse(f"projects:{name}", args=[project.pk])
        assert client.post(at, sent).status_code == 403
        assert at not in shown(client, project)
    assert not Funding.objects.exists()
    assert queries.shares([project.pk]) == {}
