"""The event log: added only, inside the transaction of the change it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.db.models import Max, Model

from tongjian.kernel.models import Event, User


def stream_of(thing: Model) -> str:
    """The name of a row's stream: `plans.task/12`."""
    return f"{thing._meta.label_lower}/{thing.pk}"


def record(
    verb: str, thing: Model, *, by: User | None, at: datetime, data: Mapping[str, object] | None = None
) -> Event:
    """Append who did what to `thing`. Raises RuntimeError outside a transaction: an event never stands alone."""
    if not connection.in_atomic_block:
        raise RuntimeError("events are recorded in the transaction of the change itself")
    stream = stream_of(thing)
    last = Event.objects.filter(stream=stream).aggregate(last=Max("seq"))["last"] or 0
    return Event.objects.create(
        stream=stream, seq=last + 1, verb=verb, actor=by, at=at, data=dict(data or {})
    )
