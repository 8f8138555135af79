"""What people did lately."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tongjian.kernel.models import Event
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
