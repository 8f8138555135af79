"""What changed since a person's last visit, on the cockpit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from facts.factories import NOON, PASSWORD, fact
from tongjian.kernel.models import User
from web.stage import Stage


def visit(user: User, before: datetime | None) -> Client:
    """Signed in through the form, the time before at `before`."""
    User.objects.filter(pk=user.pk).update(last_login=before)
    client = Client()
    answer = client.post(reverse("login"), {"username": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def changes(client: Client, more: str = "") -> str:
    page = client.get(reverse("cockpit") + "?year=2022" + more).content.decode()
    return page.partition('id="changes"')[2].partition("</section>")[0]


def test_new_figures_and_turned_lights_are_told(scene: Stage) -> None:
    fact("gdp[growth, constant_price] @ 2022", "5.1", at=NOON + timedelta(days=30))
    told = changes(visit(scene.office, NOON + timedelta(days=20)))
    assert "light-red" in told.split("→")[0]
    assert "light-green" in told.split("→")[1]
    assert "5.1" in told
    assert told.count("figure num") == 1


def test_nothing_new_is_said(scene: Stage) -> None:
    told = changes(visit(scene.reader, datetime(2030, 1, 1, tzinfo=UTC)))
    assert told
    assert "figure num" not in told
    assert "→" not in told


@pytest.mark.parametrize(("before", "more"), [(None, ""), (NOON, "&at=2023-02-01")])
def test_a_first_visit_and_an_earlier_day_tell_nothing(
    scene: Stage, before: datetime | None, more: str
) -> None:
    assert changes(visit(scene.reader, before), more) == ""


def test_it_costs_few_queries(scene: Stage, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = visit(scene.office, NOON + timedelta(days=20))
    with django_assert_max_num_queries(45):
        assert client.get(reverse("cockpit")).status_code == 200
