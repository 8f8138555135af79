"""Runs of the mirror's refresh: in any order, beside readers, beside each other, killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facts.measured import mirror_child
from facts.measured.register import EVENING, works
from tongjian.facts.mirror import doors
from tongjian.facts.mirror import refresh as refreshing
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, snapshot, words
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.mirrored import MirrorTable, Row

LATER = EVENING + timedelta(days=1)
TOWNS = st.sampled_from([None, "north_town", "south_town", "east_town", 'O\'Hara, "quoted"'])
COSTS = st.sampled_from([None, "0", "-3.1", "100.50", "9" * 12])
VALUES = st.tuples(TOWNS, st.sampled_from(["begun", "built"]), COSTS, st.sampled_from([None, True, False]))
STEPS = st.lists(
    st.dictionaries(st.integers(1, 9), st.none() | VALUES, max_size=4), min_size=1, max_size=3
)  # of each round: what each row becomes, None: it goes


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mirror.duckdb"


def digest_of_rows(file: Path, table: MirrorTable) -> tuple[str, str]:
    """What the mirror says of a table, and what its rows say."""
    with opened(file) as db:
        said = snapshot(db, table)
        assert said is not None
        rows, hashes = db.execute(
            f"SELECT count(*), coalesce(sum(digest__), 0) FROM {table.name}"
        ).fetchall()[0]
        return said.digest, f"{rows}-{int(hashes) % 2**64:016x}"


def content(file: Path, table: MirrorTable) -> list[tuple[object, ...]]:
    """The rows with words in place of numbers."""
    with opened(file) as db:
        numbers = words(db, table)
        named = {column: {n: word for word, n in known.items()} for column, known in numbers.items()}
        rows = db.execute(
            f"SELECT id, area, stage, * EXCLUDE (id, area, stage) FROM {table.name} ORDER BY id"
        ).fetchall()
    return [(pk, named["area"].get(a), named["stage"].get(s), *rest) for pk, a, s, *rest in rows]


@settings(max_examples=8, deadline=None)
@given(STEPS)
def test_by_changes_or_from_nothing_it_is_the_same(steps: list[dict[int, tuple[object, ...] | None]]) -> None:
    register, at = works(), EVENING
    with tempfile.TemporaryDirectory() as folder:
        file, other = Path(folder) / "mirror.duckdb", Path(folder) / "other.duckdb"
        table = register.table()
        refresh([table], at=at, file=file)
        for step in steps:
            at += timedelta(days=1)
            for pk, values in step.items():
                if values is None:
                    register.rows.pop(pk, None)
                else:
                    area, stage, cost, urgent = values
                    register.put(pk, area, stage, date(2022, 1, pk), None, cost, urgent, pk, at=at)
            (done,) = refresh([table], at=at, file=file)
        (whole,) = refresh([register.table()], at=at, file=other)
        assert (done.rows, done.digest) == (len(register.rows), whole.digest)
        assert digest_of_rows(file, table) == (whole.digest, whole.digest)
        assert content(file, table) == content(other, table)


def test_rows_go_though_none_changed(file: Path) -> None:
    register = works()
    refresh([register.table()], at=EVENING, file=file)
    del register.rows[3]
    (done,) = refresh([register.table()], at=LATER, file=file)
    assert (done.rows, done.read, done.gone, done.whole) == (4, 0, 1, False)
    assert digest_of_rows(file, register.table()) == (done.digest, done.digest)


def test_a_row_that_went_and_a_row_that_changed_and_went(file: Path) -> None:
    """A row may be read as changed and be gone before the ids are asked for."""
    register = works()
    refresh([register.table()], at=EVENING, file=file)
    for pk in (2, 6):
        register.put(pk, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)
    left = replace(register.table(), count=lambda: 4, ids=lambda: iter([1, 3, 4, 5]))
    (done,) = refresh([left], at=LATER, file=file)
    assert (done.rows, done.gone) == (4, 1)
    assert digest_of_rows(file, left) == (done.digest, done.digest)


def test_who_looks_keeps_what_he_sees(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "PATIENCE", 0.05)
    register = works()
    table = register.table()
    (before,) = refresh([table], at=EVENING, file=file)
    register.put(6, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)
    with opened(file) as db:
        (after,) = refresh([table], at=LATER, file=file)
        seen = snapshot(db, table)
        assert seen is not None
        assert (seen.digest, after.rows) == (before.digest, 6)
    assert digest_of_rows(file, table) == (after.digest, after.digest)
    assert [f.name for f in file.parent.iterdir()] == [file.name]


HOLDER = "import duckdb, sys; db = duckdb.connect(sys.argv[1], read_only=%s); print(1, flush=True); input()"


def test_another_program_that_looks_does_not_stop_a_refresh(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "PATIENCE", 0.05)
    register = works()
    refresh([register.table()], at=EVENING, file=file)
    register.put(6, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)
    with held_by_another(file, "True"):
        (done,) = refresh([register.table()], at=LATER, file=file)
    assert done.rows == 6
    assert digest_of_rows(file, register.table()) == (done.digest, done.digest)


def test_a_program_that_writes_is_waited_for_and_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("refresh", "reading"):
        monkeypatch.setattr(f"tongjian.facts.mirror.{module}.PATIENCE", 0.05)
    table = works().table()
    refresh([table], at=EVENING, file=file)
    with held_by_another(file, "False"):
        for attempt in (lambda: opened(file).__enter__(), lambda: refresh([table], at=LATER, file=file)):
            with pytest.raises(MirrorError) as refused:
                attempt()
            assert refused.value.code == "mirror.busy"
    refresh([table], at=LATER, file=file)


class held_by_another:  # noqa: N801 - reads as a word
    """The file open in a process of its own."""

    def __init__(self, file: Path, read_only: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER % read_only, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"1\n"

    def __exit__(self, *_error: object) -> None:
        self.process.communicate(b"\n")


def test_of_two_runs_at_once_none_is_lost(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "PATIENCE", 0.05)
    register = works()
    table = register.table()
    refresh([table], at=EVENING, file=file)
    register.put(6, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)

    def interrupted(since: datetime | None) -> Iterator[Row]:
        found = list(table.rows(since))
        if len(register.rows) == 6:
            register.put(7, "south_town", "built", date(2022, 4, 1), None, "1", False, 1, at=LATER)
            refresh([table], at=LATER, file=file)
        return iter(found)

    (done,) = refresh([replace(table, rows=interrupted)], at=LATER, file=file)
    assert done.rows == 7
    assert digest_of_rows(file, table) == (done.digest, done.digest)


def test_threads_look_together_and_write_alone() -> None:
    seen: list[str] = []

    def look() -> None:
        with doors.looking():
            seen.append("looked")

    with doors.looking(), doors.looking(), pytest.raises(doors.Busy), doors.writing(0.01):
        pass
    with doors.writing(0.01):
        waiting = threading.Thread(target=look)
        waiting.start()
        time.sleep(0.02)
        assert seen == []
    waiting.join()
    assert seen == ["looked"]


def test_killed_at_any_moment_it_is_whole(file: Path) -> None:
    """A child refreshes without end, 200 of 400 rows each time, and is killed: what is left is what one run left."""
    table = mirror_child.table(0)
    refresh([table], at=mirror_child.MORNING, file=file)
    dice = random.Random(5)
    for _ in range(4):
        child = subprocess.Popen([sys.executable, mirror_child.__file__, str(file)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == b"1\n"
        time.sleep(dice.random() * 0.2)
        child.send_signal(signal.SIGKILL)
        child.communicate()
        said, told = digest_of_rows(file, table)
        assert said == told
        assert said.startswith("400-")
        with opened(file) as db:
            turns = db.execute(
                "SELECT id <= 200, count(DISTINCT turn), count(*) FROM works GROUP BY 1"
            ).fetchall()
        assert sorted(turns) == [(False, 1, 200), (True, 1, 200)]
    (done,) = refresh([mirror_child.table(9)], at=mirror_child.MORNING, file=file)
    assert (done.rows, done.changed) == (400, 200)
