"""Sheet 计时暂停: stops of clocks told afterwards, or one that lasts and has ended since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils import timezone

from tongjian.kernel.models import Place
from tongjian.records.projects import queries
from tongjian.records.projects.actions import clocks
from tongjian.records.projects.models import ClockStop
from tongjian.records.projects.rules.stops import Running, Stop, may_have_stopped
from tongjian.records.projects.sheets import history
from tongjian.records.projects.sheets.ground import Ground
from tongjian.records.projects.sheets.history import Stopped
from tongjian.records.projects.sheets.placing import places, refused
from tongjian.records.projects.sheets.tables import Table

Clocks = dict[tuple[int, str, str], Running]
Known = dict[tuple[int, str, str, date], ClockStop]
# The column at which a refusal is told; else at the day of the stop.
AT = {
    "projects.clock_none": "stage",
    "projects.clock_reason": "reason",
    "projects.clock_late": "until",
    "projects.clock_stands": "until",
}


def take(table: Table, on: Ground, _source: Place) -> int:
    """The rows by day; one that stands so already says nothing new. Returns how many said something."""
    rows = sorted(history.stopped(table, on), key=lambda r: (*_clock(r), r.since))
    running, known = _running(rows), _known(rows)
    held = places(on, table, [(r.line.reference("since"), r.since.isoformat()) for r in rows])
    done = 0
    for r, place in zip(rows, held, strict=True):
        before, clock = known.get((*_clock(r), r.since)), running[_clock(r)]
        if before is not None and (before.reason, before.until) == (r.reason, r.until):
            continue
        others = tuple(s for s in clock.stops if before is None or s.since != r.since)
        stop = Stop(r.reason, r.since, r.until, note=r.note)
        try:
            _write(r, before, stop, replace(clock, stops=others), place, on)
        except clocks.ClockRefused as error:
            refused(table, r.line.row, AT.get(error.code, "since"), error)
            continue
        running[_clock(r)] = replace(clock, stops=(*others, stop))
        done += 1
    return done


def _clock(r: Stopped) -> tuple[int, str, str]:
    return r.project.pk, r.track.key, r.stage


def _running(rows: Sequence[Stopped]) -> Clocks:
    """How the clocks stand that the rows speak of."""
    found: Clocks = {}
    for track in {r.track.key for r in rows}:
        pks = sorted({r.project.pk for r in rows if r.track.key == track})
        found |= {(pk, track, stage): c for (pk, stage), c in queries.running(pks, track).items()}
    return found


def _known(rows: Sequence[Stopped]) -> Known:
    stops = queries.of(ClockStop.objects.select_related("project"), {r.project.pk for r in rows})
    return {(s.project_id, s.track, s.stage, s.since): s for s in stops}


def _write(
    r: Stopped, before: ClockStop | None, stop: Stop, clock: Running, place: Place, on: Ground
) -> None:
    """Raises ClockRefused."""
    if before is not None and (before.reason != r.reason or before.until is not None):
        clocks.refuse(clocks.stands(before))
    clocks.refuse(may_have_stopped(r.track.stage(r.stage), clock, stop, timezone.localdate(on.at)))
    row = before or clocks.stopped(r.project, r.track.key, r.stage, stop, evidence=place, by=on.by, at=on.at)
    if stop.until is not None:
        clocks.resumed(row, until=stop.until, evidence=place, by=on.by, at=on.at)
