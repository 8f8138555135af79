"""Tables of service packages. Items are cases: `Case.subject` is the package's enterprise."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from tongjian.kernel.models import EvidenceFile, Organisation, Subject


class ServicePackage(models.Model):
    """服务包: one enterprise. unit: that serves it; manager 管家: who of the unit. grade: key of the pack service_packages.

    policy 一企一策: what was settled for this enterprise alone, with the paper that says so. score (1 to 5): what the
    enterprise said when it confirmed the package last.
    """

    enterprise = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="service_package")
    grade = models.CharField(max_length=16)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    policy = models.TextField(blank=True)
    policy_file = models.ForeignKey(EvidenceFile, null=True, on_delete=models.PROTECT, related_name="+")
    policy_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    confirmed_words = models.TextField(blank=True)
    simulated = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.enterprise)


class Visit(models.Model):
    """走访: planned for a day by the grade's rule; visited_on None: not made yet. cases: the items raised there."""

    package = models.ForeignKey(ServicePackage, on_delete=models.CASCADE, related_name="visits")
    due_on = models.DateField()
    visited_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    cases = models.ManyToManyField("cases.Case", related_name="visits")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["package"], condition=Q(visited_on__isnull=True), name="visit_planned_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(visited_on__isnull=True), name="visit_due")
        ]

    def __str__(self) -> str:
        return f"{self.package} {self.visited_on or self.due_on}"


class Measure(models.Model):
    """一企一策措施: something settled for this enterprise alone, who does it and by when; done_on None: not yet."""

    package = models.ForeignKey(ServicePackage, on_delete=models.CASCADE, related_name="measures")
    words = models.TextField()
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    done_words = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "due_on"], name="measure_due")]

    def __str__(self) -> str:
        return self.words[:40]

    @property
    def overdue(self) -> bool:
        return self.done_on is None and self.due_on < localdate()


class Contact(models.Model):
    """企业联系人: whom the account manager calls. Only `sealed` knows the person; what is shown is masked."""

    package = models.OneToOneField(ServicePackage, on_delete=models.CASCADE, related_name="contact")
    key = models.ForeignKey("cases.RecordKey", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    shown_name = models.CharField(max_length=32, blank=True)
    shown_phone = models.CharField(max_length=24, blank=True)
    kept_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.shown_name
