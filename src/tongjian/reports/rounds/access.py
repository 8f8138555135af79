"""Who may see and write what of a report: units their own sections, the plan office and leaders all, everyone what is frozen."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer, in_subtree
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import User
from tongjian.reports.consultation.models import Consultation, Consulted, Opinion
from tongjian.reports.rounds.choices import EditionState
from tongjian.reports.rounds.models import Edition, Section

ALL_OF_IT = frozenset({Role.PLAN_OFFICE, Role.LEADER})


def _is(user: Viewer, *roles: Role) -> bool:
    return isinstance(user, User) and user.is_active and user.role in roles


def sees_all(user: Viewer) -> bool:
    """Whether the user sees every section and opinion: the plan office and leaders."""
    return _is(user, *ALL_OF_IT)


def reads_all(user: Viewer, edition: Edition) -> bool:
    """Whether the user may read the whole report: who sees all, and everyone signed in once it is frozen."""
    return sees_all(user) or edition.state == EditionState.FROZEN


def _sections(user: Viewer, prefix: str = "") -> Q:
    """Sections that the user may read, told from a row that has them under `prefix`."""
    if not isinstance(user, User) or not user.is_active:
        return Q(pk__in=[])
    if sees_all(user):
        return Q()
    own = in_subtree(user, f"{prefix}owner") if user.role == Role.DEPARTMENT else Q(pk__in=[])
    return own | Q(**{f"{prefix}edition__state": EditionState.FROZEN})


def sections_visible_to(user: Viewer) -> QuerySet[Section]:
    """All for the plan office and leaders; the own subtree's for a department; of frozen reports for all signed in."""
    rows = Section.objects.filter(_sections(user))
    return rows.select_related("edition__subject", "owner__subject", "handed_in_by")


def reads_drafts(user: User, section: Section) -> bool:
    """Whether the user may see a section's earlier versions and course: who sees all, and its own unit's subtree."""
    own = user.organisation if _is(user, Role.DEPARTMENT) else None
    return sees_all(user) or (own is not None and section.owner.path.startswith(own.path))


def sections_editable_by(user: Viewer) -> QuerySet[Section]:
    """Sections that the user may write now: all for the plan office, the own subtree's for a department."""
    open_ = Section.objects.filter(edition__state=EditionState.WRITING)
    if _is(user, Role.PLAN_OFFICE):
        return open_
    return open_.filter(in_subtree(user, "owner")) if _is(user, Role.DEPARTMENT) else open_.none()


def consulted_visible_to(user: Viewer) -> QuerySet[Consulted]:
    """Who was asked: all for the plan office and leaders, the own subtree for a department."""
    rows = Consulted.objects.all() if sees_all(user) else Consulted.objects.filter(_own(user))
    return rows.select_related("organisation__subject", "replied_by", "consultation__edition")


def repliable_by(user: Viewer) -> QuerySet[Consulted]:
    """For which units the user may reply, while the report is being written."""
    rows = Consulted.objects.filter(consultation__edition__state=EditionState.WRITING)
    return rows if _is(user, Role.PLAN_OFFICE) else rows.filter(_own(user))


def _own(user: Viewer) -> Q:
    return in_subtree(user, "organisation") if _is(user, Role.DEPARTMENT) else Q(pk__in=[])


def opinions_visible_to(user: Viewer) -> QuerySet[Opinion]:
    """All for the plan office and leaders, the own subtree's for a department."""
    return Opinion.objects.filter(consulted__in=consulted_visible_to(user).values("pk"))


def consultations_visible_to(user: Viewer) -> QuerySet[Consultation]:
    rows = Consultation.objects.select_related("edition__subject", "docx", "sent_by")
    if sees_all(user):
        return rows
    return rows.filter(pk__in=consulted_visible_to(user).values("consultation"))


def visible_to(user: Viewer) -> QuerySet[Edition]:
    """Editions that the user has something to see in: a section, or a consultation; frozen ones for all signed in."""
    rows = Edition.objects.select_related(
        "subject", "started_by", "submitted_by", "signed_by", "frozen_by", "docx", "previous"
    )
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if sees_all(user):
        return rows
    mine = Section.objects.filter(_sections(user)).values("edition")
    asked = consulted_visible_to(user).values("consultation__edition")
    return rows.filter(Q(state=EditionState.FROZEN) | Q(pk__in=mine) | Q(pk__in=asked))


def signable_by(user: Viewer) -> QuerySet[Edition]:
    """Editions that wait for the user's signature: leaders', but for those that they sent in themselves."""
    rows = Edition.objects.filter(state=EditionState.REVIEW)
    return rows.exclude(submitted_by=user.pk) if _is(user, Role.LEADER) else rows.none()


def must_lead(user: Viewer) -> User:
    """The user, if a leader. Raises NotAllowed."""
    if isinstance(user, User) and _is(user, Role.LEADER):
        return user
    raise NotAllowed("rounds.leader_only", _("Only a leader signs a report or sends it back."))


def section_of(user: Viewer, pk: int) -> Section:
    """The section, locked, if the user may write it now. Raises NotAllowed, the same where it is not there."""
    rows = sections_editable_by(user).select_related("edition__subject", "owner__subject")
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(
            "rounds.section_not_yours",
            _("There is no such section that you may write now. It may have gone to the leader meanwhile."),
        )
    return found
