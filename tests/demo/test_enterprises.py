"""The sample's service items, measured from the cases that came in by the importer, without the generator's numbers."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings

from tongjian.demo import accounts
from tongjian.facts.measured.rows import opened_for
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.records.cases import catalogue, courses
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import queries
from tongjian.records.cases.packages.models import Contact, Measure, ServicePackage, Visit

from .conftest import LOADED_AT, District

pytestmark = pytest.mark.django_db


def test_the_years_items_are_all_closed(district: District) -> None:
    found = queries.standing(accounts.office(), 2022)
    assert (found.raised, found.closed) == (2024, 2024)
    assert found.completed == 100
    assert found.content == 100


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("service_package_items_closed", "2024"),
        ("service_package_enterprise_satisfaction", "100.0"),
        ("service_item_completion_rate", "100.0"),
    ],
)
def test_the_items_are_measured_facts_that_lead_to_their_cases(
    district: District, metric: str, value: str
) -> None:
    fact = resolve(parse(f"{metric} @ 2022")).fact
    assert fact is not None
    assert (str(fact.number), fact.source) == (value, "measured")
    with override_settings(HOME=district.home, MIRROR=district.home / "mirror.duckdb"):
        opened = opened_for(fact.evidence, accounts.office())
    assert opened is not None
    assert opened.measurement.rows == 2024
    assert {(row.type, row.kind) for row in opened.rows} == {("service_item", "closed")}


def test_what_may_not_count_is_there(district: District) -> None:
    items = Case.objects.filter(type="service_item")
    assert items.count() == 2080
    assert items.filter(excluded=True).count() == 16
    assert items.filter(opened_at__year=2021).count() == 40
    assert ServicePackage.objects.filter(simulated=True).count() == 48
    assert not items.filter(simulated=False).exists()


def test_every_package_has_its_next_visit(district: District) -> None:
    rows = queries.planned(queries.visible_to(accounts.office()))
    assert all(r.next_on is not None for r in rows)


def test_managers_have_names_and_nobody_signs_in_as_one(district: District) -> None:
    rows = ServicePackage.objects.select_related("manager", "unit")
    assert all(r.manager and r.manager.get_full_name().endswith("示例") for r in rows)
    assert not any(r.manager.has_usable_password() for r in rows if r.manager)


def test_visits_fall_due_around_the_day_of_the_load(district: District) -> None:
    rows: list[Any] = list(queries.planned(queries.visible_to(accounts.office()), LOADED_AT.year))
    made = Visit.objects.filter(visited_on__isnull=False)
    assert made.count() == 2 * len(rows)
    assert not made.filter(visited_on__gt=LOADED_AT.date()).exists()
    told = queries.visiting(rows, LOADED_AT.year, LOADED_AT.date())
    assert 0 < told.overdue < len(rows) / 4
    assert rows[0].next_on < LOADED_AT.date()  # overdue ones stand first
    assert all(v.by is not None and v.by.username.startswith("manager-") for v in made.select_related("by"))


def test_policies_contacts_and_confirmations(district: District) -> None:
    rows = ServicePackage.objects.all()
    own = rows.exclude(policy="")
    assert [r.measures.count() for r in own] == [2, 2, 2, 2]
    assert Measure.objects.filter(done_on=None).count() == 4
    assert rows.filter(confirmed_at__isnull=False).count() == 30
    assert Contact.objects.count() == 12
    assert not Contact.objects.filter(shown_phone__regex="[0-9]{5}").exists()


def test_agents_cases_stand_at_every_step_of_their_course(district: District) -> None:
    agency = catalogue.case_type("agent_service")
    here = courses.courses(accounts.office(), agency, at=LOADED_AT)
    assert len(here) == 10
    assert {[m.state for m in c.milestones].index("now") for c in here} == {0, 1, 2, 3, 4}
    assert len([c for c in here if c.paused]) == 2
    assert [c.overdue for c in here].count(True) == 1
    assert {s.reason for c in here for s in c.stops} == {"补充法定代表人授权书原件"}
    closed = courses.courses(accounts.office(), agency, at=LOADED_AT, closed=True)
    assert [c.case.score for c in closed] == [5, 5]
    assert not Case.objects.filter(type="agent_service", simulated=False).exists()
