"""Writes of an edition while it is being written: started, divided, written, answered, handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, Subject, User
from tongjian.reports.drafts.types import NAMED, State
from tongjian.reports.resolver import LedgerResolver
from tongjian.reports.rounds import access, examining
from tongjian.reports.rounds.choices import EditionKind, EditionState, Way
from tongjian.reports.rounds.examining import Examined
from tongjian.reports.rounds.models import Edition, Section, SectionVersion

CONTRADICTED = frozenset({State.DIFFERS, State.CHANGED})
LONGEST = 60_000  # characters of a section


class SectionRefused(TongjianError):
    """A section, or its text, that cannot be kept as it is; nothing was written."""


@transaction.atomic
def start(
    subject: Subject,
    year: int,
    title: str,
    *,
    kind: EditionKind = EditionKind.ANNUAL,
    by: User,
    at: datetime,
) -> Edition:
    """A report to be written together. Raises NotAllowed, SectionRefused."""
    must_be_plan_office(by)
    if not title.strip():
        raise SectionRefused("rounds.no_title", _("Give the report its title."))
    last = Edition.objects.filter(subject=subject, year=year, kind=kind).aggregate(n=Max("number"))["n"] or 0
    if last and not Edition.objects.filter(
        subject=subject, year=year, kind=kind, number=last, state=EditionState.FROZEN
    ):
        raise SectionRefused(
            "rounds.open_edition", _("This report of the year is being written already. Open it in the list.")
        )
    made = Edition.objects.create(
        subject=subject,
        year=year,
        kind=kind,
        number=last + 1,
        title=title.strip()[:200],
        started_by=by,
        started_at=at,
    )
    events.record("rounds.started", made, by=by, at=at, data={"title": made.title})
    return made


@transaction.atomic
def add_section(
    edition: Edition, title: str, owner: Organisation, due: date, *, by: User, at: datetime
) -> Section:
    """One more section, after the others. Raises NotAllowed, SectionRefused."""
    must_be_plan_office(by)
    must_be_open(edition)
    if not title.strip():
        raise SectionRefused("rounds.no_heading", _("Give the section its heading."))
    last = edition.sections.aggregate(n=Max("order"))["n"] or 0
    made = Section.objects.create(
        edition=edition, order=last + 1, title=title.strip()[:200], owner=owner, due=due
    )
    events.record("rounds.assigned", made, by=by, at=at, data={"unit": owner.key, "due": str(due)})
    return made


@transaction.atomic
def assign(pk: int, *, title: str, owner: Organisation, due: date, by: User, at: datetime) -> Section:
    """Another heading, unit or due day. Raises NotAllowed, SectionRefused."""
    must_be_plan_office(by)
    section = access.section_of(by, pk)
    if not title.strip():
        raise SectionRefused("rounds.no_heading", _("Give the section its heading."))
    section.title, section.owner, section.due = title.strip()[:200], owner, due
    section.save(update_fields=["title", "owner", "due"])
    events.record("rounds.assigned", section, by=by, at=at, data={"unit": owner.key, "due": str(due)})
    return section


@transaction.atomic
def remove(pk: int, *, by: User, at: datetime) -> Edition:
    """Take back a section that nobody has written in. Raises NotAllowed, SectionRefused."""
    must_be_plan_office(by)
    section = access.section_of(by, pk)
    if section.versions.exists():
        raise SectionRefused(
            "rounds.has_text", _("Somebody has written in this section. Empty its text instead.")
        )
    data = {"section": section.title, "unit": section.owner.key}
    events.record("rounds.removed", section.edition, by=by, at=at, data=data)
    section.delete()
    return section.edition


@transaction.atomic
def save(
    pk: int,
    text: str,
    *,
    base: int | None = None,
    way: Way = Way.TYPED,
    file: tuple[bytes, str] | None = None,
    by: User,
    at: datetime,
) -> SectionVersion:
    """The section's text as its next version; the same text again is no new one.

    base: number of the version that the writer began with. Raises NotAllowed; SectionRefused where somebody saved
    another one meanwhile, for a text that is too long, for references that lead nowhere.
    """
    section = access.section_of(by, pk)
    newest = section.versions.first()
    _must_follow(newest, base)
    if len(text) > LONGEST:
        raise SectionRefused(
            "rounds.too_long",
            _("The text has more than %(most)s characters. Divide the section."),
            {"most": LONGEST},
        )
    found = examining.examine(section, text, at)
    _must_lead_somewhere(found)
    if newest is not None and newest.text == found.text:
        return newest
    return _keep(section, newest, found, way, _kept(section, file, by, at), by, at)


def _must_follow(newest: SectionVersion | None, base: int | None) -> None:
    if base is not None and newest is not None and newest.number > base:
        raise SectionRefused(
            "rounds.saved_meanwhile",
            _(
                "%(who)s saved version %(number)s meanwhile. Your text stands below: copy what you need, load the page "
                "again and put it in."
            ),
            {"who": newest.saved_by or "", "number": newest.number},
        )


def _must_lead_somewhere(found: Examined) -> None:
    if found.problems:
        told = " ".join(p.told(get_language() or "zh") for p in found.problems)
        raise SectionRefused("rounds.reference", _("The text was not saved. %(told)s"), {"told": told})


def _kept(section: Section, file: tuple[bytes, str] | None, by: User, at: datetime) -> EvidenceFile | None:
    if file is None:
        return None
    data, name = file
    return evidence.keep(data, name, by=by, at=at, owner=section.owner, restricted=True)


def _keep(
    section: Section,
    newest: SectionVersion | None,
    found: Examined,
    way: Way,
    file: EvidenceFile | None,
    by: User,
    at: datetime,
) -> SectionVersion:
    made = SectionVersion.objects.create(
        section=section,
        number=1 if newest is None else newest.number + 1,
        text=found.text,
        way=way,
        file=file,
        items=found.items,
        findings=found.findings,
        known_at=at,
        saved_by=by,
        saved_at=at,
    )
    section.answers, section.handed_in_at, section.handed_in_by = found.answers, None, None
    section.save(update_fields=["answers", "handed_in_at", "handed_in_by"])
    data = {"version": made.number, "way": way.value, "characters": len(found.text)}
    events.record("rounds.saved", section, by=by, at=at, data=data)
    return made


@transaction.atomic
def restore(pk: int, number: int, *, by: User, at: datetime) -> SectionVersion:
    """An earlier version once more, as the newest. Raises NotAllowed, SectionRefused."""
    section = access.section_of(by, pk)
    earlier = section.versions.filter(number=number).first()
    if earlier is None:
        raise SectionRefused("rounds.no_version", _("There is no such version."))
    return save(pk, earlier.text, way=Way.RESTORED, by=by, at=at)


@transaction.atomic
def answer(pk: int, key: str, choice: str, *, reason: str = "", by: User, at: datetime) -> Section:
    """What a number means: a fact's reference, `named` for one that needs no source, empty to take it back.

    A number that the ledger contradicts stays with a reason alone, which the leader sees. Raises NotAllowed;
    SectionRefused for a number that is not in the section, a reference that leads to no figure, a reason that is wanting.
    """
    section = access.section_of(by, pk)
    newest = section.versions.first()
    row = next((i for i in newest.items if i["key"] == key), None) if newest else None
    if newest is None or row is None:
        raise SectionRefused(
            "rounds.no_number", _("This number is not in the saved text. Save it first, then answer.")
        )
    if choice not in ("", NAMED):
        _must_be_figure(section, choice, at)
    if choice == NAMED and row["state"] in CONTRADICTED and not reason.strip():
        raise SectionRefused(
            "rounds.no_reason", _("The ledger has another value. Say why this number stands as it is.")
        )
    section.answers = {**section.answers, key: choice}
    section.waivers = _with(section.waivers, key, reason if choice == NAMED else "")
    section.save(update_fields=["answers", "waivers"])
    _examined_again(section, newest, at)
    data = {"number": row["shown"], "choice": choice, "note": reason.strip()}
    events.record("rounds.answered", section, by=by, at=at, data=data)
    return section


def _with(waivers: Mapping[str, str], key: str, reason: str) -> dict[str, str]:
    """The reasons with this one; an empty one takes it away."""
    others = {k: v for k, v in waivers.items() if k != key}
    return {**others, key: reason.strip()} if reason.strip() else others


def _must_be_figure(section: Section, ref: str, at: datetime) -> None:
    if LedgerResolver(section.edition.subject.key, at).figure(ref) is None:
        raise SectionRefused(
            "rounds.unknown_fact",
            _("“%(ref)s” leads to no figure. Find it by its name and choose it from the list."),
            {"ref": ref},
        )


def _examined_again(section: Section, version: SectionVersion, at: datetime) -> None:
    found = examining.examine(section, version.text, at)
    version.items, version.findings, version.known_at = found.items, found.findings, at
    version.save(update_fields=["items", "findings", "known_at"])


@transaction.atomic
def correct(pk: int, key: str, *, by: User, at: datetime) -> SectionVersion:
    """The ledger's value in a wrong number's place, as the next version. Raises NotAllowed, SectionRefused."""
    section = access.section_of(by, pk)
    newest = section.versions.first()
    row = next((i for i in newest.items if i["key"] == key and i["suggestion"]), None) if newest else None
    if newest is None or row is None:
        raise SectionRefused(
            "rounds.no_number", _("This number is not in the saved text. Save it first, then answer.")
        )
    text = newest.text[: row["start"]] + row["suggestion"] + newest.text[row["end"] :]
    return save(pk, text, by=by, at=at)


@transaction.atomic
def waive(pk: int, key: str, reason: str, *, by: User, at: datetime) -> Section:
    """Say why a finding stays; an empty reason takes it back. Raises NotAllowed, SectionRefused."""
    section = access.section_of(by, pk)
    newest = section.versions.first()
    if newest is None or all(f["key"] != key for f in newest.findings):
        raise SectionRefused("rounds.no_finding", _("This finding is no longer there. Load the page again."))
    section.waivers = _with(section.waivers, key, reason)
    section.save(update_fields=["waivers"])
    events.record("rounds.waived", section, by=by, at=at, data={"note": reason.strip()})
    return section


@transaction.atomic
def hand_in(pk: int, *, by: User, at: datetime) -> Section:
    """The unit says that its section is ready; wrong figures do not stop it, they stop the signature."""
    section = access.section_of(by, pk)
    newest = section.versions.first()
    if newest is None or not newest.text:
        raise SectionRefused("rounds.nothing_yet", _("The section has no text yet. Write it first."))
    section.handed_in_at, section.handed_in_by = at, by
    section.save(update_fields=["handed_in_at", "handed_in_by"])
    events.record("rounds.handed_in", section, by=by, at=at, data={"version": newest.number})
    return section


def must_be_open(edition: Edition) -> None:
    if edition.state != EditionState.WRITING:
        raise SectionRefused(
            "rounds.closed", _("The report is “%(state)s” and no longer written."),
            {"state": EditionState(edition.state).label},
        )  # fmt: skip
