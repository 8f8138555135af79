"""Signing in, being throttled, and the language of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from facts.factories import PASSWORD
from tongjian.kernel.accounts import set_password
from web.stage import Stage


def test_sign_in_and_out(scene: Stage) -> None:
    client = Client()
    wrong = client.post("/login/", {"username": "office", "password": "wrong"})
    assert wrong.status_code == 200
    assert "note-error" in wrong.content.decode()
    right = client.post(
        "/login/?next=/tasks/", {"username": "office", "password": PASSWORD, "next": "/tasks/"}
    )
    assert right.headers["Location"] == "/tasks/"
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").headers["Location"].startswith("/login/")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_sign_in_leads_nowhere_else(scene: Stage, target: str) -> None:
    answer = Client().post("/login/", {"username": "office", "password": PASSWORD, "next": target})
    assert answer.headers["Location"] == "/"


def test_five_wrong_passwords_lock(scene: Stage, settings: Any) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    for _attempt in range(5):
        last = client.post("/login/", {"username": "office", "password": "wrong"})
    assert last.status_code == 429
    locked = client.post("/login/", {"username": "office", "password": PASSWORD})
    assert locked.status_code == 429
    assert "十五分钟" in locked.content.decode() or "fifteen minutes" in locked.content.decode()


def test_a_new_password_opens_a_locked_account(scene: Stage, settings: Any) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    for _attempt in range(5):
        last = client.post("/login/", {"username": "office", "password": "wrong"})
    assert last.status_code == 429
    set_password("office", "a-new-password")
    assert client.post("/login/", {"username": "office", "password": "a-new-password"}).status_code == 302


def test_the_language_stays_chosen(scene: Stage) -> None:
    client = Client()
    client.force_login(scene.reader, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("language"), {"language": "en", "next": "/metrics/"})
    assert answer.headers["Location"] == "/metrics/"
    assert "<h1>Metrics</h1>" in client.get("/metrics/").content.decode()
    client.post(reverse("language"), {"language": "zh-hans", "next": "/metrics/"})
    assert 'lang="zh-CN"' in client.get("/metrics/").content.decode()
