"""One case: what it says, its clocks with their reasons, who handles it, what happened, and the steps open to the user."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.kernel.models import User
from tongjian.kernel.said import Said
from tongjian.records.cases import (
    attachments,
    catalogue,
    courses,
    duplicates,
    exclusions,
    merging,
    queries,
    refusals,
    revealing,
    store,
    suggesting,
    templates,
    timing,
)
from tongjian.records.cases.choices import Capacity, ExclusionState, UnitRole
from tongjian.records.cases.engine.case_types import CaseType, Transition
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.models import Case, Clock, Exclusion
from tongjian.web.cases import steps
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, now


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A clock as the page shows it. why: the steps from its start to its due time."""

    row: Clock
    label: str
    why: Sequence[Said]
    over: bool

    @property
    def tells(self) -> bool:
        """Whether it runs, or was not met: what stands above the fold."""
        return self.over or self.row.stopped is None


@dataclass(frozen=True, slots=True)
class Told:
    """One step that was taken. by: who and of which unit; words: what was said with it, by field."""

    at: datetime
    label: str
    by: str
    words: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hint:
    """A unit that the case could go to, and why."""

    unit: int
    name: str
    reason: Said
    percent: int | None


def case_of(request: Asked, pk: int) -> Case:
    rows = queries.visible_to(request.user).select_related(
        "area__subject", "lead__subject", "subject", "cluster"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
def case(request: Asked, pk: int) -> HttpResponse:
    return case_page(request, pk)


def case_page(request: Asked, pk: int, sent: QueryDict | None = None) -> HttpResponse:
    """sent: a step's form that was refused; its words stay where they were typed."""
    found, moment = case_of(request, pk), now()
    case_type = catalogue.case_type(found.type)
    changes = store.told_of(found.pk)
    offered = queries.steps_open_to(request.user, found, at=moment)
    held = queries.capacities(request.user, found)
    excluding = _exclusions(found, held, request.user.pk)
    dispatching = any(t.key in {"dispatch", "designate"} for t in offered)
    clocks, joined = _clocks(found, case_type, moment), set(merging.members(found))
    context = {
        "case": found,
        "type_name": refusals.label(case_type.name),
        "state_name": _state(case_type, found.state),
        "tier_name": refusals.label(case_type.tiers[found.tier]) if found.tier in case_type.tiers else "",
        "outcome_name": refusals.label(case_type.outcomes[found.outcome]) if found.outcome in case_type.outcomes else "",
        "attrs": _attrs(found, case_type),
        "course": _course(found, case_type, [change for change, _by in changes]),
        "clocks": [c for c in clocks if c.tells],
        "past_clocks": [c for c in clocks if not c.tells],
        "assignments": found.assignments.select_related("unit__subject").order_by("since", "pk"),
        "surveys": found.surveys.order_by("round"),
        "timeline": _timeline(changes, case_type),
        "steps": steps.offered(offered, case_type, sent, found.kind),
        "templates": templates.offered(request.user, found.type) if offered else (),
        "together": together(found),
        "units": steps.units() if offered else (),
        "hints": hints(found) if dispatching else (),
        "alike": [a for a in alike_of(request, found, moment) if a.case.pk not in joined] if found.is_open else (),
        "parties": found.parties.all(),
        "may_reveal": revealing.may_reveal(request.user, found),
        "repeats": revealing.repeats(request.user, found)[:5] if found.is_open else (),
        "files": [(f, file_use(f.what)) for f in attachments.of_case(request.user, found.pk)],
        "exclusions": excluding,
        "may_ask": not found.is_open and Capacity.LEAD in held and not excluding,
        "reasons": exclusions.REASONS,
        "members": queries.visible_to(request.user).filter(pk__in=joined - {found.pk, found.cluster_id}),
        "now": moment,
    }  # fmt: skip
    return render(request, "cases/case.html", context)


def _course(
    found: Case, case_type: CaseType, changes: Sequence[Change]
) -> list[tuple[str, str, datetime | None]]:
    """The milestones of its type; nothing where it has none."""
    if not case_type.milestones or found.state not in case_type.states:
        return []
    steps_done = courses.milestones(found.state, case_type, changes)
    return [(refusals.label(m.name), m.state, m.at) for m in steps_done]


def together(found: Case) -> list[int]:
    """The cluster's cases where one answer fits all of them: the head's page, all in one state. Else nothing."""
    if found.cluster_id is not None:
        return []
    pks = merging.members(found)
    states = set(Case.objects.filter(pk__in=pks).values_list("state", flat=True))
    return pks if len(pks) > 1 and len(states) == 1 else []


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


def _timeline(changes: Sequence[tuple[Change, User | None]], case_type: CaseType) -> list[Told]:
    """The newest first; the words as they were kept, masked, and the units by name."""
    names = steps.unit_names([u for change, _by in changes for u in _units(change)])
    told = []
    for change, actor in reversed(changes):
        step = case_type.transitions.get(change.step)
        words = [
            (_labelled(k, case_type), _worded(k, v, step, case_type))
            for k, v in change.words.items()
            if isinstance(v, bool) or (isinstance(v, str) and v)
        ]
        called = [names[u] for u in _units(change) if u in names]
        if called:
            words.insert(0, (_("To"), _(", ").join(called)))
        label = refusals.label(step.name) if step else _own(change.step)
        told.append(Told(change.at, label, _who(actor), words))
    return told


def _units(change: Change) -> list[int]:
    """The units that a step called in."""
    named = [change.words.get(role) for role in UnitRole.values]
    listed = [u for n in named for u in (n if isinstance(n, list | tuple) else [n])]
    return [u for u in listed if isinstance(u, int)]


def _labelled(name: str, case_type: CaseType) -> str:
    return _("What for") if name == "what" else refusals.field_label(name, case_type)


def _who(actor: User | None) -> str:
    if actor is None:
        return _("the system")
    name = actor.get_full_name() or actor.username
    return f"{actor.organisation} {name}" if actor.organisation else name


def _worded(name: str, kept: str | bool, step: Transition | None, case_type: CaseType) -> str:
    """What was said in a field: the name of a choice, words as they are."""
    if isinstance(kept, bool):
        return _("yes") if kept else _("no")
    if name == "what":
        return file_use(kept)
    if name == "until":
        moment = parse_datetime(kept)
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else kept
    if step is not None:
        return dict(steps.options(name, step, case_type)).get(kept, kept)
    if name == "decision" and kept in ExclusionState.values:
        return str(ExclusionState(kept).label)
    return str(exclusions.REASONS.get(kept, kept)) if name == "reason" else kept


def file_use(kept: str) -> str:
    """What a file of a case is for, in words."""
    known = {
        "before": _("before"),
        "after": _("after"),
        "proof": _("evidence"),
        "letter": _("letter"),
    }
    return known.get(kept, kept)


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


def _exclusions(found: Case, held: Collection[str], user: int) -> list[tuple[Exclusion, object, str]]:
    """Each request for exclusion, its reason in words, and what the user may do with it: decide, appeal, nothing.

    Who asked or decided before does not decide.
    """
    told: list[tuple[Exclusion, object, str]] = []
    for row in found.exclusions.order_by("asked_at"):
        waits = row.state in {ExclusionState.ASKED, ExclusionState.APPEALED}
        earlier = user in {row.asked_by_id, row.decided_by_id}
        move = "decide" if waits and Capacity.DESK in held and not earlier else ""
        move = "appeal" if row.state == ExclusionState.REFUSED and Capacity.LEAD in held else move
        told.append((row, exclusions.REASONS.get(row.reason, row.reason), move))
    return told


def hints(found: Case) -> list[Hint]:
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


def alike_of(request: Asked, found: Case, moment: datetime) -> list[duplicates.Alike]:
    alike = duplicates.alike(request.user, found.text, area=found.area_id, at=moment)
    return [a for a in alike if a.case.pk != found.pk]
