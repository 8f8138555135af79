"""What becomes of a checked workbook: refused, held by findings, recorded, or nothing new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import judging, packages
from tongjian.facts.collection.check import Checked, Entry
from tongjian.facts.collection.ground import Ground
from tongjian.facts.collection.problems import Problem
from tongjian.facts.collection.writing import write
from tongjian.facts.models import Submission
from tongjian.facts.validation.findings import Finding
from tongjian.kernel import events, evidence
from tongjian.kernel.models import User


def receive(new: Submission, checked: Checked, on: Ground) -> Submission:
    """Decide on a submission that is not yet saved. See `actions.submit` for what comes back."""
    problems = checked.problems or judging.locked(checked.entries, new.organisation)
    if problems:
        return _refuse(new, problems)
    new.notes = [n.as_json() for n in checked.notes]
    found = judging.findings(checked.entries, on)
    new.findings = [f.as_json() for f in found]
    if judging.stopping(found, new.organisation):
        return _hold(new, found)
    return accept(new, checked.entries, by=new.by, at=new.at)


@transaction.atomic
def _refuse(new: Submission, problems: Sequence[Problem]) -> Submission:
    new.state, new.problems = SubmissionState.REFUSED, [p.as_json() for p in problems]
    new.save()
    events.record("collection.refused", new, by=new.by, at=new.at, data={"problems": len(problems)})
    return new


@transaction.atomic
def _hold(new: Submission, found: Sequence[Finding]) -> Submission:
    """Nothing is written until the findings are overridden. The same file again is the one that is held already."""
    newest = new.package.submissions.exclude(state=SubmissionState.REFUSED).first()
    if newest is not None and newest.state == SubmissionState.HELD and newest.file_id == new.file_id:
        return newest
    new.state = SubmissionState.HELD
    new.save()
    hard = sum(f.is_hard for f in found)
    events.record("collection.held", new, by=new.by, at=new.at, data={"findings": hard})
    return new


@transaction.atomic
def accept(new: Submission, entries: Sequence[Entry], *, by: User | None, at: datetime) -> Submission:
    """All facts and the submission in one transaction: a crash leaves the ledger as it was.

    at: when the facts are recorded, for a workbook that was held the moment of its release.
    """
    new.facts_written = write(entries, new.file, by=by, at=at)
    evidence.release([new.file], by=by, at=at)
    if any(e.period.end == new.package.period_end for e in entries):
        packages.received(new.package, new.facts_written, sent=new.at, by=by, at=at)
    if not new.facts_written and not new.pk and (before := _accepted_before(new)) is not None:
        before.state, before.facts_written = SubmissionState.UNCHANGED, 0
        return before
    new.state = SubmissionState.ACCEPTED if new.facts_written else SubmissionState.UNCHANGED
    new.save()
    data = {"rows": len(entries), "facts": new.facts_written}
    events.record("collection.accepted", new, by=by, at=at, data=data)
    return new


def _accepted_before(new: Submission) -> Submission | None:
    same = Submission.objects.filter(organisation=new.organisation, period=new.period, file=new.file)
    return same.filter(state__in=[SubmissionState.ACCEPTED, SubmissionState.UNCHANGED]).first()
