"""Definitions as data: the shipped YAML packs, and a district's own folder laid over them. Knows no Django."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import yaml

SHIPPED = Path(__file__).resolve().parent
SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one where libyaml is there


class LOADER(SAFE):  # type: ignore[misc]
    """Words stay words: `on:` is a field here, where YAML 1.1 reads a truth. Only true and false are truths."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, rows in SAFE.yaml_implicit_resolvers.items()
    }


class PackError(Exception):
    """A pack that cannot be read: which file, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One definition: its kind (the folder's name), its key, its body, and the file that it came from."""

    kind: str
    key: str
    body: dict[str, Any]
    file: Path


def entries(kind: str, *folders: Path) -> list[Entry]:
    """All definitions of a kind, `<folder>/<kind>/*.yaml`, in file order. A later folder replaces by key.

    Raises PackError naming the file for bad YAML, an entry without a key, or a key twice in one folder.
    """
    merged: dict[str, Entry] = {}
    for folder in (SHIPPED, *folders):
        seen: set[str] = set()
        for entry in _read(kind, folder):
            if entry.key in seen:
                raise PackError(f"{entry.file}: the key {entry.key} stands twice")
            seen.add(entry.key)
            merged[entry.key] = entry
    return list(merged.values())


def _read(kind: str, folder: Path) -> Iterator[Entry]:
    for file in sorted((folder / kind).glob("*.yaml")):
        try:
            rows = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 - a safe loader
        except yaml.YAMLError as error:
            raise PackError(f"{file}: {error}") from error
        for row in rows or []:
            if not isinstance(row, dict) or not isinstance(row.get("key"), str):
                raise PackError(f"{file}: each entry needs a key, this one has none: {row!r}")
            yield Entry(kind, row["key"], row, file)
