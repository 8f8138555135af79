"""Outlooks from the ledger: which facts count, what was known when, the official estimate beside ours, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from facts.factories import fact, world
from tongjian.cli.language import use
from tongjian.cli.main import main
from tongjian.facts import queries, refs
from tongjian.facts.foresight import sentences
from tongjian.facts.foresight.outlook import Estimate, Kind
from tongjian.facts.foresight.queries import Outlook, series_of, year_end, year_ends
from tongjian.facts.models import Series

pytestmark = pytest.mark.django_db
MONTHS = (3, 5, 8, 8, 9, 12, 10, 9, 11, 10, 8, 7)  # 100 a year
DECEMBER = datetime(2022, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    with translation.override("en"):
        yield
    use("zh")


def period(year: int, month: int) -> str:
    return f"{year}" if month == 12 else f"{year}-01" if month == 1 else f"{year}-01/{year}-{month:02d}"


def course(metric: str, years: range, last: int, months: range = range(1, 13)) -> None:
    """Cumulative months of some years, each 10 larger than the year before, the last year up to a month."""
    for year in years:
        size = 100 + 10 * (year - years.start)
        for month in months:
            if year < years.stop - 1 or month <= last:
                fact(f"{metric} @ {period(year, month)}", f"{sum(MONTHS[:month]) * size / 100:.2f}")


def series(ref: str) -> Series:
    return queries.series_for(refs.parse(ref))


def newest(outlook: Outlook) -> Estimate:
    assert outlook.newest is not None
    return outlook.newest


def test_the_year_from_its_months() -> None:
    world()
    course("budget_revenue", range(2016, 2023), 9)
    found = year_end(series("budget_revenue @ 2022"), 2022)
    assert (found.kind, found.years, found.quarterly, found.missing) == (Kind.FLOW, 6, False, "")
    assert [e.month for e in found.estimates] == list(range(1, 10))
    assert newest(found).so_far == pytest.approx(120)
    assert newest(found).point == pytest.approx(160, abs=0.1)
    assert [p.month for p in found.path] == [10, 11, 12]
    assert found.last_year == 150
    assert str(found.growth(newest(found).point)) == "6.7"
    assert (found.official, found.actual, found.official_inside) == (None, None, None)


def test_any_of_its_series_leads_to_the_same() -> None:
    world()
    course("budget_revenue", range(2018, 2023), 9)
    one, other = series("budget_revenue @ 2022"), series("budget_revenue @ 2022-01")
    assert one.period_kind != other.period_kind
    assert newest(year_end(one, 2022)) == newest(year_end(other, 2022))


def test_single_months_add_up_where_nothing_cumulative_is_known() -> None:
    world()
    for year in range(2018, 2023):
        for month in range(1, 13 if year < 2022 else 7):
            fact(f"fines @ {year}-{month:02d}", str(MONTHS[month - 1] * (year - 2008)))
    found = newest(year_end(series("fines @ 2022-06"), 2022))
    assert series_of(refs.parse("fines @ 2022")) == series("fines @ 2022-06")
    assert (found.month, found.so_far, found.point) == (6, 45 * 14, pytest.approx(1400, abs=10))


def test_an_estimate_is_no_observation_and_stands_beside_ours() -> None:
    world()
    course("gdp", range(2016, 2023), 9, range(3, 13, 3))
    fact("gdp @ 2022", "1200", status="estimate", source="document")
    found = year_end(series("gdp @ 2022"), 2022)
    assert found.quarterly
    assert [e.month for e in found.estimates] == [3, 6, 9]
    assert found.actual is None
    assert found.official is not None
    assert str(found.official.number) == "1200"
    assert found.official_inside is False
    fact("gdp @ 2022", "161.2", at=DECEMBER)
    later = year_end(series("gdp @ 2022"), 2022)
    assert later.actual is not None
    assert (str(later.actual.number), later.path) == ("161.2", ())
    assert [e.point for e in later.estimates] == [e.point for e in found.estimates]


def test_as_known_at_a_moment() -> None:
    world()
    course("budget_revenue", range(2018, 2023), 6)
    fact("budget_revenue @ 2022-01/2022-07", "77", at=DECEMBER)
    one = series("budget_revenue @ 2022")
    assert newest(year_end(one, 2022)).month == 7
    assert newest(year_end(one, 2022, datetime(2023, 1, 4, tzinfo=UTC))).month == 7
    assert year_end(one, 2022, datetime(2022, 12, 1, tzinfo=UTC)).missing == "facts.outlook_no_months"


def test_a_stock_ends_in_december_and_a_rate_is_no_sum() -> None:
    world()
    for year in range(2017, 2023):
        for month in range(1, 13 if year < 2022 else 7):
            fact(f"residents @ {year}-{month:02d}", f"{100 + (year - 2017) * 12 + month}")
            since = period(year, month)
            fact(f"budget_revenue[growth] @ {since}", "3.5")
    people = year_end(series("residents @ 2022-06"), 2022)
    assert (people.kind, newest(people).point) == (Kind.STOCK, pytest.approx(172, abs=0.5))
    rate = year_end(series("budget_revenue[growth] @ 2022"), 2022)
    assert (rate.kind, newest(rate).point) == (Kind.RATE, pytest.approx(3.5))
    assert rate.growth(3.5) is None


@pytest.mark.parametrize(
    ("ref", "value", "code"),
    [
        ("gdp[rank, of:growth, constant_price] @ 2022-01/2022-09", "3", "facts.outlook_kind"),
        ("budget_revenue @ 2021", "80", "facts.outlook_no_months"),
        ("forest_cover @ 2022-05", "33.1", "facts.outlook_single"),
    ],
)
def test_why_there_is_none(ref: str, value: str, code: str) -> None:
    world()
    fact(ref, value)
    found = year_end(series(ref), 2022)
    assert (found.missing, found.estimates) == (code, ())
    assert sentences.explained(found) == (sentences.reason(found),)
    with pytest.raises(sentences.NoOutlook) as told:
        sentences.required(found)
    assert told.value.code == code


def test_many_at_once_say_what_one_says(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world()
    course("budget_revenue", range(2016, 2023), 9)
    course("fines", range(2020, 2023), 5)
    course("gdp", range(2016, 2023), 9, range(3, 13, 3))
    many = [series(f"{m} @ 2021") for m in ("fines", "gdp", "budget_revenue")]
    with django_assert_num_queries(2):
        found = year_ends(many, 2022)
    assert [o.series for o in found] == many
    assert [o.estimates for o in found] == [year_end(s, 2022).estimates for s in many]


def test_in_words() -> None:
    world()
    course("budget_revenue", range(2016, 2023), 9)
    fact("budget_revenue @ 2022", "160.3", status="estimate", source="document")
    value, growth, method, trust, official = sentences.explained(
        year_end(series("budget_revenue @ 2022"), 2022)
    )
    assert (
        value
        == "2022 is expected to come to 160.0 hundred million yuan, going by 120.0 hundred million yuan in Q1–Q3 2022."
    )
    assert growth == "That is 6.7% on last year, from levels."
    assert method.startswith("Method: ")
    assert "At the same month of 4 earlier years it was off by 0.0 hundred million yuan on average." in method
    assert trust.startswith("With four chances in five it will lie between 160.0 and 160.")
    assert official == "The official estimate, 160.3 hundred million yuan, lies outside."


def test_a_short_series_in_words() -> None:
    world()
    course("budget_revenue", range(2021, 2023), 6)
    found = year_end(series("budget_revenue @ 2022"), 2022)
    _, _, method, trust = sentences.explained(found)
    assert method.endswith("it could not be tested in an earlier year.")
    assert trust == "Short series: 0 earlier years to test in, too few for an interval."


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    world()
    course("budget_revenue", range(2016, 2023), 9)
    assert main(["--lang", "en", "outlook", "budget_revenue @ 2022"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert (
        told[1]
        == "2022 is expected to come to 160.0 hundred million yuan, going by 120.0 hundred million yuan in Q1–Q3 2022."
    )
    assert sum(line.endswith("  4") for line in told) == 9
    assert any(line.startswith("progress of time  160.0") for line in told)
    assert main(["--lang", "en", "outlook", "budget_revenue @ 2022-01/2022-09"]) == 2
    assert "facts.outlook_year" in capsys.readouterr().err
    assert main(["--lang", "en", "outlook", "budget_revenue @ 2024"]) == 2
    assert "facts.outlook_no_months" in capsys.readouterr().err
