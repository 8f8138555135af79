"""Vocabularies of an assessment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdjustmentState(models.TextChoices):
    ASKED = "asked", _("Asked for")  # 待审
    GRANTED = "granted", _("Granted")  # 同意
    REFUSED = "refused", _("Refused")  # 不同意


class Difference(models.TextChoices):
    """Why a case counts otherwise with the city than with us, the first that applies."""

    UNKNOWN = "unknown", _("Not among our cases")  # 我方无此工单
    NOT_LISTED = "not_listed", _("Not on the city's list")  # 市级清单无此工单
    OTHER_MONTH = "other_month", _("Of another month with us")  # 归属月份不同
    NOT_COUNTED = "not_counted", _("Not counted by us in any month")  # 我方未纳入考核
    EXCLUDED_BY_THEM = "excluded_by_them", _("Taken out by the city")  # 市级剔除
    EXCLUDED_BY_US = "excluded_by_us", _("Taken out by us")  # 我方剔除
    OTHER_UNIT = "other_unit", _("Of another town with the city")  # 归属单位不同
    VERDICT = "verdict", _("Another verdict")  # 结论不同
