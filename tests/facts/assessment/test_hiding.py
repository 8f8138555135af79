"""What is hidden from readers can not be reckoned from what is shown, nor from neighbouring sums."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts.assessment import hiding
from tongjian.facts.assessment.results import Counts, Rate, Row
from tongjian.facts.measured.small import LEAST


def row(unit: str, n: int, passed: int | None = None, excluded: int = 0) -> Row:
    num = n if passed is None else passed
    counts = Counts(n, excluded, 0, ((num, n),))
    return Row(unit, "all", counts, (Rate(num, n),), None)


def test_one_small_unit_takes_the_next_smallest_with_it() -> None:
    rows = [row("a", 3), row("b", 40), row("c", 20), row("d", 50)]
    assert hiding.hidden(rows) == {"a", "c"}


def test_nothing_small_hides_nothing() -> None:
    assert hiding.hidden([row("a", 5), row("b", 40, 30), row("c", 0)]) == frozenset()


def test_those_who_did_not_pass_are_persons_too() -> None:
    assert hiding.hidden([row("a", 20, 18), row("b", 40), row("c", 30, 20)]) == {"a", "c"}


def test_units_whose_numbers_together_are_small_take_one_more() -> None:
    rows = [row("a", 1), row("b", 2), row("c", 30), row("d", 40)]
    assert hiding.hidden(rows) == {"a", "b", "c"}


def test_a_sum_from_january_is_hidden_until_it_tells_no_single_month() -> None:
    open_, shut = [row("a", 30), row("b", 40), row("c", 50)], [row("a", 3), row("b", 40), row("c", 50)]
    assert hiding.hidden(shut) == {"a", "b"}
    assert hiding.hidden_to_date([open_]) == frozenset()
    assert hiding.hidden_to_date([open_, shut]) == {"a", "b"}
    assert hiding.hidden_to_date([open_, shut, open_]) == {"a", "b"}
    assert hiding.hidden_to_date([open_, shut, open_, shut]) == frozenset()  # 3 and 3 together are 6


NUMBERS = st.integers(0, 60)


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.integers(0, 6)), min_size=3, max_size=8))
def test_what_is_left_out_of_a_column_is_never_one_number_nor_small(
    found: list[tuple[int, int, int]],
) -> None:
    rows = [row(str(k), n, min(n, passed), out) for k, (n, passed, out) in enumerate(found)]
    shut = hiding.hidden(rows)
    left_out = [r for r in rows if r.unit in shut and r.counts.n + r.counts.excluded]
    shown = [r for r in rows if r.unit not in shut]
    for one in shown:
        assert not any(0 < n < LEAST for n in (one.counts.n, one.counts.excluded, *one.counts.parts[0]))
    if left_out and any(r.counts.n for r in shown):  # not all were hidden
        assert len(left_out) > 1
        assert not 0 < sum(r.counts.n for r in left_out) < LEAST
