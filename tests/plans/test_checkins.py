"""A check-in's way: who may send it, what may be attached, the plan office's verdict, and what the light makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from tongjian.kernel.access import files_visible_to
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Event, EvidenceFile
from tongjian.plans import checkins, queries
from tongjian.plans.checkins import CheckInRefused
from tongjian.plans.choices import Claim, Light, PlanState, Verdict
from tongjian.plans.models import CheckIn
from tongjian.plans.uploads import MAX_BYTES, Upload, problem

from . import factories as make
from .factories import AT, PNG

pytestmark = pytest.mark.django_db
TODAY = date(2022, 6, 15)


def test_a_confirmed_done_turns_a_red_task_green() -> None:
    water = make.organisation("water", "区水务局")
    hand, office = make.user("w", Role.DEPARTMENT, water), make.user("o", Role.PLAN_OFFICE)
    task = make.task(make.plan(), 1, lead=water, due="2022-05")
    assert queries.task_light(task, TODAY).light == Light.RED
    sent = checkins.submit(
        task.pk, claim=Claim.DONE, text="已开园。", files=[Upload("门口.png", PNG)], by=hand, at=AT
    )
    assert queries.task_light(task, TODAY).light == Light.RED
    checkins.confirm(sent.pk, by=office, at=AT)
    assert queries.task_light(task, TODAY).light == Light.GREEN
    assert queries.overdue_of(queries.task_views(task.plan.tasks.all(), TODAY)) == []
    place = sent.evidence.get()
    assert (place.kind, place.file.owner, place.file.path.read_bytes()) == ("whole", water, PNG)
    assert [e.verb for e in Event.objects.filter(stream=f"plans.task/{task.pk}").order_by("seq")] == [
        "plans.checked_in",
        "plans.check_in_confirmed",
    ]


def test_a_photograph_is_for_its_sender_and_the_plan_office_until_it_is_confirmed() -> None:
    water, roads = make.organisation("water"), make.organisation("roads")
    hand, office = make.user("w", Role.DEPARTMENT, water), make.user("o", Role.PLAN_OFFICE)
    others = [
        make.user("x", Role.DEPARTMENT, roads),
        make.user("l", Role.LEADER),
        make.user("r", Role.READER),
    ]
    task = make.task(make.plan(), 1, lead=water)

    def seen(photo: EvidenceFile) -> list[bool]:
        return [files_visible_to(u).filter(pk=photo.pk).exists() for u in (hand, office, *others)]

    def sent(photo: bytes) -> CheckIn:
        upload = Upload("p.png", PNG + photo)
        return checkins.submit(task.pk, claim=Claim.DONE, text="已开园。", files=[upload], by=hand, at=AT)

    first = sent(b"1")
    photo = first.evidence.get().file
    assert seen(photo) == [True, True, False, False, False]
    checkins.return_(first.pk, note="看不清。", by=office, at=AT)
    assert seen(photo) == [True, True, False, False, False]
    second = sent(b"2")
    checkins.confirm(second.pk, by=office, at=AT)
    assert seen(second.evidence.get().file) == [True] * 5
    assert seen(photo) == [True, True, False, False, False]
    assert [e.actor for e in Event.objects.filter(verb="evidence.released")] == [office]


def test_a_task_without_a_month_has_no_data_once_its_plan_year_is_over() -> None:
    task = make.task(make.plan(), 1, lead=make.organisation("water"), due="")
    assert queries.task_light(task, date(2022, 12, 31)).light == Light.NOT_DUE
    assert queries.task_light(task, date(2023, 1, 1)).light == Light.NO_DATA
    (seen,) = queries.task_views(task.plan.tasks.all(), date(2023, 1, 1))
    assert seen.light == Light.NO_DATA


def test_a_returned_check_in_changes_nothing_and_is_followed_by_a_new_one() -> None:
    water = make.organisation("water")
    hand, office = make.user("w", Role.DEPARTMENT, water), make.user("o", Role.PLAN_OFFICE)
    task = make.task(make.plan(), 1, lead=water, due="2022-12")
    first = checkins.submit(task.pk, claim=Claim.BLOCKED, text="等用地。", by=hand, at=AT)
    with pytest.raises(StepNotAllowed) as waiting:
        checkins.submit(task.pk, claim=Claim.ON_TRACK, text="又来。", by=hand, at=AT)
    assert waiting.value.code == "plans.check_in_waiting"
    with pytest.raises(CheckInRefused) as bare:
        checkins.return_(first.pk, note=" ", by=office, at=AT)
    assert bare.value.code == "plans.note_wanting"
    checkins.return_(first.pk, note="说明卡在哪个环节。", by=office, at=AT)
    assert queries.task_light(task, TODAY).light == Light.NOT_DUE
    second = checkins.submit(
        task.pk, claim=Claim.ON_TRACK, text="用地已批。", by=hand, at=AT + timedelta(days=1)
    )
    assert [c.verdict for c in task.check_ins.all()] == [Verdict.PENDING, Verdict.RETURNED]
    checkins.confirm(second.pk, by=office, at=AT)
    with pytest.raises(StepNotAllowed):
        checkins.return_(second.pk, note="改主意。", by=office, at=AT)
    assert queries.task_light(task, TODAY).light == Light.GREEN


@pytest.mark.parametrize("who", ["other", "joint", "reader"])
def test_only_the_lead_unit_reports(who: str) -> None:
    water, roads = make.organisation("water"), make.organisation("roads")
    task = make.task(make.plan(), 1, lead=water)
    if who == "joint":
        task.joint.add(roads)
    user = make.user(
        "u", Role.READER if who == "reader" else Role.DEPARTMENT, None if who == "reader" else roads
    )
    with pytest.raises(NotAllowed):
        checkins.submit(task.pk, claim=Claim.DONE, text="完成。", by=user, at=AT)
    assert not CheckIn.objects.exists()
    allowed = queries.tasks_remarkable_by(user).filter(pk=task.pk).exists()
    assert allowed is (who == "joint")


def test_the_list_and_the_object_obey_one_predicate() -> None:
    water, roads = make.organisation("water"), make.organisation("roads")
    plan = make.plan()
    own, other = make.task(plan, 1, lead=water), make.task(plan, 2, lead=roads)
    user = make.user("w", Role.DEPARTMENT, water)
    listed = set(queries.tasks_editable_by(user).values_list("pk", flat=True))
    assert listed == {own.pk}
    assert queries.editable_by(user, own.pk, lock=True) == own
    with pytest.raises(NotAllowed) as not_mine:
        queries.editable_by(user, other.pk)
    with pytest.raises(NotAllowed) as not_there:
        queries.editable_by(user, 10**6)
    assert str(not_mine.value) == str(not_there.value)
    assert set(queries.tasks_visible_to(user)) == {own, other}


def test_drafts_are_for_the_plan_office_and_nothing_for_strangers() -> None:
    make.plan(2022), make.plan(2023, PlanState.DRAFT)
    reader, office = make.user("r", Role.READER), make.user("o", Role.PLAN_OFFICE)
    assert [p.year for p in queries.visible_to(reader)] == [2022]
    assert [p.year for p in queries.visible_to(office)] == [2023, 2022]
    assert not queries.visible_to(AnonymousUser()).exists()


def test_what_waits_is_seen_by_its_unit_and_the_plan_office_only() -> None:
    water, roads = make.organisation("water"), make.organisation("roads")
    hand, office = make.user("w", Role.DEPARTMENT, water), make.user("o", Role.PLAN_OFFICE)
    task = make.task(make.plan(), 1, lead=water)
    sent = checkins.submit(task.pk, claim=Claim.DONE, text="完成。", by=hand, at=AT)
    others = [make.user("r", Role.READER), make.user("x", Role.DEPARTMENT, roads)]
    assert [queries.check_ins_visible_to(u).count() for u in (hand, office, *others)] == [1, 1, 0, 0]
    checkins.confirm(sent.pk, by=office, at=AT)
    assert [queries.check_ins_visible_to(u).count() for u in others] == [1, 1]


def test_a_department_gives_no_verdict() -> None:
    water = make.organisation("water")
    hand = make.user("w", Role.DEPARTMENT, water)
    sent = checkins.submit(
        make.task(make.plan(), 1, lead=water).pk, claim=Claim.DONE, text="完成。", by=hand, at=AT
    )
    with pytest.raises(NotAllowed):
        checkins.confirm(sent.pk, by=hand, at=AT)
    sent.refresh_from_db()
    assert sent.verdict == Verdict.PENDING


def test_all_bad_files_are_told_at_once_and_nothing_is_kept() -> None:
    water = make.organisation("water")
    hand = make.user("w", Role.DEPARTMENT, water)
    task = make.task(make.plan(), 1, lead=water)
    before = EvidenceFile.objects.count()
    files = [
        Upload("good.png", PNG),
        Upload("空.pdf", b""),
        Upload("tool.exe", b"MZ"),
        Upload("photo.jpg", b"%PDF-1.7"),
        Upload("big.pdf", b"%PDF-" + b"0" * MAX_BYTES),
    ]
    with pytest.raises(CheckInRefused) as caught:
        checkins.submit(task.pk, claim=Claim.DONE, text="完成。", files=files, by=hand, at=AT)
    assert [(p.code, p.params["name"]) for p in caught.value.problems] == [
        ("plans.file_empty", "空.pdf"),
        ("plans.file_type", "tool.exe"),
        ("plans.file_content", "photo.jpg"),
        ("plans.file_too_large", "big.pdf"),
    ]
    assert not CheckIn.objects.exists()
    assert EvidenceFile.objects.count() == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.JPG", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF0000WEBPVP8"),
        ("a.pdf", b"%PDF-1.4"),
        ("a.docx", b"PK\x03\x04....word/document.xml"),
        ("a.xlsx", b"PK\x03\x04....xl/workbook.xml"),
    ],
)
def test_what_may_be_attached(name: str, data: bytes) -> None:
    assert problem(Upload(name, data)) is None


def test_a_workbook_named_docx_is_found_out() -> None:
    found = problem(Upload("a.docx", b"PK\x03\x04....xl/workbook.xml"))
    assert found is not None
    assert found.code == "plans.file_content"


def test_a_joint_unit_remarks_without_changing_the_light() -> None:
    water, roads = make.organisation("water"), make.organisation("roads")
    task = make.task(make.plan(), 1, lead=water, due="2022-12")
    task.joint.add(roads)
    user = make.user("r", Role.DEPARTMENT, roads)
    made = checkins.remark(task.pk, text="道路已让出。", by=user, at=AT)
    assert made.organisation == roads
    assert queries.task_light(task, TODAY).light == Light.NOT_DUE
    assert [r.pk for r in queries.remarks_visible_to(user)] == [made.pk]


def test_the_board_needs_the_same_number_of_queries_for_many_tasks(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    water, plan = make.organisation("water"), make.plan()
    parts = [make.section(plan, f"三/（{n}）", f"第{n}节", order) for order, n in enumerate("一二三")]
    for number in range(1, 25):
        made = make.task(plan, number, lead=water, due="2022-05", in_section=parts[number % 2])
        made.joint.add(make.organisation("roads"))
    with django_assert_num_queries(5):  # tasks, leads, joint units, parts of all, sections
        board = queries.sections(plan, TODAY)
        shown = [(s.section.title if s.section else "", len(s.tasks)) for s in board]
        [
            str(t.task.lead) + str(list(t.task.joint.all())) + str(t.task.section)
            for s in board
            for t in s.tasks
        ]
    assert shown == [("第一节", 12), ("第二节", 12)]


def test_overdue_and_unassigned() -> None:
    water, plan = make.organisation("water"), make.plan()
    make.task(plan, 1, lead=water, due="2022-05")
    make.task(plan, 2, lead=water, due="2022-03")
    make.task(plan, 3, lead=water, due="2022-06")
    make.task(plan, 4)
    views = queries.task_views(plan.tasks.all(), TODAY)
    assert [v.task.number for v in queries.overdue_of(views)] == [2, 1]
    tally = queries.counts(views)
    assert (tally.total, tally.overdue, tally.unassigned) == (4, 2, 1)
    assert tally.lights == {"green": 0, "yellow": 1, "red": 2, "not_due": 1, "no_data": 0}
