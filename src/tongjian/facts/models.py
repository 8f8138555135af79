"""数: what it amounts to. Metrics, their series, and facts that are added and never edited."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from tongjian.facts.assessment import models as assessment  # noqa: F401 - Django looks for tables here
from tongjian.facts.choices import (
    Basis,
    Bound,
    Comparator,
    Direction,
    FactSource,
    FactStatus,
    Frequency,
    Measure,
    MetricKind,
    Outcome,
    PackageState,
    PeriodKind,
    Recognised,
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
    measured = models.JSONField(
        default=dict, help_text="counted over the records; see docs/reference/measured.md"
    )
    frequency = models.CharField(max_length=8, choices=Frequency.choices, default=Frequency.MONTH)
    counted = models.CharField(
        max_length=12,
        choices=PeriodKind.choices,
        default=PeriodKind.CUMULATIVE,
        help_text="single: its owner reports months, not totals since January",
    )
    due_day = models.PositiveSmallIntegerField(
        null=True, help_text="day of the month after the period; empty: as the collection pack says"
    )
    first_month = models.PositiveSmallIntegerField(
        default=1, help_text="2: January is published together with February only"
    )
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


class Package(models.Model):
    """填报包: what one organisation reports for one round. `period`: January to the round's month, or years.

    submitted_at: when the first workbook was accepted, which decides on timeliness. approved_at: facts recorded by
    then are approved. note: what the plan office asked for when it returned or unlocked the package.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="packages")
    period = models.CharField(max_length=16)
    period_end = models.IntegerField(help_text="month index, year × 12 + month − 1")
    state = models.CharField(max_length=12, choices=PackageState.choices, default=PackageState.OPEN)
    due = models.DateField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    files = models.ManyToManyField(EvidenceFile, related_name="packages")

    class Meta:
        ordering: ClassVar = ["-period_end", "organisation__order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "period"], name="package_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.period}"


class ColumnMapping(models.Model):
    """列映射: how an organisation's own table is read. `body`: see facts.collection.mapping.Mapping."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mappings")
    name = models.CharField(max_length=128)
    body = models.JSONField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["organisation__order", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="mapping_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}"


class Submission(models.Model):
    """填报: one workbook sent in by an organisation for a period, and what became of it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="submissions")
    period = models.CharField(max_length=16)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="submissions")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT)
    mapping = models.ForeignKey(ColumnMapping, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=12, choices=SubmissionState.choices)
    problems = models.JSONField(default=list, help_text="all bad cells: sheet, cell, code, params")
    notes = models.JSONField(default=list, help_text="what to know of an accepted one, in the same shape")
    findings = models.JSONField(
        default=list, help_text="of validation; see facts.validation.findings.Finding"
    )
    facts_written = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organisation} {self.period} {self.state}"


class Override(models.Model):
    """A hard finding let pass: the reason of one person, confirmed by a second. Counts from the second on."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="overrides")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    fingerprint = models.CharField(
        max_length=64, help_text="of the rule, the cell's series and the arithmetic"
    )
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["submission", "fingerprint"], name="override_once"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None) | ~models.Q(confirmed_by=models.F("by")),
                name="override_needs_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.reason}"


class Delivery(models.Model):
    """批量报送: a folder or zip of workbooks taken in at once for a round. file: the zip as received; none: a folder."""

    name = models.CharField(max_length=255)
    period = models.CharField(max_length=16)
    file = models.ForeignKey(EvidenceFile, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.name} {self.period}"


class DeliveredFile(models.Model):
    """One file of a delivery. reason: code and params, why it was left aside or not recognised."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=255, help_text="its path in the folder or zip")
    file = models.ForeignKey(EvidenceFile, null=True, on_delete=models.PROTECT)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    recognised = models.CharField(max_length=12, choices=Recognised.choices, blank=True)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="delivered")
    reason = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.outcome}"
