"""Vocabularies of facts. Printed words map to them in packs, never in code."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MetricKind(models.TextChoices):
    FLOW = "flow", _("Flow")  # 流量: over a period, adds up
    STOCK = "stock", _("Stock")  # 存量: at a moment
    RATIO = "ratio", _("Ratio")  # 比率
    INDEX = "index", _("Index")  # 指数、得分
    RANK = "rank", _("Rank")  # 本身即位次


class Direction(models.TextChoices):
    UP = "up", _("More is better")
    DOWN = "down", _("Less is better")
    NONE = "none", _("Neutral")


class Measure(models.TextChoices):
    LEVEL = "level", _("Level")
    GROWTH = "growth", _("Growth")
    DIFFERENCE = "difference", _("Difference")
    RANK = "rank", _("Rank")
    SHARE = "share", _("Share")
    COMPLETION = "completion", _("Completion")


class Basis(models.TextChoices):
    NATURAL = "natural", _("As recorded")  # 自然口径
    RESTATED = "restated", _("Restated")  # 还原口径
    COMPARABLE = "comparable", _("Comparable")  # 同口径
    CONSTANT_PRICE = "constant_price", _("Constant prices")  # 不变价
    CUMULATIVE_TOTAL = "since_start", _("Since the start")  # 自开始累计


class Comparator(models.TextChoices):
    NONE = "", _("None")
    LAST_YEAR = "last_year", _("Same period last year")
    CITY = "city", _("Whole city")
    TARGET = "target", _("Target")


class PeriodKind(models.TextChoices):
    SINGLE = "single", _("Single period")
    CUMULATIVE = "cumulative", _("Since January")
    POINT = "point", _("End of period")


class Bound(models.TextChoices):
    EQ = "eq", _("equal to")
    APPROX = "approx", _("about")
    GT = "gt", _("above")
    GE = "ge", _("at least")
    LT = "lt", _("just under")
    LE = "le", _("at most")
    OVER = "over", _("over")


class FactStatus(models.TextChoices):
    ESTIMATE = "estimate", _("Estimate")  # 预计
    FLASH = "flash", _("Flash")  # 快报
    ACTUAL = "actual", _("Actual")  # 实际
    REVISED = "revised", _("Revised")  # 修订


class FactSource(models.TextChoices):
    """Where a fact came from. The order is that of precedence: what was counted over the records goes before what a
    department reported, and that before the same figure read in a report.
    """

    MEASURED = "measured", _("Measured over the records")  # 测算
    COLLECTION = "collection", _("Department's workbook")
    DOCUMENT = "document", _("Published document")


_PLACES = {source: place for place, source in enumerate(FactSource.values)}


def precedence(source: str) -> int:
    """0 goes first."""
    return _PLACES[source]


class Frequency(models.TextChoices):
    """How often a metric is reported."""

    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")
    HALF = "half", _("Half-yearly")
    YEAR = "year", _("Yearly")


class SubmissionState(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    UNCHANGED = "unchanged", _("Nothing new")
    REFUSED = "refused", _("Refused")
    HELD = "held", _("Held")  # 待核: nothing written until its hard findings are overridden


class PackageState(models.TextChoices):
    OPEN = "open", _("Awaited")  # 待报
    SUBMITTED = "submitted", _("Submitted")  # 已报待审
    RETURNED = "returned", _("Returned")  # 退回
    APPROVED = "approved", _("Approved")  # 审定
    LOCKED = "locked", _("Locked")  # 锁定


class Outcome(models.TextChoices):
    """What became of one file of a delivery."""

    TAKEN = "taken", _("Taken in")  # a submission stands for it, accepted or not
    UNRECOGNISED = "unrecognised", _("Not recognised")
    IGNORED = "ignored", _("Left aside")


class SourceState(models.TextChoices):
    """What a metric's definition rests on (定义依据)."""

    OFFICIAL = "official", _("A published system or rule")  # 统计报表制度、标准、法规
    DEPARTMENT = "department", _("A department's own practice")  # 部门口径
    ILLUSTRATIVE = "illustrative", _("Illustrative")  # 示意


class Recognised(models.TextChoices):
    """By what the sender of a workbook was known."""

    TEMPLATE = "template", _("Template number")
    MAPPING = "mapping", _("Saved column mapping")
    NAME = "name", _("Name of the file or folder")
    NONE = "", _("Nothing")
