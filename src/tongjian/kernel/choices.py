"""The kernel's vocabularies, with labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    AREA = "area", _("Area")
    ORGANISATION = "organisation", _("Organisation")
    PROJECT = "project", _("Project")
    ENTERPRISE = "enterprise", _("Enterprise")
    SPACE = "space", _("Space")  # 地块、楼宇、管段
    ITEM = "item", _("Register entry")  # 台账条目
    FUND = "fund", _("Fund")


class AreaKind(models.TextChoices):
    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    TOWN = "town", _("Town")
    TOWNSHIP = "township", _("Township")


class Role(models.TextChoices):
    PLAN_OFFICE = "plan_office", _("Plan office")
    LEADER = "leader", _("Leader")  # 区领导: sees what all see, issues supervision orders
    DEPARTMENT = "department", _("Department or town")
    READER = "reader", _("Reader")


class PlaceKind(models.TextChoices):
    CELL = "cell", _("Workbook cell")
    SPAN = "span", _("Passage of a text")
    WHOLE = "whole", _("Whole file")
    MEASUREMENT = "measure", _("Measurement")  # 测算: the record of a count over rows


class Sensitivity(models.TextChoices):
    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    PERSONAL = "personal", _("Personal")


class FileSensitivity(models.TextChoices):
    """What a file may hold, as `Sensitivity`, and one class more: received, but not accepted by anybody."""

    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    RESTRICTED = "restricted", _("Restricted until accepted")  # 待采纳: refused, held, waiting for a verdict
    PERSONAL = "personal", _("Personal")


class CodeScheme(models.TextChoices):
    USCC = "uscc", _("Unified social credit code")  # 统一社会信用代码 GB 32100
    PROJECT = "project_code", _("Project code")  # 投资项目代码 GB/T 40058
    GB2260 = "gb2260", _("Administrative division code")  # GB/T 2260
    GB4754 = "gb4754", _("Industry class")  # GB/T 4754
    LOCAL = "local", _("Local number")  # 本地编号: no check


class Verdict(models.TextChoices):
    OK = "ok", _("Passes")
    WARNING = "warning", _("Questionable")
    BAD = "bad", _("Wrong")


class GeometryKind(models.TextChoices):
    POINT = "point", _("Point")
    LINE = "line", _("Polyline")
    AREA = "area", _("Surface")


class PassageResult(models.TextChoices):
    ENTERED = "entered", _("Entered")
    REOPENED = "reopened", _("Reopened")  # 退回: the one way back
    LEFT = "left", _("Left the track")  # 终止、出库
