"""Personal attributes at rest: each value sealed by a key of its register. Lists see that there is one, nothing more.

A kept value is `sealed:` and base64 text; one from before the attribute was personal is as it was until it is written.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.utils import timezone

from tongjian.kernel import sealing
from tongjian.records.registers.models import Item, RegisterKey
from tongjian.records.registers.schema import Register

APP, MARK = "registers", "sealed:"
_KEYS: dict[tuple[str, bytes], AESGCM] = {}
_NEW: set[str] = set()  # registers whose key this process made and has not seen committed


def sealed(
    register: Register, values: Mapping[str, Any], was: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Values as they are kept. was: as they are kept now; what says the same stays as it is, letter by letter."""
    if not register.personal.intersection(values):
        return dict(values)
    cipher, made, old = _cipher(register.key, create=True), dict(values), was or {}
    for key in register.personal.intersection(values):
        kept = old.get(key)
        same = is_sealed(kept) and _opened(cipher, register.key, kept) == values[key]
        made[key] = kept if same else _sealed(cipher, register.key, values[key])
    return made


def opened(item: Item) -> dict[str, Any]:
    """All attributes of an entry in plain, without those whose key was dropped.

    Callers have asked whether this may be, or show nothing of it.
    """
    hidden = [key for key, kept in item.attributes.items() if is_sealed(kept)]
    if not hidden:
        return dict(item.attributes)
    try:
        cipher = _cipher(item.register)
    except RegisterKey.DoesNotExist:
        return {key: kept for key, kept in item.attributes.items() if key not in hidden}
    plain = {key: _opened(cipher, item.register, item.attributes[key]) for key in hidden}
    return {**item.attributes, **plain}


def is_sealed(kept: object) -> bool:
    return isinstance(kept, str) and kept.startswith(MARK)


def forget_keys() -> None:
    """After keys were dropped."""
    _KEYS.clear()


def _sealed(cipher: AESGCM, name: str, value: Any) -> str:
    plain = json.dumps(value, ensure_ascii=False).encode()
    return MARK + base64.b64encode(sealing.encrypted(cipher, plain, name)).decode()


def _opened(cipher: AESGCM, name: str, kept: Any) -> Any:
    return json.loads(sealing.decrypted(cipher, base64.b64decode(kept.removeprefix(MARK)), name))


def _cipher(register: str, *, create: bool = False) -> AESGCM:
    """The register's key; a first one is made where `create`. Raises RegisterKey.DoesNotExist: it was dropped."""
    place = (register, sealing.master(APP, "keys"))
    held = _KEYS.get(place)
    if held is None:
        row = RegisterKey.objects.filter(name=register).first()
        if row is None:
            row = _made(register, create)
            _NEW.add(register)
        held = AESGCM(sealing.unwrapped(APP, bytes(row.wrapped), register))
        if register in _NEW:
            # A key of a transaction that is taken back is none: held only once it is there to stay.
            transaction.on_commit(partial(_hold, place, held))
        else:
            _hold(place, held)
    return held


def _hold(place: tuple[str, bytes], cipher: AESGCM) -> None:
    _KEYS[place] = cipher
    _NEW.discard(place[0])


def _made(register: str, create: bool) -> RegisterKey:
    if not create:
        raise RegisterKey.DoesNotExist(register)
    values = {"wrapped": sealing.wrapped(APP, sealing.new_key(), register), "made_at": timezone.now()}
    return RegisterKey.objects.get_or_create(name=register, defaults=values)[0]
