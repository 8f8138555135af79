"""Taking a file of work orders: new ones in bulk with their events, known ones amended, the same bytes twice nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import evidence
from tongjian.kernel.choices import FileSensitivity, SubjectKind
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Area, Organisation, Subject, User
from tongjian.reading.collecting import no_collecting
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import Limits, run_limited
from tongjian.records.cases import actors, bulk, catalogue, search
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.intake import amending, reading, writing
from tongjian.records.cases.intake.feeds import Feed, feed
from tongjian.records.cases.intake.reading import Names, OrderProblem, Orders
from tongjian.records.cases.models import Case, Delivery

READER = "tongjian.records.cases.intake.sheets:read_json"
LIMITS = Limits(cpu_seconds=240, wall_seconds=300.0, memory_bytes=3 * 1024**3)
AT_ONCE = 900
ERASED = "erased"  # instead of a digest: an order past retention is not taken in again


class OrdersRefused(TongjianError):
    """A file with bad rows: nothing was taken. `problems` lists every bad cell."""

    def __init__(self, problems: Sequence[OrderProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "cases.orders_refused",
            _("Nothing was taken. %(count)s problem(s): %(problems)s"),
            {"count": len(problems), "problems": " ".join(str(p) for p in problems[:20])},
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: rows in it, cases that were new, cases that had changed, cases that were as before."""

    rows: int
    received: int
    amended: int
    unchanged: int
    delivery: Delivery | None = None


def take(data: bytes, name: str, feed_key: str, *, by: User | None, at: datetime) -> Taken:
    """Import a file. Raises OrdersRefused with every bad cell, ReadingError, NotAllowed; all or nothing."""
    found = feed(feed_key)
    case_type = catalogue.case_type(found.type)
    _must_run_the_desk(by, case_type)
    orders = read(data, name, found, case_type)
    taken = store_orders(orders, found, case_type, file=(data, name), by=by, at=at)
    search.index_waiting()
    return taken


def read(data: bytes, name: str, found: Feed, case_type: CaseType) -> Orders:
    """The orders of a file. Raises OrdersRefused, ReadingError."""
    book = run_limited(READER, data, name, LIMITS)
    orders = reading.read(book, found, case_type, names())
    if orders.problems:
        raise OrdersRefused(orders.problems)
    return orders


def names() -> Names:
    """Areas and units by label and key. A town's government answers to the town's name too."""
    areas: dict[str, int] = {}
    for area in Area.objects.select_related("subject"):
        areas |= {area.subject.label: area.pk, area.subject.key: area.pk}
    units: dict[str, int] = {}
    for unit in Organisation.objects.select_related("subject", "area__subject"):
        if unit.area and unit.area.parent_id:
            units.setdefault(unit.area.subject.label, unit.pk)
    for unit in Organisation.objects.select_related("subject"):
        units |= {unit.subject.label: unit.pk, unit.subject.key: unit.pk}
    found = Subject.objects.filter(kind=SubjectKind.ENTERPRISE).values_list("label", "pk")
    return Names(areas, units, dict(found))


def store_orders(
    orders: Orders,
    found: Feed,
    case_type: CaseType,
    *,
    file: tuple[bytes, str] | None,
    by: User | None,
    at: datetime,
) -> Taken:
    """Write what was read, all or nothing."""
    with bulk.unchecked(), no_collecting(), transaction.atomic():
        return _stored(orders, found, case_type, file, by, at)


def _stored(
    orders: Orders,
    found: Feed,
    case_type: CaseType,
    file: tuple[bytes, str] | None,
    by: User | None,
    at: datetime,
) -> Taken:
    digests = writing.digests(orders)
    known = _known(found.key, orders.column("source_id"))
    ids = orders.column("source_id")
    fresh = [n for n, i in enumerate(ids) if i not in known]
    changed = [n for n, i in enumerate(ids) if i in known and known[i][1] not in {digests[n], ERASED}]
    delivery = None
    if fresh or changed:
        delivery = _delivery(found, file, (orders.count, len(fresh), len(changed)), by, at)
    if fresh:
        writing.write(orders, fresh, digests, found, case_type, delivery, by=by, at=at)
    if changed:
        rows = [(n, known[ids[n]][0]) for n in changed]
        amending.amend(orders, rows, digests, found, case_type, by=by, at=at)
    return Taken(orders.count, len(fresh), len(changed), orders.count - len(fresh) - len(changed), delivery)


def _must_run_the_desk(by: User | None, case_type: CaseType) -> None:
    if by is not None and not actors.is_desk(actors.standpoint(by), case_type):
        raise NotAllowed(
            "cases.desk_only", _("Only the desk of this type takes work orders in. Ask it to do so for you.")
        )


def _delivery(
    found: Feed,
    file: tuple[bytes, str] | None,
    counts: tuple[int, int, int],
    by: User | None,
    at: datetime,
) -> Delivery:
    """The file is kept as personal evidence: for the desk and the plan office."""
    kept = None
    if file:
        kept = evidence.keep(*file, by=by, at=at, owner=by.organisation if by else None, restricted=True)
        if kept.sensitivity != FileSensitivity.PERSONAL:
            kept.sensitivity = FileSensitivity.PERSONAL
            kept.save(update_fields=["sensitivity"])
    rows, received, amended = counts
    return Delivery.objects.create(
        source=found.key, file=kept, rows=rows, received=received, amended=amended, by=by, at=at
    )


def _known(source: str, ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """source id → (case, digest of its row) of the orders that are here already."""
    found: dict[str, tuple[int, str]] = {}
    if not Case.objects.filter(source=source).exists():
        return found
    for start in range(0, len(ids), AT_ONCE):
        some = Case.objects.filter(source=source, source_id__in=ids[start : start + AT_ONCE])
        told = some.values_list("source_id", "pk", "source_digest", "erased_at")
        found |= {i: (pk, ERASED if gone else d) for i, pk, d, gone in told if i}
    return found


__all__ = ["OrdersRefused", "ReadingError", "Taken", "names", "read", "store_orders", "take"]
