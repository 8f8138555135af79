"""“As known on” a day, the outlook, revisions and bases of a metric, and towns beside each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from facts.factories import NOON, fact, facts
from tongjian.facts.models import Metric
from tongjian.web.facts import metric_page
from web.conftest import SignIn
from web.stage import Stage

METRIC = "budget_revenue"


def html(scene: Stage, signed_in: SignIn, url: str) -> str:
    return signed_in(scene.office).get(url).content.decode()


def monthly(years: int) -> None:
    """Ten a month, one more each year, for the years before 2022; January to June of 2022."""
    pairs = []
    for year in range(2022 - years, 2023):
        for month in range(1, 13 if year < 2022 else 7):
            value = (10 + year - 2015) * month
            period = f"{year}-01" if month == 1 else f"{year}-01/{year}-{month:02}"
            pairs.append((f"{METRIC} @ {year if month == 12 else period}", f"{value}.0"))
    facts(pairs)


def test_a_later_revision_does_not_show_on_an_earlier_day(scene: Stage, signed_in: SignIn) -> None:
    fact(f"{METRIC} @ 2022", "100.0", at=NOON)
    fact(f"{METRIC} @ 2022", "104.5", at=NOON + timedelta(days=10))
    url = reverse("facts:metric", args=[METRIC])
    now, then = html(scene, signed_in, url), html(scene, signed_in, f"{url}?at=2023-01-05")
    assert 'id="as-known"' not in now
    assert 'id="as-known"' in then
    assert "104.5" in now
    assert "104.5" not in then
    assert "100.0" in then
    assert "?at=2023-01-05" in then.split('class="figure')[1]
    before = html(scene, signed_in, f"{url}?at=2023-01-01")
    assert "100.0" not in before


def test_a_day_that_is_none_is_refused(scene: Stage, signed_in: SignIn) -> None:
    for url in (reverse("cockpit"), reverse("facts:metric", args=[METRIC])):
        assert signed_in(scene.office).get(url + "?at=yesterday").status_code == 400


def test_the_cockpit_judges_by_what_was_known(scene: Stage, signed_in: SignIn) -> None:
    now = html(scene, signed_in, reverse("cockpit") + "?year=2022")
    then = html(scene, signed_in, reverse("cockpit") + "?year=2022&at=2023-01-01")
    assert 'id="as-known"' in then
    assert 'id="as-known"' not in now
    assert "light-green" in now or "light-yellow" in now or "light-red" in now.split('id="targets"')[1]
    assert "light-no_data" in then.split('id="targets"')[1]


def test_a_fact_says_that_it_was_not_yet_known(scene: Stage, signed_in: SignIn) -> None:
    url = reverse("facts:fact", args=[scene.fact.pk])
    assert "note-warning" in html(scene, signed_in, url + "?at=2023-01-01")
    assert "note-warning" not in html(scene, signed_in, url)


def test_the_fan_opens_to_the_year_end(scene: Stage) -> None:
    monthly(7)
    page = metric_page.metric_page(Metric.objects.get(key=METRIC), None)
    assert page.outlook is not None
    assert page.outlook.year == 2022
    assert [s.period.end % 12 + 1 for s in page.outlook.steps] == [6, 5, 4, 3, 2, 1]
    chart = page.outlook.chart
    assert chart is not None
    assert chart["lines"][1]["values"][:7] == [17.0, 34.0, 51.0, 68.0, 85.0, 102.0, None]
    assert chart["lines"][2]["values"][:5] == [None] * 5
    assert chart["lines"][2]["values"][5] == 102.0
    assert chart["lines"][2]["values"][11] == float(page.outlook.steps[0].point.decimal)
    assert chart["band"]["low"][11] <= chart["lines"][2]["values"][11] <= chart["band"]["high"][11]


def test_last_year_and_revisions_stand_beside(scene: Stage) -> None:
    fact(f"{METRIC} @ 2021", "90.0")
    fact(f"{METRIC} @ 2022", "100.0", status="flash")
    fact(f"{METRIC} @ 2022", "104.5", at=NOON + timedelta(days=1))
    page = metric_page.metric_page(Metric.objects.get(key=METRIC), None)
    assert page.last_year is not None
    assert str(page.last_year.number) == "90.0"
    assert str(page.change) == "14.5"
    assert [str(v.change) for r in page.revised for v in r.vintages] == ["None", "4.5"]


def test_bases_are_reconciled_on_the_page(scene: Stage, signed_in: SignIn) -> None:
    facts(
        [
            (f"{METRIC} @ 2022", "89.43"),
            (f"{METRIC}[growth] @ 2022", "-3.2"),
            (f"{METRIC}[growth, restated] @ 2022", "0.3"),
        ]
    )
    page = html(scene, signed_in, reverse("facts:metric", args=[METRIC]))
    part = page.split('id="basis-restated"')[1].split("</section>")[0]
    assert "3.23" in part
    assert "3.14 – 3.33" in part
    assert "tag-yellow" in part


@pytest.mark.parametrize(
    ("south", "places"), [("7.0", {"north_town": 1, "south_town": 1, "east_town": 3}), (None, {})]
)
def test_towns_are_ranked_once_all_have_reported(
    scene: Stage, south: str | None, places: dict[str, int]
) -> None:
    """Equal values share a place, the next is left out; no places while one is lacking."""
    said = {"north_town": "7.0", "south_town": south, "east_town": "5.5"}
    facts([(f"{METRIC}[{t}] @ 2022", v) for t, v in said.items() if v is not None])
    table = metric_page.metric_page(Metric.objects.get(key=METRIC), None).peers
    assert table is not None
    assert {r.area.key: r.place for r in table.rows if r.place} == places
    assert str(table.whole) == ("19.5" if south else "None")
    assert [a.key for a in table.lacking] == ([] if south else ["south_town"])


def test_a_place_won_is_told(scene: Stage) -> None:
    facts(
        [
            (f"{METRIC}[{t}] @ 2021", v)
            for t, v in zip(("north_town", "south_town", "east_town"), "321", strict=True)
        ]
    )
    facts(
        [
            (f"{METRIC}[{t}] @ 2022", v)
            for t, v in zip(("north_town", "south_town", "east_town"), "123", strict=True)
        ]
    )
    table = metric_page.metric_page(Metric.objects.get(key=METRIC), None).peers
    assert table is not None
    assert [(r.area.key, r.moved) for r in table.rows] == [
        ("east_town", 2),
        ("south_town", 0),
        ("north_town", -2),
    ]


def test_the_metric_page_asks_few_queries(
    scene: Stage, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """However many periods there are."""
    monthly(7)
    client = signed_in(scene.office)
    with django_assert_max_num_queries(35):
        assert client.get(reverse("facts:metric", args=[METRIC])).status_code == 200
