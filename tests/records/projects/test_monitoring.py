"""What a dispatch meeting asks of many projects at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from records.projects.factories import AT, amounts, district, place, project, unit, user
from tongjian.kernel.choices import Role, Sensitivity
from tongjian.kernel.models import Event
from tongjian.records.projects import actions, monitoring, queries
from tongjian.records.projects.choices import YearClass
from tongjian.records.projects.models import Investment, Project
from tongjian.records.projects.rules import contradictions as c
from tongjian.records.projects.rules.classes import Conversion
from tongjian.records.projects.rules.pairing import Share
from tongjian.records.projects.rules.slips import SlipKind
from tongjian.values import Number

pytestmark = pytest.mark.django_db
JANUARY = 2022 * 12


def begun(key: str, on: date, **more: object) -> Project:
    made = project(key, papers=["permit"], **more)
    actions.convert(made.pk, on=on, evidence=place(), by=None, at=AT)
    return made


def months(pk: int, *each: int, first: int = JANUARY) -> None:
    to_date = 0
    for n, amount in enumerate(each):
        to_date += amount
        actions.report_investment(pk, first + n, amounts(amount, to_date), evidence=place(), by=None, at=AT)


def everyone() -> list[Project]:
    return list(Project.objects.order_by("pk"))


def test_contradictions_of_money_works_and_dates() -> None:
    still = begun("p-1", date(2022, 1, 5))
    months(still.pk, 10, 20, 30)
    for n in range(3):
        actions.report_progress(still.pk, JANUARY + n, state="working", percent=40, by=None, at=AT)
    early = begun("p-2", date(2022, 6, 1))
    months(early.pk, 10)
    whole = begun("p-3", date(2022, 1, 5))
    part = begun("p-4", date(2022, 1, 5), parent="p-3")
    months(whole.pk, 10)
    months(part.pk, 10)
    found = monitoring.contradictions(everyone())
    assert {pk: [x.kind for x in some] for pk, some in found.items()} == {
        still.pk: [c.MOVES],
        early.pk: [c.EARLY],
        whole.pk: [c.TWICE],
    }
    assert found[whole.pk][0].parts == ("河东工程p-4",)


def test_land_paid_before_the_start_is_no_contradiction() -> None:
    made = begun("p-1", date(2022, 2, 1))
    land = amounts(10, 10, construction=0, other=10)
    actions.report_investment(made.pk, JANUARY, land, evidence=place(), by=None, at=AT)
    works = amounts(5, 15, construction=5, other=10)
    actions.report_investment(made.pk, JANUARY + 1, works, evidence=place(), by=None, at=AT)
    assert monitoring.contradictions([made]) == {}


def test_standing_months_that_break_a_check_are_told() -> None:
    made = project(planned_total=Number(100))
    reason = "材料涨价"
    actions.report_investment(
        made.pk, JANUARY, amounts(50, 50, total=200), reason=reason, evidence=place(), by=None, at=AT
    )
    assert monitoring.broken([made]) == []
    Investment.objects.update(reason="")
    (found,) = monitoring.broken([made])
    assert (found.month, found.found.check.key) == (JANUARY, "within_planned_total")
    assert monitoring.broken([]) == []


def test_what_slipped_since_the_last_meeting_as_far_as_one_may_see() -> None:
    seen, hidden = project("p-1"), project("p-2", sensitivity=Sensitivity.PERSONAL)
    for made in (seen, hidden):
        given = {"evidence": place(), "by": None}
        stage = (made.pk, "construction", "started")
        actions.plan_milestone(*stage, date(2023, 4, 1), at=AT, **given)
        actions.plan_milestone(*stage, date(2023, 6, 1), reason="征拆", at=AT + timedelta(days=5), **given)
    office, other = user("office", Role.PLAN_OFFICE), user("li", Role.DEPARTMENT, unit("water", "区水务局"))
    last = AT + timedelta(days=1)
    found = monitoring.slipped(office, last, date(2023, 4, 20), {seen.pk: ["任务 3"]})
    assert [(s.kind, s.days, s.money) for s in found] == [(SlipKind.MOVED, 61, Number(8000))] * 2
    assert [s.promises for s in found] == [("任务 3",), ()]
    assert [s.project for s in monitoring.slipped(other, last, date(2023, 4, 20))] == [seen.pk]


def test_clocks_of_stages_and_from_land_to_works() -> None:
    made = project(papers=["approval"], code="2411-130202-89-01-637015")
    for kind, on in (("land", date(2022, 3, 1)), ("permit", None)):
        actions.attach(made.pk, kind, place(kind), dated=on, by=None, at=AT)
    given = {"evidence": place(), "by": None, "at": AT}
    days = {"land_and_planning": date(2022, 3, 7), "works_permit": date(2022, 3, 21)}
    for stage, on in days.items():
        actions.enter_stage(made.pk, "approval", stage, on=on, **given)
    first, second = monitoring.stage_clocks([made], "approval", date(2022, 4, 20))[made.pk]
    assert (first.stage.key, first.allowed, first.used.amount, first.done) == ("works_permit", 20, 10, True)
    # 22 March to 20 April 2022: two worked weekend days (2 April) and the Qingming days off taken into account
    assert (second.stage.key, second.done, second.is_over) == ("construction_permit", False, True)
    assert monitoring.land_to_works([made]) == {}
    actions.enter_stage(made.pk, "approval", "construction_permit", on=date(2022, 3, 31), **given)
    assert monitoring.land_to_works([made])[made.pk].amount == 22


def test_entry_asks_for_the_whole_file() -> None:
    made = project(papers=["approval", "contract"])
    found = monitoring.entry_of(made)
    assert (found.obliged, found.form.key if found.form else "", found.missing) == (
        True,
        "206-1",
        (("licence",),),
    )
    actions.attach(made.pk, "licence", place("licence"), by=None, at=AT)
    assert monitoring.entry_of(made).may_enter


def test_a_photograph_without_its_day_proves_nothing() -> None:
    made = project(papers=["approval", "licence", "site_photo"])
    assert monitoring.entry_of(made).missing == (("contract", "site_photo"),)
    actions.attach(made.pk, "site_photo", place("dated"), dated=date(2022, 3, 1), by=None, at=AT)
    assert monitoring.entry_of(made).may_enter


def test_conversion_and_classes() -> None:
    begun("p-1", date(2022, 3, 1))
    project("p-2")
    begun("p-3", date(2021, 9, 1))
    assert monitoring.conversion_of(everyone(), 2022) == Conversion(2, 1)
    found = monitoring.by_class(everyone(), 2022)
    assert {k: [p.key for p in v] for k, v in found.items()} == {
        YearClass.RESERVE: ["p-2"],
        YearClass.NEW_START: ["p-1"],
        YearClass.ONGOING: ["p-3"],
        YearClass.COMPLETED: [],
    }


def test_totals_count_a_paired_project_by_its_share_and_a_part_once() -> None:
    district("north", "北山区")
    paired, whole = project("p-1", planned_total=Number(1000)), project("p-2", planned_total=Number(500))
    part = project("p-3", planned_total=Number(200), parent="p-2")
    shares = [Share("hedong", Number(6, 1)), Share("north", Number(4, 1))]
    actions.pair(paired.pk, shares, source=place(), by=None, at=AT)
    months(paired.pk, 100, 50)
    months(part.pk, 30)
    here = monitoring.totals(everyone(), JANUARY + 5, "hedong", date(2022, 6, 30))
    assert here == monitoring.Totals(2, Number(11000, 1), Number(1200, 1), Number(1200, 1))
    there = monitoring.totals(everyone(), JANUARY, "north", date(2022, 6, 30))
    assert there.invested == Number(700, 1)  # 40 of the pairing, and the unpaired 30 whole
    assert monitoring.totals([whole, part], JANUARY, "hedong", date(2022, 1, 31)).projects == 1
    assert queries.shares([whole.pk]) == {}


def test_stages_are_reckoned_back_from_the_planned_start() -> None:
    planned = project(planned_start=2022 * 12 + 5, planned_finish=2023 * 12 + 11)
    unplanned = project("p-2")
    found = monitoring.backward([planned, unplanned])
    assert [(n.node.key, n.by) for n in found[planned.pk]] == [
        # five working days before 1 June 2022: 31, 30, 27, 26, 25 May
        ("approval/construction_permit", date(2022, 5, 25)),
        # fifteen before that; Saturday, 7 May was worked
        ("approval/works_permit", date(2022, 5, 5)),
        # twenty before that: 24 and 2 April were worked, 30 April to 4 May and 3 to 5 April were off
        ("approval/land_and_planning", date(2022, 4, 2)),
        ("construction/works_completed", date(2023, 12, 29)),
    ]
    assert found[unplanned.pk] == []
    late = found[planned.pk][0]
    assert not late.is_late(date(2022, 5, 25))
    assert late.is_late(date(2022, 5, 26))


def test_a_stage_that_was_reached_in_time_is_not_late() -> None:
    made = begun("p-1", date(2022, 6, 1), planned_finish=2023 * 12 + 11)
    given = {"evidence": place(), "by": None, "at": AT}
    actions.enter_stage(made.pk, "construction", "works_completed", on=date(2023, 3, 1), **given)
    (needed,) = monitoring.backward([made])[made.pk]
    assert (needed.reached, needed.is_late(date(2026, 1, 1))) == (date(2023, 3, 1), False)


def in_approval() -> Project:
    """立项 on 7 March 2022; the planning permit is due after 20 working days."""
    made = project(papers=["approval", "land"], code="2411-130202-89-01-637015")
    given = {"evidence": place(), "by": None, "at": AT}
    actions.enter_stage(made.pk, "approval", "land_and_planning", on=date(2022, 3, 7), **given)
    return made


def clock_on(made: Project, day: date) -> monitoring.StageClock:
    return monitoring.stage_clocks([made], "approval", day)[made.pk][0]


def test_a_clock_stands_still_between_the_papers_asked_for_and_the_papers_come() -> None:
    made, given = in_approval(), {"evidence": place(), "by": None, "at": AT}
    where = (made.pk, "approval", "works_permit")
    plain = clock_on(made, date(2022, 3, 25))
    assert (plain.used.amount, plain.due.at) == (14, datetime(2022, 4, 2, 23, 59, 59))
    actions.stop_clock(*where, reason="补正", on=date(2022, 3, 14), note="缺宗地图", **given)
    open_ = clock_on(made, date(2022, 3, 25))
    assert (open_.used.amount, open_.due.at, open_.is_over) == (4, None, False)
    assert open_.stopped is not None
    actions.resume_clock(*where, on=date(2022, 3, 18), **given)
    held = clock_on(made, date(2022, 3, 25))  # Monday to Friday out
    assert (held.used.amount, held.due.at, held.stopped) == (9, datetime(2022, 4, 12, 23, 59, 59), None)
    assert "clocks.paused" in [s.code for s in held.due.steps]
    verbs = Event.objects.filter(verb__startswith="projects.clock").order_by("pk")
    assert [v.verb for v in verbs] == ["projects.clock_stopped", "projects.clock_resumed"]


def test_a_clock_is_stopped_only_while_it_runs_once_and_for_a_reason_of_its_track() -> None:
    made, given = in_approval(), {"evidence": place(), "by": None, "at": AT}
    where = (made.pk, "approval", "works_permit")

    def refused(step: Callable[..., object], *at: object, **said: object) -> str:
        with pytest.raises(actions.ClockRefused) as why:
            step(*at, **said, **given)
        return why.value.code

    day = date(2022, 3, 14)
    stop = actions.stop_clock
    assert (
        refused(stop, made.pk, "approval", "construction_permit", reason="补正", on=day)
        == "projects.clock_none"
    )
    assert refused(stop, *where, reason="等通知", on=day) == "projects.clock_reason"
    assert refused(stop, *where, reason="补正", on=date(2022, 3, 4)) == "projects.clock_early"
    assert refused(stop, *where, reason="补正", on=date(2099, 3, 4)) == "projects.clock_ahead"
    assert refused(actions.resume_clock, *where, on=day) == "projects.clock_runs"
    stop(*where, reason="补正", on=day, **given)
    assert refused(stop, *where, reason="公示", on=day) == "projects.clock_stopped"
    assert refused(actions.resume_clock, *where, on=date(2022, 3, 11)) == "projects.clock_early"
    actions.resume_clock(*where, on=day, **given)
    actions.enter_stage(*where, on=date(2022, 3, 21), **given)
    assert refused(stop, *where, reason="公示", on=date(2022, 3, 22)) == "projects.clock_none"
