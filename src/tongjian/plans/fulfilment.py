"""Tasks that wait for a stage: a passage on record fulfils the promise. Read from the records, which know no plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, passages, tracks
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Passage, Subject, User
from tongjian.kernel.tracks import Step
from tongjian.plans.models import Task


class TieRefused(TongjianError):
    """A stage that a task cannot wait for."""


@dataclass(frozen=True, slots=True)
class Met:
    """The passage that fulfilled a task. name: the stage in 中文 and English."""

    passage: Passage
    name: tuple[str, str]

    @property
    def on(self) -> date:
        return self.passage.on


def met(tasks: Sequence[Task], today: date) -> dict[int, Met]:
    """task pk → the passage that fulfils it, of those that wait for a stage which was entered by `today` and still is."""
    waiting = [t for t in tasks if t.subject_id is not None and t.track and t.stage]
    if not waiting:
        return {}
    rows = _passages(waiting, today)
    known = passages.all_tracks()
    found: dict[int, Met] = {}
    for task in waiting:
        passage = _fulfilling(rows.get((task.subject_id or 0, task.track), ()), task.stage)
        if passage is not None:
            found[task.pk] = Met(passage, _name(known, task))
    return found


def _passages(tasks: Sequence[Task], today: date) -> dict[tuple[int, str], list[Passage]]:
    rows = Passage.objects.filter(
        subject__in={t.subject_id for t in tasks}, track__in={t.track for t in tasks}, on__lte=today
    )
    found: dict[tuple[int, str], list[Passage]] = {}
    for row in rows.select_related("evidence__file").order_by("subject_id", "seq"):
        found.setdefault((row.subject_id, row.track), []).append(row)
    return found


def _fulfilling(rows: Sequence[Passage], stage: str) -> Passage | None:
    """The passage into the stage, if the thing has not been put back before it since."""
    if stage not in tracks.replay([Step(p.stage, p.result, p.on) for p in rows]).entered:
        return None
    return next((p for p in reversed(rows) if p.stage == stage), None)


def _name(known: Mapping[str, tracks.Track], task: Task) -> tuple[str, str]:
    """The stage's name; its key where the track is no longer in the packs."""
    track = known.get(task.track)
    stage = next((s for s in track.stages if s.key == task.stage), None) if track else None
    return (stage.name, stage.name_en) if stage else (task.stage, task.stage)


@transaction.atomic
def tie(pk: int, subject: Subject | None, track: str, stage: str, *, by: User, at: datetime) -> Task:
    """Let a task wait for a stage of a subject; subject None takes that away. Raises NotAllowed, TieRefused."""
    must_be_plan_office(by)
    task = Task.objects.select_for_update().get(pk=pk)
    if subject is None:
        track = stage = ""
    else:
        _must_be_there(track, stage)
    task.subject, task.track, task.stage = subject, track, stage
    task.save(update_fields=["subject", "track", "stage"])
    said = {"subject": "" if subject is None else subject.key, "track": track, "stage": stage}
    events.record("plans.task_tied", task, by=by, at=at, data=said)
    return task


def _must_be_there(track: str, stage: str) -> None:
    found = passages.all_tracks().get(track)
    if found is None or stage not in {s.key for s in found.stages}:
        raise TieRefused(
            "plans.no_stage",
            _("The track %(track)s has no stage %(stage)s. Choose one of the list."),
            {"track": track, "stage": stage},
        )
