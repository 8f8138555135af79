"""The first sheet of the city's list as columns of text: a district has a hundred thousand cases a month. Runs in the limited child."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from tongjian.reading import first_sheet, grids
from tongjian.reading.collecting import no_collecting
from tongjian.reading.errors import ReadingError
from tongjian.reading.first_sheet import Columns
from tongjian.reading.grids import Unusual

MAX_COLUMNS = 100


def columns(data: bytes, name: str) -> dict[str, Any]:
    """{"sheet", "rows": numbers, "columns": texts}; the first row with any text holds the headings. Raises ReadingError."""
    grids.check(data)
    try:
        sheet, found = _quick(data)
    except Unusual:
        sheet, found = _by_library(data, name)
    except (ReadingError, MemoryError):
        raise
    except Exception as error:  # whatever a broken file makes zipfile or the parser raise
        raise grids.failure("sheets.damaged") from error
    return {"sheet": sheet, "rows": found.rows, "columns": found.columns}


def _quick(data: bytes) -> tuple[str, Columns]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = next((name for name, _part in grids.parts(package)), "")
    with no_collecting():
        return sheet, first_sheet.columns(data, most=MAX_COLUMNS)


def _by_library(data: bytes, name: str) -> tuple[str, Columns]:
    grid = grids.grids_of(grids.cells(data, name))[0]
    lines = [(row, ["" if c[:1] == "f" else c[1:] for c in cells]) for row, cells in grid.rows if any(cells)]
    width = len(lines[0][1]) if lines else 0
    even = [[*cells, *[""] * width][:width] for _row, cells in lines]
    return grid.name, Columns([row for row, _cells in lines], [list(c) for c in zip(*even, strict=True)])
