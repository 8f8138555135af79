"""Fact references: read, written back, refused by name."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.refs import FactRef, RefError, parse
from tongjian.facts.specs import BASES, COMPARATORS
from tongjian.values import Period

Y2022 = Period.year(2022)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gdp @ 2022", FactRef("gdp", Y2022)),
        ("case.resolution_rate@2022-01/2022-11", FactRef("case.resolution_rate", Period.to_date(2022, 11))),
        ("gdp[] @ 2022", FactRef("gdp", Y2022)),
        (
            "gdp[growth, constant_price] @ 2022",
            FactRef("gdp", Y2022, measure="growth", basis="constant_price"),
        ),
        ("gdp[capital，growth] @ 2022", FactRef("gdp", Y2022, subject="capital", measure="growth")),
        (
            "visits[by:60岁及以上] @ 2022-11",
            FactRef("visits", Period.month(2022, 11), breakdown="60岁及以上"),
        ),
        ("gdp[rank, of:growth] @ 2022", FactRef("gdp", Y2022, measure="rank", of="growth")),
        ("gdp[difference, city] @ 2022", FactRef("gdp", Y2022, measure="difference", comparator="city")),
    ],
)
def test_reads(text: str, expected: FactRef) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("order", list(itertools.permutations(["north_town", "growth", "restated", "by:甲"])))
def test_tokens_come_in_any_order(order: tuple[str, ...]) -> None:
    expected = FactRef("m", Y2022, subject="north_town", measure="growth", basis="restated", breakdown="甲")
    assert parse(f"m[{', '.join(order)}] @ 2022") == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("gdp", "refs.not_a_reference"),
        ("地区生产总值 @ 2022", "refs.not_a_reference"),
        ("gdp[growth @ 2022", "refs.not_a_reference"),
        ("gdp @ 2022年", "refs.period"),
        ("gdp @ 2022-13", "refs.period"),
        ("gdp[增速] @ 2022", "refs.token"),
        ("gdp[growth, rank] @ 2022", "refs.twice"),
        ("gdp[north_town, south_town] @ 2022", "refs.twice"),
        ("gdp[growth, of:growth] @ 2022", "refs.of"),
        ("gdp[rank, of:share] @ 2022", "refs.of"),
    ],
)
def test_refuses(text: str, code: str) -> None:
    with pytest.raises(RefError) as error:
        parse(text)
    assert error.value.code == code
    assert text.strip() in str(error.value)


@given(
    st.sampled_from(["", "north_town"]),
    st.sampled_from(["level", "growth", "rank", "difference", "share", "completion"]),
    st.sampled_from(sorted(BASES)),
    st.sampled_from(["", *sorted(COMPARATORS)]),
    st.sampled_from(["", "60岁及以上"]),
    st.integers(2000, 2050),
    st.integers(1, 12),
)
def test_writes_what_it_reads(
    subject: str, measure: str, basis: str, comparator: str, breakdown: str, year: int, month: int
) -> None:
    ref = FactRef("gdp", Period.to_date(year, month), subject, measure, basis, comparator, breakdown)
    assert parse(str(ref)) == ref
