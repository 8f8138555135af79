"""年终总结: why a promise was not kept, in its owner's words."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.kernel.models import Organisation
from tongjian.plans.models.promises import Obligation, Task


class Explanation(models.Model):
    """未完成原因: what the unit that answers for a target or a task says of it. The newest one is quoted."""

    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="explanations"
    )
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="explanations"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(obligation=None) ^ models.Q(task=None), name="explanation_of_one"
            )
        ]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.obligation or self.task}: {self.text[:40]}"
