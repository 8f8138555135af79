"""The stage is set once for a test; clients are signed in by role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tongjian.kernel.models import User
from web.stage import Stage, stage

SignIn = Callable[[User | None], Client]


@pytest.fixture
def scene(db: None) -> Stage:
    return stage()


@pytest.fixture
def signed_in() -> SignIn:
    def client(user: User | None) -> Client:
        made = Client(enforce_csrf_checks=False)
        if user is not None:
            made.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return made

    return client
