"""督办: orders, the answers to them, and extensions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import get_language

from tongjian.kernel.models import Organisation, Place
from tongjian.plans.choices import ExtensionState, OrderState, Stage, Verdict
from tongjian.plans.models.promises import Obligation, PlanYear, Task


class SupervisionOrder(models.Model):
    """督办单: opened from a red light or an overdue task; its owner answers for it by the deadline.

    raised: the stage that a person set; the stage shown is that or the one the rules give, whichever presses harder.
    """

    plan = models.ForeignKey(PlanYear, on_delete=models.PROTECT, related_name="orders")
    number = models.PositiveSmallIntegerField(help_text="running number within the plan's year")
    obligation = models.ForeignKey(
        Obligation, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="orders")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="orders")
    title = models.CharField(max_length=200)
    demand = models.TextField(help_text="what is to be done")
    light = models.CharField(max_length=8, help_text="the light when it was issued")
    cause = models.TextField(help_text="the sentence of that light")
    due = models.DateField()
    raised = models.CharField(max_length=8, choices=Stage.choices, default=Stage.BLUE)
    state = models.CharField(max_length=12, choices=OrderState.choices, default=OrderState.ISSUED)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="orders"
    )
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=models.Q(obligation=None, task__isnull=False)
                | models.Q(obligation__isnull=False, task=None),
                name="order_of_one_thing",
            ),
        ]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        english = (get_language() or "").startswith("en")
        return f"Order {self.number} of {self.plan.year}" if english else self.reference

    @property
    def reference(self) -> str:
        """As it stands on papers: 督办〔2022〕1号."""
        return f"督办〔{self.plan.year}〕{self.number}号"


class Reply(models.Model):
    """办理情况: what the owner of an order says was done, with evidence, and the plan office's verdict on it."""

    order = models.ForeignKey(SupervisionOrder, on_delete=models.PROTECT, related_name="replies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    text = models.TextField()
    evidence = models.ManyToManyField(Place, blank=True, related_name="replies")
    verdict = models.CharField(max_length=12, choices=Verdict.choices, default=Verdict.PENDING)
    note = models.TextField(blank=True, help_text="why it was returned, or a remark")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="replies"
    )
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "replies"
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.order}: {self.verdict}"


class Extension(models.Model):
    """延期: asked for before the task or order is due, with the reason and a new date; the plan office decides."""

    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="extensions")
    order = models.ForeignKey(
        SupervisionOrder, null=True, blank=True, on_delete=models.PROTECT, related_name="extensions"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    reason = models.TextField()
    old_due = models.CharField(max_length=10, help_text="2022-10 of a task, 2022-10-31 of an order")
    new_due = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(order=None, task__isnull=False) | models.Q(order__isnull=False, task=None),
                name="extension_of_one_thing",
            )
        ]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.task or self.order}: {self.old_due} → {self.new_due}"
