"""Writes of the project library: who may, what is refused, what is told in the log."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.projects.factories import AT, amounts, details, district, place, project, unit, user
from tongjian.kernel import passages
from tongjian.kernel.choices import CodeScheme, Role, Sensitivity, Verdict
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Code, Event
from tongjian.records.projects import actions, queries
from tongjian.records.projects.actions import InvestmentRefused, RegisterRefused
from tongjian.records.projects.actions.funding import PairingRefused
from tongjian.records.projects.actions.milestones import MilestoneRefused
from tongjian.records.projects.actions.problems import ProblemRefused
from tongjian.records.projects.actions.progress import ProgressRefused
from tongjian.records.projects.choices import ProblemLevel, ReserveLevel, YearClass
from tongjian.records.projects.models import Investment, Milestone, Project
from tongjian.records.projects.rules.pairing import Share
from tongjian.values import Number

pytestmark = pytest.mark.django_db
MARCH = 2022 * 12 + 2


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_a_project_is_registered_once_with_its_codes() -> None:
    made = project(code="2411-130202-89-01-637015", industry="7810")
    assert (made.key, made.planned_total, made.source.file.name) == ("p-1", Number(8000), "paper.txt")
    codes = {c.scheme: c.verdict for c in Code.objects.filter(subject=made.subject)}
    assert codes == {CodeScheme.PROJECT: Verdict.OK, CodeScheme.GB4754: Verdict.OK}
    with pytest.raises(RegisterRefused, match="p-1"):
        project()
    assert verbs() == ["projects.registered"]


def test_a_change_tells_what_was_and_is() -> None:
    made = project()
    later = AT + timedelta(days=1)
    actions.change(made.pk, details(planned_total=Number(9000)), source=place("new"), by=None, at=later)
    made.refresh_from_db()
    assert (made.planned_total, made.changed_at) == (Number(9000), later)
    said = Event.objects.get(verb="projects.changed").data["changed"]
    assert said == {"planned_total_mantissa": ["8000", "9000"]}
    actions.change(made.pk, details(planned_total=Number(9000)), source=place("again"), by=None, at=later)
    assert Event.objects.filter(verb="projects.changed").count() == 1


def test_a_part_has_no_parts() -> None:
    whole = project()
    part = project("p-2", parent="p-1")
    assert part.parent == whole
    with pytest.raises(RegisterRefused, match="p-2"):
        project("p-3", parent="p-2")
    project("p-9")
    with pytest.raises(RegisterRefused, match="p-1"):
        actions.change(whole.pk, details(parent="p-9"), source=place(), by=None, at=AT)
    with pytest.raises(RegisterRefused, match="nowhere"):
        project("p-4", parent="nowhere")


@pytest.mark.parametrize(
    ("role", "own", "may"),
    [
        (Role.PLAN_OFFICE, False, True),
        (Role.DEPARTMENT, True, True),
        (Role.DEPARTMENT, False, False),
        (Role.READER, True, False),
        (Role.LEADER, True, False),
    ],
)
def test_who_may_change_a_project(role: Role, own: bool, may: bool) -> None:
    made = project()
    one = user("wang", role, unit() if own else unit("water", "区水务局"))
    if may:
        actions.archive(made.pk, reason="合并", by=one, at=AT)
    else:
        with pytest.raises(NotAllowed):
            actions.archive(made.pk, reason="合并", by=one, at=AT)
    made.refresh_from_db()
    assert (made.archived_at is not None) == may


def test_personal_projects_are_for_their_owner_and_the_plan_office() -> None:
    project(sensitivity=Sensitivity.PERSONAL)
    project("p-2")
    readers = [
        user("office", Role.PLAN_OFFICE),
        user("owner", Role.DEPARTMENT, unit()),
        user("other", Role.DEPARTMENT, unit("water", "区水务局")),
    ]
    assert [queries.visible_to(r).count() for r in readers] == [2, 2, 1]


# Money


def report(pk: int, month: int, this: int, to_date: int, **more: int) -> Investment:
    reason = "已说明" if more.pop("explained", 0) else ""
    return actions.report_investment(
        pk, month, amounts(this, to_date, **more), reason=reason, evidence=place(), by=None, at=AT
    )


def test_months_are_added_and_a_correction_is_the_next_seq() -> None:
    pk = project().pk
    report(pk, MARCH - 1, 100, 100)
    report(pk, MARCH, 50, 150)
    report(pk, MARCH, 50, 150)  # the same again
    assert report(pk, MARCH, 60, 160).seq == 2
    assert [(r.month, r.year_to_date) for r in queries.newest_investments(pk)] == [
        (MARCH - 1, 100),
        (MARCH, 160),
    ]
    assert verbs().count("projects.investment_reported") == 3


def test_a_month_that_breaks_an_identity_is_refused_with_its_arithmetic() -> None:
    pk = project().pk
    report(pk, MARCH - 1, 100, 100)
    with pytest.raises(InvestmentRefused, match="自年初累计 160 ≠ 上月累计 100 \\+ 本月 50 = 150"):
        report(pk, MARCH, 50, 160)
    assert Investment.objects.count() == 1


def test_a_correction_may_not_break_the_month_after() -> None:
    pk = project().pk
    report(pk, MARCH - 1, 100, 100)
    report(pk, MARCH, 50, 150)
    with pytest.raises(InvestmentRefused, match="上月累计 90"):
        report(pk, MARCH - 1, 90, 90)


def test_more_than_planned_needs_a_reason() -> None:
    pk = project(planned_total=Number(1000)).pk
    with pytest.raises(InvestmentRefused, match="计划总投资 1000"):
        report(pk, MARCH - 1, 100, 100, total=1200)
    assert report(pk, MARCH - 1, 100, 100, total=1200, explained=1).reason == "已说明"


def test_money_by_source_and_year() -> None:
    pk = project().pk
    given = {"evidence": place(), "by": None, "at": AT}
    actions.fund(pk, "bond", 2022, "planned", Number(300), **given)
    actions.fund(pk, "bond", 2022, "planned", Number(300), **given)
    actions.fund(pk, "bond", 2022, "planned", Number(280), **given)
    actions.fund(pk, "bond", 2022, "paid_in", Number(120), **given)
    assert [(f.state, f.amount) for f in queries.funding_of(pk)] == [
        ("paid_in", Number(120)),
        ("planned", Number(280)),
    ]
    assert verbs().count("projects.funded") == 3


# Works


def test_progress_of_a_month_with_a_correction() -> None:
    pk = project().pk
    for percent in (30, 35):
        actions.report_progress(
            pk, MARCH, state="working", percent=percent, evidence=[place("photo")], by=None, at=AT
        )
    (newest,) = queries.newest_progress(pk)
    assert (newest.seq, newest.percent, newest.evidence.count()) == (2, 35, 1)
    for wrong in (
        {"state": "dancing", "text": "x"},
        {"state": "working"},
        {"state": "working", "percent": 101},
    ):
        with pytest.raises(ProgressRefused):
            actions.report_progress(pk, MARCH, by=None, at=AT, **wrong)  # type: ignore[arg-type]


def test_another_day_for_a_milestone_needs_a_reason() -> None:
    pk = project().pk
    given = {"evidence": place(), "by": None, "at": AT}
    actions.plan_milestone(pk, "construction", "started", date(2023, 5, 1), **given)
    actions.plan_milestone(pk, "construction", "started", date(2023, 5, 1), **given)
    with pytest.raises(MilestoneRefused):
        actions.plan_milestone(pk, "construction", "started", date(2023, 6, 1), **given)
    actions.plan_milestone(pk, "construction", "started", date(2023, 6, 1), reason="征拆", **given)
    assert [(m.seq, m.planned_on.month, m.reason) for m in Milestone.objects.all()] == [
        (1, 5, ""),
        (2, 6, "征拆"),
    ]
    assert [m.seq for m in queries.plan_of(pk)] == [2]


def test_conversion_asks_what_the_gate_asks() -> None:
    held = project()
    on = date(2023, 2, 1)
    with pytest.raises(passages.StageRefused) as refused:
        actions.convert(held.pk, on=on, evidence=place(), by=None, at=AT)
    assert [m.name for m in refused.value.missing] == ["permit"]
    actions.attach(held.pk, "permit", place("permit"), by=None, at=AT)
    actions.convert(held.pk, on=on, evidence=place(), by=None, at=AT)
    here = queries.standings([held], 2023)[held.pk]
    assert (here.started_on, here.year_class) == (on, YearClass.NEW_START)
    assert queries.standings([held], 2022)[held.pk].year_class is YearClass.RESERVE
    assert queries.standings([held], 2024)[held.pk].year_class is YearClass.ONGOING


def test_a_finish_is_read_from_any_later_stage_and_taken_back_by_a_reopening() -> None:
    held = project(papers=["permit"])
    actions.convert(held.pk, on=date(2022, 2, 1), evidence=place(), by=None, at=AT)
    actions.enter_stage(
        held.pk, "construction", "in_use", on=date(2022, 11, 1), evidence=place(), by=None, at=AT
    )
    done = queries.standings([held], 2022)[held.pk]
    assert (done.year_class, done.finished_on) == (YearClass.COMPLETED, date(2022, 11, 1))
    track = passages.track("construction")
    given = {"evidence": place(), "note": "验收未通过", "by": None, "at": AT}
    passages.reopen(held.subject, track, "started", on=date(2023, 1, 5), **given)
    again = queries.standings([held], 2023)[held.pk]
    assert (again.year_class, again.finished_on, again.started_on) == (
        YearClass.ONGOING,
        None,
        date(2022, 2, 1),
    )


def test_what_is_missing_to_advance_is_what_the_gate_refuses() -> None:
    ready, bare = project(papers=["approval"], code="2411-130202-89-01-637015"), project("p-2")
    track = passages.track("approval")
    found = queries.missing_to_advance([ready, bare], track)
    assert [(a.stage.key if a.stage else "", len(a.missing)) for a in found.values()] == [
        ("land_and_planning", 0),
        ("land_and_planning", 2),
    ]
    given = {"evidence": place(), "by": None, "at": AT}
    actions.enter_stage(ready.pk, "approval", "land_and_planning", on=date(2022, 1, 5), **given)
    assert queries.standings([ready], 2022)[ready.pk].reserve_level is ReserveLevel.PREPARATION
    ahead = queries.missing_to_advance([ready], track)[ready.pk]
    assert ahead.stage is not None
    assert (ahead.stage.key, [m.name for m in ahead.missing]) == ("works_permit", ["land"])


# Problems


def test_a_problem_is_raised_answered_taken_higher_and_closed() -> None:
    held = project()
    water = unit("water", "区水务局")
    found = actions.raise_problem(
        held.pk,
        kind="clearance",
        text="两户未腾退",
        owner=water,
        opened_on=date(2023, 3, 1),
        due_on=date(2023, 3, 31),
        by=None,
        at=AT,
    )
    answering = user("zhou", Role.DEPARTMENT, water)
    actions.answer(found.pk, "一户已签约", by=answering, at=AT)
    with pytest.raises(NotAllowed):
        actions.close(found.pk, "全部签约", on=date(2023, 4, 2), by=answering, at=AT)
    actions.escalate(found.pk, ProblemLevel.DISTRICT, "需区领导协调", by=answering, at=AT)
    with pytest.raises(ProblemRefused):
        actions.escalate(found.pk, ProblemLevel.DISPATCH, "退回", by=answering, at=AT)
    office = user("office", Role.PLAN_OFFICE)
    assert list(queries.overdue_problems(office, date(2023, 4, 1))) == [found]
    actions.close(found.pk, "全部签约", on=date(2023, 4, 2), by=office, at=AT)
    assert [n.verb for n in found.notes.order_by("seq")] == ["raised", "answered", "escalated", "closed"]
    with pytest.raises(ProblemRefused):
        actions.answer(found.pk, "又及", by=answering, at=AT)
    assert list(queries.open_problems(office)) == []


def test_a_stranger_answers_no_problem() -> None:
    held = project()
    day = date(2023, 3, 1)
    found = actions.raise_problem(
        held.pk,
        kind="funds",
        text="缺资金",
        owner=unit("finance", "区财政局"),
        opened_on=day,
        due_on=day,
        by=None,
        at=AT,
    )
    with pytest.raises(NotAllowed):
        actions.answer(found.pk, "x", by=user("li", Role.DEPARTMENT, unit("water", "区水务局")), at=AT)


# Pairing


def test_shares_that_do_not_sum_to_one_are_refused_at_the_write() -> None:
    held = project()
    district("north", "北山区")
    since = date(2021, 1, 1)

    def pair(*hundredths: int) -> None:
        parties = [
            Share(k, Number(h, 2), since) for k, h in zip(("hedong", "north"), hundredths, strict=True)
        ]
        actions.pair(held.pk, parties, source=place(), by=None, at=AT)

    pair(60, 40)
    for wrong in ((60, 30), (60, 50), (100, 0)):
        with pytest.raises(PairingRefused):
            pair(*wrong)
    assert [(s.party, str(s.share)) for s in queries.shares([held.pk])[held.pk]] == [
        ("hedong", "0.60"),
        ("north", "0.40"),
    ]
    pair(50, 50)
    assert [str(s.share) for s in queries.shares([held.pk])[held.pk]] == ["0.50", "0.50"]
    with pytest.raises(PairingRefused, match="nobody"):
        actions.pair(held.pk, [Share("nobody", Number(1))], source=place(), by=None, at=AT)


def test_what_a_person_types_is_kept_as_evidence() -> None:
    office = user("office", Role.PLAN_OFFICE)
    said = actions.typed({"planned_total": "9000"}, "project-p-1", by=office, at=AT)
    assert b'"planned_total": "9000"' in said.file.path.read_bytes()
    assert Project.objects.count() == 0
