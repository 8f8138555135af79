"""到期清除: after its type's retention a case holds nothing of its citizen any more. A job, safe to run twice.

Gone are: the sealed parties, the words of the case and of its follow-ups, its attachments, the file it came in with, its
entry in the search index; and the key of a record set once nobody is left in it. Figures stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from tongjian.kernel.models import EvidenceFile
from tongjian.records.cases import personal, search, store
from tongjian.records.cases.bulk import is_sqlite
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.models import (
    Attachment,
    Case,
    Contact,
    Delivery,
    Exclusion,
    Party,
    RecordKey,
    Survey,
)

STEP = "erase"
AT_ONCE = 500
YOUNG = timedelta(days=62)  # a record set may still grow
ERASED = "erased"


@dataclass(slots=True)
class Erased:
    """How many cases, parties, files and keys were emptied or dropped."""

    cases: int = 0
    parties: int = 0
    files: int = 0
    keys: int = 0


def expire(today: date, *, at: datetime) -> Erased:
    """Erase the personal data of every case whose retention ended before `today`."""
    done = Erased()
    _overwrite_deleted()
    while True:
        with transaction.atomic():
            due = Case.objects.filter(retain_until__lt=today, erased_at__isnull=True)
            rows = list(due.select_for_update(of=("self",)).order_by("retain_until")[:AT_ONCE])
            paths: list[Path] = _erase(rows, done, at) if rows else []
        for path in paths:
            path.unlink(missing_ok=True)
        if not rows:
            break
    done.keys = _drop_keys(at)
    return done


def _overwrite_deleted() -> None:
    """SQLite leaves deleted bytes in its pages unless told otherwise; PostgreSQL's vacuum takes them."""
    if is_sqlite():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _erase(rows: Sequence[Case], done: Erased, at: datetime) -> list[Path]:
    pks = [r.pk for r in rows]
    search.reword((r.pk, search.indexed_text(r), "") for r in rows)
    gone, _by_model = Party.objects.filter(case__in=pks).delete()
    Survey.objects.filter(case__in=pks).update(words="")
    Exclusion.objects.filter(case__in=pks).update(words="", decision="")
    attached = Attachment.objects.filter(case__in=pks, erased_at__isnull=True)
    files = list(attached.values_list("file", flat=True))
    attached.update(erased_at=at)
    deliveries = Delivery.objects.filter(cases__in=pks, erased_at__isnull=True).distinct()
    files += [f for f in deliveries.values_list("file", flat=True) if f]
    Delivery.objects.filter(pk__in=list(deliveries.values_list("pk", flat=True))).update(erased_at=at)
    store.apply(store.held(rows), [Change(STEP, at) for _row in rows], by=None)
    for row in rows:
        row.title = row.text = row.place = row.source_digest = ""
        row.sketch, row.erased_at = None, at
    Case.objects.bulk_update(
        rows, ["title", "text", "place", "source_digest", "sketch", "erased_at"], batch_size=AT_ONCE
    )
    done.cases, done.parties, done.files = (
        done.cases + len(rows),
        done.parties + gone,
        done.files + len(files),
    )
    return _emptied(files)


def _emptied(pks: Iterable[int]) -> list[Path]:
    """Files that no other attachment still holds lose their name; returns where their bytes lie."""
    held = Attachment.objects.filter(file__in=list(pks), erased_at__isnull=True).values_list(
        "file", flat=True
    )
    free = EvidenceFile.objects.filter(pk__in=set(pks) - set(held))
    paths: list[Path] = [f.path for f in free]
    free.update(name=ERASED, size=0)
    return paths


def _drop_keys(at: datetime) -> int:
    """Keys of record sets that nobody is left in and that no longer grow."""
    used = Party.objects.values("key").union(Contact.objects.values("key"))
    gone, _by_model = RecordKey.objects.filter(made_at__lt=at - YOUNG).exclude(pk__in=used).delete()
    if gone:
        personal.forget_keys()
    return gone
