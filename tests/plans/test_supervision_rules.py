"""Rules of supervision on plain values: steps, stages, due days of the call, lights of decomposed tasks, the pack."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.kernel import calendars
from tongjian.kernel.errors import StepNotAllowed
from tongjian.packs import entries
from tongjian.plans import task_rules
from tongjian.plans.choices import Claim, ExtensionState, Light, OrderState, Stage
from tongjian.plans.supervision import pack, rules
from tongjian.plans.task_rules import TaskLight
from tongjian.values import Period

SHIPPED: list[dict[str, Any]] = [e.body for e in entries("supervision")]
PACK = pack.read(SHIPPED)
CHINA = calendars.read(e.body for e in entries("calendars"))
TODAY = date(2022, 6, 15)
days = st.dates(date(2021, 1, 1), date(2026, 11, 30))


# Steps

S = OrderState


@pytest.mark.parametrize(
    ("now", "wanted"), [(S.ISSUED, S.ANSWERED), (S.ANSWERED, S.CLOSED), (S.ANSWERED, S.RETURNED), (S.RETURNED, S.ANSWERED)]
)  # fmt: skip
def test_steps_that_lead_on(now: OrderState, wanted: OrderState) -> None:
    rules.check_step(now, wanted)


@given(st.sampled_from(OrderState), st.sampled_from(OrderState))
def test_every_other_step_is_refused(now: OrderState, wanted: OrderState) -> None:
    if wanted in rules.NEXT_STATE[now]:
        return
    with pytest.raises(StepNotAllowed):
        rules.check_step(now, wanted)


def test_a_request_is_decided_once() -> None:
    rules.check_extension(ExtensionState.ASKED, ExtensionState.REFUSED)
    with pytest.raises(StepNotAllowed):
        rules.check_extension(ExtensionState.GRANTED, ExtensionState.REFUSED)


# Stages


@pytest.mark.parametrize(
    ("over", "returns", "raised", "stage"),
    [
        (0, 0, Stage.BLUE, Stage.BLUE),
        (1, 0, Stage.BLUE, Stage.ORANGE),
        (14, 0, Stage.BLUE, Stage.ORANGE),
        (15, 0, Stage.BLUE, Stage.RED),
        (0, 2, Stage.BLUE, Stage.ORANGE),
        (0, 3, Stage.BLUE, Stage.RED),
        (0, 0, Stage.RED, Stage.RED),
        (1, 0, Stage.RED, Stage.RED),
    ],
)
def test_the_stage_of_an_order(over: int, returns: int, raised: Stage, stage: Stage) -> None:
    assert rules.stage(PACK.stages, raised, over, returns) == stage


@given(
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 5),
    st.integers(0, 5),
    st.sampled_from(rules.RISING),
)
def test_waiting_longer_or_failing_more_never_lowers_the_stage(
    over: int, more: int, returns: int, again: int, raised: Stage
) -> None:
    before = rules.stage(PACK.stages, raised, over, returns)
    after = rules.stage(PACK.stages, raised, over + more, returns + again)
    assert rules.RISING.index(after) >= rules.RISING.index(before) >= rules.RISING.index(raised)


@given(days, days, st.none() | days)
def test_an_answer_stops_the_count_of_days(due: date, today: date, answered: date | None) -> None:
    found = rules.days_over(due, today, answered)
    assert found >= 0
    if answered is not None and answered <= due:
        assert found == 0


@pytest.mark.parametrize(
    ("key", "change", "wrong"),
    [
        ("call", {"due_day": 31}, "1 to 28"),
        ("call", {"holiday": "perhaps"}, "next or same"),
        ("opening", {"lights": ["purple"]}, "purple is no light"),
        ("opening", {"lights": []}, "no lights"),
        ("opening", {"working_days": 0}, "above 0"),
        ("stages", {"rules": []}, "no rules"),
        ("stages", {"rules": [{"stage": "red", "days_over": 1}]}, "last rule must have no conditions"),
        ("stages", {"rules": [{"stage": "red"}, {"stage": "blue"}]}, "rule 1 fits everything"),
        ("stages", {"rules": [{"stage": "green"}]}, "green"),
        ("stages", {"rules": [{"stage": "red", "weeks": 1}]}, "unknown condition weeks"),
    ],
)
def test_a_pack_that_cannot_be_meant_is_named(key: str, change: dict[str, object], wrong: str) -> None:
    bodies = [b | change if b["key"] == key else b for b in SHIPPED]
    with pytest.raises(pack.SupervisionPackError, match=wrong):
        pack.read(bodies)


def test_the_shipped_pack_is_illustrative_and_whole() -> None:
    assert pack.lint(SHIPPED) == []
    assert all(b["illustrative"] is True for b in SHIPPED)
    assert pack.lint(SHIPPED[:1]) == ["supervision/opening: missing", "supervision/stages: missing"]


# The monthly call


def test_a_due_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    september, october = Period.month(2022, 9), Period.month(2022, 10)
    assert rules.call_due(september, 5, CHINA.next_working) == date(2022, 10, 8)
    assert rules.call_due(september, 5, None) == date(2022, 10, 5)
    assert rules.call_due(october, 5, CHINA.next_working) == date(2022, 11, 7)
    assert rules.call_due(Period.month(2022, 12), 5, CHINA.next_working) == date(2023, 1, 5)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2022, 10, 8), Period.month(2022, 9)),
        (date(2022, 10, 9), Period.month(2022, 10)),
        (date(2022, 1, 3), Period.month(2021, 12)),
    ],
)
def test_which_month_is_reported_on(today: date, month: Period) -> None:
    assert rules.called_month(today, 5, CHINA.next_working) == month


@given(days, st.integers(1, 28))
def test_what_is_sent_for_a_month_is_always_in_time_for_it(today: date, due_day: int) -> None:
    month = rules.called_month(today, due_day, CHINA.next_working)
    due = rules.call_due(month, due_day, CHINA.next_working)
    assert today <= due
    assert CHINA.is_working(due)


def test_a_task_is_called_for_from_its_start_until_the_month_it_was_done() -> None:
    march, june, july = (Period.month(2022, m) for m in (3, 6, 7))
    assert not rules.is_called(june, None, march)
    assert rules.is_called(june, None, june)
    assert rules.is_called(march, june, june)
    assert not rules.is_called(march, june, july)


def test_more_time_may_be_asked_for_up_to_the_day_itself() -> None:
    assert rules.may_ask(TODAY, TODAY)
    assert not rules.may_ask(TODAY - timedelta(days=1), TODAY)


# Decomposed tasks


def light(due: str, claim: Claim | None) -> TaskLight:
    return task_rules.light(due, claim, TODAY)


DONE, ON, BEHIND, BLOCKED = Claim.DONE, Claim.ON_TRACK, Claim.BEHIND, Claim.BLOCKED


@pytest.mark.parametrize(
    ("claims", "due", "expected", "said"),
    [
        ((DONE, DONE), "2022-05", Light.GREEN, "2项分解任务全部完成"),
        ((DONE, ON), "2022-12", Light.GREEN, "2项分解任务：完成1项"),
        ((ON, BEHIND), "2022-12", Light.YELLOW, "2项分解任务：需关注1项"),
        ((DONE, BLOCKED, BEHIND), "2022-12", Light.RED, "3项分解任务：完成1项，受阻1项，需关注1项"),
        ((DONE, ON), "2022-05", Light.RED, "逾期：应于2022年5月完成，2项分解任务：完成1项"),
        ((None, None), "2022-12", Light.NOT_DUE, "2项分解任务：尚无进展"),
    ],
)
def test_the_light_of_a_whole_follows_its_parts(
    claims: tuple[Claim | None, ...], due: str, expected: Light, said: str
) -> None:
    found = task_rules.light_of_parts(due, [light("2022-12", c) for c in claims], TODAY)
    assert (found.light, found.zh) == (expected, said)


def test_a_part_without_a_month_leaves_the_whole_without_data_when_the_year_is_over() -> None:
    lost = task_rules.light("", None, TODAY, over=True)
    for others, expected in (((DONE,), Light.NO_DATA), ((ON,), Light.NO_DATA), ((BEHIND,), Light.YELLOW)):
        parts = [lost, *(light("2022-12", c) for c in others)]
        assert task_rules.light_of_parts("", parts, TODAY).light == expected


claims = st.lists(st.none() | st.sampled_from(Claim), min_size=1, max_size=6)


@given(claims, st.sampled_from(["", "2022-05", "2022-06", "2022-12"]))
def test_a_whole_is_never_better_than_its_worst_part_and_done_only_with_all(
    said: list[Claim | None], due: str
) -> None:
    parts = [light(due, c) for c in said]
    whole = task_rules.light_of_parts(due, parts, TODAY)
    order = [Light.RED, Light.YELLOW, Light.GREEN]
    worst = min((order.index(p.light) for p in parts if p.light in order), default=2)
    assert whole.light not in order or order.index(whole.light) <= worst or whole.done
    assert whole.done == all(p.done for p in parts)
