"""Columns into rows past the ORM: they read back as the ORM would have written them, on either database."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, district
from tongjian.kernel.models import Event
from tongjian.records.cases import actions, bulk
from tongjian.records.cases.models import Clock, Delivery, RecordKey

pytestmark = pytest.mark.django_db
START = "2026-03-01 00:10:00"


def delivery(count: int) -> None:
    columns = {"source": ["it's", "b"][:count], "by_id": [None] * count, "amended": [1, 7][:count]}
    same = {"rows": 3, "received": 0, "at": bulk.moment_text(AT), "file_id": None, "erased_at": None}
    bulk.insert_columns(Delivery, columns, same)


def test_columns_and_what_is_the_same_in_all_rows() -> None:
    delivery(2)
    found = Delivery.objects.order_by("pk").values_list(
        "source", "by", "amended", "rows", "received", "at", "file"
    )
    assert list(found) == [("it's", None, 1, 3, 0, AT, None), ("b", None, 7, 3, 0, AT, None)]


def test_bytes_and_a_quote_in_the_same_value() -> None:
    columns = {"name": ["one", "two"], "wrapped": [b"\x00\xff", b""]}
    bulk.insert_columns(RecordKey, columns, {"made_at": bulk.moment_text(AT)})
    assert [(k.name, bytes(k.wrapped)) for k in RecordKey.objects.order_by("name")] == [
        ("one", b"\x00\xff"),
        ("two", b""),
    ]
    bulk.insert_columns(
        Event,
        {"seq": [1], "data": ["{}"]},
        {"stream": "x/o'clock", "verb": "said", "at": bulk.moment_text(AT)},
    )
    assert Event.objects.get(stream="x/o'clock").verb == "said"


@pytest.mark.parametrize("count", [1, 3, 6, 7])
def test_many_rows_a_statement_and_those_left_over(count: int) -> None:
    at = bulk.moment_text(AT)
    columns = {"seq": list(range(1, count + 1)), "data": [f'{{"n": {n}}}' for n in range(count)]}
    bulk.insert_columns(Event, columns, {"stream": "x/1", "verb": "said", "at": at}, at_once=3)
    found = Event.objects.filter(stream="x/1").order_by("seq").values_list("seq", "data", "actor")
    assert list(found) == [(n + 1, {"n": n}, None) for n in range(count)]


def test_a_flag_that_is_not_known_stays_so() -> None:
    district()
    case = actions.receive(actions.Intake("complaint", "路灯不亮"), by=None, at=AT)
    Clock.objects.all().delete()
    columns = {"name": ["a", "b", "c"], "met": [None, 0, 1]}
    same = {
        "case_id": case.pk,
        "round": 1,
        "allow": "",
        "policy": 1,
        "started": START,
        "due": START,
        "paused": "[]",
        "fixed": False,
    }
    bulk.insert_columns(Clock, columns, same, at_once=2)
    assert list(Clock.objects.order_by("name").values_list("met", "fixed", "unit")) == [
        (None, False, None),
        (False, False, None),
        (True, False, None),
    ]


@given(st.lists(st.none() | st.datetimes(datetime(1950, 1, 1), datetime(2199, 12, 31)), max_size=8))
def test_moments_as_text(moments: list[datetime | None]) -> None:
    whole = [m and m.replace(microsecond=0) for m in moments]
    found = bulk.isos(np.array(whole, dtype="datetime64[s]"))
    assert found == [m and m.replace(tzinfo=UTC).isoformat() for m in whole]
