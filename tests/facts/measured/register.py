"""A register made up for tests: rows that can be changed, taken out and dated, and the mirror table over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable, Row
from tongjian.kernel.models import Subject

MORNING = datetime(2022, 12, 1, 1, 0, tzinfo=UTC)
EVENING = datetime(2022, 12, 1, 13, 0, tzinfo=UTC)
COLUMNS = (
    Column("id", ColumnKind.ID),
    Column("area", ColumnKind.CODE, "属地", "town"),
    Column("stage", ColumnKind.CODE, "阶段", "stage", choices=(("built", "竣工"), ("begun", "在建"))),
    Column("opened_on", ColumnKind.DATE, "开工日期", "day of opening"),
    Column("closed_on", ColumnKind.DATE, "销号日期", "day of closing"),
    Column("cost", ColumnKind.NUMBER, "投资", "cost", unit="万元", decimals=2),
    Column("urgent", ColumnKind.FLAG, "紧急", "urgent"),
    Column("floors", ColumnKind.INT, "层数", "floors"),
)


@dataclass
class Register:
    """Rows by id, each with the moment of its last change."""

    rows: dict[int, tuple[Row, datetime]] = field(default_factory=dict)
    asked: list[datetime | None] = field(default_factory=list)  # from when the mirror wanted rows

    def put(self, pk: int, *values: object, at: datetime = MORNING) -> None:
        self.rows[pk] = ((pk, *values), at)

    def table(self, name: str = "works", columns: tuple[Column, ...] = COLUMNS, **more: Any) -> MirrorTable:
        def rows(since: datetime | None) -> Iterator[Row]:
            self.asked.append(since)
            return iter([row for row, at in self.rows.values() if since is None or at >= since])

        values: dict[str, Any] = {
            "label": "工程台账",
            "label_en": "register of works",
            "visible": lambda _user: Subject.objects.all(),
            **more,
        }
        return MirrorTable(
            name, columns, rows, lambda: len(self.rows), lambda: iter(list(self.rows)), **values
        )


def works() -> Register:
    """Five works: two in the north, one in the south, one of the district itself, one whose town is not known."""
    made = Register()
    made.put(1, "north_town", "built", date(2022, 1, 15), date(2022, 3, 31), "100.50", True, 3)
    made.put(2, "north_town", "begun", date(2022, 2, 1), None, "200.25", False, None)
    made.put(3, "south_town", "built", date(2022, 2, 10), date(2022, 2, 20), "0.25", True, 12)
    made.put(4, "tongzhou", "begun", date(2021, 12, 31), None, None, False, 1)
    made.put(5, None, "begun", date(2022, 3, 5), None, "40", None, 2)
    return made
