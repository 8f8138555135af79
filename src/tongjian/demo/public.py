"""The sample plan on its public page, by a decision that is said to be a sample. Safe to run again."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tongjian.demo import accounts
from tongjian.plans import publishing
from tongjian.plans.models import PlanYear, Publication

DECISION = "区政府常务会议纪要（示例）"


def publish(plan: PlanYear, at: datetime) -> Publication | None:
    """None where it was published before, even if it has been withdrawn since."""
    if plan.publications.exists():
        return None
    today = timezone.localdate(at)
    return publishing.publish(
        plan.pk, decision=DECISION, decided_on=today, by=accounts.office(), at=at, today=today
    )
