"""Six parcels of the sample and the agreements on them, through the importers of spaces and of agreements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from openpyxl import Workbook

from tongjian.demo import accounts, files
from tongjian.kernel.models import EvidenceFile
from tongjian.packs import LOADER
from tongjian.plans.agreements import actions, table
from tongjian.reading import xlsx
from tongjian.records.spaces.importing import import_spaces

MU_M2 = 2000 / 3
DEGREE_M = 111_320  # of latitude; parcels are drawn as squares, roughly
KIND = "产业用地履约监管协议"
TERMS = (("投资强度", "万元/亩"), ("亩均税收", "万元/亩"), ("容积率", "倍"))
CHECKS = (("宗地固定资产投资", "万元"), ("宗地实缴税收", "万元"), ("宗地总建筑面积", "平方米"))


def parcels_path() -> Path:
    """HOME/demo/地块-模拟.geojson"""
    return files.home() / "地块-模拟.geojson"


def agreements_path() -> Path:
    """HOME/demo/履约协议-模拟.xlsx"""
    return files.home() / "履约协议-模拟.xlsx"


def lay_out() -> None:
    """Write the two files where they are not there yet."""
    for path, data in ((parcels_path(), parcels), (agreements_path(), book)):
        if not path.exists():
            path.write_bytes(data())


def take_in(moment: datetime, at: datetime) -> int:
    """What is new or changed of both: first at `moment`, changed at `at`. Returns how many files."""
    office, taken = accounts.office(), 0
    for path, door in ((parcels_path(), import_spaces), (agreements_path(), actions.take_in)):
        data = path.read_bytes()
        if not EvidenceFile.objects.filter(sha256=hashlib.sha256(data).hexdigest()).exists():
            known = EvidenceFile.objects.filter(name=path.name).exists()
            door(data, path.name, by=office, at=at if known else moment)
            taken += 1
    return taken


@lru_cache(maxsize=1)
def _said() -> Sequence[Mapping[str, Any]]:
    text = (files.SHIPPED / "agreements.yaml").read_text(encoding="utf-8")
    found: Sequence[Mapping[str, Any]] = yaml.load(text, Loader=LOADER)  # noqa: S506 - a safe loader
    return found


def parcels() -> bytes:
    """GeoJSON, CGCS2000."""
    features = [_feature(row) for row in _said()]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _feature(row: Mapping[str, Any]) -> Mapping[str, object]:
    (x, y), half = row["at"], (row["area"] * MU_M2) ** 0.5 / 2 / DEGREE_M
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    ring = [[round(x + a * half * 1.3, 6), round(y + b * half, 6)] for a, b in corners]
    properties = {
        "编号": row["key"],
        "名称": f"{row['name']}（模拟）",
        "类型": "地块",
        "面积": f"{row['area'] * MU_M2:.1f}",
        "所在地区": row["town"],
        "管理单位": "市规划自然资源委通州分局",
    }
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def book() -> bytes:
    """Terms and checks."""
    made = Workbook(write_only=True)
    for name, columns, rows in (
        (table.TERMS, table.TERM_COLUMNS, _terms()),
        (table.CHECKS, table.CHECK_COLUMNS, _checks()),
    ):
        sheet: Any = made.create_sheet(name)
        sheet.append(list(columns.values()))
        for row in rows:
            sheet.append([row.get(key) for key in columns])
    return xlsx.saved(made)


def _terms() -> Iterator[Mapping[str, object]]:
    for number, row in enumerate(_said(), 1):
        for (metric, unit), value in zip(TERMS, row["promised"], strict=True):
            for due in ("2022", "2023"):
                yield {
                    "number": f"样例协议-{number:03d}",
                    "kind": KIND,
                    "subject": row["key"],
                    "bearer": f"{row['holder']}（模拟）",
                    "signed": "2019-06-18",
                    "metric": metric,
                    "bound": "不低于",
                    "value": value,
                    "unit": unit,
                    "due": due,
                    "consequence": "按差额比例支付违约金",
                }


def _checks() -> Iterator[Mapping[str, object]]:
    for row in _said():
        found = [("宗地面积", "亩", row["area"])]
        found += [(m, u, v) for (m, u), v in zip(CHECKS, row["found"] or (), strict=False)]
        for metric, unit, value in found:
            yield {
                "subject": row["key"],
                "metric": metric,
                "period": "2022",
                "value": value,
                "unit": unit,
                "status": "实际",
            }
