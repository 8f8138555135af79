"""Letting a hard finding pass 放行: the reason of one person, confirmed by a second, at least one of the plan office."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import actions, judging, receiving
from tongjian.facts.collection.ground import ground
from tongjian.facts.collection.mapping import table_of
from tongjian.facts.models import Override, Submission
from tongjian.facts.validation.findings import Finding, of_json
from tongjian.kernel import events
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.values import Period


def hard_findings(submission: Submission) -> list[Finding]:
    """Those that hold the workbook, overridden or not."""
    return [f for f in of_json(submission.findings) if f.is_hard]


@transaction.atomic
def override(pk: int, reasons: Mapping[str, str], *, by: User, at: datetime) -> list[Override]:
    """Give reasons for hard findings (by fingerprint) of a held workbook; a second person confirms them.

    A reason given again replaces one that nobody confirmed. Raises NotAllowed, StepNotAllowed, TongjianError.
    """
    held = _held(pk, by)
    open_ = {f.fingerprint: f for f in hard_findings(held)}
    given = {k: r.strip() for k, r in reasons.items() if k in open_ and r.strip()}
    if not given:
        raise TongjianError("collection.reason_wanting", _("Write why the figures are right as they stand."))
    made = [_override(held, open_[k], reason, by, at) for k, reason in given.items()]
    events.record("collection.overridden", held, by=by, at=at, data={"note": "；".join(given.values())})
    return made


def _override(held: Submission, finding: Finding, reason: str, by: User, at: datetime) -> Override:
    held.overrides.filter(fingerprint=finding.fingerprint, confirmed_by=None).delete()
    return Override.objects.get_or_create(
        submission=held,
        fingerprint=finding.fingerprint,
        defaults={"organisation": held.organisation, "reason": reason, "by": by, "at": at},
    )[0]


@transaction.atomic
def confirm(pk: int, fingerprints: Collection[str], *, by: User, at: datetime) -> Submission:
    """Confirm another person's reasons; once every hard finding is passed, the workbook is recorded.

    Raises NotAllowed, StepNotAllowed when a later workbook stands, TongjianError when both persons are one or
    neither is of the plan office.
    """
    held = _held(pk, by)
    waiting = list(
        held.overrides.filter(fingerprint__in=fingerprints, confirmed_by=None).select_related("by")
    )
    if not waiting:
        raise TongjianError("collection.nothing_to_confirm", _("No reason waits to be confirmed."))
    for one in waiting:
        _check_two(one, by)
        one.confirmed_by, one.confirmed_at = by, at
        one.save(update_fields=["confirmed_by", "confirmed_at"])
    events.record("collection.override_confirmed", held, by=by, at=at, data={"findings": len(waiting)})
    return held if judging.stopping(hard_findings(held), held.organisation) else _release(held, by, at)


def _check_two(one: Override, by: User) -> None:
    if one.by_id == by.pk:
        raise NotAllowed("collection.second_person", _("A second person has to confirm your reason."))
    if not (by.is_plan_office or one.by.is_plan_office):
        raise NotAllowed(
            "collection.plan_office_confirms", _("One of the two persons has to be of the plan office.")
        )


def _held(pk: int, by: User) -> Submission:
    """A held workbook of an organisation that the user speaks for. Raises NotAllowed, StepNotAllowed."""
    own = organisations_editable_by(by).values("pk")
    found = _locked(Submission.objects.filter(organisation__in=own)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("collection.no_submission", _("The workbook is not there, or not open to you."))
    if found.state != SubmissionState.HELD:
        raise StepNotAllowed(
            "collection.not_held", _("The workbook is not held any more. Load the page again.")
        )
    newest = found.package.submissions.exclude(state=SubmissionState.REFUSED).first()
    if newest is not None and newest.pk != found.pk:
        raise StepNotAllowed(
            "collection.not_newest", _("A later workbook of the same package stands. Look at that one.")
        )
    return found


def _locked(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    return rows.select_related("organisation__subject", "package", "file", "mapping").select_for_update(
        of=("self",)
    )


def _release(held: Submission, by: User, at: datetime) -> Submission:
    """Read the file once more and record it. Other findings that came up meanwhile hold it again."""
    on = ground(held.organisation, Period.parse(held.period))
    sheets = actions.read(held.file.path.read_bytes(), held.file.name)
    checked = actions.checked(sheets, on, table_of(held.mapping, sheets, on))
    problems = checked.problems or judging.locked(checked.entries, held.organisation)
    if problems:
        raise TongjianError(
            "collection.locked_since",
            _("The workbook cannot be recorded any more: %(problem)s"),
            {"problem": str(problems[0])},
        )
    found = judging.findings(checked.entries, on)
    held.findings = [f.as_json() for f in found]
    if judging.stopping(found, held.organisation):
        held.save(update_fields=["findings"])
        return held
    return receiving.accept(held, checked.entries, by=by, at=at)
