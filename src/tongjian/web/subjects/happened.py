"""What happened to a long-lived thing, and who says so: its record's own events and those of its subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.events import stream_of
from tongjian.kernel.models import Event, Tracked, User
from tongjian.web import history
from tongjian.web.history import Told

# Open to all who may open the page; events name no personal values, only fields.
RECORDS: Mapping[str, str | Promise] = {
    "projects.registered": _("The project came into the library"),
    "projects.changed": _("What is told of the project changed"),
    "projects.archived": _("Put out of use"),
    "projects.investment_reported": _("A month of investment was reported"),
    "projects.progress_reported": _("The state of the works was reported"),
    "projects.document_attached": _("A paper was put on file"),
    "projects.milestone_planned": _("The day of a stage was planned"),
    "projects.clock_stopped": _("A clock was stopped: %(reason)s"),
    "projects.clock_resumed": _("A clock runs on: %(reason)s"),
    "projects.funded": _("Funding was recorded"),
    "projects.paired": _("The pairing was recorded"),
    "projects.problem_raised": _("A problem was raised"),
    "projects.problem_answered": _("A problem was answered"),
    "projects.problem_escalated": _("A problem was taken higher"),
    "projects.problem_closed": _("A problem was solved"),
    "projects.problem_noted": _("Problems were taken in"),
    "registers.added": _("The entry came on record"),
    "registers.amended": _("The entry was amended"),
    "registers.archived": _("Put out of use"),
    "registers.restored": _("Taken into use again"),
    "registers.attached": _("A paper was put on file"),
    "registers.revealed": _("A person's data was shown once, for a reason"),
    "track.entered": _("Entered: %(stage)s"),
    "track.reopened": _("Reopened: %(stage)s"),
    "track.left": _("Left the course: %(stage)s"),
    "shapes.placed": _("A place on the map was recorded"),
}
CLOSED = frozenset({"registers.revealed"})  # for who answers for the row
NOT_NOTES = frozenset({"projects.clock_stopped", "projects.clock_resumed"})
MOST = 50


def happened(record: Tracked, user: User, *, answers: bool) -> list[Told]:
    """The newest first. answers: the user answers for the record."""
    of_record = {e.pk: e for e in history.rows_of(record, user, all_of_it=answers)}
    streams = [stream_of(record), stream_of(record.subject)]
    verbs = [v for v in RECORDS if answers or v not in CLOSED]
    rows = Event.objects.filter(stream__in=streams, verb__in=verbs).select_related("actor")
    known = of_record | {e.pk: e for e in rows.order_by("-at", "-pk")[:MOST]}
    newest = sorted(known.values(), key=lambda e: (e.at, e.pk), reverse=True)
    return [one for one, _same in groupby(_told(e) for e in newest[:MOST])]  # alike ones of one file once


def _told(event: Event) -> Told:
    found = history.told(event)
    if event.verb not in RECORDS:
        return found
    what = str(RECORDS[event.verb]) % history.Params(event.data)
    reason = "" if event.verb in NOT_NOTES else str(event.data.get("reason", ""))
    return replace(found, what=what, note=found.note or reason)
