"""Owners explain what was not kept; the next year's plan is drafted, approved and so opened, or discarded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound
from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office, organisations_editable_by
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User
from tongjian.plans import queries, sentences
from tongjian.plans.choices import PlanState
from tongjian.plans.models import CheckIn, Explanation, Obligation, Path, PlanSection, PlanYear, Remark, Task
from tongjian.plans.models.promises import USUAL_TITLE
from tongjian.values import Number, Period


class ClosingRefused(TongjianError):
    """A draft or an explanation that cannot be kept as it is; nothing was written."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target of the next plan: what it follows, and the number that was chosen. number None: the old one's words stay."""

    obligation: int
    number: Number | None
    bound: Bound


@transaction.atomic
def explain(thing: Obligation | Task, text: str, *, by: User, at: datetime) -> Explanation:
    """Say why a promise was not kept. For the unit that answers for it and the plan office. Raises NotAllowed, ClosingRefused."""
    unit = _speaker(thing, by)
    if not text.strip():
        raise ClosingRefused("plans.explanation_empty", _("Say why it was not kept, in a sentence."))
    made = Explanation.objects.create(
        obligation=thing if isinstance(thing, Obligation) else None,
        task=thing if isinstance(thing, Task) else None,
        organisation=unit,
        text=text.strip(),
        by=by,
        at=at,
    )
    events.record("plans.explained", thing, by=by, at=at, data={"text": made.text})
    return made


def may_explain(user: User, thing: Obligation | Task, own: Collection[int]) -> bool:
    """own: pks of the organisations that the user may speak for. What nobody owns, the plan office explains."""
    owner = owner_of(thing)
    return user.is_plan_office if owner is None else owner in own


def owner_of(thing: Obligation | Task) -> int | None:
    return thing.lead_id if isinstance(thing, Task) else thing.series.metric.owner_id


def _speaker(thing: Obligation | Task, by: User) -> Organisation | None:
    """The unit whose words it is: the one that answers for it, also where the plan office writes them down."""
    own = {*organisations_editable_by(by).values_list("pk", flat=True)}
    plan = thing.plan
    seen = plan is not None and queries.visible_to(by).filter(pk=plan.pk).exists()
    if not seen or not may_explain(by, thing, own):
        raise NotAllowed(
            "plans.explain_not_yours",
            _("Only the unit that answers for it, or the plan office, may explain this promise."),
        )
    owner = owner_of(thing)
    return by.organisation if owner is None else Organisation.objects.get(pk=owner)


@transaction.atomic
def draft_next(
    plan_pk: int, targets: Sequence[Wanted], tasks: Collection[int], *, by: User, at: datetime
) -> PlanYear:
    """The next year's plan as a draft: these targets, and these tasks carried over (numbers of the plan's).

    The draft's own text is kept as evidence, so that each of its rows leads to its line. Raises NotAllowed,
    StepNotAllowed where the next year has a plan, ClosingRefused for a draft without anything, or with what is not the plan's.
    """
    must_be_plan_office(by)
    plan = PlanYear.objects.select_for_update().select_related("subject").get(pk=plan_pk)
    year = plan.year + 1
    if PlanYear.objects.filter(subject=plan.subject, year=year).exists():
        raise StepNotAllowed(
            "plans.next_there",
            _("The plan of %(year)s is there already. Open it, or discard it if it is a draft."),
            {"year": year},
        )
    olds = _targets(plan, targets)
    carried = _carried(plan, tasks)
    if not targets and not carried:
        raise ClosingRefused(
            "plans.draft_empty", _("Choose at least one target or one task for the next plan.")
        )
    title = f"{plan.subject.label}{year}年{USUAL_TITLE}"
    words = [f"{olds[t.obligation].series.metric.name}：{_printed(t, olds)}" for t in targets]
    lines = [f"{title}（草案）", *words, *(f"承接{plan.year}年任务：{t.text}" for t in carried)]
    file, places = _kept(lines, f"{title}草案.txt", by, at)
    made = PlanYear.objects.create(
        subject=plan.subject, year=year, title=title, state=PlanState.DRAFT, document=file
    )
    sections = _sections(made, [*(olds[t.obligation] for t in targets), *carried])
    for order, (wanted, place) in enumerate(zip(targets, places[1:], strict=False)):
        _owe(made, olds[wanted.obligation], wanted, _printed(wanted, olds), place, order, sections, at)
    for number, (task, place) in enumerate(zip(carried, places[1 + len(targets) :], strict=True), 1):
        _carry(made, task, number, place, sections)
    data = {"from": plan.pk, "targets": len(targets), "tasks": len(carried)}
    events.record("plans.next_drafted", made, by=by, at=at, data=data)
    return made


@transaction.atomic
def approve(plan_pk: int, decision: str, *, by: User, at: datetime) -> PlanYear:
    """A draft becomes the plan of its year. Raises NotAllowed, StepNotAllowed, ClosingRefused without a decision."""
    must_be_plan_office(by)
    plan = _draft(plan_pk)
    if not decision.strip():
        raise ClosingRefused(
            "plans.approval_decision",
            _("Say what approved the plan: the session, or the document and its number."),
        )
    plan.state = PlanState.APPROVED
    plan.save(update_fields=["state"])
    events.record("plans.approved", plan, by=by, at=at, data={"decision": decision.strip()})
    return plan


@transaction.atomic
def discard(plan_pk: int, *, by: User, at: datetime) -> int:
    """A draft goes, with all that it held; its text stays as evidence. Returns its year. Raises NotAllowed, StepNotAllowed."""
    must_be_plan_office(by)
    plan = _draft(plan_pk)
    events.record("plans.draft_discarded", plan, by=by, at=at, data={"year": plan.year, "title": plan.title})
    Path.objects.filter(obligation__plan=plan).delete()
    for rows in (CheckIn, Remark):
        rows.objects.filter(task__plan=plan).delete()
    Explanation.objects.filter(Q(obligation__plan=plan) | Q(task__plan=plan)).delete()
    Task.joint.through.objects.filter(task__plan=plan).delete()
    plan.tasks.all().delete()
    plan.obligations.all().delete()
    plan.sections.all().delete()
    plan.delete()
    return plan.year


def _draft(plan_pk: int) -> PlanYear:
    plan = PlanYear.objects.select_for_update().get(pk=plan_pk)
    if plan.state != PlanState.DRAFT:
        raise StepNotAllowed("plans.no_draft", _("This plan is approved; it is no draft any more."))
    return plan


def _targets(plan: PlanYear, wanted: Sequence[Wanted]) -> dict[int, Obligation]:
    found = {o.pk: o for o in queries.obligations(plan)}
    strange = [t.obligation for t in wanted if t.obligation not in found]
    if strange or len({t.obligation for t in wanted}) < len(wanted):
        raise ClosingRefused(
            "plans.draft_targets",
            _("A target is none of this plan's, or is named twice. Load the page again."),
        )
    return found


def _carried(plan: PlanYear, numbers: Collection[int]) -> list[Task]:
    found = list(plan.tasks.filter(number__in=numbers).select_related("section").prefetch_related("joint"))
    if len(found) < len({*numbers}):
        raise ClosingRefused("plans.draft_tasks", _("A task is none of this plan's. Load the page again."))
    return found


def _printed(wanted: Wanted, olds: Mapping[int, Obligation]) -> str:
    """The number with its bound word, as a report prints it: 5%左右; the old words where there is none."""
    old = olds[wanted.obligation]
    if wanted.number is None:
        return old.words
    return sentences.bounded(wanted.number.decimal, old.series.unit, wanted.bound).zh


def _kept(lines: Sequence[str], name: str, by: User, at: datetime) -> tuple[EvidenceFile, list[Place]]:
    """The draft's text as a file, and the place of each line."""
    file = evidence.keep("\n".join(lines).encode(), name, by=by, at=at)
    places, start = [], 0
    for line in lines:
        places.append(evidence.span(file, start, start + len(line), line))
        start += len(line) + 1
    return file, places


def _sections(made: PlanYear, rows: Sequence[Obligation | Task]) -> dict[int, PlanSection]:
    """The old plan's sections that are still needed, by the old one's pk."""
    olds = {s.pk: s for s in (r.section for r in rows) if s is not None}
    return {
        pk: PlanSection.objects.create(plan=made, path=s.path, title=s.title, order=s.order)
        for pk, s in sorted(olds.items(), key=lambda item: item[1].order)
    }


def _owe(
    made: PlanYear,
    old: Obligation,
    wanted: Wanted,
    words: str,
    place: Place,
    order: int,
    sections: Mapping[int, PlanSection],
    at: datetime,
) -> None:
    number = old.number if wanted.number is None else wanted.number
    Obligation.objects.create(
        plan=made,
        section=sections.get(old.section_id or 0),
        series=old.series,
        nature=old.nature,
        bound=wanted.bound,
        words=words[:128],
        mantissa=None if number is None else number.mantissa,
        decimals=0 if number is None else number.decimals,
        due=str(Period.year(made.year)),
        origin=place,
        order=order,
        recorded_at=at,
    )


def _carry(made: PlanYear, old: Task, number: int, place: Place, sections: Mapping[int, PlanSection]) -> None:
    """Who leads it stays; the month is for the plan office to set anew."""
    task = Task.objects.create(
        plan=made,
        section=sections.get(old.section_id or 0),
        number=number,
        object=old.object,
        action=old.action,
        text=old.text,
        kind=old.kind,
        milestone=old.milestone,
        firmness=old.firmness,
        lead=old.lead,
        origin=place,
        source=old.source,
        subject=old.subject,
        track=old.track,
        stage=old.stage,
    )
    task.joint.set(old.joint.all())
