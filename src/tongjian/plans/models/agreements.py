"""履约协议: what was agreed about one subject, and who owes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongjian.kernel.models import EvidenceFile, Organisation, Subject


class Agreement(models.Model):
    """履约协议 about a parcel, a project, an enterprise or a fund; its terms are obligations, one row per due period.

    kind: a key of the agreements pack. bearer: who owes. keeper: the unit that supervises it.
    """

    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=64, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="agreements")
    bearer = models.CharField(max_length=128, blank=True)
    keeper = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="agreements"
    )
    signed_on = models.DateField(null=True, blank=True)
    document = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="agreements")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"
