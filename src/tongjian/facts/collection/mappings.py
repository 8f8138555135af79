"""Saving column mappings: one name a sender, editable by the plan office and by the sender."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.mapping import Layout, MappingError, layout_of
from tongjian.facts.models import ColumnMapping
from tongjian.kernel import definitions, events
from tongjian.kernel.access import Viewer, organisations_editable_by
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User


def visible_to(user: Viewer) -> QuerySet[ColumnMapping]:
    """Those of organisations that the user speaks for."""
    own = organisations_editable_by(user).values("pk")
    return ColumnMapping.objects.filter(organisation__in=own).select_related("organisation__subject", "by")


def heading_words() -> dict[str, list[str]]:
    """Words of headings in the collection pack; see guessing.Words."""
    found = next((b for b in definitions.bodies("collection") if b["key"] == "default"), {})
    return {str(k): [str(w) for w in words] for k, words in found.get("headings", {}).items()}


@transaction.atomic
def save(
    organisation: Organisation, name: str, layout: Layout, *, by: User, at: datetime, pk: int | None = None
) -> ColumnMapping:
    """Keep a mapping, or change one. Raises NotAllowed, TongjianError for one that cannot be meant."""
    if not organisations_editable_by(by).filter(pk=organisation.pk).exists():
        raise NotAllowed("collection.unit", _("Choose a unit that you report for."))
    _check(layout)
    found = visible_to(by).filter(pk=pk).first() if pk else None
    taken = ColumnMapping.objects.filter(organisation=organisation, name=name.strip()).first()
    if taken is not None and (found is None or taken.pk != found.pk):
        raise TongjianError(
            "collection.mapping_twice", _("The unit has a mapping of this name. Choose another name.")
        )
    made = found or ColumnMapping()
    made.organisation, made.name, made.body = organisation, name.strip()[:128] or layout.sheet, layout.body()
    made.at, made.by = at, by
    made.save()
    events.record("collection.mapping_saved", made, by=by, at=at, data={"note": made.name})
    return made


def _check(layout: Layout) -> None:
    try:
        layout_of(layout.body())
    except (MappingError, TypeError) as error:
        raise TongjianError(
            "collection.mapping_wanting",
            _("Say which column holds the names of the rows, and at least one that holds numbers."),
        ) from error


@transaction.atomic
def delete(pk: int, *, by: User, at: datetime) -> None:
    """Raises NotAllowed."""
    found = visible_to(by).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("collection.no_mapping", _("The mapping is not there, or not open to you."))
    events.record("collection.mapping_deleted", found, by=by, at=at, data={"note": found.name})
    found.delete()
