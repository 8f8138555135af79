"""节点: planned days in dated versions, and the stages that are really entered."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, passages
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Passage, Place, User
from tongjian.records.projects import queries
from tongjian.records.projects.models import Milestone
from tongjian.records.projects.settings import library


class MilestoneRefused(TongjianError):
    """A planned day that cannot stand."""


@transaction.atomic
def plan_milestone(
    pk: int,
    track: str,
    stage: str,
    planned_on: date,
    *,
    reason: str = "",
    evidence: Place,
    by: User | None,
    at: datetime,
) -> Milestone:
    """The day on which a stage is to be reached. Another day for a planned stage needs a reason; the same day changes nothing.

    Raises NotAllowed, MilestoneRefused, TrackError for a stage that the track does not have.
    """
    project = queries.editable_by(by, pk, lock=True)
    passages.track(track).stage(stage)
    before = Milestone.objects.filter(project=project, track=track, stage=stage).order_by("-seq").first()
    if before is not None and before.planned_on == planned_on:
        return before
    if before is not None and not reason.strip():
        raise MilestoneRefused(
            "projects.reason_wanting",
            _("The day was %(was)s. Say why it is to be another one."),
            {"was": before.planned_on.isoformat()},
        )
    made = Milestone.objects.create(
        project=project,
        track=track,
        stage=stage,
        seq=before.seq + 1 if before else 1,
        planned_on=planned_on,
        reason=reason.strip()[:200],
        evidence=evidence,
        recorded_at=at,
        recorded_by=by,
    )
    said = {"track": track, "stage": stage, "on": planned_on.isoformat(), "reason": made.reason}
    events.record("projects.milestone_planned", project, by=by, at=at, data=said)
    return made


def enter_stage(
    pk: int,
    track: str,
    stage: str,
    *,
    on: date,
    evidence: Place,
    note: str = "",
    by: User | None,
    at: datetime,
) -> Passage:
    """The project enters a stage of a track. Raises NotAllowed, StageRefused with all that is missing."""
    project = queries.editable_by(by, pk, lock=False)
    held = queries.havings([project], track)[project.pk]
    return passages.enter(
        project.subject,
        passages.track(track),
        stage,
        on=on,
        evidence=evidence,
        note=note,
        having=held,
        by=by,
        at=at,
    )


def convert(pk: int, *, on: date, evidence: Place, note: str = "", by: User | None, at: datetime) -> Passage:
    """储备转开工: a project out of the reserve begins. The same refusals as `enter_stage`."""
    names = library().stages
    return enter_stage(
        pk, names.construction, names.started, on=on, evidence=evidence, note=note, by=by, at=at
    )
