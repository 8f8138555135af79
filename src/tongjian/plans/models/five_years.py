"""五年规划: its indicators."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from tongjian.facts.choices import Bound, Direction
from tongjian.facts.models import Series
from tongjian.kernel.models import EvidenceFile, Place, Subject
from tongjian.plans.choices import MidtermRule, Nature
from tongjian.values import Number


class FiveYearPlan(models.Model):
    """五年规划 of one area: `first` to `last` year; targets start from the values of the year before `first`."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="five_year_plans")
    first = models.PositiveSmallIntegerField()
    last = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    document = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "first", "last"], name="five_year_plan_once")
        ]
        ordering: ClassVar = ["-first"]

    def __str__(self) -> str:
        return self.title


class FiveYearTarget(models.Model):
    """规划指标: where it started, where it is to arrive, and how that is reckoned. series None: not yet linked."""

    plan = models.ForeignKey(FiveYearPlan, on_delete=models.CASCADE, related_name="targets")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=128)
    unit = models.CharField(max_length=24)
    rule = models.CharField(max_length=16, choices=MidtermRule.choices)
    nature = models.CharField(max_length=12, choices=Nature.choices)
    bound = models.CharField(max_length=8, choices=Bound.choices, default=Bound.EQ)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.UP)
    base_mantissa = models.BigIntegerField(
        null=True, help_text="of the year before the first; None: not given"
    )
    base_decimals = models.PositiveSmallIntegerField(default=0)
    mantissa = models.BigIntegerField()
    decimals = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=128, help_text="the target as printed")
    series = models.ForeignKey(
        Series, null=True, blank=True, on_delete=models.PROTECT, related_name="five_year_targets"
    )
    origin = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="five_year_targets")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="five_year_target_once")
        ]
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name

    @property
    def number_owed(self) -> Number:
        return Number(self.mantissa, self.decimals)

    @property
    def base(self) -> Number | None:
        return None if self.base_mantissa is None else Number(self.base_mantissa, self.base_decimals)
