"""Definitions: rows made from packs, versioned; the newest row of a key rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tongjian.kernel.models import Definition
from tongjian.packs import Entry, entries


@dataclass(frozen=True, slots=True)
class Change:
    """What applying a pack would do to one key: `before` None means new."""

    entry: Entry
    before: Definition | None


def folders() -> tuple[Path, ...]:
    """The district's own packs, laid over the shipped ones."""
    return (Path(settings.EXTRA_PACKS),) if settings.EXTRA_PACKS else ()


def digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def newest(kind: str) -> dict[str, Definition]:
    """key → the ruling version."""
    return {d.key: d for d in Definition.objects.filter(kind=kind).order_by("version")}


def changes(kind: str, *more: Path) -> list[Change]:
    """What the packs hold that the rows do not."""
    known = newest(kind)
    found = entries(kind, *folders(), *more)
    return [
        Change(e, known.get(e.key))
        for e in found
        if e.key not in known or known[e.key].digest != digest(e.body)
    ]


@transaction.atomic
def apply(found: Iterable[Change], *, at: datetime) -> list[Definition]:
    """Write the next version of each changed definition."""
    return [
        Definition.objects.create(
            kind=c.entry.kind,
            key=c.entry.key,
            version=c.before.version + 1 if c.before else 1,
            body=c.entry.body,
            digest=digest(c.entry.body),
            applied_at=at,
        )
        for c in found
    ]


@lru_cache(maxsize=32)
def _pack_bodies(kind: str, where: tuple[Path, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(e.body for e in entries(kind, *where))


def bodies(kind: str) -> list[dict[str, Any]]:
    """The ruling bodies of a kind: rows where applied, else the packs (word tables before the first apply)."""
    rows = newest(kind)
    return [d.body for d in rows.values()] if rows else list(_pack_bodies(kind, folders()))


@dataclass(frozen=True, slots=True)
class Ruling:
    """A body with its version; 0: out of the packs, not applied yet."""

    key: str
    body: dict[str, Any]
    version: int


def ruling(kind: str, at: datetime | None = None) -> list[Ruling]:
    """What ruled at `at` (None: now). A key that was not applied by then rules by its first version."""
    return ruling_at(kind, [at])[0]


def ruling_at(kind: str, moments: Sequence[datetime | None]) -> list[list[Ruling]]:
    """The same for several moments: one query."""
    rows = list(Definition.objects.filter(kind=kind).order_by("version"))
    if rows:
        return [_ruling(rows, at) for at in moments]
    return [[Ruling(str(b["key"]), b, 0) for b in _pack_bodies(kind, folders())] for _at in moments]


def _ruling(rows: Sequence[Definition], at: datetime | None) -> list[Ruling]:
    """rows: by version."""
    found: dict[str, Definition] = {}
    for row in rows:
        if row.key not in found or at is None or row.applied_at <= at:
            found[row.key] = row
    return [Ruling(d.key, d.body, d.version) for d in found.values()]
