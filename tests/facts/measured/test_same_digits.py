"""The same declarations and assessment schemes on DuckDB, PostgreSQL and PySpark: no digit differs, and hand-made counting agrees.

PostgreSQL: tests/postgres/run.py. PySpark: where the extra `spark` and Java are installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from facts.measured.register import EVENING, Register
from tongjian.facts.assessment import counting, queries, results
from tongjian.facts.assessment import scheme as schemes
from tongjian.facts.assessment.counting import History
from tongjian.facts.assessment.queries import Unit
from tongjian.facts.engine import Run
from tongjian.facts.measured import declaration, tallies, values
from tongjian.facts.measured.tallies import NOWHERE, Asked, Words
from tongjian.facts.measured.values import Cell, Meant, Within
from tongjian.facts.mirror import layout
from tongjian.facts.mirror.reading import exported, opened, words
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.mirrored import MirrorTable
from tongjian.values import Number, Period

ROWS = 3_000
SINCE, NOW = 2021 * 12, 2022 * 12 + 11
TOWNS = ("east_town", "north_town", "south_town")
WHOLE = Within("district", frozenset({*TOWNS, "district", NOWHERE}))
AREAS = (WHOLE, *(Within(t, frozenset({t})) for t in TOWNS))
STOCK = {"table": "works", "from": "opened_on", "by": "area"}
BODIES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    "begun": ("flow", "项", {"table": "works", "count": True, "on": "opened_on", "by": "area"}),
    "cost": (
        "flow",
        "亿元",
        {"table": "works", "sum": "cost", "where": {"stage": "built"}, "on": "opened_on", "by": "area"},
    ),
    "standing": (
        "stock",
        "项",
        {**STOCK, "count": True, "until": "closed_on", "where": {"floors": {"gt": 3}}},
    ),
    "sworn": ("stock", "项", {**STOCK, "count": True, "through": "closed_on"}),
    "worth": ("stock", "亿元", {**STOCK, "sum": "cost", "where": {"stage": {"not": "begun"}}}),
    "urgent": (
        "ratio",
        "%",
        {
            "table": "works",
            "ratio": {
                "num": {"urgent": True},
                "den": {"opened_on": {"ge": "2021-03-01"}, "cost": {"set": True}},
            },
            "on": "opened_on",
            "by": "area",
        },
    ),
    "closing": (
        "ratio",
        "‰",
        {
            "table": "works",
            "sum": "cost",
            "ratio": {"num": {"closed_on": {"set": False}, "area": [*TOWNS, "nowhere_else"]}, "den": {}},
            "from": "opened_on",
        },
    ),
}

SCHEME = schemes.parse(
    {
        "key": "works_monthly",
        "name": "工程月度考核",
        "name_en": "Monthly assessment of works",
        "since": "2021-01",
        "table": "works",
        "where": {"floors": {"ge": 1}},
        "exclude": "urgent",
        "on": "opened_on",
        "attribute_to": "area",
        "measures": {
            "tall": {
                "name": "高层",
                "name_en": "Tall",
                "num": {"floors": {"ge": 5}},
                "den": {"floors": {"set": True}},
                "weight": "0.35",
            },
            "dear": {
                "name": "高价",
                "name_en": "Dear",
                "num": {"cost": {"gt": 5000}},
                "den": {"cost": {"set": True}},
                "weight": "0.65",
            },
        },
        "rank": {
            "min_n": 3,
            "groups": [{"key": "towns", "name": "乡镇", "name_en": "Towns", "kinds": ["town"]}],
        },
    }
)


def many() -> Register:
    """Rows by arithmetic, with everything that may be unknown unknown somewhere."""
    made = Register()
    for n in range(ROWS):
        opened = date(2020, 11, 1) + timedelta(days=n * 37 % 780)
        made.put(
            n,
            (*TOWNS, "district", None)[n * 7 % 5],
            ("built", "begun", None)[n * 11 % 3],
            None if n % 41 == 0 else opened,
            None if n % 3 == 0 else opened + timedelta(days=n * 13 % 400 - 5),
            None if n % 29 == 0 else f"{n * 7919 % 1_000_000}e-2",
            (True, False, None)[n % 3],
            None if n % 17 == 0 else n % 12,
        )
    return made


@dataclass(frozen=True)
class Scene:
    table: MirrorTable
    asked: Sequence[Asked]
    words: Words
    folder: Path
    cells: Mapping[str, Sequence[Cell]]
    rows: Sequence[results.Row]


def measured(asked: Sequence[Asked], words: Words, run: Run, dialect: str) -> Mapping[str, Sequence[Cell]]:
    found = tallies.measure(asked, {"works": words}, run, dialect)
    made = {}
    for one in asked:
        kind, unit, _body = BODIES[one.key]
        meant = Meant(kind, unit, 2, ROUND_HALF_UP)
        areas = AREAS if one.declared.by else AREAS[:1]
        made[one.key] = list(values.cells(one, found[one.key], meant, areas, SINCE, NOW))
    return made


def assessed(table: MirrorTable, words: Words, run: Run, dialect: str) -> Sequence[results.Row]:
    """Every month's rates, scores and ranks, and those of one month counted by itself."""
    units = {town: Unit(town, town, n, "towns") for n, town in enumerate(TOWNS)}
    counted = counting.count(SCHEME, table, words, run, dialect)
    alone = counting.count(SCHEME, table, words, run, dialect, [NOW - 3])
    found: list[results.Row] = []
    for history, months in ((counted, range(SINCE, NOW + 1)), (alone, range(NOW - 3, NOW - 2))):
        for month in months:
            span = Period(month, month)
            found += queries.assess(SCHEME, span, History(history, ""), units).rows
    return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("mirror")
    table = many().table()
    refresh([table], at=EVENING, file=folder / "mirror.duckdb")
    parsed = {key: declaration.parse(body, kind) for key, (kind, _unit, body) in BODIES.items()}
    asked = [Asked(k, made, declaration.check(made, {"works": table})) for k, made in parsed.items()]
    with opened(folder / "mirror.duckdb") as db:
        numbers = words(db, table)
        cells = measured(asked, numbers, lambda sql: db.execute(sql).fetchall(), "duckdb")
        rows = assessed(table, numbers, lambda sql: db.execute(sql).fetchall(), "duckdb")
        exported(db, table, folder)
        db.execute(f"COPY (SELECT {', '.join(layout.kept(table))} FROM works) TO '{folder}/works.csv'")
    return Scene(table, asked, numbers, folder, cells, rows)


def test_hand_made_counting_agrees(scene: Scene) -> None:
    """Row by row in Python, from the dates themselves."""
    rows = [row for row, _at in many().rows.values()]
    by_hand: dict[str, list[int | Decimal]] = {"begun": [], "standing": [], "sworn": [], "cost": []}
    months = range(SINCE, NOW + 1)
    for month in months:
        first = date(month // 12, month % 12 + 1, 1)
        last = date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
        inside = [r for r in rows if r[3] is not None and first <= r[3] <= last]  # type: ignore[operator]
        there = [r for r in rows if r[3] is not None and r[3] <= last]  # type: ignore[operator]
        by_hand["begun"].append(len(inside))
        by_hand["cost"].append(sum(Decimal(str(r[5])) for r in inside if r[2] == "built" and r[5]) / 10_000)
        by_hand["standing"].append(
            sum((r[7] or 0) > 3 and (r[4] is None or r[3] < r[4] > last) for r in there)  # type: ignore[operator]
        )
        by_hand["sworn"].append(sum(r[4] is None or r[3] <= r[4] >= last for r in there))  # type: ignore[operator]
    for key, expected in by_hand.items():
        own = {
            c.period.end: c.value for c in scene.cells[key] if c.area == "district" and c.period.months == 1
        }
        got = [value.decimal for m in months if isinstance(value := own[m], Number)]
        assert got == expected, key


def test_an_assessment_agrees_with_hand_made_counting(scene: Scene) -> None:
    """One town and month of the scheme, row by row in Python; the month counted alone is the same month."""
    month, town = NOW - 3, TOWNS[1]
    kept = [
        row
        for row, _at in scene_rows()
        if row[1] == town and row[7] and row[3] is not None and row[6] is False
        if row[3].year * 12 + row[3].month - 1 == month  # type: ignore[attr-defined]
    ]
    tall = [r for r in kept if r[7] is not None]
    found = [r for r in scene.rows if r.unit == town]
    of_month = found[-4 - 1]
    assert of_month == found[-1]
    assert (of_month.counts.n, of_month.counts.parts[0]) == (
        len(kept),
        (sum(r[7] >= 5 for r in tall), len(tall)),  # type: ignore[operator]
    )
    assert len(kept) > 3
    assert {r.rank for r in scene.rows} >= {1, 2, 3}


def scene_rows() -> list[tuple[tuple[object, ...], object]]:
    return list(many().rows.values())


def test_towns_and_the_rest_make_the_district(scene: Scene) -> None:
    for key in ("begun", "standing"):
        own: dict[str, int] = {}
        for cell in scene.cells[key]:
            if cell.period == scene.cells[key][-1].period and isinstance(cell.value, Number):
                own[cell.area] = cell.value.mantissa
        assert 0 < sum(own[t] for t in TOWNS) < own["district"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_gives_the_same_digits(scene: Scene) -> None:
    from django.db import connection

    if connection.vendor != "postgresql":
        pytest.skip("the database is SQLite; tests/postgres/run.py has PostgreSQL")
    columns = ", ".join(f"{name} {kind}" for name, kind in layout.kept(scene.table).items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE works ({columns})")
        with cursor.copy("COPY works FROM STDIN WITH (FORMAT csv, HEADER true)") as copy:
            copy.write((scene.folder / "works.csv").read_bytes())

        def run(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        assert measured(scene.asked, scene.words, run, "postgres") == scene.cells
        assert assessed(scene.table, scene.words, run, "postgres") == scene.rows


@pytest.mark.spark
def test_pyspark_gives_the_same_digits(scene: Scene) -> None:
    sql = pytest.importorskip("pyspark.sql", reason="the extra `spark` is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    quiet = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = sql.SparkSession.builder.master("local[2]").config("spark.sql.shuffle.partitions", 2)
    for key, value in quiet.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    try:
        session.read.parquet(str(scene.folder / "works.parquet")).createOrReplaceTempView("works")
        got = measured(scene.asked, scene.words, lambda text: session.sql(text).collect(), "pyspark")
        rows = assessed(scene.table, scene.words, lambda text: session.sql(text).collect(), "pyspark")
    finally:
        session.stop()
    assert got == scene.cells
    assert rows == scene.rows
