"""The cube gives the digits of exact arithmetic, and keeps missing and zero apart."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongjian.facts import measures, rules
from tongjian.facts.cube import (
    Axes,
    Columns,
    Cube,
    Extras,
    TooManyDigits,
    build,
    derive_all,
    growth,
    months,
    patch,
    peers,
    put,
)
from tongjian.facts.cube.digits import half_up, quotient, root_growth
from tongjian.values import Number

NONE = float("nan")
whole = st.integers(-(10**15), 10**15)
small = st.integers(-50, 50)
counts = st.one_of(small, st.integers(-(10**6), 10**6), whole)


def array(*rows: object) -> np.ndarray:
    return np.array(rows, dtype=np.float64)


def year(*values: float) -> np.ndarray:
    """One year of months [1, 12], the rest missing."""
    return array([*values, *[NONE] * (12 - len(values))])


def same(found: np.ndarray, wanted: object) -> bool:
    return bool(np.array_equal(found, np.array(wanted, dtype=np.float64), equal_nan=True))


# ---- digits


@given(counts, counts, st.sampled_from([1, 100, 1000, 10_000]))
@settings(max_examples=1000)
def test_a_quotient_rounds_as_exact_arithmetic_does(part: int, over: int, factor: int) -> None:
    found = quotient(array(part), array(over), float(factor))[0]
    wanted = None if over == 0 else Fraction(part * factor, over)
    if wanted is None or abs(wanted) >= 2**53:
        assert np.isnan(found)
    else:
        assert int(found) == rules.rounded(wanted, 0).mantissa


@given(st.integers(-999, 999), st.integers(1, 10**6), st.sampled_from([-1, 0, 1]))
def test_halves_and_their_neighbours_round_as_on_paper(half: int, scale: int, beside: int) -> None:
    part, over = (2 * half + 1) * scale + beside, 2 * scale
    assert int(quotient(array(part), array(over))[0]) == rules.rounded(Fraction(part, over), 0).mantissa


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.sampled_from([100, 1000, 10_000]))
@settings(max_examples=500)
def test_a_root_rounds_as_exact_arithmetic_does(now: int, before: int, factor: int) -> None:
    decimals = len(str(factor)) - 3
    wanted = measures.average_2y(Number(now), Number(before), decimals)
    assert wanted is not None
    assert int(root_growth(array(now), array(before), float(factor))[0]) == wanted.mantissa


@given(st.integers(-2000, 2000), st.integers(1, 1000))
def test_a_root_on_a_half_goes_away_from_zero(half: int, scale: int) -> None:
    """(1 + growth)² for a growth that ends in half a tenth of a percent: 1000 × growth = half + ½."""
    now, before = (2001 + 2 * half) ** 2 * scale, 2000**2 * scale
    if 2001 + 2 * half >= 0:
        wanted = rules.rounded(Fraction(2 * half + 1, 2), 0).mantissa
        assert int(root_growth(array(now), array(before), 1000.0)[0]) == wanted


def test_half_up_keeps_missing() -> None:
    assert same(half_up(array(0.5, -0.5, 1.4999, -2.5, NONE)), [1, -1, 1, -3, NONE])


# ---- as known


AXES = Axes(metrics=2, units=3, first_year=2021, years=2)


def columns(*rows: tuple[int, int, int, float], rank: list[int] | None = None) -> Columns:
    """Rows of series, month of 2021 on (1 = January 2021), seq, value."""
    series, month, seq, value = (np.array(c) for c in zip(*rows, strict=True))
    return Columns(
        series,
        month + 2021 * 12 - 1,
        seq,
        value.astype(np.float64),
        None if rank is None else np.array(rank),
    )


def test_the_last_write_stands_whatever_the_order_of_rows() -> None:
    rows = [(0, 1, 1, 10.0), (0, 1, 5, 12.0), (4, 24, 2, 7.0), (0, 1, 3, 11.0)]
    for order in ([0, 1, 2, 3], [1, 0, 3, 2], [3, 2, 1, 0]):
        cube = build(columns(*(rows[n] for n in order)), AXES)
        assert (cube.values[0, 0, 0, 0], cube.values[1, 1, 1, 11]) == (12.0, 7.0)
        assert np.isnan(cube.values).sum() == 2 * 3 * 24 - 2


@pytest.mark.parametrize(
    ("upto", "value"), [(0, NONE), (1, 10.0), (2, 10.0), (3, 11.0), (5, 12.0), (9, 12.0)]
)
def test_as_known_at_a_seq(upto: int, value: float) -> None:
    rows = columns((0, 1, 1, 10.0), (0, 1, 3, 11.0), (0, 1, 5, 12.0))
    assert same(build(rows, AXES, upto).values[0, 0, 0, 0], value)


def test_a_department_goes_before_a_document_and_a_number_before_none() -> None:
    """rank 1: the department's. Its later "not reported" lets the document's figure show again."""
    rows = [(0, 1, 1, 10.0), (0, 1, 2, 12.0), (0, 2, 3, 5.0), (0, 2, 4, NONE)]
    found = build(columns(*rows, rank=[1, 0, 0, 1]), AXES).values[0, 0, 0]
    assert same(found[:3], [10.0, 5.0, NONE])


def test_zero_is_a_value() -> None:
    found = build(columns((0, 1, 1, 0.0)), AXES).values[0, 0, 0]
    assert same(found[:2], [0.0, NONE])


def test_a_later_missing_takes_a_value_back() -> None:
    assert np.isnan(build(columns((0, 1, 1, 3.0), (0, 1, 2, NONE)), AXES).values).all()


def test_nothing_at_all_is_all_missing() -> None:
    none = np.array([], dtype=np.int64)
    cube = build(Columns(none, none, none, none.astype(np.float64)), AXES)
    assert np.isnan(cube.values).all()
    assert same(cube.largest, [0, 0])


def test_a_month_outside_is_an_error() -> None:
    with pytest.raises(IndexError, match="outside"):
        build(columns((0, 25, 1, 1.0)), AXES)


def test_a_value_too_long_for_a_float_is_told() -> None:
    with pytest.raises(TooManyDigits):
        build(columns((0, 1, 1, 2.0**53)), AXES)


# ---- months


def test_single_months_of_totals() -> None:
    assert same(months.single(year(3, 5, 5, NONE, 9, 12)), year(3, 2, 0, NONE, NONE, 3))


def test_the_first_month_of_a_year_never_sees_december() -> None:
    two = np.array([[list(range(1, 13)), [5.0, *[NONE] * 11]]])
    assert months.single(two)[0, 1, 0] == 5.0


def test_january_and_february_together() -> None:
    """Two metrics: one reports January, one does not. The merged figure stands in February."""
    both = np.stack([year(4, 9, 12), year(NONE, 9, 12)])
    found = months.single(both, np.array([1, 2], np.int8))
    assert same(found[0, 0, :3], [4, 5, 3])
    assert same(found[1, 0, :3], [NONE, 9, 3])
    assert same(months.single(year(NONE, 9, 12))[0, :3], [NONE, NONE, 3])  # not declared: simply missing
    back = months.year_to_date(found, np.array([1, 2], np.int8))
    assert same(back, both)


def test_quarters_of_totals() -> None:
    assert same(months.quarter(year(1, 2, 4, 5, NONE, 9, 9, 9, NONE)), [[4, 5, NONE, NONE]])


def test_rolling_12_needs_last_years_whole() -> None:
    two = np.array([[10.0 * m for m in range(1, 13)], [11.0 * m for m in range(1, 13)]])
    assert same(months.rolling_12(two)[1, :3], [121, 122, 123])
    assert same(months.rolling_12(two)[0], [*[NONE] * 11, 120])
    two[0, 11] = NONE
    assert same(months.rolling_12(two)[1], [*[NONE] * 11, 132])


totals = st.lists(st.one_of(st.none(), st.integers(-(10**9), 10**9)), min_size=36, max_size=36)


@given(totals)
def test_months_are_sums_of_numbers(values: list[int | None]) -> None:
    total = array(*(NONE if v is None else v for v in values)).reshape(3, 12)
    single, rolling, quarters = months.single(total), months.rolling_12(total), months.quarter(total)
    for y in range(3):
        for m in range(12):
            ends = [values[y * 12 + m]] + ([values[y * 12 + m - 1]] if m else [])
            assert same(single[y, m], _minus(ends))
            if m % 3 == 2:
                ends = [values[y * 12 + m]] + ([values[y * 12 + m - 3]] if m > 2 else [])
                assert same(quarters[y, m // 3], _minus(ends))
            if y and m < 11:
                now, whole_year, then = values[y * 12 + m], values[y * 12 - 1], values[y * 12 - 12 + m]
                wanted = NONE if None in (now, whole_year, then) else now + whole_year - then  # type: ignore
                assert same(rolling[y, m], wanted)


def _minus(ends: list[int | None]) -> float:
    if None in ends:
        return NONE
    return float(ends[0] - sum(ends[1:]))  # type: ignore[operator, arg-type]


# ---- growth and peers, against the Decimal rules


@given(st.one_of(st.none(), counts), st.one_of(st.none(), counts), st.integers(0, 2), st.integers(0, 3))
@settings(max_examples=500)
def test_growth_is_that_of_the_rules(now: int | None, before: int | None, scale: int, places: int) -> None:
    two = np.full((1, 2, 12), NONE)
    two[0, :, 4] = [NONE if v is None else v for v in (before, now)]
    found = growth.year_on_year(two, 100.0 * 10**places)[0, 1, 4]
    wanted = None
    if now is not None and before is not None:
        low = before <= 0 or abs(Fraction(now - before, before)) * 100 * 10**places < 2**53
        wanted = rules.growth(Number(now, scale), Number(before, scale), places) if low else None
    assert same(found, NONE if wanted is None else wanted.mantissa)


def test_growth_over_zero_or_a_loss_is_none() -> None:
    two = np.array([[[0.0, -5.0, *[NONE] * 10], [3.0, 4.0, *[NONE] * 10]]])
    assert np.isnan(growth.year_on_year(two)).all()


units = st.lists(st.one_of(st.none(), st.integers(-9, 9)), min_size=1, max_size=70)


@given(units, st.booleans())
def test_places_are_those_of_the_rules(values: list[int | None], up: bool) -> None:
    shown = array(*(NONE if v is None else v for v in values)).reshape(1, -1, 1, 1)
    given_ones = {str(n): Number(v) for n, v in enumerate(values) if v is not None}
    wanted = rules.ranks(given_ones, "up" if up else "down")
    found = peers.rank(shown, up, partial=True).reshape(-1)
    assert [int(p) for p in found] == [wanted.get(str(n), 0) for n in range(len(values))]
    whole_one = peers.rank(shown, up).reshape(-1)
    assert [int(p) for p in whole_one] == (
        [int(p) for p in found] if None not in values else [0] * len(values)
    )


def test_ties_share_a_place_and_the_next_is_left_out() -> None:
    shown = array(9, 7, 7, 3).reshape(1, 4, 1, 1)
    assert peers.rank(shown).reshape(-1).tolist() == [1, 2, 2, 4]
    assert peers.rank(shown, False).reshape(-1).tolist() == [4, 2, 2, 1]


def test_a_peer_of_another_standing_leaves_no_places() -> None:
    shown, standing = array(9, 7, 5).reshape(1, 3, 1, 1), np.array([1, 1, 0], np.int8).reshape(1, 3, 1, 1)
    assert peers.rank(shown, standing=standing).reshape(-1).tolist() == [0, 0, 0]
    assert peers.rank(shown, standing=standing, partial=True).reshape(-1).tolist() == [1, 2, 1]


def test_places_of_large_values_differ_by_one() -> None:
    """Float32 would not keep these apart."""
    shown = array(2**30, 2**30 + 1, 2**30 - 1).reshape(1, 3, 1, 1)
    assert peers.rank(shown).reshape(-1).tolist() == [2, 1, 3]


def test_change_of_place_is_up_when_positive() -> None:
    places = np.array([[4, 2], [1, 0], [2, 3]], np.int16).reshape(1, 3, 2, 1)
    found = peers.change_of_place(places).reshape(3, 2)
    assert found[:, 1].tolist() == [2, peers.NOT_RANKED, -1]
    assert (found[:, 0] == peers.NOT_RANKED).all()


def test_a_total_without_one_unit_is_missing_and_says_how_many() -> None:
    values = array(1, NONE, 0).reshape(1, 3, 1, 1)
    assert np.isnan(peers.total(values)).all()
    reported, of = peers.coverage(values)
    assert (int(reported.reshape(-1)[0]), of) == (2, 3)


# ---- the whole engine


def _cube(values: np.ndarray) -> Cube:
    axes = Axes(values.shape[0], values.shape[1], 2021, values.shape[2])
    metric, unit, at, month = np.indices(values.shape).reshape(4, -1)
    rows = Columns(
        metric * axes.units + unit, (2021 + at) * 12 + month, np.arange(values.size), values.reshape(-1)
    )
    return build(rows, axes, first_month=np.array([1, 2], np.int8), decimals=1)


def _extras(cube: Cube) -> Extras:
    metrics, units_, years, _ = cube.axes.shape
    return Extras(
        targets=np.full((metrics, units_, years), 100.0),
        heads=np.full((units_, years), 7.0),
        up=np.array([True, False]),
        places=np.array([1, 2], np.int8),
        head_factor=np.array([1.0, 100.0]),
    )


cells = st.one_of(st.none(), st.integers(0, 200))


@given(st.lists(cells, min_size=216, max_size=216))
@settings(max_examples=30, deadline=None)
def test_all_series_are_those_of_the_rules(values: list[int | None]) -> None:
    """Two metrics with different places, three units, three years."""
    cube = _cube(array(*(NONE if v is None else v for v in values)).reshape(2, 3, 3, 12))
    out = derive_all(cube, _extras(cube), threads=1)
    number = np.vectorize(lambda v: None if np.isnan(v) else Number(int(v), 1), otypes=[object])(cube.values)
    for m, u, y, k in np.ndindex(2, 3, 3, 12):
        places, now = m + 1, number[m, u, y, k]
        everyone = [number[m, j, y, k] for j in range(3)]
        total = None if None in everyone else measures.total(everyone)
        assert same(out.total[m, y, k], NONE if total is None else total.mantissa)
        part = None if now is None or total is None else rules.quotient(now, total, places)
        assert same(out.share[m, u, y, k], NONE if part is None else part.mantissa)
        done = None if now is None else rules.quotient(now, Number(100, 1), places)
        assert same(out.completion[m, u, y, k], NONE if done is None else done.mantissa)
        if y == 0 or now is None:
            assert np.isnan(out.contribution[m, u, y, k])
            continue
        before, rest = number[m, u, y - 1, k], [number[m, j, y - 1, k] for j in range(3)]
        if None in rest:
            assert np.isnan(out.pull[m, u, y, k])
            continue
        total_before = measures.total(rest)
        pulled = measures.pull(now, before, total_before, places)
        assert same(out.pull[m, u, y, k], NONE if pulled is None else pulled.mantissa)
        if total is None:
            assert np.isnan(out.contribution[m, u, y, k])
            continue
        given_to = measures.contribution(now, before, total, total_before, places)
        assert same(out.contribution[m, u, y, k], NONE if given_to is None else given_to.mantissa)
        grown = [rules.growth(a, b, places) for a, b in zip(everyone, rest, strict=True)]
        mine, all_ = grown[u], rules.growth(total, total_before, places)
        gap = None if mine is None or all_ is None else rules.gap(mine, all_)
        assert same(out.gap[m, u, y, k], NONE if gap is None else gap.decimal.scaleb(places))
        placed = {} if None in grown else rules.ranks(dict(enumerate(grown)), "down" if m else "up")  # type: ignore
        assert int(out.rank[m, u, y, k]) == placed.get(u, 0)  # type: ignore[call-overload]


def test_threads_and_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    cube = _cube(np.floor(chance.uniform(0, 10**6, (2, 3, 3, 12))))
    once = derive_all(cube, _extras(cube), threads=1)
    monkeypatch.setattr("tongjian.facts.cube.engine.CHUNK_CELLS", 1)
    for name in once.__slots__:
        other = getattr(derive_all(cube, _extras(cube), threads=2), name)
        assert np.array_equal(getattr(once, name), other, equal_nan=other.dtype == np.float64), name


def test_a_patched_cube_is_the_cube_built_anew() -> None:
    chance = np.random.default_rng(5)
    values = np.floor(chance.uniform(1, 10**6, (2, 3, 3, 12)))
    cube = _cube(values)
    out = derive_all(cube, _extras(cube))
    put(cube, metric=1, unit=2, year=2022, month=7, value=5.0)
    patch(cube, _extras(cube), 1, out)
    values[1, 2, 1, 6] = 5.0
    anew = derive_all(_cube(values), _extras(cube))
    for name in out.__slots__:
        other = getattr(anew, name)
        assert np.array_equal(getattr(out, name), other, equal_nan=other.dtype == np.float64), name


def test_a_patch_keeps_to_the_years_and_digits() -> None:
    cube = _cube(np.ones((2, 3, 3, 12)))
    with pytest.raises(IndexError, match="2030"):
        put(cube, metric=0, unit=0, year=2030, month=1, value=1.0)
    with pytest.raises(TooManyDigits):
        put(cube, metric=0, unit=0, year=2021, month=1, value=-(2.0**53))
