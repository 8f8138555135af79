"""The mirror: how fast it is filled, and how fast all declared metrics are counted over it.

`python bench/mirror.py [--quick] [--json]`. One register of 1 M rows and 10 columns in SQLite (--quick: 0.05 M), 24 metrics
for a district and 22 towns, five years of months. Beside ours: the same counts written by hand in SQL, one query a metric,
over a plain DuckDB table and over SQLite itself; and the limit, one plain sum over the columns that are needed.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src")]
os.environ["DJANGO_SETTINGS_MODULE"] = "tongjian.settings.test"
FOLDER = tempfile.TemporaryDirectory(prefix="tongjian-bench-")
os.environ["TONGJIAN_HOME"] = FOLDER.name

import django  # noqa: E402

django.setup()

from django.db import connection, models  # noqa: E402
from measured import Measured, median  # noqa: E402
from peers import counted_sql  # noqa: E402

from tongjian.facts.measured import declaration, tallies, values  # noqa: E402
from tongjian.facts.measured.tallies import Asked  # noqa: E402
from tongjian.facts.measured.values import Meant, Within  # noqa: E402
from tongjian.facts.mirror.reading import opened, words  # noqa: E402
from tongjian.facts.mirror.refresh import refresh  # noqa: E402
from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable, of_queryset  # noqa: E402

AT = datetime(2022, 12, 31, 12, 0, tzinfo=UTC)
FIRST, MONTHS = date(2018, 1, 1), 60
TOWNS = [f"town_{n:02}" for n in range(22)]
STAGES = ["reserve", "begun", "built", "closed"]
FILE = Path(FOLDER.name) / "mirror.duckdb"


class Work(models.Model):
    """As records apps keep a thing: text codes, days, a number as mantissa and decimals, flags."""

    area = models.CharField(max_length=16, null=True)  # noqa: DJ001 - unknown is not the empty word
    stage = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    cost_mantissa = models.BigIntegerField(null=True)
    cost_decimals = models.PositiveSmallIntegerField(default=0)
    urgent = models.BooleanField()
    floors = models.IntegerField()
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "bench"
        db_table = "works"

    def __str__(self) -> str:
        return f"{self.pk}"


COLUMNS = [
    Column("id", ColumnKind.ID),
    Column("area", ColumnKind.CODE),
    Column("stage", ColumnKind.CODE),
    Column("kind", ColumnKind.CODE),
    Column("opened_on", ColumnKind.DATE),
    Column("closed_on", ColumnKind.DATE),
    Column("cost", ColumnKind.NUMBER, decimals=2, unit="万元"),
    Column("urgent", ColumnKind.FLAG),
    Column("floors", ColumnKind.INT),
]


def bodies() -> Mapping[str, Mapping[str, Any]]:
    """24 metrics: counts, sums, rates, stocks."""
    flow = {"table": "works", "on": "opened_on", "by": "area"}
    found: dict[str, Mapping[str, Any]] = {}
    for n in range(12):
        found[f"count_{n}"] = {**flow, "count": True, "where": {"kind": f"kind_{n}", "stage": STAGES[1:3]}}
    for n in range(6):
        found[f"sum_{n}"] = {**flow, "sum": "cost", "where": {"floors": {"ge": n}, "urgent": n % 2 == 0}}
    for n in range(3):
        found[f"rate_{n}"] = {
            **flow,
            "ratio": {"num": {"urgent": True, "kind": f"kind_{n}"}, "den": {"kind": f"kind_{n}"}},
        }
    for n in range(3):
        found[f"stock_{n}"] = {
            "table": "works",
            "count": True,
            "by": "area",
            "from": "opened_on",
            "until": "closed_on",
            "where": {"kind": f"kind_{n}"},
        }
    return found


def rows(count: int) -> Iterator[tuple[Any, ...]]:
    """By arithmetic, so that every run counts the same."""
    for n in range(count):
        opened_on = FIRST + timedelta(days=n * 7919 % (MONTHS * 30))
        yield (
            n + 1,
            None if n % 40 == 0 else TOWNS[n * 31 % 22],
            STAGES[n * 17 % 4],
            f"kind_{n * 13 % 20}",
            opened_on.isoformat(),
            None if n % 3 else (opened_on + timedelta(days=40 + n % 500)).isoformat(),
            None if n % 50 == 0 else n * 7907 % 10_000_000,
            2,
            n % 5 == 0,
            n % 12,
            "2022-12-01 04:00:00" if n % 100 else "2022-12-31 11:30:00",
        )


def filled(count: int) -> MirrorTable:
    connection.settings_dict["NAME"] = str(Path(FOLDER.name) / "works.sqlite3")
    with connection.schema_editor() as editor:
        editor.create_model(Work)
    with sqlite3.connect(connection.settings_dict["NAME"]) as db:
        db.executemany(f"INSERT INTO works VALUES ({', '.join('?' * 11)})", rows(count))
    return of_queryset("works", Work.objects.all, COLUMNS, visible=lambda _user: Work.objects.none())


def filling(table: MirrorTable, count: int) -> list[Measured]:
    """Whole, by what changed (one row in a hundred), and the limit: reading the rows and doing nothing."""
    whole = median(lambda: refresh([table], at=AT, whole=True, file=FILE), 3, warm=False)
    changed = count // 100
    part = median(lambda: refresh([table], at=AT, file=FILE), 3, warm=False)
    read = median(lambda: sum(1 for _row in table.rows(None)), 3, warm=False)
    size = f"{count / 1e6:g} M rows"

    def rate(seconds: float) -> str:
        return f"{count / seconds:,.0f} rows/s"

    mb = FILE.stat().st_size / 1e6
    what = "bring the mirror up to date"
    return [
        Measured(what, size, "ours, from nothing", whole, note=f"{rate(whole)}, {mb:.0f} MB"),
        Measured(what, size, "limit: reading", read, whole, f"{rate(read)}, the ORM's values alone"),
        Measured(what, f"{changed:,} of them changed", "ours, incremental", part),
    ]


def counting(table: MirrorTable, count: int, rounds: int) -> list[Measured]:
    what, size = "count 24 metrics, 23 areas, 60 months", f"{count / 1e6:g} M rows"
    with opened(FILE) as db:
        numbers = {"works": words(db, table)}
        asked = [Asked(k, _declared(k, b, table), table) for k, b in bodies().items()]
        areas = [Within("district", frozenset([*TOWNS, ""])), *(Within(t, frozenset([t])) for t in TOWNS)]

        def run(sql: str) -> list[tuple[int, ...]]:
            return db.execute(sql).fetchall()

        def counted() -> Mapping[str, tallies.Found]:
            return tallies.measure(asked, numbers, run, "duckdb")

        def figures() -> int:
            found, last = counted(), FIRST.year * 12 + MONTHS - 1
            meant = {
                a.key: Meant(kind_of(a.key), "万元" if a.declared.sum else "%", 2, "ROUND_HALF_UP")
                for a in asked
            }
            return sum(
                len(list(values.cells(a, found[a.key], meant[a.key], areas, FIRST.year * 12, last)))
                for a in asked
            )

        ours = median(counted, 5)
        cells = median(figures, rounds)
        scan = median(
            lambda: db.execute(
                "SELECT sum(area), sum(stage), sum(kind), sum(opened_on__month),"
                " sum(closed_on__month), sum(cost), sum(urgent), sum(floors) FROM works"
            ).fetchall(),
            5,
        )
        number, totals = figures(), list(_totals(counted()))
    return [
        Measured(what, size, "ours, counts", ours, note="one pass for each column of dates, SQL by Ibis"),
        Measured(what, size, "ours, figures", cells, ours, f"{number:,} exact figures out of the counts"),
        *by_hand(size, ours, totals),
        Measured(what, size, "limit: plain scan", scan, ours, "one sum of each column"),
    ]


def kind_of(key: str) -> str:
    return {"rate": "ratio", "stoc": "stock"}.get(key[:4], "flow")


def _declared(key: str, body: Mapping[str, Any], table: MirrorTable) -> declaration.Declaration:
    made = declaration.parse(body, kind_of(key))
    declaration.check(made, {"works": table})
    return made


def _totals(found: Mapping[str, tallies.Found]) -> Iterator[int]:
    """All cells of a metric added up, to see that the peers count the same; what went of a stock is told apart."""
    for key, one in found.items():
        part = {"rate": "num", "sum_": "sum"}.get(key[:4], "rows")
        cells = [n for months in one.parts[part].values() for n in months.values()]
        if key.startswith("stock"):
            continue
        yield sum(cells)


def by_hand(size: str, ours: float, totals: list[int]) -> list[Measured]:
    import duckdb

    what = "count 24 metrics, 23 areas, 60 months"
    plain, lite = duckdb.connect(), sqlite3.connect(connection.settings_dict["NAME"])
    file = Path(FOLDER.name) / "plain.csv"
    with file.open("w", encoding="utf-8") as out:
        for row in lite.execute(
            "SELECT area, stage, kind, opened_on, closed_on, cost_mantissa / 100.0, urgent, floors FROM works"
        ):
            out.write(",".join("" if v is None else str(v) for v in row) + "\n")
    plain.execute(
        f"CREATE TABLE works AS SELECT * FROM read_csv('{file}', header=false, columns={{'area': 'VARCHAR', 'stage':"
        " 'VARCHAR', 'kind': 'VARCHAR', 'opened_on': 'DATE', 'closed_on': 'DATE', 'cost': 'DECIMAL(18,2)', 'urgent':"
        " 'BOOLEAN', 'floors': 'INTEGER'})"
    )
    duck = median(lambda: counted_sql.run(bodies(), "duck", lambda q: plain.execute(q).fetchall()), 3)
    slow = median(
        lambda: counted_sql.run(bodies(), "sqlite", lambda q: lite.execute(q).fetchall()), 1, warm=False
    )
    for engine, ask in (("duck", plain.execute), ("sqlite", lite.execute)):
        got = counted_sql.run(bodies(), engine, lambda q, ask=ask: ask(q).fetchall())  # type: ignore[misc]
        assert got[: len(totals)] == totals, engine
    return [
        Measured(what, size, "hand-written, DuckDB", duck, ours, "27 queries over words and days"),
        Measured(what, size, "hand-written, SQLite", slow, ours, "27 queries over the records' own table"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="0.05 M rows, ends within 10 s")
    parser.add_argument("--json", action="store_true", help="print the measurements as JSON")
    arguments = parser.parse_args()
    count = 50_000 if arguments.quick else 1_000_000
    table = filled(count)
    found = [*filling(table, count), *counting(table, count, 1 if arguments.quick else 3)]
    if arguments.json:
        print(json.dumps([asdict(r) for r in found], indent=1, ensure_ascii=False))
        return 0
    last = ""
    for row in found:
        if row.what != last:
            print(row.what)
            last = row.what
        print(f"  {row.size:<28} {row.engine:<22} {row.said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
