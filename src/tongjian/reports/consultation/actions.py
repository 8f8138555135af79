"""Writes of a consultation: sent round, answered by units, each opinion handled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.reports.consultation.choices import Handling
from tongjian.reports.consultation.models import Consultation, Consulted, Opinion
from tongjian.reports.rounds import access, signing
from tongjian.reports.rounds.actions import must_be_open
from tongjian.reports.rounds.models import Edition, Section

MOST = 200  # opinions of one reply
NEEDS_REASON = frozenset({Handling.PARTLY, Handling.REJECTED})


class ConsultationRefused(TongjianError):
    """Something of a consultation that cannot be kept as it is; nothing was written."""


@dataclass(frozen=True, slots=True)
class Said:
    """An opinion as a unit gives it. section: that it is about, None for the whole; passage: the words meant."""

    text: str
    section: Section | None = None
    passage: str = ""


@transaction.atomic
def send(
    edition: Edition,
    units: Sequence[Organisation],
    due: date,
    *,
    note: str = "",
    by: User,
    at: datetime,
) -> Consultation:
    """Send the assembled text to units. Raises NotAllowed, ConsultationRefused, SectionRefused."""
    must_be_plan_office(by)
    must_be_open(edition)
    if not units:
        raise ConsultationRefused("consultation.no_units", _("Choose at least one unit."))
    if not any(v and v.text for _s, v in signing.parts(edition)):
        raise ConsultationRefused("consultation.no_text", _("No section has any text yet."))
    made = signing.book(edition, at)
    number = (edition.consultations.aggregate(n=Max("number"))["n"] or 0) + 1
    name = f"{edition.title}（征求意见稿{number}）.docx"
    sent = Consultation.objects.create(
        edition=edition,
        number=number,
        text=made.text,
        docx=evidence.keep(made.docx, name, by=by, at=at, restricted=True),
        due=due,
        note=note.strip(),
        sent_by=by,
        sent_at=at,
    )
    Consulted.objects.bulk_create(Consulted(consultation=sent, organisation=u) for u in units)
    data = {"units": len(units), "due": str(due), "number": number}
    events.record("consultation.sent", edition, by=by, at=at, data=data)
    return sent


@transaction.atomic
def reply(pk: int, opinions: Sequence[Said], *, by: User, at: datetime) -> Consulted:
    """A unit's answer; without opinions it has none (无意见). A later reply adds to it. Raises NotAllowed."""
    rows = access.repliable_by(by).select_for_update(of=("self",))
    found = rows.select_related("consultation__edition", "organisation__subject").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(
            "consultation.not_asked", _("Your unit was not asked, or the report is with the leader.")
        )
    said = [o for o in opinions if o.text.strip()][:MOST]
    Opinion.objects.bulk_create(
        Opinion(consulted=found, section=o.section, passage=o.passage.strip(), text=o.text.strip(), at=at)
        for o in said
    )
    found.replied_by, found.replied_at = by, at
    found.save(update_fields=["replied_by", "replied_at"])
    data = {"unit": found.organisation.key, "opinions": len(said)}
    events.record("consultation.replied", found.consultation.edition, by=by, at=at, data=data)
    return found


@transaction.atomic
def handle(pk: int, handling: str, reason: str, *, by: User, at: datetime) -> Opinion:
    """What becomes of an opinion; a reason is needed for all that is not taken whole.

    Raises NotAllowed, ConsultationRefused.
    """
    must_be_plan_office(by)
    rows = access.opinions_visible_to(by).select_for_update(of=("self",))
    found = rows.select_related("consulted__consultation__edition").filter(pk=pk).first()
    if found is None:
        raise NotAllowed("consultation.no_opinion", _("There is no such opinion."))
    if handling not in Handling.values:
        raise ConsultationRefused("consultation.no_handling", _("Choose what becomes of the opinion."))
    if handling in NEEDS_REASON and not reason.strip():
        raise ConsultationRefused(
            "consultation.no_reason", _("Say why the opinion is not taken, or only in part.")
        )
    must_be_open(found.consulted.consultation.edition)
    found.handling, found.reason = handling, reason.strip()
    found.handled_by, found.handled_at = by, at
    found.save(update_fields=["handling", "reason", "handled_by", "handled_at"])
    data = {"opinion": found.text[:80], "handling": handling, "note": found.reason}
    events.record("consultation.handled", found.consulted.consultation.edition, by=by, at=at, data=data)
    return found
