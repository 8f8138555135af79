"""The vocabularies of registers 台账, with labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """The ten themes that packs are sorted by; K: what all of them stand on."""

    M1 = "M1", _("Plans and targets")
    M2 = "M2", _("Reports and writing")
    M3 = "M3", _("Projects and construction")
    M4 = "M4", _("Land, space and networks")
    M5 = "M5", _("Industry and coordination")
    M6 = "M6", _("Services for enterprises and people")
    M7 = "M7", _("Requests and grassroots governance")
    M8 = "M8", _("Safety and supply")
    M9 = "M9", _("Green development")
    M10 = "M10", _("People's livelihood")
    K = "K", _("Common ground")


class RegisterShape(models.TextChoices):
    """What a register is like, and so how its page opens."""

    REGISTRY = "registry", _("Register")  # 台账
    PIPELINE = "pipeline", _("Pipeline")  # 分阶段推进
    CHECKLIST = "checklist", _("Checklist")  # 清单、专项行动
    WORKFLOW = "workflow", _("Workflow")
    MAP = "map", _("Map layer")
    SCHEDULE = "schedule", _("Schedule")
    INDICATOR = "indicator", _("Indicator ledger")


class Visible(models.TextChoices):
    """Who may see the entries."""

    PUBLIC = "public", _("Everyone")
    INTERNAL = "internal", _("Everyone signed in")
    OWNER = "owner", _("The owner and the plan office")


class Editor(models.TextChoices):
    """Who may change entries."""

    OWNER = "owner", _("The owning unit")
    TOWNS = "towns", _("Towns, their own entries")
    PLAN_OFFICE = "plan_office", _("Plan office")


class AttributeKind(models.TextChoices):
    STRING = "string", _("Text")
    INTEGER = "integer", _("Whole number")
    NUMBER = "number", _("Number")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Day")
    ENUM = "enum", _("Choice")
    REFERENCE = "reference", _("Reference")


class Geometry(models.TextChoices):
    NONE = "none", _("Not on the map")
    POINT = "point", _("Point")
    LINE = "line", _("Polyline")
    AREA = "area", _("Surface")
