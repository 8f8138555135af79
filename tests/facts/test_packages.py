"""Packages by unit and round: due days, steps, locks, approval of what stands."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.factories import NOON, World, user, world
from facts.workbooks import GDP, GROWTH, row, workbook
from tongjian.facts.choices import PackageState as State
from tongjian.facts.collection import actions, packages, rounds
from tongjian.facts.collection.workbook import cells, sheets_of
from tongjian.facts.models import Metric, Package, Submission
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Event
from tongjian.values import Period

LATER = NOON + timedelta(days=20)


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch, db: None) -> World:
    monkeypatch.setattr(actions, "read", lambda data, name: sheets_of(cells(data, name)))
    return world()


def send(ground: World, *rows: dict, period: str = "2022", at: object = NOON) -> Submission:
    data = workbook(list(rows) or [GDP])
    return actions.submit(
        data, "a.xlsx", organisation=ground.statistics, period=Period.parse(period), by=None, at=at
    )


@pytest.mark.parametrize(
    ("given", "round_"),
    [
        ("2022-11", "2022-01/2022-11"),
        ("2022-01/2022-11", "2022-01/2022-11"),
        ("2022-10/2022-12", "2022"),
        ("2022", "2022"),
        ("2022-01", "2022-01"),
        ("2021/2025", "2021/2025"),
    ],
)
def test_the_round_of_a_period(given: str, round_: str) -> None:
    assert str(rounds.round_of(Period.parse(given))) == round_


@pytest.mark.parametrize(
    ("frequency", "first", "months"),
    [
        ("month", 1, list(range(1, 13))),
        ("month", 2, list(range(2, 13))),
        ("quarter", 1, [3, 6, 9, 12]),
        ("half", 1, [6, 12]),
        ("year", 1, [12]),
    ],
)
def test_which_months_a_metric_is_reported_for(frequency: str, first: int, months: list[int]) -> None:
    assert [m for m in range(1, 13) if rounds.is_due(frequency, first, 2022 * 12 + m - 1)] == months


def test_the_due_day_is_moved_to_a_worked_day() -> None:
    day = rounds.due_on(Period.parse("2022-01/2022-11"), 31, lambda d: d + timedelta(days=2))
    assert day == date(2023, 1, 2)
    assert rounds.due_on(Period.parse("2022-01"), 30, lambda d: d) == date(2022, 2, 28)
    assert rounds.due_on(Period.year(2022), 12, lambda d: d) == date(2023, 1, 12)


@given(st.sampled_from(list(State)), st.sampled_from(list(State)))
def test_only_the_steps_of_the_table_may_be_taken(now: State, wanted: State) -> None:
    if wanted in rounds.NEXT_STATE[now]:
        rounds.check_step(now, wanted)
    else:
        with pytest.raises(StepNotAllowed):
            rounds.check_step(now, wanted)


def test_every_state_has_its_row() -> None:
    assert set(rounds.NEXT_STATE) == set(State)


def test_a_package_is_due_when_its_latest_metric_is(ground: World) -> None:
    Metric.objects.filter(key="gdp").update(due_day=20)
    assert packages.due_of(ground.statistics, Period.parse("2022-01/2022-03")) == date(2022, 4, 20)
    assert packages.due_of(ground.finance, Period.parse("2022-01/2022-03")) == date(2022, 4, 12)


def test_a_round_opens_a_package_for_who_has_something_to_report(ground: World) -> None:
    Metric.objects.filter(owner=ground.finance).update(frequency="quarter")
    made = packages.open_round(Period.parse("2022-11"), by=None, at=NOON)
    assert [(str(p.organisation), p.period, p.state) for p in made] == [
        ("区统计局", "2022-01/2022-11", "open")
    ]
    again = packages.open_round(Period.parse("2022-11"), by=None, at=NOON, due=date(2022, 12, 8))
    assert [(p.pk, p.due) for p in again] == [(made[0].pk, date(2022, 12, 8))]
    assert Event.objects.filter(verb="collection.due_moved").count() == 1


def test_a_clean_workbook_submits_its_package(ground: World) -> None:
    done = send(ground)
    package = Package.objects.get()
    assert (done.package, package.state, package.submitted_at) == (package, "submitted", NOON)
    send(ground, row(value=1210), at=LATER)
    package.refresh_from_db()
    assert (package.state, package.submitted_at) == ("submitted", NOON)


def test_a_refused_workbook_leaves_its_package_open(ground: World) -> None:
    send(ground, row(value="约一千"))
    assert Package.objects.get().state == "open"


def test_what_was_approved_and_is_changed_asks_again(ground: World) -> None:
    office = user("office", "plan_office", ground.plan_office)
    package = send(ground).package
    packages.approve(package.pk, by=office, at=NOON)
    send(ground, at=LATER)
    package.refresh_from_db()
    assert package.state == "approved"
    send(ground, row(value=1210), at=LATER)
    package.refresh_from_db()
    assert (package.state, package.approved_at) == ("submitted", NOON)


def test_a_returned_package_says_why_and_comes_back(ground: World) -> None:
    office = user("office", "plan_office", ground.plan_office)
    package = send(ground).package
    with pytest.raises(TongjianError) as error:
        packages.return_(package.pk, note=" ", by=office, at=NOON)
    assert error.value.code == "collection.note_wanting"
    packages.return_(package.pk, note="请核对增速", by=office, at=NOON)
    package.refresh_from_db()
    assert (package.state, package.note) == ("returned", "请核对增速")
    send(ground, GDP, GROWTH, at=LATER)
    package.refresh_from_db()
    assert (package.state, package.note) == ("submitted", "")


@pytest.mark.parametrize("role", ["department", "reader"])
def test_only_the_plan_office_approves(ground: World, role: str) -> None:
    package = send(ground).package
    with pytest.raises(NotAllowed):
        packages.approve(package.pk, by=user("a", role, ground.statistics), at=NOON)
    package.refresh_from_db()
    assert package.state == "submitted"


def test_a_lock_needs_an_approval_first(ground: World) -> None:
    office = user("office", "plan_office", ground.plan_office)
    package = send(ground).package
    with pytest.raises(StepNotAllowed):
        packages.lock(package.pk, by=office, at=NOON)
    packages.approve(package.pk, by=office, at=NOON)
    packages.lock(package.pk, by=office, at=NOON)
    with pytest.raises(TongjianError) as error:
        packages.attach(package.pk, [("a.pdf", b"%PDF")], by=office, at=NOON)
    assert error.value.code == "collection.locked_package"
    packages.unlock(package.pk, reason="统计核减", by=office, at=LATER)
    package.refresh_from_db()
    assert (package.state, package.note, package.approved_at) == ("returned", "统计核减", None)


def test_several_evidence_files_are_kept(ground: World) -> None:
    package = send(ground).package
    by = user("a", "department", ground.statistics)
    packages.attach(package.pk, [("盖章.pdf", b"%PDF-1"), ("说明.docx", b"PK")], by=by, at=NOON)
    assert sorted(f.name for f in package.files.all()) == ["盖章.pdf", "说明.docx"]
    with pytest.raises(NotAllowed):
        packages.attach(package.pk, [("x", b"x")], by=user("b", "department", ground.finance), at=NOON)
