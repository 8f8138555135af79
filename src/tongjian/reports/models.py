"""报: what is said. Documents written from the ledger, and every fact they quote."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.facts.models import Fact
from tongjian.kernel.models import EvidenceFile, Subject
from tongjian.reports.consultation import models as consultation  # noqa: F401 - Django looks for tables here
from tongjian.reports.rounds import models as rounds  # noqa: F401 - and here


class Report(models.Model):
    """A document built from a template and the ledger as known at a moment."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    template = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    docx = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    html = models.TextField(help_text="the same tree as HTML; every figure is a link")
    manifest = models.JSONField(help_text="as inside the docx")
    known_at = models.DateTimeField()
    built_at = models.DateTimeField()
    built_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["-built_at"]

    def __str__(self) -> str:
        return self.title


class Quote(models.Model):
    """引用: a fact as said in a report: the words shown, the expression behind, and the facts it rests on."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="quotes")
    anchor = models.CharField(max_length=40, help_text="bookmark in the docx, id in the HTML")
    expression = models.CharField(max_length=400)
    shown = models.CharField(max_length=160)
    line = models.PositiveIntegerField(help_text="line of the template")
    sentence = models.TextField()
    facts = models.ManyToManyField(
        Fact, related_name="quotes", help_text="the fact itself, or the inputs of a derived one"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "anchor"], name="quote_once")]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.anchor}: {self.shown}"


class Draft(models.Model):
    """稿件: a docx that people write by hand, bound to the ledger round by round."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT)
    title = models.CharField(max_length=200)
    year = models.PositiveSmallIntegerField(help_text="the year that it reviews")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    started_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-started_at"]

    def __str__(self) -> str:
        return self.title


class DraftRound(models.Model):
    """轮次: the draft as it was sent in once, what was found in it, and what people said of its numbers."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(help_text="as printed; the items' places count its characters")
    items = models.JSONField(help_text="what binding found, see drafts.stored")
    bound_with = models.JSONField(default=dict, help_text="answers that binding took into account")
    bonds = models.JSONField(default=dict, help_text="item key → fact and number of the round before")
    answers = models.JSONField(default=dict, help_text="item key → expression of a fact, or named")
    edits = models.JSONField(default=list, help_text="keys of numbers to be corrected to the ledger's value")
    known_at = models.DateTimeField(help_text="the ledger as known then")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["draft", "number"], name="round_once")]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.draft} · {self.number}"
