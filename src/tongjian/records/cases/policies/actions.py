"""Writes of clock policies: propose, put into force (now, or in the night of its day), withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.definitions import Change
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.packs import Entry
from tongjian.records.cases import catalogue, recompute
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.lint import lint
from tongjian.records.cases.policies import queries, rules
from tongjian.records.cases.policies.models import WAITING, ChangeState, PolicyChange

AT_ONCE = 50_000  # running clocks that a page may move while somebody waits; more are left to the night


@dataclass(frozen=True, slots=True)
class Proposed:
    """allow: clock → tier → allowance, whole or only what differs."""

    type: str
    allow: Mapping[str, Mapping[str, str]]
    effective_on: date
    reason: str


@transaction.atomic
def propose(given: Proposed, *, by: User, at: datetime) -> PolicyChange:
    """时限调整建议: kept to be looked at; nothing moves yet. Raises NotAllowed, TongjianError."""
    must_be_plan_office(by)
    case_type = _type(given.type)
    _check(given, at)
    found = rules.differences(case_type, given.allow)
    if not found:
        raise TongjianError(
            "policies.same", _("Nothing differs from what rules now. Change an allowance first.")
        )
    _check_lint(given.type, found)
    if PolicyChange.objects.filter(type=given.type, state__in=WAITING).exists():
        raise TongjianError(
            "policies.waits",
            _("A change for this kind of case waits already. Put it into force or withdraw it first."),
        )
    known = rules.allowances(case_type)
    before = {c: {t: known[c][t] for t in tiers if t in known[c]} for c, tiers in found.items()}
    row = PolicyChange.objects.create(
        type=given.type,
        allow=found,
        before=before,
        effective_on=given.effective_on,
        reason=given.reason.strip(),
        proposed_by=by,
        proposed_at=at,
    )
    events.record("clock_policy.proposed", row, by=by, at=at, data={"type": row.type, "allow": found})
    return row


def _check(given: Proposed, at: datetime) -> None:
    if not given.reason.strip():
        raise TongjianError("policies.no_reason", _("Say why the clocks change, and by which paper."))
    if given.effective_on < timezone.localtime(at).date():
        raise TongjianError("policies.past", _("A policy takes effect today or later, not in the past."))
    for clock, allow in rules.faults(given.allow):
        raise TongjianError(
            "policies.no_allowance",
            _("%(clock)s: %(allow)s is no allowance. Write a whole number from 1 to 9999 and its unit."),
            {"clock": clock, "allow": allow},
        )


def _check_lint(key: str, found: rules.Allowances) -> None:
    body = next(r.body for r in definitions.ruling(catalogue.KIND) if r.key == key)
    faults = lint(rules.revised(body, found))
    if faults:
        raise TongjianError(
            "policies.flawed",
            _("The type cannot be used with this: %(faults)s"),
            {"faults": "; ".join(map(str, faults))},
        )


def put_into_force(pk: int, *, by: User, at: datetime) -> PolicyChange:
    """生效: at once where its day has come and few clocks run, else in the night of its day. Raises NotAllowed, TongjianError."""
    change = queries.editable_by(by, pk)
    _must_wait(change)
    early = change.effective_on > timezone.localtime(at).date()
    if early or queries.running(change.type) > AT_ONCE:
        return _scheduled(pk, by, at)
    return _applied(change, by, at)


@transaction.atomic
def _scheduled(pk: int, by: User, at: datetime) -> PolicyChange:
    change = queries.editable_by(by, pk, lock=True)
    _must_wait(change)
    change.state, change.decided_by, change.decided_at = ChangeState.SCHEDULED, by, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    told = {"effective_on": change.effective_on.isoformat()}
    events.record("clock_policy.scheduled", change, by=by, at=at, data=told)
    return change


def _applied(change: PolicyChange, by: User | None, at: datetime) -> PolicyChange:
    """The next version of the type rules, and running clocks are reckoned anew in batches of their own.

    The report of what moves is made first and kept with the change; cut off in between, `finish` goes on.
    """
    told, moves = queries.preview(change, at=at)
    report = {**moves.as_report(), "moved": asdict(told)}
    return finish(_ruled(change.pk, report, by, at), at=at)


@transaction.atomic
def _ruled(pk: int, report: dict[str, Any], by: User | None, at: datetime) -> PolicyChange:
    change = PolicyChange.objects.select_for_update(of=("self",)).get(pk=pk)
    _must_wait(change)
    now = definitions.newest(catalogue.KIND)[change.type]
    entry = Entry(catalogue.KIND, change.type, rules.revised(now.body, change.allow), Path("-"))
    made = definitions.apply([Change(entry, now)], at=at)[0]
    change.state, change.version, change.report = ChangeState.APPLIED, made.version, report
    change.applied_at, change.decided_at = at, change.decided_at or at
    change.decided_by = change.decided_by or by
    change.save()
    catalogue.forget()
    events.record("clock_policy.applied", change, by=by, at=at, data={"version": made.version})
    return change


def finish(change: PolicyChange, *, at: datetime) -> PolicyChange:
    """Reckon the running clocks of the type anew. Safe to run twice."""
    recompute.recompute(change.type, by=change.decided_by, at=at)
    change.reckoned_at = at
    change.save(update_fields=["reckoned_at"])
    return change


@transaction.atomic
def withdraw(pk: int, *, by: User, at: datetime) -> PolicyChange:
    """撤回 before it rules. Raises NotAllowed, TongjianError."""
    change = queries.editable_by(by, pk, lock=True)
    _must_wait(change)
    change.state, change.decided_by, change.decided_at = ChangeState.WITHDRAWN, by, at
    change.save(update_fields=["state", "decided_by", "decided_at"])
    events.record("clock_policy.withdrawn", change, by=by, at=at)
    return change


def nightly(*, at: datetime) -> int:
    """Changes whose day has come rule from now on; what was cut off is finished. Returns how many. Safe to run twice.

    Who scheduled one was asked then; an account that has gone since does not hold it up.
    """
    waiting = queries.due(timezone.localtime(at).date())
    for change in waiting:
        _applied(change, change.decided_by, at)
    cut_off = queries.unfinished()
    for change in cut_off:
        finish(change, at=at)
    return len(waiting) + len(cut_off)


def _must_wait(change: PolicyChange) -> None:
    if not change.waits:
        raise TongjianError("policies.decided", _("This change was decided on already."))


def _type(key: str) -> CaseType:
    found = catalogue.ruling().get(key)
    if found is None:
        raise TongjianError("policies.no_type", _("There is no kind of case %(key)s."), {"key": key})
    return found
