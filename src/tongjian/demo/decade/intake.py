"""The workbooks of ten years through the door for parcels, a year at a time; each once, and again when it changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, posted
from tongjian.demo.decade import books
from tongjian.demo.steps import STOPPED, DemoRefused
from tongjian.facts.collection import deliveries, parcels
from tongjian.facts.collection import problems as collection_problems
from tongjian.facts.collection.overrides import hard_findings
from tongjian.facts.collection.parcels import Parcel, Sent
from tongjian.facts.models import Delivery, Submission
from tongjian.values import Period


def take_in(at: datetime) -> int:
    """Send in what is new or changed of HOME/demo/decade, in the order of years. Returns how many workbooks.

    Raises DemoRefused naming file and cells.
    """
    known = posted.digests()
    return sum(_take_in(year, known, at) for year in books.YEARS)


def _take_in(year: int, known: dict[str, str], at: datetime) -> int:
    if not books.folder(year).is_dir():
        return 0
    sent = [s for s in parcels.of_folder(books.folder(year)).sent if known.get(s.name) != _digest(s)]
    if not sent:
        return 0
    with transaction.atomic():
        delivery = deliveries.collect(
            Parcel(sent), f"demo/decade/{year}", period=Period.year(year), by=accounts.office(), at=at
        )
        posted.note(_standing(delivery), at)
    if told := list(_wrong(delivery)):
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": books.folder(year), "problems": "\n".join(told)},
        )
    return len(sent)


def _digest(sent: Sent) -> str:
    return hashlib.sha256(sent.data).hexdigest()


def _standing(delivery: Delivery) -> list[tuple[Submission, str, str]]:
    done = [d for d in deliveries.submissions_of(delivery) if d.state not in STOPPED]
    return [(d, d.file.name, d.file.sha256) for d in done]


def _wrong(delivery: Delivery) -> Iterator[str]:
    for item in delivery.items.filter(submission=None).exclude(outcome="taken"):
        yield f"{item.name}: {deliveries.why(item)}"
    for done in deliveries.submissions_of(delivery):
        if done.state in STOPPED:
            found = (*collection_problems.of(done), *hard_findings(done))
            yield from (f"{done.file.name}: {one}" for one in found)
