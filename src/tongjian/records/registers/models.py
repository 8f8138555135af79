"""台账: one row of Item is one entry of one register. What its attributes mean stands in the register's definition."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from tongjian.kernel.models import Place, Tracked


class Item(Tracked):
    """台账条目. code: its number in the register. register_version: of the definition that it was last checked by.

    attributes: key → value as JSON: numbers as text with the places that the register declares, days in ISO, choices
    and references by key; what is not known is not there; personal ones sealed (personal.py). text: what a search finds it by (nothing personal).
    source: the workbook's row that it last came from; None: only typed into forms.
    """

    register = models.CharField(max_length=48)
    register_version = models.PositiveIntegerField()
    code = models.CharField(max_length=64)
    attributes = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    simulated = models.BooleanField(default=False, help_text="made up, for the sample")
    source = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "code"], name="register_code_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["register", "name", "subject"]),
            models.Index(fields=["register", "area", "subject"]),
            models.Index(fields=["register", "owner", "subject"]),
            models.Index(fields=["register", "changed_at", "subject"]),
        ]


class RegisterKey(models.Model):
    """The key of a register's personal attributes, itself encrypted. Dropping it erases their values everywhere."""

    name = models.CharField(max_length=48, unique=True)
    wrapped = models.BinaryField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """附件: a file that proves something of an entry; gates ask for its kind."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="attachments")
    kind = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "kind", "place"], name="attachment_once")
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.kind}"
