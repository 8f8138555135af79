"""数: what it amounts to. Metrics, their series, and facts that are added and never edited."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from tongjian.facts.choices import (
    Basis,
    Bound,
    Comparator,
    Direction,
    FactSource,
    FactStatus,
    Measure,
    MetricKind,
    PeriodKind,
    SubmissionState,
)
from tongjian.kernel.models import EvidenceFile, Organisation, Place, Subject
from tongjian.values import Number, Period


class Metric(models.Model):
    """指标: what is measured. One row a key, the projection of its newest definition in the packs."""

    key = models.SlugField(max_length=96, unique=True)
    name = models.CharField(max_length=128)
    name_en = models.CharField(max_length=160)
    aliases = models.JSONField(default=list, help_text="other names in texts")
    unit = models.CharField(max_length=24, help_text="the unit that levels are kept in")
    kind = models.CharField(max_length=8, choices=MetricKind.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    decimals = models.PositiveSmallIntegerField(default=0, help_text="printed places of a level")
    growth_decimals = models.PositiveSmallIntegerField(default=1, help_text="of growth, shares, completion")
    bounds = models.JSONField(
        default=list, help_text="lowest and highest level that can be, as text; empty: by the kind"
    )
    rounding = models.CharField(
        max_length=24, default="ROUND_HALF_UP", help_text="a rounding of Python's decimal module"
    )
    owner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    theme = models.CharField(max_length=32)
    definition = models.TextField(blank=True)
    source = models.CharField(max_length=255, blank=True, help_text="where the definition stands")
    collect = models.JSONField(
        default=list, help_text="series that the owner reports; see docs/reference/packs.md"
    )
    derive = models.JSONField(default=list, help_text="series computed from others")
    version = models.PositiveIntegerField(default=1)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "key"]

    def __str__(self) -> str:
        return self.name_en if (get_language() or "").startswith("en") else self.name


class Series(models.Model):
    """序列: whose figure, of what, measured how, on which basis, against what."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="series")
    measure = models.CharField(max_length=12, choices=Measure.choices, default=Measure.LEVEL)
    of = models.CharField(
        max_length=12,
        choices=Measure.choices,
        blank=True,
        default="",
        help_text="what is ranked, compared, shared or completed: level or growth; empty for these two",
    )
    basis = models.CharField(max_length=16, choices=Basis.choices, default=Basis.NATURAL)
    comparator = models.CharField(
        max_length=16, choices=Comparator.choices, blank=True, default=Comparator.NONE
    )
    breakdown = models.CharField(
        max_length=64, blank=True, default="", help_text="a group within the metric: 60岁及以上"
    )
    period_kind = models.CharField(max_length=12, choices=PeriodKind.choices)
    unit = models.CharField(max_length=24, help_text="the unit that its facts are kept in")

    class Meta:
        verbose_name_plural = "series"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "subject",
                    "metric",
                    "measure",
                    "of",
                    "basis",
                    "comparator",
                    "breakdown",
                    "period_kind",
                ],
                name="series_once",
            )
        ]

    def __str__(self) -> str:
        parts = [str(self.subject), str(self.metric), self.breakdown, self.get_measure_display()]
        if self.comparator:
            parts.append(str(self.get_comparator_display()))
        if self.basis != Basis.NATURAL:
            parts.append(str(self.get_basis_display()))
        return " · ".join(p for p in parts if p)


class Fact(models.Model):
    """指标值: one value of a series for a period. A correction is the next `seq`; nothing is edited.

    mantissa None: not reported, with the reason in `missing`; 0 is a value.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="facts")
    period = models.CharField(max_length=16, help_text="ISO 8601 interval of months")
    period_start = models.IntegerField(help_text="month index, year × 12 + month − 1")
    period_end = models.IntegerField()
    seq = models.PositiveIntegerField()
    mantissa = models.BigIntegerField(null=True)
    decimals = models.PositiveSmallIntegerField(default=0)
    missing = models.CharField(max_length=200, blank=True, help_text="why nothing was reported")
    bound = models.CharField(max_length=8, choices=Bound.choices, default=Bound.EQ)
    words = models.CharField(max_length=128, blank=True, help_text="as printed, with its bound word")
    status = models.CharField(max_length=12, choices=FactStatus.choices)
    source = models.CharField(max_length=12, choices=FactSource.choices)
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="facts")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "period", "seq"], name="fact_seq_once"),
            models.CheckConstraint(
                condition=models.Q(mantissa__isnull=False) | ~models.Q(missing=""),
                name="fact_missing_has_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["series", "period_end"])]

    def __str__(self) -> str:
        return f"{self.series} {self.period}: {self.number}{self.series.unit}"

    @property
    def number(self) -> Number | None:
        return None if self.mantissa is None else Number(self.mantissa, self.decimals)

    @property
    def interval(self) -> Period:
        return Period(self.period_start, self.period_end)


class Submission(models.Model):
    """填报: one workbook sent in by an organisation for a period, and what became of it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=16)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT)
    state = models.CharField(max_length=12, choices=SubmissionState.choices)
    problems = models.JSONField(default=list, help_text="all bad cells: sheet, cell, code, params")
    notes = models.JSONField(default=list, help_text="what to know of an accepted one, in the same shape")
    facts_written = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.period} {self.state}"
