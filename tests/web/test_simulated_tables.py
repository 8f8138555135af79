"""Tables and files that hold simulated numbers say so, on the page and in what leaves."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from django.utils import translation
from docx import Document
from openpyxl import load_workbook

from facts.factories import NOON, TOWNS, fact
from tongjian.facts.simulated import SENTENCE, noted
from tongjian.kernel import evidence
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import Place
from tongjian.reports.trace import trace
from web.conftest import SignIn
from web.stage import Stage

METRIC = "budget_revenue"


def cell(remark: str) -> Place:
    file = evidence.keep(remark.encode() or b"-", "decade.xlsx", by=None, at=NOON)
    return Place.objects.create(
        file=file, kind=PlaceKind.CELL, locator="填报!H3", excerpt=noted("7.0", remark)
    )


def towns(remark: str) -> None:
    where = cell(remark)
    for town in TOWNS:
        fact(f"{METRIC}[{town}] @ 2022", "7.0", evidence=where)


def text_of(data: bytes) -> str:
    if data[:2] != b"PK":
        return data.decode()
    try:
        book = load_workbook(io.BytesIO(data))
    except OSError:  # a Word file
        return "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)
    return "\n".join(str(v) for s in book for r in s.iter_rows(values_only=True) for v in r if v is not None)


@pytest.mark.parametrize(("remark", "told"), [("模拟数，未公布", True), ("样例", False)])
@pytest.mark.parametrize(
    "asked",
    [
        ("analysis:pivot", f"?rows=areas&metric={METRIC}&year=2022"),
        ("analysis:pivot", f"?rows=areas&metric={METRIC}&year=2022&format=xlsx"),
        ("analysis:compare", f"?metric={METRIC}&period=2022&format=xlsx"),
        ("analysis:bulletin", "?month=2022-12&format=xlsx"),
        ("analysis:bulletin", "?month=2022-12&format=docx"),
    ],
    ids=["pivot", "pivot-xlsx", "compare-xlsx", "bulletin-xlsx", "bulletin-docx"],
)
def test_what_leaves_with_simulated_numbers_says_so(
    scene: Stage, signed_in: SignIn, asked: tuple[str, str], remark: str, told: bool
) -> None:
    towns(remark)
    answer = signed_in(scene.office).get(reverse(asked[0]) + asked[1])
    assert answer.status_code == 200
    with translation.override("zh-hans"):
        assert (str(SENTENCE) in text_of(answer.content)) is told


def test_the_bulletin_with_its_note_still_traces(scene: Stage, signed_in: SignIn) -> None:
    towns("模拟数，未公布")
    answer = signed_in(scene.office).get(reverse("analysis:bulletin") + "?month=2022-12&format=docx")
    assert trace(answer.content).problems == ()


def test_compared_towns_and_the_fact_itself_carry_the_mark(scene: Stage, signed_in: SignIn) -> None:
    towns("模拟数，未公布")
    client = signed_in(scene.reader)
    page = client.get(reverse("analysis:compare") + f"?metric={METRIC}&period=2022").content.decode()
    assert page.count('class="simulated"') >= len(TOWNS)
    assert 'class="simulated"' in client.get(reverse("facts:metric", args=[METRIC])).content.decode()
