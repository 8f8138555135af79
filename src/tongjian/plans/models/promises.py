"""Plan years, their targets with their paths, their tasks, and the word of those who answer for them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from tongjian.facts.choices import Bound
from tongjian.facts.models import Series
from tongjian.kernel.models import EvidenceFile, Organisation, Place, Subject
from tongjian.plans.choices import Claim, Firmness, Nature, PathKind, PlanState, TaskSource, Verdict
from tongjian.values import Number

USUAL_TITLE = "国民经济和社会发展计划"


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
        """The title; in English, what the usual one means, for it is ours and not the document's."""
        usual = self.title.endswith(f"{self.year}年{USUAL_TITLE}")
        if usual and (get_language() or "").startswith("en"):
            return f"Plan for economic and social development {self.year}"
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
    """目标: what a series owes by the end of a period. mantissa None: a direction only (稳步增长, 完成下达任务).

    It stands either in a year's plan or in an agreement about one subject (land contract, fund clause).
    A target revised in mid-year is a new row that supersedes the old one, with its own evidence and the reason.
    """

    plan = models.ForeignKey(
        PlanYear, null=True, blank=True, on_delete=models.PROTECT, related_name="obligations"
    )
    agreement = models.ForeignKey(
        "plans.Agreement", null=True, blank=True, on_delete=models.PROTECT, related_name="obligations"
    )
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
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    reason = models.TextField(blank=True, help_text="why it was revised")
    consequence = models.TextField(blank=True, help_text="what follows when it is missed, as agreed")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["plan", "series", "due", "origin"],
                condition=models.Q(supersedes=None),
                name="obligation_once",
            ),
            models.UniqueConstraint(
                fields=["agreement", "series", "due"],
                condition=models.Q(supersedes=None),
                name="agreed_term_once",
            ),
            models.CheckConstraint(
                condition=models.Q(plan=None) ^ models.Q(agreement=None), name="obligation_of_one"
            ),
        ]
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.series}: {self.words}"

    @property
    def number(self) -> Number | None:
        return None if self.mantissa is None else Number(self.mantissa, self.decimals)


class Path(models.Model):
    """序时安排: how a target's year is expected to run. The newest row of a target rules; none: months passed."""

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="paths")
    kind = models.CharField(max_length=12, choices=PathKind.choices)
    origin = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="paths")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.kind}"


class PathPoint(models.Model):
    """What the target's series should have reached by the end of a month, in the target's unit."""

    path = models.ForeignKey(Path, on_delete=models.CASCADE, related_name="points")
    month = models.CharField(max_length=7, help_text="2022-06")
    mantissa = models.BigIntegerField()
    decimals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["path", "month"], name="path_month_once")]
        ordering: ClassVar = ["month"]

    def __str__(self) -> str:
        return f"{self.month}: {self.number}"

    @property
    def number(self) -> Number:
        return Number(self.mantissa, self.decimals)


class Task(models.Model):
    """重点任务: a promise without a metric. A report names no unit and no month; the plan office assigns them.

    Instructions, minutes and packages from above make tasks too. A task with parts is done when its parts are; one that
    is tied to a project's stage is done when the project has entered it, which is read and never told.
    """

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
    source = models.CharField(max_length=12, choices=TaskSource.choices, default=TaskSource.REPORT)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    since = models.CharField(
        max_length=7, blank=True, help_text="first month called for; empty: the plan's January"
    )
    subject = models.ForeignKey(
        Subject, null=True, blank=True, on_delete=models.PROTECT, related_name="promised_in"
    )
    track = models.CharField(max_length=64, blank=True, help_text="with `stage`: the passage that fulfils it")
    stage = models.CharField(max_length=48, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="task_number_once")]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"{self.action}{self.object}"


class CheckIn(models.Model):
    """进展: what the lead unit says of a task, with evidence, and the plan office's verdict on it."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="check_ins")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    month = models.CharField(max_length=7, blank=True, help_text="the month that it reports on: 2022-10")
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
