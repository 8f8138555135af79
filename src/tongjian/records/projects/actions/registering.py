"""Projects into the library, one and many; changed, archived."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import codes, events, evidence
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.choices import CodeScheme, Sensitivity, SubjectKind
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Area, Code, Organisation, Place, Subject, User
from tongjian.records.projects import queries
from tongjian.records.projects.choices import Nature, ProjectKind
from tongjian.records.projects.models import Project
from tongjian.values import Number

AT_ONCE = 400


class RegisterRefused(TongjianError):
    """A project that cannot be registered or changed so."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is typed of a project. planned_total in 万元; months as indices; code: 投资项目代码."""

    key: str
    name: str
    reserved_on: date
    kind: str = ProjectKind.OTHER
    nature: str = Nature.NEW
    industry: str = ""
    builder: str = ""
    scope: str = ""
    planned_total: Number | None = None
    planned_start: int | None = None
    planned_finish: int | None = None
    area: Area | None = None
    owner: Organisation | None = None
    parent: str = ""
    sensitivity: str = Sensitivity.INTERNAL
    code: str = ""
    name_en: str = ""
    row: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Registered:
    """How many of so many projects were new, and how many changed."""

    rows: int
    new: int
    changed: int


def typed(form: Mapping[str, Any], what: str, *, by: User | None, at: datetime) -> Place:
    """What a person typed into a page, kept as a small file: evidence for a row that no document stands behind."""
    said = {"what": what, "at": at.isoformat(), "by": by.username if by else "", "typed": dict(form)}
    body = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()
    return evidence.whole(evidence.keep(body, f"{what}.json", by=by, at=at))


def register(details: Details, *, source: Place, by: User | None, at: datetime) -> Project:
    """A new project. Raises NotAllowed, RegisterRefused when the key is taken or the parent is not there."""
    if Subject.objects.filter(key=details.key).exists():
        raise RegisterRefused(
            "projects.key_taken", _("The key %(key)s is taken. Choose another."), {"key": details.key}
        )
    register_all([details], source=source, by=by, at=at)
    return Project.objects.get(subject__key=details.key)


def change(pk: int, details: Details, *, source: Place, by: User | None, at: datetime) -> Project:
    """What is typed of a project, anew; its key stays. Raises NotAllowed, RegisterRefused."""
    found = queries.editable_by(by, pk)
    if found.key != details.key:
        raise RegisterRefused(
            "projects.key_stays", _("The key of a project stays: it is %(key)s."), {"key": found.key}
        )
    register_all([details], source=source, by=by, at=at)
    return Project.objects.get(pk=pk)


@transaction.atomic
def archive(pk: int, *, reason: str, by: User | None, at: datetime) -> Project:
    """Out of use from now on; the row and all it says stay. Raises NotAllowed."""
    found = queries.editable_by(by, pk, lock=True)
    found.archived_at = found.changed_at = at
    found.save(update_fields=["archived_at", "changed_at"])
    events.record("projects.archived", found, by=by, at=at, data={"reason": reason})
    return found


@transaction.atomic
def register_all(
    details: Sequence[Details], *, source: Place, by: User | None, at: datetime, reason: str = ""
) -> Registered:
    """New projects and changes of known ones by their keys, all or none; what is as it was is left alone.

    reason: why known ones change, kept with the event.

    Raises NotAllowed for an owner that the user may not speak for, RegisterRefused for a parent that is not there.
    """
    _must_own(details, by)
    known = _known([d.key for d in details] + [d.parent for d in details if d.parent])
    _must_be_editable([known[d.key] for d in details if d.key in known], by)
    fresh = [d for d in details if d.key not in known]
    made = _create(fresh, source, by, at)
    changed = _update([(known[d.key], d) for d in details if d.key in known], source, at, reason)
    everyone = known | {p.subject.key: p for p in made}
    _set_parents(details, everyone)
    _write_codes(details, everyone, source, at)
    told: list[tuple[Any, Mapping[str, object]]] = [
        (p, {"file": source.file.sha256, "row": p.row}) for p in made
    ]
    events.record_all("projects.registered", told, by=by, at=at)
    events.record_all("projects.changed", changed, by=by, at=at)
    return Registered(len(details), len(made), len(changed))


def _must_own(details: Sequence[Details], by: User | None) -> None:
    """A project's owner is a unit that the user speaks for."""
    if by is None:
        return
    mine = set(organisations_editable_by(by).values_list("pk", flat=True))
    if any(d.owner is None or d.owner.pk not in mine for d in details) and not by.is_plan_office:
        raise NotAllowed(
            "projects.not_owner", _("A project's owner has to be your own unit, or one below it.")
        )


def _must_be_editable(projects: Sequence[Project], by: User | None) -> None:
    if by is None or not projects:
        return
    mine = set(queries.editable(by).values_list("pk", flat=True))
    if any(p.pk not in mine for p in projects):
        queries.editable_by(by, next(p.pk for p in projects if p.pk not in mine))


def _known(keys: Sequence[str]) -> dict[str, Project]:
    wanted = sorted(set(keys))
    found: dict[str, Project] = {}
    for start in range(0, len(wanted), AT_ONCE):
        some = Project.objects.filter(subject__key__in=wanted[start : start + AT_ONCE])
        found |= {p.subject.key: p for p in some.select_related("subject")}
    return found


def _create(details: Sequence[Details], source: Place, by: User | None, at: datetime) -> list[Project]:
    plates = Subject.objects.bulk_create(
        [Subject(kind=SubjectKind.PROJECT, key=d.key, label=d.name, label_en=d.name_en) for d in details],
        batch_size=1000,
    )
    rows = [
        Project(subject=plate, created_at=at, changed_at=at, source=source, row=d.row, **_values(d))
        for plate, d in zip(plates, details, strict=True)
    ]
    return Project.objects.bulk_create(rows, batch_size=500)


def _values(d: Details) -> dict[str, Any]:
    total = d.planned_total
    return {
        "name": d.name,
        "kind": d.kind,
        "nature": d.nature,
        "industry": d.industry,
        "builder": d.builder,
        "scope": d.scope,
        "planned_total_mantissa": None if total is None else total.mantissa,
        "planned_total_decimals": 0 if total is None else total.decimals,
        "planned_start": d.planned_start,
        "planned_finish": d.planned_finish,
        "reserved_on": d.reserved_on,
        "area_id": d.area.pk if d.area else None,
        "owner_id": d.owner.pk if d.owner else None,
        "sensitivity": d.sensitivity,
    }


def _update(
    pairs: Sequence[tuple[Project, Details]], source: Place, at: datetime, reason: str
) -> list[tuple[Any, Mapping[str, object]]]:
    """Write what differs; with each changed project what it was and is."""
    changed: list[tuple[Any, Mapping[str, object]]] = []
    for project, d in pairs:
        before = {name: getattr(project, name) for name in _values(d)}
        now = {n: v for n, v in _values(d).items() if before[n] != v}
        plate = project.subject
        if not now and plate.label_en == d.name_en:
            continue
        for name, value in now.items():
            setattr(project, name, value)
        project.changed_at, project.source, project.row = at, source, d.row
        plate.label, plate.label_en = d.name, d.name_en
        said = {n: [str(before[n]), str(v)] for n, v in now.items()}
        why = {"reason": reason} if reason else {}
        changed.append((project, {"changed": said, "file": source.file.sha256, **why}))
    rows = [p for p, _said in changed]
    names = [*_values(pairs[0][1]), "changed_at", "source", "row"] if pairs else []
    if rows:
        Project.objects.bulk_update(rows, names, batch_size=200)
        Subject.objects.bulk_update([p.subject for p in rows], ["label", "label_en"], batch_size=400)
    return changed


def _set_parents(details: Sequence[Details], projects: Mapping[str, Project]) -> None:
    """Parts to their parents, once all are there."""
    moved = []
    for d in details:
        if d.parent and d.parent not in projects:
            raise RegisterRefused(
                "projects.no_parent",
                _("%(key)s names a parent project that is not there: %(parent)s."),
                {"key": d.key, "parent": d.parent},
            )
        project, parent = projects[d.key], projects[d.parent].pk if d.parent else None
        if project.parent_id != parent:
            project.parent_id = parent
            moved.append(project)
    _no_circle(projects)
    _no_grandparts([p for p in moved if p.parent_id])
    Project.objects.bulk_update(moved, ["parent"], batch_size=400)


def _no_circle(projects: Mapping[str, Project]) -> None:
    """A part has no parts of its own: statistics know one level, and a circle cannot come about."""
    by_pk = {p.pk: p for p in projects.values()}
    for p in projects.values():
        above = by_pk.get(p.parent_id) if p.parent_id else None
        if above is not None and (above.parent_id is not None or above.pk == p.pk):
            raise RegisterRefused(
                "projects.part_of_part",
                _("%(key)s cannot be a part of %(parent)s, which is a part itself."),
                {"key": p.key, "parent": above.key},
            )


def _no_grandparts(parts: Sequence[Project]) -> None:
    above = Project.objects.filter(parent__in=[p.pk for p in parts]).select_related("parent__subject").first()
    if above is not None and above.parent is not None:
        raise RegisterRefused(
            "projects.has_parts",
            _("%(key)s has parts of its own and cannot become a part."),
            {"key": above.parent.key},
        )


def _write_codes(
    details: Sequence[Details], projects: Mapping[str, Project], source: Place, at: datetime
) -> None:
    """投资项目代码 and 行业 with the verdicts of their schemes; a code in use is left alone, one it replaces ends today."""
    wanted = [
        (projects[d.key].pk, scheme, value)
        for d in details
        for scheme, value in ((CodeScheme.PROJECT, d.code), (CodeScheme.GB4754, d.industry))
        if value
    ]
    rows = Code.objects.filter(scheme__in=[CodeScheme.PROJECT, CodeScheme.GB4754])
    held: dict[tuple[int, str], dict[str, date | None]] = {}
    for pk, scheme, value, until in rows.values_list("subject_id", "scheme", "value", "until"):
        held.setdefault((pk, scheme), {})[value] = until
    made = []
    for pk, scheme, value in wanted:
        verdict = codes.check(scheme, value)
        had, new = held.setdefault((pk, scheme), {}), verdict.normalised[:64]
        if new in had and had[new] is None:
            continue
        if had:
            _end_codes(pk, scheme, new, timezone.localdate(at))
        if new not in had:
            note = verdict.message.code[:200]
            made.append(
                Code(subject_id=pk, scheme=scheme, value=new, verdict=verdict.state, note=note, source=source)
            )
        had[new] = None
    Code.objects.bulk_create(made, batch_size=1000)


def _end_codes(pk: int, scheme: str, new: str, today: date) -> None:
    """Codes of the scheme that another takes the place of end; one that comes back is in use again."""
    rows = Code.objects.filter(subject=pk, scheme=scheme)
    rows.exclude(value=new).filter(until=None).update(until=today)
    rows.filter(value=new).update(until=None)
