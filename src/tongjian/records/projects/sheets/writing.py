"""Each sheet's rows into the library, in bulk. Within the import's transaction; what is wrong goes to table.problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max

from tongjian.kernel import events, passages, shapes
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.geometry import Geometry
from tongjian.kernel.models import Passage, Place, Shape
from tongjian.kernel.passages import Entry
from tongjian.kernel.tracks import Having
from tongjian.records.projects import queries
from tongjian.records.projects.actions import funding as money
from tongjian.records.projects.actions import investments, registering
from tongjian.records.projects.choices import ProblemVerb
from tongjian.records.projects.models import (
    Funding,
    Milestone,
    Problem,
    ProblemNote,
    Progress,
    Project,
    ProjectDocument,
)
from tongjian.records.projects.rules import pairing
from tongjian.records.projects.sheets import history, investment, projects, stops
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.history import Document, Funds, Paired, Staged, Trouble
from tongjian.records.projects.sheets.placing import places, refused
from tongjian.records.projects.sheets.tables import Table

Writer = Callable[[Table, Ground, Place], int]
Told = list[tuple[Any, Mapping[str, object]]]


def take_projects(table: Table, on: Ground, source: Place) -> int:
    rows = projects.check(table, on)
    try:
        done = registering.register_all(
            [d for d, _where in rows], source=source, by=on.by, at=on.at, reason=on.reason
        )
    except TongjianError as error:
        refused(table, table.rows[0][0], "key", error)
        return 0
    held = Project.objects.select_related("subject").filter(source=source)
    on.projects |= {p.subject.key: p for p in held}
    return done.new + done.changed + _place(rows, source, on)


def _place(rows: Sequence[tuple[registering.Details, Geometry | None]], source: Place, on: Ground) -> int:
    """Shapes of projects; returns how many of known ones moved (a new project counts already)."""
    placed = [(on.projects[d.key].subject, where) for d, where in rows if where is not None]
    before = dict(
        Shape.objects.filter(subject__kind=SubjectKind.PROJECT).values_list("subject_id", "geometry")
    )
    shapes.place_all(placed, source, by=on.by, at=on.at)
    return len([s for s, where in placed if s.pk in before and before[s.pk] != dict(where.body)])


def take_investment(table: Table, on: Ground, source: Place) -> int:
    batch = investment.check(table, on)
    if table.problems or not len(batch):
        return 0
    ground = investments.ground_of(batch)
    found = investments.breaks(batch, ground)
    if found:
        table.problems += investment.told(table, batch, found)
        return 0
    known = {p.pk: p for p in on.projects.values()}
    return investments.write(batch, ground, known, evidence=source, by=on.by, at=on.at).recorded


def take_documents(table: Table, on: Ground, _source: Place) -> int:
    rows = list(history.documents(table, on))
    if not rows:
        return 0
    held = places(on, table, [(r.line.reference("title"), r.title) for r in rows])
    known = _known(ProjectDocument, rows, "kind", "place__excerpt")
    made: dict[tuple[int, str, str], ProjectDocument] = {}
    for r, place in zip(rows, held, strict=True):
        key = (r.project.pk, r.kind, r.title)
        if key not in known and key not in made:
            made[key] = _document(r, place, on)
    ProjectDocument.objects.bulk_create(made.values(), batch_size=1000)
    told: Told = [(d.project, {"kind": d.kind, "file": on.file.sha256}) for d in made.values()]
    events.record_all("projects.document_attached", told, by=on.by, at=on.at)
    return len(made)


def _document(r: Document, place: Place, on: Ground) -> ProjectDocument:
    return ProjectDocument(
        project=r.project, kind=r.kind, place=place, dated=r.dated, added_at=on.at, added_by=on.by
    )


def take_passages(table: Table, on: Ground, _source: Place) -> int:
    """Stages entered. One that stands with the same day says nothing new; whatever a gate refuses is told."""
    rows = list(history.staged(table, on, "note"))
    standing = set(
        Passage.objects.filter(track__in={r.track.key for r in rows}).values_list(
            "subject_id", "track", "stage", "on"
        )
    )
    fresh = [r for r in rows if (r.project.pk, r.track.key, r.stage, r.on) not in standing]
    held = places(on, table, [(r.line.reference("on"), r.on.isoformat()) for r in fresh])
    done = 0
    for key in sorted({r.track.key for r in fresh}):
        some = [(r, p) for r, p in zip(fresh, held, strict=True) if r.track.key == key]
        done += _enter(table, on, some)
    return done


def _enter(table: Table, on: Ground, rows: Sequence[tuple[Staged, Place]]) -> int:
    """Rows of one track."""
    track = rows[0][0].track
    held = queries.havings(list({r.project.pk: r.project for r, _p in rows}.values()), track.key)
    pairs = [(_entry(r, place, held[r.project.pk]), r.line) for r, place in rows]
    lines = {id(entry): line for entry, line in pairs}
    wrong = passages.refusals(track, [e for e, _line in pairs], at=on.at)
    for entry, error in wrong:
        refused(table, lines[id(entry)].row, "stage", error)
    bad = {id(e) for e, _error in wrong}
    fine = [e for e, _line in pairs if id(e) not in bad]
    if wrong or not fine:
        return 0
    return len(passages.enter_all(track, fine, by=on.by, at=on.at))


def _entry(r: Staged, place: Place, having: Having) -> Entry:
    return Entry(r.project.subject, r.stage, r.on, place, r.note, having)


def take_plan(table: Table, on: Ground, source: Place) -> int:
    """Planned days: the next version where the day is another one, which needs its reason."""
    rows = list(history.staged(table, on, "reason"))
    newest: dict[tuple[int, str, str], tuple[int, Any]] = {}
    named = Milestone.objects.order_by("seq").values_list("project_id", "track", "stage", "seq", "planned_on")
    for pk, track, stage, seq, day in named:
        newest[pk, track, stage] = (seq, day)
    made = []
    for r in rows:
        key = (r.project.pk, r.track.key, r.stage)
        seq, day = newest.get(key, (0, None))
        if day == r.on:
            continue
        if day is not None and not r.note:
            r.line.wrong("reason", "needed", heading=table.layout.columns["reason"].label)
            continue
        newest[key] = (seq + 1, r.on)
        made.append(_milestone(r, seq + 1, source, on))
    Milestone.objects.bulk_create(made, batch_size=1000)
    told: Told = [
        (m.project, {"stage": f"{m.track}/{m.stage}", "on": m.planned_on.isoformat()}) for m in made
    ]
    events.record_all("projects.milestone_planned", told, by=on.by, at=on.at)
    return len(made)


def _milestone(r: Staged, seq: int, source: Place, on: Ground) -> Milestone:
    return Milestone(
        project=r.project,
        track=r.track.key,
        stage=r.stage,
        seq=seq,
        planned_on=r.on,
        reason=r.note,
        evidence=source,
        recorded_at=on.at,
        recorded_by=on.by,
    )


def take_progress(table: Table, on: Ground, source: Place) -> int:
    newest: dict[tuple[int, int], Progress] = {
        (p.project_id, p.month): p for p in Progress.objects.order_by("seq")
    }
    made = []
    for r in history.progress(table, on):
        before = newest.get((r.project.pk, r.month))
        if before is not None and (before.state, before.percent, before.text) == (r.state, r.percent, r.text):
            continue
        if r.percent is None and not r.text:
            r.line.wrong("text", "needed", heading=table.layout.columns["text"].label)
            continue
        row = Progress(
            project=r.project,
            month=r.month,
            seq=before.seq + 1 if before else 1,
            state=r.state,
            percent=r.percent,
            text=r.text,
            recorded_at=on.at,
            recorded_by=on.by,
        )
        newest[r.project.pk, r.month] = row
        made.append(row)
    kept = Progress.objects.bulk_create(made, batch_size=1000)
    through = Progress.evidence.through
    through.objects.bulk_create(
        (through(progress_id=p.pk, place_id=source.pk) for p in kept), batch_size=2000
    )
    told: Told = [(p.project, {"month": p.month, "state": p.state}) for p in kept]
    events.record_all("projects.progress_reported", told, by=on.by, at=on.at)
    return len(kept)


def take_funding(table: Table, on: Ground, source: Place) -> int:
    standing = {(f.project_id, f.source, f.year, f.state): f for f in Funding.objects.all()}
    first: dict[tuple[int, str, int, str], int] = {}
    changed: list[Funding] = []
    told: Told = []
    for r in history.funding(table, on):
        key = (r.project.pk, r.source, r.year, r.state)
        before = standing.get(key)
        if key in first:
            r.line.wrong("source", "key_twice", got=f"{r.source} {r.year}", first=first[key])
        elif before is None or before.amount != r.amount:
            was = str(before.amount) if before else ""
            told.append((r.project, {"source": r.source, "year": r.year, "was": was, "is": str(r.amount)}))
            changed.append(_funding(r, before, source))
        first.setdefault(key, r.line.row)
    Funding.objects.bulk_create([f for f in changed if f.pk is None], batch_size=1000)
    names = ["amount_mantissa", "amount_decimals", "evidence"]
    Funding.objects.bulk_update([f for f in changed if f.pk is not None], names, batch_size=400)
    events.record_all("projects.funded", told, by=on.by, at=on.at)
    return len(told)


def _funding(r: Funds, before: Funding | None, source: Place) -> Funding:
    row = before or Funding(project=r.project, source=r.source, year=r.year, state=r.state)
    row.amount_mantissa, row.amount_decimals, row.evidence = r.amount.mantissa, r.amount.decimals, source
    return row


def take_problems(table: Table, on: Ground, _source: Place) -> int:
    """Problems by project, text and day of opening; one that is known may be taken higher or closed, never back."""
    known = {(p.project_id, p.text, p.opened_on): p for p in Problem.objects.all()}
    done = 0
    for r in history.problems(table, on):
        found = known.get((r.project.pk, r.text, r.opened_on))
        steps = _steps(r, found)
        if steps:
            known[r.project.pk, r.text, r.opened_on] = _problem(r, found, steps, on)
            done += 1
    return done


def _steps(r: Trouble, found: Problem | None) -> list[tuple[ProblemVerb, str]]:
    steps = [(ProblemVerb.RAISED, r.text)] if found is None else []
    if r.level > (found.level if found else 1):
        steps.append((ProblemVerb.ESCALATED, r.answer))
    if r.closed_on is not None and (found is None or found.closed_on is None):
        steps.append((ProblemVerb.CLOSED, r.answer))
    return steps


def _problem(
    r: Trouble, found: Problem | None, steps: Sequence[tuple[ProblemVerb, str]], on: Ground
) -> Problem:
    row = found or Problem(
        project=r.project, kind=r.kind, text=r.text, owner=r.owner, opened_on=r.opened_on, due_on=r.due_on
    )
    row.level, row.due_on = max(r.level, row.level), r.due_on
    row.closed_on, row.changed_at = row.closed_on or r.closed_on, on.at
    row.save()
    seq = row.notes.aggregate(last=Max("seq"))["last"] or 0
    for n, (verb, text) in enumerate(steps, seq + 1):
        ProblemNote.objects.create(problem=row, seq=n, verb=verb, text=text, at=on.at, by=on.by)
    said = {"problem": row.pk, "steps": [v.value for v, _text in steps]}
    events.record("projects.problem_noted", r.project, by=on.by, at=on.at, data=said)
    return row


def take_pairing(table: Table, on: Ground, source: Place) -> int:
    """The rows of one project together are its pairing; what does not make a whole is told at each of them."""
    groups: dict[int, list[Paired]] = {}
    for r in history.pairing(table, on):
        groups.setdefault(r.project.pk, []).append(r)
    standing = queries.shares(list(groups))
    done = 0
    for pk, rows in groups.items():
        wanted = [r.share for r in rows]
        if _alike(wanted, standing.get(pk, [])):
            continue
        try:
            money.pair(pk, wanted, source=source, by=on.by, at=on.at)
            done += len(wanted)
        except TongjianError as error:
            for r in rows:
                refused(table, r.line.row, "share", error)
    return done


def _alike(one: Sequence[pairing.Share], other: Sequence[pairing.Share]) -> bool:
    return {(s.party, s.share.decimal, s.since, s.until) for s in one} == {
        (s.party, s.share.decimal, s.since, s.until) for s in other
    }


def _known(model: Any, rows: Iterable[Document], *fields: str) -> set[tuple[Any, ...]]:
    pks = {r.project.pk for r in rows}
    return {row for row in model.objects.values_list("project_id", *fields) if row[0] in pks}


WRITERS: Mapping[str, Writer] = {
    "项目": take_projects,
    "资料": take_documents,
    "阶段": take_passages,
    "计时暂停": stops.take,
    "节点计划": take_plan,
    "形象进度": take_progress,
    "资金": take_funding,
    "制约问题": take_problems,
    "结对": take_pairing,
    "月度投资": take_investment,
}
