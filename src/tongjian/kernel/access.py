"""Who may see and change what: the words that every app's `visible_to` and `editable_by` are made of."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.choices import FileSensitivity, Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User

Viewer = User | AnonymousUser
CLOSED = (FileSensitivity.PERSONAL, FileSensitivity.RESTRICTED)


def in_subtree(user: Viewer, field: str) -> Q:
    """Rows whose organisation `field` lies in the user's own subtree; none for who has no organisation."""
    if not isinstance(user, User) or user.organisation is None:
        return Q(pk__in=[])
    return Q(**{f"{field}__path__startswith": user.organisation.path})


def must_be_plan_office(user: Viewer) -> User:
    """The user, if of the plan office. Raises NotAllowed."""
    if isinstance(user, User) and user.is_active and user.role == Role.PLAN_OFFICE:
        return user
    raise NotAllowed(
        "access.plan_office_only", _("Only the plan office may do this. Ask it to do so for you.")
    )


def organisations_editable_by(user: Viewer) -> QuerySet[Organisation]:
    """Whose figures and tasks the user may speak for: all for the plan office, the own subtree for a department."""
    if isinstance(user, User) and user.is_active:
        if user.role == Role.PLAN_OFFICE:
            return Organisation.objects.all()
        if user.role == Role.DEPARTMENT:
            return Organisation.objects.filter(_own(user))
    return Organisation.objects.none()


def _own(user: User) -> Q:
    return Q(path__startswith=user.organisation.path) if user.organisation else Q(pk__in=[])


def files_visible_to(user: Viewer) -> QuerySet[EvidenceFile]:
    """Public and internal files for everyone signed in; closed ones for their owner's subtree and the plan office.

    Closed are personal files, and restricted ones: those that nobody has accepted yet.
    """
    if not isinstance(user, User) or not user.is_active:
        return EvidenceFile.objects.none()
    if user.role == Role.PLAN_OFFICE:
        return EvidenceFile.objects.all()
    return EvidenceFile.objects.filter(
        ~Q(sensitivity__in=CLOSED) | Q(received_by=user) | in_subtree(user, "owner")
    )


def places_visible_to(user: Viewer) -> QuerySet[Place]:
    return Place.objects.filter(file__in=files_visible_to(user))
