"""What people did lately."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from tongjian.kernel import events
from tongjian.kernel.models import Event
from tongjian.reports.models import Draft
from tongjian.web.history import LATELY, recent
from web.stage import Stage


def _happened(scene: Stage, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    Event.objects.create(
        stream=f"facts.package/{days}", seq=1, verb="collection.approved", actor=scene.office, at=at
    )


def _days(scene: Stage, most: int) -> list[int]:
    return [(timezone.now() - one.at).days for one in recent(scene.office, most)]


def test_the_newest_come_first_and_a_quiet_time_is_filled_up(scene: Stage) -> None:
    Event.objects.all().delete()
    for days in (LATELY.days + 300, 1, LATELY.days + 30):
        _happened(scene, days)
    assert _days(scene, 1) == [1]
    assert _days(scene, 3) == [1, LATELY.days + 30, LATELY.days + 300]


def test_a_draft_is_told_with_its_name_and_its_page(scene: Stage) -> None:
    Event.objects.all().delete()
    draft = Draft.objects.create(
        subject=scene.plan.subject, title="初稿", year=2022, started_at=timezone.now()
    )
    events.record("drafts.sent", draft, by=scene.office, at=timezone.now(), data={"round": 1})
    [told] = recent(scene.office, 1)
    assert (told.name, told.url) == ("初稿", reverse("reports:draft", args=[draft.pk]))
