"""计划公开: that a plan was published, by whose decision."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.plans.models.promises import PlanYear, Task


class Publication(models.Model):
    """公开: anyone may read how the plan is kept, from the decision on until it is withdrawn; one at a time.

    decision: what decided it, as it is cited (a meeting, a document's number). withheld: tasks that it leaves out.
    """

    plan = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="publications")
    decision = models.CharField(max_length=200)
    decided_on = models.DateField()
    withheld = models.ManyToManyField(Task, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    why = models.TextField(blank=True, help_text="why it was withdrawn")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan"], condition=models.Q(withdrawn_at=None), name="published_once"
            )
        ]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan}: {self.decision}"
