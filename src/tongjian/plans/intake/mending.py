"""Correcting what was read: which fields may be changed, and to what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound
from tongjian.facts.models import Metric
from tongjian.kernel.errors import TongjianError
from tongjian.plans.choices import Firmness, ItemKind
from tongjian.plans.intake import anchored
from tongjian.plans.models import IntakeItem
from tongjian.values import Number, Period, PeriodError

KINDS = frozenset(
    {"level", "growth", "difference", "share", "rate", "rank", "count", "duration", "index", "threshold"}
)
PROMISES = frozenset({"target", "project_milestone", "task", "policy", "event"})
STATUSES = frozenset({"actual", "estimate", "target"})


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that cannot be set so."""

    field: str
    code: str
    value: str

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % {"field": self.field, "value": self.value}


MESSAGES: Mapping[str, str | Promise] = {
    "plans.mend_field": _("The field %(field)s cannot be changed for this item."),
    "plans.mend_value": _("“%(value)s” is not a number. Write it as 12.5, or a range as 1-2."),
    "plans.mend_period": _("“%(value)s” is not a period. Write 2022, 2022-11 or 2022-01/2022-11."),
    "plans.mend_choice": _("“%(value)s” is not a choice for %(field)s."),
    "plans.mend_empty": _("%(field)s must not be empty."),
    "plans.mend_metric": _(
        "No metric has the key “%(value)s”. Choose one of the catalogue, or leave it empty."
    ),
    "plans.mend_long": _("%(field)s is too long: shorten it."),
}


class MendRefused(TongjianError):
    """Corrections that cannot be made; `problems` lists all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "plans.mend_refused",
            _("Nothing was changed: %(problems)s"),
            {"problems": " ".join(p.message for p in problems)},
        )


Check = Callable[[str], str | None]  # the code of what is wrong, None: nothing


def _choice(allowed: frozenset[str]) -> Check:
    return lambda value: None if value in allowed else "plans.mend_choice"


def _value(value: str) -> str | None:
    try:
        [Number.of(d) for d in _decimals(value)]
    except (InvalidOperation, ValueError):
        return "plans.mend_value"
    return None


def _period(value: str) -> str | None:
    try:
        Period.parse(value)
    except PeriodError:
        return "plans.mend_period"
    return None


def _text(value: str) -> str | None:
    return None if value.strip() else "plans.mend_empty"


def _free(value: str) -> str | None:
    return "plans.mend_long" if len(value) > 200 else None


FIELDS: Mapping[str, Mapping[str, Check]] = {
    ItemKind.FIGURE: {
        "value": _value,
        "unit": _free,
        "indicator": _free,
        "period": _period,
        "kind": _choice(KINDS),
        "status": _choice(STATUSES),
        "bound": _choice(frozenset(Bound.values)),
        "basis": _free,
        "comparator": _free,
        "scope": _free,
    },
    ItemKind.COMMITMENT: {
        "object": _text,
        "action": _text,
        "kind": _choice(PROMISES),
        "milestone": _free,
        "firmness": _choice(frozenset(Firmness.values)),
        "deadline": _period,
    },
    ItemKind.ACHIEVEMENT: {"object": _text, "state": _text, "period": _period},
}


def apply(item: IntakeItem, changes: Mapping[str, str]) -> None:
    """Set the item's fields (`metric` by its key, empty: none). Raises MendRefused naming every bad one."""
    problems = [p for f, v in changes.items() if (p := _problem(item, f, v)) is not None]
    if problems:
        raise MendRefused(problems)
    item.data.pop(anchored.KEY, None)  # a person's word goes before the file's own
    for field, value in changes.items():
        if field == "metric":
            item.metric = Metric.objects.filter(key=value).first()
        elif field == "value":
            numbers = _decimals(value)
            item.data["value"] = str(numbers[0]) if len(numbers) == 1 else [str(n) for n in numbers]
            item.data["decimals"] = max(Number.of(n).decimals for n in numbers)
        else:
            item.data[field] = value.strip() or _empty(field)


def _empty(field: str) -> str | None:
    return None if field in {"basis", "comparator", "scope", "milestone"} else ""


def _problem(item: IntakeItem, field: str, value: str) -> Problem | None:
    if field == "metric":
        known = not value or Metric.objects.filter(key=value).exists()
        return (
            None
            if known and item.kind != ItemKind.ACHIEVEMENT
            else Problem(field, "plans.mend_metric", value)
        )
    check = FIELDS[item.kind].get(field)
    code = "plans.mend_field" if check is None else check(value)
    return None if code is None else Problem(field, code, value[:60])


def _decimals(value: str) -> list[Decimal]:
    """One number, or the two ends of a range written 1-2 or 1—2."""
    text = value.strip().replace(",", "").replace("，", "").replace("—", "-").replace("–", "-")
    low, dash, high = text[1:].partition("-") if text else ("", "", "")
    return [Decimal(text[:1] + low), Decimal(high)] if dash else [Decimal(text)]
