"""Small surveys of pipes for tests: nothing by chance, every value stated."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tongjian.kernel.models import User
from tongjian.records.spaces.pipes import importing

AT = datetime(2023, 1, 4, 9, tzinfo=UTC)
HEAD = (
    "管段编号", "管线类别", "起点点号", "终点点号", "起点经度", "起点纬度", "终点经度", "终点纬度", "流向", "管径",
    "材质", "起点埋深(m)", "终点埋深（m）", "建设年代", "探测日期", "精度", "权属单位", "管理单位", "街乡镇", "密级",
)  # fmt: skip
PLACES = {
    "A": (116.500, 39.900), "B": (116.501, 39.900), "C": (116.502, 39.900), "D": (116.502, 39.901),
    "E": (116.503, 39.900), "F": (116.500, 39.901),
}  # fmt: skip


def row(number: str, ends: str, utility: str = "排水", **more: object) -> list[object]:
    """ends: two names of PLACES, in the direction of the table."""
    a, b = ends
    values: dict[str, object] = {
        "管段编号": number, "管线类别": utility, "起点点号": f"P{a}", "终点点号": f"P{b}",
        "起点经度": PLACES[a][0], "起点纬度": PLACES[a][1], "终点经度": PLACES[b][0], "终点纬度": PLACES[b][1],
        "管径": "DN300", "材质": "PE", "起点埋深(m)": "1.20", "建设年代": "2008年", "探测日期": "2021/3/5",
    }  # fmt: skip
    return [(values | more).get(h, "") for h in HEAD]


#  A → B → C → E       F → B
#          ↓
#          D   (and D → B, so that there is a loop)
LOOP = (
    row("S1", "AB"), row("S2", "BC"), row("S3", "CE", 密级="公开"), row("S4", "CD"), row("S5", "DB"),
    row("S6", "BF", 流向="反向"), row("W1", "AB", "给水", 流向="双向"), row("W2", "BC", "给水", 流向="双向"),
)  # fmt: skip


def book(rows: Iterable[Sequence[object]], head: Sequence[str] = HEAD) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def take(
    rows: Iterable[Sequence[object]] = LOOP, by: User | None = None, name: str = "管线.csv"
) -> importing.Imported:
    return importing.import_segments(book(rows), name, by=by, at=AT)
