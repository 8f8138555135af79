"""Which area an installation is of, by its packs: no place name stands in code."""

from __future__ import annotations

from pathlib import Path

from tongjian.packs import SHIPPED, Entry, PackError, entries


def home(*folders: Path) -> str:
    """Key of the area that is marked `home: true`, in the folder laid on last; without a mark, of the only district.

    Raises PackError where several or none can be meant.
    """
    areas = entries("areas", *folders)
    for folder in reversed((SHIPPED, *folders)):
        marked = [e for e in areas if e.body.get("home") and e.file.is_relative_to(folder)]
        if marked:
            return _only(marked, "marked home: true")
    return _only([e for e in areas if e.body.get("kind") == "district"], "of the kind district")


def _only(found: list[Entry], what: str) -> str:
    if len(found) == 1:
        return found[0].key
    named = ", ".join(e.key for e in found) or "none"
    raise PackError(f"the areas packs hold {len(found)} areas {what} ({named}); mark one with home: true")
