"""Accounts: made and given passwords from the command line, by who runs the installation."""

from __future__ import annotations

from axes.utils import reset
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, User


@transaction.atomic
def add(name: str, password: str | None, *, role: str, organisation: str | None, full_name: str = "") -> User:
    """A new account. password None: nobody signs in with it until one is set.

    Raises TongjianError when the name is taken, the organisation unknown or wanting.
    """
    if User.objects.filter(username=name).exists():
        raise TongjianError(
            "accounts.name_taken",
            _("The account %(name)s exists already. Choose another name."),
            {"name": name},
        )
    found = _organisation(organisation, role)
    user = User.objects.create_user(
        name, password=password, role=role, organisation=found, first_name=full_name
    )
    events.record("account.added", user, by=None, at=timezone.now(), data={"role": role})
    return user


def _organisation(key: str | None, role: str) -> Organisation | None:
    if key is None:
        if role == Role.DEPARTMENT:
            raise TongjianError(
                "accounts.organisation_wanting",
                _("A department's account needs its organisation: name it with --org."),
            )
        return None
    found = Organisation.objects.filter(subject__key=key).first()
    if found is None:
        raise TongjianError(
            "accounts.organisation_unknown",
            _("There is no organisation with the key %(key)s. Look it up in the packs, or apply them first."),
            {"key": key},
        )
    return found


@transaction.atomic
def set_password(name: str, password: str) -> User:
    """A new password for an account; it opens one that wrong passwords have locked.

    Raises TongjianError when there is none of that name.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        raise TongjianError("accounts.name_unknown", _("There is no account %(name)s."), {"name": name})
    user.set_password(password)
    user.save(update_fields=["password"])
    reset(username=name)
    events.record("account.password_set", user, by=None, at=timezone.now())
    return user
