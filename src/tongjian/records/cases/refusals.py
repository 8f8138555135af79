"""Why a step was refused, as sentences: code, what fills it, in the reader's language, all reasons at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import StepNotAllowed
from tongjian.records.cases.choices import Capacity
from tongjian.records.cases.engine.case_types import CaseType, Name
from tongjian.records.cases.engine.deciding import Why

MESSAGES: Mapping[str, str | Promise] = {
    "cases.unknown_step": _("This type of case has no step %(step)s."),
    "cases.wrong_state": _("The case is in the state %(state)s; this step starts from %(sources)s."),
    "cases.not_yours": _("This step is taken by %(by)s."),
    "cases.condition": _("%(field)s must be %(op)s %(value)s, and is %(found)s."),
    "cases.too_late": _("This step was open for %(allow)s from %(since)s."),
    "cases.wanting": _("%(field)s is missing."),
    "cases.not_asked_for": _("This step does not ask for %(field)s."),
    "cases.bad_value": _("%(field)s cannot be %(value)s."),
    "cases.past": _("%(field)s lies in the past."),
    "cases.unit_twice": _("The unit with the number %(unit)s works on the case already."),
    "cases.unit_unknown": _("There is no unit with the number %(unit)s."),
    "cases.form": _("%(field)s: %(what)s"),
}
FIELDS: Mapping[str, str | Promise] = {
    "lead": _("Lead unit"),
    "joint": _("Joint units"),
    "advise": _("Advising units"),
    "reason": _("Reason"),
    "reply": _("Reply"),
    "words": _("Remarks"),
    "text": _("What is said"),
    "plan": _("Plan of action"),
    "evidence": _("Evidence"),
    "proof": _("Proof of completion"),
    "outcome": _("Outcome"),
    "tier": _("Grade"),
    "category": _("Category"),
    "until": _("Until"),
    "override": _("Why the reply stands as it is"),
    "reached": _("Whether somebody was reached"),
    "solved": _("Whether it is solved"),
    "score": _("Satisfaction"),
    "independent": _("Whether the caller is independent"),
    "hops": _("Number of dispatches"),
    "returns": _("Number of returns"),
    "redos": _("Number of times done again"),
    "rounds": _("Number of follow-ups"),
    "asking": _("What waits for approval"),
    "supervised": _("Listed supervision"),
}
OPS: Mapping[str, str | Promise] = {
    "in": _("one of"),
    "lt": _("below"),
    "le": _("at most"),
    "gt": _("above"),
    "ge": _("at least"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason as people read it."""

    code: str
    message: str


class StepRefused(StepNotAllowed):
    """The step was not taken. `reasons`: everything that speaks against it; `missing`: fields to fill in."""

    def __init__(self, ref: str, whys: Sequence[Why], case_type: CaseType) -> None:
        self.whys = tuple(whys)
        self.case_type = case_type
        super().__init__(
            "cases.refused",
            _("Case %(ref)s: the step was not taken. %(reasons)s"),
            {"ref": ref, "reasons": ""},
        )

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(Reason(w.code, sentence(w, self.case_type)) for w in self.whys)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(str(w.params["field"]) for w in self.whys if w.code == "cases.wanting")

    @property
    def stands(self) -> bool:
        """Whether it would be refused even with every field filled in."""
        return any(w.code != "cases.wanting" for w in self.whys)

    def __str__(self) -> str:
        reasons = " ".join(r.message for r in self.reasons)
        return str(self.message) % {**self.params, "reasons": reasons}


def sentence(why: Why, case_type: CaseType) -> str:
    """In the active language."""
    return str(MESSAGES[why.code]) % {k: _word(k, v, case_type) for k, v in why.params.items()}


def label(name: Name) -> str:
    return name.en if (get_language() or "").startswith("en") else name.zh


def field_label(name: str, case_type: CaseType) -> str:
    """Of a payload field, a column, or a field of the form."""
    if name in FIELDS:
        return str(FIELDS[name])
    form = case_type.form.get("properties", {}).get(name, {})
    english = (get_language() or "").startswith("en")
    return str(form.get("title_en" if english else "title", name))


def _word(key: str, value: Any, case_type: CaseType) -> str:
    if key in {"state", "sources"}:
        return _joined(_state(s, case_type) for s in ([value] if isinstance(value, str) else value))
    if key == "by":
        return _joined(str(Capacity(c).label) for c in value)
    if key == "field":
        return field_label(str(value), case_type)
    if key == "op":
        return str(OPS[value])
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, tuple):
        return _joined(_plain(v) for v in value)
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return say("empty")
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    return str(value)


def _state(key: str, case_type: CaseType) -> str:
    found = case_type.states.get(key)
    return label(found.name) if found else key


def _joined(words: Any) -> str:
    return (", " if (get_language() or "").startswith("en") else "、").join(words)
