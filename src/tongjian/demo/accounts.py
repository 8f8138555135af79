"""Sample accounts: plan office, leader, some departments and a town, one reader."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from tongjian.kernel import accounts
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User

OFFICE = "planoffice"
LEADER = "leader"
# name → role and organisation (key in the packs)
SAMPLE: dict[str, tuple[Role, str | None]] = {
    OFFICE: (Role.PLAN_OFFICE, "plan_office"),
    LEADER: (Role.LEADER, None),
    "statistics": (Role.DEPARTMENT, "statistics"),
    "finance": (Role.DEPARTMENT, "finance"),
    "hotline": (Role.DEPARTMENT, "hotline"),
    "transport": (Role.DEPARTMENT, "transport"),
    "housing": (Role.DEPARTMENT, "housing"),
    "yongshun": (Role.DEPARTMENT, "yongshun_government"),
    "reader": (Role.READER, None),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A sample account and its password, told once."""

    name: str
    password: str
    role: Role


def make() -> tuple[Account, ...]:
    """Make the sample accounts that are not there yet; only those are returned. Needs the organisations."""
    there = set(User.objects.filter(username__in=SAMPLE).values_list("username", flat=True))
    made = []
    for name, (role, organisation) in SAMPLE.items():
        if name in there:
            continue
        password = secrets.token_urlsafe(12)
        accounts.add(name, password, role=role, organisation=organisation)
        made.append(Account(name, password, role))
    return tuple(made)


def manager(name: str, full_name: str, organisation: str) -> User:
    """A sample person of a unit whom nobody signs in as until a password is set."""
    return accounts.add(name, None, role=Role.DEPARTMENT, organisation=organisation, full_name=full_name)


def reset_passwords() -> list[tuple[str, str, str]]:
    """New passwords for all sample accounts, as (name, password, role). Raises TongjianError before the first load."""
    told = []
    for name, (role, _organisation) in SAMPLE.items():
        password = secrets.token_urlsafe(12)
        accounts.set_password(name, password)
        told.append((name, password, str(role.value)))
    return told


def speaker(organisation: str) -> User:
    """Who sends in an organisation's sample files: its own account, else the plan office on its behalf."""
    own = next((n for n, (role, key) in SAMPLE.items() if key == organisation), OFFICE)
    return User.objects.get(username=own)


def office() -> User:
    """The plan office's sample account."""
    return User.objects.get(username=OFFICE)
