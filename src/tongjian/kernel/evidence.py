"""Keeping files as received, and naming places in them."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tongjian.kernel import events
from tongjian.kernel.choices import FileSensitivity, PlaceKind
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User


def keep(
    data: bytes,
    name: str,
    *,
    by: User | None,
    at: datetime,
    owner: Organisation | None = None,
    restricted: bool = False,
) -> EvidenceFile:
    """Store bytes by their SHA-256 and return their row; the same bytes twice are one file.

    restricted: for the owner's subtree and the plan office alone until `release`; bytes that were accepted before stay
    open, and restricted ones that come again by an open door become so. The bytes are on disk before the row is: a
    crash in between leaves an unnamed file, never a row without bytes.
    """
    digest = hashlib.sha256(data).hexdigest()
    found = EvidenceFile.objects.filter(sha256=digest).first()
    row = found or EvidenceFile(
        sha256=digest,
        name=name[-255:],
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(data),
        sensitivity=FileSensitivity.RESTRICTED if restricted else FileSensitivity.INTERNAL,
        owner=owner,
        received_at=at,
        received_by=by,
    )
    _write(row, data)
    if found is None:
        row.save()
    elif restricted:
        _claim(row, owner)
    else:
        release([row], by=by, at=at)
    return row


def _claim(row: EvidenceFile, owner: Organisation | None) -> None:
    """A file of nobody's turns out to be a unit's: the unit may see it from now on."""
    if row.owner is None and owner is not None and row.sensitivity == FileSensitivity.RESTRICTED:
        row.owner = owner
        row.save(update_fields=["owner"])


@transaction.atomic(savepoint=False)
def release(files: Sequence[EvidenceFile], *, by: User | None, at: datetime) -> None:
    """What the files say was accepted: those that were restricted are internal from now on, and the log says so."""
    closed = [f for f in files if f.sensitivity == FileSensitivity.RESTRICTED]
    for file in closed:
        file.sensitivity = FileSensitivity.INTERNAL
    if closed:
        EvidenceFile.objects.bulk_update(closed, ["sensitivity"])
        events.record_all("evidence.released", [(f, {}) for f in closed], by=by, at=at)


def _write(row: EvidenceFile, data: bytes) -> None:
    if row.path.exists():
        return
    row.path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=row.path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, row.path)  # noqa: PTH105 - atomic


def cell(file: EvidenceFile, sheet: str, ref: str, text: str) -> Place:
    """The place of one workbook cell."""
    return _place(file, PlaceKind.CELL, f"{sheet}!{ref}", text)


def span(file: EvidenceFile, start: int, end: int, text: str) -> Place:
    """The place of a passage: characters of the text as read, end exclusive."""
    return _place(file, PlaceKind.SPAN, f"{start}-{end}", text)


def whole(file: EvidenceFile) -> Place:
    """The file itself: a photo, a certificate."""
    return _place(file, PlaceKind.WHOLE, "", "")


def _place(file: EvidenceFile, kind: PlaceKind, locator: str, excerpt: str) -> Place:
    place, _ = Place.objects.get_or_create(
        file=file, kind=kind, locator=locator, defaults={"excerpt": excerpt}
    )
    return place
