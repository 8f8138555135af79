"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

# Container objects made, less those freed, before the collector looks for cycles (Python: 700): a page makes thousands
# and leaves next to none. Then how many looks at the young ones go before one at those that stayed, and at all.
THRESHOLDS = (50_000, 20, 50)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")
application = get_wsgi_application()
# What was loaded to serve stays for good: no look at it again.
gc.collect()
gc.freeze()
gc.set_threshold(*THRESHOLDS)
