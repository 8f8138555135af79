"""Steps as forms: which fields a step asks for, and what a sent form says in the engine's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.records.cases import refusals, reply_check
from tongjian.records.cases.engine.case_types import KINDS, PAYLOAD, CaseType, Transition
from tongjian.records.cases.reply_check import Finding
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, whole

REPLY = "reply"


class StepFormRefused(TongjianError):
    """A field of a step's form that cannot be read."""


@dataclass(frozen=True, slots=True)
class StepField:
    """One field of a step. kind: unit, units, text, places, choice, moment, flag, score. values: as typed before.

    findings: of a reply typed before, what speaks against it; override: the reason to send it all the same.
    """

    name: str
    label: str
    kind: str
    needed: bool
    options: Sequence[tuple[str, str]] = ()
    values: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    override: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step that the user could take. first: the main one. open: its form is unfolded."""

    key: str
    label: str
    fields: Sequence[StepField]
    first: bool = False
    open: bool = False


def offered(
    steps: Sequence[Transition], case_type: CaseType, sent: QueryDict | None = None, kind: str = ""
) -> list[Step]:
    """The main one first, the others in the order of the type. sent: a refused form, shown as typed. kind: of the state."""
    main = main_step(steps, case_type, kind)
    told = sent or QueryDict()
    unfolded = told.get("step") or main
    return [
        Step(
            t.key,
            refusals.label(t.name),
            [_field(n, t, case_type, told if t.key == unfolded else QueryDict()) for n in (*t.needs, *t.may)],
            t.key == main,
            t.key == unfolded,
        )
        for t in sorted(steps, key=lambda t: t.key != main)
    ]


def main_step(steps: Sequence[Transition], case_type: CaseType, kind: str) -> str:
    """The step that people expect next: the first that leads on; while a follow-up is owed, the follow-up. "": none is."""
    here = KINDS.index(kind) if kind else -1
    on = [t for t in steps if t.target and KINDS.index(case_type.states[t.target].kind) > here]
    asking = [t for t in steps if t.does("survey")]
    if kind == "verifying" and asking and not any(t.when for t in on):
        return asking[0].key
    return on[0].key if on else ""


def _field(name: str, step: Transition, case_type: CaseType, sent: QueryDict) -> StepField:
    kind, offers = PAYLOAD.get(name, "text"), options(name, step, case_type)
    shown = "choice" if offers and kind not in {"flag", "score"} else kind
    values = sent.getlist(name)
    found = reply_check.check(values[0], reply_check.rules()) if name == REPLY and values else ()
    return StepField(
        name,
        refusals.field_label(name, case_type),
        "reply" if name == REPLY else shown,
        name in step.needs,
        offers,
        values,
        found,
        sent.get(reply_check.OVERRIDE, ""),
    )


def options(name: str, step: Transition, case_type: CaseType) -> Sequence[tuple[str, str]]:
    """What a field of a step offers, by key and name; empty: it is not a choice."""
    if name in step.options:
        return [(k, refusals.label(n)) for k, n in step.options[name].items()]
    if name == "outcome":
        return [(k, refusals.label(n)) for k, n in case_type.outcomes.items()]
    if name == "tier":
        return [(k, refusals.label(n)) for k, n in case_type.tiers.items()]
    return ()


def payload(
    request: Asked, step: Transition, case_type: CaseType, keep: Callable[[], list[int]]
) -> dict[str, Any]:
    """What the sent form says; fields left empty are not there. keep: keeps the files that came, gives their ids."""
    found: dict[str, Any] = {}
    for name in (*step.needs, *step.may):
        value = _value(name, request, keep)
        if value is not None and value != "" and value != []:
            found[name] = value
    override = request.POST.get(reply_check.OVERRIDE, "").strip()
    if REPLY in found and override:
        found[reply_check.OVERRIDE] = override
    return found


def _value(name: str, request: Asked, keep: Callable[[], list[int]]) -> Any:
    written = request.POST.get(name, "").strip()
    match PAYLOAD.get(name, "text"):
        case "unit":
            return whole(written)
        case "units":
            return [int(v) for v in request.POST.getlist(name) if v.isdigit()]
        case "places":
            return keep()
        case "flag":
            return {"yes": True, "no": False}.get(written)
        case "score":
            return whole(written)
        case "moment":
            return _moment(written)
    return written


def _moment(written: str) -> datetime | None:
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise StepFormRefused(
            "cases.moment", _("“%(got)s” is no moment. Write it as 2022-06-30 17:00."), {"got": written}
        ) from None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def units() -> list[Organisation]:
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))


def unit_names(ids: Sequence[int]) -> Mapping[int, str]:
    return {o.pk: str(o) for o in Organisation.objects.filter(pk__in=ids).select_related("subject")}


def choices(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of a field of the type's own form: as kept, and in the language of the page."""
    kept = [str(o) for o in given.get("enum", ())]
    named = given.get("enum_en", ()) if english() else ()
    if len(named) != len(kept):  # a type of the district's own that names none in English
        return [(o, o) for o in kept]
    return list(zip(kept, named, strict=True))


def worded(given: Mapping[str, Any], value: object) -> object:
    """A kept value of such a field as the page shows it."""
    return dict(choices(given)).get(str(value), value)
