"""What readers do not see of measured figures can not be reckoned from sums over towns, breakdowns or months."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tongjian.facts.measured import small, withholding
from tongjian.facts.measured.values import Cell
from tongjian.facts.measured.withholding import Key, withheld
from tongjian.values import Number, Period

JANUARY = 2022 * 12
DISTRICT = "here"


def months(area: str, counts: Sequence[int]) -> list[Cell]:
    """Each month and January to it, as a flow is measured."""
    made = []
    for n, own in enumerate(counts):
        made.append(Cell(area, Period(JANUARY + n, JANUARY + n), Number(own), own))
        if n:
            total = sum(counts[: n + 1])
            made.append(Cell(area, Period(JANUARY, JANUARY + n), Number(total), total))
    return made


def district(towns: dict[str, Sequence[int]]) -> list[Cell]:
    whole = [sum(month) for month in zip(*towns.values(), strict=True)]
    return [*months(DISTRICT, whole), *(c for area, counts in towns.items() for c in months(area, counts))]


def key(area: str, first: int, last: int, breakdown: str = "") -> Key:
    return breakdown, area, JANUARY + first - 1, JANUARY + last - 1


def test_nothing_small_hides_nothing() -> None:
    assert withheld({"": district({"a": [5, 6], "b": [7, 8]})}, DISTRICT) == frozenset()


def test_the_next_smallest_town_is_hidden_with_a_small_one() -> None:
    shut = withheld({"": district({"a": [3], "b": [9], "c": [7]})}, DISTRICT)
    assert shut == {key("a", 1, 1), key("c", 1, 1)}


def test_a_sum_to_date_that_would_tell_a_month_is_hidden() -> None:
    shut = withheld({"": months(DISTRICT, [9, 3, 9])}, DISTRICT)
    assert shut == {key(DISTRICT, 2, 2), key(DISTRICT, 1, 2), key(DISTRICT, 1, 3)}


def test_two_hidden_months_that_make_five_may_be_told_together() -> None:
    shut = withheld({"": months(DISTRICT, [9, 3, 4, 9])}, DISTRICT)
    assert key(DISTRICT, 1, 3) not in shut
    assert key(DISTRICT, 1, 4) not in shut


def test_a_part_of_the_whole_is_hidden_with_a_small_one() -> None:
    parts = {name: months(DISTRICT, [n]) for name, n in (("x", 2), ("y", 20), ("z", 9))}
    shut = withheld({"": months(DISTRICT, [31]), **parts}, DISTRICT)
    assert shut == {key(DISTRICT, 1, 1, "x"), key(DISTRICT, 1, 1, "z")}
    open_ = withheld({"": months(DISTRICT, [40]), **parts}, DISTRICT)  # the parts are not the whole
    assert open_ == {key(DISTRICT, 1, 1, "x")}


def test_without_months_a_step_between_sums_is_looked_at() -> None:
    cells = [Cell(DISTRICT, Period(JANUARY, JANUARY + n), Number(v), v) for n, v in ((2, 12), (5, 14))]
    assert withheld({"": cells}, DISTRICT) == {key(DISTRICT, 1, 6)}


TOWNS = st.lists(st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=2, max_size=4)


@settings(max_examples=60)
@given(TOWNS)
def test_no_hidden_figure_is_told_by_any_one_sum(counts: list[list[int]]) -> None:
    towns: dict[str, Sequence[int]] = {str(n): own for n, own in enumerate(counts)}
    cells = district(towns)
    shut = withheld({"": cells}, DISTRICT)
    values = {withholding.key_of("", c): c.rows for c in cells}
    for one, n in values.items():
        assert one in shut or not 0 < n < small.LEAST
    for area in towns:
        for last in range(2, 5):
            triple = [key(area, 1, last - 1), key(area, last, last), key(area, 1, last)]
            assert sum(k in shut for k in triple) != 1
    for column in (
        {k for k in values if k[1] != DISTRICT and k[2:] == span} for span in {k[2:] for k in values}
    ):
        left_out = [k for k in column & shut if values[k]]
        if left_out and any(values[k] for k in column - shut):
            assert len(left_out) > 1
            assert sum(values[k] for k in left_out) >= small.LEAST
