"""Year-end estimates in plain numbers: exact cases, gaps, short series, and that no estimate sees what came later."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongjian.facts.foresight import choosing, estimators, smoothing
from tongjian.facts.foresight.estimators import Floats
from tongjian.facts.foresight.outlook import BLEND, Estimate, Kind, estimates_of, foresee, path

MONTHS = np.array([3, 5, 8, 8, 9, 12, 10, 9, 11, 10, 8, 7], dtype=float)  # 100 a year
NOISE = np.array([0.98, 1.03, 1.0, 1.01, 0.97, 1.02, 1.0, 0.99, 1.01, 0.98, 1.02, 0.99])


def grown(years: int, growth: float = 1.1) -> Floats:
    """The same course every year, each year larger by one factor: [1, years, 12] cumulative."""
    return np.cumsum(np.outer(growth ** np.arange(years), MONTHS), axis=1)[None]


def noisy(years: int) -> Floats:
    """A course that differs from year to year, without chance: noise rotated by the year."""
    single = [MONTHS * 1.05**y * np.roll(NOISE, 5 * y) ** (1 + y % 3) for y in range(years)]
    return np.cumsum(np.array(single), axis=1)[None]


def known_to(values: Floats, month: int) -> Floats:
    found = values.copy()
    found[:, -1, month:] = np.nan
    return found


def newest(values: Floats, kind: Kind = Kind.FLOW) -> Estimate:
    return estimates_of(foresee(values, kind), values, 0)[-1]


def at(values: Floats, name: str, month: int) -> float:
    return float(estimators.FLOW[name](values)[0, -1, month - 1])


def test_each_closed_form() -> None:
    values = known_to(grown(4), 6)  # three years: 100, 110, 121; this one 45 × 1.331 by June
    assert at(values, "growth", 6) == pytest.approx(133.1)
    assert at(values, "share", 6) == pytest.approx(133.1)
    assert at(values, "linear", 6) == pytest.approx(119.79)  # 59.895 × 12 / 6
    assert at(values, "repeat", 6) == pytest.approx(126.445)  # 59.895 + 66.55
    assert at(values, "steps", 6) == pytest.approx(131.89)  # 126.445 + 5.445
    assert at(values, "recent", 6) == pytest.approx(133.1)


def test_a_steady_course_is_seen_without_error() -> None:
    found = newest(known_to(grown(8), 9))
    assert found.point == pytest.approx(100 * 1.1**7)
    assert found.error == pytest.approx(0, abs=1e-9)
    assert found.tests == 5
    assert (found.month, found.so_far) == (9, pytest.approx(75 * 1.1**7))
    assert found.low == pytest.approx(found.high, rel=1e-9)


def test_the_methods_are_listed_with_their_errors_and_weights() -> None:
    found = newest(known_to(noisy(8), 3))
    assert [m.method for m in found.methods] == list(estimators.FLOW)
    assert sum(m.weight for m in found.methods) == pytest.approx(1)
    errors = {m.method: m.error for m in found.methods}
    assert errors["linear"] is not None
    assert errors["share"] is not None
    assert errors["share"] < errors["linear"]
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.point < found.high


def test_merged_january_and_february_are_spread_and_give_no_january() -> None:
    values = grown(6)
    values[:, :, 0] = np.nan
    assert estimators.singles(values)[0, 0, :3] == pytest.approx([4, 4, 8])
    found = estimates_of(foresee(values, Kind.FLOW), values, 0)
    assert [e.month for e in found] == list(range(2, 12))
    assert found[0].point == pytest.approx(100 * 1.1**5)


def test_a_missing_month_is_not_zero() -> None:
    values = known_to(grown(6), 8)
    values[0, -1, 4] = np.nan
    found = estimates_of(foresee(values, Kind.FLOW), values, 0)
    assert [e.month for e in found] == [1, 2, 3, 4, 6, 7, 8]
    assert found[-1].point == pytest.approx(100 * 1.1**5)


def test_zero_is_a_value() -> None:
    found = newest(known_to(np.zeros((1, 6, 12)), 6))
    assert (found.point, found.low, found.high) == (0, 0, 0)


def test_no_growth_from_nothing() -> None:
    values = grown(4)
    values[0, 2, :6] = 0.0
    found = newest(known_to(values, 6))
    by_name = {m.method: m for m in found.methods}
    assert by_name["growth"].point is None
    assert by_name["repeat"].point == pytest.approx(59.895 + 121)


def test_short_series_say_so() -> None:
    two = newest(known_to(grown(2), 6))  # one earlier year
    assert (two.point, two.tests, two.is_short) == (pytest.approx(110), 0, True)
    assert two.error is None
    one = newest(known_to(grown(1), 6))
    assert one.point == pytest.approx(45 * 2)  # time is all that there is to go by
    four = newest(known_to(grown(4), 6))
    assert (four.tests, four.is_short) == (1, True)
    assert not newest(known_to(grown(6), 6)).is_short


def test_quarters() -> None:
    values = np.cumsum(np.outer(1.1 ** np.arange(6), [20.0, 30, 10, 40]), axis=1)[None]
    values[0, -1, 3] = np.nan
    found = estimates_of(foresee(values, Kind.FLOW), values, 0)
    assert [e.month for e in found] == [3, 6, 9]
    assert [e.point for e in found] == pytest.approx([100 * 1.1**5] * 3)


def test_the_year_of_a_stock_is_its_december() -> None:
    course = np.array([0, 1, 2, 3, 3, 3, 4, 5, 6, 6, 7, 8.0])
    values = (100 + 8 * np.arange(7)[:, None] + course)[None]
    assert newest(known_to(values, 6), Kind.STOCK).point == pytest.approx(156)


def test_the_year_of_a_rate_is_no_sum() -> None:
    values = np.full((1, 6, 12), 3.2)
    found = newest(known_to(values, 9), Kind.RATE)
    assert found.point == pytest.approx(3.2)
    assert "growth" not in [m.method for m in found.methods]


def test_a_flow_that_never_falls_does_not_end_below_what_it_is() -> None:
    values = noisy(7)
    values[0, :5, -1] *= np.array([1.5, 0.85, 1.4, 1.0, 1.6])  # Decembers that settle, up or slightly down
    found = newest(known_to(values, 11))
    assert found.low is not None
    plain = newest(known_to(np.maximum.accumulate(values, axis=2), 11))
    assert plain.low is not None
    assert found.low < found.so_far <= plain.low


@given(st.integers(1, 11), st.lists(st.floats(0.1, 50), min_size=12, max_size=12))
@settings(max_examples=30, deadline=None)
@pytest.mark.parametrize("kind", list(Kind))
def test_no_estimate_sees_a_later_month(kind: Kind, month: int, other: list[float]) -> None:
    values, changed = noisy(7), noisy(7)
    changed[0, -1, month:] += np.cumsum(other)[: 12 - month]
    one, two = foresee(values, kind).choice, foresee(changed, kind).choice
    assert one.point[0, :month] == pytest.approx(two.point[0, :month], rel=1e-12)
    assert one.half[0, :month] == pytest.approx(two.half[0, :month], rel=1e-12, nan_ok=True)


@given(st.integers(-3, 6))
@settings(max_examples=10, deadline=None)
def test_the_unit_does_not_matter(power: int) -> None:
    values = known_to(noisy(7), 8)
    one, ten = newest(values), newest(values * 10.0**power)
    assert ten.point == pytest.approx(one.point * 10.0**power)
    assert one.high is not None
    assert ten.high == pytest.approx(one.high * 10.0**power)
    assert ten.method == one.method


def test_series_do_not_touch_each_other() -> None:
    both = known_to(np.concatenate([noisy(7), grown(7)]), 7)
    alone = known_to(noisy(7), 7)
    assert foresee(both, Kind.FLOW).choice.point[0] == pytest.approx(
        foresee(alone, Kind.FLOW).choice.point[0], nan_ok=True
    )


def test_a_test_year_has_no_say_in_its_own_choice() -> None:
    errors = np.ones((2, 1, 4, 3))
    errors[0, 0, 1] = 1e6  # a very bad year of the first method
    scores = choosing._scores(errors)
    assert scores[0, 0, 1] == pytest.approx(scores[1, 0, 1])
    assert scores[0, 0, 0, 0] > scores[1, 0, 0, 0]


def test_a_method_tested_less_often_is_not_compared() -> None:
    errors = np.ones((2, 1, 4, 3))
    errors[0, 0, 2, 1] = np.nan
    scores = choosing._scores(errors)
    assert np.isnan(scores[0, 0, 0, 1])
    assert not np.isnan(scores[1, 0, 0, 1])


@pytest.mark.parametrize(
    ("values", "expected"),
    [([4, 1, 3, 2], 4.0), ([9, 8, 7, 6, 5, 4, 3, 2, 1], 8 + 1 / 9), ([3, np.nan, 5], 5.0)],
)
def test_the_quantile_allows_for_few_errors(values: list[float], expected: float) -> None:
    assert choosing.quantile(np.array([values], dtype=float))[0] == pytest.approx(expected)


def test_seasons() -> None:
    single = np.outer(1.01 ** np.arange(5), MONTHS)[None]
    found = smoothing.seasons(single)
    assert found.ratio.all()
    assert found.index[0] == pytest.approx(MONTHS / MONTHS.mean(), rel=0.01)
    flat = smoothing.seasons(np.full((1, 5, 12), 7.0))
    assert flat.index[0] == pytest.approx(np.ones(12))
    below = smoothing.seasons(single - 6)
    assert not below.ratio.any()
    assert below.index[0] == pytest.approx(MONTHS - MONTHS.mean(), abs=0.1)


def test_the_path_leads_to_the_estimate() -> None:
    values = known_to(noisy(7), 8)
    estimate = newest(values)
    way = path(values[0], estimate, Kind.FLOW)
    assert [p.month for p in way] == [9, 10, 11, 12]
    assert way[-1].point == pytest.approx(estimate.point)
    assert (way[-1].low, way[-1].high) == (pytest.approx(estimate.low), pytest.approx(estimate.high))
    assert estimate.so_far < way[0].point < way[1].point
    steady = known_to(grown(5), 9)
    assert [p.point for p in path(steady[0], newest(steady), Kind.FLOW)] == pytest.approx(
        [85 * 1.1**4, 93 * 1.1**4, 100 * 1.1**4]
    )


def test_the_blend_is_named() -> None:
    found = foresee(known_to(noisy(8), 9), Kind.FLOW)
    assert found.names[-1] == BLEND
    assert found.choice.errors.shape == (8, 1, 12)
