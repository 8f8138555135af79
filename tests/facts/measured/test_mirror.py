"""The mirror: same rows, same snapshot, however it came about."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from facts.measured.register import COLUMNS, EVENING, MORNING, Register, works
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, snapshot, words
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable

LATER = EVENING + timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mirror.duckdb"


def kept(file: Path, table: MirrorTable, columns: str) -> list[tuple[object, ...]]:
    with opened(file) as db:
        return db.execute(f"SELECT {columns} FROM {table.name} ORDER BY id").fetchall()


def test_a_star_holds_integers(file: Path) -> None:
    table = works().table()
    (done,) = refresh([table], at=EVENING, file=file)
    assert (done.rows, done.read, done.changed, done.gone, done.whole) == (5, 5, 5, 0, True)
    with opened(file) as db:
        numbers = words(db, table)
    assert numbers["stage"] == {"begun": 1, "built": 2}
    columns = "id, stage, opened_on, opened_on__month, opened_on__over, cost, urgent"
    january, last_of_year = 2022 * 12, 2021 * 12 + 11
    assert kept(file, table, columns)[0] == (1, 2, 19007, january, january, 10050, 1)
    assert kept(file, table, columns)[3] == (4, 1, 18992, last_of_year, january, None, 0)


def test_only_what_changed_is_taken(file: Path) -> None:
    register = works()
    table = register.table()
    refresh([table], at=EVENING, file=file)
    register.put(6, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)
    register.put(2, "north_town", "built", date(2022, 2, 1), None, "200.25", False, None, at=LATER)
    (done,) = refresh([table], at=LATER, file=file)
    assert (done.rows, done.read, done.changed, done.whole) == (6, 2, 2, False)
    assert register.asked == [None, EVENING - timedelta(hours=1)]
    (whole,) = refresh([register.table()], at=LATER, file=file.with_name("other.duckdb"))
    assert whole.digest == done.digest


def test_a_change_at_the_very_moment_of_the_last_refresh_is_taken(file: Path) -> None:
    register = works()
    table = register.table()
    refresh([table], at=EVENING, file=file)
    register.put(2, "north_town", "built", date(2022, 2, 1), None, "9", False, None, at=EVENING)
    (done,) = refresh([table], at=EVENING, file=file)
    assert (done.read, done.changed) == (1, 1)
    (again,) = refresh([table], at=EVENING, file=file)
    assert (again.read, again.changed, again.digest) == (1, 0, done.digest)


def test_rows_that_are_gone_go(file: Path) -> None:
    register = works()
    table = register.table()
    refresh([table], at=EVENING, file=file)
    del register.rows[3]
    register.put(7, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=LATER)
    (done,) = refresh([table], at=LATER, file=file)
    assert (done.rows, done.gone) == (5, 1)
    assert [r[0] for r in kept(file, table, "id")] == [1, 2, 4, 5, 7]


def test_rows_recorded_with_an_older_clock_are_found(file: Path) -> None:
    register = works()
    table = register.table()
    refresh([table], at=EVENING, file=file)
    register.put(8, "north_town", "begun", date(2022, 4, 1), None, "1", False, 1, at=MORNING)
    (done,) = refresh([table], at=LATER, file=file)
    assert (done.rows, done.whole) == (6, True)


def test_dropped_and_built_again_it_is_the_same(file: Path) -> None:
    register = works()
    table = register.table()
    (before,) = refresh([table], at=EVENING, file=file)
    file.unlink()
    register.rows = dict(reversed(register.rows.items()))  # in whatever order they come
    (after,) = refresh([table], at=LATER, file=file)
    assert after.digest == before.digest
    register.put(5, None, "begun", date(2022, 3, 5), None, "40.01", None, 2, at=LATER)
    (other,) = refresh([table], at=LATER, file=file)
    assert other.digest != before.digest


def test_new_columns_build_the_table_anew(file: Path) -> None:
    register = works()
    refresh([register.table()], at=EVENING, file=file)
    wider = register.table(columns=(*COLUMNS[:-1], Column("storeys", ColumnKind.INT)))
    with opened(file) as db:
        assert snapshot(db, wider) is None
    (done,) = refresh([wider], at=LATER, file=file)
    assert (done.whole, kept(file, wider, "storeys")[2]) == (True, (12,))


def test_a_run_that_fails_leaves_the_old_mirror(file: Path) -> None:
    register = works()
    table = register.table()
    (before,) = refresh([table], at=EVENING, file=file)
    register.put(9, "north_town", "begun", date(2022, 4, 1), None, "1.005", False, 1, at=LATER)
    with pytest.raises(MirrorError) as refused:
        refresh([table], at=LATER, file=file)
    assert (refused.value.code, refused.value.params["row"]) == ("mirror.inexact", 9)
    with opened(file) as db:
        left = snapshot(db, table)
    assert left is not None
    assert left.digest == before.digest
    assert [f.name for f in file.parent.iterdir()] == [file.name]


def test_a_row_given_twice_is_refused(file: Path) -> None:
    register = works()
    twice = MirrorTable(
        "works",
        COLUMNS,
        lambda _since: iter([register.rows[1][0]] * 2),
        lambda: 2,
        lambda: iter([1]),
        visible=register.table().visible,
    )
    with pytest.raises(MirrorError) as refused:
        refresh([twice], at=EVENING, file=file)
    assert refused.value.code == "mirror.row_twice"


def test_words_of_any_kind_come_through(file: Path) -> None:
    register = Register()
    columns = (Column("id", ColumnKind.ID), Column("order", ColumnKind.CODE), Column("note", ColumnKind.TEXT))
    strange = ['甲,"乙"', "line\nline", "tab\tand 'quote'", " 空格 "]
    for pk, word in enumerate(strange, 1):
        register.put(pk, word, f"back\rslash \\ {word}")
    table = register.table("case", columns)
    refresh([table], at=EVENING, file=file)
    with opened(file) as db:
        assert set(words(db, table)["order"]) == set(strange)
        notes = db.execute('SELECT note FROM "case" ORDER BY id').fetchall()
    assert notes == [(f"back slash \\ {word}",) for word in strange]


def test_no_mirror_is_told(file: Path) -> None:
    with pytest.raises(MirrorError) as refused, opened(file):
        pass
    assert refused.value.code == "mirror.absent"


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ((Column("area", ColumnKind.CODE),), "the first column"),
        ((Column("id", ColumnKind.ID), Column("pk", ColumnKind.ID)), "the first column"),
        ((Column("id", ColumnKind.ID), Column("a", ColumnKind.INT), Column("a", ColumnKind.INT)), "twice"),
    ],
)
def test_a_table_that_cannot_be_kept_is_refused(columns: tuple[Column, ...], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Register().table(columns=columns)


def test_flags_that_stand_first_arrive_as_flags(file: Path) -> None:
    """Read from a file, True and False are no numbers: a cast to one may not reach the reader."""
    columns = (Column("id", ColumnKind.ID), *(Column(f"f{n}", ColumnKind.FLAG) for n in range(2)))
    table = MirrorTable(
        name="flags",
        columns=columns,
        rows=lambda _since: iter([(1, True, False), (2, False, None)]),
        count=lambda: 2,
        ids=lambda: iter([1, 2]),
        visible=works().table().visible,
    )
    refresh([table], at=EVENING, file=file)
    assert kept(file, table, "id, f0, f1") == [(1, 1, 0), (2, 0, None)]
