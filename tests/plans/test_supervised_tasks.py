"""The monthly call, and tasks out of instructions, minutes and workbooks."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import openpyxl
import pytest
from pytest_django import DjangoAssertNumQueries

from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Organisation, User
from tongjian.plans import checkins, origins, queries
from tongjian.plans.checkins import CheckInRefused
from tongjian.plans.choices import (
    Claim,
    Light,
    TaskSource,
)
from tongjian.plans.models import Task
from tongjian.plans.origins import OriginRefused
from tongjian.plans.supervision import (
    calls,
    notice,
    tasks,
    tasks_xlsx,
)
from tongjian.plans.supervision.calls import CallState
from tongjian.plans.uploads import Upload
from tongjian.values import Period

from . import factories as make
from .factories import PNG
from .test_judging import decision

pytestmark = pytest.mark.django_db
NOW = datetime(2022, 11, 8, 9, tzinfo=UTC)
TODAY = date(2022, 11, 8)


# The monthly call


def test_who_reported_for_a_month_in_time_late_or_not(hand: User, office: User, water: Organisation) -> None:
    plan = make.plan()
    good, slow, silent, back, over, young = (
        make.task(plan, n, f"建成第{n}公园", lead=water, due="2022-12") for n in range(1, 7)
    )
    make.task(plan, 7)  # nobody's
    young.since = "2022-11"
    young.save()
    due = datetime(2022, 11, 7, 12, tzinfo=UTC)

    def report(task: Task, at: datetime, claim: Claim = Claim.ON_TRACK, month: str = "") -> int:
        return checkins.submit(task.pk, claim=claim, text="进展。", month=month, by=hand, at=at).pk

    checkins.confirm(report(over, datetime(2022, 9, 20, tzinfo=UTC), Claim.DONE), by=office, at=due)
    report(good, due)
    report(slow, due + timedelta(days=1), month="2022-10")
    checkins.return_(report(back, due), note="太简略", by=office, at=due)
    before = calls.round_of(plan, Period.month(2022, 10), date(2022, 11, 7))
    assert {c.task.pk: c.state for c in before.calls}[silent.pk] == CallState.WAITING
    found = calls.round_of(plan, Period.month(2022, 10), TODAY)
    assert found.due == date(2022, 11, 7)  # the 5th is a Saturday
    assert {c.task.pk: c.state for c in found.calls} == {
        good.pk: CallState.ON_TIME,
        slow.pk: CallState.LATE,
        silent.pk: CallState.MISSING,
        back.pk: CallState.RETURNED,
    }
    assert good.check_ins.get().month == "2022-10"
    told = notice.notice(found, TODAY).text.splitlines()
    assert told == [
        "关于2022年10月重点任务进展报送情况的通报",
        "截至2022年11月8日，2022年10月应报进展4项（报送截止11月7日），按时报送1项，逾期报送1项，退回未重报1项，未报1项。",
        "未按要求报送的单位1家：",
        "区水务局2项：建成第3公园；建成第4公园（退回未重报）。",
        "请上述单位即日补报，并说明原因。",
    ]
    sheet = openpyxl.load_workbook(io.BytesIO(notice.table(found, TODAY)))["报送情况"]
    assert [sheet.cell(r, 5).value for r in range(4, 8)] == ["未报", "退回未重报", "按时报送", "逾期报送"]


def test_a_month_outside_of_the_plan_is_refused(hand: User, water: Organisation) -> None:
    task = make.task(make.plan(), 1, lead=water, due="2022-12")
    for month in ("2021-12", "2022", "May"):
        with pytest.raises(CheckInRefused) as refused:
            checkins.submit(task.pk, claim=Claim.DONE, text="x", month=month, by=hand, at=NOW)
        assert refused.value.code == "plans.check_in_month"


def test_a_year_without_a_calendar_is_said(water: Organisation) -> None:
    plan = make.plan(2030)
    make.task(plan, 1, lead=water, due="2030-12")
    found = calls.round_of(plan, Period.month(2030, 3), date(2030, 5, 1))
    assert found.unknown_years == (2030,)
    assert "2030" in notice.notice(found, date(2030, 5, 1)).text.splitlines()[-1]


# Tasks from other documents


def draft(title: str = "打通断头路", **more: object) -> tasks.Draft:
    given: dict[str, object] = {"text": "年内打通三条断头路", "source": TaskSource.INSTRUCTION} | more
    return tasks.Draft(title, **given)  # type: ignore[arg-type]


def test_an_instruction_becomes_a_task_that_leads_to_its_sentence(leader: User, water: Organisation) -> None:
    text = "会议听取了汇报。\n会议要求，年内打通三条断头路，\n不得延误。"
    place = origins.place(
        Upload("纪要.txt", text.encode()), "年内打通 三条断头路，不得延误", by=leader, at=NOW
    )
    assert (place.locator, place.excerpt) == ("14-29", "年内打通三条断头路，\n不得延误")
    made = tasks.create(
        make.plan(), draft(lead=water, month="2022-12", since="2022-06"), place, by=leader, at=NOW
    )
    assert (str(made), made.source, made.origin, made.number) == ("打通断头路", "instruction", place, 1)
    assert calls.since(made) == Period.month(2022, 6)
    assert queries.task_light(made, TODAY).light == Light.YELLOW


def test_a_passage_that_is_not_there_and_a_file_that_is_none() -> None:
    for file, passage, code in (
        (Upload("纪要.txt", "另一件事".encode()), "打通断头路", "supervision.passage_missing"),
        (Upload("批示.png", PNG), "打通断头路", "supervision.passage_unreadable"),
        (Upload("批示.exe", b"MZ"), "", "plans.file_type"),
        (Upload("批示.png", b"no picture"), "", "plans.file_content"),
        (Upload("纪要.txt", b""), "", "plans.file_empty"),
    ):
        with pytest.raises(OriginRefused) as refused:
            origins.place(file, passage, by=None, at=NOW)
        assert refused.value.code == code
    assert origins.place(Upload("批示.png", PNG), "", by=None, at=NOW).kind == "whole"


def test_what_is_no_task(hand: User, water: Organisation) -> None:
    plan, place = make.plan(), decision()
    for wrong, code in (
        (draft(" "), "supervision.title_wanting"),
        (draft(month="2023-01"), "supervision.month"),
        (draft(since="June"), "supervision.month"),
        (draft(lead=water, joint=[water]), "supervision.lead_is_joint"),
    ):
        with pytest.raises(tasks.TaskRefused) as refused:
            tasks.create(plan, wrong, place, by=None, at=NOW)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        tasks.create(plan, draft(), place, by=hand, at=NOW)


def test_a_task_is_decomposed_and_follows_its_parts(
    hand: User, office: User, water: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roads = make.organisation("roads", "区交通局")
    whole = tasks.create(make.plan(), draft(lead=roads, month="2022-12"), decision(), by=office, at=NOW)
    with pytest.raises(tasks.TaskRefused) as later:
        tasks.decompose(whole.pk, "再晚一些", water, "2023-01", by=office, at=NOW)
    assert later.value.code == "supervision.month"
    first = tasks.decompose(whole.pk, "管线迁改", water, "2022-10", by=office, at=NOW)
    second = tasks.decompose(whole.pk, "路面施工", roads, by=office, at=NOW)
    assert (first.parent, second.due_month, second.source) == (whole, "2022-12", "instruction")
    speaker = make.user("roads", Role.DEPARTMENT, roads)
    with pytest.raises(StepNotAllowed) as parted:
        checkins.submit(whole.pk, claim=Claim.DONE, text="整体完成。", by=speaker, at=NOW)
    assert parted.value.code == "plans.has_parts"
    found = queries.task_light(whole, TODAY)
    assert (found.light, found.zh) == (Light.RED, "2项分解任务：逾期1项，需关注1项")
    with django_assert_num_queries(5):  # tasks, leads, joint units, parts, parts of parts
        views = queries.task_views(whole.plan.tasks.all(), TODAY)
        assert {v.task.pk: v.light for v in views}[whole.pk] == Light.RED
    checkins.confirm(
        checkins.submit(first.pk, claim=Claim.DONE, text="已迁改。", by=hand, at=NOW).pk, by=office, at=NOW
    )
    assert queries.task_light(whole, TODAY).zh == "2项分解任务：完成1项，需关注1项"
    round_ = calls.round_of(whole.plan, Period.month(2022, 10), TODAY)
    assert whole.pk not in {c.task.pk for c in round_.calls}, "the parts report, not the whole"
    with pytest.raises(StepNotAllowed) as reported:
        tasks.decompose(first.pk, "更小的一步", water, by=office, at=NOW)
    assert reported.value.code == "supervision.reported_on"


def filled(*rows: tuple[str, ...]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(tasks_xlsx.template(2022)))
    for row in rows:
        book["督办任务"].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ROWS = (
    (
        "1",
        "",
        "打通断头路",
        "年内打通三条断头路",
        "批示",
        "某批示",
        "年内打通",
        "区水务局",
        "",
        "2022-12",
        "2022-06",
    ),
    ("2", "1", "管线迁改", "", "批示", "", "", "区水务局", "区交通局", "10月", ""),
    ("3", "", "整治河道", "完成整治", "上级任务", "", "", "区水务局", "", "11", ""),
)


def test_tasks_come_in_by_workbook_once(leader: User, water: Organisation) -> None:
    make.organisation("roads", "区交通局")
    plan, data = make.plan(), filled(*ROWS)
    made = tasks_xlsx.take_in(plan, data, "督办.xlsx", by=leader, at=NOW)
    assert (made.rows, [t.number for t in made.tasks]) == (3, [1, 2, 3])
    first, part, third = made.tasks
    assert (part.parent, part.due_month, [str(u) for u in part.joint.all()]) == (
        first,
        "2022-10",
        ["区交通局"],
    )
    assert (first.origin.locator, first.origin.excerpt) == ("督办任务!C2", "《某批示》年内打通")
    assert (third.source, third.due_month, first.since) == ("upper", "2022-11", "2022-06")
    assert tasks_xlsx.take_in(plan, data, "督办.xlsx", by=leader, at=NOW).tasks == ()


def test_every_bad_cell_of_the_workbook_is_named_and_nothing_is_made(
    leader: User, water: Organisation
) -> None:
    wrong = (
        ("1", "9", "", "", "口头", "", "", "没有的局", "也没有的局", "2023-01", "某月"),
        ("1", "", "整治河道", "", "批示", "", "", "区水务局", "区水务局", "2022-11", ""),
        ("3", "1", "一部分", "", "批示", "", "", "区水务局", "", "2022-12", ""),
    )
    plan = make.plan()
    with pytest.raises(tasks_xlsx.TasksRefused) as refused:
        tasks_xlsx.take_in(plan, filled(*wrong), "督办.xlsx", by=leader, at=NOW)
    assert [(p.cell, p.code) for p in refused.value.problems] == [
        ("B2", "above_unknown"),
        ("C2", "empty"),
        ("E2", "source_unknown"),
        ("H2", "unit_unknown"),
        ("I2", "unit_unknown"),
        ("J2", "month_unknown"),
        ("K2", "month_unknown"),
        ("A3", "number_twice"),
        ("I3", "unit_is_lead"),
    ]
    assert plan.tasks.count() == 0
    assert refused.value.problems[0].where == "督办任务!B2"
