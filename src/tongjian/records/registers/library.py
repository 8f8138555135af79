"""The registers that there are: applied definitions, else the shipped packs."""

from __future__ import annotations

import json
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions, passages
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Organisation
from tongjian.kernel.tracks import Track
from tongjian.records.registers.counts import metrics_of
from tongjian.records.registers.definition import read
from tongjian.records.registers.pointing import Ground
from tongjian.records.registers.schema import Register

KIND = "registers"


def all_registers() -> dict[str, Register]:
    """key → the register that rules."""
    return {r.key: _parsed(json.dumps(r.body), r.version) for r in definitions.ruling(KIND)}


def register(key: str) -> Register:
    """Raises NotAllowed when there is none of that key (or none that one may know of: both look the same)."""
    found = all_registers().get(key)
    if found is None:
        raise NotAllowed(
            "registers.unknown", _("There is no register “%(key)s”, or it is not open to you."), {"key": key}
        )
    return found


def track_of(register: Register) -> Track | None:
    """The track that its entries move on; None: they have no stages."""
    return passages.all_tracks().get(register.track) if register.track else None


def ground() -> Ground:
    """What definitions may point to, as things stand."""
    organisations = Organisation.objects.values_list("subject__key", flat=True)
    registers = all_registers()
    counted = {m["key"]: r.key for r in registers.values() for m in metrics_of(r)}
    return Ground(passages.all_tracks(), frozenset(organisations), frozenset(registers), counted)


@lru_cache(maxsize=512)
def _parsed(body: str, version: int) -> Register:
    return read(json.loads(body), version)[0]
