"""What the demo sent in itself, by the event log: a file of the same name from anybody else is not its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongjian.facts.models import Submission
from tongjian.kernel import events
from tongjian.kernel.models import Event

VERB = "demo.sent"


def digests() -> dict[str, str]:
    """Name of a sample file → the SHA-256 of what the demo sent in under it last."""
    told = Event.objects.filter(verb=VERB).order_by("pk").values_list("data", flat=True)
    return {str(data["file"]): str(data["sha256"]) for data in told}


def note(sent: Sequence[tuple[Submission, str, str]], at: datetime) -> None:
    """Tell of submissions that the demo made, each with name and digest. In their transaction."""
    told = [(done, {"file": name, "sha256": digest}) for done, name, digest in sent]
    events.record_all(VERB, told, by=None, at=at)
