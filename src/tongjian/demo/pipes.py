"""模拟管线: a made-up network of pipes under a made-up grid of streets, as a survey table, taken in by its importer.

No real pipe lies anywhere here: streets, places, depths and holders follow from arithmetic alone, and file and holder
say so. Where such pipes truly lie is not for a sample to tell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, files
from tongjian.demo.steps import DemoRefused
from tongjian.records.spaces.pipes import columns
from tongjian.records.spaces.pipes.importing import Imported, import_segments
from tongjian.records.spaces.pipes.table import PipesRefused

NAME = "模拟管线.csv"
WEST, NORTH = 116.7000, 39.9000
ACROSS, DOWN, PARTS = 10, 8, 3  # blocks of the grid, and pieces of a pipe along one block
BLOCK_LON, BLOCK_LAT = 0.0018, 0.0013  # some 150 m
KEEPER, HOLDER, TOWN = "urban_management", "模拟权属单位", "luyuan"
# utility, metres beside the middle of the street, size, material, metres down, year, open to all
KINDS = (
    ("给水", -4.0, "DN300", "球墨铸铁", 1.4, 2012, False),
    ("排水", 0.0, "DN600", "钢筋混凝土", 2.8, 2010, False),
    ("燃气", 4.0, "DN200", "PE", 1.2, 2015, False),
    ("电力", 6.5, "1000×800", "排管", 1.0, 2013, False),
    ("通信", -6.5, "400×300", "管块", 0.8, 2014, True),
)
DEGREE = 111_000.0  # metres, roughly: enough to lay lines beside each other


def keep(at: datetime) -> Imported:
    """Lay the table out in HOME/demo and take it in; a second run changes nothing, a changed table its rows.

    Raises DemoRefused naming the cells that a user changed into wrong ones.
    """
    path = lay_out()
    try:
        return import_segments(path.read_bytes(), path.name, by=accounts.office(), at=at)
    except PipesRefused as refused:
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": path, "problems": "\n".join(str(p) for p in refused.problems)},
        ) from refused


def lay_out() -> Path:
    """Write the table where there is none; a changed one is left alone."""
    path = files.home() / NAME
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(table())
    return path


def table() -> bytes:
    """The survey as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([columns.label(c) for c in columns.COLUMNS])
    writer.writerows(_rows())
    return out.getvalue().encode("utf-8-sig")


def _rows() -> Iterator[list[object]]:
    number = 0
    for kind in KINDS:
        for first, second, step in _pieces():
            number += 1
            yield _row(number, kind, first, second, step)


Knot = tuple[int, int]  # thirds of blocks from the north-west corner, east and south


def _pieces() -> Iterator[tuple[Knot, Knot, int]]:
    """Pieces of pipes from the north-west to the south-east; step: how far along its course each lies."""
    wide, deep = ACROSS * PARTS, DOWN * PARTS
    for south in range(0, deep + 1, PARTS):
        for east in range(wide):
            yield (east, south), (east + 1, south), east + south
    for east in range(0, wide + 1, PARTS):
        for south in range(deep):
            yield (east, south), (east, south + 1), east + south


def _row(
    number: int,
    kind: tuple[str, float, str, str, float, int, bool],
    first: Knot,
    second: Knot,
    step: int,
) -> list[object]:
    utility, beside, size, material, depth, year, public = kind
    fall = 0.02 * step if utility == "排水" else 0.0
    told: dict[str, object] = {
        "number": f"M{number:05d}",
        "utility": utility,
        "from_key": _key(utility, first),
        "to_key": _key(utility, second),
        "diameter": size,
        "material": material,
        "depth_from": f"{depth + fall:.2f}",
        "depth_to": f"{depth + fall + (0.02 if fall or utility == '排水' else 0):.2f}",
        "built_year": year + step % 6,
        "surveyed_on": "2021-09-15",
        "accuracy": 10,
        "holder": HOLDER,
        "owner": KEEPER,
        "area": TOWN,
        "sensitivity": "公开" if public else "内部",
    }
    for end, knot in (("from", first), ("to", second)):
        told[f"{end}_lon"], told[f"{end}_lat"] = _place(knot, beside)
    return [told.get(column, "") for column in columns.COLUMNS]


def _key(utility: str, knot: Knot) -> str:
    letters = {"给水": "JS", "排水": "PS", "燃气": "RQ", "电力": "DL", "通信": "TX"}
    return f"{letters[utility]}{knot[0]:02d}-{knot[1]:02d}"


def _place(knot: Knot, beside: float) -> tuple[float, float]:
    """Lines of one street lie beside each other, both ways alike."""
    lon = WEST + knot[0] * BLOCK_LON / PARTS + beside / DEGREE
    lat = NORTH - knot[1] * BLOCK_LAT / PARTS - beside / DEGREE
    return round(lon, 7), round(lat, 7)
