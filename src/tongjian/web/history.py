"""The event log as sentences for people, in both languages, as far as they may know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.events import stream_of
from tongjian.kernel.models import Event, User

# What everyone signed in may know of; the rest is for the plan office and for who did it.
OPEN: Mapping[str, str | Promise] = {
    "collection.accepted": _("A workbook was accepted: %(facts)s new facts"),
    "plans.plan_recorded": _("The plan was put on the ledger"),
    "plans.target_recorded": _("The target was put on the ledger"),
    "plans.task_recorded": _("The task was put on the ledger"),
    "plans.task_assigned": _("Units and month were assigned"),
    "plans.tasks_assigned": _("%(tasks)s tasks were assigned"),
    "plans.check_in_confirmed": _("A check-in was confirmed"),
    "reports.built": _("A report was written with %(quotes)s figures"),
}
CLOSED: Mapping[str, str | Promise] = {
    "collection.refused": _("A workbook was refused: %(problems)s problems"),
    "plans.intake_started": _("A report was read: %(items)s items to check"),
    "plans.intake_recorded": _("What was accepted of a report went on the ledger"),
    "plans.item_mended": _("An item of a report was mended"),
    "plans.items_accepted": _("Items of a report were accepted"),
    "plans.items_dropped": _("Items of a report were dropped"),
    "plans.checked_in": _("The lead unit reported on the task"),
    "plans.check_in_returned": _("A check-in was returned"),
    "plans.remarked": _("A remark was made"),
}
VERBS = {**OPEN, **CLOSED}
# Of many single steps only their sum is told where all streams are listed together.
SMALL = frozenset(
    {"plans.item_mended", "plans.task_assigned", "plans.target_recorded", "plans.task_recorded"}
)
PAGES: Mapping[str, str] = {
    "facts.submission": "collection:submission",
    "plans.task": "plans:task",
    "plans.planyear": "plans:plan",
    "plans.intake": "intake:intake",
    "reports.report": "reports:report",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a list shows it. url: the page of what it happened to."""

    at: datetime
    who: str
    what: str
    note: str
    url: str


class _Params(dict[str, object]):
    """Names of a sentence that the event does not carry are left blank."""

    def __missing__(self, key: str) -> str:
        return ""


def told(event: Event) -> Told:
    """Events without a person are the system's own."""
    who = (event.actor.first_name or event.actor.username) if event.actor else str(_("System"))
    what = str(VERBS.get(event.verb, event.verb)) % _Params(event.data)
    return Told(event.at, who, what, str(event.data.get("note", "")), _url(event.stream))


def _url(stream: str) -> str:
    label, _slash, pk = stream.partition("/")
    return reverse(PAGES[label], args=[int(pk)]) if label in PAGES else ""


def _knowable(user: User) -> Q:
    return Q() if user.is_plan_office else Q(verb__in=OPEN) | Q(actor=user)


def _events(rows: QuerySet[Event], most: int) -> list[Told]:
    return [told(e) for e in rows.select_related("actor").order_by("-at", "-pk")[:most]]


def events_of(thing: Model, user: User, *, all_of_it: bool = False) -> Sequence[Told]:
    """What happened to a row, the newest first. all_of_it: the user answers for the row."""
    rows = Event.objects.filter(stream=stream_of(thing), verb__in=VERBS)
    return _events(rows if all_of_it else rows.filter(_knowable(user)), 50)


def recent(user: User, most: int) -> list[Told]:
    """What people did lately, anywhere; pages that the user may not open are not linked."""
    rows = Event.objects.filter(_knowable(user), verb__in=[v for v in VERBS if v not in SMALL])
    return [t if user.is_plan_office else _unlinked(t) for t in _events(rows, most)]


def _unlinked(told: Told) -> Told:
    closed = told.url.startswith((reverse("intake:list"), reverse("collection:page")))
    return Told(told.at, told.who, told.what, told.note, "" if closed else told.url)
