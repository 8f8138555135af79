"""Schemes, rates, bands, ranks and the watch list, on plain values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.assessment import results, scheme
from tongjian.facts.assessment.results import Counts, Rate
from tongjian.facts.assessment.scheme import Scheme, SchemeError
from tongjian.facts.assessment.watch import Condition, Month, Rule, WatchList, follow
from tongjian.packs import entries


def body(**more: Any) -> dict[str, Any]:
    named = {"name": "率", "name_en": "rate"}
    return {
        "key": "s",
        "name": "方案",
        "name_en": "Scheme",
        "since": "2022-01",
        "table": "cases",
        "on": "dispatched_on",
        "exclude": "excluded",
        "attribute_to": "area",
        "measures": {
            "solved": {**named, "num": {"solved": True}, "den": {"solved": {"set": True}}, "weight": "0.6"},
            "score": {**named, "num": {"score": {"ge": 3}}, "den": {"score": {"set": True}}, "weight": "0.4"},
        },
        "rank": {
            "min_n": 10,
            "groups": [{"key": "t", "name": "镇", "name_en": "Towns", "kinds": ["town"]}],
        },
        **more,
    }


def made(**more: Any) -> Scheme:
    return scheme.parse(body(**more))


def counts(n: int, solved: int, content: int) -> Counts:
    return Counts(n, 0, 0, ((solved, n), (content, n)))


def test_the_shipped_schemes_can_be_meant_and_say_that_they_are_illustrative() -> None:
    found = [scheme.parse(e.body) for e in entries(scheme.KIND)]
    assert [s.key for s in found] == ["district_monthly", "district_one_table"]
    assert all(s.illustrative and sum(m.weight for m in s.measures) == 1 for s in found)


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"since": "2022-13"}, "since: is a month, 2022-01"),
        ({"until": "2021-12"}, "until: lies before since"),
        ({"attribute_to": "street"}, "attribute_to: is one of area, first_lead, lead"),
        ({"colour": 1}, "colour: is not known"),
        ({"watch": {"enter": {"months": 3}, "leave": {"months": 1, "n": {"ge": 1}}}}, "watch.enter: has no condition"),
        ({"official": {"grade": "g"}}, "official: names metrics for score and rank, and has full and ties"),
        ({"official": {"full": 100}}, 'official.full: is a number in quotes, "100"'),
        ({"official": {"ties": "often"}}, "official.ties: is one of shared, dense, none"),
        ({"measures": {"x": {"name": "率", "name_en": "r", "num": {"a": 1}, "weight": "0.9"}}}, "measures: the weights make 0.9, not 1"),
        ({"measures": {"x": {"name": "率", "name_en": "r", "num": {"a": 1}, "weight": 1}}}, 'measures.x.weight: is a number in quotes, "0.4"'),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named(more: dict[str, Any], fault: str) -> None:
    with pytest.raises(SchemeError) as refused:
        made(**more)
    assert fault in refused.value.faults


def test_what_the_city_tells_is_declared_beside_the_rates() -> None:
    plain, told = made(), made(official={"score": "s", "rank": "r", "full": "120", "ties": "none"})
    assert (plain.official_metrics, plain.full_score, plain.ties) == (frozenset(), 100, "shared")
    assert (told.official_metrics, told.full_score, told.ties) == ({"s", "r"}, 120, "none")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(SchemeError) as refused:
        made(since="x", attribute_to="y", colour=1)
    assert len(refused.value.faults) == 3


def test_a_scheme_holds_from_and_to_a_month() -> None:
    one = made(until="2022-06")
    assert [one.holds_in(m) for m in ("2021-12", "2022-01", "2022-06", "2022-07")] == [
        False,
        True,
        True,
        False,
    ]


def test_a_score_is_the_weighted_sum_of_the_exact_rates() -> None:
    row = results.row(made(), "a", "t", counts(30, 20, 25))
    assert row.score == Fraction(60) * Fraction(2, 3) + Fraction(40) * Fraction(5, 6)
    assert (row.score_printed, row.rates[0].percent) == (Decimal("73.33"), Decimal("66.67"))


def test_half_a_hundredth_goes_up_once() -> None:
    assert [results.printed(Fraction(n, 1000)) for n in (1005, 1004, 1015)] == [
        Decimal("1.01"),
        Decimal("1.00"),
        Decimal("1.02"),
    ]
    assert results.printed(Fraction(10049, 10000)) == Decimal("1.00")


def test_of_nothing_there_is_no_rate_no_score_and_no_rank() -> None:
    rows = results.ranked(made(), [results.row(made(), "a", "t", Counts(20, 0, 0, ((0, 0), (5, 20))))])
    assert (rows[0].rates[0].percent, rows[0].score, rows[0].rank) == (None, None, None)


def test_equals_share_a_rank_and_the_next_one_counts_them() -> None:
    own = {"a": counts(20, 18, 18), "b": counts(40, 34, 34), "c": counts(20, 17, 17), "d": counts(20, 2, 2)}
    rows = results.ranked(made(), [results.row(made(), k, "t", c) for k, c in own.items()])
    assert {r.unit: r.rank for r in rows} == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert {r.unit: r.volume_rank for r in rows} == {"b": 1, "a": 2, "c": 2, "d": 2}


def test_too_few_cases_are_not_ranked_and_groups_apart() -> None:
    cells = [("a", "t", 9), ("b", "t", 10), ("c", "s", 10), ("d", "", 99)]
    rows = results.ranked(made(), [results.row(made(), u, g, counts(n, n, n)) for u, g, n in cells])
    assert {r.unit: r.rank for r in rows} == {"a": None, "b": 1, "c": 1, "d": None}


def test_what_was_taken_out_is_told_beside() -> None:
    assert results.row(made(), "a", "t", Counts(18, 2, 0, ((1, 2), (1, 2)))).excluded_share == Decimal(
        "10.00"
    )


def test_the_band_is_wilsons() -> None:
    # 81 of 263: 25.53 % to 36.62 % (Newcombe 1998, table I, method 3)
    assert results.wilson(81, 263) == (Decimal("25.53"), Decimal("36.62"))
    assert results.wilson(0, 20) == (Decimal("0.00"), Decimal("16.11"))
    assert results.wilson(0, 0) is None


@given(st.integers(1, 5000).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))))
def test_a_band_holds_its_rate_and_stays_within_the_whole(pair: tuple[int, int]) -> None:
    num, den = pair
    low, high = results.wilson(num, den) or (Decimal(-1), Decimal(-1))
    share = Rate(num, den).percent
    assert share is not None
    assert 0 <= low <= share + Decimal("0.01")
    assert share - Decimal("0.01") <= high <= 100
    z, p = 1.959963984540054, num / den
    middle = (p + z * z / (2 * den)) / (1 + z * z / den)
    half = z * sqrt(p * (1 - p) / den + z * z / (4 * den * den)) / (1 + z * z / den)
    assert abs(float(high - low) - 200 * half) < 0.02
    assert abs(float(high + low) - 200 * middle) < 0.02


@given(st.dictionaries(st.text("abc", min_size=1), st.integers(0, 5).map(Decimal)))
def test_a_rank_is_one_more_than_those_before(values: dict[str, Decimal]) -> None:
    ranks = results.competition(values)
    ordered = sorted(values, key=lambda k: -values[k])
    for place, unit in enumerate(ordered, 1):
        assert ranks[unit] <= place
        assert (ranks[unit] == place) == (place == 1 or values[ordered[place - 2]] != values[unit])


# Watch list

RULES = WatchList(
    Rule(3, (Condition("volume_rank", "le", Fraction(3)),)),
    Rule(2, (Condition("volume_rank", "gt", Fraction(5)), Condition("score", "ge", None))),
)


def month(rank: int | None, score: int = 90, mean: int = 80) -> Month:
    volume = None if rank is None else Fraction(rank)
    return Month({"volume_rank": volume, "score": Fraction(score)}, {"score": Fraction(mean)})


def test_three_months_in_a_row_enter_and_two_leave() -> None:
    stood = follow(RULES, [month(1), month(3), month(2), month(4), month(6), month(7), month(7)])
    assert [s.moved for s in stood] == ["", "", "entered", "", "", "left", ""]
    assert [s.months for s in stood] == [0, 0, 1, 2, 3, 0, 0]


def test_a_month_between_breaks_the_row() -> None:
    stood = follow(RULES, [month(1), month(1), month(4), month(1), month(1)])
    assert not any(s.listed for s in stood)
    assert [s.run for s in stood] == [1, 2, 0, 1, 2]


def test_a_month_without_cases_breaks_the_row_and_does_not_let_go() -> None:
    assert not any(s.listed for s in follow(RULES, [month(1), month(1), None, month(1), month(1)]))
    assert follow(RULES, [month(9), None, month(9)], listed=True)[-1].listed


def test_a_low_score_keeps_a_unit_on_the_list() -> None:
    assert all(s.listed for s in follow(RULES, [month(9, score=79)] * 6, listed=True))


MONTHS = st.lists(st.none() | st.builds(month, st.integers(1, 9), st.integers(70, 90)), max_size=30)


@given(MONTHS, st.booleans())
def test_nobody_moves_without_so_many_months_that_say_so(months: list[Month | None], listed: bool) -> None:
    from tongjian.facts.assessment.watch import holds

    for n, standing in enumerate(follow(RULES, months, listed=listed)):
        if standing.moved:
            rule = RULES.enter if standing.moved == "entered" else RULES.leave
            before = months[n + 1 - rule.months : n + 1]
            assert len(before) == rule.months
            assert all(m is not None and holds(rule, m) for m in before)


@given(MONTHS, MONTHS)
def test_what_comes_later_changes_nothing_before(
    first: Sequence[Month | None], later: Sequence[Month | None]
) -> None:
    assert follow(RULES, [*first, *later])[: len(first)] == follow(RULES, first)


@given(MONTHS)
def test_between_the_two_rules_nothing_moves(months: Sequence[Month | None]) -> None:
    between = [None if m is None else month(4) for m in months]
    assert all(s.listed for s in follow(RULES, between, listed=True))
    assert not any(s.listed for s in follow(RULES, between))
