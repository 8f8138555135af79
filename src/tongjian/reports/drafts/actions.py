"""Writes of drafts: sent in, answered number by number, held against the ledger again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Subject, User
from tongjian.reports import models
from tongjian.reports.drafts import binding, queries, stored
from tongjian.reports.drafts.opening import LIMITED
from tongjian.reports.drafts.types import NAMED, Bound
from tongjian.reports.resolver import LedgerResolver

EDIT = "edit"  # the answer that a number is to be corrected to the ledger's value
UNDO = ""
NO_CHOICE = _("This is no answer to this number. Load the page again and choose one.")


def start(
    data: bytes, name: str, *, subject: Subject, year: int | None, by: User, at: datetime
) -> models.Draft:
    """A new draft with its first round. Raises NotAllowed, ReadingError; nothing is kept then."""
    must_be_plan_office(by)
    bound = binding.bind(binding.Draft(data, name, subject, year), known_at=at, files=LIMITED)
    with transaction.atomic():
        title = (bound.title or name)[:200]
        draft = models.Draft.objects.create(
            subject=subject, title=title, year=bound.year, started_by=by, started_at=at
        )
        _round(
            draft, 1, evidence.keep(data, name, by=by, at=at, restricted=True), bound, binding.Said(), by, at
        )
    return draft


def send(draft: models.Draft, data: bytes, name: str, *, by: User, at: datetime) -> models.DraftRound:
    """The same draft after more hands went over it: answers and bonds of the round before hold.

    Raises NotAllowed, ReadingError.
    """
    must_be_plan_office(by)
    before = queries.newest_round(draft)
    said = _said(before)
    bound = binding.bind(_draft(draft, data, name), known_at=at, said=said, files=LIMITED)
    with transaction.atomic():
        file = evidence.keep(data, name, by=by, at=at, restricted=True)
        return _round(draft, before.number + 1, file, bound, said, by, at)


def refresh(draft: models.Draft, *, by: User, at: datetime) -> models.DraftRound:
    """The newest round held against the ledger as it is now; what others answer meanwhile stays. Raises NotAllowed."""
    must_be_plan_office(by)
    before = queries.newest_round(draft)
    said, file = _said(before), before.file
    bound = binding.bind(
        _draft(draft, file.path.read_bytes(), file.name), known_at=at, said=said, files=LIMITED
    )
    with transaction.atomic():
        found = draft.rounds.select_for_update().get(pk=before.pk)
        meanwhile = {k: v for k, v in found.answers.items() if before.answers.get(k) != v}
        found.items, found.known_at, found.bonds = stored.as_json(bound.items), at, stored.kept(said.bonds)
        found.bound_with = dict(bound.answers)
        found.answers = {**bound.answers, **meanwhile}
        offered = {r["key"] for r in found.items if r["suggestion"]}
        found.edits = [k for k in found.edits if k in offered]
        found.save(update_fields=["items", "known_at", "answers", "bound_with", "bonds", "edits"])
        events.record("drafts.refreshed", draft, by=by, at=at, data={"round": found.number})
    return found


def answer(draft: models.Draft, key: str, choice: str, *, by: User, at: datetime) -> models.DraftRound:
    """What a number means: a candidate's expression, `named`, `edit`, or nothing to take an answer back.

    Raises NotAllowed; TongjianError for a number or a fact that is not in the list.
    """
    must_be_plan_office(by)
    with transaction.atomic():
        found = draft.rounds.select_for_update().order_by("-number")[0]
        row = _row(found, key)
        if not _may_be(row, choice):
            raise TongjianError("drafts.no_choice", NO_CHOICE)
        _keep(draft, found, row, choice, by, at)
    if choice == UNDO and found.bound_with.get(key):
        return refresh(draft, by=by, at=at)  # binding had followed the answer: what is found without it?
    return found


def name(draft: models.Draft, key: str, ref: str, *, by: User, at: datetime) -> models.DraftRound:
    """Say by a reference which fact a number means, where the list does not offer it.

    Raises NotAllowed; TongjianError where the number is not in the draft or the reference leads to no figure.
    """
    must_be_plan_office(by)
    if LedgerResolver(draft.subject.key, at).figure(ref) is None:
        raise TongjianError(
            "drafts.unknown_fact",
            _(
                "“%(ref)s” leads to no figure. Write metric[measure, basis] @ period, as the metric's page shows it."
            ),
            {"ref": ref},
        )
    with transaction.atomic():
        found = draft.rounds.select_for_update().order_by("-number")[0]
        _keep(draft, found, _row(found, key), ref, by, at)
    return refresh(draft, by=by, at=at)


def _row(found: models.DraftRound, key: str) -> Mapping[str, Any]:
    row: Mapping[str, Any] | None = next((r for r in found.items if r["key"] == key), None)
    if row is None:
        raise TongjianError("drafts.no_choice", NO_CHOICE)
    return row


def _may_be(row: Mapping[str, Any], choice: str) -> bool:
    if choice == EDIT:
        return bool(row["suggestion"])
    return choice in (UNDO, NAMED) or any(c["ref"] == choice for c in row["candidates"])


def _keep(
    draft: models.Draft, found: models.DraftRound, row: Mapping[str, Any], choice: str, by: User, at: datetime
) -> None:
    """A correction and a fact take each other's place. An answer taken back stays as an empty one: the file may hold it, too."""
    key = row["key"]
    found.edits = [k for k in found.edits if k != key] + ([key] if choice == EDIT else [])
    found.answers = {**found.answers, key: "" if choice == EDIT else choice}
    found.save(update_fields=["answers", "edits"])
    events.record("drafts.answered", draft, by=by, at=at, data={"number": row["shown"], "choice": choice})


def written(draft: models.Draft) -> bytes:
    """The newest round as a docx with anchors, manifest, answers and corrections, by the ledger as its page shows it.

    Raises ReadingError.
    """
    found = queries.newest_round(draft)
    said = binding.Said(found.answers, frozenset(found.edits), stored.taken(found.bonds))
    bound = binding.bind(
        _draft(draft, found.file.path.read_bytes(), found.file.name),
        known_at=found.known_at,
        said=said,
        files=LIMITED,
    )
    return bound.data


# Parts


def _draft(draft: models.Draft, data: bytes, name: str) -> binding.Draft:
    return binding.Draft(data, name, draft.subject, draft.year)


def _said(found: models.DraftRound) -> binding.Said:
    """What a round leaves to the next one. Corrections were made in the docx; they are no answers to keep."""
    return binding.Said(found.answers, frozenset(), stored.bonds(queries.items(found)))


def _round(
    draft: models.Draft,
    number: int,
    file: EvidenceFile,
    bound: Bound,
    said: binding.Said,
    by: User,
    at: datetime,
) -> models.DraftRound:
    found = models.DraftRound.objects.create(
        draft=draft,
        number=number,
        file=file,
        text=bound.text,
        items=stored.as_json(bound.items),
        answers=dict(bound.answers),
        bound_with=dict(bound.answers),
        bonds=stored.kept(said.bonds),
        known_at=at,
        sent_by=by,
        sent_at=at,
    )
    events.record("drafts.sent", draft, by=by, at=at, data={"round": number, "file": file.sha256})
    return found
