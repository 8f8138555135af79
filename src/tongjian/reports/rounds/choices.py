"""Vocabularies of reports written together."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EditionKind(models.TextChoices):
    """Which report of the year."""

    ANNUAL = "annual", _("Annual report")  # 计划执行情况报告
    MID_YEAR = "mid_year", _("Mid-year report")  # 上半年执行情况
    ADJUSTMENT = "adjustment", _("Plan adjustment")  # 计划调整方案
    BULLETIN = "bulletin", _("Bulletin of the month")  # 简报


class EditionState(models.TextChoices):
    """Where a report stands. The allowed steps are in rules.NEXT_STATE."""

    WRITING = "writing", _("Being written")  # 编写
    REVIEW = "review", _("With the leader")  # 送审
    SIGNED = "signed", _("Signed by a leader")  # 签发
    FROZEN = "frozen", _("Frozen")  # 定稿


class Way(models.TextChoices):
    """How a section's text came in."""

    TYPED = "typed", _("typed")
    DOCX = "docx", _("docx")
    XLSX = "xlsx", _("xlsx")
    CARRIED = "carried", _("from the edition before")
    RESTORED = "restored", _("an earlier version")


class Became(models.TextChoices):
    """What became of a promise that no section's words answer: said by the unit that leads it."""

    DONE = "done", _("Done")  # 已完成
    ONGOING = "ongoing", _("Under way")  # 推进中
    CARRIED = "carried", _("Carried into next year")  # 结转下年
    CHANGED = "changed", _("Replaced or adjusted")  # 调整
    DROPPED = "dropped", _("Not done")  # 未完成
