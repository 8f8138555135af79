"""Every page for every role: what opens, what does not, and what no page may hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from facts.factories import NOON, fact
from tongjian.web.errors import TellErrors
from web.conftest import SignIn
from web.stage import Stage

ALL, OFFICE, OWN = ("office", "statistics", "finance", "reader"), ("office",), ("office", "statistics")
Page = tuple[str, Callable[[Stage], str], tuple[str, ...]]
PAGES: tuple[Page, ...] = (
    ("cockpit", lambda s: reverse("cockpit"), ALL),
    ("plans", lambda s: reverse("plans:list"), ALL),
    ("plan", lambda s: reverse("plans:plan", args=[s.plan.pk]), ALL),
    ("target", lambda s: reverse("plans:target", args=[s.target.pk]), ALL),
    ("tasks", lambda s: reverse("plans:tasks"), ALL),
    ("task", lambda s: reverse("plans:task", args=[s.task.pk]), ALL),
    ("metrics", lambda s: reverse("facts:metrics"), ALL),
    ("metric", lambda s: reverse("facts:metric", args=["gdp"]), ALL),
    ("fact", lambda s: reverse("facts:fact", args=[s.fact.pk]), ALL),
    (
        "provenance",
        lambda s: reverse("facts:provenance") + "?ref=gdp[difference,city,constant_price]@2022",
        ALL,
    ),
    ("compare", lambda s: reverse("analysis:compare"), ALL),
    ("quality", lambda s: reverse("analysis:quality"), ("office", "statistics", "finance")),
    ("pivot", lambda s: reverse("analysis:pivot"), ALL),
    ("bulletin", lambda s: reverse("analysis:bulletin"), ALL),
    ("collection", lambda s: reverse("collection:page"), ALL),
    ("submission", lambda s: reverse("collection:submission", args=[s.submission.pk]), OWN),
    ("refused", lambda s: reverse("collection:submission", args=[s.refused.pk]), OWN),
    ("intakes", lambda s: reverse("intake:list"), ALL),
    ("intake", lambda s: reverse("intake:intake", args=[s.intake.pk]), OFFICE),
    ("reports", lambda s: reverse("reports:list"), ALL),
    ("drafts", lambda s: reverse("reports:drafts"), ALL),
    ("verify", lambda s: reverse("reports:verify"), ALL),
    ("report", lambda s: reverse("reports:report", args=[s.report.pk]), ALL),
    ("figure", lambda s: reverse("reports:figure", args=[s.report.pk, s.anchor]), ALL),
    ("evidence", lambda s: reverse("evidence:list"), ALL),
    ("file", lambda s: reverse("evidence:file", args=[s.file.pk]), ALL),
    ("cell", lambda s: reverse("evidence:place", args=[s.fact.evidence_id]), ALL),
    ("span", lambda s: reverse("evidence:place", args=[s.target.origin_id]), ALL),
    ("secret", lambda s: reverse("evidence:file", args=[s.secret.pk]), ("office", "finance")),
)


def test_pages_open_to_whom_they_may(scene: Stage, signed_in: SignIn) -> None:
    """200 for those who may, 404 for those who may not, the sign-in page for a stranger."""
    got = {
        (name, role): signed_in(getattr(scene, role)).get(url(scene)).status_code
        for name, url, _roles in PAGES
        for role in ALL
    }
    wanted = {(name, role): 200 if role in roles else 404 for name, _url, roles in PAGES for role in ALL}
    assert got == wanted
    stranger = signed_in(None)
    for _name, url, _roles in PAGES:
        assert stranger.get(url(scene)).headers["Location"].startswith("/login/?next=")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_holds_inline_code(scene: Stage, signed_in: SignIn, language: str) -> None:
    """Strict CSP: no inline script, style or handler anywhere, and the header says so."""
    client = signed_in(scene.office)
    client.cookies["django_language"] = language
    for url in [*(url(scene) for _n, url, _r in PAGES), "/login/", "/nothing/here/"]:
        page = client.get(url, follow=True)
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert inline_code(page.content.decode()) == [], url
        assert f'lang="{"en" if language == "en" else "zh-CN"}"' in page.content.decode()


def inline_code(html: str) -> list[str]:
    scripts = [
        s for s in re.findall(r"<script\b[^>]*>", html) if " src=" not in s and "application/json" not in s
    ]
    styles = re.findall(r"<style\b[^>]*>|\sstyle\s*=\s*[\"'][^\"']*", html)
    handlers = re.findall(r"<[^>]*\son[a-z]+\s*=\s*[\"'][^\"']*", html)
    return scripts + styles + handlers + re.findall(r"javascript:[^\"']*", html)


def test_inline_code_is_found() -> None:
    assert inline_code("<p style='color:red' onclick='x()'><script>1</script><style></style>") != []
    assert len(inline_code("<p style='a'>")) == len(inline_code("<b onclick='a'>")) == 1


def test_no_page_asks_another_host(scene: Stage, signed_in: SignIn) -> None:
    client = signed_in(scene.office)
    for _name, url, _roles in PAGES:
        html = client.get(url(scene)).content.decode()
        assert re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//[^\"'\s>]*", html) == []


@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("cockpit", 30),
        ("plans:list", 10),
        ("plans:tasks", 10),
        ("facts:metrics", 9),
        ("collection:page", 10),
        ("intake:list", 8),
        ("reports:list", 9),
        ("evidence:list", 8),
    ],
)
def test_lists_and_the_cockpit_ask_few_queries(
    scene: Stage,
    signed_in: SignIn,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    url: str,
    most: int,
) -> None:
    client = signed_in(scene.office)
    with django_assert_max_num_queries(most):
        assert client.get(reverse(url)).status_code == 200


def test_htmx_of_a_stranger_is_sent_to_the_sign_in_page(scene: Stage) -> None:
    answer = Client().get("/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/login/")


def test_unknown_errors_are_left_to_the_server() -> None:
    assert TellErrors(lambda r: None).process_exception(None, ValueError()) is None  # type: ignore[arg-type,return-value]


def test_a_search_for_control_characters_finds_nothing_and_breaks_nothing(
    scene: Stage, signed_in: SignIn
) -> None:
    for page in ("facts:metrics", "evidence:list"):
        assert signed_in(scene.office).get(reverse(page), {"q": "\x00gdp\x1b"}).status_code == 200


def test_a_newest_value_taken_back_leaves_the_one_before_on_the_list(scene: Stage, signed_in: SignIn) -> None:
    fact("budget_revenue @ 2021", "92.4")
    fact("budget_revenue @ 2022", "89.4", at=NOON)
    fact("budget_revenue @ 2022", None, missing="核实中", at=NOON + timedelta(hours=1))
    page = signed_in(scene.reader).get(reverse("facts:metrics") + "?q=budget_revenue").content.decode()
    assert "92.4" in page
    assert "89.4" not in page
