"""The event log as sentences for people, in both languages, as far as they may know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Delivery, Package, Submission
from tongjian.kernel.events import stream_of
from tongjian.kernel.models import Event, User
from tongjian.plans.models import Intake, Obligation, PlanYear, SupervisionOrder, Task
from tongjian.records.cases.models import PolicyChange
from tongjian.reports.models import Draft, Report
from tongjian.reports.rounds.models import Edition, Section
from tongjian.web import addresses

LATELY = timedelta(days=60)  # where `recent` looks first
# What everyone signed in may know of; the rest is for the plan office and for who did it.
OPEN: Mapping[str, str | Promise] = {
    "collection.accepted": _("A workbook was accepted: %(facts)s new facts"),
    "collection.submitted": _("The package was submitted"),
    "collection.approved": _("The package was approved"),
    "collection.locked": _("The package was locked"),
    "plans.plan_recorded": _("The plan was put on the ledger"),
    "plans.target_recorded": _("The target was put on the ledger"),
    "plans.approved": _("The plan was approved by %(decision)s"),
    "plans.next_drafted": _("The plan was drafted: %(targets)s targets, %(tasks)s tasks carried over"),
    "plans.explained": _("Why it was not kept: %(text)s"),
    "plans.published": _("The plan was published by %(decision)s"),
    "plans.withdrawn": _("The plan was withdrawn from the public pages: %(why)s"),
    "plans.task_recorded": _("The task was put on the ledger"),
    "plans.task_assigned": _("Units and month were assigned"),
    "plans.tasks_assigned": _("%(tasks)s tasks were assigned"),
    "plans.check_in_confirmed": _("A check-in was confirmed"),
    "plans.task_tied": _("The task waits for a stage of %(subject)s"),
    "plans.target_revised": _("The target was revised: %(old)s → %(new)s"),
    "plans.target_classified": _("The target's nature was said"),
    "plans.path_set": _("The path of the year was set"),
    "supervision.task_made": _("The task was put on the plan"),
    "supervision.decomposed": _("A part was given out: %(title)s"),
    "supervision.extension_granted": _("More time was granted: %(old)s → %(new)s"),
    "agreement.recorded": _("The agreement was recorded"),
    "agreement.term_recorded": _("A term was recorded: %(words)s"),
    "midterm.plan_recorded": _("%(targets)s indicators of a five-year plan were recorded"),
    "evidence.released": _("A file was accepted and is open to all"),
    "shapes.placed": _("A place on the map was recorded"),
    "spaces.space_recorded": _("The parcel or building was recorded"),
    "spaces.space_changed": _("What is told of the parcel or building changed"),
    "spaces.pipes_imported": _("%(rows)s pipe segments came in, %(new)s new, %(changed)s changed"),
    "reports.built": _("A report was written with %(quotes)s figures"),
    "rounds.frozen": _("The report was frozen"),
}
CLOSED: Mapping[str, str | Promise] = {
    "spaces.pipes_viewed": _("%(sensitive)s pipes were looked at exactly"),
    "collection.refused": _("A workbook was refused: %(problems)s problems"),
    "collection.held": _("A workbook is held by %(findings)s findings"),
    "collection.overridden": _("Reasons were given for findings"),
    "collection.override_confirmed": _("Reasons were confirmed by a second person"),
    "collection.returned": _("The package was returned"),
    "collection.unlocked": _("The package was unlocked"),
    "collection.attached": _("A file was added to the package"),
    "collection.due_moved": _("The package is due on %(due)s"),
    "collection.reminded": _("The unit was reminded"),
    "collection.delivered": _("A folder of %(files)s workbooks was taken in"),
    "collection.mapping_saved": _("A column mapping was saved"),
    "collection.mapping_deleted": _("A column mapping was deleted"),
    "plans.intake_started": _("A report was read: %(items)s items to check"),
    "plans.intake_recorded": _("What was accepted of a report went on the ledger"),
    "plans.item_mended": _("An item of a report was mended"),
    "plans.items_accepted": _("Items of a report were accepted"),
    "plans.items_dropped": _("Items of a report were dropped"),
    "drafts.sent": _("Round %(round)s of the draft was sent in"),
    "drafts.answered": _("%(number)s was answered: %(choice)s"),
    "drafts.refreshed": _("The draft was held against the ledger again"),
    "rounds.started": _("A report to be written together was begun"),
    "rounds.assigned": _("The section was given out, due %(due)s"),
    "rounds.removed": _("The section “%(section)s” was taken back"),
    "rounds.saved": _("Version %(version)s was saved"),
    "rounds.answered": _("%(number)s was answered: %(choice)s"),
    "rounds.waived": _("A reason was given for a finding"),
    "rounds.handed_in": _("The section was handed in"),
    "rounds.promise_told": _("It was said what became of a promise: %(promise)s"),
    "rounds.promises_told": _("%(promises)s promises were answered by confirmed check-ins"),
    "rounds.submitted": _("The report was sent to the leader"),
    "rounds.sent_back": _("The report was sent back"),
    "rounds.signed": _("The report was signed with %(figures)s figures"),
    "rounds.explained": _("A change was explained: %(old)s → %(new)s"),
    "consultation.sent": _("The text was sent to %(units)s units for opinions"),
    "consultation.replied": _("A unit replied with %(opinions)s opinions"),
    "consultation.handled": _("An opinion was handled: %(opinion)s"),
    "plans.checked_in": _("The lead unit reported on the task"),
    "plans.check_in_returned": _("A check-in was returned"),
    "plans.remarked": _("A remark was made"),
    "supervision.issued": _("A supervision order was issued, due %(due)s"),
    "supervision.opened_on": _("A supervision order was opened on this"),
    "supervision.raised": _("The stage of the order was raised"),
    "supervision.answered": _("The unit answered the order"),
    "supervision.returned": _("The answer to the order was returned"),
    "supervision.closed": _("The order was closed"),
    "supervision.extension_asked": _("More time was asked for: %(old)s → %(new)s"),
    "supervision.extension_refused": _("More time was refused"),
    "supervision.tasks_made": _("%(tasks)s tasks were made from a workbook"),
    "clock_policy.proposed": _("A change of clocks was proposed"),
    "clock_policy.scheduled": _("The change of clocks takes effect on %(effective_on)s"),
    "clock_policy.applied": _("The change of clocks is in force, version %(version)s"),
    "clock_policy.withdrawn": _("The change of clocks was withdrawn"),
    "service_package.opened": _("The service package was opened"),
    "service_package.changed": _("Grade, unit or account manager changed"),
    "service_package.visited": _("A visit of %(on)s was recorded"),
    "service_package.policy": _("A policy for this enterprise was settled"),
    "service_package.measure": _("A measure was settled, due %(due_on)s"),
    "service_package.measure_done": _("A measure was done on %(on)s"),
    "service_package.confirmed": _("The enterprise confirmed: %(score)s of 5"),
    "service_package.contact": _("The contact was put on file"),
    "service_package.contact_dropped": _("The contact was erased"),
    "service_package.contact_revealed": _("The contact was looked at: %(reason)s"),
}
VERBS = {**OPEN, **CLOSED}
# Of many single steps only their sum is told where all streams are listed together.
SMALL = frozenset(
    {
        "shapes.placed",
        "spaces.pipes_viewed",
        "spaces.space_recorded",
        "spaces.space_changed",
        "plans.item_mended",
        "drafts.answered",
        "rounds.answered",
        "rounds.assigned",
        "rounds.promise_told",
        "consultation.handled",
        "plans.task_assigned",
        "plans.target_recorded",
        "plans.task_recorded",
        "supervision.opened_on",
        "collection.submitted",
        "collection.due_moved",
        "collection.reminded",
        "supervision.decomposed",
        "evidence.released",
        "service_package.opened",
        "service_package.changed",
        "service_package.visited",
        "service_package.policy",
        "service_package.measure",
        "service_package.measure_done",
        "service_package.confirmed",
        "service_package.contact",
        "service_package.contact_dropped",
        "service_package.contact_revealed",
    }
)
PAGES: Mapping[str, str] = {
    "facts.submission": "collection:submission",
    "facts.package": "collection:package",
    "facts.delivery": "collection:delivery",
    "plans.task": "plans:task",
    "plans.planyear": "plans:plan",
    "plans.intake": "intake:intake",
    "reports.report": "reports:report",
    "reports.draft": "reports:draft",
    "reports.edition": "reports:edition",
    "reports.section": "reports:section",
    "plans.obligation": "plans:target",
    "plans.supervisionorder": "supervision:order",
    "cases.policychange": "cases:policy_change",
}


def _submissions(pks: Sequence[int]) -> Mapping[int, object]:
    rows = Submission.objects.filter(pk__in=pks).select_related("organisation__subject")
    return {s.pk: s.organisation for s in rows}


def _packages(pks: Sequence[int]) -> Mapping[int, object]:
    rows = Package.objects.filter(pk__in=pks).select_related("organisation__subject")
    return {p.pk: p.organisation for p in rows}


NAMED: Mapping[str, Callable[[Sequence[int]], Mapping[int, object]]] = {
    "facts.submission": _submissions,
    "facts.package": _packages,
    "facts.delivery": Delivery.objects.in_bulk,
    "plans.task": Task.objects.in_bulk,
    "plans.planyear": PlanYear.objects.in_bulk,
    "plans.intake": Intake.objects.defer("text").in_bulk,
    "reports.report": Report.objects.defer("html", "manifest").in_bulk,
    "reports.draft": Draft.objects.in_bulk,
    "reports.edition": Edition.objects.defer("text", "manifest").in_bulk,
    "reports.section": Section.objects.in_bulk,
    "plans.obligation": Obligation.objects.select_related("series__metric", "series__subject").in_bulk,
    "plans.supervisionorder": SupervisionOrder.objects.select_related("plan").in_bulk,
    "cases.policychange": PolicyChange.objects.defer("report").in_bulk,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a list shows it. name, url: what it happened to, and its page; empty on that page itself."""

    at: datetime
    who: str
    what: str
    note: str
    name: str = ""
    url: str = ""


class Params(dict[str, object]):
    """Names of a sentence that the event does not carry are left blank."""

    def __missing__(self, key: str) -> str:
        return ""


def told(event: Event, names: Mapping[str, str] | None = None) -> Told:
    """Events without a person are the system's own. names: what streams are called, where it is to be said."""
    who = (event.actor.first_name or event.actor.username) if event.actor else str(_("System"))
    what = str(VERBS.get(event.verb, event.verb)) % Params(event.data)
    name = (names or {}).get(event.stream, "")
    note = str(event.data.get("note", ""))
    return Told(event.at, who, what, note, name, _url(event.stream) if names is not None else "")


def _url(stream: str) -> str:
    label, _slash, pk = stream.partition("/")
    return addresses.of_row(PAGES[label], int(pk)) if label in PAGES else ""


def _names(rows: Sequence[Event]) -> dict[str, str]:
    """What the events happened to, one query for each kind of thing."""
    by_label: dict[str, list[int]] = {}
    for event in rows:
        label, _slash, pk = event.stream.partition("/")
        if label in NAMED:
            by_label.setdefault(label, []).append(int(pk))
    return {
        f"{label}/{pk}": str(thing)
        for label, pks in by_label.items()
        for pk, thing in NAMED[label](pks).items()
    }


def _knowable(user: User) -> Q:
    return Q() if user.is_plan_office else Q(verb__in=OPEN) | Q(actor=user)


def events_of(thing: Model, user: User, *, all_of_it: bool = False) -> Sequence[Told]:
    """What happened to a row, the newest first. all_of_it: the user answers for the row."""
    return [told(e) for e in rows_of(thing, user, all_of_it=all_of_it)]


def rows_of(thing: Model, user: User, *, all_of_it: bool = False) -> Sequence[Event]:
    """The events behind `events_of`."""
    rows = Event.objects.filter(stream=stream_of(thing), verb__in=VERBS)
    shown = rows if all_of_it else rows.filter(_knowable(user))
    return list(shown.select_related("actor").order_by("-at", "-pk")[:50])


def recent(user: User, most: int) -> list[Told]:
    """What people did lately, anywhere; pages that the user may not open are not linked."""
    rows = Event.objects.filter(_knowable(user), verb__in=[v for v in VERBS if v not in SMALL])
    rows = rows.select_related("actor").order_by("-at", "-pk")
    found = list(rows.filter(at__gte=timezone.now() - LATELY)[:most])
    if len(found) < most:  # a quiet time: all that ever happened is sorted for it
        found = list(rows[:most])
    names = _names(found)
    return [_as_far_as(user, told(e, names)) for e in found]


def _as_far_as(user: User, told: Told) -> Told:
    closed = not user.is_plan_office and told.url.startswith(
        (reverse("intake:list"), reverse("collection:page"))
    )
    return replace(told, url="") if closed else told
