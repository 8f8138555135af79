"""Plain tuples into a table: moments and JSON as the ORM would write them, in as few statements as need be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tongjian.kernel import bulk
from tongjian.kernel.models import Event

pytestmark = pytest.mark.django_db
AT = datetime(2022, 6, 1, 8, 30, 15, 250_000, tzinfo=UTC)
COLUMNS = ("stream", "seq", "verb", "actor", "at", "data")


def test_rows_read_back_as_they_were_given() -> None:
    rows = [("x/1", n, "made", None, AT, {"n": n, "text": "河", "none": None}) for n in range(1, 4)]
    assert bulk.insert(Event, COLUMNS, iter(rows)) == 3
    found = Event.objects.filter(stream="x/1").order_by("seq")
    assert [(e.seq, e.verb, e.actor, e.at, e.data) for e in found] == [
        (r[1], "made", None, AT, r[5]) for r in rows
    ]


def test_more_rows_than_go_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    assert bulk.insert(Event, COLUMNS, [("x/2", n, "made", None, AT, {}) for n in range(1, 6)]) == 5
    assert Event.objects.filter(stream="x/2").count() == 5
    assert bulk.insert(Event, COLUMNS, []) == 0


def test_a_constraint_refuses_as_ever() -> None:
    twice = [("x/3", 1, "made", None, AT, {})] * 2
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Event, COLUMNS, twice)
    assert not Event.objects.filter(stream="x/3").exists()
