"""Two bases side by side, growth as published and as reckoned, and what was recorded when."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.factories import NOON, World, fact, facts, metric, world
from tongjian.facts import bases, reconcile, vintages
from tongjian.facts.growths import growths
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Series
from tongjian.facts.reconcile import Verdict
from tongjian.facts.refs import parse
from tongjian.values import Number, Period

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=20)


@pytest.fixture
def ground() -> World:
    return world()


def n(text: str) -> Number:
    return Number.parse(text)


# ---- the rule


@pytest.mark.parametrize(
    ("level", "natural", "other", "shown"),
    [
        ("89.43", "-3.2", "0.3", ("3.23", "3.14", "3.33")),
        ("124981", "-9.2", "3.2", ("17068", "16921", "17215")),  # the country, seven months of 2022
        ("50.00", "4.0", "4.0", ("0.00", "-0.05", "0.05")),
        ("0.00", "-100.0", "-100.0", None),
    ],
)
def test_two_rates_imply_an_amount(
    level: str, natural: str, other: str, shown: tuple[str, str, str] | None
) -> None:
    found = bases.implied_adjustment(n(level), n(natural), n(other))
    if shown is None:
        assert found is None
    else:
        assert found is not None
        assert tuple(str(v) for v in found.shown(n(level).decimals)) == shown


def test_an_adjusted_base_asks_for_more() -> None:
    """Base 100, now 96; with 4 added to the base, +1 % is 105.04: 9.04 added to this year."""
    found = bases.implied_adjustment(n("96.00"), n("-4.0"), n("1.0"), n("4.00"))
    assert found is not None
    assert str(found.shown(2)[0]) == "9.04"


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(-500, 500))
def test_the_interval_holds_the_amount_that_was_really_added(now: int, before: int, added: int) -> None:
    rates = [rate for c in (now, now + added) if (rate := bases.naive_growth(Number(c), Number(before)))]
    if len(rates) == 2 and all(r.middle > -99 for r in rates):
        printed = [r.shown(1)[0] for r in rates]
        found = bases.implied_adjustment(Number(now), *printed)
        assert found is not None
        assert found.holds(Fraction(added))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 2))
def test_a_growth_worked_out_of_the_levels_agrees_with_them(now: int, before: int, decimals: int) -> None:
    naive = bases.naive_growth(Number(now), Number(before))
    assert naive is not None
    assert bases.agree(naive.shown(decimals)[0], naive)
    implied = bases.implied_base(Number(now), naive.shown(decimals)[0])
    if implied is not None:
        assert implied.holds(Fraction(before))


# ---- on the ledger

REVENUE = "budget_revenue"


def published(natural: str | None = "-3.2", restated: str | None = "0.3") -> None:
    fact(f"{REVENUE} @ 2022", "89.43")
    if natural is not None:
        fact(f"{REVENUE}[growth] @ 2022", natural)
    if restated is not None:
        fact(f"{REVENUE}[growth, restated] @ 2022", restated)


def told(ref: str = f"{REVENUE} @ 2022") -> reconcile.Reconciliation:
    return reconcile.reconcile(parse(ref))


def test_an_adjustment_without_evidence_is_told_as_such(ground: World) -> None:
    published()
    found = told()
    assert found.shown == (n("3.23"), n("3.14"), n("3.33"))
    assert (found.verdict, found.added, found.evidenced) == (Verdict.UNEVIDENCED, (), None)


@pytest.mark.parametrize(
    ("amounts", "verdict"),
    [
        (("2.90", "0.30"), Verdict.EVIDENCED),
        (("3.32", "0.01"), Verdict.EVIDENCED),  # beyond 3.3278 as printed, not as rounded
        (("3.40", "0.10"), Verdict.DIFFERS),
        (("3.0", "-1.0"), Verdict.DIFFERS),
    ],
)
def test_evidenced_adjustments_are_held_against_it(
    ground: World, amounts: tuple[str, str], verdict: Verdict
) -> None:
    published()
    for reason, amount in zip(("留抵退税", "减税"), amounts, strict=True):
        fact(f"{REVENUE}[difference, of:level, restated, by:{reason}] @ 2022", amount)
    found = told()
    assert (found.verdict, len(found.added)) == (verdict, 2)
    assert found.evidenced == n(str(sum(n(a).decimal for a in amounts)))
    assert found.added[0].fact is not None
    assert found.added[0].fact.evidence.excerpt == "样例"


def test_an_adjusted_base_is_reckoned_with(ground: World) -> None:
    published()
    fact(f"{REVENUE}[difference, of:level, restated, by:基数] @ 2021", "1.00")
    found = told()
    assert found.shown is not None
    assert (str(found.shown[0]), [str(a.number) for a in found.base_added]) == ("4.24", ["1.00"])


def test_the_growth_of_the_levels_stands_in_for_an_unpublished_one(ground: World) -> None:
    published(natural=None)
    assert told().verdict == Verdict.INCOMPLETE
    fact(f"{REVENUE} @ 2021", "92.39")
    assert (told().shown, told().verdict) == ((n("3.23"), n("3.14"), n("3.33")), Verdict.UNEVIDENCED)


def test_rates_that_may_be_the_same_need_no_adjustment(ground: World) -> None:
    published(restated="-3.2")
    assert told().verdict == Verdict.NONE_NEEDED


def test_bases_without_a_rate_are_left_out(ground: World) -> None:
    published()
    assert [r.basis for r in reconcile.all_bases(parse(f"{REVENUE} @ 2022"))] == ["restated"]
    assert reconcile.all_bases(parse(f"{REVENUE} @ 2020")) == ()


def test_reconciled_as_known_then(ground: World) -> None:
    published(restated=None)
    fact(f"{REVENUE}[growth, restated] @ 2022", "0.3", at=LATER)
    ref = parse(f"{REVENUE} @ 2022")
    assert reconcile.reconcile(ref, ledger=Ledger(NOON)).verdict == Verdict.INCOMPLETE
    assert reconcile.reconcile(ref, ledger=Ledger(LATER)).verdict == Verdict.UNEVIDENCED


# ---- growth, published and naive


def codes(ref: str) -> tuple[str | None, list[tuple[str, bool]], bool]:
    found = growths(parse(ref))
    return (
        None if found.gap is None else str(found.gap),
        [(r.code, r.certain) for r in found.reasons],
        found.is_explained,
    )


def test_a_gap_within_rounding_needs_no_other_reason(ground: World) -> None:
    facts([(f"{REVENUE} @ 2021", "9.1"), (f"{REVENUE} @ 2022", "9.6"), (f"{REVENUE}[growth] @ 2022", "6.0")])
    assert codes(f"{REVENUE}[growth] @ 2022") == ("0.5", [("rounding", True)], True)


def test_a_gap_beyond_rounding_is_unexplained(ground: World) -> None:
    facts(
        [(f"{REVENUE} @ 2021", "100.0"), (f"{REVENUE} @ 2022", "104.0"), (f"{REVENUE}[growth] @ 2022", "6.0")]
    )
    assert codes(f"{REVENUE}[growth] @ 2022") == ("2.0", [], False)


def test_constant_prices_explain_a_gap(ground: World) -> None:
    facts([("gdp @ 2021", "1000.0"), ("gdp @ 2022", "1060.0"), ("gdp[growth, constant_price] @ 2022", "3.0")])
    assert codes("gdp[growth, constant_price] @ 2022") == ("-3.0", [("price", True)], True)


def test_a_base_revised_since_explains_a_gap_and_is_shown(ground: World) -> None:
    fact(f"{REVENUE} @ 2021", "100.0")
    fact(f"{REVENUE} @ 2021", "97.0", status="revised", at=LATER)
    facts([(f"{REVENUE} @ 2022", "104.0"), (f"{REVENUE}[growth] @ 2022", "4.0")])
    assert codes(f"{REVENUE}[growth] @ 2022") == ("-3.2", [("base_revised", True)], True)
    proof = growths(parse(f"{REVENUE}[growth] @ 2022")).reasons[0].fact
    assert proof is not None
    assert str(proof.number) == "100.0"


def test_a_pack_may_say_why_a_gap_is_usual(ground: World) -> None:
    line = {"operator": "year_on_year", "reasons": ["scope", "deduplication"]}
    metric("sales", "零售额", derive=[line])
    facts([("sales @ 2021", "100.0"), ("sales @ 2022", "104.0"), ("sales[growth] @ 2022", "6.0")])
    assert codes("sales[growth] @ 2022") == ("2.0", [("scope", False), ("deduplication", False)], True)


def test_one_of_the_two_alone_leaves_no_gap(ground: World) -> None:
    fact(f"{REVENUE}[growth] @ 2022", "6.0")
    assert codes(f"{REVENUE}[growth] @ 2022") == (None, [], True)
    facts([(f"{REVENUE} @ 2020", "100.0"), (f"{REVENUE} @ 2021", "104.0")])
    found = growths(parse(f"{REVENUE}[growth] @ 2021"))
    assert (found.published, str(found.naive)) == (None, "4.0")


# ---- vintages


def grown_up() -> Series:
    """Estimate, flash, actual, then a revision; a document says the flash."""
    for days, value, status in ((0, "120.0", "estimate"), (20, "118.5", "flash"), (40, "118.5", "actual")):
        fact("gdp @ 2022", value, status=status, at=NOON + timedelta(days=days))
    fact("gdp @ 2022", "118", source="document", at=NOON + timedelta(days=45), status="flash")
    fact("gdp @ 2022", "121.0", status="revised", at=NOON + timedelta(days=400))
    return Series.objects.get()


def test_vintages_of_a_period(ground: World) -> None:
    series = grown_up()
    found = vintages.vintages(series, Period.year(2022))
    assert [
        (str(v.number), v.status, v.change and str(v.change), v.percent and str(v.percent)) for v in found
    ] == [
        ("120.0", "estimate", None, None),
        ("118.5", "flash", "-1.5", "-1.3"),
        ("118.5", "actual", "0.0", "0.0"),
        ("118", "flash", None, None),
        ("121.0", "revised", "2.5", "2.1"),
    ]
    assert [v.counts for v in found] == [False, False, False, False, True]
    assert found[1].recorded_at == LATER
    assert found[1].fact.evidence.file.name == "sample.txt"


def test_vintages_as_known_then(ground: World) -> None:
    found = vintages.vintages(grown_up(), Period.year(2022), LATER)
    assert [(str(v.number), v.counts) for v in found] == [("120.0", False), ("118.5", True)]


def test_a_revision_table_and_what_it_comes_to(ground: World) -> None:
    series = grown_up()
    fact("gdp @ 2021", "100.0")
    fact("gdp @ 2020", "90.0")
    fact("gdp @ 2020", "87.0", at=LATER)
    table = vintages.revision_table(series)
    assert [(str(r.period), len(r.vintages), r.change and str(r.change)) for r in table] == [
        ("2022", 5, "1.0"),
        ("2021", 1, None),
        ("2020", 2, "-3.0"),
    ]
    assert {k: str(v.number) for k, v in table[0].by_status.items()} == {
        "estimate": "120.0",
        "flash": "118",
        "actual": "118.5",
        "revised": "121.0",
    }
    told_ = vintages.summary(table)
    assert (told_.periods, told_.several, told_.revised) == (3, 2, 2)
    assert (str(told_.mean), str(told_.mean_size)) == ("-1.00", "2.00")
    assert vintages.summary([]).mean is None


def test_a_value_taken_back_has_no_change(ground: World) -> None:
    fact("gdp @ 2022", "0.0")
    fact("gdp @ 2022", None, missing="核实中", at=LATER)
    fact("gdp @ 2022", "5.0", at=LATER + timedelta(days=1))
    found = vintages.vintages(Series.objects.get(), Period.year(2022))
    assert [v.change for v in found] == [None, None, None]
    assert [v.counts for v in found] == [False, False, True]


def test_a_revision_table_is_three_queries(ground: World, django_assert_num_queries: object) -> None:
    series = grown_up()
    with django_assert_num_queries(3):  # type: ignore[operator]  # facts, places, files
        vintages.revision_table(series)
