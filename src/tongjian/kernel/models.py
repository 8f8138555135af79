"""人地时据: who, where, when, and by what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import get_language

from tongjian.kernel.choices import (
    AreaKind,
    CodeScheme,
    FileSensitivity,
    GeometryKind,
    PassageResult,
    PlaceKind,
    Role,
    Sensitivity,
    SubjectKind,
    Verdict,
)
from tongjian.kernel.fields import OrderedJSONField
from tongjian.values import Number


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


class Nested(models.Model):
    """A subject in a tree. `path` holds the keys from the top, each closed by a slash."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True)
    path = models.CharField(max_length=255, unique=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def key(self) -> str:
        return str(self.subject.key)


class Area(Nested):
    """A place with a government: city, district, street, town, township."""

    kind = models.CharField(max_length=16, choices=AreaKind.choices)
    code = models.CharField(max_length=12, blank=True, help_text="GB/T 2260 / statistical code")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )


class Organisation(Nested):
    """A department, a town's government, or the plan office."""

    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )


class Tracked(models.Model):
    """What every record of a long-lived thing carries: lists, filters and permissions need this one table.

    name: the subject's label, repeated here for sorting. owner: who keeps the record. archived_at: out of use since.
    """

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True)
    name = models.CharField(max_length=128)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        "kernel.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sensitivity = models.CharField(max_length=16, choices=Sensitivity.choices, default=Sensitivity.INTERNAL)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="of the last change; the mirror takes rows by it")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.name)

    @property
    def key(self) -> str:
        return str(self.subject.key)


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
    sensitivity = models.CharField(
        max_length=16, choices=FileSensitivity.choices, default=FileSensitivity.INTERNAL
    )
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


class Seal(models.Model):
    """封存: the events with keys `first` to `last` as they were at `at`; previous: the digest of the seal before."""

    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.first}–{self.last} {self.digest[:12]}"


class Definition(models.Model):
    """One version of a definition out of a pack: the row rules, the YAML is its default and its export."""

    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=96)
    version = models.PositiveIntegerField()
    body = OrderedJSONField()
    digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "key", "version"], name="definition_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}@{self.version}"


class Code(models.Model):
    """编码: an identifier of a subject in a scheme, with the verdict of the scheme's own check."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="codes")
    scheme = models.CharField(max_length=24, choices=CodeScheme.choices)
    value = models.CharField(max_length=64)
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    note = models.CharField(max_length=200, blank=True, help_text="what the check says, as code and params")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day; empty: still in use")
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "scheme", "value"], name="code_once")
        ]
        indexes: ClassVar = [models.Index(fields=["scheme", "value"])]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"


class Relation(models.Model):
    """关系: a dated, sourced link between two subjects; `role` says what `object` is to `subject`.

    share: of a whole of 1, with its printed places; None: the link is not a share.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="relations")
    role = models.CharField(max_length=32)
    object = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="related")
    share_mantissa = models.BigIntegerField(null=True)
    share_decimals = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="last day; empty: still so")
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "role", "object", "since"], name="relation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["object", "role"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.role} {self.object}"

    @property
    def share(self) -> Number | None:
        return None if self.share_mantissa is None else Number(self.share_mantissa, self.share_decimals)


class Shape(models.Model):
    """图形: where a subject lies, as a GeoJSON geometry in CGCS2000 longitude and latitude, with its box."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, primary_key=True, related_name="shape")
    kind = models.CharField(max_length=8, choices=GeometryKind.choices)
    geometry = models.JSONField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["west", "east", "south", "north"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"


class Passage(models.Model):
    """通过: a subject entered a stage of a track on a day, by whose decision and on what evidence. Added only.

    version: of the track's definition that ruled. result: a stage is left backwards only by a reopening.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="passages")
    track = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    seq = models.PositiveIntegerField(help_text="of the subject on this track")
    stage = models.CharField(max_length=48)
    result = models.CharField(max_length=12, choices=PassageResult.choices, default=PassageResult.ENTERED)
    on = models.DateField()
    note = models.TextField(blank=True)
    evidence = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "track", "seq"], name="passage_seq_once")
        ]
        indexes: ClassVar = [models.Index(fields=["track", "stage", "on"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.track}/{self.stage} {self.on}"


class Standing(models.Model):
    """现状: where a subject stands on a track. The projection of its last passage, never typed in."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="standings")
    track = models.CharField(max_length=64)
    stage = models.CharField(max_length=48)
    since = models.DateField()
    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subject", "track"], name="standing_once")]
        indexes: ClassVar = [models.Index(fields=["track", "stage"])]

    def __str__(self) -> str:
        return f"{self.subject} {self.track}/{self.stage}"
