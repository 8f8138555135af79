"""The stage is set once for a file of tests and rolled back after it; clients are signed in by role."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tongjian.kernel.models import User
from web.stage import Stage, stage

SignIn = Callable[[User | None], Client]


@pytest.fixture(scope="module")
def _set_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    """Workbooks and reports are parsed in child processes, which takes its time: not for every test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield stage()
        transaction.set_rollback(True)


@pytest.fixture
def scene(_set_once: Stage, db: None) -> Stage:
    """A test's own copy; what it changes on the ledger is rolled back to the stage as it was set."""
    return copy.deepcopy(_set_once)


@pytest.fixture
def signed_in() -> SignIn:
    def client(user: User | None) -> Client:
        made = Client(enforce_csrf_checks=False)
        if user is not None:
            made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client
