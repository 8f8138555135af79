"""What of an item can be mended: the form's fields, their labels and choices, the values as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound
from tongjian.plans.choices import Firmness, ItemKind
from tongjian.plans.models import IntakeItem

Label = str | Promise
Choices = Mapping[str, Label]

MILESTONES: Choices = {
    "前期": _("preparation"),
    "启动": _("start"),
    "开工": _("start of construction"),
    "推进": _("progress"),
    "过半": _("half done"),
    "完工": _("works finished"),
    "投用": _("in use"),
    "完成": _("completion"),
    "落地": _("settled"),
    "发布": _("publication"),
    "成立": _("set up"),
    "举办": _("held"),
}

KINDS: Choices = {
    "level": _("Level"),
    "growth": _("Growth"),
    "difference": _("Difference"),
    "share": _("Share"),
    "rate": _("Rate"),
    "rank": _("Rank"),
    "count": _("Count"),
    "duration": _("Duration"),
    "index": _("Index"),
    "threshold": _("Threshold"),
}
PROMISES: Choices = {
    "target": _("Target"),
    "project_milestone": _("Project milestone"),
    "task": _("Task"),
    "policy": _("Policy"),
    "event": _("Event"),
}
STATUSES: Choices = {"actual": _("Actual"), "estimate": _("Estimate"), "target": _("Target")}
BOUNDS: Choices = {b.value: b.label for b in Bound}
FIRMNESS: Choices = {f.value: f.label for f in Firmness}


@dataclass(frozen=True, slots=True)
class Spec:
    """One field: its name in the item's data, its label, its choices (empty: free text)."""

    name: str
    label: Label
    choices: Choices | None = None


SPECS: Mapping[str, Sequence[Spec]] = {
    ItemKind.FIGURE: (
        Spec("value", _("Value")),
        Spec("unit", _("Unit")),
        Spec("indicator", _("Indicator")),
        Spec("metric", _("Metric (key)")),
        Spec("period", _("Period (2022-01/2022-11)")),
        Spec("kind", _("Kind"), KINDS),
        Spec("status", _("Status"), STATUSES),
        Spec("bound", _("Bound"), BOUNDS),
        Spec("basis", _("Basis as printed")),
        Spec("scope", _("Whose, or which group")),
    ),
    ItemKind.COMMITMENT: (
        Spec("object", _("What")),
        Spec("action", _("Action")),
        Spec("kind", _("Kind"), PROMISES),
        Spec("metric", _("Metric (key)")),
        Spec("milestone", _("Milestone")),
        Spec("firmness", _("Firmness"), FIRMNESS),
        Spec("deadline", _("Deadline (2023 or 2023-06)")),
    ),
    ItemKind.ACHIEVEMENT: (
        Spec("object", _("What")),
        Spec("state", _("State")),
        Spec("period", _("Period (2022-01/2022-11)")),
    ),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of one item's form."""

    spec: Spec
    value: str


def fields_of(item: IntakeItem) -> list[Field]:
    return [Field(s, current(item, s.name)) for s in SPECS[item.kind]]


def current(item: IntakeItem, name: str) -> str:
    """The field as a form shows it; a range as 1-2."""
    if name == "metric":
        return item.metric.key if item.metric else ""
    value = item.data.get(name)
    if isinstance(value, list):
        return "-".join(str(v) for v in value)
    return "" if value is None else str(value)


def changes(item: IntakeItem, sent: Mapping[str, str]) -> dict[str, str]:
    """The fields that the form changes."""
    names = [s.name for s in SPECS[item.kind] if s.name in sent]
    return {n: sent[n].strip() for n in names if sent[n].strip() != current(item, n)}
