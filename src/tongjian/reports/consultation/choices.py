"""Vocabularies of consultation."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Handling(models.TextChoices):
    """What the plan office does with an opinion."""

    WAITING = "waiting", _("To be handled")  # 待处理
    ACCEPTED = "accepted", _("Adopted")  # 采纳
    PARTLY = "partly", _("Adopted in part")  # 部分采纳
    REJECTED = "rejected", _("Not adopted")  # 不采纳
