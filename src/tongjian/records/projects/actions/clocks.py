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
    running = queries.running([pk], track)[pk, stage]
    refuse(stops.may_stop(wanted, running, reason, on, timezone.localdate(at)))
    return stopped(project, track, stage, stops.Stop(reason, on, note=note), evidence=evidence, by=by, at=at)


@transaction.atomic
def resume_clock(
    pk: int, track: str, stage: str, *, on: date, evidence: Place, by: User | None, at: datetime
) -> ClockStop:
    """The clock runs on after that day: what was asked for has come. Raises NotAllowed, ClockRefused."""
    project = queries.editable_by(by, pk, lock=True)
    found = ClockStop.objects.filter(project=project, track=track, stage=stage, until=None).first()
    refuse(stops.may_resume(found.since if found else None, on, timezone.localdate(at)))
    assert found is not None
    return resumed(found, until=on, evidence=evidence, by=by, at=at)


def stopped(
    project: Project,
    track: str,
    stage: str,
    stop: stops.Stop,
    *,
    evidence: Place,
    by: User | None,
    at: datetime,
) -> ClockStop:
    """Write a stop that a rule let pass; its end is `resumed`."""
    made = ClockStop.objects.create(
        project=project,
        track=track,
        stage=stage,
        reason=stop.reason,
        since=stop.since,
        note=stop.note.strip()[:200],
        evidence=evidence,
        recorded_at=at,
        recorded_by=by,
    )
    _told("projects.clock_stopped", made, stop.since, by, at)
    return made


def resumed(stop: ClockStop, *, until: date, evidence: Place, by: User | None, at: datetime) -> ClockStop:
    """Write the end of a stop that a rule let pass."""
    stop.until, stop.resumed_evidence = until, evidence
    stop.save(update_fields=["until", "resumed_evidence"])
    _told("projects.clock_resumed", stop, until, by, at)
    return stop


def stands(stop: ClockStop) -> stops.Refused:
    """Why a workbook does not write over a stop."""
    until = stop.until.isoformat() if stop.until else "…"
    since = stop.since.isoformat()
    return stops.Refused("clock_stands", {"since": since, "was": f"{stop.reason} {since} – {until}"})


WORDS = {
    "clock_none": _(
        "“%(stage)s” has no clock that runs. It runs from the stage before until this one is entered."
    ),
    "clock_reason": _("“%(reason)s” stops no clock of “%(stage)s”; these do: %(choices)s."),
    "clock_stopped": _("The clock stands still since %(since)s already."),
    "clock_early": _("%(on)s lies before %(since)s, from which on the clock can be stopped."),
    "clock_late": _("“%(stage)s” was entered on %(ended)s; its clock cannot stand still after that."),
    "clock_stands": _(
        "The stop from %(since)s is recorded otherwise: %(was)s. It is not changed by a workbook."
    ),
    "clock_ahead": _("%(on)s lies ahead. Record it when it has come."),
    "clock_runs": _("The clock is not stopped."),
}


def refuse(refused: stops.Refused | None) -> None:
    """Raises ClockRefused for what a rule refuses."""
    if refused is not None:
        raise ClockRefused(f"projects.{refused.code}", WORDS[refused.code], dict(refused.params))


def _told(verb: str, stop: ClockStop, on: date, by: User | None, at: datetime) -> None:
    said = {"track": stop.track, "stage": stop.stage, "reason": stop.reason, "on": on.isoformat()}
    events.record(verb, stop.project, by=by, at=at, data=said)
