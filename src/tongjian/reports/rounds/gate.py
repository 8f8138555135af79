"""What stands in the way of a signature. One list for the page, for sending in, and for signing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tongjian.kernel.errors import TongjianError
from tongjian.reports.consultation.choices import Handling
from tongjian.reports.consultation.models import Opinion
from tongjian.reports.drafts.stored import Stored
from tongjian.reports.drafts.types import State
from tongjian.reports.rounds import changes, examining, promises
from tongjian.reports.rounds.models import Edition, Section, SectionVersion
from tongjian.reports.rounds.promises import Promise

WRONG = frozenset({State.DIFFERS, State.CHANGED})
ASKED = frozenset({State.CHOOSE, State.NO_SOURCE})
SHOWN = 12


class Why(StrEnum):
    """Kinds of what stands in the way."""

    NO_SECTION = "no_section"
    NO_TEXT = "no_text"
    WRONG = "wrong"  # a figure is not the ledger's
    QUESTION = "question"  # a number nobody has said the source of
    FINDING = "finding"  # checking found what cannot be true
    PROMISE = "promise"
    OPINION = "opinion"
    CHANGE = "change"  # differs from the edition before, unexplained


LABELS: dict[Why, str | Lazy] = {
    Why.NO_SECTION: _("The report has no section yet"),
    Why.NO_TEXT: _("Sections without text"),
    Why.WRONG: _("Figures that differ from the ledger"),
    Why.QUESTION: _("Numbers without a source"),
    Why.FINDING: _("What cannot be true as printed"),
    Why.PROMISE: _("Promises without an answer"),
    Why.OPINION: _("Opinions that wait to be handled"),
    Why.CHANGE: _("Changes since the last edition that nobody explained"),
}


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One thing in the way. section None: of the whole report. said: the figure, sentence or promise, as printed."""

    why: Why
    said: str
    section: Section | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Hindrances of one kind."""

    why: Why
    rows: Sequence[Hindrance]

    @property
    def label(self) -> str | Lazy:
        return LABELS[self.why]


class NotReady(TongjianError):
    """The report cannot go on: `hindrances` say which figures, promises, opinions stand open."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        self.hindrances = tuple(hindrances)
        told = "；".join(f"{g.label}（{len(g.rows)}）：{_few(g.rows)}" for g in grouped(hindrances))
        message = ngettext(
            "Not ready to be signed, %(count)s point is open. %(told)s",
            "Not ready to be signed, %(count)s points are open. %(told)s",
            len(hindrances),
        )
        super().__init__("rounds.not_ready", message, {"count": len(hindrances), "told": told})


def _few(rows: Sequence[Hindrance]) -> str:
    shown = "、".join(r.said[:40] for r in rows[:SHOWN])
    return shown if len(rows) <= SHOWN else f"{shown} …"


def grouped(found: Iterable[Hindrance]) -> list[Group]:
    rows = list(found)
    return [Group(w, of) for w in Why if (of := [r for r in rows if r.why is w])]


def hindrances(edition: Edition, *, known: Sequence[Promise] | None = None) -> list[Hindrance]:
    """All that stands open by what the newest versions were found to hold. known: the promises, if they were asked for."""
    sections = list(edition.sections.select_related("owner__subject"))
    if not sections:
        return [Hindrance(Why.NO_SECTION, edition.title)]
    versions = promises.newest_versions(edition)
    found = [h for s in sections for h in of_section(s, versions.get(s.pk))]
    if known is None:
        known = promises.promises(edition, promises.told(edition, versions.values()))
    return [*found, *_of_promises(known, sections), *_of_opinions(edition), *_of_changes(edition)]


def of_section(section: Section, version: SectionVersion | None) -> Iterator[Hindrance]:
    """What stands open in one section."""
    if version is None or not version.text:
        yield Hindrance(Why.NO_TEXT, section.title, section)
        return
    for item in examining.items(version, section):
        if item.state in WRONG:
            yield Hindrance(Why.WRONG, _figure(item), section, item.key)
        elif item.state in ASKED:
            yield Hindrance(Why.QUESTION, _figure(item), section, item.key)
    for found in examining.found(version, section):
        if found.stops:
            yield Hindrance(Why.FINDING, found.shown, section, found.key)


def _figure(item: Stored) -> str:
    """The number under the name that stands before it; of a wrong one the ledger's value beside."""
    if item.meant is None or item.state not in WRONG:
        return f"{item.indicator}{item.shown}"
    return f"{item.indicator}{item.shown}≠{item.meant.value}{item.meant.unit}"


def _of_promises(known: Sequence[Promise], sections: Sequence[Section]) -> Iterator[Hindrance]:
    for promise in promises.unanswered(known):
        yield Hindrance(
            Why.PROMISE, promise.label, next((s for s in sections if promise.is_of(s)), None), promise.key
        )


def _of_opinions(edition: Edition) -> Iterator[Hindrance]:
    rows = Opinion.objects.filter(consulted__consultation__edition=edition, handling=Handling.WAITING)
    for opinion in rows.select_related("section__owner__subject"):
        yield Hindrance(Why.OPINION, opinion.text, opinion.section, str(opinion.pk))


def _of_changes(edition: Edition) -> Iterator[Hindrance]:
    for change in changes.against_previous(edition):
        if not change.why:
            yield Hindrance(Why.CHANGE, f"{change.label} {change.old}→{change.new}", None, change.expression)


@dataclass(frozen=True, slots=True)
class LetStand:
    """A number or a finding that stays against the ledger or a check, and why."""

    section: Section
    key: str
    said: str
    reason: str


def let_stand(edition: Edition) -> list[LetStand]:
    """What was let stand with a reason, by section: for the eye of whoever signs."""
    versions = promises.newest_versions(edition)
    rows = edition.sections.select_related("owner__subject")
    return [x for s in rows if s.waivers and s.pk in versions for x in _let_stand(s, versions[s.pk])]


def _let_stand(section: Section, version: SectionVersion) -> Iterator[LetStand]:
    reasons = section.waivers
    for item in examining.items(version, section):
        if item.state is State.NAMED and item.key in reasons:
            yield LetStand(section, item.key, f"{item.indicator}{item.shown}", reasons[item.key])
    for found in examining.found(version, section):
        if found.waived:
            yield LetStand(section, found.key, found.shown, found.waived)


def reexamined(edition: Edition, at: datetime) -> None:
    """Hold the newest version of every section against the ledger as it is at `at`. Inside a transaction."""
    versions = promises.newest_versions(edition)
    for section in edition.sections.select_related("edition__subject", "owner"):
        version = versions.get(section.pk)
        if version is not None:
            found = examining.examine(section, version.text, at)
            version.items, version.findings, version.known_at = found.items, found.findings, at
            version.save(update_fields=["items", "findings", "known_at"])


def must_be_ready(edition: Edition, at: datetime) -> None:
    """Raises NotReady. Stale bindings are held against the ledger first."""
    reexamined(edition, at)
    found = hindrances(edition)
    if found:
        raise NotReady(found)
