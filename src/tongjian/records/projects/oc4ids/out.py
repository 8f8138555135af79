"""Projects as an OC4IDS package. Money in yuan, dates at midnight of the installation's time zone, months as periods."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from tongjian.kernel import passages
from tongjian.kernel.choices import CodeScheme, Sensitivity, SubjectKind
from tongjian.kernel.models import Code, Shape
from tongjian.kernel.tracks import Track
from tongjian.records.projects import queries
from tongjian.records.projects.models import (
    Funding,
    Investment,
    Milestone,
    Progress,
    Project,
    ProjectDocument,
)
from tongjian.records.projects.oc4ids import words
from tongjian.records.projects.rules import actual, pairing
from tongjian.records.projects.rules.identities import AMOUNTS
from tongjian.records.projects.settings import Publisher, library
from tongjian.values import Number, Period

Json = dict[str, Any]
CLOCK = "T00:00:00+08:00"  # shown days are days in China; a package names no other zone


def export(projects: Sequence[Project], at: datetime) -> bytes:
    """The package as JSON text. Raises ValueError for no projects: a package has one at least."""
    return json.dumps(package(projects, at), ensure_ascii=False, separators=(",", ":")).encode()


def package(projects: Sequence[Project], at: datetime) -> Json:
    """The package of these projects, in a handful of queries. Raises ValueError for none."""
    if not projects:
        raise ValueError("a package of projects has one at least")
    settings = library().publisher
    held = _ground(projects)
    return {
        "uri": settings.uri,
        "version": words.VERSION,
        "publishedDate": _moment(at),
        "publisher": {"name": settings.name},
        "projects": [project(p, held, settings) for p in projects],
    }


@dataclass(slots=True)
class Ground:
    """Everything of the projects by pk."""

    codes: Mapping[int, str]
    shapes: Mapping[int, Json]
    keys: Mapping[int, str]
    tracks: Mapping[str, Track]
    reached: Mapping[str, Mapping[int, actual.Reached]]
    begin: tuple[str, ...]
    end: tuple[str, ...]
    use: str
    construction: str
    approval: str
    shares: Mapping[int, list[pairing.Share]]
    documents: dict[int, list[Json]] = field(default_factory=dict)
    plans: dict[int, list[tuple[str, str, date, str]]] = field(default_factory=dict)
    funding: dict[int, list[Funding]] = field(default_factory=dict)
    money: dict[int, list[Json]] = field(default_factory=dict)
    works: dict[int, list[Json]] = field(default_factory=dict)


def _ground(projects: Sequence[Project]) -> Ground:
    names, pks = library().stages, [p.pk for p in projects]
    wanted = set(pks)
    tracks = passages.all_tracks()
    track = tracks[names.construction]
    parents = {p.parent_id for p in projects if p.parent_id}
    keys = dict(Project.objects.filter(pk__in=parents).values_list("pk", "subject__key"))
    held = Ground(
        codes=dict(_codes(wanted)),
        shapes={s.subject_id: s.geometry for s in _shapes(wanted)},
        keys=keys,
        tracks=tracks,
        reached=queries.reached_on(pks, tracks),
        begin=actual.from_stage(track, names.started),
        end=actual.from_stage(track, names.finished),
        use=track.stages[-1].key,
        construction=names.construction,
        approval=names.approval,
        shares=queries.shares(pks),
    )
    _documents(held, wanted)
    _plans(held, wanted)
    for f in queries.of(Funding.objects.order_by("state", "year", "source"), pks):
        held.funding.setdefault(f.project_id, []).append(f)
    _money(held, wanted)
    _works(held, wanted)
    return held


def _codes(wanted: set[int]) -> Iterable[tuple[int, str]]:
    rows = Code.objects.filter(scheme=CodeScheme.PROJECT).order_by("pk")
    if len(wanted) < queries.MANY:
        rows = rows.filter(subject__in=wanted)
    return rows.values_list("subject_id", "value")


def _shapes(wanted: set[int]) -> Iterable[Shape]:
    if len(wanted) < queries.MANY:
        return Shape.objects.filter(subject__in=wanted)
    return (s for s in Shape.objects.filter(subject__kind=SubjectKind.PROJECT) if s.subject_id in wanted)


def _documents(held: Ground, wanted: set[int]) -> None:
    rows = queries.of(ProjectDocument.objects.order_by("project_id", "pk"), wanted)
    names = ("project_id", "kind", "dated", "place__excerpt", "place__file__name")
    for pk, kind, dated, excerpt, name in rows.values_list(*names):
        if pk in wanted:
            here = held.documents.setdefault(pk, [])
            made = {"id": str(len(here) + 1), "documentType": words.DOCUMENTS[kind], "title": excerpt or name}
            here.append(made | ({"datePublished": _day(dated)} if dated else {}))


def _plans(held: Ground, wanted: set[int]) -> None:
    rows = queries.of(Milestone.objects.order_by("project_id", "track", "stage", "seq"), wanted)
    newest = {}
    for pk, track, stage, day, reason in rows.values_list(
        "project_id", "track", "stage", "planned_on", "reason"
    ):
        if pk in wanted:
            newest[pk, track, stage] = (day, reason)
    for (pk, track, stage), (day, reason) in newest.items():
        held.plans.setdefault(pk, []).append((track, stage, day, reason))


def _money(held: Ground, wanted: set[int]) -> None:
    rows = queries.of(Investment.objects.order_by("project_id", "month", "seq"), wanted)
    names = ("project_id", "month", "decimals", "reason", *AMOUNTS)
    newest = {(r[0], r[1]): r for r in rows.values_list(*names) if r[0] in wanted}
    keys = [words.DIMENSIONS[n] for n in AMOUNTS[1:]]
    for (pk, month), row in newest.items():
        scale = 10 ** (words.YUAN - row[2])
        made: Json = {"id": month_text(month), "period": _month(month)}
        if row[4] is not None:
            made["value"] = {"amount": row[4] * scale, "currency": words.CURRENCY}
        amounts = zip(keys, row[5:], strict=True)
        made["dimensions"] = {key: value * scale for key, value in amounts if value is not None}
        if row[3]:
            made["notes"] = row[3]
        held.money.setdefault(pk, []).append(made)


def _works(held: Ground, wanted: set[int]) -> None:
    rows = queries.of(Progress.objects.order_by("project_id", "month", "seq"), wanted)
    names = ("project_id", "month", "state", "percent", "text")
    newest = {(r[0], r[1]): r for r in rows.values_list(*names) if r[0] in wanted}
    for (pk, month), row in newest.items():
        state, percent, text = row[2:]
        made: Json = {"id": month_text(month), "period": _month(month)}
        if percent is not None:
            made |= {"measure": percent, "unit": {"name": "%"}}
        made["dimensions"] = {"state": state}
        if text:
            made["notes"] = text
        held.works.setdefault(pk, []).append(made)


# One project


def project(p: Project, held: Ground, settings: Publisher) -> Json:
    """A project with the fields that it has; an empty one is left out, as the standard wants."""
    made: Json = {"id": f"{settings.prefix}-{p.key}"}
    if p.pk in held.codes:
        made["identifiers"] = [{"scheme": words.PROJECT_CODE, "id": held.codes[p.pk]}]
    made |= {"updated": _moment(p.changed_at), "title": p.name}
    made |= {"title_en": p.subject.label_en} if p.subject.label_en else {}
    made |= {"description": p.scope} if p.scope else {}
    made["status"] = status(p, held)
    made |= _periods(p)
    made |= {
        "sector": words.sectors(p.industry),
        "additionalClassifications": _classes(p),
        "type": words.TYPES[p.nature],
    }
    if p.parent_id:
        made["relatedProjects"] = [_parent(held.keys[p.parent_id], settings)]
    made |= _where(p, held)
    made |= _budget(p, held)
    made |= _milestones(p, held)
    made |= _parties(p)
    if p.pk in held.documents:
        made["documents"] = held.documents[p.pk]
    made |= _metrics(p, held)
    finished = held.reached[held.construction].get(p.pk, actual.NOTHING).at_or_past(held.end)
    made |= {"completion": {"endDate": _day(finished)}} if finished else {}
    made["language"] = "zh"
    made |= {"x_sensitivity": p.sensitivity} if p.sensitivity != Sensitivity.PUBLIC else {}
    made |= {"x_pairing": [_share(s) for s in held.shares[p.pk]]} if p.pk in held.shares else {}
    return made


def status(p: Project, held: Ground) -> str:
    """Derived of the passages: given up, in use, finished, begun, approvals under way, or an idea."""
    works = held.reached[held.construction].get(p.pk, actual.NOTHING)
    if works.left:
        return "cancelled"
    if held.use in works.days:
        return "maintenance"
    if works.at_or_past(held.end):
        return "completion"
    if works.at_or_past(held.begin):
        return "implementation"
    return "preparation" if p.pk in held.reached[held.approval] else "identification"


def _periods(p: Project) -> Json:
    start = {"startDate": _day(_first(p.planned_start))} if p.planned_start is not None else {}
    end = {"endDate": _day(_last(p.planned_finish))} if p.planned_finish is not None else {}
    made: Json = {"identificationPeriod": {"startDate": _day(p.reserved_on)}}
    return made | ({"period": start | end, "implementationPeriod": start | end} if start or end else {})


def _classes(p: Project) -> list[Json]:
    made = [{"scheme": words.KIND, "id": p.kind}, {"scheme": words.NATURE, "id": p.nature}]
    return made + ([{"scheme": words.INDUSTRY, "id": p.industry}] if p.industry else [])


def _parent(key: str, settings: Publisher) -> Json:
    return {
        "id": "1",
        "scheme": "oc4ids",
        "identifier": f"{settings.prefix}-{key}",
        "relationship": words.PART_OF,
    }


def _where(p: Project, held: Ground) -> Json:
    shape = held.shapes.get(p.pk)
    if p.area is None and shape is None:
        return {}
    made: Json = {"id": p.area.subject.key if p.area else "place"}
    if p.area is not None:
        made["description"] = p.area.subject.label
        if p.area.code:
            made["gazetteer"] = {"scheme": "x_CN-GBT2260", "identifiers": [p.area.code]}
    if shape is not None:
        made["geometry"] = {"type": shape["type"], "coordinates": shape["coordinates"]}
    return {"locations": [made]}


def _budget(p: Project, held: Ground) -> Json:
    made: Json = {}
    if p.planned_total is not None:
        made["amount"] = _value(p.planned_total)
    groups: dict[str, list[Json]] = {}
    for f in held.funding.get(p.pk, ()):
        line = {"id": f"{f.source}-{f.year}", "amount": _value(f.amount), "period": _year(f.year)}
        groups.setdefault(f.state, []).append(line)
    if groups:
        made["budgetBreakdowns"] = [{"id": s, "budgetBreakdown": lines} for s, lines in groups.items()]
    return {"budget": made} if made else {}


def _milestones(p: Project, held: Ground) -> Json:
    """A stage that is planned, reached, or both."""
    stages: dict[tuple[str, str], Json] = {}
    for track, stage, day, reason in held.plans.get(p.pk, ()):
        here = stages.setdefault((track, stage), _milestone(held, track, stage))
        here |= {"dueDate": _day(day), "status": "scheduled"} | ({"description": reason} if reason else {})
    for track, found in held.reached.items():
        for stage, day in found.get(p.pk, actual.NOTHING).days.items():
            here = stages.setdefault((track, stage), _milestone(held, track, stage))
            here |= {"dateMet": _day(day), "status": "met"}
    return {"milestones": list(stages.values())} if stages else {}


def _milestone(held: Ground, track: str, stage: str) -> Json:
    known = held.tracks.get(track)
    title = known.stage(stage).name if known and known.has(stage) else stage
    return {"id": f"{track}/{stage}", "title": title, "type": f"x_{track}"}


def _parties(p: Project) -> Json:
    made: list[Json] = []
    found: Json = {}
    if p.owner is not None:
        owner = {"id": p.owner.subject.key, "name": p.owner.subject.label}
        made.append(owner | {"roles": [words.AUTHORITY]})
        found["publicAuthority"] = owner
    if p.builder:
        made.append({"id": "builder", "name": p.builder, "roles": [words.BUILDER]})
    return ({"parties": made} if made else {}) | found


def _metrics(p: Project, held: Ground) -> Json:
    made = []
    for key, title, rows in (
        ("financialProgress", "固定资产投资", held.money.get(p.pk)),
        ("physicalProgress", "形象进度", held.works.get(p.pk)),
    ):
        if rows:
            made.append({"id": key, "title": title, "observations": rows})
    return {"metrics": made} if made else {}


def _share(s: pairing.Share) -> Json:
    made = {"party": s.party, "share": str(s.share)}
    made |= {"since": s.since.isoformat()} if s.since else {}
    return made | ({"until": s.until.isoformat()} if s.until else {})


# Values


def _value(amount: Number) -> Json:
    return {"amount": yuan(amount), "currency": words.CURRENCY}


def yuan(amount: Number) -> int:
    """万元 to whole yuan; amounts have four decimal places at most."""
    return int(amount.mantissa * 10 ** (words.YUAN - amount.decimals))


def month_text(index: int) -> str:
    return f"{index // 12}-{index % 12 + 1:02d}"


@lru_cache(maxsize=2048)
def _month(index: int) -> Json:
    return {"startDate": _day(_first(index)), "endDate": _day(_last(index))}


def _year(year: int) -> Json:
    return {"startDate": f"{year}-01-01{CLOCK}", "endDate": f"{year}-12-31{CLOCK}"}


def _first(index: int) -> date:
    return Period(index, index).first_day


def _last(index: int) -> date:
    return Period(index, index).last_day


def _day(day: date) -> str:
    return day.isoformat() + CLOCK


def _moment(at: datetime) -> str:
    return timezone.localtime(at).replace(microsecond=0).isoformat()
