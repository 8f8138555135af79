"""The WSGI application."""

import gc
import os

from django.core.signals import request_finished
from django.core.wsgi import get_wsgi_application

# Container objects made, less those freed, before the collector looks for cycles in the midst of a page (Python: 700).
# Then how many looks at the young ones go before one at those that stayed, and at all.
THRESHOLDS = (50_000, 20, 50)


def collect(**_signal: object) -> None:
    """Look for cycles once a page has gone out: a page leaves two thousand objects in them, and nobody waits then."""
    made = gc.get_count()
    gc.collect(max((old for old in (1, 2) if made[old] > THRESHOLDS[old]), default=0))


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")
application = get_wsgi_application()
# What was loaded to serve stays for good: no look at it again.
gc.collect()
gc.freeze()
gc.set_threshold(*THRESHOLDS)
request_finished.connect(collect)
