"""The tables of all records apps, each out of its own `mirror.py`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping, Sequence

from django.apps import apps

from tongjian.kernel.mirrored import MirrorTable

RECORDS = "tongjian.records."


def all_tables() -> Mapping[str, MirrorTable]:
    """By name, in the order of the apps. Raises ValueError where two apps give one name."""
    found: dict[str, MirrorTable] = {}
    for config in apps.get_app_configs():
        for table in _of(f"{config.name}.mirror") if config.name.startswith(RECORDS) else ():
            if table.name in found:
                raise ValueError(f"two records apps have a mirror table {table.name}")
            found[table.name] = table
    return found


def _of(module: str) -> Sequence[MirrorTable]:
    if importlib.util.find_spec(module) is None:
        return ()
    app = importlib.import_module(module)
    made: Sequence[MirrorTable] = app.tables() if hasattr(app, "tables") else app.TABLES
    return made
