"""What was made up says so: in the remark beside its cell, and so wherever its number is shown."""

from __future__ import annotations

import pytest
from django.template import Context, Template

from facts.factories import NOON, World, world
from facts.workbooks import row, workbook
from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import actions as collection
from tongjian.facts.models import Fact
from tongjian.facts.queries import resolve
from tongjian.facts.refs import parse
from tongjian.facts.simulated import is_simulated, noted, remark_of, rests_on_simulated
from tongjian.kernel.models import Place
from tongjian.values import Period

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> World:
    return world()


def send(ground: World, *rows: dict[str, object]) -> None:
    done = collection.submit(
        workbook(rows),
        "a.xlsx",
        organisation=ground.statistics,
        period=Period.year(2022),
        by=None,
        at=NOON,
    )
    assert done.state == SubmissionState.ACCEPTED


def test_the_remark_of_a_row_stays_with_its_cell(ground: World) -> None:
    send(ground, row(value=1253.4, note="模拟数，未公布"), row(period="2021", value=1206))
    marked = {f.period: (f.evidence.excerpt, is_simulated(f.evidence)) for f in Fact.objects.all()}
    assert marked == {"2022": ("1253.4｜模拟数，未公布", True), "2021": ("1206", False)}


@pytest.mark.parametrize(
    ("kind", "excerpt", "made_up"),
    [
        ("cell", "4.1｜样例；示意数", True),
        ("cell", "4.1｜Simulated for training", True),
        ("cell", "4.1｜由公布的差距推得", False),
        ("cell", "示意｜", False),
        ("span", "示意｜模拟", False),
    ],
)
def test_only_the_remark_of_a_cell_says_so(kind: str, excerpt: str, made_up: bool) -> None:
    assert is_simulated(Place(kind=kind, excerpt=excerpt)) is made_up


def test_a_cell_without_a_remark_keeps_its_text() -> None:
    assert noted("4.1", "") == "4.1"
    assert remark_of(Place(kind="cell", excerpt=noted("4.1", "样例｜一"))) == "样例｜一"


def test_a_value_derived_from_a_simulated_one_is_marked_too(ground: World) -> None:
    send(ground, row(value=1253.4), row(period="2021", value=1206, note="模拟数"))
    now, grown = resolve(parse("gdp @ 2022")), resolve(parse("gdp[growth] @ 2022"))
    assert (rests_on_simulated(now), rests_on_simulated(grown)) == (False, True)
    page = Template("{% load pages %}{% figure now %}|{% figure grown %}")
    plain, marked = page.render(Context({"now": now, "grown": grown})).split("|")
    assert 'class="simulated"' not in plain
    assert 'class="simulated"' in marked
