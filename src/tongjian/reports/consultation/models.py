"""A consultation, the units consulted, and their opinions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.kernel.models import EvidenceFile, Organisation
from tongjian.reports.consultation.choices import Handling
from tongjian.reports.rounds.models import Edition, Section


class Consultation(models.Model):
    """征求意见: the text of an edition as it was sent round once."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="consultations")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(help_text="as sent")
    docx = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    due = models.DateField()
    note = models.TextField(blank=True, help_text="what the units are asked to look at")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    sent_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "number"], name="consultation_once")
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.number}"


class Consulted(models.Model):
    """A unit that was asked. replied_at None: it has not answered; answered without opinions: 无意见."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="consulted")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    replied_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["organisation__order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "organisation"], name="unit_asked_once")
        ]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.organisation}"


class Opinion(models.Model):
    """意见: one point that a unit makes, and what was done with it."""

    consulted = models.ForeignKey(Consulted, on_delete=models.CASCADE, related_name="opinions")
    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.SET_NULL)
    passage = models.TextField(blank=True, help_text="the words that it is about")
    text = models.TextField()
    handling = models.CharField(max_length=8, choices=Handling.choices, default=Handling.WAITING)
    reason = models.TextField(blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    handled_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
