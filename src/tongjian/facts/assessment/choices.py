"""Vocabularies of an assessment."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AdjustmentState(models.TextChoices):
    ASKED = "asked", _("Asked for")  # 待审
    GRANTED = "granted", _("Granted")  # 同意
    REFUSED = "refused", _("Refused")  # 不同意
