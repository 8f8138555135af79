"""An empty database with all its tables, for a bench's own home: migrated once, then copied.

The migrations take six seconds, a copy a few milliseconds. The copy is kept in the system's folder for temporary files
under a name made of all migrations' and models' files, Django's version and SQLite's: whatever changes, it is made anew.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection

PREFIX = "tongjian-bench-ground-"


def ready() -> None:
    """The default database, with all tables. One on PostgreSQL, or that stands already, is migrated as it is."""
    file = Path(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or file.exists():
        call_command("migrate", verbosity=0)
        return
    kept = folder() / f"{digest()}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, file)
        return
    call_command("migrate", verbosity=0)
    _keep(kept)


def folder() -> Path:
    """Of this user alone."""
    own = Path(tempfile.gettempdir()) / f"{PREFIX}{os.getuid() if hasattr(os, 'getuid') else 'own'}"
    own.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and own.stat().st_uid != os.getuid():
        raise PermissionError(f"{own} belongs to another user")
    return own


def digest() -> str:
    made = hashlib.sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for label, file in sources():
        made.update(f"\0{label}/{file.name}\0".encode() + file.read_bytes())
    return made.hexdigest()[:32]


def sources() -> Iterator[tuple[str, Path]]:
    """What the tables come from: each app's migrations; its models give the permissions and content types."""
    for app in apps.get_app_configs():
        base = Path(app.path)
        for pattern in ("migrations/*.py", "models.py", "models/*.py"):
            yield from ((app.label, file) for file in sorted(base.glob(pattern)))


def _keep(kept: Path) -> None:
    """Whole or not at all, for benches that start at once; earlier ones go."""
    with tempfile.TemporaryDirectory(dir=kept.parent) as partial:
        made = Path(partial) / kept.name
        copy = sqlite3.connect(made)
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.close()
        for old in kept.parent.glob("*.sqlite3"):
            old.unlink(missing_ok=True)
        made.replace(kept)
