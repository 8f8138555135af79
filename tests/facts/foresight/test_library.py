"""A library's models are taken where they were clearly better in the same years, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from facts.foresight.test_outlook import known_to, newest, noisy
from tongjian.facts.foresight import library
from tongjian.facts.foresight.estimators import Floats, singles
from tongjian.facts.foresight.outlook import Kind

WHOLE = noisy(9)
MONTHS = known_to(WHOLE, 6)


def oracle(history: Floats, ahead: int, periods: int) -> Floats:
    """Knows what came; checks that it is given nothing of it."""
    flat = singles(WHOLE)[0].reshape(-1)
    assert history == pytest.approx(flat[: len(history)])
    assert (len(history) % 12, ahead, periods) == (6, 6, 12)
    return flat[len(history) : len(history) + ahead]


def poor(history: Floats, ahead: int, periods: int) -> Floats:
    return np.full(ahead, history.max() * 3)


def failing(history: Floats, ahead: int, periods: int) -> Floats:
    raise ValueError("no fit")


def test_a_better_model_takes_over() -> None:
    ours = newest(MONTHS)
    found = library.weighed(MONTHS[0], Kind.FLOW, ours, {"poor": poor, "oracle": oracle})
    assert (found.method, found.tests) == ("oracle", 6)
    assert found.point == pytest.approx(WHOLE[0, -1, -1])
    assert found.error == pytest.approx(0, abs=1e-9)
    assert [m.method for m in found.methods[-2:]] == ["poor", "oracle"]


def test_a_worse_or_failing_model_is_only_listed() -> None:
    ours = newest(MONTHS)
    found = library.weighed(MONTHS[0], Kind.FLOW, ours, {"poor": poor, "failing": failing})
    assert (found.method, found.point, found.low) == (ours.method, ours.point, ours.low)
    assert found.methods[-1].point is None
    assert found.methods[-1].error is None
    assert found.methods[-2].error is not None


def test_a_short_series_is_left_alone() -> None:
    months = known_to(noisy(3), 6)
    ours = newest(months)
    assert library.weighed(months[0], Kind.FLOW, ours, {"poor": poor}) == ours


def test_the_year_of_a_stock_is_the_last_value_ahead() -> None:
    values = known_to(100 + noisy(9), 6)

    def one_more(history: Floats, ahead: int, periods: int) -> Floats:
        return history[-1] + np.arange(1, ahead + 1.0)

    found = library.weighed(values[0], Kind.STOCK, newest(values, Kind.STOCK), {"one_more": one_more})
    assert found.methods[-1].point == pytest.approx(values[0, -1, 5] + 6)


@pytest.mark.skipif(not library.is_installed(), reason="the extra `forecast` is not installed")
def test_the_library_itself() -> None:
    found = library.second(MONTHS[0], Kind.FLOW, newest(MONTHS))
    assert [m.method for m in found.methods[-3:]] == list(library.MODELS)
    assert all(m.point is not None for m in found.methods[-3:])
