"""For the suite: a throw-away home, fast hashing, no throttling unless a test asks for it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("TONGJIAN_HOME", tempfile.mkdtemp(prefix="tongjian-test-"))

from tongjian.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
EVIDENCE_ROOT = Path(os.environ["TONGJIAN_HOME"]) / "evidence"
