"""Sealing of personal fields at rest: AES-GCM under a key for each record set, itself wrapped by the installation's key.

Apps keep the wrapped keys of their sets in tables of their own; dropping a row erases what it sealed
(a backup of the whole database made before has the row, too).
"""

from __future__ import annotations

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError

NONCE = 12  # bytes


def master(app: str, purpose: str) -> bytes:
    """A key of the installation for one purpose of one app, out of TONGJIAN_PERSONAL_KEY or, without it, the secret key."""
    return _derived(app, purpose, str(settings.PERSONAL_KEY or settings.SECRET_KEY))


@lru_cache(maxsize=32)
def _derived(app: str, purpose: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), f"tongjian/{app}/{purpose}".encode(), hashlib.sha256).digest()


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def wrapped(app: str, key: bytes, name: str) -> bytes:
    """A record set's key as it may lie in the database."""
    return encrypted(AESGCM(master(app, "keys")), key, name)


def unwrapped(app: str, kept: bytes, name: str) -> bytes:
    """Raises TongjianError where another key of the installation wrapped it."""
    return decrypted(AESGCM(master(app, "keys")), kept, name)


def encrypted(cipher: AESGCM, plain: bytes, name: str) -> bytes:
    """name: of the record set; under another one it does not open."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, plain, name.encode())


def decrypted(cipher: AESGCM, sealed: bytes, name: str) -> bytes:
    """Raises TongjianError where another key sealed it."""
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
    except InvalidTag as error:
        raise TongjianError(
            "cases.other_key",
            _(
                "What is sealed here was sealed with another key. Set TONGJIAN_PERSONAL_KEY to the one that was in use then."
            ),
        ) from error
