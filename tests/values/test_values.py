"""Numbers keep their digits, units convert exactly, periods say what they cover."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.values import IncompatibleUnits, Number, Period, PeriodError, UnknownUnit, convert, unit

numbers = st.builds(Number, st.integers(-(10**15), 10**15), st.integers(0, 6))


@given(numbers)
def test_a_number_survives_printing_and_reading(number: Number) -> None:
    assert Number.parse(str(number)) == number


@pytest.mark.parametrize(
    ("text", "mantissa", "decimals"),
    [("99.40", 9940, 2), ("-3.2", -32, 1), ("51,000", 51000, 0), ("0", 0, 0)],
)
def test_printed_precision_is_kept(text: str, mantissa: int, decimals: int) -> None:
    assert Number.parse(text) == Number(mantissa, decimals)


@pytest.mark.parametrize("text", ["", "4,1x", "NaN", "1e400000", "Infinity"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - ValueError is the contract
        Number.parse(text)


def test_rounding_is_half_up() -> None:
    assert str(Number.parse("3.25").rounded(1)) == "3.3"
    assert str(Number.parse("-3.25").rounded(1)) == "-3.3"


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("18.1", "万户", "户", "181000"),
        ("8923000", "万元", "亿元", "892.3"),
        ("3", "亩", "平方米", "2000"),
        ("1.3", "万亩", "亩", "13000"),
        ("6536.8", "万元", "元", "65368000"),
        ("2", "平方公里", "公顷", "200"),
        ("5", "％", "%", "5"),
        ("1.08", "百分点", "个百分点", "1.08"),
    ],
)
def test_conversion_is_exact(value: str, source: str, target: str, expected: str) -> None:
    assert convert(Decimal(value), source, target) == Decimal(expected)


@pytest.mark.parametrize(("source", "target"), [("家", "户"), ("%", "个百分点"), ("亩", "米")])
def test_different_things_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(IncompatibleUnits):
        convert(Decimal(1), source, target)


@pytest.mark.parametrize("symbol", ["", "万", "亿"])
def test_a_scale_alone_is_no_unit(symbol: str) -> None:
    with pytest.raises(UnknownUnit):
        unit(symbol)


def test_qianmi_is_a_kilometre_and_not_a_thousand_rice() -> None:
    assert unit("千米").base == "公里"


periods = st.builds(
    lambda start, length: Period(start, start + length), st.integers(1990 * 12, 2090 * 12), st.integers(0, 70)
)


@given(periods)
def test_a_period_survives_printing_and_reading(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    ("iso", "zh", "en"),
    [
        ("2022", "2022年", "2022"),
        ("2022-11", "2022年11月", "Nov 2022"),
        ("2022-01/2022-09", "2022年前三季度", "Q1–Q3 2022"),
        ("2022-01/2022-11", "2022年1—11月", "Jan–Nov 2022"),
        ("2022-04/2022-06", "2022年第二季度", "Q2 2022"),
        ("2021/2025", "2021—2025年", "2021–2025"),
    ],
)
def test_periods_are_said_in_both_languages(iso: str, zh: str, en: str) -> None:
    assert (Period.parse(iso).label("zh"), Period.parse(iso).label("en")) == (zh, en)


@pytest.mark.parametrize("text", ["2022-13", "22", "2022-11/2022-01", "next year", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        Period.parse(text)


def test_last_year_is_the_same_months() -> None:
    assert str(Period.to_date(2022, 11).shifted(-1)) == "2021-01/2021-11"
    assert str(Period.month(2022, 2).last_day) == "2022-02-28"
