"""Towns compared, pivot tables, the bulletin and data quality: pages and their files."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from facts.factories import TOWNS, facts
from tongjian.plans.models import Obligation
from tongjian.reports.trace import trace
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


def text(data: bytes) -> str:
    return "\n".join(p.text for p in Document(io.BytesIO(data)).paragraphs)


BULLETIN = "?month=2022-12"


def test_the_bulletin_tells_the_month(scene: Stage, signed_in: SignIn) -> None:
    towns("2022", "7.0 8.0 9.0")
    page = signed_in(scene.reader).get(reverse("analysis:bulletin") + BULLETIN).content.decode()
    assert "light-" in page.split("5%左右")[1].split("</tr>")[0]
    assert "1200" in page or "1195" in page or "1150" in page
    assert page.index("东街道") < page.index("南镇") < page.index("北镇")
    assert 'id="owing"' not in page


def test_the_bulletin_in_word_traces_every_figure(scene: Stage, signed_in: SignIn) -> None:
    towns("2022", "7.0 8.0 9.0")
    answer = signed_in(scene.office).get(reverse("analysis:bulletin") + BULLETIN + "&format=docx")
    assert answer.status_code == 200, answer.content.decode()[:2000]
    found = trace(answer.content)
    assert found.problems == ()
    assert {"4.1%", "9.0亿元"} <= {f["shown"] for f in found.figures.values()}
    assert "增长4.1%，全年目标" in text(answer.content)


def test_a_target_in_words_alone_is_said_in_its_words(scene: Stage, signed_in: SignIn) -> None:
    """Steady growth is kept as a number above zero, and must not read as zero growth."""
    Obligation.objects.filter(pk=scene.target.pk).update(words="稳步增长", mantissa=0, bound="gt")
    answer = signed_in(scene.office).get(reverse("analysis:bulletin") + BULLETIN + "&format=docx")
    assert "增长4.1%，全年目标稳步增长，" in text(answer.content)
    assert trace(answer.content).problems == ()


def test_the_bulletin_as_a_workbook(scene: Stage, signed_in: SignIn) -> None:
    answer = signed_in(scene.office).get(reverse("analysis:bulletin") + BULLETIN + "&format=xlsx")
    row = cells(answer.content)[1]
    assert row[1:2] + row[3:5] == ["5%左右", 4.1, "%"]
    assert isinstance(row[6], str)


@pytest.mark.parametrize(
    ("role", "told"), [("office", True), ("finance", True), ("statistics", False), ("reader", False)]
)
def test_who_did_not_report_is_told_to_whom_it_concerns(
    scene: Stage, signed_in: SignIn, role: str, told: bool
) -> None:
    """The finance bureau has sent nothing for the year."""
    page = signed_in(getattr(scene, role)).get(reverse("analysis:bulletin") + BULLETIN).content.decode()
    part = page.partition('id="owing"')[2].partition("</section>")[0]
    assert ("区财政局" in part) is told


def test_the_bulletin_asks_few_queries(
    scene: Stage, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(scene.office)
    with django_assert_max_num_queries(60):
        assert client.get(reverse("analysis:bulletin") + BULLETIN).status_code == 200


def test_the_pivot_lays_out_areas_and_years(scene: Stage, signed_in: SignIn) -> None:
    towns("2021", "10.0 20.0 30.0")
    towns("2022", "36.0 22.0 30.0")
    url, client = reverse("analysis:pivot"), signed_in(scene.reader)
    asked = f"?rows=areas&metric={METRIC}&columns=years&year=2022"
    rows = {r[0]: r[1:] for r in cells(client.get(url + asked + "&format=xlsx").content)}
    assert rows["北镇"] == ["亿元", *[None] * 8, 10, 36]
    grown = {r[0]: r[1:] for r in cells(client.get(url + asked + "&show=growth&format=xlsx").content)}
    assert grown["北镇"] == ["%", *[None] * 9, 260]
    page = client.get(url + asked).content.decode()
    link = page.split("北镇</a>")[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert "10.0" in client.get(link, follow=True).content.decode()


def test_the_pivot_of_a_month_alone(scene: Stage, signed_in: SignIn) -> None:
    facts([(f"{METRIC} @ 2022-01/2022-02", "10.0"), (f"{METRIC} @ 2022-01/2022-03", "17.5")])
    url = reverse("analysis:pivot") + "?rows=metrics&theme=economy&year=2022&show=single&format=xlsx"
    rows = {r[0]: r[1:] for r in cells(signed_in(scene.reader).get(url).content)}
    assert rows["一般公共预算收入"][3] == 7.5


def test_the_pivot_asks_few_queries(
    scene: Stage, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    towns("2022", "36.0 22.0 30.0")
    client = signed_in(scene.office)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("analysis:pivot") + "?rows=areas").status_code == 200


def test_quality_counts_what_each_unit_owes_and_revised(scene: Stage, signed_in: SignIn) -> None:
    """The finance bureau has sent nothing for the year, and had changed a value in between."""
    facts([(f"{METRIC} @ 2022", "10.0")])
    facts([(f"{METRIC} @ 2022", "11.0")])
    facts([(f"{METRIC} @ 2022", "12.0")], source="document")
    url = reverse("analysis:quality") + "?year=2022&format=xlsx"
    rows = {r[0]: r[1:] for r in cells(signed_in(scene.office).get(url).content)}
    due, in_time, late, missing, errors = rows["区财政局"][:5]
    assert (due, in_time, late, missing, errors) == (1, 0, 0, 1, 0)
    assert rows["区财政局"][-1] == 1
    assert rows["区统计局"][0] == 1
    assert rows["区统计局"][-1] == 0


def test_a_department_sees_its_own_quality_only(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("analysis:quality") + "?year=2022&format=xlsx"
    rows = cells(signed_in(scene.statistics).get(url).content)
    assert [r[0] for r in rows[1:]] == ["区统计局"]


def test_quality_lists_the_findings_of_validation(scene: Stage, signed_in: SignIn) -> None:
    newest = scene.submission.package.submissions.order_by("at", "pk").last()
    assert newest is not None
    hard = {
        "rule": "unit_slip",
        "severity": "hard",
        "sheet": "填报",
        "cell": "I2",
        "series": "gdp",
        "name": "疑似单位错位",
        "name_en": "Unit slip",
        "zh": "一千倍于上月",
        "en": "a thousand times last month",
    }
    type(newest).objects.filter(pk=newest.pk).update(findings=[hard])
    page = signed_in(scene.office).get(reverse("analysis:quality") + "?year=2022").content.decode()
    assert "一千倍于上月" in page
    assert reverse("collection:submission", args=[newest.pk]) in page
    other = signed_in(scene.finance).get(reverse("analysis:quality") + "?year=2022").content.decode()
    assert "一千倍于上月" not in other


def test_quality_asks_few_queries(
    scene: Stage, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(scene.office)
    with django_assert_max_num_queries(24):
        assert client.get(reverse("analysis:quality")).status_code == 200
