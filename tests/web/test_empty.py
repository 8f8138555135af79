"""Before anything is on the ledger."""

from __future__ import annotations

from django.urls import reverse

from facts.factories import user
from web.conftest import SignIn


def test_empty_installation_explains_itself(db: None, signed_in: SignIn) -> None:
    """No packs, no plan: pages say what is missing instead of failing."""
    client = signed_in(user("office", "plan_office"))
    client.cookies["django_language"] = "en"
    for name, words in [
        ("cockpit", "No plan stands here yet"),
        ("plans:tasks", "No plan stands here yet"),
        ("facts:metrics", "The catalogue is empty"),
        ("intake:list", "No report has been read yet"),
        ("reports:list", "No report has been written yet"),
        ("evidence:list", "No file has been received yet"),
    ]:
        page = client.get(reverse(name))
        assert page.status_code == 200
        assert words in page.content.decode()
