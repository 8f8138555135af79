"""计划公开: an approved plan is shown to everyone by a decision, and until it is withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import StepNotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.plans.choices import PlanState
from tongjian.plans.models import PlanYear, Publication, Task


class PublicationRefused(TongjianError):
    """A decision that is not told well enough; nothing was published."""


def published() -> QuerySet[Publication]:
    """What everyone may read now, signed in or not: plans whose publication stands, the newest year first."""
    rows = Publication.objects.filter(withdrawn_at=None, plan__state=PlanState.APPROVED)
    return rows.select_related("plan__subject").order_by("-plan__year", "-pk")


def tasks_published(publication: Publication) -> QuerySet[Task]:
    """The plan's tasks but those that the decision left out, with their parts."""
    kept_back = publication.withheld.values("pk")
    return publication.plan.tasks.exclude(pk__in=kept_back).exclude(parent__in=kept_back)


@transaction.atomic
def publish(
    plan_pk: int,
    *,
    decision: str,
    decided_on: date,
    withheld: Collection[int] = (),
    by: User,
    at: datetime,
    today: date,
) -> Publication:
    """Show the plan to everyone. withheld: numbers of tasks that are left out.

    Raises NotAllowed, StepNotAllowed for a draft or where one stands already, PublicationRefused.
    """
    must_be_plan_office(by)
    plan = PlanYear.objects.select_for_update().get(pk=plan_pk)
    if plan.state != PlanState.APPROVED:
        raise StepNotAllowed("plans.publish_draft", _("A draft cannot be published. Approve the plan first."))
    if plan.publications.filter(withdrawn_at=None).exists():
        raise StepNotAllowed(
            "plans.published_already",
            _("This plan is published. Withdraw it before publishing it by another decision."),
        )
    _check(decision, decided_on, today)
    left_out = _left_out(plan, withheld)
    made = Publication.objects.create(
        plan=plan, decision=decision.strip(), decided_on=decided_on, by=by, at=at
    )
    made.withheld.set(left_out)
    data = {
        "decision": made.decision,
        "decided_on": decided_on.isoformat(),
        "withheld": [t.number for t in left_out],
    }
    events.record("plans.published", plan, by=by, at=at, data=data)
    return made


@transaction.atomic
def withdraw(plan_pk: int, *, why: str, by: User, at: datetime) -> Publication:
    """Take the plan off the public pages. Raises NotAllowed, StepNotAllowed where it is not published, PublicationRefused."""
    must_be_plan_office(by)
    plan = PlanYear.objects.select_for_update().get(pk=plan_pk)
    standing = plan.publications.filter(withdrawn_at=None).first()
    if standing is None:
        raise StepNotAllowed(
            "plans.not_published", _("This plan is not published; there is nothing to withdraw.")
        )
    if not why.strip():
        raise PublicationRefused(
            "plans.withdraw_reason", _("Say why the plan is withdrawn, and by whose decision.")
        )
    standing.withdrawn_by, standing.withdrawn_at, standing.why = by, at, why.strip()
    standing.save(update_fields=["withdrawn_by", "withdrawn_at", "why"])
    events.record("plans.withdrawn", plan, by=by, at=at, data={"why": standing.why})
    return standing


def _check(decision: str, decided_on: date, today: date) -> None:
    if not decision.strip():
        raise PublicationRefused(
            "plans.decision_wanting",
            _("Say what decided the publication: the meeting, or the document and its number."),
        )
    if decided_on > today:
        raise PublicationRefused(
            "plans.decision_ahead",
            _("A decision of %(day)s is still to come. Give the day on which it was taken."),
            {"day": decided_on.isoformat()},
        )


def _left_out(plan: PlanYear, numbers: Collection[int]) -> list[Task]:
    found = list(plan.tasks.filter(number__in=numbers))
    unknown = sorted({*numbers} - {t.number for t in found})
    if unknown:
        raise PublicationRefused(
            "plans.withheld_unknown",
            _("The plan has no task %(numbers)s. Give numbers of its tasks."),
            {"numbers": "、".join(map(str, unknown))},
        )
    return found
