"""Putting what a person accepted on the ledger: figures become facts, targets obligations, promises tasks.

One transaction with its events; recorded again, nothing is doubled. Every item says what became of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.errors import StepNotAllowed
from tongjian.kernel.models import User
from tongjian.plans.choices import IntakeState, ItemKind, ItemState, Outcome, PlanState
from tongjian.plans.intake import figures, items, promises
from tongjian.plans.intake.actions import office
from tongjian.plans.intake.mapping import Words
from tongjian.plans.models import Intake, IntakeItem, PlanSection, PlanYear
from tongjian.plans.models.promises import USUAL_TITLE

AHEAD = frozenset({"targets", "measures"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What this recording made. outcomes: how many items came to each end, those recorded before left out."""

    plan: PlanYear | None
    facts: int
    obligations: int
    tasks: int
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.facts or self.obligations or self.tasks)


@transaction.atomic
def record(intake: Intake, *, by: User | None, at: datetime) -> Summary:
    """Put the accepted items on the ledger.

    Raises NotAllowed; StepNotAllowed when another document already announced the plan of that year.
    """
    office(by)
    locked = (
        Intake.objects.select_for_update(of=("self",)).select_related("file", "subject").get(pk=intake.pk)
    )
    rows = [i for i in _accepted(locked) if not i.is_recorded and i.outcome != Outcome.FOR_TARGET]
    promised = [i for i in rows if i.kind == ItemKind.COMMITMENT]
    plan = _plan(locked, locked.planned, by, at) if promised and locked.planned else None
    words = Words()
    for item in (i for i in rows if i.kind == ItemKind.FIGURE):
        figures.record(item, locked, words, by=by, at=at)
    used = [pk for item in promised for pk in promises.record(item, locked, plan, words, by=by, at=at)]
    for item in (i for i in rows if i.kind == ItemKind.ACHIEVEMENT):
        item.outcome = Outcome.NOTED
    IntakeItem.objects.bulk_update(rows, ["outcome", "note", "fact", "obligation", "task"])
    locked.items.filter(pk__in=used).update(outcome=Outcome.FOR_TARGET, note="")
    return _finish(locked, plan, rows, by, at)


def _accepted(intake: Intake) -> list[IntakeItem]:
    rows = intake.items.filter(state=ItemState.ACCEPTED).select_related("metric")
    return list(rows.order_by("start", "pk"))


def _finish(
    intake: Intake, plan: PlanYear | None, rows: list[IntakeItem], by: User | None, at: datetime
) -> Summary:
    ends = Counter(item.outcome for item in rows)
    made = Summary(
        plan=plan or PlanYear.objects.filter(document=intake.file, subject=intake.subject).first(),
        facts=ends[Outcome.FACT],
        obligations=len({i.obligation_id for i in rows if i.outcome == Outcome.OBLIGATION}),
        tasks=sum(i.task_id is not None for i in rows),
        outcomes={str(k): n for k, n in sorted(ends.items())},
    )
    if intake.state != IntakeState.RECORDED or not made.is_empty:
        intake.state = IntakeState.RECORDED
        intake.save(update_fields=["state"])
        events.record("plans.intake_recorded", intake, by=by, at=at, data={"outcomes": made.outcomes})
    return made


def _plan(intake: Intake, year: int, by: User | None, at: datetime) -> PlanYear:
    """The plan year that this report announces, with its sections. Raises StepNotAllowed when another announced it."""
    found = PlanYear.objects.filter(subject=intake.subject, year=year).first()
    if found is not None:
        if found.document_id != intake.file_id:
            raise StepNotAllowed(
                "plans.plan_exists",
                _(
                    "The plan of %(year)s is on the ledger already, from “%(document)s”. Drop the promises of this "
                    "text, or take in the other one again."
                ),
                {"year": found.year, "document": str(found.document or found.title)},
            )
        return found
    made = PlanYear.objects.create(
        subject=intake.subject,
        year=year,
        title=f"{intake.subject.label}{year}年{USUAL_TITLE}",
        state=PlanState.APPROVED,
        document=intake.file,
    )
    PlanSection.objects.bulk_create(_sections(intake, made))
    events.record("plans.plan_recorded", made, by=by, at=at, data={"intake": intake.pk})
    return made


def _sections(intake: Intake, plan: PlanYear) -> list[PlanSection]:
    """The headings of the report's forward-looking parts, each path once."""
    found: dict[str, PlanSection] = {}
    for order, section in enumerate(intake.sections):
        path = str(section["path"])[:64]
        if section["part"] in AHEAD and section["title"] and path not in found:
            title = items.heading(section)[:200]
            found[path] = PlanSection(plan=plan, path=path, title=title, order=order)
    return list(found.values())
