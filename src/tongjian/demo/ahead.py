"""The ten years' workbooks are written by a second process while the first one reads the plan: nothing of it needs the ledger."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from django.conf import settings

PROGRAM = "import django; django.setup(); from tongjian.demo.decade import books; books.lay_out()"


@dataclass(frozen=True, slots=True)
class Ahead:
    """The process at work; None: there is none. What it leaves undone its waiter writes itself."""

    process: subprocess.Popen[bytes] | None = None

    def wait(self) -> None:
        if self.process is not None:
            self.process.wait()


def start() -> Ahead:
    """Begin at once. On one processor there is nothing to gain."""
    if (os.cpu_count() or 1) < 2:
        return Ahead()
    known = {
        "TONGJIAN_HOME": str(settings.HOME),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
    }
    return Ahead(subprocess.Popen([sys.executable, "-c", PROGRAM], env=os.environ | known))
