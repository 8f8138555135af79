"""Changes of clock policies. The policy itself stands in the type's definition; see `catalogue`."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChangeState(models.TextChoices):
    """proposed: looked at. scheduled: rules from its day on, by the night. applied: rules. withdrawn: never will."""

    PROPOSED = "proposed", _("proposed")
    SCHEDULED = "scheduled", _("to take effect")
    APPLIED = "applied", _("in force")
    WITHDRAWN = "withdrawn", _("withdrawn")


WAITING = (ChangeState.PROPOSED, ChangeState.SCHEDULED)


class PolicyChange(models.Model):
    """时限调整: other allowances for clocks of a type, from a day on.

    allow: {clock: {tier: allowance}}, only what differs. before: the same clocks as they were allowed then. version: of the
    definition that it made. report: what moved (see `moves.Moves.as_report`). reckoned_at None: running clocks are not done yet.
    """

    type = models.CharField(max_length=32)
    allow = models.JSONField()
    before = models.JSONField()
    effective_on = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=ChangeState.choices, default=ChangeState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(null=True)
    report = models.JSONField(default=dict)
    reckoned_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["type"], condition=Q(state__in=[s.value for s in WAITING]), name="policy_waits_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["type", "-proposed_at"], name="policy_type")]

    def __str__(self) -> str:
        return f"{self.type} {self.effective_on:%Y-%m-%d}"

    @property
    def waits(self) -> bool:
        return self.state in WAITING
