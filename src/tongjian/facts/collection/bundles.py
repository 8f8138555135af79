"""Several files through one limited child process: packed into one stream, answered as one list. Knows no Django.

Starting a child takes longer than reading a small workbook, so those of a delivery share a few.
"""

from __future__ import annotations

import base64
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tongjian.facts.collection import workbook
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import Limits, run_limited

CELLS = "tongjian.facts.collection.bundles:cells_of_all"
MARKED = "tongjian.facts.collection.marking:marked_all"
LENGTH = struct.Struct(">Q")
AT_ONCE = 16  # files a child


def packed(files: Sequence[bytes]) -> bytes:
    return b"".join(part for data in files for part in (LENGTH.pack(len(data)), data))


def unpacked(stream: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(stream):
        (size,) = LENGTH.unpack_from(stream, at)
        at += LENGTH.size
        yield stream[at : at + size]
        at += size


def cells_of_all(data: bytes, name: str) -> list[Any]:
    """In the child: for each workbook of a bundle its cells, or its error."""
    return [answered(workbook.cells, one, name) for one in unpacked(data)]


def answered(read: Callable[[bytes, str], Any], data: bytes, name: str) -> Any:
    """What a target gives, or its ReadingError as data, so that one bad file leaves the others."""
    try:
        return {"value": read(data, name)}
    except ReadingError as error:
        return {"error": [error.code, error.en, error.zh]}


def run_all(target: str, single: Callable[[bytes], Any], files: Sequence[bytes]) -> list[Any | ReadingError]:
    """The answers of `target`, a function of bundles, in the order of the files.

    When a child breaks down, each of its files is tried alone by `single`, so that the one that broke it is told.
    """
    groups = [files[i : i + AT_ONCE] for i in range(0, len(files), AT_ONCE)]
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        return [a for answers in pool.map(lambda g: _group(target, single, g), groups) for a in answers]


def _group(target: str, single: Callable[[bytes], Any], files: Sequence[bytes]) -> list[Any | ReadingError]:
    limits = Limits(cpu_seconds=20 + 2 * len(files))
    try:
        answers = run_limited(target, packed(files), "bundle", limits)
    except ReadingError:
        return [_alone(single, f) for f in files]
    return [ReadingError(*a["error"]) if "error" in a else a["value"] for a in answers]


def _alone(single: Callable[[bytes], Any], data: bytes) -> Any | ReadingError:
    try:
        return single(data)
    except ReadingError as error:
        return error


def open_all(files: Sequence[bytes]) -> list[tuple[workbook.Sheet, ...] | ReadingError]:
    """The sheets of each workbook, or why it cannot be read."""
    answers = run_all(
        CELLS, lambda d: run_limited("tongjian.facts.collection.workbook:cells", d, "a.xlsx"), files
    )
    return [a if isinstance(a, ReadingError) else workbook.sheets_of(a) for a in answers]


def as_text(data: bytes) -> str:
    """Bytes as JSON can hold them."""
    return base64.b64encode(data).decode("ascii")


def as_bytes(text: str) -> bytes:
    return base64.b64decode(text)
