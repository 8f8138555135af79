"""How often the ledger is asked: as often for many values as for a few."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from facts.factories import DISTRICT, NOON, TOWNS, World, area, fact, facts, world
from tongjian.facts import queries
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Series
from tongjian.facts.refs import FactRef, parse
from tongjian.kernel.models import Area
from tongjian.values import Period

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground() -> World:
    return world()


def year(year: int, subject: str) -> FactRef:
    return FactRef("budget_revenue", Period.year(year), subject)


def test_a_rank_among_many_towns_asks_as_often_as_among_three(
    ground: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = Area.objects.get(subject__key=DISTRICT)
    more = [area(f"town_{n}", f"{n}镇", "town", own, n).key for n in range(9)]
    facts([(f"budget_revenue[{key}] @ 2022", str(n)) for n, key in enumerate((*TOWNS, *more))])
    with django_assert_num_queries(6):  # metric, areas, series, lifetimes, own fact, peers' facts
        found = Ledger().resolve(parse("budget_revenue[rank, north_town] @ 2022"))
    assert (str(found.number), len(found.inputs)) == ("12", 12)


def test_a_page_of_ranks_told_ahead_asks_five_times(
    ground: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    facts([(f"budget_revenue[{key}] @ {y}", str(n)) for n, key in enumerate(TOWNS) for y in (2021, 2022)])
    refs = [parse(f"budget_revenue[rank, {key}] @ {y}") for key in TOWNS for y in (2021, 2022)]
    ledger = Ledger()
    with django_assert_num_queries(5):  # metrics, areas, series, facts, lifetimes
        ledger.read_ahead(refs)
        found = [str(ledger.resolve(ref).number) for ref in refs]
    assert found == ["3", "3", "2", "2", "1", "1"]


def test_what_was_read_ahead_is_what_is_resolved_one_by_one(ground: World) -> None:
    facts([("gdp @ 2021", "100.0"), ("gdp @ 2022", "104.1")])
    fact("gdp @ 2022", "105.0", at=NOON + timedelta(days=1))
    fact("gdp @ 2022", "99.0", source="document", at=NOON + timedelta(days=2))
    refs = [parse("gdp @ 2022"), parse("gdp[growth] @ 2022"), parse("gdp @ 2021")]
    for at in (NOON, NOON + timedelta(days=1), None):
        ledger = Ledger(at)
        ledger.read_ahead(refs)
        assert [ledger.resolve(r) for r in refs] == [queries.resolve(r, at) for r in refs]


def test_reading_ahead_passes_over_what_is_not_there(ground: World) -> None:
    ledger = Ledger()
    ledger.read_ahead([parse("nothing @ 2022"), parse("gdp[nowhere] @ 2022")])
    assert ledger.look(parse("nothing @ 2022")) is None
    assert ledger.look(parse("gdp[nowhere] @ 2022")) is None


def test_the_course_of_a_series(ground: World) -> None:
    facts([("gdp @ 2021", "1.0"), ("gdp @ 2022", "2.0"), ("gdp @ 2023", "3.0"), ("gdp @ 2022-11", "9.0")])
    yearly = list(Series.objects.filter(period_kind="cumulative"))
    ends = [Period.year(y).end for y in (2021, 2022)]
    assert [str(f.number) for f in Ledger().course(yearly, ends)] == ["1.0", "2.0"]


def test_a_ledger_shows_one_moment(ground: World) -> None:
    fact("gdp @ 2022", "1.0")
    ledger = Ledger()
    assert str(ledger.resolve(parse("gdp @ 2022")).number) == "1.0"
    fact("gdp @ 2022", "2.0")
    assert str(ledger.resolve(parse("gdp @ 2022")).number) == "1.0"
    assert str(queries.resolve(parse("gdp @ 2022")).number) == "2.0"
