"""Files of visitors for one answer: how many, how long, opened in a limited child process, kept nowhere."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError
from tongjian.reading import Hints, Reading, open_limited, read_document, require_content
from tongjian.web.uploads import Upload, several

WINDOW = 600  # seconds
ANONYMOUS = 20  # files of one address in a window
SIGNED_IN = 120  # files of one user in a window
AT_ONCE = 2  # files that one process opens at a time
LONGEST = 300_000  # characters of one text; a 44-page report has some 25,000
PATIENCE = 20.0  # seconds that a visitor waits for a turn


class Meter:
    """How many files each visitor sent in the last window. One for each server process; nothing is written down."""

    def __init__(self) -> None:
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def take(self, who: str, limit: int, now: float) -> bool:
        """Count one file; False when the window is full."""
        with self._lock:
            if len(self._sent) > 10_000:
                self._sent.clear()
            sent = self._sent[who]
            while sent and sent[0] <= now - WINDOW:
                sent.popleft()
            if len(sent) >= limit:
                return False
            sent.append(now)
            return True

    def clear(self) -> None:
        self._sent.clear()


meter = Meter()
_turns = threading.BoundedSemaphore(AT_ONCE)


def files(request: HttpRequest, field: str) -> Upload | None:
    """The one file of a field, or None. Raises TongjianError: too large, empty."""
    found = several(request, field)
    return found[0] if found else None


def read(request: HttpRequest, upload: Upload) -> Reading:
    """A visitor's file read, within the limits. Raises TongjianError, ReadingError.

    LibreOffice never starts for a visitor without a login.
    """
    _count(request)
    with _turn():
        document = open_limited(upload.data, upload.name, office=request.user.is_authenticated)
    if len(document.text) > LONGEST:
        raise TongjianError(
            "tools.too_long",
            _("%(name)s has more than 300,000 characters. Use the command line, or send a part of it."),
            {"name": upload.name},
        )
    return require_content(read_document(document, Hints(name=upload.name)), upload.name)


def _count(request: HttpRequest) -> None:
    signed_in = request.user.is_authenticated
    who = f"user {request.user.pk}" if signed_in else f"address {request.META.get('REMOTE_ADDR', '')}"
    if not meter.take(who, SIGNED_IN if signed_in else ANONYMOUS, time.monotonic()):
        raise TongjianError(
            "tools.too_many",
            _("Too many files came from here within ten minutes. Wait a few minutes and send it again."),
        )


@contextmanager
def _turn() -> Iterator[None]:
    """One of the few places for opening files."""
    if not _turns.acquire(timeout=PATIENCE):
        raise TongjianError(
            "tools.busy", _("The server is busy with other files. Send it again in a minute.")
        )
    try:
        yield
    finally:
        _turns.release()
