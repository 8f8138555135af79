"""Counts of persons that are so small that they could tell who was counted: not for readers.

Whether a figure is one is written with its place when it is measured, so that no page has to look into its record.
"""

from __future__ import annotations

from tongjian.facts.measured.values import Cell
from tongjian.facts.simulated import BESIDE
from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import PlaceKind, Role
from tongjian.kernel.mirrored import MirrorTable
from tongjian.kernel.models import Place, User

LEAST = 5  # counts from 1 to 4 are hidden
SMALL = "1–4"
COUNTED = frozenset({PlaceKind.MEASUREMENT, PlaceKind.CELL})  # a cell of a published assessment says so too


def is_small(rows: int, part: int | None) -> bool:
    return any(0 < count < LEAST for count in (rows, part) if count is not None)


def noted(cell: Cell, table: MirrorTable, simulated: str) -> str:
    """What a figure's place keeps of it: that it is a small count of persons, that its rows were made up."""
    small = SMALL if table.personal and is_small(cell.rows, cell.part) else ""
    return f"{small}{BESIDE}{simulated}" if simulated and cell.simulated else small


def is_public(user: object) -> bool:
    """Whether this is no official: a reader, or nobody."""
    return not isinstance(user, User) or user.role == Role.READER


def is_withheld(place: Place | None, user: Viewer | object) -> bool:
    """Whether the number at this place is not for this person."""
    if place is None or place.kind not in COUNTED or not is_public(user):
        return False
    return place.excerpt.partition(BESIDE)[0] == SMALL
