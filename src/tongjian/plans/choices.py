"""Vocabularies of plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")


class Nature(models.TextChoices):
    ANTICIPATED = "anticipated", _("Anticipated")  # 预期性
    BINDING = "binding", _("Binding")  # 约束性


class Firmness(models.TextChoices):
    HARD = "hard", _("Firm")
    SOFT = "soft", _("Soft")


class Light(models.TextChoices):
    GREEN = "green", _("On track")
    YELLOW = "yellow", _("Watch")
    RED = "red", _("Behind")
    NOT_DUE = "not_due", _("Not due yet")  # 未到期
    NO_DATA = "no_data", _("No data yet")  # 暂无数据


class Claim(models.TextChoices):
    DONE = "done", _("Done")
    ON_TRACK = "on_track", _("On track")
    BEHIND = "behind", _("Behind")
    BLOCKED = "blocked", _("Blocked")


class Verdict(models.TextChoices):
    PENDING = "pending", _("Waiting for the plan office")
    CONFIRMED = "confirmed", _("Confirmed")
    RETURNED = "returned", _("Returned")


class ItemKind(models.TextChoices):
    FIGURE = "figure", _("Figure")
    COMMITMENT = "commitment", _("Commitment")
    ACHIEVEMENT = "achievement", _("Achievement")


class ItemState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    ACCEPTED = "accepted", _("Accepted")
    DROPPED = "dropped", _("Dropped")


class IntakeState(models.TextChoices):
    OPEN = "open", _("Being checked")
    RECORDED = "recorded", _("On the ledger")
