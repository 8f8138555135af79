"""The monthly assessment over the mirror at size; a part of bench/cases.py.

Cases are made by DuckDB itself, straight into the mirror's table: ten years of months, 22 towns (and some of none), 60
departments, 120 categories. Ours, the same counts in hand-written SQL, on DuckDB and on PostgreSQL, and the limit: one sum
of each column that is needed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from measured import Measured, median
from peers import assessment_sql

from tongjian.facts.assessment import counting, queries, results
from tongjian.facts.assessment.counting import Counted, History
from tongjian.facts.assessment.overview import Overview, overview
from tongjian.facts.assessment.queries import Unit
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.mirror import layout, snapshots
from tongjian.facts.mirror.reading import opened, words
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.mirrored import ColumnKind, MirrorTable
from tongjian.values import Period

AT = datetime(2022, 12, 31, 16, 0, tzinfo=UTC)
FIRST, MONTHS = 2013 * 12, 120
LAST = FIRST + MONTHS - 1
TOWNS, LEADS, CATEGORIES = 22, 60, 120
WORDS: Mapping[str, Sequence[str]] = {
    "type": ["complaint", "hazard"],
    "area": [f"town_{n:02}" for n in range(TOWNS)],
    "lead": [f"unit_{n:02}" for n in range(LEADS)],
    "category": [f"class_{n % 12}/{n}" for n in range(CATEGORIES)],
}
DAY = "(15706 + n * 3653 // {count})"  # 2013-01-01 on, in the order of the ids


def _dice(n: int) -> str:
    """A number from 0 to 2^31, another one for each n."""
    return f"(hash(n * 97 + {n}) % 2147483648)"


def values(count: int) -> Mapping[str, str]:
    """Column of the star → SQL of it; what is not here is unknown."""
    done = f"{_dice(5)} % 100 < 94"
    day = DAY.format(count=count)
    return {
        "id": "n + 1",
        "type": f"CASE WHEN {_dice(1)} % 20 = 0 THEN 2 ELSE 1 END",
        "area": f"CASE WHEN {_dice(2)} % 50 = 0 THEN NULL ELSE 1 + {_dice(2)} % {TOWNS} END",
        "lead": f"1 + {_dice(3)} % {LEADS}",
        "category": f"1 + least({_dice(4)} % {CATEGORIES}, {_dice(14)} % {CATEGORIES})",
        "opened_on": day,
        "dispatched_on": day,
        "contacted_on": f"{day} + 1",
        "done_on": f"CASE WHEN {done} THEN {day} + {_dice(6)} % 15 END",
        "surveyed_on": f"CASE WHEN {done} THEN {day} + 20 END",
        "responded_in_time": f"CASE WHEN {_dice(7)} % 300 = 0 THEN NULL WHEN {_dice(7)} % 280 = 0 THEN 0 ELSE 1 END",
        "resolved_in_time": f"CASE WHEN {done} THEN CAST({_dice(8)} % 15 > 0 AS SMALLINT) END",
        "solved": f"CASE WHEN {done} THEN CAST({_dice(9)} % 1000 < 934 AS SMALLINT) END",
        "score": f"CASE WHEN {done} THEN 1 + greatest({_dice(10)} % 5, {_dice(15)} % 5) END",
        "excluded": f"CAST({_dice(11)} % 60 = 0 AS SMALLINT)",
        "simulated": "1",
    }


def made(table: MirrorTable, count: int, file: Path) -> None:
    """The mirror with so many cases, as `refresh` would have left it."""
    import duckdb

    file.unlink(missing_ok=True)
    db = duckdb.connect(str(file))
    for statement in layout.made(table):
        db.execute(statement)
    for name, known in WORDS.items():
        rows = [(name, n + 1, word) for n, word in enumerate(known)]
        db.executemany(f"INSERT INTO {layout.dictionary_of(table.name)} VALUES (?, ?, ?)", rows)
    db.execute(f"INSERT INTO {table.name} SELECT {', '.join(_filled(table, count))} FROM range({count}) t(n)")
    db.execute(snapshots.STATE)
    snapshots.read_anew(db, table, AT)
    db.close()


def _filled(table: MirrorTable, count: int) -> Iterator[str]:
    known = values(count)
    for column in table.columns:
        own = known.get(column.name, "NULL")
        yield own
        if column.kind == ColumnKind.DATE:
            for more in (0, 1):
                day = f"(DATE '1970-01-01' + CAST({own} AS INTEGER) + {more})"
                yield "NULL" if own == "NULL" else f"year({day}) * 12 + month({day}) - 1"
    yield "hash(n)"


def assessed(scheme: Scheme, own: Mapping[str, Unit], counted: Counted) -> int:
    """Rates, scores and ranks of every month, and how each moved since the month before. Returns how many rows."""
    history, before, rows = History(counted, ""), {}, 0
    for month in range(FIRST, LAST + 1):
        ranked = results.ranked(scheme, queries._rows(scheme, Period(month, month), history, own, {}))
        moved = [(r, before.get(r.unit)) for r in ranked]
        before = {r.unit: r for r in ranked}
        rows += len(moved)
    return rows


def towns() -> dict[str, Unit]:
    return {key: Unit(key, key, n, "towns") for n, key in enumerate(WORDS["area"])}


def counting_bench(scheme: Scheme, table: MirrorTable, count: int, file: Path) -> list[Measured]:
    what, size = "monthly assessment of ten years", f"{count / 1e6:g} M cases"
    rounds = 3 if count > 20_000_000 else 5
    with opened(file) as db:
        numbers = words(db, table)

        def ask(sql: str) -> Sequence[Sequence[Any]]:
            return db.execute(sql).fetchall()

        def ours() -> Overview:
            return overview(scheme, table, numbers, ask, "duckdb", LAST)

        def figures() -> int:
            return assessed(scheme, towns(), ours().units)

        complaint = numbers["type"]["complaint"]
        own = median(ours, rounds)
        whole = median(figures, 3)
        hand = median(lambda: assessment_sql.run(ask, complaint, LAST), rounds)
        scan = median(lambda: ask(assessment_sql.SCAN), rounds)
        month = median(lambda: counting.count(scheme, table, numbers, ask, "duckdb", [LAST]), rounds)
        month_hand = median(lambda: ask(assessment_sql.month_query(complaint, LAST)), rounds)
        _same(ours(), assessment_sql.run(ask, complaint, LAST), numbers)
    return [
        Measured(what, size, "ours, counts", own, note="town, department, category by month; hot spots"),
        Measured(
            what,
            size,
            "ours, with ranks",
            whole,
            own,
            f"{MONTHS * TOWNS:,} rows: exact rates, score, rank, month before",
        ),
        Measured(what, size, "hand-written, DuckDB", hand, own, "the same four queries"),
        Measured(
            what,
            size,
            "limit: plain scan",
            scan,
            own,
            f"one sum of each of {len(assessment_sql.NEEDED)} columns",
        ),
        Measured("one month anew", size, "ours", month, note="all towns of the last month"),
        Measured("one month anew", size, "hand-written, DuckDB", month_hand, month),
    ]


def _same(ours: Overview, hand: Sequence[Any], numbers: Mapping[str, Mapping[str, int]]) -> None:
    """Both counted the same, to the last case."""
    for counted, rows, column in zip(
        (ours.units, ours.departments, ours.categories), hand[:3], ("area", "lead", "category"), strict=True
    ):
        named = {n: word for word, n in numbers[column].items()}
        told = {(named.get(row[0], ""), row[1]): tuple(row[2:]) for row in rows if row[1] is not None}
        got = {
            (unit, month): (c.n, c.excluded, c.simulated, *(x for p in c.parts for x in p))
            for unit, months in counted.items()
            for month, c in months.items()
        }
        assert got == told, f"{column}: ours and the hand-written counts differ"
    assert sum(h.now for h in ours.hot) == sum(r[3] for r in hand[3] if r[2] == LAST)


def postgres(table: MirrorTable, count: int, file: Path, ours: float) -> list[Measured]:
    """The same hand-written SQL on PostgreSQL, over the columns that are needed alone; it favours the peer."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "postgres"))
    from cluster import binaries, cluster

    what, size, name = (
        "monthly assessment of ten years",
        f"{count / 1e6:g} M cases",
        "hand-written, PostgreSQL",
    )
    where = binaries()
    if where is None:
        return [Measured(what, size, name, None, note="PostgreSQL is not installed")]
    import psycopg

    kinds = layout.kept(table)
    columns = ", ".join(f"{c} {kinds[c]}" for c in assessment_sql.NEEDED)
    tuned = ("shared_buffers=1GB", "work_mem=64MB", "max_parallel_workers_per_gather=2", "max_wal_size=4GB")
    with (
        cluster(where, tuned) as address,
        psycopg.connect(address, autocommit=True) as pg,
        opened(file) as db,
    ):
        pg.execute(f"CREATE UNLOGGED TABLE cases ({columns})")
        out = file.with_suffix(".csv")
        db.execute(f"COPY (SELECT {', '.join(assessment_sql.NEEDED)} FROM cases) TO '{out}' (HEADER false)")
        with out.open("rb") as lines, pg.cursor().copy("COPY cases FROM STDIN WITH (FORMAT csv)") as copy:
            while block := lines.read(1 << 20):
                copy.write(block)
        out.unlink()
        pg.execute("VACUUM ANALYZE cases")
        complaint = words(db, table)["type"]["complaint"]
        taken = median(
            lambda: assessment_sql.run(lambda q: pg.execute(q).fetchall(), complaint, LAST), 1, warm=True
        )
    return [
        Measured(what, size, name, taken, ours, "1 GB of buffers, 2 workers, a table of the needed columns")
    ]


def refreshing(table: MirrorTable, count: int, file: Path) -> list[Measured]:
    """The refresh as it is called at night, after no case changed, some, and ten times as many, from all ten years.

    All of it: the engine started, rows written as CSV, taken in, held against the old ones, changed in the file. The rows'
    way out of the records' database is not in it.
    """
    some = min(10_000, count // 100)
    found, walls = [], []
    for changed in (0, some, 10 * some):
        wall, own = _refreshed(table, changed, count, file)
        walls.append(wall)
        note = f"{changed / wall:,.0f} rows/s, processor {own:.3f} s"
        found.append(
            Measured(
                f"refresh after {changed:,} changed", f"{count / 1e6:g} M cases", "ours", wall, note=note
            )
        )
    more = 9 * some / (walls[2] - walls[1])
    found[-1] = replace(found[-1], note=f"{found[-1].note}; each further row at {more:,.0f} a second")
    with opened(file) as db:
        held = snapshots.held(db)[table.name]
        rows, hashes = db.execute(layout.summed(table.name)).fetchall()[0]
    assert (held.rows, held.hashes) == (rows, int(hashes) % snapshots.WRAP), "rows or digest went wrong"
    return found


def _refreshed(table: MirrorTable, changed: int, count: int, file: Path) -> tuple[float, float]:
    """Seconds on the clock and of the processor: the middle one of five."""
    rows: list[tuple[object, ...]] = []

    def given(since: datetime | None) -> Iterator[tuple[object, ...]]:
        assert since is not None, "the whole table was asked for"
        return iter(rows)

    again = replace(table, rows=given, count=lambda: count, ids=lambda: iter(()))
    times = []
    for turn in range(5):
        rows[:] = _changed(table, changed, count, turn)
        start, own = time.perf_counter(), time.process_time()
        refresh([again], at=AT, file=file)
        times.append((time.perf_counter() - start, time.process_time() - own))
    return sorted(times)[2]


def _changed(table: MirrorTable, changed: int, count: int, turn: int = 0) -> Iterator[tuple[object, ...]]:
    for n in range(changed):
        known: dict[str, object] = {
            "id": n * (count // changed) + 1,
            "type": "complaint",
            "area": WORDS["area"][(n + turn) % TOWNS],
            "lead": WORDS["lead"][n % LEADS],
            "category": WORDS["category"][n % CATEGORIES],
            "opened_on": "2022-12-01",
            "dispatched_on": "2022-12-01",
            "responded_in_time": 1,
            "solved": n % 2,
            "score": 1 + n % 5,
            "excluded": 0,
            "simulated": 1,
        }
        yield tuple(known.get(c.name) for c in table.columns)


def measure(
    scheme: Scheme, table: MirrorTable, counts: Sequence[int], folder: Path, pg: bool
) -> list[Measured]:
    found: list[Measured] = []
    for count in counts:
        file = folder / f"mirror-{count}.duckdb"
        made(table, count, file)
        rows = counting_bench(scheme, table, count, file)
        if pg and count <= 20_000_000:
            assert rows[0].seconds is not None
            rows += postgres(table, count, file, rows[0].seconds)
        found += rows + refreshing(table, count, file)
        file.unlink()
    return found
