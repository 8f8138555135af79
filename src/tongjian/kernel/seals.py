"""封存: events in batches, each with a digest over all of them and over the batch before.

What the chain proves: no event of a sealed batch was changed, taken out or put in since, unless all later seals were made
anew as well; so whoever keeps one digest elsewhere can tell. It does not prove that what was recorded was true.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from tongjian.kernel.models import Event, Seal

MOST = 10_000  # events in one batch
READ_AT_ONCE = 2_000
BEGINNING = "0" * 64  # stands for the batch before the first


@dataclass(frozen=True, slots=True)
class Broken:
    """A batch that is not what was sealed. code: chain (does not follow the one before), count, digest."""

    seal: Seal
    code: str


@dataclass(frozen=True, slots=True)
class Audited:
    """seals, events: that were looked at; unsealed: events since the last seal; last: its digest, "" for none."""

    seals: int
    events: int
    unsealed: int
    last: str
    broken: tuple[Broken, ...]


def seal(at: datetime) -> list[Seal]:
    """Seal every event that is there; nothing new: nothing happens. Two at once: the second waits and finds none left."""
    last = _settled()
    made: list[Seal] = []
    while found := _next(last, at):
        made.append(found)
    return made


def audit() -> Audited:
    """Reckon every seal again, from the first on."""
    broken, before, events, last, seals = [], BEGINNING, 0, 0, 0
    for one in Seal.objects.order_by("pk").iterator():
        digest, count = _digest(before, one.first, one.last)
        code = _fault(one, before, last, digest, count)
        broken += [Broken(one, code)] if code else []
        before, last, seals, events = one.digest, one.last, seals + 1, events + count
    unsealed = Event.objects.filter(pk__gt=last).count()
    return Audited(seals, events, unsealed, before if seals else "", tuple(broken))


def is_known(digest: str) -> bool:
    """Is there a seal with this digest, as somebody kept it elsewhere?"""
    return Seal.objects.filter(digest=digest).exists()


def _fault(one: Seal, before: str, last: int, digest: str, count: int) -> str:
    if (one.previous, one.first) != (before, last + 1):
        return "chain"
    if one.count != count:
        return "count"
    return "digest" if one.digest != digest else ""


@transaction.atomic
def _settled() -> int:
    """The highest key up to which no event can appear any more: nobody who is writing one has not finished."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Event._meta.db_table)} IN SHARE MODE")
    return int(Event.objects.aggregate(last=Max("pk"))["last"] or 0)


@transaction.atomic
def _next(last: int, at: datetime) -> Seal | None:
    """The next batch; each in a transaction of its own, so that a run that is killed leaves whole ones."""
    _alone()
    before = Seal.objects.order_by("-pk").first()
    first = before.last + 1 if before else 1
    keys = Event.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk", flat=True)
    some = list(keys[:MOST])
    if not some:
        return None
    previous = before.digest if before else BEGINNING
    digest, count = _digest(previous, first, some[-1])
    return Seal.objects.create(
        first=first, last=some[-1], count=count, digest=digest, previous=previous, at=at
    )


def _alone() -> None:
    """One sealer at a time; SQLite has one writer anyhow."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Seal._meta.db_table)} IN EXCLUSIVE MODE")


def _digest(previous: str, first: int, last: int) -> tuple[str, int]:
    """SHA-256 over the digest before and each event of the range, by key; and how many there are."""
    made, count = hashlib.sha256(f"{previous} {first} {last}".encode()), 0
    for line in _lines(first, last):
        made.update(line)
        count += 1
    return made.hexdigest(), count


def _lines(first: int, last: int) -> Iterator[bytes]:
    rows = Event.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    columns = ("pk", "stream", "seq", "verb", "actor_id", "at", "data")
    for row in rows.values_list(*columns).iterator(chunk_size=READ_AT_ONCE):
        yield _line(row)


def _line(row: tuple[Any, ...]) -> bytes:
    pk, stream, seq, verb, actor, at, data = row
    said = [pk, stream, seq, verb, actor, at.astimezone(UTC).isoformat(), data]
    return ("\n" + json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))).encode()
