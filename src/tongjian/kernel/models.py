"""人地时据: who, where, when, and by what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import get_language

from tongjian.kernel.choices import AreaKind, PlaceKind, Role, Sensitivity, SubjectKind


class Subject(models.Model):
    """A number plate: one of the few long-lived things that figures and promises attach to."""

    kind = models.CharField(max_length=16, choices=SubjectKind.choices)
    key = models.SlugField(max_length=64, unique=True)
    label = models.CharField(max_length=128)
    label_en = models.CharField(max_length=128, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "key"])]

    def __str__(self) -> str:
        return self.label_en if self.label_en and (get_language() or "").startswith("en") else self.label


class Tracked(models.Model):
    """What every typed subject carries. `path` holds the keys from the top, each closed by a slash."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True)
    path = models.CharField(max_length=255, unique=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def key(self) -> str:
        return self.subject.key


class Area(Tracked):
    """A place with a government: city, district, street, town, township."""

    kind = models.CharField(max_length=16, choices=AreaKind.choices)
    code = models.CharField(max_length=12, blank=True, help_text="GB/T 2260 / statistical code")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )


class Organisation(Tracked):
    """A department, a town's government, or the plan office."""

    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )


class User(AbstractUser):
    """A person with one role and, unless a reader, an organisation."""

    role = models.CharField(max_length=16, choices=Role.choices, default=Role.READER)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)

    @property
    def is_plan_office(self) -> bool:
        return self.role == Role.PLAN_OFFICE


class EvidenceFile(models.Model):
    """A file as received: its bytes lie under EVIDENCE_ROOT by SHA-256 and never change."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=128)
    size = models.PositiveIntegerField()
    sensitivity = models.CharField(max_length=16, choices=Sensitivity.choices, default=Sensitivity.INTERNAL)
    owner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        return Path(settings.EVIDENCE_ROOT) / self.sha256[:2] / self.sha256


class Place(models.Model):
    """A place in a file: `填报!H7`, `1204-1218` (characters of the text as read), or the whole file (empty)."""

    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="places")
    kind = models.CharField(max_length=8, choices=PlaceKind.choices)
    locator = models.CharField(max_length=128, blank=True)
    excerpt = models.TextField(blank=True, help_text="the cell's text or the sentence, for showing")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "kind", "locator"], name="place_once")
        ]

    def __str__(self) -> str:
        return f"{self.file}{' · ' if self.locator else ''}{self.locator}"


class Event(models.Model):
    """Who did what to what, when and why. Added only, in the transaction of the change itself."""

    stream = models.CharField(max_length=96)
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "seq"], name="event_seq_once")]
        indexes: ClassVar = [models.Index(fields=["verb", "at"])]

    def __str__(self) -> str:
        return f"{self.stream}#{self.seq} {self.verb}"


class Definition(models.Model):
    """One version of a definition out of a pack: the row rules, the YAML is its default and its export."""

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=96)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key", "version"], name="definition_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}@{self.version}"
