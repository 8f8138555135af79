"""One case: what it says, its clocks with their reasons, who handles it, what happened, and the steps open to the user."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.said import Said
from tongjian.records.cases import (
    actions,
    attachments,
    catalogue,
    duplicates,
    exclusions,
    merging,
    queries,
    refusals,
    revealing,
    store,
    suggesting,
    timing,
)
from tongjian.records.cases.choices import Capacity, ExclusionState
from tongjian.records.cases.engine.case_types import CaseType, Transition
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.models import Case, Clock, Exclusion
from tongjian.web import uploads
from tongjian.web.cases import steps
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, now, typed, whole


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as the page shows it. why: the steps from its start to its due time."""

    row: Clock
    label: str
    why: Sequence[Said]
    over: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One step that was taken. words: what was said with it, by field."""

    at: datetime
    label: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hint:
    """A unit that the case could go to, and why."""

    unit: int
    name: str
    reason: Said
    percent: int | None


def _case(request: Asked, pk: int) -> Case:
    rows = queries.visible_to(request.user).select_related(
        "area__subject", "lead__subject", "subject", "cluster"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def case(request: Asked, pk: int) -> HttpResponse:
    return _page(request, pk)


def _page(request: Asked, pk: int, sent: QueryDict | None = None) -> HttpResponse:
    """sent: a step's form that was refused; its words stay where they were typed."""
    found, moment = _case(request, pk), now()
    case_type = catalogue.case_type(found.type)
    changes = store.changes_of(found.pk)
    offered = queries.steps_open_to(request.user, found, at=moment)
    held = queries.capacities(request.user, found)
    excluding = _exclusions(found, held)
    dispatching = any(t.key in {"dispatch", "designate"} for t in offered)
    context = {
        "case": found,
        "type_name": refusals.label(case_type.name),
        "state_name": _state(case_type, found.state),
        "tier_name": refusals.label(case_type.tiers[found.tier]) if found.tier in case_type.tiers else "",
        "outcome_name": refusals.label(case_type.outcomes[found.outcome]) if found.outcome in case_type.outcomes else "",
        "attrs": _attrs(found, case_type),
        "clocks": _clocks(found, case_type, moment),
        "assignments": found.assignments.select_related("unit__subject").order_by("since", "pk"),
        "surveys": found.surveys.order_by("round"),
        "timeline": _timeline(changes, case_type),
        "steps": steps.offered(offered, case_type, sent),
        "units": steps.units() if offered else (),
        "hints": _hints(found) if dispatching else (),
        "alike": _alike(request, found, moment) if found.is_open else (),
        "parties": found.parties.all(),
        "may_reveal": revealing.may_reveal(request.user, found),
        "repeats": revealing.repeats(request.user, found)[:5] if found.is_open else (),
        "files": attachments.of_case(request.user, found.pk),
        "exclusions": excluding,
        "may_ask": not found.is_open and Capacity.LEAD in held and not excluding,
        "reasons": exclusions.REASONS,
        "members": queries.visible_to(request.user).filter(pk__in=[m for m in merging.members(found) if m != found.pk]),
        "now": moment,
    }  # fmt: skip
    return render(request, "cases/case.html", context)


def _state(case_type: CaseType, key: str) -> str:
    return refusals.label(case_type.states[key].name) if key in case_type.states else key


def _attrs(found: Case, case_type: CaseType) -> list[tuple[str, object]]:
    given = case_type.form.get("properties", {})
    return [
        (_titled(given[k]), steps.worded(given[k], v))
        if k in given
        else (refusals.field_label(k, case_type), v)
        for k, v in found.attrs.items()
    ]


def _titled(given: Mapping[str, object]) -> str:
    return str(given.get("title_en" if english() else "title") or given.get("title", ""))


def _clocks(found: Case, case_type: CaseType, moment: datetime) -> list[ClockLine]:
    lines = []
    for row in found.clocks.select_related("unit__subject").order_by("started", "pk"):
        named = case_type.clocks.get(row.name)
        label = refusals.label(named.name) if named else row.name
        over = row.met is False or (row.stopped is None and row.due is not None and row.due < moment)
        lines.append(ClockLine(row, label, timing.why(store.clock_state(row)), over))
    return lines


def _timeline(changes: Sequence[Change], case_type: CaseType) -> list[Told]:
    """The newest first; the words as they were kept, masked."""
    told = []
    for change in reversed(changes):
        step = case_type.transitions.get(change.step)
        words = [
            (refusals.field_label(k, case_type), _worded(k, v, step, case_type))
            for k, v in change.words.items()
            if isinstance(v, str) and v
        ]
        told.append(Told(change.at, refusals.label(step.name) if step else _own(change.step), words))
    return told


def _worded(name: str, kept: str, step: Transition | None, case_type: CaseType) -> str:
    """What was said in a field: the name of a choice, words as they are."""
    if step is not None:
        return dict(steps.options(name, step, case_type)).get(kept, kept)
    if name == "decision" and kept in ExclusionState.values:
        return str(ExclusionState(kept).label)
    return str(exclusions.REASONS.get(kept, kept)) if name == "reason" else kept


def _own(step: str) -> str:
    """Steps that every type has."""
    known = {
        "register": _("Registered"),
        "attach": _("A file was attached"),
        "merge": _("Merged"),
        "link": _("Linked with another case"),
        "reveal": _("A person's data was shown"),
        "reckon": _("Due times were reckoned anew"),
        "erase": _("Persons' data was erased"),
        "import": _("Came in with the work orders"),
        "amend": _("Amended by the work orders"),
        "exclusion_asked": _("An exclusion was asked for"),
        "exclusion_decided": _("The exclusion was decided"),
        "exclusion_appealed": _("The decision was appealed against"),
        "unmerge": _("Taken out of the cluster"),
    }
    return known.get(step, step)


def _exclusions(found: Case, held: Collection[str]) -> list[tuple[Exclusion, object, str]]:
    """Each request for exclusion, its reason in words, and what the user may do with it: decide, appeal, nothing."""
    told: list[tuple[Exclusion, object, str]] = []
    for row in found.exclusions.order_by("asked_at"):
        waits = row.state in {ExclusionState.ASKED, ExclusionState.APPEALED}
        move = "decide" if waits and Capacity.DESK in held else ""
        move = "appeal" if row.state == ExclusionState.REFUSED and Capacity.LEAD in held else move
        told.append((row, exclusions.REASONS.get(row.reason, row.reason), move))
    return told


def _hints(found: Case) -> list[Hint]:
    given = suggesting.suggest(found)
    names = steps.unit_names([s.unit for s in given])
    return [
        Hint(
            s.unit,
            names.get(s.unit, ""),
            s.reason,
            None if s.confidence is None else round(s.confidence * 100),
        )
        for s in given
    ]


def _alike(request: Asked, found: Case, moment: datetime) -> list[duplicates.Alike]:
    alike = duplicates.alike(request.user, found.text, area=found.area_id, at=moment)
    return [a for a in alike if a.case.pk != found.pk]


@require_POST
def step(request: Asked, pk: int) -> HttpResponse:
    """One step, with the files that came along; refused with everything that is missing."""
    found = _case(request, pk)
    case_type = catalogue.case_type(found.type)
    transition = case_type.transitions.get(typed(request.POST.get("step")))

    def take() -> None:
        if transition is None:
            raise TongjianError("cases.no_step", _("This step is not open to this case."))
        if transition.key == "survey":
            _follow_up(request, found)
            return
        given = steps.payload(request, transition, case_type, lambda: _files(request, found.pk))
        actions.perform(found.pk, transition.key, given, by=request.user, at=now())

    return _done(request, pk, take, form=request.POST)


def _follow_up(request: Asked, found: Case) -> None:
    """回访: the survey, and then redo or close as the type says."""
    flag = {"yes": True, "no": False}
    actions.follow_up(
        found.pk,
        reached=flag.get(request.POST.get("reached", ""), False),
        solved=flag.get(request.POST.get("solved", "")),
        score=whole(request.POST.get("score")),
        words=request.POST.get("words", "").strip(),
        by=request.user,
        at=now(),
    )


def _files(request: Asked, pk: int) -> list[int]:
    sent = uploads.several(request, "files")
    return [attachments.attach(pk, u.data, u.name, what="proof", by=request.user, at=now()).pk for u in sent]


@require_POST
def attach(request: Asked, pk: int) -> HttpResponse:
    def keep() -> None:
        sent = uploads.one(request)
        attachments.attach(
            pk, sent.data, sent.name, what=typed(request.POST.get("what")), by=request.user, at=now()
        )

    return _done(request, pk, keep)


@require_POST
def reveal(request: Asked, pk: int, party: int) -> HttpResponse:
    """A person in full, once, for a reason that the log keeps."""
    found = _case(request, pk)
    get_object_or_404(found.parties, pk=party)

    def show() -> None:
        person = revealing.reveal(party, reason=typed(request.POST.get("reason")), by=request.user, at=now())
        messages.info(
            request,
            _("Shown once: %(value)s") % {"value": f"{person.name} {person.phone} {person.address}".strip()},
        )

    return _done(request, pk, show, told=False)


@require_POST
def merge(request: Asked, pk: int) -> HttpResponse:
    """Into one cluster with another case, or out of it again."""
    into = whole(request.POST.get("into"))

    def join() -> None:
        if into is None:
            merging.unmerge(pk, by=request.user, at=now())
        else:
            merging.merge([pk], into, by=request.user, at=now())

    return _done(request, pk, join)


@require_POST
def exclude(request: Asked, pk: int) -> HttpResponse:
    """Asked for, decided by somebody else, appealed once."""
    how, words = request.POST.get("how", "ask"), request.POST.get("words", "").strip()
    one = whole(request.POST.get("exclusion")) or 0

    def step() -> None:
        if how == "ask":
            exclusions.ask(
                pk, reason=typed(request.POST.get("reason")), words=words, by=request.user, at=now()
            )
        elif how == "appeal":
            exclusions.appeal(one, words=words, by=request.user, at=now())
        else:
            exclusions.decide(one, grant=how == "grant", words=words, by=request.user, at=now())

    return _done(request, pk, step)


def _done(
    request: Asked, pk: int, take: Callable[[], None], *, told: bool = True, form: QueryDict | None = None
) -> HttpResponse:
    """Back to the case, or to the desk where the step took it out of the user's sight. form: shown again if refused."""
    _case(request, pk)
    try:
        take()
    except TongjianError as error:
        if form is not None:
            return refuse(request, error, lambda: _page(request, pk, form))
        messages.error(request, str(error))
    else:
        if told:
            messages.success(request, _("Recorded."))
    seen = queries.visible_to(request.user).filter(pk=pk).exists()
    return redirect("cases:case", pk) if seen else redirect("cases:desk")
