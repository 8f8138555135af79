"""Tables of cases. `Case` is the projection of its events (stream cases.case/<id>); the rest hangs on it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tongjian.kernel.models import Area, EvidenceFile, Organisation, Place, Subject
from tongjian.records.cases.choices import (
    Channel,
    ExclusionState,
    LinkKind,
    PartyRole,
    StateKind,
    UnitResult,
    UnitRole,
    Visibility,
)

OPEN = ~Q(kind=StateKind.CLOSED)


class Delivery(models.Model):
    """收文: a file of work orders that came in. Its bytes go when the first of its cases is past retention."""

    source = models.CharField(max_length=32)
    file = models.ForeignKey(EvidenceFile, null=True, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    received = models.PositiveIntegerField(help_text="cases that were new")
    amended = models.PositiveIntegerField(help_text="cases known already whose row had changed")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d}"


class Case(models.Model):
    """办件: one matter handled against a clock. Columns as in `engine.state.CaseState`, and the citizen's words, masked.

    title, text, place: personal data masked; emptied after retention. changed_at: the mirror takes rows by it.
    """

    type = models.CharField(max_length=32)
    type_version = models.PositiveIntegerField()
    state = models.CharField(max_length=32)
    kind = models.CharField(max_length=12, choices=StateKind.choices)
    seq = models.PositiveIntegerField(help_text="of the last event")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.OTHER)
    source = models.CharField(max_length=32, blank=True)
    source_id = models.CharField(max_length=64, null=True, blank=True)  # noqa: DJ001 - null: no source, so not unique
    source_digest = models.CharField(max_length=32, blank=True)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.SET_NULL, db_index=False, related_name="cases"
    )
    category = models.CharField(max_length=96, blank=True)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    tier = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    asking = models.CharField(max_length=16, blank=True, help_text="what waits for an approval")
    supervised = models.BooleanField(default=False)  # 挂牌督办
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.INTERNAL)
    subject = models.ForeignKey(
        Subject, null=True, on_delete=models.PROTECT, db_index=False, related_name="cases"
    )
    lead = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    first_lead = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    opened_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)
    hops = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    redos = models.PositiveSmallIntegerField(default=0)
    responded_in_time = models.BooleanField(null=True)
    resolved_in_time = models.BooleanField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    surveyed_at = models.DateTimeField(null=True)
    reached = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    excluded = models.BooleanField(default=False)
    cluster = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_index=False, related_name="members"
    )
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, db_index=False, related_name="parts"
    )
    retain_until = models.DateField(null=True)
    simulated = models.BooleanField(default=False)
    attrs = models.JSONField(default=dict)
    sketch = models.BinaryField(null=True)  # of the text, for near-duplicates: see likeness
    changed_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "source_id"], name="case_source_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["type", "kind", "due_at", "id"], condition=OPEN, name="case_open_kind"),
            models.Index(fields=["kind", "due_at", "id"], condition=OPEN, name="case_open_stage"),
            models.Index(fields=["lead", "due_at", "id"], condition=OPEN, name="case_open_lead"),
            models.Index(fields=["due_at", "id"], condition=OPEN, name="case_open_due"),
            models.Index(fields=["opened_at", "id"], name="case_opened"),
            models.Index(fields=["area", "opened_at", "id"], name="case_area"),
            models.Index(fields=["lead", "opened_at", "id"], name="case_lead"),
            models.Index(fields=["category", "opened_at", "id"], name="case_category"),
            models.Index(
                fields=["lead", "surveyed_at", "id"], condition=Q(solved=False), name="case_unsolved"
            ),
            models.Index(fields=["opened_at", "id"], condition=Q(returns__gt=0), name="case_returned"),
            models.Index(fields=["asking", "due_at", "id"], condition=~Q(asking=""), name="case_asking"),
            models.Index(fields=["opened_at", "id"], condition=Q(supervised=True), name="case_supervised"),
            models.Index(fields=["changed_at", "id"], name="case_changed"),
            models.Index(
                fields=["retain_until"], condition=Q(retain_until__isnull=False), name="case_retain"
            ),
            models.Index(fields=["cluster"], condition=Q(cluster__isnull=False), name="case_cluster"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="case_parent"),
            models.Index(fields=["subject"], condition=Q(subject__isnull=False), name="case_subject"),
            models.Index(fields=["delivery"], condition=Q(delivery__isnull=False), name="case_delivery"),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()

    @property
    def ref(self) -> str:
        """The number by which people call the case: 202211-1042."""
        return f"{timezone.localtime(self.opened_at):%Y%m}-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.kind != StateKind.CLOSED


class Assignment(models.Model):
    """承办: a unit's part in a case: lead, joint or advising, from when to when, and how it ended."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="assignments")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="+")
    role = models.CharField(max_length=8, choices=UnitRole.choices)
    hop = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, choices=UnitResult.choices, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case"], name="assignment_case"),
            models.Index(fields=["unit", "case", "role"], name="assignment_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.role}"


class Clock(models.Model):
    """时限: one run of a clock of a case. paused: spans as [from, to]; `allow` and `policy` say what it was set by."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="clocks")
    name = models.CharField(max_length=24)
    unit = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    round = models.PositiveSmallIntegerField(default=1)
    allow = models.CharField(max_length=12, blank=True)
    policy = models.PositiveIntegerField()
    started = models.DateTimeField()
    due = models.DateTimeField()
    paused = models.JSONField(default=list)
    stopped = models.DateTimeField(null=True)
    met = models.BooleanField(null=True)
    fixed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case"], name="clock_case"),
            models.Index(
                fields=["unit", "due"], condition=Q(stopped__isnull=True), name="clock_unit_running"
            ),
            models.Index(fields=["name", "id"], condition=Q(stopped__isnull=True), name="clock_running"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due:%Y-%m-%d %H:%M}"


class RecordKey(models.Model):
    """The key of one set of personal records (type and month), itself encrypted. Dropping it erases the set everywhere."""

    name = models.CharField(max_length=48, unique=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """当事人: who a case is from or about. Only `sealed` knows them; what is shown is masked.

    sealed: name, phone, id number, address, the source's words as they came, under the key. phone_hash: a keyed hash,
    for finding repeat callers without their number.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField(max_length=12, choices=PartyRole.choices)
    key = models.ForeignKey(RecordKey, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    shown_name = models.CharField(max_length=32, blank=True)
    shown_phone = models.CharField(max_length=24, blank=True)
    phone_hash = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone_hash", "case"], condition=~Q(phone_hash=""), name="party_phone")
        ]

    def __str__(self) -> str:
        return self.shown_name


class Survey(models.Model):
    """回访: one round. independent: the caller belonged to none of the handling units."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, db_index=False, related_name="surveys")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by_unit = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    independent = models.BooleanField()
    reached = models.BooleanField()
    solved = models.BooleanField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "round"], name="survey_once")]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.round}"


class Exclusion(models.Model):
    """剔除: a unit asks that a case does not count; somebody else decides; one appeal."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.CharField(max_length=32)
    words = models.TextField(blank=True)
    evidence = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=ExclusionState.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"], name="exclusion_state")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Link(models.Model):
    """关联: `source` is a duplicate, a part, the promotion … of `target`. Undone, never deleted."""

    source = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    target = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="linked")
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "kind", "target"], condition=Q(undone_at__isnull=True), name="link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id or self.subject_id}"


class Attachment(models.Model):
    """附件: a photo or document of a case, cleaned of its metadata. original_sha256: of the file as it came."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=24, blank=True, help_text="before, after, proof, letter")
    original_sha256 = models.CharField(max_length=64)
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.INTERNAL)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.file)


class SearchMark(models.Model):
    """How far the search index goes: cases up to this id are in it, later ones are looked through."""

    upto = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.upto)


class LearnedRouting(models.Model):
    """派单模型: what was learned from the installation's own dispatches; the newest of a type counts."""

    type = models.CharField(max_length=32)
    cases = models.PositiveIntegerField()
    trained_at = models.DateTimeField()
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.type} {self.trained_at:%Y-%m-%d}"


# Service packages, reply templates and changes of clock policies have their tables in modules of their own; Django
# finds them here.
from tongjian.records.cases.packages.models import Contact, Measure, ServicePackage, Visit  # noqa: E402
from tongjian.records.cases.policies.models import PolicyChange  # noqa: E402
from tongjian.records.cases.template_models import ReplyTemplate  # noqa: E402

__all__ = ["Contact", "Measure", "PolicyChange", "ReplyTemplate", "ServicePackage", "Visit"]
