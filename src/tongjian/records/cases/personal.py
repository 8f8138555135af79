"""个人信息: sealed apart with a key per record set, shown masked, revealed by an event, erased by dropping the key.

A record set is a type and the month of receipt. Its key lies in the database wrapped by a key of the installation.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from json.encoder import encode_basestring as quoted
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from tongjian.kernel import sealing
from tongjian.records.cases.choices import PartyRole
from tongjian.records.cases.masking import normal_phone, shown_digits, shown_name, shown_phone
from tongjian.records.cases.models import Party, RecordKey

APP = "cases"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a case is from or about. verbatim: the source's words as they came, kept sealed with the person."""

    name: str = ""
    phone: str = ""
    id_number: str = ""
    address: str = ""
    role: str = PartyRole.REPORTER.value
    verbatim: str = ""

    @property
    def known(self) -> tuple[str, ...]:
        """What must be masked wherever it stands in a text."""
        return tuple(w for w in (self.name, self.phone, self.id_number) if w)


PARTS = ("name", "phone", "id_number", "address", "verbatim")


def phone_hash(phone: str) -> str:
    """The keyed hash of a number, equal however it is written; "" for none."""
    return _hasher()(normal_phone(phone))


def _hasher() -> Callable[[str], str]:
    """Digits → their keyed hash, for many: the key is taken up once."""
    begun = hmac.new(sealing.master(APP, "phones"), digestmod="sha256")

    def hashed(digits: str) -> str:
        if not digits:
            return ""
        own = begun.copy()
        own.update(digits.encode())
        return own.hexdigest()[:32]

    return hashed


# Keys


@dataclass(frozen=True, slots=True)
class SetKey:
    """A key ready for use. pk: of its row."""

    pk: int
    name: str
    cipher: AESGCM


_KEYS: dict[str, SetKey] = {}


def set_key(case_type: str, at: datetime) -> SetKey:
    """The key of the record set of a type and the month of `at`, made when it is the first; held by the process."""
    name = f"{case_type}/{at:%Y-%m}"
    held = _KEYS.get(name)
    if held is None:
        raw = sealing.new_key()
        row, made = RecordKey.objects.get_or_create(
            name=name, defaults={"wrapped": sealing.wrapped(APP, raw, name), "made_at": at}
        )
        held = SetKey(row.pk, name, AESGCM(raw if made else _unwrapped(row)))
        # A key of a transaction that is taken back is none: held only once it is there to stay.
        transaction.on_commit(partial(_KEYS.__setitem__, name, held))
    return held


def forget_keys() -> None:
    """After keys were dropped."""
    _KEYS.clear()


def _unwrapped(row: RecordKey) -> bytes:
    return sealing.unwrapped(APP, bytes(row.wrapped), row.name)


# Parties


def sealed(person: Person, key: SetKey) -> bytes:
    """The person as bytes that only the key opens."""
    return sealing.encrypted(key.cipher, _parts(person), key.name)


def _parts(person: Person) -> bytes:
    """JSON of what is known."""
    told = (f'"{name}":{quoted(value)}' for name in PARTS if (value := getattr(person, name)))
    return f"{{{','.join(told)}}}".encode()


def party(person: Person, key: SetKey, case_id: int) -> Party:
    """The row, not saved."""
    return Party(
        case_id=case_id,
        role=person.role,
        key_id=key.pk,
        sealed=sealed(person, key),
        shown_name=shown_name(person.name),
        shown_phone=shown_phone(person.phone),
        phone_hash=phone_hash(person.phone),
    )


def party_columns(
    people: Sequence[tuple[int, Person]], key: SetKey
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Columns of the rows of many (case, person) of one set, and those that are the same in all; see `bulk`."""
    hashed, persons = _hasher(), [p for _pk, p in people]
    digits = [normal_phone(p.phone) for p in persons]
    columns: dict[str, list[Any]] = {
        "case_id": [pk for pk, _p in people],
        "role": [p.role for p in persons],
        "sealed": [sealed(p, key) for p in persons],
        "shown_name": [shown_name(p.name) for p in persons],
        "shown_phone": [shown_digits(d) for d in digits],
        "phone_hash": [hashed(d) for d in digits],
    }
    return columns, {"key_id": key.pk}


def opened(row: Party) -> Person:
    """The person of a row. Callers have asked whether this may be, and record an event: see `reveal`."""
    return replace(opened_with(row.key, bytes(row.sealed)), role=row.role)


def opened_with(key: RecordKey, data: bytes) -> Person:
    """The person whom `sealed` made bytes of."""
    cipher = AESGCM(_unwrapped(key))
    parts: Mapping[str, Any] = json.loads(sealing.decrypted(cipher, data, key.name))
    return Person(**parts)
