"""Rules of figures: exact values, and properties."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts import rules
from tongjian.values import IncompatibleUnits, Number, Period, PeriodKind

numbers = st.builds(Number, st.integers(-(10**9), 10**9), st.integers(0, 3))
positive = st.builds(Number, st.integers(1, 10**9), st.integers(0, 3))


def n(text: str) -> Number:
    return Number.parse(text)


@pytest.mark.parametrize(
    ("kind", "period", "expected"),
    [
        ("stock", "2022", PeriodKind.POINT),
        ("stock", "2022-11", PeriodKind.POINT),
        ("flow", "2022", PeriodKind.CUMULATIVE),
        ("flow", "2022-01/2022-11", PeriodKind.CUMULATIVE),
        ("ratio", "2022-01/2022-03", PeriodKind.CUMULATIVE),
        ("flow", "2022-01", PeriodKind.SINGLE),
        ("flow", "2022-11", PeriodKind.SINGLE),
        ("index", "2022-04/2022-06", PeriodKind.SINGLE),
        ("flow", "2016/2020", PeriodKind.SINGLE),
    ],
)
def test_period_kind(kind: str, period: str, expected: PeriodKind) -> None:
    assert rules.period_kind(kind, Period.parse(period)) == expected


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2022", "2022"), ("2022-12", "2022"), ("2022-01/2022-11", "2022-11"), ("2021/2022", "2022")],
)
def test_a_moment_is_written_one_way(period: str, expected: str) -> None:
    assert str(rules.canonical("point", Period.parse(period))) == expected
    assert str(rules.canonical("cumulative", Period.parse(period))) == period


@pytest.mark.parametrize(
    ("unit", "measure", "of", "expected"),
    [
        ("亿元", "level", "", "亿元"),
        ("亿元", "growth", "", "%"),
        ("亿元", "difference", "growth", "个百分点"),
        ("亿元", "difference", "level", "亿元"),
        ("%", "difference", "level", "个百分点"),
        ("亿元", "rank", "growth", "位"),
        ("件", "share", "level", "%"),
        ("件", "completion", "level", "%"),
    ],
)
def test_unit_of(unit: str, measure: str, of: str, expected: str) -> None:
    assert rules.unit_of(unit, measure, of) == expected


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("9123.50", "万元", "亿元", "0.912350"),
        ("89.20", "亿元", "万元", "892000"),
        ("8.92345678", "亿元", "万元", "89234.5678"),
        ("51,000", "户", "万户", "5.1000"),
        ("30", "亩", "公顷", "2"),
        ("1234", "斤", "吨", "0.617"),
        ("41", "‰", "%", "4.1"),
        ("4.10", "%", "%", "4.10"),
        ("0", "万元", "亿元", "0.0000"),
    ],
)
def test_converts_exactly(value: str, source: str, target: str, expected: str) -> None:
    assert str(rules.converted(n(value), source, target)) == expected


def test_refuses_what_has_no_exact_value() -> None:
    with pytest.raises(rules.InexactConversion):
        rules.converted(n("7"), "亩", "公顷")


@pytest.mark.parametrize(("source", "target"), [("个百分点", "%"), ("家", "户"), ("亩", "亿元")])
def test_refuses_other_dimensions(source: str, target: str) -> None:
    with pytest.raises(IncompatibleUnits):
        rules.converted(n("1"), source, target)


@given(numbers, st.sampled_from([("元", "万元"), ("万元", "亿元"), ("元", "亿元"), ("公斤", "吨")]))
def test_there_and_back_is_the_same(number: Number, units: tuple[str, str]) -> None:
    small, large = units
    if number.decimals <= 4:
        there = rules.converted(number, small, large)
        assert rules.converted(there, large, small).decimal == number.decimal


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [("104.1", "100", "4.1"), ("96.8", "100", "-3.2"), ("0", "5", "-100.0"), ("100.05", "100", "0.1")],
)
def test_growth(now: str, before: str, expected: str) -> None:
    assert str(rules.growth(n(now), n(before), 1)) == expected


@pytest.mark.parametrize("before", ["0", "-3"])
def test_nothing_grows_from_nothing(before: str) -> None:
    assert rules.growth(n("5"), n(before), 1) is None


@given(positive, numbers, numbers)
def test_more_is_never_less_growth(before: Number, a: Number, b: Number) -> None:
    low, high = sorted((a, b), key=lambda x: x.decimal)
    slow, fast = rules.growth(low, before, 2), rules.growth(high, before, 2)
    assert slow is not None
    assert fast is not None
    assert slow.decimal <= fast.decimal


def test_what_no_number_holds_is_an_error() -> None:
    with pytest.raises(ValueError, match="18 digits"):
        rules.growth(n("100000000000"), n("0.0000001"), 2)


@given(positive)
def test_the_same_again_is_zero_growth(number: Number) -> None:
    assert rules.growth(number, number, 1) == Number(0, 1)


@given(numbers, numbers)
def test_a_gap_added_back_gives_the_value(one: Number, other: Number) -> None:
    assert rules.gap(one, other).decimal + other.decimal == one.decimal


def test_a_gap_keeps_the_finer_precision() -> None:
    assert str(rules.gap(n("4.1"), n("2.90"))) == "1.20"


@given(
    st.fractions(min_value=-1000, max_value=1000, max_denominator=400),
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN, ROUND_FLOOR, ROUND_CEILING]),
)
def test_rounds_once_as_decimal_does(exact: Fraction, decimals: int, mode: str) -> None:
    got = rules.rounded(exact, decimals, mode)
    long = Decimal(exact.numerator) / Decimal(
        exact.denominator
    )  # 28 digits; max_denominator keeps off false halves
    assert got.decimal == long.quantize(Decimal(1).scaleb(-decimals), rounding=mode)
    assert abs(Fraction(got.mantissa, 10**decimals) - exact) < Fraction(1, 10**decimals)


def test_ranks_leave_out_the_place_after_a_tie() -> None:
    values = {"a": n("9.0"), "b": n("7"), "c": n("7.0"), "d": n("1")}
    assert rules.ranks(values) == {"a": 1, "b": 2, "c": 2, "d": 4}
    assert rules.ranks(values, "down") == {"d": 1, "b": 2, "c": 2, "a": 4}
    assert rules.ranks({"a": Number(0), "b": Number(-1)}) == {"a": 1, "b": 2}


@given(st.dictionaries(st.text(min_size=1, max_size=3), numbers, min_size=1, max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_ones(values: dict[str, Number]) -> None:
    for key, place in rules.ranks(values).items():
        assert place == 1 + sum(v.decimal > values[key].decimal for v in values.values())


@given(st.dictionaries(st.text(min_size=1, max_size=3), numbers, min_size=1, max_size=12))
def test_the_last_becomes_first_when_less_is_better(values: dict[str, Number]) -> None:
    down = rules.ranks(values, "down")
    for key, place in down.items():
        assert place == 1 + sum(v.decimal < values[key].decimal for v in values.values())


def test_zero_is_a_value_and_no_whole_is_none() -> None:
    assert str(rules.quotient(Number(0), n("5"), 1)) == "0.0"
    assert rules.quotient(n("5"), Number(0), 1) is None
    assert rules.ratio(n("5"), "件", Number(0), "件", "%", 1, ROUND_HALF_UP) is None


@pytest.mark.parametrize(
    ("part", "part_unit", "whole", "whole_unit", "target", "expected"),
    [
        ("3", "件", "4", "件", "%", "75.0"),
        ("3", "万件", "4000", "件", "‰", "7500.0"),
        ("3", "万人", "6", "万户", "人/户", "0.5"),
        ("12", "亿元", "4", "万人", "万元/人", "3.0"),
        ("3", "户", "4", "人", "%", "75.0"),
    ],
)
def test_ratio(part: str, part_unit: str, whole: str, whole_unit: str, target: str, expected: str) -> None:
    assert str(rules.ratio(n(part), part_unit, n(whole), whole_unit, target, 1, ROUND_HALF_UP)) == expected


def test_standing() -> None:
    assert rules.same_standing("actual", "revised")
    assert not rules.same_standing("actual", "estimate")
    assert rules.weakest(["actual", "estimate", "flash"]) == "estimate"
    assert rules.joined_bound(["eq", "eq"]) == "eq"
    assert rules.joined_bound(["eq", "over"]) == "approx"
