"""补正 and other stops: the clock of a stage stands still from one paper to the next."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, passages
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Place, User
from tongjian.records.projects import queries
from tongjian.records.projects.models import ClockStop, Project
from tongjian.records.projects.rules import stops


class ClockRefused(TongjianError):
    """A clock that cannot be stopped or go on so."""


@transaction.atomic
def stop_clock(
    pk: int,
    track: str,
    stage: str,
    *,
    reason: str,
    on: date,
    evidence: Place,
    note: str = "",
    by: User | None,
    at: datetime,
) -> ClockStop:
    """The clock of a stage stands still from that day on, for one of the reasons that its track knows.

    Raises NotAllowed, ClockRefused, TrackError for a stage that the track does not have.
    """
    project = queries.editable_by(by, pk, lock=True)
    wanted = passages.track(track).stage(stage)
    days = queries.reached([pk], track).get(pk)
    running = stops.Running(
        since=days.days.get(wanted.clock.since) if days and wanted.clock else None,
        done=days is not None and (stage in days.days or days.left),
        stops=queries.stops_of([pk], track).get(pk, {}).get(stage, ()),
    )
    _raise(stops.may_stop(wanted, running, reason, on, timezone.localdate(at)))
    made = ClockStop.objects.create(
        project=project,
        track=track,
        stage=stage,
        reason=reason,
        since=on,
        note=note.strip()[:200],
        evidence=evidence,
        recorded_at=at,
        recorded_by=by,
    )
    _told("projects.clock_stopped", project, made, on, by, at)
    return made


@transaction.atomic
def resume_clock(
    pk: int, track: str, stage: str, *, on: date, evidence: Place, by: User | None, at: datetime
) -> ClockStop:
    """The clock runs on after that day: what was asked for has come. Raises NotAllowed, ClockRefused."""
    project = queries.editable_by(by, pk, lock=True)
    found = ClockStop.objects.filter(project=project, track=track, stage=stage, until=None).first()
    _raise(stops.may_resume(found.since if found else None, on, timezone.localdate(at)))
    assert found is not None
    found.until, found.resumed_evidence = on, evidence
    found.save(update_fields=["until", "resumed_evidence"])
    _told("projects.clock_resumed", project, found, on, by, at)
    return found


WORDS = {
    "clock_none": _(
        "“%(stage)s” has no clock that runs. It runs from the stage before until this one is entered."
    ),
    "clock_reason": _("“%(reason)s” stops no clock of “%(stage)s”; these do: %(choices)s."),
    "clock_stopped": _("The clock stands still since %(since)s already."),
    "clock_early": _("%(on)s lies before %(since)s, from which on the clock can be stopped."),
    "clock_ahead": _("%(on)s lies ahead. Record it when it has come."),
    "clock_runs": _("The clock is not stopped."),
}


def _raise(refused: stops.Refused | None) -> None:
    if refused is not None:
        raise ClockRefused(f"projects.{refused.code}", WORDS[refused.code], dict(refused.params))


def _told(verb: str, project: Project, stop: ClockStop, on: date, by: User | None, at: datetime) -> None:
    said = {"track": stop.track, "stage": stop.stage, "reason": stop.reason, "on": on.isoformat()}
    events.record(verb, project, by=by, at=at, data=said)
