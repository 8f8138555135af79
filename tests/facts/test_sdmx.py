"""Ledger words to SDMX codes and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.facts import rules
from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.asking import Slice, data_request, parse_key
from tongjian.facts.sdmx.codes import SdmxError
from tongjian.values import Period

MONTHS = st.integers(1990 * 12, 2060 * 12)
PERIODS = st.builds(lambda start, more: Period(start, start + more), MONTHS, st.integers(0, 71))
KINDS = st.sampled_from(["flow", "stock", "ratio"])


@pytest.mark.parametrize(
    ("metric", "period", "freq", "time"),
    [
        ("flow", "2022", "A", "2022"),
        ("flow", "2022-11", "M", "2022-11"),
        ("flow", "2022-01", "M", "2022-01"),
        ("flow", "2022-01/2022-11", "M", "2022-01-01/P11M"),
        ("flow", "2022-01/2022-03", "M", "2022-01-01/P3M"),
        ("flow", "2022-01/2022-06", "M", "2022-01-01/P6M"),
        ("flow", "2022-04/2022-06", "Q", "2022-Q2"),
        ("flow", "2022-07/2022-12", "S", "2022-S2"),
        ("flow", "2022-02/2022-04", "_O", "2022-02-01/P3M"),
        ("flow", "2021-12/2022-11", "_O", "2021-12-01/P1Y"),
        ("flow", "2021/2025", "_O", "2021-01-01/P5Y"),
        ("stock", "2022", "A", "2022"),
        ("stock", "2022-11", "M", "2022-11"),
    ],
)
def test_frequency_and_time(metric: str, period: str, freq: str, time: str) -> None:
    found = Period.parse(period)
    kind = rules.period_kind(metric, found)
    assert (codes.frequency(kind, found), codes.time_period(kind, found)) == (freq, time)


@given(KINDS, PERIODS)
def test_a_time_leads_back_to_its_period(metric: str, period: Period) -> None:
    kind = rules.period_kind(metric, period)
    written = rules.canonical(kind, period)
    assert codes.parse_time(codes.time_period(kind, written)) == written


@pytest.mark.parametrize(
    "text", ["", "2022-13", "2022-Q5", "2022-S0", "2022-13-01/P2M", "2022-01-01/P0M", "2022/2023", "今年"]
)
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(SdmxError) as told:
        codes.parse_time(text)
    assert told.value.code == "sdmx.bad_time"


@given(st.text(min_size=1))
def test_any_text_gets_an_identifier(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", codes.breakdown_code(text))
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", codes.unit_code(text))


@pytest.mark.parametrize(
    ("symbol", "code", "power"),
    [
        ("亿元", "CNY", 8),
        ("万元", "CNY", 4),
        ("元", "CNY", 0),
        ("%", "PT", 0),
        ("个百分点", "PP", 0),
        ("万亩", "MU", 4),
        ("位", "PLACE", 0),
    ],
)
def test_units_are_split_into_base_and_power(symbol: str, code: str, power: int) -> None:
    assert (codes.unit_code(symbol), codes.unit_parts(symbol)[1]) == (code, power)


def test_counted_things_are_units_of_their_own() -> None:
    assert codes.unit_code("万户") == codes.unit_code("户") != codes.unit_code("家")
    assert codes.unit_parts("万户") == ("户", 4)


@pytest.mark.parametrize(
    ("key", "several", "found"),
    [
        ("*", "", {}),
        ("M", "", {"FREQ": {"M"}}),
        ("..gdp", "", {"METRIC": {"gdp"}}),
        ("*.a+b.gdp", "+", {"SUBJECT": {"a", "b"}, "METRIC": {"gdp"}}),
        ("*.a+b.gdp", "", {"SUBJECT": {"a+b"}, "METRIC": {"gdp"}}),
    ],
)
def test_keys(key: str, several: str, found: dict[str, set[str]]) -> None:
    assert parse_key(key, several) == Slice({k: frozenset(v) for k, v in found.items()})


def test_a_request_is_narrowed_where_all_its_keys_are() -> None:
    two = data_request("dataflow/TONGJIAN/FACTS/1.0/M.a.gdp,M.b", {})
    assert (two.only("SUBJECT"), two.only("METRIC")) == (frozenset({"a", "b"}), None)
    assert two.holds({"FREQ": "M", "SUBJECT": "b", "METRIC": "other"})
    assert not two.holds({"FREQ": "M", "SUBJECT": "a", "METRIC": "other"})
    assert not two.holds({"FREQ": "A", "SUBJECT": "a", "METRIC": "gdp"})


@pytest.mark.parametrize(
    "path", ["", "*", "dataflow", "dataflow/*/FACTS/~", "FACTS", "TONGJIAN,FACTS", "all,FACTS,latest/all"]
)
def test_what_is_left_out_is_all(path: str) -> None:
    assert data_request(path, {}) == data_request("dataflow/TONGJIAN/FACTS/1.0/*", {})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", (2022, 1), (2022, 12)),
        ("2022-Q2", (2022, 4), (2022, 6)),
        ("2022-11-01", (2022, 11), (2022, 10)),
        ("2022-11-30", (2022, 12), (2022, 11)),
    ],
)
def test_a_bound_takes_in_whole_months(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert codes.first_month(text) == Period.month(*first).start
    assert codes.last_month(text) == Period.month(*last).start
