"""剔除: a unit asks that a case does not count, the desk decides, another person decides on the one appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Place, User
from tongjian.records.cases import actors, catalogue, queries, store
from tongjian.records.cases.choices import Capacity, ExclusionState
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.masking import mask
from tongjian.records.cases.models import Case, Exclusion

REASONS: Mapping[str, str | Promise] = {
    "unlawful": _("Against law or policy"),  # 不符合法律法规和政策
    "no_real_request": _("No real request"),
    "malicious": _("Maliciously repeated"),
    "in_procedure": _("In court, arbitration or petition"),
    "force_majeure": _("Force majeure"),
    "higher_level": _("Only a higher level can solve it"),
}
NEXT: Mapping[str, frozenset[str]] = {
    ExclusionState.ASKED: frozenset({ExclusionState.GRANTED, ExclusionState.REFUSED}),
    ExclusionState.REFUSED: frozenset({ExclusionState.APPEALED}),
    ExclusionState.APPEALED: frozenset({ExclusionState.UPHELD, ExclusionState.OVERTURNED}),
    ExclusionState.GRANTED: frozenset(),
    ExclusionState.UPHELD: frozenset(),
    ExclusionState.OVERTURNED: frozenset(),
}
EXCLUDES = frozenset({ExclusionState.GRANTED, ExclusionState.OVERTURNED})


@transaction.atomic
def ask(
    case_id: int, *, reason: str, words: str = "", evidence: Place | None = None, by: User, at: datetime
) -> Exclusion:
    """The lead unit asks. Raises NotAllowed, TongjianError."""
    case = queries.editable_by(by, case_id, lock=True)
    _must_be(case, by, Capacity.LEAD)
    if reason not in REASONS:
        raise TongjianError("cases.exclusion_reason", _("Choose a reason for the exclusion from the list."))
    if (
        case.excluded
        or case.exclusions.filter(state__in=[ExclusionState.ASKED, ExclusionState.APPEALED]).exists()
    ):
        raise StepNotAllowed(
            "cases.exclusion_open", _("An exclusion of this case was asked for or granted already.")
        )
    row = Exclusion.objects.create(
        case=case,
        reason=reason,
        words=mask(words),
        evidence=evidence,
        state=ExclusionState.ASKED,
        asked_by=by,
        asked_at=at,
    )
    _tell(case, "exclusion_asked", {"exclusion": row.pk, "reason": reason}, by, at)
    return row


@transaction.atomic
def decide(pk: int, *, grant: bool, words: str, by: User, at: datetime) -> Exclusion:
    """The desk's decision, or on an appeal another person's. Raises NotAllowed, StepNotAllowed."""
    row, case = _found(pk, by)
    _must_be(case, by, Capacity.DESK)
    first = row.state == ExclusionState.ASKED
    earlier = {row.asked_by_id} | (set() if first else {row.decided_by_id})
    if by.pk in earlier:
        raise NotAllowed(
            "cases.exclusion_second_person",
            _("Who asked or decided before does not decide. Let somebody else."),
        )
    if first:
        state = ExclusionState.GRANTED if grant else ExclusionState.REFUSED
    else:
        state = ExclusionState.OVERTURNED if grant else ExclusionState.UPHELD
    _step(row, state)
    row.decided_by, row.decided_at, row.decision = by, at, mask(words)
    row.save()
    fields = {"excluded": True} if state in EXCLUDES else {}
    _tell(case, "exclusion_decided", {"exclusion": row.pk, "decision": state.value}, by, at, fields)
    return row


@transaction.atomic
def appeal(pk: int, *, words: str, by: User, at: datetime) -> Exclusion:
    """The lead unit's one appeal against a refusal."""
    row, case = _found(pk, by)
    _must_be(case, by, Capacity.LEAD)
    _step(row, ExclusionState.APPEALED)
    row.appealed_at, row.words = at, f"{row.words}\n{mask(words)}".strip()
    row.save()
    _tell(case, "exclusion_appealed", {"exclusion": row.pk}, by, at)
    return row


def _found(pk: int, by: User) -> tuple[Exclusion, Case]:
    row = Exclusion.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    case = queries.editable_by(by, row.case_id if row else 0, lock=True)
    if row is None:
        raise NotAllowed("cases.exclusion_unknown", _("There is no such request for exclusion."))
    return row, case


def _step(row: Exclusion, state: ExclusionState) -> None:
    if state not in NEXT[row.state]:
        raise StepNotAllowed(
            "cases.exclusion_step",
            _("The request for exclusion has been decided; only a refusal is appealed, once."),
        )
    row.state = state


def _must_be(case: Case, by: User, capacity: Capacity) -> None:
    state = store.held([case])[0].state
    actor = actors.actor(actors.standpoint(by), state, catalogue.case_type(case.type))
    if capacity.value not in actor.capacities:
        raise NotAllowed(
            "cases.exclusion_not_yours", _("This step is taken by %(by)s."), {"by": capacity.label}
        )


def _tell(
    case: Case,
    step: str,
    words: Mapping[str, object],
    by: User,
    at: datetime,
    fields: Mapping[str, object] | None = None,
) -> None:
    store.apply(store.held([case]), [Change(step, at, fields=dict(fields or {}), words=words)], by=by)
