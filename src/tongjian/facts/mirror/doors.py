"""Who has the mirror's file open: many who look, or one who writes.

The engine locks the file between processes. Within a process the system's lock is none, for whoever closes the file
gives away the lock of all; threads are counted here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Opened = TypeVar("Opened")
PAUSE = 0.005  # seconds between two tries
BUSY = ("Could not set lock", "used by another process", "Unique file handle conflict")

_state = threading.Condition()
_lookers = 0
_writer = False


class Busy(Exception):
    """Somebody else holds the file, longer than we wait."""


@contextmanager
def looking() -> Iterator[None]:
    """As many at once as want to; waits while a thread writes."""
    global _lookers
    with _state:
        _state.wait_for(lambda: not _writer)
        _lookers += 1
    try:
        yield
    finally:
        with _state:
            _lookers -= 1
            _state.notify_all()


@contextmanager
def writing(patience: float) -> Iterator[None]:
    """Alone in this process. Raises Busy when it did not become so in that many seconds."""
    global _writer
    with _state:
        if not _state.wait_for(lambda: not (_writer or _lookers), timeout=patience):
            raise Busy
        _writer = True
    try:
        yield
    finally:
        with _state:
            _writer = False
            _state.notify_all()


def patiently(open_: Callable[[], Opened], patience: float) -> Opened:
    """Open the file as soon as no other process is in the way. Raises Busy after that many seconds."""
    import duckdb

    until = time.monotonic() + patience
    while True:
        try:
            return open_()
        except duckdb.Error as error:
            if not any(sign in str(error) for sign in BUSY):
                raise
            if time.monotonic() > until:
                raise Busy from error
        time.sleep(PAUSE)
