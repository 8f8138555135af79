"""What rows say of and by their citizens: masked for the case, the person apart, to be sealed."""

from __future__ import annotations

from dataclasses import dataclass

from tongjian.records.cases.intake.batch import Batch
from tongjian.records.cases.masking import mask
from tongjian.records.cases.personal import Person

TITLE = 40


@dataclass(frozen=True, slots=True)
class Citizens:
    """Of each row its masked words, and the person where the row says something of one."""

    titles: list[str]
    texts: list[str]
    places: list[str]
    persons: list[Person | None]


def citizens(batch: Batch) -> Citizens:
    """A person keeps the source's words where masking has changed them."""
    found = Citizens([], [], [], [])
    words = (
        batch.taken(n, "") for n in ("title", "text", "place", "caller_name", "caller_phone", "caller_id")
    )
    for title, text, place, name, phone, number in zip(*words, strict=True):
        known = [w for w in (name, phone, number) if w]
        masked = mask(text, known)
        found.texts.append(masked)
        found.titles.append(mask(title, known)[:200] if title else masked.split("\n", 1)[0][:TITLE])
        found.places.append(mask(place, known)[:200] if place else "")
        if known or masked != text:
            verbatim = text if masked != text else ""
            found.persons.append(Person(name, phone, number, "", "reporter", verbatim))
        else:
            found.persons.append(None)
    return found
