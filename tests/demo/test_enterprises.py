"""The sample's service items, measured from the cases that came in by the importer, without the generator's numbers."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tongjian.demo import accounts
from tongjian.facts.measured.rows import opened_for
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import queries
from tongjian.records.cases.packages.models import ServicePackage

from .conftest import District

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
