"""An edition, its sections, their versions, and what was said of promises and of changes."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.kernel.models import EvidenceFile, Organisation, Subject
from tongjian.plans.models import Obligation, Task
from tongjian.reports.rounds.choices import Became, EditionKind, EditionState, Way


class Edition(models.Model):
    """稿次: a report of an area and year that several units write; frozen, it keeps text, figures and moment.

    number counts the editions of one report; `previous` is the frozen one that this edition follows. manifest, digest
    and known_at are set when a leader signs and stay.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(help_text="the year that it reviews")
    kind = models.CharField(max_length=12, choices=EditionKind.choices, default=EditionKind.ANNUAL)
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=EditionState.choices, default=EditionState.WRITING)
    previous = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="following"
    )
    text = models.TextField(blank=True, help_text="as signed")
    manifest = models.JSONField(default=dict, help_text="as inside the signed docx")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of text and manifest as signed")
    known_at = models.DateTimeField(null=True, help_text="the ledger as known when it was signed")
    docx = models.ForeignKey(EvidenceFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, help_text="why the leader sent it back")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-started_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "year", "kind", "number"], name="report_edition_once")
        ]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """部分: what one unit writes of an edition. answers, waivers: of its numbers and findings, whatever the version."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, help_text="the heading that is printed")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="report_sections")
    due = models.DateField()
    answers = models.JSONField(default=dict, help_text="item key → expression of a fact, or named")
    waivers = models.JSONField(default=dict, help_text="finding key → why it stays as it is")
    handed_in_at = models.DateTimeField(null=True, help_text="empty: its unit is still writing")
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class SectionVersion(models.Model):
    """版本: a section's text as saved once, with what was found in it then."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.TYPED)
    file = models.ForeignKey(EvidenceFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list, help_text="its numbers, see drafts.stored")
    findings = models.JSONField(default=list, help_text="see rounds.findings")
    known_at = models.DateTimeField(help_text="the ledger as known when items were found")
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["section", "number"], name="section_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.section} · {self.number}"


class PromiseAnswer(models.Model):
    """承诺交代: what became of a promise of the year, where the report's own words do not tell it. For the annex."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="promise_answers")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    became = models.CharField(max_length=8, choices=Became.choices)
    text = models.TextField(help_text="what is said of it")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(task=None) ^ models.Q(obligation=None), name="answer_to_one_promise"
            ),
            models.UniqueConstraint(fields=["edition", "task"], name="task_answered_once"),
            models.UniqueConstraint(fields=["edition", "obligation"], name="obligation_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task or self.obligation}: {self.became}"


class ChangeNote(models.Model):
    """改动说明: why a figure of this edition differs from the edition before."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="change_notes")
    expression = models.CharField(max_length=400)
    old = models.CharField(max_length=160)
    new = models.CharField(max_length=160, help_text="empty: no longer said")
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "expression"], name="change_explained_once")
        ]

    def __str__(self) -> str:
        return f"{self.expression}: {self.old} → {self.new}"
