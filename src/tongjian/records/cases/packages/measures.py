"""一企一策措施: what was settled for one enterprise, step by step: who does it, by when, done with what."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases.masking import mask
from tongjian.records.cases.packages import queries
from tongjian.records.cases.packages.models import Measure


@transaction.atomic
def add(pk: int, words: str, *, unit: Organisation, due_on: date, by: User, at: datetime) -> Measure:
    """Settle a measure of the enterprise's own policy. Raises NotAllowed, TongjianError."""
    row = queries.editable_by(by, pk, lock=True)
    if not row.policy:
        raise TongjianError(
            "packages.no_policy", _("Settle the policy for this enterprise first; measures carry it out.")
        )
    if not words.strip():
        raise TongjianError("packages.measure_empty", _("Say what is to be done."))
    made = Measure.objects.create(
        package=row, words=mask(words.strip()), unit=unit, due_on=due_on, by=by, at=at
    )
    told = {"measure": made.pk, "unit": unit.pk, "due_on": due_on.isoformat()}
    events.record("service_package.measure", row, by=by, at=at, data=told)
    return made


@transaction.atomic
def finish(pk: int, measure: int, *, on: date, words: str, by: User, at: datetime) -> Measure:
    """A measure is done, and what was done. Raises NotAllowed, TongjianError."""
    row = queries.editable_by(by, pk, lock=True)
    found = row.measures.filter(pk=measure).first()
    if found is None:
        raise NotAllowed("packages.no_measure", _("There is no such measure of this package."))
    if found.done_on is not None:
        raise TongjianError("packages.measure_done", _("This measure is done already."))
    if not words.strip() or on > timezone.localtime(at).date():
        raise TongjianError(
            "packages.measure_unsaid", _("Say what was done, and on which day; not one that lies ahead.")
        )
    found.done_on, found.done_words = on, mask(words.strip())
    found.save(update_fields=["done_on", "done_words"])
    told = {"measure": found.pk, "on": on.isoformat()}
    events.record("service_package.measure_done", row, by=by, at=at, data=told)
    return found
