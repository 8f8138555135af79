"""到期销毁密钥: at the end of its retention a register loses its persons at once. Backups made before hold the key too.

Gone are the key, the sealed values, and the workbooks and papers that came for the register alone. Entries, what they
count for and their events stay. A file that another register's entries rest on is named, not emptied: it still holds words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.choices import FileSensitivity, Role
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Event, EvidenceFile, User
from tongjian.records.registers import library, personal
from tongjian.records.registers.models import Attachment, Item, RegisterKey
from tongjian.records.registers.schema import Register

ERASED = "erased"
AT_ONCE = 500


class NothingErased(TongjianError):
    """A register whose key cannot be dropped so."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """entries: that lost values. files: that were emptied. shared: names of files that still hold what they held."""

    register: str
    entries: int
    files: int
    shared: tuple[str, ...] = ()


@transaction.atomic
def drop_key(register: str, *, reason: str, by: User | None, at: datetime) -> Dropped:
    """Drop the key of a register's personal attributes; cannot be undone. by None: the operator at the command line.

    Raises NotAllowed for others than the plan office, NothingErased without a reason or a key.
    """
    if by is not None and by.role != Role.PLAN_OFFICE:
        raise NotAllowed("registers.not_yours", _("This register is not yours to change."))
    if not reason.strip():
        raise NothingErased("registers.reason_wanting", _("Say why: the reason is kept with the change."))
    found = library.register(register)
    key = RegisterKey.objects.select_for_update().filter(name=found.key).first()
    if key is None:
        raise NothingErased(
            "registers.no_key",
            _("“%(key)s” has no key: nothing of a person is sealed in it."),
            {"key": register},
        )
    _overwrite_deleted()
    entries = _without_persons(found, at)
    own, shared = _files(found)
    paths = [f.path for f in own]
    EvidenceFile.objects.filter(pk__in=[f.pk for f in own]).update(name=ERASED, size=0)
    done = Dropped(found.key, entries, len(own), tuple(sorted(f.name for f in shared)))
    said = {"register": found.key, "reason": reason.strip()[:200], "entries": entries, "files": len(own)}
    events.record("registers.key_dropped", key, by=by, at=at, data=said)
    key.delete()
    personal.forget_keys()
    transaction.on_commit(partial(_unlink, paths))
    return done


def _overwrite_deleted() -> None:
    """SQLite leaves deleted bytes in its pages unless told otherwise; PostgreSQL's vacuum takes them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _without_persons(register: Register, at: datetime) -> int:
    """Entries, archived ones too, without what is personal of them: sealed or from before it was. Returns how many."""
    changed = []
    for item in Item.objects.filter(register=register.key).only("pk", "attributes", "changed_at"):
        kept = {k: v for k, v in item.attributes.items() if not _personal(register, k, v)}
        if kept != item.attributes:
            item.attributes, item.changed_at = kept, at
            changed.append(item)
    Item.objects.bulk_update(changed, ["attributes", "changed_at"], batch_size=AT_ONCE)
    return len(changed)


def _personal(register: Register, key: str, kept: object) -> bool:
    return key in register.personal or personal.is_sealed(kept)


def _files(register: Register) -> tuple[list[EvidenceFile], list[EvidenceFile]]:
    """Closed files that came for the register: those of it alone, and those that other registers' entries rest on."""
    used: Mapping[bool, set[int]] = {mine: _used(register, mine) for mine in (True, False)}
    closed = EvidenceFile.objects.filter(pk__in=used[True], sensitivity=FileSensitivity.PERSONAL, size__gt=0)
    found = list(closed.order_by("pk"))
    return [f for f in found if f.pk not in used[False]], [f for f in found if f.pk in used[False]]


def _used(register: Register, mine: bool) -> set[int]:
    """Files that entries and attachments of the register (or of all others) came with, in earlier versions too."""
    items, papers, came = Item.objects.exclude(source=None), Attachment.objects.all(), _imports()
    items = items.filter(register=register.key) if mine else items.exclude(register=register.key)
    own = {"item__register": register.key}
    papers = papers.filter(**own) if mine else papers.exclude(**own)
    return {
        *items.values_list("source__file", flat=True).distinct(),
        *papers.values_list("place__file", flat=True).distinct(),
        *(file for file, key in came if (key == register.key) == mine),
    }


def _imports() -> list[tuple[int, str]]:
    """File and register of each workbook that was ever taken in."""
    told = Event.objects.filter(verb="registers.imported").values_list("stream", "data")
    return [(int(stream.rpartition("/")[2]), str(data["register"])) for stream, data in told]


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
