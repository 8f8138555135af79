"""A published report being read."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.facts.models import Fact, Metric
from tongjian.kernel.models import EvidenceFile, Subject
from tongjian.plans.choices import IntakeState, ItemKind, ItemState, Outcome
from tongjian.plans.models.promises import Obligation, Task


class Intake(models.Model):
    """A published report being read: proposals lie in its items until a person puts them on the ledger."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="intakes")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    text = models.TextField()
    reviewed = models.PositiveSmallIntegerField(null=True, help_text="year that its review covers")
    planned = models.PositiveSmallIntegerField(null=True, help_text="year that its plan covers")
    sections = models.JSONField(
        default=list, help_text="outline: path, number, title, level, part, year, start, end"
    )
    hints = models.JSONField(default=dict, help_text="title, area and year that the reader was told")
    skipped = models.JSONField(default=list, help_text="what of the file is not in the text: what, reason")
    state = models.CharField(max_length=12, choices=IntakeState.choices, default=IntakeState.OPEN)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return self.title


class IntakeItem(models.Model):
    """A figure, commitment or achievement as read, and what the checker made of it.

    index: its place among the reading's items of this kind; commitments name their figures by it.
    fact, obligation, task: what recording made of it.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    index = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    data = models.JSONField(help_text="the reading's fields, as mended")
    metric = models.ForeignKey(Metric, null=True, blank=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.PROPOSED)
    mended = models.BooleanField(default=False)
    outcome = models.CharField(max_length=24, blank=True, choices=Outcome.choices)
    note = models.CharField(max_length=200, blank=True, help_text="the particulars of the outcome")
    fact = models.ForeignKey(
        Fact, null=True, blank=True, on_delete=models.PROTECT, related_name="intake_items"
    )
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="intake_items"
    )
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="intake_items"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["intake", "kind", "index"], name="intake_item_once")
        ]
        indexes: ClassVar = [models.Index(fields=["intake", "start"])]
        ordering: ClassVar = ["start", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.start}-{self.end}"

    @property
    def is_recorded(self) -> bool:
        """Whether a row of the ledger came of it."""
        return any(pk is not None for pk in (self.fact_id, self.obligation_id, self.task_id))
