"""Pages of clock policies: seen by kind, a change proposed, looked at, put into force, and its report opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from records.cases import factories as make
from records.cases.factories import District
from tongjian.records.cases import actions, catalogue, defining
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.models import Case, Clock, PolicyChange
from tongjian.records.cases.policies.moves import Move
from tongjian.web.cases import policy_views
from tongjian.web.requests import now, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: object) -> District:
    settings.DISTRICT = "riverside"  # type: ignore[attr-defined]
    defining.sync(now())
    return make.district()


@pytest.fixture
def case(here: District) -> Case:
    """Dispatched an hour ago."""
    found = actions.receive(Intake("complaint", "路灯不亮"), by=None, at=now() - timedelta(hours=2))
    payload = {"lead": here.units["north"].pk}
    return actions.perform(
        found.pk, "dispatch", payload, by=here.users["hotline"], at=now() - timedelta(hours=1, minutes=30)
    )


def form(client: Client, **changed: str) -> dict[str, str]:
    """The form as the page gives it, with some fields typed over."""
    page = client.get(reverse("cases:policy", args=["complaint"]))
    told: dict[str, str] = {}
    for clock in page.context["clocks"]:
        for term in clock.terms:
            told |= {f"n-{term.field}": term.number, f"u-{term.field}": term.unit}
    typed = {k.replace("__", "."): v for k, v in changed.items()}
    return told | {"effective_on": today().isoformat(), "reason": "新规程第5号"} | typed


def test_a_change_from_its_proposal_to_its_report(client: Client, here: District, case: Case) -> None:
    client.force_login(here.users["plan"])
    sent = form(client) | {"n-contact.": "1", "u-contact.": "h"}
    client.post(reverse("cases:policy_propose", args=["complaint"]), sent)
    row = PolicyChange.objects.get()
    assert row.allow == {"contact": {"": "1h"}}
    at = reverse("cases:policy_change", args=[row.pk])
    seen = client.get(at)
    assert seen.context["told"].overdue == 1
    assert [m["case"] for m in seen.context["moves"]] == [case]
    assert Clock.objects.get(case=case, name="contact").allow == "24h"
    client.post(reverse("cases:policy_apply", args=[row.pk]))
    assert Clock.objects.get(case=case, name="contact").allow == "1h"
    report = client.get(at)
    assert report.context["told"]["overdue"] == 1
    shown = report.content.decode()
    assert case.title in shown
    assert reverse("cases:policy_apply", args=[row.pk]) not in shown
    assert catalogue.case_type("complaint").version == 2
    client.force_login(here.users["north"])
    assert client.get(at).context["moves"][0]["case"] == case  # it leads the case
    client.force_login(here.users["south"])
    assert client.get(at).context["moves"][0]["case"] is None


def test_a_refused_proposal_keeps_what_was_typed(client: Client, here: District) -> None:
    client.force_login(here.users["plan"])
    sent = form(client) | {"n-contact.": "0", "reason": "按新规程调整"}
    refused = client.post(reverse("cases:policy_propose", args=["complaint"]), sent)
    assert refused.status_code == 400
    assert "按新规程调整" in refused.content.decode()
    later = form(client) | {"n-contact.": "12", "effective_on": (today() + timedelta(days=3)).isoformat()}
    client.post(reverse("cases:policy_propose", args=["complaint"]), later)
    row = PolicyChange.objects.get()
    client.post(reverse("cases:policy_apply", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "scheduled"
    client.post(reverse("cases:policy_withdraw", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert client.get(reverse("cases:policy_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize(
    ("who", "overview", "change"), [("hotline", 200, 200), ("north", 200, 404), ("reader", 200, 404)]
)
def test_who_sees_what_and_only_the_plan_office_is_offered_a_change(
    client: Client, here: District, who: str, overview: int, change: int
) -> None:
    client.force_login(here.users["plan"])
    client.post(reverse("cases:policy_propose", args=["complaint"]), form(client) | {"n-contact.": "12"})
    row = PolicyChange.objects.get()
    client.force_login(here.users[who])
    seen = client.get(reverse("cases:policies"))
    assert seen.status_code == overview
    assert client.get(reverse("cases:policy_change", args=[row.pk])).status_code == change
    own = client.get(reverse("cases:policy", args=["complaint"])).content.decode()
    assert 'id="propose"' not in own
    assert client.post(reverse("cases:policy_propose", args=["complaint"]), form(client)).status_code == 403
    assert client.post(reverse("cases:policy_apply", args=[row.pk])).status_code in {403, 404}
    row.refresh_from_db()
    assert row.state == "proposed"


def test_a_due_time_moves_in_words() -> None:
    at = now()

    def move(hours: float) -> Move:
        return Move(1, "contact", None, "24h", "1h", at, at + timedelta(hours=hours), False)

    assert [policy_views.by_words(move(h)) for h in (-23, 1.5, 72, -60)] == [
        "−23小时",
        "+1.5小时",
        "+3天",
        "−2.5天",
    ]
