"""Areas and organisations out of the packs into rows: number plates, paths, order. Safe to run twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.choices import AreaKind, SubjectKind
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area, Organisation, Subject

Body = Mapping[str, Any]


class DirectoryError(TongjianError):
    """A pack of areas or organisations that cannot be meant."""


@dataclass(frozen=True, slots=True)
class Synced:
    """How many rows of each kind stand after a sync, and how many definitions were new or changed."""

    areas: int
    organisations: int
    changed: int


@transaction.atomic
def sync_directory(at: datetime, *more: Path) -> Synced:
    """Apply the packs of areas and organisations, `more` folders over the installation's own.

    Rows that left the packs stay. Raises DirectoryError.
    """
    applied = [*definitions.apply(definitions.changes("areas", *more), at=at)]
    applied += definitions.apply(definitions.changes("organisations", *more), at=at)
    if applied or not Subject.objects.exists():
        _project()
    return Synced(Area.objects.count(), Organisation.objects.count(), len(applied))


def _project() -> None:
    areas: dict[str, Area] = {}
    for order, body in enumerate(parents_first(definitions.bodies("areas"))):
        areas[body["key"]] = _area(body, areas.get(body.get("parent", "")), order)
    organisations: dict[str, Organisation] = {}
    for order, body in enumerate(parents_first(definitions.bodies("organisations"))):
        above = organisations.get(body.get("parent", ""))
        organisations[body["key"]] = _organisation(body, areas, above, order)


def parents_first(bodies: Sequence[Body]) -> list[Body]:
    """In an order in which no one comes before its parent. Raises DirectoryError for an unknown parent or a circle."""
    done: dict[str, Body] = {}
    waiting = list(bodies)
    while waiting:
        ready = [b for b in waiting if not b.get("parent") or b["parent"] in done]
        if not ready:
            raise DirectoryError(
                "directory.parent",
                _("The parent %(parent)s of %(key)s is not in the packs, or they lie in a circle."),
                {"parent": waiting[0]["parent"], "key": waiting[0]["key"]},
            )
        done |= {b["key"]: b for b in ready}
        waiting = [b for b in waiting if b["key"] not in done]
    return list(done.values())


def _area(body: Body, parent: Area | None, order: int) -> Area:
    kind = body.get("kind")
    if kind not in AreaKind.values:
        raise DirectoryError(
            "directory.area_kind",
            _("The area %(key)s is of no known kind: %(kind)s."),
            {"key": body["key"], "kind": kind},
        )
    values = {
        "path": f"{parent.path if parent else ''}{body['key']}/",
        "order": order,
        "kind": kind,
        "code": str(body.get("code", "")),
        "parent": parent,
    }
    return Area.objects.update_or_create(subject=_subject(body, SubjectKind.AREA), defaults=values)[0]


def _organisation(
    body: Body, areas: Mapping[str, Area], parent: Organisation | None, order: int
) -> Organisation:
    area = body.get("area")
    if area and area not in areas:
        raise DirectoryError(
            "directory.area",
            _("The area %(area)s of the organisation %(key)s is not in the packs."),
            {"area": area, "key": body["key"]},
        )
    values = {
        "path": f"{parent.path if parent else ''}{body['key']}/",
        "order": order,
        "area": areas[area] if area else None,
        "parent": parent,
    }
    subject = _subject(body, SubjectKind.ORGANISATION)
    return Organisation.objects.update_or_create(subject=subject, defaults=values)[0]


def _subject(body: Body, kind: SubjectKind) -> Subject:
    found = Subject.objects.filter(key=body["key"]).first()
    if found is not None and found.kind != kind:
        raise DirectoryError(
            "directory.key_taken",
            _("The key %(key)s names both an area and an organisation; give one of them another key."),
            {"key": body["key"]},
        )
    values = {"kind": kind, "label": body["name"], "label_en": body.get("name_en", "")}
    return Subject.objects.update_or_create(key=body["key"], defaults=values)[0]
