"""附件: files of a case, cleaned, kept as personal evidence of the unit that brought them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tongjian.kernel import evidence
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import FileSensitivity
from tongjian.kernel.models import User
from tongjian.records.cases import queries, store
from tongjian.records.cases.cleaning import cleaned
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.masking import mask
from tongjian.records.cases.models import Attachment

STEP = "attach"


@transaction.atomic
def attach(case_id: int, data: bytes, name: str, *, what: str = "", by: User, at: datetime) -> Attachment:
    """Keep a file with a case the user may act on. what: before, after, proof, letter. Raises TongjianError, NotAllowed."""
    case = queries.editable_by(by, case_id, lock=True)
    clean = cleaned(data, name)
    stem = mask(name.rpartition(".")[0] or name)[:80]
    file = evidence.keep(
        clean.data, stem + clean.suffix, by=by, at=at, owner=by.organisation, restricted=True
    )
    if file.sensitivity == FileSensitivity.RESTRICTED:
        file.sensitivity = FileSensitivity.PERSONAL
        file.save(update_fields=["sensitivity"])
    row = Attachment.objects.create(
        case=case, file=file, what=what[:24], original_sha256=clean.original, by=by, at=at
    )
    store.apply(store.held([case]), [Change(STEP, at, words={"attachment": row.pk, "what": what})], by=by)
    return row


def of_case(user: Viewer, case_id: int) -> QuerySet[Attachment]:
    """Attachments of a case the user sees, erased ones left out."""
    seen = queries.visible_to(user).filter(pk=case_id)
    return Attachment.objects.filter(case__in=seen, erased_at__isnull=True).select_related("file")
