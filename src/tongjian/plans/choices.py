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
    ACCEPTED = "accepted", _("Adopted")
    DROPPED = "dropped", _("Dropped")


class IntakeState(models.TextChoices):
    OPEN = "open", _("Being checked")
    RECORDED = "recorded", _("On the ledger")


class Outcome(models.TextChoices):
    """What recording made of an item, or why it made nothing."""

    FACT = "fact", _("On the ledger as a fact")
    FACT_KNOWN = "fact_known", _("The ledger already holds this fact")
    OBLIGATION = "obligation", _("On the ledger as a target")
    TASK = "task", _("On the ledger as a task")
    TASK_NO_NUMBER = "task_no_number", _("A target without a number: on the ledger as a task")
    TASK_NO_METRIC = (
        "task_no_metric",
        _("A target without a metric in the catalogue: on the ledger as a task"),
    )
    FOR_TARGET = "for_target", _("Gives its number to a target")
    TARGET_FIGURE = "target_figure", _("A number of the plan: kept with its clause, no fact")
    NOTED = "noted", _("Kept as read; an achievement makes no row of its own")
    NO_METRIC = "no_metric", _("Nothing recorded: no metric of the catalogue is linked")
    RANGE = "range", _("Nothing recorded: a range is no single value")
    IMPLIED = "implied", _("Nothing recorded: only a direction is said, no number")
    NO_PLAN = "no_plan", _("Nothing recorded: the text plans no year")
    NO_PERIOD = "no_period", _("Nothing recorded: its period is not known")
    UNIT = "unit", _("Nothing recorded: its unit does not convert into the metric's")
    MEASURE = "measure", _("Nothing recorded: this kind of number is no measure of a metric")
    CONFLICT = "conflict", _("Nothing recorded: the report gives another value for the same fact elsewhere")
    TOO_LARGE = "too_large", _("Nothing recorded: the number is too large for the ledger")
