"""What happened to an entry, and who says so: its own events and those of its subject, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tongjian.kernel.events import stream_of
from tongjian.kernel.models import Event, User
from tongjian.records.registers.models import Item


@dataclass(frozen=True, slots=True)
class Change:
    """One event. changes: field → [old, new]; of personal fields it holds stars. data: what else the event says."""

    at: datetime
    by: User | None
    verb: str
    reason: str = ""
    changes: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


def history(item: Item) -> list[Change]:
    """Everything, newest first."""
    streams = [stream_of(item), stream_of(item.subject)]
    rows = Event.objects.filter(stream__in=streams).select_related("actor").order_by("-at", "-pk")
    return [_told(event) for event in rows]


def _told(event: Event) -> Change:
    data = dict(event.data)
    reason = str(data.pop("reason", "") or data.get("note", ""))
    return Change(event.at, event.actor, event.verb, reason, data.pop("changes", {}), data)
