"""投资项目库: one row of Project is one project; its money, months, milestones and problems hang on it.

Amounts are in 万元. When a project really began and ended is not here: that is what its passages on the tracks say.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongjian.kernel.models import Organisation, Place, Tracked
from tongjian.records.projects.choices import (
    DocumentKind,
    FundingSource,
    FundingState,
    Nature,
    ProblemKind,
    ProblemLevel,
    ProblemVerb,
    ProjectKind,
    WorkState,
)
from tongjian.values import Number

MONTH = "month index: year × 12 + month − 1"


class Project(Tracked):
    """投资项目. planned_total in 万元; None: not estimated yet. Planned months are month indices."""

    kind = models.CharField(max_length=16, choices=ProjectKind.choices, default=ProjectKind.OTHER)
    nature = models.CharField(max_length=16, choices=Nature.choices, default=Nature.NEW)
    industry = models.CharField(max_length=8, blank=True, help_text="GB/T 4754, by the use after completion")
    builder = models.CharField(max_length=128, blank=True, help_text="建设单位")
    scope = models.TextField(blank=True, help_text="建设内容及规模")
    planned_total_mantissa = models.BigIntegerField(null=True, blank=True)
    planned_total_decimals = models.PositiveSmallIntegerField(default=0)
    planned_start = models.PositiveIntegerField(null=True, blank=True, help_text=MONTH)
    planned_finish = models.PositiveIntegerField(null=True, blank=True, help_text=MONTH)
    reserved_on = models.DateField(help_text="when it came into the library")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(default=0, help_text="of the sheet that `source` names; 0: none")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name"]),
            models.Index(fields=["owner", "name"]),
            models.Index(fields=["area", "name"]),
            models.Index(fields=["kind", "name"]),
            models.Index(fields=["changed_at"]),
        ]

    @property
    def planned_total(self) -> Number | None:
        held = self.planned_total_mantissa
        return None if held is None else Number(held, self.planned_total_decimals)


class Funding(models.Model):
    """资金: what one source gives in one year, in one state. A changed amount is an event."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="funding")
    source = models.CharField(max_length=12, choices=FundingSource.choices)
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=FundingState.choices)
    amount_mantissa = models.BigIntegerField()
    amount_decimals = models.PositiveSmallIntegerField(default=0)
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "source", "year", "state"], name="funding_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.source} {self.year} {self.amount}"

    @property
    def amount(self) -> Number:
        return Number(self.amount_mantissa, self.amount_decimals)


class Investment(models.Model):
    """固定资产投资月报: what one project reported for one month. Added only; a correction is the next seq.

    All amounts in 万元 × 10^decimals, as reported; None: not reported. `this_month` is the month's own, `total` is
    since the project began, everything else is counted up since January.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="investments")
    month = models.PositiveIntegerField(help_text=MONTH)
    seq = models.PositiveSmallIntegerField(default=1)
    decimals = models.PositiveSmallIntegerField(default=0, help_text="the most that any amount printed")
    this_month = models.BigIntegerField(null=True)  # 本月完成
    year_to_date = models.BigIntegerField()  # 自年初累计
    construction = models.BigIntegerField(null=True)  # 建筑工程
    installation = models.BigIntegerField(null=True)  # 安装工程
    equipment = models.BigIntegerField(null=True)  # 设备工器具购置
    other = models.BigIntegerField(null=True)  # 其他费用
    old_equipment = models.BigIntegerField(null=True)  # 其中：旧设备
    renewed_equipment = models.BigIntegerField(null=True)  # 其中：更新
    old_buildings = models.BigIntegerField(null=True)  # 其中：旧建筑物购置费
    land = models.BigIntegerField(null=True)  # 其中：建设用地费
    total = models.BigIntegerField(null=True)  # 自开始建设累计
    reason = models.CharField(max_length=200, blank=True, help_text="why a check does not hold")
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField(default=0, help_text="of the sheet that `evidence` names; 0: none")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "month", "seq"], name="investment_seq_once")
        ]
        indexes: ClassVar = [models.Index(fields=["month", "project"])]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month}#{self.seq}"


class Progress(models.Model):
    """形象进度: what the works of a month look like. Added only; a correction is the next seq."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="progress")
    month = models.PositiveIntegerField(help_text=MONTH)
    seq = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=WorkState.choices)
    percent = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="of the works; None: not said"
    )
    text = models.TextField(blank=True)
    evidence = models.ManyToManyField(Place, related_name="+", help_text="photographs, minutes")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "month", "seq"], name="progress_seq_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__lte=100), name="progress_percent"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["month", "project"])]

    def __str__(self) -> str:
        return f"{self.project_id} {self.month} {self.state}"


class Milestone(models.Model):
    """节点计划: the day on which a stage of a track is to be reached. A slipped plan is the next seq, with its reason."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="milestones")
    track = models.CharField(max_length=64)
    stage = models.CharField(max_length=48)
    seq = models.PositiveSmallIntegerField(default=1)
    planned_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "track", "stage", "seq"], name="milestone_seq_once")
        ]
        indexes: ClassVar = [models.Index(fields=["recorded_at"])]

    def __str__(self) -> str:
        return f"{self.project_id} {self.track}/{self.stage} {self.planned_on}"


class ClockStop(models.Model):
    """计时暂停: the clock of a stage stands still from `since` to `until`, both days out of it; None: it lasts.

    reason: one of the stops that the track knows for the stage (补正 …).
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="clock_stops")
    track = models.CharField(max_length=64)
    stage = models.CharField(max_length=48)
    reason = models.CharField(max_length=32)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    resumed_evidence = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "track", "stage"], condition=Q(until=None), name="clock_stopped_once"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")), name="clock_stop_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.track}/{self.stage} {self.reason} {self.since}"


class Problem(models.Model):
    """制约问题: what holds a project up, who must solve it by when, and which gate it stands before."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="problems")
    kind = models.CharField(max_length=12, choices=ProblemKind.choices)
    text = models.TextField()
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    due_on = models.DateField()
    level = models.PositiveSmallIntegerField(choices=ProblemLevel.choices, default=ProblemLevel.DEPARTMENT)
    closed_on = models.DateField(null=True, blank=True)
    track = models.CharField(max_length=64, blank=True, help_text="of the gate that it holds up")
    stage = models.CharField(max_length=48, blank=True)
    changed_at = models.DateTimeField(help_text="of the last note; the mirror takes rows by it")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["closed_on", "due_on"])]

    def __str__(self) -> str:
        return self.text[:60]


class ProblemNote(models.Model):
    """What was said or done about a problem. Added only."""

    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="notes")
    seq = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=12, choices=ProblemVerb.choices)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["problem", "seq"], name="problem_note_seq_once")
        ]

    def __str__(self) -> str:
        return f"{self.problem_id}#{self.seq} {self.verb}"


class ProjectDocument(models.Model):
    """A file of the project and what it proves: approval, contract, photograph."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind.choices)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    dated = models.DateField(null=True, blank=True, help_text="the day that the document bears")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "kind", "place"], name="project_document_once")
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.kind}"
