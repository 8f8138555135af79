"""The record of a measurement 测算记录: a small JSON file, kept as evidence, in which every figure has its place.

It says what was counted (the declaration), over which snapshot, and of each figure how many rows, and which, where
they are few.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongjian.facts.measured import declaration, small
from tongjian.facts.measured.tallies import Asked, Found
from tongjian.facts.measured.values import Cell
from tongjian.facts.mirror.reading import Snapshot
from tongjian.facts.models import Metric
from tongjian.kernel import evidence
from tongjian.kernel.choices import PlaceKind, Sensitivity
from tongjian.kernel.models import EvidenceFile, Place, User
from tongjian.values import Number

KIND = "tongjian.measurement"
Ids = Mapping[tuple[str, str], Sequence[int]]  # by area and period


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure's part of a record, as read from its file."""

    metric: str
    declared: Mapping[str, Any]
    breakdown: str
    version: int
    table: str
    snapshot: str
    table_rows: int
    measured_at: str
    undated: int
    area: str
    period: str
    value: str | None
    unit: str
    rows: int
    part: int | None
    without: int
    ids: tuple[int, ...] | None


def kept(
    metric: Metric,
    asked: Asked,
    found: Found,
    snapshot: Snapshot,
    cells: Sequence[Cell],
    ids: Ids,
    *,
    by: User | None,
    at: datetime,
) -> EvidenceFile:
    """The record as a file."""
    body = {
        "kind": KIND,
        "metric": metric.key,
        "name": metric.name,
        "version": metric.version,
        "declared": declaration.parts(metric.measured)[asked.breakdown],
        "breakdown": asked.breakdown,
        "table": asked.table.name,
        "snapshot": snapshot.digest,
        "table_rows": snapshot.rows,
        "refreshed_at": snapshot.refreshed_at.isoformat(),
        "measured_at": at.isoformat(),
        "unit": metric.unit,
        "undated": found.undated,
        "figures": {locator(c): _figure(c, ids) for c in cells},
    }
    data = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()
    name = f"{metric.key} {asked.breakdown}".strip()
    file = evidence.keep(data, f"{name} {at:%Y-%m-%d}.measured.json", by=by, at=at)
    if asked.table.personal and file.sensitivity != Sensitivity.PERSONAL:
        file.sensitivity = Sensitivity.PERSONAL  # its bytes tell small counts and who was counted
        file.save(update_fields=["sensitivity"])
    return file


def locator(cell: Cell) -> str:
    """A figure's place in the record: `north_town@2022-11`."""
    return f"{cell.area}@{cell.period}"


def _figure(cell: Cell, ids: Ids) -> Mapping[str, object]:
    number = str(cell.value) if isinstance(cell.value, Number) else None
    said: dict[str, object] = {"value": number, "rows": cell.rows}
    if number is None:
        said["missing"] = cell.value
    if cell.part is not None:
        said["part"] = cell.part
    if cell.without:
        said["without"] = cell.without
    own = ids.get((cell.area, str(cell.period)))
    return {**said, "ids": list(own)} if own is not None else said


def places(
    file: EvidenceFile, cells: Sequence[Cell], withheld: Sequence[bool], simulated: str
) -> list[Place]:
    """The places of these figures, in their order. withheld: of each, whether it is not for readers.

    simulated: the remark where the counted rows were made up.
    """
    rows = [
        Place(
            file=file,
            kind=PlaceKind.MEASUREMENT,
            locator=locator(c),
            excerpt=small.noted(withheld=shut, simulated=simulated if c.simulated else ""),
        )
        for c, shut in zip(cells, withheld, strict=True)
    ]
    return Place.objects.bulk_create(rows)


def read(place: Place) -> Measurement | None:
    """A figure's part of its record; None for a place of another kind. Raises OSError when the bytes are gone."""
    if place.kind != PlaceKind.MEASUREMENT:
        return None
    body = json.loads(place.file.path.read_bytes())
    figure = body["figures"][place.locator]
    area, _, period = place.locator.partition("@")
    return Measurement(
        **{
            k: body[k]
            for k in ("metric", "declared", "breakdown", "version", "table", "snapshot", "table_rows")
        },
        **{k: body[k] for k in ("measured_at", "undated", "unit")},
        area=area,
        period=period,
        value=figure["value"],
        rows=figure["rows"],
        part=figure.get("part"),
        without=figure.get("without", 0),
        ids=tuple(figure["ids"]) if "ids" in figure else None,
    )
