"""A report that units write together, as far as each has come: one section handed in, one with a wrong figure, one not begun."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import yaml
from django.conf import settings
from django.utils import timezone

from tongjian.demo import accounts, files
from tongjian.kernel.models import Organisation, Subject
from tongjian.reports.consultation import actions as consultation
from tongjian.reports.consultation.actions import Said
from tongjian.reports.consultation.models import Consultation
from tongjian.reports.rounds import actions
from tongjian.reports.rounds.actions import save as new_version
from tongjian.reports.rounds.models import Edition, Section

Data = Mapping[str, Any]


def keep(at: datetime) -> bool:
    """Begin the sample report as long as nobody has begun one. Returns whether it was."""
    if Edition.objects.exists():
        return False
    data, today = _data(), timezone.localtime(at).date()
    subject = Subject.objects.get(key=settings.DISTRICT)
    edition = actions.start(subject, files.YEAR, data["title"], by=accounts.office(), at=at)
    for row in data["sections"]:
        _section(edition, row, today, at)
    _consult(edition, data["consultation"], today, at)
    return True


def _data() -> Data:
    found: Data = yaml.safe_load((files.SHIPPED / "together.yaml").read_text(encoding="utf-8"))
    return found


def _section(edition: Edition, row: Data, today: date, at: datetime) -> None:
    owner, by = _unit(row["owner"]), accounts.speaker(row["owner"])
    due = today + timedelta(days=row["due"])
    made = actions.add_section(edition, row["title"], owner, due, by=accounts.office(), at=at)
    if row.get("text"):
        new_version(made.pk, row["text"], by=by, at=at)
    if row.get("handed_in"):
        actions.hand_in(made.pk, by=by, at=at)


def _unit(key: str) -> Organisation:
    return Organisation.objects.select_related("subject").get(subject__key=key)


def _consult(edition: Edition, data: Data, today: date, at: datetime) -> None:
    due = today + timedelta(days=data["due"])
    units = [_unit(key) for key in data["units"]]
    sent = consultation.send(edition, units, due, note=data["note"], by=accounts.office(), at=at)
    sections = {s.title: s for s in edition.sections.all()}
    for row in data["replies"]:
        _reply(sent, row, sections, at)


def _reply(sent: Consultation, row: Data, sections: Mapping[str, Section], at: datetime) -> None:
    asked = sent.consulted.get(organisation=_unit(row["unit"]))
    said = [Said(row["text"], sections.get(row["section"]), row["passage"])] if "text" in row else []
    consultation.reply(asked.pk, said, by=accounts.speaker(row["unit"]), at=at)
    if "handling" in row:
        opinion = asked.opinions.get()
        consultation.handle(opinion.pk, row["handling"], row["reason"], by=accounts.office(), at=at)
