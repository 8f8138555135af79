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


class PathKind(models.TextChoices):
    """How a target's year is expected to run. Which one judges is data of the target."""

    LINEAR = "linear", _("Months passed")  # 时间进度
    SHARE = "share", _("Usual course of the last three years")  # 近三年同期占比
    WORKING_DAYS = "working_days", _("Working days passed")
    TYPED = "typed", _("Set month by month")  # 序时目标


class TaskSource(models.TextChoices):
    """Where a task comes from (任务来源)."""

    REPORT = "report", _("Report")  # 政府工作报告、计划报告
    INSTRUCTION = "instruction", _("Leader's instruction")  # 领导批示
    MINUTES = "minutes", _("Minutes of a meeting")  # 会议纪要
    UPPER = "upper", _("Task package from above")  # 上级任务
    OTHER = "other", _("Other document")


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


class OrderState(models.TextChoices):
    """督办单."""

    ISSUED = "issued", _("Issued")  # 已下达
    ANSWERED = "answered", _("Answered")  # 已回复
    RETURNED = "returned", _("Answer returned")  # 已退回
    CLOSED = "closed", _("Closed")  # 已办结


class Stage(models.TextChoices):
    """How hard an open order presses, rising. Colours are shown as words and shapes too."""

    BLUE = "blue", _("Blue: reminder")  # 蓝色提醒
    ORANGE = "orange", _("Orange: warning")  # 橙色预警
    RED = "red", _("Red: accountability")  # 红色督办


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")


class MidtermRule(models.TextChoices):
    """How a five-year target is reckoned."""

    LEVEL = "level", _("Level in the last year")  # 期末值
    AVERAGE_GROWTH = "average_growth", _("Average growth a year")  # 年均增速
    CUMULATIVE = "cumulative", _("Sum over the five years")  # 五年累计
    HOLD = "hold", _("Held every year")  # 每年保持


class MidtermClass(models.TextChoices):
    ACHIEVED = "achieved", _("Achieved early")  # 提前实现
    AHEAD = "ahead", _("Faster than expected")  # 快于预期
    ON_COURSE = "on_course", _("As expected")  # 基本符合
    BEHIND = "behind", _("Lagging")  # 滞后
    UNKNOWN = "unknown", _("No data yet")


class IndexClass(models.TextChoices):
    """The R index as a second opinion: yearly change so far over the yearly change needed."""

    ON_TRACK = "on_track", _("On track to be met")
    MODERATE = "moderate", _("Moderate progress")
    LIMITED = "limited", _("Limited progress")
    AWAY = "away", _("Moving away from the target")


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


class PublicState(models.TextChoices):
    """How a promise stands, as the public is told."""

    KEPT = "kept", _("Kept")  # 已兑现
    NEARLY = "nearly", _("Nearly kept")  # 基本兑现
    ON_WAY = "on_way", _("Under way")  # 推进中
    BEHIND = "behind", _("Behind schedule")  # 进度滞后
    MISSED = "missed", _("Not kept")  # 未兑现
    NOT_TOLD = "not_told", _("Nothing reported yet")  # 尚无进展填报
