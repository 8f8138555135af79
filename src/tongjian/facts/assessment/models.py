"""考核公布: what was published stays as it was; the city's list of cases; notes and points that persons added."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.facts.assessment.choices import AdjustmentState
from tongjian.kernel.models import EvidenceFile, Place


class Edition(models.Model):
    """版次: the result of a scheme for a month as it was published. Nothing of it is edited; a correction is the next number.

    month: 2022-11. result: rows as `frozen.as_json` writes them. digest: over the result and all of its cases.
    snapshot: the mirror's, that it was counted over. file: the result as a workbook; facts lead to its cells.
    """

    scheme = models.CharField(max_length=64)
    scheme_version = models.PositiveIntegerField()
    month = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    result = models.JSONField()
    digest = models.CharField(max_length=64)
    snapshot = models.CharField(max_length=64)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["scheme", "-month", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "month", "number"], name="edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month} #{self.number}"


class AssessedCase(models.Model):
    """考核办件: one case as an edition counted it. unit: key of its town, "" for none.

    verdicts: one sign a measure, in the scheme's order: 1 passed, 0 did not, - not counted.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, db_index=False, related_name="assessed")
    case_id = models.BigIntegerField()
    unit = models.CharField(max_length=96, blank=True)
    excluded = models.BooleanField()
    verdicts = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "case_id"], name="assessed_case_once")
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "unit"], name="assessed_unit")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.case_id}"


class OfficialList(models.Model):
    """市级考核清单: the city's list of the cases that it assessed in a month, as a file. The newest of a month rules."""

    scheme = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    sheet = models.CharField(max_length=128)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scheme", "month", "at"], name="official_list_month")]

    def __str__(self) -> str:
        return f"{self.scheme} {self.month} {self.file}"


class OfficialCase(models.Model):
    """One row of the list. number: the city's of the work order; row: of the sheet; verdicts as of `AssessedCase`."""

    list = models.ForeignKey(OfficialList, on_delete=models.CASCADE, db_index=False, related_name="rows")
    number = models.CharField(max_length=64)
    unit = models.CharField(max_length=96, blank=True)
    excluded = models.BooleanField()
    verdicts = models.CharField(max_length=16)
    row = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "number"], name="official_case_once")
        ]

    def __str__(self) -> str:
        return self.number


class DifferenceNote(models.Model):
    """差异说明: why a case counts otherwise with us than with the city, in a person's words. The newest rules."""

    scheme = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    number = models.CharField(max_length=64)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scheme", "month", "number"], name="difference_note")]

    def __str__(self) -> str:
        return f"{self.month} {self.number}"


class Adjustment(models.Model):
    """加减分: points that a person adds to a unit's score of a month, with proof; another person grants or refuses.

    hundredths: of a point, of 100; below 0 they are taken off.
    """

    scheme = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    unit = models.CharField(max_length=96)
    hundredths = models.IntegerField()
    reason = models.TextField()
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=AdjustmentState.choices, default=AdjustmentState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["scheme", "month"], name="adjustment_month")]

    def __str__(self) -> str:
        return f"{self.month} {self.unit} {self.points}"

    @property
    def points(self) -> str:
        """As printed, with its sign."""
        return f"{self.hundredths / 100:+.2f}"
