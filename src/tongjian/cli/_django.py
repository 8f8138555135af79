"""Commands that need the ledger: start Django, and turn its errors into one clear line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from tongjian.cli.language import language

Run = Callable[[argparse.Namespace], int]


def setup() -> None:
    """Start Django with the profile of the environment (`tongjian.settings.base` unless set)."""
    import django
    from django.utils import translation

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")
    django.setup()
    translation.activate("en" if language() == "en" else "zh-hans")


def with_ledger(run: Run) -> Run:
    """The command's `run`, with Django started; a user's error ends with 2 and says code and sentence."""

    def started(arguments: argparse.Namespace) -> int:
        setup()
        from tongjian.kernel.errors import TongjianError

        try:
            return run(arguments)
        except TongjianError as error:
            print(f"[{error.code}] {error}", file=sys.stderr)
            return 2

    return started
