"""答复模板: shipped ones from the pack `reply_templates`, and a unit's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, events
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.records.cases.models import ReplyTemplate

KIND = "reply_templates"


@dataclass(frozen=True, slots=True)
class Offered:
    """A template as a form offers it. own: its number where it is the unit's; None: shipped."""

    title: str
    text: str
    own: int | None = None


def offered(user: User, case_type: str = "") -> list[Offered]:
    """The user's unit's own first, then the shipped ones; those of a type, or all."""
    own = ReplyTemplate.objects.filter(unit=user.organisation_id) if user.organisation_id else []
    kept = [Offered(t.title, t.text, t.pk) for t in own if not case_type or t.type in {"", case_type}]
    english = (get_language() or "").startswith("en")
    for body in definitions.bodies(KIND):
        if not case_type or case_type in body.get("types", [case_type]):
            kept.append(Offered(str(body["name_en" if english else "name"]), str(body["text"])))
    return kept


@transaction.atomic
def keep(title: str, text: str, *, case_type: str = "", by: User, at: datetime) -> ReplyTemplate:
    """A template for the user's own unit; the same title again changes it. Raises NotAllowed, TongjianError."""
    if by.role not in {Role.DEPARTMENT, Role.PLAN_OFFICE} or by.organisation is None:
        raise NotAllowed("cases.template_not_yours", _("Reply templates are kept by people of a unit."))
    if not title.strip() or not text.strip():
        raise TongjianError("cases.template_empty", _("A reply template needs a title and its words."))
    row, _made = ReplyTemplate.objects.update_or_create(
        unit=by.organisation,
        title=title.strip()[:80],
        defaults={"text": text.strip(), "type": case_type, "by": by, "at": at},
    )
    events.record("reply_template.kept", row, by=by, at=at, data={"title": row.title})
    return row


@transaction.atomic
def drop(pk: int, *, by: User, at: datetime) -> None:
    """Take one of the own unit's templates away. Raises NotAllowed."""
    row = ReplyTemplate.objects.filter(pk=pk, unit=by.organisation_id or 0).first()
    if row is None:
        raise NotAllowed("cases.template_not_yours", _("Reply templates are kept by people of a unit."))
    events.record("reply_template.dropped", row, by=by, at=at, data={"title": row.title})
    row.delete()
