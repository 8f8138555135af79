"""The tables of all records apps, each out of its own `mirror.py`."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps

from tongjian.kernel.mirrored import MirrorTable
from tongjian.packs import Entry

RECORDS = "tongjian.records."


def all_tables() -> Mapping[str, MirrorTable]:
    """By name, in the order of the apps. Raises ValueError where two apps give one name."""
    found: dict[str, MirrorTable] = {}
    for module in _modules():
        tables: Sequence[MirrorTable] = module.tables() if hasattr(module, "tables") else module.TABLES
        for table in tables:
            if table.name in found:
                raise ValueError(f"two records apps have a mirror table {table.name}")
            found[table.name] = table
    return found


def named(name: str) -> Mapping[str, MirrorTable]:
    """The table of this name alone, by name; empty where there is none. An app may find it by `mirror.table(name)`."""
    for module in _modules():
        if hasattr(module, "table"):
            found = module.table(name)
        else:
            tables: Sequence[MirrorTable] = module.tables() if hasattr(module, "tables") else module.TABLES
            found = next((t for t in tables if t.name == name), None)
        if found is not None:
            return {name: found}
    return {}


def yielded_metrics() -> list[Entry]:
    """Metrics that the records' own definitions yield: an app's `mirror.metrics()`, as entries of the metrics pack."""
    return [
        Entry("metrics", str(body["key"]), dict(body), Path(str(module.__file__)))
        for module in _modules()
        if hasattr(module, "metrics")
        for body in module.metrics()
    ]


def _modules() -> Iterator[Any]:
    for config in apps.get_app_configs():
        name = f"{config.name}.mirror"
        if config.name.startswith(RECORDS) and importlib.util.find_spec(name) is not None:
            yield importlib.import_module(name)
