"""A process that refreshes a mirror without end, for a test that kills it: 400 rows, of which 200 change each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, cast

from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable, Row

ROWS = 400
MORNING = datetime(2022, 12, 2, tzinfo=UTC)
COLUMNS = (
    Column("id", ColumnKind.ID),
    Column("area", ColumnKind.CODE),
    Column("opened_on", ColumnKind.DATE),
    Column("cost", ColumnKind.NUMBER, decimals=2),
    Column("turn", ColumnKind.INT),
)


def table(turn: int) -> MirrorTable:
    def rows(since: datetime | None) -> Iterator[Row]:
        for pk in range(1, (ROWS if since is None else ROWS // 2) + 1):
            yield pk, f"town_{(pk + turn) % 7}", "2022-03-01", f"{turn}.5", turn

    nobody = cast("Any", lambda _user: None)
    return MirrorTable("works", COLUMNS, rows, lambda: ROWS, lambda: iter(range(1, ROWS + 1)), visible=nobody)


def main() -> None:
    for turn in count(1):
        refresh([table(turn)], at=MORNING + timedelta(days=turn), file=Path(sys.argv[1]))
        print(turn, flush=True)


if __name__ == "__main__":
    main()
