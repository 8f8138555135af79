"""Findings that hold a workbook, two persons that let it pass, and locks."""

from __future__ import annotations

import datetime as dt
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from facts.factories import NOON, World, fact, user, world
from facts.workbooks import GDP, row, workbook
from tongjian.facts import queries
from tongjian.facts.collection import actions, overrides, packages, problems
from tongjian.facts.collection.workbook import cells, sheets_of
from tongjian.facts.models import Fact, Override, Package, Submission
from tongjian.facts.refs import parse
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Event, User
from tongjian.values import Period

LATER = NOON + timedelta(days=20)
SLIP = row(value=12005000)  # 万元 in a row of 亿元


@pytest.fixture
def ground(monkeypatch: pytest.MonkeyPatch, db: None) -> World:
    monkeypatch.setattr(actions, "read", lambda data, name: sheets_of(cells(data, name)))
    made = world()
    fact("gdp @ 2021", "1150.0")
    return made


def send(
    ground: World, *rows: dict[str, Any], period: str = "2022", at: dt.datetime = NOON, by: User | None = None
) -> Submission:
    data = workbook(list(rows))
    return actions.submit(
        data, "a.xlsx", organisation=ground.statistics, period=Period.parse(period), by=by, at=at
    )


def value(ref: str) -> str:
    return str(queries.resolve(parse(ref)).number)


def test_a_hard_finding_holds_the_workbook_and_nothing_is_written(ground: World) -> None:
    done = send(ground, SLIP)
    assert (done.state, done.facts_written, Fact.objects.count()) == ("held", 0, 1)
    (found,) = overrides.hard_findings(done)
    assert (found.rule, found.cell) == ("unit_slip", "I2")
    assert found.zh == (
        "河东区地区生产总值：填报 12005000亿元 ÷ 上年同期 1150.0亿元 = 10440 倍，疑似单位错 10^4；按此折算为 1200.5亿元"
    )
    assert Package.objects.get().state == "open"


def test_the_same_file_again_is_the_one_that_is_held(ground: World) -> None:
    first = send(ground, SLIP)
    assert send(ground, SLIP, at=LATER).pk == first.pk
    assert Submission.objects.count() == 1


def test_a_file_is_open_to_all_from_the_moment_it_is_accepted(ground: World) -> None:
    """Held and refused ones are for the sender and the plan office; the mended one leaves the first as it is."""
    office, finance = user("o", "plan_office", ground.plan_office), user("f", "department", ground.finance)
    own = user("s", "department", ground.statistics)
    others = [finance, user("l", "leader"), user("r", "reader")]

    def seen(done: Submission) -> tuple[bool, ...]:
        return tuple(files_visible_to(u).filter(pk=done.file_id).exists() for u in (own, office, *others))

    closed, open_ = (True, True, False, False, False), (True,) * 5
    refused = send(ground, row(value="很多"), by=own)
    held = send(ground, SLIP, by=own)
    assert (refused.state, held.state) == ("refused", "held")
    assert seen(refused) == seen(held) == closed
    (found,) = overrides.hard_findings(held)
    overrides.override(held.pk, {found.fingerprint: "已核实"}, by=own, at=NOON)
    assert seen(held) == closed
    assert overrides.confirm(held.pk, [found.fingerprint], by=office, at=LATER).state == "accepted"
    assert (seen(held), seen(refused)) == (open_, closed)
    assert seen(send(ground, GDP, at=LATER, by=own)) == open_
    assert Event.objects.filter(verb="evidence.released").count() == 2


def test_a_mended_workbook_goes_on(ground: World) -> None:
    send(ground, SLIP)
    assert send(ground, GDP, at=LATER).state == "accepted"
    assert Package.objects.get().submitted_at == LATER


def test_soft_findings_are_noted_and_stop_nothing(ground: World) -> None:
    done = send(ground, GDP, row(measure="增速", basis="不变价", unit="%", value=30))
    assert done.state == "accepted"
    assert [(f["rule"], f["severity"], f["cell"]) for f in done.findings] == [
        ("real_growth_and_levels", "soft", "I3")
    ]


def test_two_persons_let_a_finding_pass(ground: World) -> None:
    department = user("a", "department", ground.statistics)
    office = user("office", "plan_office", ground.plan_office)
    held = send(ground, SLIP, by=department)
    (found,) = overrides.hard_findings(held)
    overrides.override(held.pk, {found.fingerprint: "统计制度调整"}, by=department, at=NOON)
    held.refresh_from_db()
    assert held.state == "held", "one person is not enough"
    with pytest.raises(NotAllowed) as error:
        overrides.confirm(held.pk, [found.fingerprint], by=department, at=NOON)
    assert error.value.code == "collection.second_person"
    done = overrides.confirm(held.pk, [found.fingerprint], by=office, at=LATER)
    assert (done.state, done.facts_written) == ("accepted", 1)
    assert Fact.objects.get(period="2022").recorded_at == LATER
    assert Package.objects.get().submitted_at == NOON, "it came in time"
    verbs = [e.verb for e in Event.objects.filter(stream=f"facts.submission/{held.pk}").order_by("seq")]
    assert verbs == [
        "collection.held",
        "collection.overridden",
        "collection.override_confirmed",
        "collection.accepted",
    ]


def test_one_of_the_two_is_of_the_plan_office(ground: World) -> None:
    held = send(ground, SLIP)
    (found,) = overrides.hard_findings(held)
    one, other = (user(n, "department", ground.statistics) for n in "ab")
    overrides.override(held.pk, {found.fingerprint: "制度调整"}, by=one, at=NOON)
    with pytest.raises(NotAllowed) as error:
        overrides.confirm(held.pk, [found.fingerprint], by=other, at=NOON)
    assert error.value.code == "collection.plan_office_confirms"


def test_a_reason_is_wanting(ground: World) -> None:
    held = send(ground, SLIP)
    (found,) = overrides.hard_findings(held)
    office = user("office", "plan_office", ground.plan_office)
    for reasons in ({}, {found.fingerprint: "  "}, {"no such finding": "制度调整"}):
        with pytest.raises(TongjianError) as error:
            overrides.override(held.pk, reasons, by=office, at=NOON)
        assert error.value.code == "collection.reason_wanting"


def test_what_was_let_pass_passes_again_but_only_as_it_was(ground: World) -> None:
    offices = [user(n, "plan_office", ground.plan_office) for n in "ab"]
    held = send(ground, SLIP)
    (found,) = overrides.hard_findings(held)
    overrides.override(held.pk, {found.fingerprint: "制度调整"}, by=offices[0], at=NOON)
    overrides.confirm(held.pk, [found.fingerprint], by=offices[1], at=NOON)
    again = send(ground, SLIP, row(metric="residents", name=None, unit="万人", value=180), at=LATER)
    assert again.state == "accepted"
    assert send(ground, row(value=12009000), at=LATER).state == "held"


def test_a_foreign_department_sees_nothing_to_override(ground: World) -> None:
    held = send(ground, SLIP)
    (found,) = overrides.hard_findings(held)
    with pytest.raises(NotAllowed):
        overrides.override(
            held.pk, {found.fingerprint: "x"}, by=user("f", "department", ground.finance), at=NOON
        )


def test_an_older_held_workbook_does_not_overwrite_a_later_one(ground: World) -> None:
    held = send(ground, SLIP)
    (found,) = overrides.hard_findings(held)
    send(ground, GDP, at=LATER)
    with pytest.raises(StepNotAllowed):
        overrides.override(
            held.pk,
            {found.fingerprint: "x"},
            by=user("o", "plan_office", ground.plan_office),
            at=LATER,
        )


def test_the_database_refuses_one_person_twice(ground: World) -> None:
    held = send(ground, SLIP)
    one = user("o", "plan_office", ground.plan_office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(
            submission=held,
            organisation=ground.statistics,
            fingerprint="x",
            reason="x",
            at=NOON,
            by=one,
            confirmed_by=one,
        )


def test_a_held_workbook_stops_the_approval_of_its_package(ground: World) -> None:
    office = user("office", "plan_office", ground.plan_office)
    package = send(ground, GDP).package
    send(ground, SLIP, at=LATER)
    with pytest.raises(TongjianError) as error:
        packages.approve(package.pk, by=office, at=LATER)
    assert error.value.code == "collection.held"


# Locks


def lock(ground: World, package: Package) -> User:
    office = user("office", "plan_office", ground.plan_office)
    packages.approve(package.pk, by=office, at=NOON)
    packages.lock(package.pk, by=office, at=NOON)
    return office


def test_a_locked_package_refuses_what_would_change_it(ground: World) -> None:
    lock(ground, send(ground, GDP).package)
    done = send(ground, row(value=1210), at=LATER)
    assert done.state == "refused"
    assert [(p.where, p.code) for p in problems.of(done)] == [("填报!I2", "collection.locked_row")]
    assert value("gdp @ 2022") == "1200.5"
    assert send(ground, GDP, at=LATER).state == "unchanged", "what it says already may be sent again"


def test_a_later_round_may_not_change_a_locked_one(ground: World) -> None:
    lock(ground, send(ground, GDP).package)
    rows = (row(period="2022", value=1210), row(period="2023-01/2023-03", value=280))
    done = send(ground, *rows, period="2023-01/2023-03", at=LATER)
    assert [(p.where, p.code) for p in problems.of(done)] == [("填报!I2", "collection.locked_row")]
    fine = send(ground, rows[1], period="2023-01/2023-03", at=LATER)
    assert fine.state == "accepted"


def test_an_unlocked_package_takes_a_correction(ground: World) -> None:
    package = send(ground, GDP).package
    office = lock(ground, package)
    packages.unlock(package.pk, reason="年报核定", by=office, at=LATER)
    assert send(ground, row(value=1210, status="修订"), at=LATER).state == "accepted"
    package.refresh_from_db()
    assert package.state == "submitted"
    assert [f.seq for f in Fact.objects.filter(period="2022").order_by("seq")] == [1, 2]


def test_a_workbook_of_another_month_alone_submits_nothing(ground: World) -> None:
    done = send(ground, row(period="2022-01/2022-03", value=250), period="2022-01/2022-06")
    assert (done.state, done.package.state) == ("accepted", "open")
