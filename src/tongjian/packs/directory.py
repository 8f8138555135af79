"""The systems that yearly reports speak of, and where each lives here: `packs/systems` as a page of the reference.

`python -m tongjian.packs.directory > docs/reference/systems.md` writes it anew.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongjian.packs import PackError, entries

KINDS = ("register", "metric", "case", "track", "page", "records")
HEAD = """# Systems and where they live · 系统与所在

A district's report on its plan speaks of many systems: registers, pipelines, checklists, indicators, kinds of cases.
This list numbers {total} of them, each under a plain name of our own, and says where it lives: a [register](packs.md),
a [measured or reported metric](measured.md), a [case type](case-types.md), a track of stages, a page, or an app of the
records floor. {there} live here{rest}. The list is data (`packs/systems`); this page is written from it
by `python -m tongjian.packs.directory`.

"""


@dataclass(frozen=True, slots=True)
class Lives:
    """One place: what it is, and the key there."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind} `{self.key}`"


@dataclass(frozen=True, slots=True)
class System:
    """number: as the survey of reports counts. places: none where it does not live here yet."""

    number: int
    name: str
    name_en: str
    shape: str
    places: tuple[Lives, ...]


def systems(*folders: Path) -> list[System]:
    """All of them by number. Raises PackError for a place of no known kind."""
    found = [
        System(
            int(e.key.removeprefix("s")),
            str(e.body["name"]),
            str(e.body["name_en"]),
            str(e.body["shape"]),
            tuple(_lives(e.key, str(place)) for place in e.body.get("in", ())),
        )
        for e in entries("systems", *folders)
    ]
    return sorted(found, key=lambda s: s.number)


def _lives(system: str, place: str) -> Lives:
    kind, _, key = place.partition(":")
    if kind not in KINDS or not key:
        raise PackError(
            f"systems/{system}: {place} is none of {', '.join(KINDS)}, with a key after the colon"
        )
    return Lives(kind, key)


def page(found: Sequence[System]) -> str:
    """As Markdown."""
    wanting = sum(not s.places for s in found)
    rest = f", {wanting} do not yet" if wanting else ""
    head = HEAD.format(total=len(found), there=len(found) - wanting, rest=rest)
    return head + "\n".join([*_shapes(found), "", *_rows(found)]) + "\n"


def _shapes(found: Sequence[System]) -> Iterator[str]:
    yield "| shape | systems | live here |"
    yield "|---|---|---|"
    here = Counter(s.shape for s in found if s.places)
    for shape, number in Counter(s.shape for s in found).most_common():
        yield f"| {shape} | {number} | {here[shape]} |"


def _rows(found: Sequence[System]) -> Iterator[str]:
    yield "| no. | system | 系统 | shape | where |"
    yield "|---|---|---|---|---|"
    for one in found:
        where = ", ".join(map(str, one.places)) or "not yet"
        yield f"| {one.number} | {one.name_en} | {one.name} | {one.shape} | {where} |"


if __name__ == "__main__":
    sys.stdout.write(page(systems()))
