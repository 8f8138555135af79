"""Score and rank beside the city's: the steps make the difference exactly, and who stands between is named."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from facts.assessment.test_rules import counts, made
from tongjian.facts.assessment import results, standing
from tongjian.facts.assessment.results import Row
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.assessment.standing import Told


def row(unit: str, n: int, solved: int, content: int, points: str = "0") -> Row:
    return results.row(made(), unit, "t", counts(n, solved, content), Fraction(points))


def ranked(*rows: Row) -> list[Row]:
    return results.ranked(made(), rows)


def told(solved: str | None, content: str | None, score: str | None, rank: int | None) -> Told:
    return Told([None if v is None else Decimal(v) for v in (solved, content)], None if score is None else Decimal(score), rank)  # fmt: skip


def test_a_score_differs_by_its_rates_by_points_and_by_a_rest() -> None:
    scheme: Scheme = made(adjust={"most": "2"})
    found = standing.steps(scheme, row("a", 10, 9, 8, "1.5"), told("85.00", "80.00", "83.25", 2))
    assert found is not None
    assert (found.difference, found.points, found.rest) == (
        Decimal("4.25"),
        Decimal("1.50"),
        Decimal("-0.25"),
    )
    assert list(found.rates) == [Decimal("3.00"), Decimal("0.00")]


def test_a_rate_that_is_not_known_is_in_the_rest() -> None:
    found = standing.steps(made(), row("a", 10, 9, 8), told(None, "80.00", "84.00", 1))
    assert found is not None
    assert (list(found.rates), found.rest) == ([None, Decimal("0.00")], Decimal("2.00"))


def test_without_a_score_on_both_sides_there_are_no_steps() -> None:
    assert standing.steps(made(), row("a", 10, 9, 8), told("90", "80", None, 1)) is None
    assert standing.steps(made(), row("a", 0, 0, 0), told("90", "80", "86", 1)) is None


def test_a_rank_differs_by_those_who_stand_before_on_one_side() -> None:
    rows = ranked(row("a", 10, 9, 9), row("b", 10, 8, 8), row("c", 10, 7, 7), row("d", 10, 6, 6))
    city = {
        "a": told("70", "70", "70.00", 3),
        "b": told("80", "80", "80.00", 1),
        "c": told("75", "75", "75.00", 2),
        "d": told("60", "60", None, None),
    }
    found = {s.row.unit: s for s in standing.standings(made(), rows, city)}
    assert list(found) == ["a", "b", "c"]
    assert (found["a"].places, list(found["a"].before_ours), list(found["a"].before_theirs)) == (
        -2,
        [],
        ["b", "c"],
    )
    assert (found["c"].places, list(found["c"].before_ours), list(found["c"].before_theirs)) == (1, ["a"], [])
    assert not found["a"].same


def test_the_same_score_and_rank_are_the_same() -> None:
    (found,) = standing.standings(made(), ranked(row("a", 10, 9, 8)), {"a": told("90", "80", "86.00", 1)})
    assert (found.same, found.places, list(found.before_theirs)) == (True, 0, [])


PERCENT = st.decimals(0, 100, places=2)


@given(
    st.integers(1, 50), st.data(), PERCENT, st.none() | PERCENT, PERCENT, st.sampled_from(["0", "1.25", "-2"])
)
def test_the_steps_make_the_difference(
    n: int, data: st.DataObject, solved: Decimal, content: Decimal | None, score: Decimal, points: str
) -> None:  # fmt: skip
    own = row("a", n, data.draw(st.integers(0, n)), data.draw(st.integers(0, n)), points)
    found = standing.steps(made(), own, Told([solved, content], score, None))
    assert found is not None
    assert found.difference == sum((r for r in found.rates if r is not None), found.points + found.rest)
    assert own.score_printed == score + found.difference
