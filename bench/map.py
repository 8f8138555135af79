"""Pipes and the map beside fixed peers and the limit: `python bench/map.py [--quick] [--json]`.

A made-up network of 200,000 segments: imported from CSV, GeoJSON and xlsx, traced from end to end, held against a dig, and
looked at in random pieces at eight zooms. Goals: 10 s, 0.1 s, 0.1 s, 95 of 100 pieces within 0.15 s.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]
os.environ["TONGJIAN_HOME"] = tempfile.mkdtemp(prefix="tongjian-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongjian.settings.base")
os.environ.setdefault("TONGJIAN_HOSTS", "testserver")

import django  # noqa: E402

django.setup()

import ground  # noqa: E402
from django.test import Client  # noqa: E402
from measured import Measured, median  # noqa: E402
from openpyxl import Workbook  # noqa: E402
from peers import networkx_pipes, shapely_pipes  # noqa: E402

from tongjian.kernel.geometry import parse  # noqa: E402
from tongjian.kernel.models import User  # noqa: E402
from tongjian.records.spaces.metres import metres_per_degree  # noqa: E402
from tongjian.records.spaces.pipes import clashes, importing, network, tracing  # noqa: E402
from tongjian.records.spaces.pipes.network import Network  # noqa: E402

AT = datetime(2023, 1, 10, 9, tzinfo=UTC)
WHOLE, QUICK = 200_000, 10_000
STEP = 0.0004  # degrees between nodes, some 40 m
WEST, SOUTH = 116.5, 39.7
HEADS = (
    "管段编号", "管线类别", "起点点号", "终点点号", "起点经度", "起点纬度", "终点经度", "终点纬度", "流向", "管径",
    "材质", "起点埋深", "终点埋深", "建设年份", "探测日期", "平面精度", "权属单位", "所在地区", "密级",
)  # fmt: skip
KINDS = ("给水", "排水", "燃气", "电力", "通信", "热力")
SIZES = ("DN300", "DN600", "2000×1500")


def rows(count: int) -> Iterator[list[Any]]:
    """Streets as a grid: every line along, every eighth across; each seven lines another utility."""
    side, made = int((count / 1.11) ** 0.5), 0
    for r in range(side):
        for c in range(side):
            for r2, c2 in ((r, c + 1), (r + 1, c)):
                if (r2 > r and c % 8) or r2 >= side or c2 >= side or made >= count:
                    continue
                yield _row(made, r, c, r2, c2)
                made += 1


def _row(number: int, r: int, c: int, r2: int, c2: int) -> list[Any]:
    return [
        f"S{number}", KINDS[r // 7 % 6], f"N{r}_{c}", f"N{r2}_{c2}", *_place(r, c), *_place(r2, c2), "", SIZES[c % 3],
        "PE", f"{1 + c % 20 / 10:.2f}", f"{1.1 + c % 20 / 10:.2f}", 1990 + r % 30, "2021-03-05", 5, "某公司", "",
        "" if r % 5 else "公开",
    ]  # fmt: skip


def _place(r: int, c: int) -> tuple[float, float]:
    return round(WEST + c * STEP, 7), round(SOUTH + r * STEP, 7)


def as_csv(count: int) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *rows(count)])
    return out.getvalue().encode()


def as_geojson(count: int) -> bytes:
    found = []
    for row in rows(count):
        told = {h: v for h, v in zip(HEADS, row, strict=True) if not h.endswith("度")}
        line = {"type": "LineString", "coordinates": [row[4:6], row[6:8]]}
        found.append({"type": "Feature", "properties": told, "geometry": line})
    return json.dumps({"type": "FeatureCollection", "features": found}, ensure_ascii=False).encode()


def as_xlsx(count: int) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (HEADS, *rows(count)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


# Measures


def imports(count: int, quick: bool) -> list[Measured]:
    """Into an empty database for CSV; the other files say the same again, and every row is compared."""
    what, size = "a survey imported, every cell checked", f"{count:,} segments"
    data = as_csv(count)
    ours = timed(lambda: importing.import_segments(data, "管线.csv", by=None, at=AT))
    again = timed(lambda: importing.import_segments(data, "管线.csv", by=None, at=AT))
    found = [
        Measured(what, size, "ours, CSV", ours, note="goal 10 s at 200,000"),
        Measured(what, size, "the same file again", again, ours),
        Measured(
            what,
            size,
            "sqlite3 alone",
            timed(lambda: bare(data)),
            ours,
            "csv and executemany of texts, no check",
        ),
    ]
    for name, make in (("GeoJSON", as_geojson), ("xlsx", as_xlsx)):
        other = make(count)
        taken = timed(
            lambda d=other, n=name: importing.import_segments(d, f"管线.{n.lower()}", by=None, at=AT)
        )
        found.append(Measured(what, size, f"ours, {name}", taken, ours, "compared with what is on record"))
        if quick:
            break
    return found


def bare(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with sqlite3.connect(Path(folder) / "bare.sqlite3") as database:
            database.execute(f"create table pipes ({', '.join(f'c{n}' for n in range(len(HEADS)))})")
            marks = ",".join("?" * len(HEADS))
            database.executemany(
                f"insert into pipes values ({marks})", csv.reader(io.StringIO(data.decode()))
            )
        database.close()


def traces(of: Network, size: str) -> list[Measured]:
    what = "all that lies downstream of a corner"
    of.edges(True)
    reached = tracing.from_node(of, 0, down=True)
    ours = median(lambda: tracing.from_node(of, 0, down=True), 5)
    found = [
        Measured(what, size, "ours", ours, note=f"{len(reached.segments):,} segments passed; goal 0.1 s"),
        Measured(
            what, size, "ours, arrays first", timed(_built), ours, "from the table, once after an import"
        ),
    ]
    edges = list(zip(of.a.tolist(), of.b.tolist(), strict=True))
    try:
        graph = networkx_pipes.build(edges)
    except ImportError:
        return [*found, Measured(what, size, "networkx", None, note="not installed")]
    assert len(networkx_pipes.downstream(graph, 0)) == len(reached.nodes) - 1
    return [
        *found,
        Measured(what, size, "networkx", median(lambda: networkx_pipes.downstream(graph, 0), 3), ours),
        Measured(what, size, "networkx, graph first", timed(lambda: networkx_pipes.build(edges)), ours),
    ]


def _built() -> None:
    network.forget()
    network.current().edges(True)


def digs(of: Network, size: str) -> list[Measured]:
    what = "pipes within two metres of a dig"
    ring = [[x, y] for x, y in ((116.51, 39.71), (116.513, 39.71), (116.513, 39.713), (116.51, 39.713))]
    dig = parse({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
    found = clashes.within(of, dig, 2.0)
    ours = median(lambda: clashes.within(of, dig, 2.0), 9)
    made = [Measured(what, size, "ours", ours, note=f"{len(found)} found; goal 0.1 s")]
    along, up = metres_per_degree(39.7115)
    scale = np.array([float(along), float(up)])
    ends = (
        np.stack([np.stack([of.lon[of.a], of.lat[of.a]], 1), np.stack([of.lon[of.b], of.lat[of.b]], 1)], 1)
        * scale
    )
    try:
        tree, _shapes = shapely_pipes.build(ends)
    except ImportError:
        return [*made, Measured(what, size, "shapely", None, note="not installed")]
    metres = np.array(ring) * scale
    assert len(shapely_pipes.within(tree, metres, 2.0)) == len(found)
    return [
        *made,
        Measured(
            what, size, "shapely STRtree", median(lambda: shapely_pipes.within(tree, metres, 2.0), 9), ours
        ),
        Measured(what, size, "shapely, tree first", timed(lambda: shapely_pipes.build(ends)), ours),
    ]


def pieces(of: Network, size: str, quick: bool) -> list[Measured]:
    """Whole requests, from the address to the JSON, of who may see all and of who may not."""
    found = []
    for name, role in (("office", "plan_office"), ("reader", "reader")):
        user = User.objects.create_user(name, password="a long enough password", role=role)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        taken = sorted(_looked(client, of, 2 if quick else 25))
        said = f"p95 of {len(taken)} pieces at eight zooms; p50 {taken[len(taken) // 2]:.3f} s, worst {taken[-1]:.3f} s"
        p95 = taken[int(len(taken) * 0.95)]
        found.append(
            Measured("a piece of the map, request to JSON", size, name, p95, note=f"{said}; goal 0.15 s")
        )
    return found


def _looked(client: Client, of: Network, each: int) -> Iterator[float]:
    chance, extent = random.Random(7), of.extent
    assert extent is not None
    client.get("/map/piece.json", {"layer": "pipes", "bbox": "116.5,39.7,116.6,39.8", "zoom": 10})  # warm
    for zoom in range(10, 18):
        width = 1000 * 360 / (512 * 2**zoom)
        for _n in range(each):
            x, y = chance.uniform(extent.west, extent.east), chance.uniform(extent.south, extent.north)
            box = ",".join(
                f"{v:.6f}" for v in (x - width / 2, y - width * 0.3, x + width / 2, y + width * 0.3)
            )
            start = time.perf_counter()
            response = client.get("/map/piece.json", {"layer": "pipes", "bbox": box, "zoom": zoom})
            yield time.perf_counter() - start
            assert response.status_code == 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the size")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    count = QUICK if arguments.quick else WHOLE
    ground.ready()
    measured = imports(count, arguments.quick)
    of, size = network.current(), f"{count:,} segments"
    measured += [*traces(of, size), *digs(of, size), *pieces(of, size, arguments.quick)]
    if arguments.json:
        print(json.dumps([asdict(m) for m in measured], indent=1, ensure_ascii=False))
        return 0
    last = ""
    for row in measured:
        if row.what != last:
            print(row.what)
            last = row.what
        print(f"  {row.size:<18} {row.engine:<22} {row.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
