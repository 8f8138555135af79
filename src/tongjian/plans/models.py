"""诺: what was promised. Plan years, their targets and tasks, the word of those who answer for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.facts.choices import Bound
from tongjian.facts.models import Fact, Metric, Series
from tongjian.kernel.models import EvidenceFile, Organisation, Place, Subject
from tongjian.plans.choices import (
    Claim,
    Firmness,
    IntakeState,
    ItemKind,
    ItemState,
    Nature,
    Outcome,
    PlanState,
    Verdict,
)
from tongjian.values import Number


class PlanYear(models.Model):
    """年度计划 of one area: the targets and tasks that a report announced for a year."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=PlanState.choices, default=PlanState.DRAFT)
    document = models.ForeignKey(EvidenceFile, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "year"], name="plan_once")]
        ordering: ClassVar = ["-year"]

    def __str__(self) -> str:
        return self.title


class PlanSection(models.Model):
    """A heading of the plan, as in the report that announced it."""

    plan = models.ForeignKey(PlanYear, on_delete=models.CASCADE, related_name="sections")
    path = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "path"], name="section_once")]
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.title


class Obligation(models.Model):
    """目标: what a series owes by the end of a period. mantissa None: a direction only (稳步增长, 完成下达任务)."""

    plan = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="obligations")
    section = models.ForeignKey(PlanSection, null=True, blank=True, on_delete=models.PROTECT)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="obligations")
    nature = models.CharField(max_length=12, choices=Nature.choices, default=Nature.ANTICIPATED)
    bound = models.CharField(max_length=8, choices=Bound.choices)
    words = models.CharField(max_length=128, help_text="the target as printed")
    mantissa = models.BigIntegerField(null=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    due = models.CharField(max_length=16, help_text="the period that it is held against")
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="obligations")
    order = models.PositiveSmallIntegerField(default=0)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "series", "due", "origin"], name="obligation_once")
        ]
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.series}: {self.words}"

    @property
    def number(self) -> Number | None:
        return None if self.mantissa is None else Number(self.mantissa, self.decimals)


class Task(models.Model):
    """重点任务: a promise without a metric. A report names no unit and no month; the plan office assigns them."""

    plan = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="tasks")
    section = models.ForeignKey(
        PlanSection, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    number = models.PositiveSmallIntegerField(help_text="running number within the plan")
    object = models.CharField(max_length=200)
    action = models.CharField(max_length=64)
    text = models.TextField(help_text="the clause that promised it")
    kind = models.CharField(max_length=24)
    milestone = models.CharField(max_length=12, blank=True)
    firmness = models.CharField(max_length=8, choices=Firmness.choices)
    due_month = models.CharField(max_length=7, blank=True, help_text="2022-10; empty: not assigned")
    lead = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    joint = models.ManyToManyField(Organisation, blank=True, related_name="joins")
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="tasks")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="task_number_once")]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.action}{self.object}"


class CheckIn(models.Model):
    """进展: what the lead unit says of a task, with evidence, and the plan office's verdict on it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="check_ins")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    claim = models.CharField(max_length=12, choices=Claim.choices)
    text = models.TextField()
    evidence = models.ManyToManyField(Place, blank=True, related_name="check_ins")
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.PENDING)
    note = models.TextField(blank=True, help_text="why it was returned, or a remark")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="check_ins"
    )
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.task}: {self.claim}"


class Remark(models.Model):
    """What a joint unit, the lead unit or the plan office remarks on a task. It changes no light."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="remarks")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.task}: {self.text[:40]}"


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
