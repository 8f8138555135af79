"""What a workbook of projects is checked against: who is known here, and what the user may change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from tongjian.kernel import passages
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.models import Area, EvidenceFile, Organisation, Subject, User
from tongjian.kernel.tracks import Track
from tongjian.records.projects import queries
from tongjian.records.projects.models import Project

T = TypeVar("T", Area, Organisation)


def in_sheet(sheet: str, reference: str) -> str:
    """The locator of a cell, or of a whole sheet (reference "")."""
    return f"{sheet}!{reference}" if reference else sheet


@dataclass(slots=True)
class Ground:
    """projects: those the user may change, by key; it grows by the workbook's own. taken: keys of other subjects.

    locate: how a cell is named as evidence, by sheet and reference. reason: why known projects change, where one was asked."""

    by: User | None
    at: datetime
    file: EvidenceFile
    areas: Mapping[str, Area]
    units: Mapping[str, Organisation]
    own_units: frozenset[int] | None  # None: all
    parties: Mapping[str, str]
    tracks: Mapping[str, Track]
    taken: frozenset[str]
    projects: dict[str, Project] = field(default_factory=dict)
    locate: Callable[[str, str], str] = in_sheet
    reason: str = ""


def ground(file: EvidenceFile, by: User | None, at: datetime) -> Ground:
    mine = Project.objects.all() if by is None else queries.editable(by)
    units = list(Organisation.objects.select_related("subject"))
    areas = list(Area.objects.select_related("subject"))
    found = passages.all_tracks()
    others = Subject.objects.exclude(kind=SubjectKind.PROJECT).values_list("key", flat=True)
    hidden = (
        set()
        if by is None
        else set(Project.objects.exclude(pk__in=mine).values_list("subject__key", flat=True))
    )
    return Ground(
        by=by,
        at=at,
        file=file,
        areas=_named(areas),
        units=_named(units),
        own_units=None
        if by is None
        else frozenset(organisations_editable_by(by).values_list("pk", flat=True)),
        parties=parties(),
        tracks=found | {t.name: t for t in found.values()} | {t.name_en: t for t in found.values()},
        taken=frozenset(others) | hidden,
        projects={p.subject.key: p for p in mine.select_related("subject")},
    )


def _named(rows: list[T]) -> dict[str, T]:
    """By key, English label and label; of two with one label the first."""
    found: dict[str, T] = {}
    for row in rows:
        for word in (row.subject.label, row.subject.label_en, row.subject.key):
            if word:
                found.setdefault(word, row)
    return found


def parties() -> dict[str, str]:
    """Who may share a project: districts and cities, units, enterprises. Written word → key."""
    kinds = (SubjectKind.AREA, SubjectKind.ORGANISATION, SubjectKind.ENTERPRISE)
    found: dict[str, str] = {}
    for key, label, label_en in Subject.objects.filter(kind__in=kinds).values_list(
        "key", "label", "label_en"
    ):
        for word in (key, label, label_en):
            if word:
                found.setdefault(word, key)
    return found
