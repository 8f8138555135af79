"""通过: things enter stages, are reopened, leave. Each passage has its day, evidence and who decided; events beside it.

Whoever calls has made sure that the user may do this. `Standing` is rewritten in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, events, passage_rows, tracks
from tongjian.kernel.choices import PassageResult
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Code, Passage, Place, Relation, Subject, User
from tongjian.kernel.tracks import Having, Missing, Step, Stood, Track, missing_for_all

__all__ = ["Entry", "StageRefused", "enter", "enter_all", "leave", "missing_for_all", "reopen", "stage_on"]

Steps = Mapping[int, Sequence[Step]]


class StageRefused(TongjianError):
    """A stage that may not be entered. missing: all that stands in the way; empty where a day or a step is wrong."""

    def __init__(
        self, code: str, message: object, params: Mapping[str, object], missing: Sequence[Missing] = ()
    ):
        self.missing = tuple(missing)
        super().__init__(code, message, params)  # type: ignore[arg-type]  # a lazy sentence

    def __str__(self) -> str:
        """The sentence, with what is missing in the reader's language."""
        english = (get_language() or "").startswith("en")
        said = "; ".join(m.en for m in self.missing) if english else "；".join(m.zh for m in self.missing)
        return str(self.message) % {**self.params, "missing": said}


@dataclass(frozen=True, slots=True)
class Entry:
    """One stage to be entered. having.entered and having.left are taken from the passages, not from here."""

    subject: Subject
    stage: str
    on: date
    evidence: Place
    note: str = ""
    having: Having = field(default_factory=Having)


# Reads


def track(key: str) -> Track:
    """The track that rules. Raises TrackError when there is none of that key."""
    found = all_tracks()
    if key not in found:
        raise tracks.TrackError(f"tracks/{key}: there is no such track")
    return found[key]


def all_tracks() -> dict[str, Track]:
    """key → the ruling track: applied definitions, else the shipped packs. Raises TrackError."""
    return {r.key: tracks.read(r.body, r.version) for r in definitions.ruling("tracks")}


def steps_of(subjects: Iterable[int], track: str) -> dict[int, list[Step]]:
    """subject pk → its passages on the track in order. Subjects without any are not there."""
    found: dict[int, list[Step]] = {}
    for some in passage_rows.some(subjects):
        rows = Passage.objects.filter(subject__in=some, track=track).order_by("subject_id", "seq")
        for pk, stage, result, on in rows.values_list("subject_id", "stage", "result", "on"):
            found.setdefault(pk, []).append(Step(stage, result, on))
    return found


def stood(subjects: Iterable[int], track: str) -> dict[int, Stood]:
    """subject pk → where it stands, replayed from its passages."""
    return {pk: tracks.replay(steps) for pk, steps in steps_of(subjects, track).items()}


def stage_on(subjects: Iterable[int] | QuerySet[Subject], track: str, day: date) -> dict[int, Stood]:
    """Where each stood at the end of a day, from its passages; who had not begun by then is not there."""
    pks = subjects.values_list("pk", flat=True) if isinstance(subjects, QuerySet) else subjects
    found = {pk: [s for s in steps if s.on <= day] for pk, steps in steps_of(pks, track).items()}
    return {pk: tracks.replay(steps) for pk, steps in found.items() if steps}


def havings(
    attributes: Mapping[int, Mapping[str, object]],
    track: str,
    evidence: Mapping[int, Iterable[str]] | None = None,
) -> dict[int, Having]:
    """What each subject has: its attributes and kinds of evidence as given, codes, relations and stages as on file."""
    codes, roles = _codes(attributes), _roles(attributes)
    now, papers = stood(attributes, track), evidence or {}
    return {
        pk: Having(
            given,
            codes.get(pk, {}),
            frozenset(roles.get(pk, ())),
            frozenset(papers.get(pk, ())),
            now.get(pk, tracks.NOWHERE).entered,
            now.get(pk, tracks.NOWHERE).left,
        )
        for pk, given in attributes.items()
    }


def _codes(subjects: Iterable[int]) -> dict[int, dict[str, str]]:
    """Per subject and scheme the best verdict that one of its codes got."""
    found: dict[int, dict[str, str]] = {}
    for some in passage_rows.some(subjects):
        rows = Code.objects.filter(subject__in=some).values_list("subject_id", "scheme", "verdict")
        for pk, scheme, verdict in rows:
            mine = found.setdefault(pk, {})
            mine[scheme] = verdict if mine.get(scheme, "bad") == "bad" else mine[scheme]
    return found


def _roles(subjects: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for some in passage_rows.some(subjects):
        for pk, role in Relation.objects.filter(subject__in=some).values_list("subject_id", "role"):
            found.setdefault(pk, set()).add(role)
    return found


# Writes


def enter(
    subject: Subject,
    track: Track,
    stage: str,
    *,
    on: date,
    evidence: Place,
    note: str = "",
    having: Having,
    by: User | None,
    at: datetime,
) -> Passage:
    """The subject enters a stage. Raises StageRefused with all that is missing, TrackError for an unknown stage."""
    return enter_all(track, [Entry(subject, stage, on, evidence, note, having)], by=by, at=at)[0]


@transaction.atomic
def enter_all(track: Track, entries: Sequence[Entry], *, by: User | None, at: datetime) -> list[Passage]:
    """Many stages at once, of one subject in the order of the track; one event a subject. All or none.

    Raises StageRefused for the first that may not be; `refusals` tells of all before.
    """
    ordered = sorted(entries, key=lambda e: track.place(e.stage))
    _lock({e.subject.pk for e in ordered})
    now = _whole({e.subject.pk for e in ordered}, track.key)
    made: list[Passage] = []
    for entry in ordered:
        steps = now[entry.subject.pk]
        refused = refusal(track, entry, tracks.replay(steps), at)
        if refused is not None:
            raise refused
        made.append(_passage(track, entry, len(steps), by, at))
        steps.append(Step(entry.stage, PassageResult.ENTERED.value, entry.on))
    return _keep(track, made, {e.subject.pk: e.subject for e in ordered}, "track.entered", by, at)


def refusals(track: Track, entries: Sequence[Entry], *, at: datetime) -> list[tuple[Entry, StageRefused]]:
    """What `enter_all` would refuse, of every entry: for importers that tell everything at once."""
    now = _whole({e.subject.pk for e in entries}, track.key)
    return [(e, r) for e, r in check_all(track, entries, now, at) if r is not None]


def check_all(
    track: Track, entries: Sequence[Entry], now: Mapping[int, list[Step]], at: datetime
) -> list[tuple[Entry, StageRefused | None]]:
    """Each entry with why it may not be, as if those before it on the track had been; `now` grows by them."""
    told: list[tuple[Entry, StageRefused | None]] = []
    for entry in sorted(entries, key=lambda e: track.place(e.stage)):
        steps = now[entry.subject.pk]
        refused = refusal(track, entry, tracks.replay(steps), at)
        told.append((entry, refused))
        if refused is None:
            steps.append(Step(entry.stage, PassageResult.ENTERED.value, entry.on))
    return told


def refusal(track: Track, entry: Entry, now: Stood, at: datetime) -> StageRefused | None:
    """Why a thing that stands at `now` may not enter; None: it may."""
    having = replace(entry.having, entered=now.entered, left=now.left)
    return refused_by(track, entry.stage, having, entry.on, now.since, timezone.localdate(at))


def refused_by(
    track: Track, stage: str, having: Having, on: date, since: date | None, today: date
) -> StageRefused | None:
    """The same of plain values. since: the day of the last passage. Raises TrackError for an unknown stage."""
    names = {"stage": track.stage(stage).name, "stage_en": track.stage(stage).name_en}
    lacking = tracks.missing(track, stage, having)
    if lacking:
        sentence = _("“%(stage)s” cannot be entered yet: %(missing)s.")
        return StageRefused("tracks.missing", sentence, names, lacking)
    return _wrong_day(names, on, since, today)


def _wrong_day(names: Mapping[str, object], on: date, since: date | None, today: date) -> StageRefused | None:
    if on > today:
        sentence = _("“%(stage)s” on %(on)s lies ahead. Record a stage when it has been reached.")
        return StageRefused("tracks.ahead", sentence, {**names, "on": on.isoformat()})
    if since is not None and on < since:
        sentence = _(
            "“%(stage)s” on %(on)s lies before the last recorded stage, which is of %(since)s. Check the day."
        )
        params = {**names, "on": on.isoformat(), "since": since.isoformat()}
        return StageRefused("tracks.before", sentence, params)
    return None


@transaction.atomic
def reopen(
    subject: Subject,
    track: Track,
    stage: str,
    *,
    on: date,
    evidence: Place,
    note: str,
    by: User | None,
    at: datetime,
) -> Passage:
    """Back to a stage that was entered, "": to before the first; the one way back. Raises StageRefused."""
    now, steps = _now(subject, track)
    names = {"stage": track.stage(stage).name if stage else "–"}
    if not note.strip():
        raise StageRefused("tracks.reason_wanting", _("Say why the stage is reopened or left."), names)
    back = stage in now.entered if stage else bool(now.entered or now.left)
    if not back or (stage == now.stage and not now.left):
        sentence = _(
            "“%(stage)s” cannot be reopened: it is not behind. Choose a stage that was entered before."
        )
        raise StageRefused("tracks.not_behind", sentence, names)
    return _one(subject, track, Step(stage, PassageResult.REOPENED.value, on), steps, evidence, note, by, at)


@transaction.atomic
def leave(
    subject: Subject, track: Track, *, on: date, evidence: Place, note: str, by: User | None, at: datetime
) -> Passage:
    """终止、出库: the thing leaves the track where it stands, for a reason. Raises StageRefused."""
    now, steps = _now(subject, track)
    if not note.strip():
        raise StageRefused("tracks.reason_wanting", _("Say why the stage is reopened or left."), {})
    if now.left:
        raise StageRefused(
            "tracks.left_already", _("It left the track on %(since)s."), {"since": str(now.since)}
        )
    return _one(subject, track, Step(now.stage, PassageResult.LEFT.value, on), steps, evidence, note, by, at)


def _now(subject: Subject, track: Track) -> tuple[Stood, list[Step]]:
    _lock({subject.pk})
    steps = _whole({subject.pk}, track.key)[subject.pk]
    return tracks.replay(steps), steps


def _one(
    subject: Subject,
    track: Track,
    step: Step,
    steps: Sequence[Step],
    evidence: Place,
    note: str,
    by: User | None,
    at: datetime,
) -> Passage:
    wrong = _wrong_day(
        {"stage": step.stage or "–"}, step.on, steps[-1].on if steps else None, timezone.localdate(at)
    )
    if wrong is not None:
        raise wrong
    made = _passage(track, Entry(subject, step.stage, step.on, evidence, note), len(steps), by, at)
    made.result = step.result
    return _keep(track, [made], {subject.pk: subject}, f"track.{step.result}", by, at)[0]


def _lock(subjects: set[int]) -> None:
    """Two decisions on one thing wait for each other (where the database can lock rows)."""
    for some in passage_rows.some(sorted(subjects)):
        list(Subject.objects.select_for_update().filter(pk__in=some).values_list("pk"))


def _whole(subjects: set[int], track: str) -> dict[int, list[Step]]:
    return {pk: [] for pk in subjects} | steps_of(sorted(subjects), track)


def _passage(track: Track, entry: Entry, before: int, by: User | None, at: datetime) -> Passage:
    return Passage(
        subject_id=entry.subject.pk,
        track=track.key,
        version=track.version,
        seq=before + 1,
        stage=entry.stage,
        on=entry.on,
        note=entry.note.strip(),
        evidence_id=entry.evidence.pk,
        by_id=by.pk if by else None,
        recorded_at=at,
    )


def _keep(
    track: Track,
    made: Sequence[Passage],
    subjects: Mapping[int, Subject],
    verb: str,
    by: User | None,
    at: datetime,
) -> list[Passage]:
    """Write the passages, their standings, and one event a subject."""
    kept = passage_rows.keep(made)
    told: dict[int, list[Passage]] = {}
    for passage in kept:
        told.setdefault(passage.subject_id, []).append(passage)
    events.record_all(verb, [(subjects[pk], _said(track, ps)) for pk, ps in told.items()], by=by, at=at)
    return kept


def _said(track: Track, made: Sequence[Passage]) -> dict[str, object]:
    steps = [{"stage": p.stage, "on": p.on.isoformat(), "evidence": p.evidence_id} for p in made]
    names = [track.stage(p.stage).name for p in made if p.stage]
    return {"track": track.key, "steps": steps, "stage": "、".join(names), "note": made[-1].note}
