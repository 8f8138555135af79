"""The replay of a year: other versions and typed thresholds beside the ruling lists, for whom, and as a workbook."""

from __future__ import annotations

import io
from datetime import timedelta

from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from facts.factories import NOON, facts
from tongjian.kernel import definitions
from tongjian.kernel.models import Definition
from tongjian.packs import entries
from tongjian.plans import lights, rulebook
from tongjian.web.plans import replays
from web.conftest import SignIn
from web.stage import Stage

BODIES = [e.body for e in entries("lights")]
GROWTH = "gdp[growth, constant_price] @ 2022-01/2022-06"


def test_each_edge_stands_between_two_lights() -> None:
    found = {e.name: e for e in rulebook.edges(BODIES)}
    edge = found["growth.during.2"]
    assert (edge.value, edge.above, edge.below) == ("-1", "yellow", "red")
    assert found["bounds.approx_percent"].value == "2"
    assert len([n for n in found if n.startswith("cap.final")]) == 1


@given(st.decimals(-9, "-0.01", places=2))
def test_an_edge_moved_within_its_neighbours_keeps_the_line_covered(edge: object) -> None:
    moved = rulebook.edited(BODIES, {"growth.during.2": str(edge)})
    assert lights.lint(moved) == []
    assert [b.value for _a, b in rulebook.changed(rulebook.edges(BODIES), rulebook.edges(moved))] in (
        [str(edge)],
        [],
    )


def test_typing_changes_no_list_that_rules() -> None:
    before = [dict(b) for b in BODIES]
    rulebook.edited(BODIES, {"growth.during.2": "-3"})
    assert before == BODIES


def test_a_threshold_beyond_its_neighbour_is_a_fault() -> None:
    faults = lights.lint(rulebook.edited(BODIES, {"growth.during.2": "1"}))
    assert "hollow" in {f.code for f in faults}
    assert [f.code for f in lights.lint(rulebook.edited(BODIES, {"growth.during.2": "x"}))] == ["bad_number"]


def url(scene: Stage, **asked: str) -> str:
    return (
        reverse("plans:replay", args=[scene.plan.pk]) + "?" + "&".join(f"{k}={v}" for k, v in asked.items())
    )


def test_other_thresholds_turn_a_light_and_say_why(scene: Stage, signed_in: SignIn) -> None:
    facts([(GROWTH, "4.1")])  # 5%左右: 0.4 points short once 0.5 are granted
    page = signed_in(scene.office).get(url(scene)).content.decode()
    assert "有0处亮灯会不同" in page
    page = signed_in(scene.office).get(url(scene, **{"growth.during.2": "-0.2"})).content.decode()
    assert "有6处亮灯会不同" in page  # June to November
    assert page.count('class="turned"') == 6
    assert "growth.during.2" in page


def test_everyone_looks_and_only_some_try_thresholds(scene: Stage, signed_in: SignIn) -> None:
    for user in (scene.reader, scene.statistics):
        answer = signed_in(user).get(url(scene))
        assert answer.status_code == 200
        assert 'name="growth.during.1"' not in answer.content.decode()
        assert signed_in(user).get(url(scene, **{"growth.during.1": "1"})).status_code == 403


def test_faulty_thresholds_are_named(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.office).get(url(scene, **{"flow.final.1": "-5"}))
    assert answer.status_code == 400
    assert "lights/flow.final: hollow" in answer.content.decode()


def test_an_earlier_version_is_held_against_the_ruling_one(scene: Stage, signed_in: SignIn) -> None:
    facts([(GROWTH, "4.1")])
    for version, edge in ((1, "-0.2"), (2, "-1")):
        for body in rulebook.edited(BODIES, {"growth.during.2": edge}):
            Definition.objects.create(
                kind="lights", key=body["key"], version=version, body=body, digest=definitions.digest(body),
                applied_at=NOON + timedelta(days=version),
            )  # fmt: skip
    assert len(replays.moments()) == 2
    page = signed_in(scene.reader).get(url(scene, version="1")).content.decode()
    assert page.count('class="turned"') == 6


def test_the_replay_leaves_as_a_workbook(scene: Stage, signed_in: SignIn) -> None:
    facts([(GROWTH, "4.1")])
    answer = signed_in(scene.office).get(url(scene, format="xlsx", **{"growth.during.2": "-0.2"}))
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["亮灯", "变化", "阈值"]
    lit = [c.value for c in book["亮灯"][4]]
    assert (lit[6], lit[7]) == ("关注 → 滞后", "关注 → 滞后")
    assert book["变化"].max_row == 9
    assert [c.value for c in book["阈值"][4]][2:] == ["-1", "-0.2"]
