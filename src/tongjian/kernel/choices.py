"""The kernel's vocabularies, with labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    AREA = "area", _("Area")
    ORGANISATION = "organisation", _("Organisation")


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


class Sensitivity(models.TextChoices):
    PUBLIC = "public", _("Public")
    INTERNAL = "internal", _("Internal")
    PERSONAL = "personal", _("Personal")
