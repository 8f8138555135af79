"""Towns compared, pivot tables, the bulletin and data quality: pages and their files."""

from __future__ import annotations

import io

from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from facts.factories import TOWNS, facts
from web.conftest import SignIn
from web.stage import Stage

METRIC = "budget_revenue"


def cells(data: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[c.value for c in row] for row in sheet.iter_rows(min_row=3)]


def towns(period: str, values: str) -> None:
    facts([(f"{METRIC}[{t}] @ {period}", v) for t, v in zip(TOWNS, values.split(), strict=True)])


def test_towns_are_compared_and_leave_as_a_workbook(scene: Stage, signed_in: SignIn) -> None:
    towns("2021", "10.0 20.0 30.0")
    towns("2022", "36.0 22.0 30.0")
    url, client = reverse("analysis:compare"), signed_in(scene.reader)
    page = client.get(url).content.decode()
    assert page.index("北镇") < page.index("东街道") < page.index("南镇")
    answer = client.get(url + f"?metric={METRIC}&period=2022&format=xlsx")
    assert cells(answer.content)[1:] == [
        [1, "北镇", 36, 260, 2],
        [2, "东街道", 30, 0, -1],
        [3, "南镇", 22, 10, -1],
    ]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_nothing_to_compare_says_so(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.reader).get(reverse("analysis:compare"))
    assert answer.status_code == 200
    assert "empty-state" in answer.content.decode()


def test_the_comparison_asks_as_many_queries_for_many_periods(
    scene: Stage, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for year in range(2015, 2023):
        towns(str(year), "10.0 20.0 30.0")
    client = signed_in(scene.office)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("analysis:compare")).status_code == 200
