"""送审、签发、定稿: sent to a leader, signed or sent back, frozen; and the edition that follows a frozen one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence, seals
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Event, Seal, User
from tongjian.reports.drafts import binding
from tongjian.reports.drafts.opening import HERE
from tongjian.reports.drafts.stored import Stored
from tongjian.reports.drafts.types import NAMED, Item, State
from tongjian.reports.manifest import as_json
from tongjian.reports.rounds import access, actions, changes, examining, gate, promises, rules, texts
from tongjian.reports.rounds.choices import EditionKind, EditionState, Way
from tongjian.reports.rounds.models import ChangeNote, Edition, Section, SectionVersion
from tongjian.reports.rounds.texts import Part


class SigningRefused(TongjianError):
    """A step towards the signature that cannot be done as it is; nothing was written."""


@dataclass(frozen=True, slots=True)
class Book:
    """A report put together: its text, the docx with anchors, and the manifest inside."""

    text: str
    docx: bytes
    manifest: dict[str, Any]

    @property
    def digest(self) -> str:
        return digest(self.text, self.manifest)


def digest(text: str, manifest: dict[str, Any]) -> str:
    """SHA-256 of what was signed."""
    return hashlib.sha256(f"{text}\n{as_json(manifest)}".encode()).hexdigest()


def parts(edition: Edition) -> list[tuple[Section, SectionVersion | None]]:
    """The sections in order, each with its newest version."""
    newest = promises.newest_versions(edition)
    rows = edition.sections.select_related("owner__subject", "edition__subject")
    return [(s, newest.get(s.pk)) for s in rows]


def book(edition: Edition, at: datetime) -> Book:
    """The report of the newest versions as a docx, each number anchored to what its section bound it to."""
    return bound(edition, parts(edition), at)


def bound(edition: Edition, found: Sequence[tuple[Section, SectionVersion | None]], at: datetime) -> Book:
    """The same of some sections. Answers go by place: the same sentence in two sections may have two."""
    text = texts.assembled(edition.title, [Part(s.title, v.text if v else "") for s, v in found])
    headings = [s.title for s, _version in found]
    plain = texts.docx(edition.title, text.partition("\n")[2], year=edition.year, at=at, headings=headings)
    draft = binding.Draft(plain, "report.docx", edition.subject, edition.year)
    first = binding.bind(draft, known_at=at)
    said = binding.Said(_by_place(first.items, _placed(first.text, found)))
    again = binding.bind(draft, known_at=at, said=said)
    manifest = json.loads(HERE.opened(again.data, "report.docx").manifest)
    return Book(text, again.data, manifest)


def _placed(text: str, found: Sequence[tuple[Section, SectionVersion | None]]) -> dict[int, Stored]:
    """The sections' numbers by the place of their first character in the printed text."""
    placed: dict[int, Stored] = {}
    at = 0
    for section, version in found:
        if version is None or not version.text:
            continue
        at = text.index(version.text, text.index(section.title, at))
        placed |= {at + i.start: i for i in examining.items(version, section)}
        at += len(version.text)
    return placed


def _by_place(items: Sequence[Item], placed: dict[int, Stored]) -> dict[str, str]:
    answers = {}
    for item in items:
        meant = placed.get(item.start)
        if meant is None:
            continue
        if meant.state is State.NAMED:
            answers[item.key] = NAMED
        elif meant.meant is not None:
            answers[item.key] = meant.meant.ref
    return answers


# Steps


@transaction.atomic
def submit(edition: Edition, *, by: User, at: datetime) -> Edition:
    """Send the report to a leader. Raises NotAllowed, StepNotAllowed, NotReady with all that stands open."""
    must_be_plan_office(by)
    found = _locked(edition, EditionState.REVIEW)
    gate.must_be_ready(found, at)
    found.submitted_by, found.submitted_at, found.note = by, at, ""
    return _moved(found, EditionState.REVIEW, "rounds.submitted", by, at, {})


@transaction.atomic
def send_back(edition: Edition, note: str, *, by: User, at: datetime) -> Edition:
    """A leader wants changes: the sections are open again. Raises NotAllowed, StepNotAllowed, SigningRefused."""
    access.must_lead(by)
    if not note.strip():
        raise SigningRefused("rounds.no_note", _("Say what is to be changed."))
    found = _locked(edition, EditionState.WRITING)
    found.note, found.signed_by, found.signed_at = note.strip(), None, None
    found.text, found.manifest, found.digest, found.known_at, found.docx = "", {}, "", None, None
    return _moved(found, EditionState.WRITING, "rounds.sent_back", by, at, {"note": found.note})


@transaction.atomic
def sign(edition: Edition, *, by: User, at: datetime) -> Edition:
    """A leader signs what another person sent in: text, figures and the ledger's moment are kept from here on.

    Raises NotAllowed, StepNotAllowed, NotReady where the ledger or an opinion opened something meanwhile.
    """
    access.must_lead(by)
    found = _locked(edition, EditionState.SIGNED)
    rules.check_two_persons(found.submitted_by_id, by.pk)
    gate.must_be_ready(found, at)
    made = book(found, at)
    kept = evidence.keep(made.docx, f"{found.title}.docx", by=by, at=at, restricted=True)
    found.text, found.manifest, found.digest = made.text, made.manifest, made.digest
    found.known_at, found.docx, found.signed_by, found.signed_at = at, kept, by, at
    data = {"digest": made.digest, "figures": len(made.manifest["figures"])}
    return _moved(found, EditionState.SIGNED, "rounds.signed", by, at, data)


def freeze(edition: Edition, *, by: User, at: datetime) -> Edition:
    """The signed report is final and open to all; the log is sealed up to here. Raises NotAllowed, StepNotAllowed, SigningRefused."""
    must_be_plan_office(by)
    found = _frozen(edition, by, at)
    seals.seal(at)
    return found


@transaction.atomic
def _frozen(edition: Edition, by: User, at: datetime) -> Edition:
    found = _locked(edition, EditionState.FROZEN)
    if digest(found.text, found.manifest) != found.digest or found.docx is None:
        raise SigningRefused(
            "rounds.not_as_signed", _("The report is not as it was signed. Send it to the leader again.")
        )
    evidence.release([found.docx], by=by, at=at)
    found.frozen_by, found.frozen_at = by, at
    return _moved(found, EditionState.FROZEN, "rounds.frozen", by, at, {"digest": found.digest})


def seal_of(edition: Edition) -> Seal | None:
    """The seal that covers the freezing."""
    frozen = Event.objects.filter(stream=events.stream_of(edition), verb="rounds.frozen").first()
    return None if frozen is None else Seal.objects.filter(first__lte=frozen.pk, last__gte=frozen.pk).first()


def _locked(edition: Edition, wanted: EditionState) -> Edition:
    rows = Edition.objects.select_for_update(of=("self",)).select_related("subject", "previous", "docx")
    found = rows.get(pk=edition.pk)
    rules.check_step(EditionState(found.state), wanted)
    return found


def _moved(
    edition: Edition, state: EditionState, verb: str, by: User, at: datetime, data: dict[str, object]
) -> Edition:
    edition.state = state
    edition.save()
    events.record(verb, edition, by=by, at=at, data=data)
    return edition


# The edition that follows


@transaction.atomic
def follow(edition: Edition, due: date, *, by: User, at: datetime) -> Edition:
    """A new edition of a frozen report: its sections and texts, held against the ledger of now.

    Raises NotAllowed, SigningRefused where it is not frozen, or followed already.
    """
    must_be_plan_office(by)
    if edition.state != EditionState.FROZEN or Edition.objects.filter(previous=edition).exists():
        raise SigningRefused(
            "rounds.no_following", _("Only the newest frozen edition can be followed by another.")
        )
    made = actions.start(
        edition.subject, edition.year, edition.title, kind=EditionKind(edition.kind), by=by, at=at
    )
    made.previous = edition
    made.save(update_fields=["previous"])
    for section, version in parts(edition):
        copy = actions.add_section(made, section.title, section.owner, due, by=by, at=at)
        Section.objects.filter(pk=copy.pk).update(answers=section.answers, waivers=section.waivers)
        if version is not None:
            actions.save(copy.pk, version.text, way=Way.CARRIED, by=by, at=at)
    return made


@transaction.atomic
def explain(edition: Edition, expression: str, why: str, *, by: User, at: datetime) -> ChangeNote:
    """Say why a figure differs from the edition before. Raises NotAllowed, SigningRefused."""
    must_be_plan_office(by)
    actions.must_be_open(edition)
    change = next((c for c in changes.against_previous(edition) if c.expression == expression), None)
    if change is None or not why.strip():
        raise SigningRefused("rounds.unexplained", _("Say in a sentence why this figure changed."))
    made, _created = ChangeNote.objects.update_or_create(
        edition=edition,
        expression=expression,
        defaults={"old": change.old, "new": change.new, "why": why.strip(), "by": by, "at": at},
    )
    data = {"old": change.old, "new": change.new, "note": why.strip()}
    events.record("rounds.explained", edition, by=by, at=at, data=data)
    return made
