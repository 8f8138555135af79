"""企业联系人: the person at the enterprise, sealed like the parties of cases; every look is an event with its reason."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.records.cases import personal
from tongjian.records.cases.masking import mask, shown_name, shown_phone
from tongjian.records.cases.packages import queries
from tongjian.records.cases.packages.models import Contact
from tongjian.records.cases.personal import Person

RECORD_SET = "service_package"


@transaction.atomic
def keep(pk: int, name: str, phone: str, *, by: User, at: datetime) -> Contact:
    """The one person whom the manager calls; another takes their place, the one before is gone. Raises NotAllowed, TongjianError."""
    row = queries.editable_by(by, pk, lock=True)
    person = Person(name.strip(), phone.strip())
    if not person.name or not person.phone:
        raise TongjianError("packages.contact_wanting", _("A contact has a name and a number."))
    key = personal.set_key(RECORD_SET, at)
    told = {
        "key_id": key.pk,
        "sealed": personal.sealed(person, key),
        "shown_name": shown_name(person.name),
        "shown_phone": shown_phone(person.phone),
        "kept_at": at,
    }
    made, _new = Contact.objects.update_or_create(package=row, defaults=told)
    events.record("service_package.contact", row, by=by, at=at, data={"fields": ["name", "phone"]})
    return made


@transaction.atomic
def reveal(pk: int, *, reason: str, by: User, at: datetime) -> Person:
    """The person behind the contact, for who serves the enterprise. The event says who looked and why, not what it says.

    Raises NotAllowed, TongjianError.
    """
    row = queries.editable_by(by, pk, lock=True)
    found = Contact.objects.select_related("key").filter(package=row).first()
    if found is None:
        raise TongjianError("packages.no_contact", _("No contact is on file for this enterprise."))
    if not reason.strip():
        raise TongjianError("cases.reveal_reason", _("Say why you need to see who it is."))
    person = personal.opened_with(found.key, bytes(found.sealed))
    events.record("service_package.contact_revealed", row, by=by, at=at, data={"reason": mask(reason)})
    return person


@transaction.atomic
def drop(pk: int, *, by: User, at: datetime) -> None:
    """Erase the contact. Raises NotAllowed."""
    row = queries.editable_by(by, pk, lock=True)
    gone, _by_model = Contact.objects.filter(package=row).delete()
    if gone:
        events.record("service_package.contact_dropped", row, by=by, at=at)
