"""The text of a file as read, and the passage in it that a place names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import EvidenceFile, Place
from tongjian.plans.models import Intake
from tongjian.reading import open_limited
from tongjian.reading.limited import run_limited
from tongjian.web.evidence.grid import Window, window_of

WINDOW = "tongjian.web.evidence.grid:window_as_json"
AROUND = 420  # characters shown before and after a passage, to the ends of their lines


@dataclass(frozen=True, slots=True)
class Passage:
    """A marked passage between the text before and after it. first, last: the file's text begins, ends here."""

    before: str
    marked: str
    after: str
    first: bool
    last: bool


def window(place: Place) -> Window | None:
    """The cells around a workbook cell. None for another kind of place. Raises ReadingError."""
    if place.kind != PlaceKind.CELL:
        return None
    return _window(place.file.path, place.file.name, place.locator)


@lru_cache(maxsize=64)
def _window(path: Path, name: str, locator: str) -> Window:
    """Safe to keep: a file under its SHA-256 never changes."""
    return window_of(run_limited(WINDOW, path.read_bytes(), f"{locator}\n{name}"))


def passage(place: Place) -> Passage | None:
    """The passage in its surroundings. None for another kind of place. Raises ReadingError."""
    if place.kind != PlaceKind.SPAN:
        return None
    text = text_of(place.file)
    start, end = (int(part) for part in place.locator.split("-"))
    left = text.rfind("\n", 0, max(0, start - AROUND)) + 1
    found = text.find("\n", min(len(text), end + AROUND))
    right = len(text) if found < 0 else found
    return Passage(text[left:start], text[start:end], text[end:right], left == 0, right == len(text))


def text_of(file: EvidenceFile) -> str:
    """The text that offsets count in: kept with the intake, else read again. Raises ReadingError."""
    kept = Intake.objects.filter(file=file).values_list("text", flat=True).first()
    return kept if kept is not None else _text(file.path, file.name)


@lru_cache(maxsize=4)
def _text(path: Path, name: str) -> str:
    return open_limited(path.read_bytes(), name).text
