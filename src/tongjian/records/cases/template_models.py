"""Table of a unit's own reply templates."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.kernel.models import Organisation


class ReplyTemplate(models.Model):
    """答复模板 of a unit. type "": for every type of case."""

    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=32, blank=True)
    title = models.CharField(max_length=80)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "title"], name="reply_template_once")
        ]
        ordering: ClassVar = ["title"]

    def __str__(self) -> str:
        return self.title
