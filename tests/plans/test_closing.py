"""The year's end: what was kept and why not, three scenarios, the next year's draft, its approval."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans import factories as make
from tongjian.facts.choices import Bound, Direction
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Event, User
from tongjian.plans import checkins, paths, queries
from tongjian.plans.choices import MidtermRule, PathKind, PlanState, PublicState
from tongjian.plans.closing import actions, reading, scenarios
from tongjian.plans.closing.actions import ClosingRefused, Wanted
from tongjian.plans.closing.scenarios import Asked, Scenarios
from tongjian.plans.models import Explanation, Obligation, PlanYear, Task
from tongjian.values import Number

D = Decimal
END = datetime(2023, 1, 9, 9, tzinfo=UTC)
TODAY = date(2023, 1, 9)


@pytest.fixture
def office(db: None) -> User:
    return make.user("office", Role.PLAN_OFFICE, make.organisation("plan_office", "计划部门"))


def test_a_rate_goes_on_at_the_mean_of_its_last_years() -> None:
    found = scenarios.scenarios(
        {2019: D(9), 2020: D("2.0"), 2021: D("8.0"), 2022: D("5.0")},
        2022,
        is_level=False,
        direction=Direction.UP,
        places=1,
    )
    assert found == Scenarios(D("3.0"), D("5.0"), D("7.0"), (2020, 2021, 2022))


def test_an_amount_goes_on_from_where_it_is() -> None:
    found = scenarios.scenarios(
        {2020: D(100), 2021: D(110), 2022: D(132)}, 2022, is_level=True, direction=Direction.UP, places=0
    )
    assert found == Scenarios(D(145), D(152), D(158), (2020, 2021, 2022))  # +10 %, +20 %: 15 % and 5 points


def test_where_less_is_better_the_ambitious_one_is_the_lowest() -> None:
    found = scenarios.scenarios(
        {2021: D(4), 2022: D(6)}, 2022, is_level=False, direction=Direction.DOWN, places=1
    )
    assert found == Scenarios(D("6.0"), D("5.0"), D("4.0"), (2021, 2022))


@pytest.mark.parametrize("values", [{}, {2022: D(3)}, {2020: D(1), 2021: D(2)}])
def test_too_little_known_gives_no_scenario(values: dict[int, Decimal]) -> None:
    for is_level in (True, False):
        assert scenarios.scenarios(values, 2022, is_level=is_level, direction=Direction.UP, places=1) is None


@given(st.lists(st.integers(1, 10_000), min_size=4, max_size=4), st.booleans(), st.sampled_from(Direction))
def test_scenarios_lie_in_their_order(last: list[int], is_level: bool, direction: Direction) -> None:
    values = {2019 + n: D(v) for n, v in enumerate(last)}
    found = scenarios.scenarios(values, 2022, is_level=is_level, direction=direction, places=2)
    assert found is not None
    rising = [found.cautious, found.steady, found.ambitious]
    assert rising == sorted(rising, reverse=direction == Direction.DOWN)


@pytest.mark.parametrize(
    ("rule", "number", "values", "wanted"),
    [
        (MidtermRule.HOLD, D(5), {}, D(5)),
        (MidtermRule.LEVEL, D(200), {2022: D(140)}, D(160)),  # three years left
        (MidtermRule.CUMULATIVE, D(500), {2021: D(100), 2022: D(70)}, D(110)),
        (MidtermRule.CUMULATIVE, D(500), {2022: D(70)}, None),
        (MidtermRule.LEVEL, D(200), {}, None),
    ],
)
def test_what_the_five_year_plan_asks_of_the_next_year(
    rule: MidtermRule, number: Decimal, values: dict[int, Decimal], wanted: Decimal | None
) -> None:
    assert scenarios.asked_for(Asked(rule, number, 2021, 2025), values, 2023, 0) == wanted


def test_growth_behind_must_be_made_good() -> None:
    asked = Asked(MidtermRule.AVERAGE_GROWTH, D(6), 2021, 2025)
    needed = scenarios.asked_for(asked, {2021: D(8), 2022: D(1)}, 2023, 2)
    assert needed is not None
    reached = 1.08 * 1.01 * (1 + float(needed) / 100) ** 3
    assert abs(reached - 1.06**5) < 1e-3
    assert scenarios.asked_for(asked, {2021: D(8), 2022: D(1)}, 2026, 2) is None


def promised() -> tuple[PlanYear, Obligation, Task, Task]:
    """A target of a bureau that shows 4.1 of 6, a task that is open and another one."""
    plan, bureau = make.plan(), make.organisation("statistics", "统计局")
    area = make.section(plan, "三/（一）", "城市建设", 1)
    series = make.series(make.metric("gdp", owner=bureau), "growth")
    target = make.obligation(plan, series, 6, bound=Bound.APPROX, words="6%左右")
    first = make.task(plan, 1, lead=bureau, due="2022-10", in_section=area)
    return plan, target, first, make.task(plan, 2, "开工建设南镇小学")


def test_the_owner_explains_and_the_newest_words_are_told(office: User) -> None:
    plan, target, task, other = promised()
    bureau = make.user("bureau", Role.DEPARTMENT, task.lead)
    strange = make.user("parks", Role.DEPARTMENT, make.organisation("parks", "园林局"))
    for thing in (target, task):
        with pytest.raises(NotAllowed):
            actions.explain(thing, "不归我们", by=strange, at=END)
        actions.explain(thing, "受外部需求影响", by=bureau, at=END)
    actions.explain(task, " 管线迁改顺延 ", by=office, at=END)
    with pytest.raises(NotAllowed):
        actions.explain(other, "无牵头单位", by=bureau, at=END)
    with pytest.raises(ClosingRefused):
        actions.explain(task, "  ", by=bureau, at=END)
    found = reading.closing(plan, END, TODAY)
    assert {t.task.pk: t.reason.text for t in found.tasks if t.reason} == {task.pk: "管线迁改顺延"}
    assert found.tasks[0].reason is not None
    assert found.tasks[0].reason.unit == "统计局"
    assert found.tasks[0].state == PublicState.MISSED
    assert Explanation.objects.count() == Event.objects.filter(verb="plans.explained").count() == 3


def test_the_next_plan_is_drafted_each_row_with_its_line(office: User) -> None:
    plan, target, task, _other = promised()
    made = actions.draft_next(
        plan.pk, [Wanted(target.pk, Number.of(D("5.5")), Bound.APPROX)], [1], by=office, at=END
    )
    assert (made.year, made.state) == (2023, PlanState.DRAFT)
    owed, carried = made.obligations.get(), made.tasks.get()
    assert (owed.words, owed.number, owed.due, owed.series) == (
        "5.5%左右",
        Number(55, 1),
        "2023",
        target.series,
    )
    assert (carried.text, carried.lead, carried.due_month) == (task.text, task.lead, "")
    assert carried.section is not None
    assert carried.section.title == "城市建设"
    assert made.document is not None
    text = made.document.path.read_text(encoding="utf-8")
    for row in (owed, carried):
        start, end = map(int, row.origin.locator.split("-"))
        assert text[start:end] == row.origin.excerpt
    assert "5.5%左右" in owed.origin.excerpt
    assert task.text in carried.origin.excerpt


def test_a_direction_is_carried_in_its_words(office: User) -> None:
    plan, target, _task, _other = promised()
    Obligation.objects.filter(pk=target.pk).update(words="保持稳步增长", mantissa=0, bound=Bound.GT)
    made = actions.draft_next(plan.pk, [Wanted(target.pk, None, Bound.GT)], [], by=office, at=END)
    assert made.obligations.get().words == "保持稳步增长"


def test_a_draft_is_approved_once_by_a_decision(office: User) -> None:
    plan, target, _task, _other = promised()
    made = actions.draft_next(plan.pk, [Wanted(target.pk, Number.of(5), Bound.EQ)], [], by=office, at=END)
    leader = make.user("leader", Role.LEADER)
    assert made not in queries.visible_to(leader)
    with pytest.raises(ClosingRefused):
        actions.approve(made.pk, " ", by=office, at=END)
    with pytest.raises(NotAllowed):
        actions.approve(made.pk, "人代会决议", by=leader, at=END)
    actions.approve(made.pk, "人代会决议", by=office, at=END)
    assert made in queries.visible_to(leader)
    for again in (actions.discard,):
        with pytest.raises(StepNotAllowed):
            again(made.pk, by=office, at=END)
    with pytest.raises(StepNotAllowed):
        actions.approve(made.pk, "人代会决议", by=office, at=END)


def test_a_discarded_draft_leaves_its_text_and_its_event(office: User) -> None:
    plan, target, _task, _other = promised()
    wanted = [Wanted(target.pk, Number.of(5), Bound.EQ)]
    made = actions.draft_next(plan.pk, wanted, [1, 2], by=office, at=END)
    with pytest.raises(StepNotAllowed):
        actions.draft_next(plan.pk, wanted, [], by=office, at=END)
    paths.set_path(made.obligations.get().pk, PathKind.LINEAR, by=office, at=END)
    checkins.remark(made.tasks.get(number=1).pk, text="待定", by=office, at=END)
    actions.explain(made.tasks.get(number=2), "尚无牵头单位", by=office, at=END)
    document = made.document
    assert actions.discard(made.pk, by=office, at=END) == 2023
    assert not PlanYear.objects.filter(year=2023).exists()
    assert document is not None
    assert document.path.exists()
    assert Event.objects.filter(verb="plans.draft_discarded").count() == 1
    assert actions.draft_next(plan.pk, wanted, [], by=office, at=END).year == 2023


def test_what_is_not_the_plans_makes_no_draft(office: User) -> None:
    plan, target, _task, _other = promised()
    one = Wanted(target.pk, Number.of(5), Bound.EQ)
    for targets, tasks, code in (
        ([], [], "plans.draft_empty"),
        ([Wanted(target.pk + 999, Number.of(5), Bound.EQ)], [], "plans.draft_targets"),
        ([one, one], [], "plans.draft_targets"),
        ([one], [1, 77], "plans.draft_tasks"),
    ):
        with pytest.raises(ClosingRefused) as refused:
            actions.draft_next(plan.pk, targets, tasks, by=office, at=END)
        assert refused.value.code == code
    assert PlanYear.objects.count() == 1
