"""What the pages of a report written together show: rows of its sections, its state, who may do what now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.models import Organisation, User
from tongjian.reports.drafts.types import State
from tongjian.reports.rounds import access, rules
from tongjian.reports.rounds.choices import EditionState
from tongjian.reports.rounds.gate import Group, Hindrance, Why, grouped
from tongjian.reports.rounds.models import Edition, Section, SectionVersion

TAGS: Mapping[str, str] = {
    EditionState.WRITING: "tag-accent",
    EditionState.REVIEW: "tag-yellow",
    EditionState.SIGNED: "tag-green",
    EditionState.FROZEN: "tag-green",
}
STEPS: Sequence[tuple[EditionState, str | Lazy]] = (
    (EditionState.WRITING, _("Written by units")),
    (EditionState.REVIEW, _("With the leader")),
    (EditionState.SIGNED, _("Signed by a leader")),
    (EditionState.FROZEN, _("Frozen")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. mark: done, now or empty."""

    label: str | Lazy
    mark: str


@dataclass(frozen=True, slots=True)
class Line:
    """A section as the edition's table shows it. wrong, open: numbers; state: said by a tag."""

    section: Section
    version: SectionVersion | None
    late: int
    wrong: int
    open: int
    findings: int
    promises: int
    visible: bool

    @property
    def state(self) -> str | Lazy:
        if self.section.handed_in_at:
            return _("Handed in")
        return _("Being written") if self.version else _("Not begun")

    @property
    def tag(self) -> str:
        if self.section.handed_in_at:
            return "tag-green"
        return "tag-accent" if self.version else ""

    @property
    def figures(self) -> int:
        rows = self.version.items if self.version else []
        return sum(i["state"] != State.NAMED for i in rows)


def steps(edition: Edition) -> list[Step]:
    order = [s for s, _label in STEPS]
    at = order.index(EditionState(edition.state))
    return [
        Step(label, "done" if n < at or edition.state == EditionState.FROZEN else "now" if n == at else "")
        for n, (_state, label) in enumerate(STEPS)
    ]


def lines(
    edition: Edition,
    versions: Mapping[int, SectionVersion],
    open_: Sequence[Hindrance],
    user: User,
    today: date,
) -> list[Line]:
    """The sections in order; those that the user may not read are listed by heading, unit and day alone."""
    readable = set(access.sections_visible_to(user).filter(edition=edition).values_list("pk", flat=True))
    rows = edition.sections.select_related("owner__subject", "edition")
    return [_line(s, versions.get(s.pk), open_, s.pk in readable, today) for s in rows]


def _line(
    section: Section,
    version: SectionVersion | None,
    open_: Sequence[Hindrance],
    visible: bool,
    today: date,
) -> Line:
    mine = [h.why for h in open_ if h.section is not None and h.section.pk == section.pk]
    frozen = section.edition.state != EditionState.WRITING
    late = 0 if frozen else rules.days_late(section.due, today, section.handed_in_at is not None)
    counted = {w: mine.count(w) for w in Why}
    return Line(
        section,
        version,
        late,
        counted[Why.WRONG],
        counted[Why.QUESTION],
        counted[Why.FINDING],
        counted[Why.PROMISE],
        visible,
    )


def gate(open_: Sequence[Hindrance], user: User, sections: Sequence[Line]) -> list[Group]:
    """What stands in the way, as far as the user may know: all of it, or what is of sections that they may read.

    What other units think of a section is told to those who handle it.
    """
    if access.sees_all(user):
        return grouped(open_)
    known = {x.section.pk for x in sections if x.visible}
    own = (h for h in open_ if h.section is not None and h.section.pk in known)
    return grouped(h for h in own if h.why is not Why.OPINION)


def units() -> list[Organisation]:
    """For a choice of units."""
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))


def may(edition: Edition, user: User) -> dict[str, bool]:
    """Which buttons the page shows."""
    office, state = user.is_plan_office, edition.state
    return {
        "write": office and state == EditionState.WRITING,
        "submit": office and state == EditionState.WRITING,
        "sign": access.signable_by(user).filter(pk=edition.pk).exists(),
        "back": user.role == "leader" and state in (EditionState.REVIEW, EditionState.SIGNED),
        "freeze": office and state == EditionState.SIGNED,
        "follow": office
        and state == EditionState.FROZEN
        and not Edition.objects.filter(previous=edition).exists(),
    }
