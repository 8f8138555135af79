"""Many values at once are the values of the ledger, digit by digit; what was kept is brought up to date."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from facts.factories import DISTRICT, NOON, TOWNS, fact, facts, metric, place, world
from tongjian.facts import wide as module
from tongjian.facts.cube import TooManyDigits
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.rules import period_kind
from tongjian.facts.wide import Asked, wide
from tongjian.kernel.models import Subject
from tongjian.values import Number, Period

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=20)
EVERYONE = (DISTRICT, *TOWNS)
LINES = [{"operator": o} for o in ("single", "rolling_12", "year_on_year")]
RANKS = [{"operator": "rank", "of": of, "among": "towns"} for of in ("level", "growth")]


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    module._kept.clear()
    yield
    module._kept.clear()


def asked(*metrics: str, first: int = 2021, years: int = 2, **more: str) -> Asked:
    return Asked(metrics or ("gdp",), EVERYONE, first, years, **more)


def said(number: Number | None) -> str | None:
    return None if number is None else str(number)


# ---- the same digits as the ledger


def scatter(seed: int) -> None:
    """Two years and a half of three metrics: months missing, places that differ, revisions, documents, retractions."""
    chance = random.Random(seed)
    evidence = place()
    rows: list[Fact] = []
    for key in ("shops", "output", "stock"):
        one = Metric.objects.get(key=key)
        for subject in Subject.objects.filter(key__in=EVERYONE):
            for year in (2020, 2021, 2022):
                for month in range(1, 13):
                    period = Period.month(year, month) if one.kind == "stock" else Period.to_date(year, month)
                    rows += _versions(chance, one, subject, period, evidence)
                    if one.kind == "flow" and month > 1 and chance.random() < 0.1:
                        rows += _versions(chance, one, subject, Period.month(year, month), evidence)
    Fact.objects.bulk_create(rows)


def _versions(
    chance: random.Random, one: Metric, subject: Subject, period: Period, evidence: object
) -> Iterator[Fact]:
    if chance.random() < 0.15 or (one.first_month == 2 and period == Period.month(period.end_year, 1)):
        return
    kind = period_kind(one.kind, period)
    series = Series.objects.get_or_create(
        metric=one, subject=subject, period_kind=kind, defaults={"unit": one.unit}
    )[0]
    if kind == "point" and period.end % 12 == 11:
        period = Period.year(period.end_year)
    for seq in range(1, chance.choice([2, 2, 3, 4])):
        none = chance.random() < 0.1
        yield Fact(
            series=series,
            period=str(period),
            period_start=period.start,
            period_end=period.end,
            seq=seq,
            mantissa=None if none else chance.choice([0, chance.randint(-500, 5000), chance.randint(0, 60)]),
            decimals=chance.choice([0, 1, 1, 2]),
            missing="未报" if none else "",
            status=chance.choice(["actual", "actual", "actual", "revised", "flash"]),
            source=chance.choice(["collection", "collection", "document"]),
            evidence=evidence,
            recorded_at=NOON + timedelta(days=seq),
        )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("then", [None, NOON + timedelta(days=1)])
def test_every_cell_is_the_ledgers(seed: int, then: object) -> None:
    world()
    metric("shops", "零售", derive=[*LINES, *RANKS], decimals=2)
    metric("output", "产值", derive=LINES, first_month=2, growth_decimals=2, rounding="ROUND_DOWN")
    metric("stock", "贷款", kind="stock", derive=[{"operator": "year_on_year"}])
    scatter(seed)
    ledger = Ledger(then)  # type: ignore[arg-type]
    many = wide(asked("shops", "output", "stock", first=2020, years=3), then)  # type: ignore[arg-type]
    ledger.read(Series.objects.select_related("metric", "subject"), range(2020 * 12, 2023 * 12))
    seen = 0
    for key in many.asked.metrics:
        for subject in EVERYONE:
            for year in (2020, 2021, 2022):
                for month in range(1, 13):
                    found = _of_wide(many, key, subject, year, month)
                    assert found == _of_ledger(ledger, key, subject, year, month), (key, subject, year, month)
                    seen += sum(f is not None for f in found)
    assert seen > 400
    for year, month in ((2020, 6), (2021, 12), (2022, 3)):
        for of in ("level", "growth"):
            wanted = {s: _rank(ledger, s, of, Period.to_date(year, month)) for s in TOWNS}
            towns = wide(Asked(("shops",), TOWNS, 2020, 3), then)  # type: ignore[arg-type]
            assert towns.ranks("shops", year, month, of=of) == {k: v for k, v in wanted.items() if v}


def _of_wide(many: module.Wide, key: str, subject: str, year: int, month: int) -> list[str | None]:
    cells = [many.value, many.growth]
    if many.metrics[key].kind == "flow":
        cells += [many.single, many.rolling_12]
    return [said(cell(key, subject, year, month)) for cell in cells]


def _of_ledger(ledger: Ledger, key: str, subject: str, year: int, month: int) -> list[str | None]:
    stock = key == "stock"
    now = Period.month(year, month) if stock else Period.to_date(year, month)
    refs = [FactRef(key, now, subject), FactRef(key, now, subject, "growth")]
    if not stock:
        refs.append(FactRef(key, Period.month(year, month), subject))
        refs.append(FactRef(key, Period(now.end - 11, now.end), subject))
    found = [ledger.look(r) for r in refs]
    if year == 2020:
        found[1] = None  # the selection begins here
        if not stock and month < 12:
            found[3] = None
    return [None if f is None else str(f.number) for f in found]


def _rank(ledger: Ledger, subject: str, of: str, period: Period) -> int | None:
    found = ledger.look(FactRef("shops", period, subject, "rank", of=of))
    return None if found is None else found.number.mantissa


# ---- what is kept


def test_a_second_look_reads_what_was_added(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world()
    fact("gdp @ 2022", "10.0")
    first = wide(asked())
    with django_assert_num_queries(3):  # metrics, series, facts added
        assert wide(asked()) is first
    fact("gdp @ 2022", "11.5", at=LATER)
    assert said(wide(asked()).value("gdp", DISTRICT, 2022, 12)) == "11.5"
    assert said(wide(asked(), NOON).value("gdp", DISTRICT, 2022, 12)) == "10.0"
    assert said(first.value("gdp", DISTRICT, 2022, 12)) == "10.0"


def test_a_new_series_is_seen() -> None:
    world()
    fact("gdp @ 2022", "10.0")
    assert wide(asked()).value("gdp", TOWNS[0], 2022, 12) is None
    fact(f"gdp[{TOWNS[0]}] @ 2022", "3")
    assert said(wide(asked()).value("gdp", TOWNS[0], 2022, 12)) == "3"


def test_a_changed_definition_is_seen() -> None:
    world()
    facts([("gdp @ 2021", "3.0"), ("gdp @ 2022", "4.0")])
    assert said(wide(asked()).growth("gdp", DISTRICT, 2022, 12)) == "33.3"
    Metric.objects.filter(key="gdp").update(growth_decimals=2, version=2)
    assert said(wide(asked()).growth("gdp", DISTRICT, 2022, 12)) == "33.33"


def test_another_database_under_the_same_keys_is_read_anew() -> None:
    world()
    fact("gdp @ 2022", "10.0")
    assert said(wide(asked()).value("gdp", DISTRICT, 2022, 12)) == "10.0"
    Fact.objects.update(mantissa=77)
    assert said(wide(asked()).value("gdp", DISTRICT, 2022, 12)) == "7.7"


def test_few_selections_are_kept() -> None:
    world()
    for years in range(1, 20):
        wide(asked(years=years))
    assert len(module._kept) == module.KEPT


# ---- columns


def test_who_is_lacking_and_what_all_come_to() -> None:
    world()
    facts([(f"gdp[{TOWNS[0]}] @ 2022", "1.5"), (f"gdp[{TOWNS[1]}] @ 2022", "0")])
    towns = Asked(("gdp",), TOWNS, 2022, 1)
    assert wide(towns).lacking("gdp", 2022, 12) == (TOWNS[2],)
    assert wide(towns).total("gdp", 2022, 12) is None
    assert wide(towns).ranks("gdp", 2022, 12) == {}
    assert wide(towns).ranks("gdp", 2022, 12, partial=True) == {TOWNS[0]: 1, TOWNS[1]: 2}
    fact(f"gdp[{TOWNS[2]}] @ 2022", "1.5")
    assert said(wide(towns).total("gdp", 2022, 12)) == "3.0"
    assert wide(towns).ranks("gdp", 2022, 12) == {TOWNS[0]: 1, TOWNS[1]: 3, TOWNS[2]: 1}
    fact(f"gdp[{TOWNS[2]}] @ 2022", "1.5", status="estimate")
    assert wide(towns).ranks("gdp", 2022, 12) == {}


def test_rates_are_not_summed() -> None:
    world()
    facts([(f"forest_cover[{t}] @ 2022", "50.00") for t in TOWNS])
    assert wide(Asked(("forest_cover",), TOWNS, 2022, 1)).total("forest_cover", 2022, 12) is None


def test_a_plain_series_of_another_measure() -> None:
    world()
    fact("gdp[growth, constant_price] @ 2022-01/2022-11", "3.1")
    found = wide(asked(measure="growth", basis="constant_price"))
    assert said(found.value("gdp", DISTRICT, 2022, 11)) == "3.1"


def test_what_was_not_asked_for_is_an_error() -> None:
    world()
    found = wide(asked())
    for year, month in ((2020, 1), (2023, 1), (2022, 0), (2022, 13)):
        with pytest.raises(IndexError, match="not asked for"):
            found.value("gdp", DISTRICT, year, month)
    with pytest.raises(IndexError, match="nowhere"):
        found.value("gdp", "nowhere", 2022, 1)


def test_more_digits_than_a_cell_holds_are_told() -> None:
    world()
    facts([("gdp @ 2022", str(10**17)), ("gdp @ 2021", "1.1")])
    with pytest.raises(TooManyDigits):
        wide(asked())


def test_the_cube_of_a_selection() -> None:
    world()
    facts([("gdp @ 2021", "3.0"), ("gdp @ 2022", "4")])
    cube = wide(asked()).cube
    assert (cube.values[0, 0, :, 11].tolist(), cube.decimals.tolist()) == ([30.0, 40.0], [1])
