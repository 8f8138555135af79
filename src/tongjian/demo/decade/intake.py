"""The workbooks of ten years through the door for parcels, a round at a time; each once, and again when it changed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, clock, posted
from tongjian.demo.decade import books
from tongjian.demo.decade.recipes import meterings
from tongjian.demo.steps import STOPPED, DemoRefused
from tongjian.facts.collection import bundles, deliveries, packages, parcels
from tongjian.facts.collection import problems as collection_problems
from tongjian.facts.collection.deliveries import Opened
from tongjian.facts.collection.overrides import hard_findings
from tongjian.facts.collection.parcels import Parcel, Sent
from tongjian.facts.models import Delivery, Submission
from tongjian.kernel.models import Organisation
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook to send in, as received and as read."""

    sent: Sent
    opened: Opened


def take_in(at: datetime) -> int:
    """Send in what is new or changed of HOME/demo/decade, in the order of rounds. Returns how many workbooks.

    What comes for the first time comes by the sample's clock, what a user changed at `at`. Raises DemoRefused naming
    file and cells.
    """
    known = posted.digests()
    sent = {r: [s for s in _of(r) if known.get(s.name) != _digest(s)] for r in books.ROUNDS}
    opened = iter(bundles.open_all([s.data for some in sent.values() for s in some]))
    units = _units()
    for round_, some in sent.items():
        read = [_Book(s, next(opened)) for s in some]
        for moment, own in sorted(_by_moment(round_, read, units, known, at).items()):
            _collect(round_, own, moment)
    return sum(map(len, sent.values()))


def _of(round_: Period) -> Sequence[Sent]:
    folder = books.folder(round_)
    return parcels.of_folder(folder).sent if folder.is_dir() else ()


def _units() -> list[Organisation]:
    owners = {m.owner for m in meterings().values()}
    return [o for o in packages.reporting() if o.key in owners]


def _by_moment(
    round_: Period,
    found: Sequence[_Book],
    units: Sequence[Organisation],
    known: Mapping[str, str],
    at: datetime,
) -> dict[datetime, list[_Book]]:
    """Moment of receipt → the workbooks that came then."""
    names = {b.sent.name for b in found if b.sent.name not in known}
    own = {books.name_of(o.key, round_): o for o in units}
    due = {name: packages.ensure(o, round_).due for name, o in own.items() if name in names}
    made: dict[datetime, list[_Book]] = defaultdict(list)
    for book in found:
        day = due.get(book.sent.name)
        made[at if day is None else clock.moment(clock.sent_on(day, due.values()), at)].append(book)
    return made


def _collect(round_: Period, own: Sequence[_Book], at: datetime) -> None:
    folder = books.folder(round_)
    with transaction.atomic():
        delivery = deliveries.collect(
            Parcel([b.sent for b in own]),
            f"demo/decade/{folder.name}",
            period=round_,
            by=accounts.office(),
            at=at,
            opened=[b.opened for b in own],
        )
        posted.note(_standing(delivery), at)
    if told := list(_wrong(delivery)):
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": folder, "problems": "\n".join(told)},
        )


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
