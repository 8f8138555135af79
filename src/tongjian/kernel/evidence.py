"""Keeping files as received, and naming places in them."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import tempfile
from datetime import datetime

from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User


def keep(
    data: bytes, name: str, *, by: User | None, at: datetime, owner: Organisation | None = None
) -> EvidenceFile:
    """Store bytes by their SHA-256 and return their row; the same bytes twice are one file.

    The bytes are on disk before the row is: a crash in between leaves an unnamed file, never a row without bytes.
    """
    digest = hashlib.sha256(data).hexdigest()
    found = EvidenceFile.objects.filter(sha256=digest).first()
    row = found or EvidenceFile(
        sha256=digest,
        name=name[-255:],
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        size=len(data),
        owner=owner,
        received_at=at,
        received_by=by,
    )
    _write(row, data)
    if found is None:
        row.save()
    return row


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
