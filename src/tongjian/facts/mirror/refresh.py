"""Bringing the mirror up to date: what changed since its watermark, or everything; all of it, or nothing.

The work is done on a copy beside the file, which takes the file's place at the end: readers see the old snapshot
until the new one is whole, and a run that is killed leaves the old one.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.facts.mirror import layout
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import digest, mirror_file
from tongjian.kernel.mirrored import AT_ONCE, MirrorTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A change counts from the clock of its beginning, and is seen when its transaction ends: so long is looked back.
OVERLAP = timedelta(hours=1)
STATE = """CREATE TABLE IF NOT EXISTS mirror__state (
    name VARCHAR, signature VARCHAR, watermark TIMESTAMP, refreshed_at TIMESTAMP)"""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did to one table. read: rows looked at; changed: new or different ones; gone: no longer there."""

    table: str
    rows: int
    read: int
    changed: int
    gone: int
    whole: bool
    digest: str


def refresh(
    tables: Iterable[MirrorTable], *, at: datetime, whole: bool = False, file: Path | None = None
) -> list[Refreshed]:
    """Bring these tables up to date as of `at`; whole: build them, and nothing else, from nothing. Raises MirrorError.

    Rows are taken by `changed_at`, an hour before the last refresh began and later. A table whose columns changed,
    or that holds fewer rows than the records do after that, is built whole.
    """
    with _work(file or mirror_file(), fresh=whole) as connection:
        connection.execute(STATE)
        return [_table(connection, table, at, whole) for table in tables]


@contextmanager
def _work(file: Path, *, fresh: bool) -> Iterator[DuckDBPyConnection]:
    """A copy to work on; it becomes the file when all went well."""
    import duckdb

    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix="mirror-") as folder:
        copy = Path(folder) / file.name
        if file.exists() and not fresh:
            shutil.copyfile(file, copy)
        connection = duckdb.connect(str(copy))
        try:
            connection.begin()  # nobody else sees the copy: one commit is enough
            yield connection
            connection.commit()
        finally:
            connection.close()
        os.replace(copy, file)  # noqa: PTH105 - atomic


def _table(db: DuckDBPyConnection, table: MirrorTable, at: datetime, whole: bool) -> Refreshed:
    known = db.execute(
        "SELECT signature, watermark FROM mirror__state WHERE name = ?", [table.name]
    ).fetchone()
    since = None
    if known is not None and known[0] == layout.signature(table) and not whole:
        since = known[1].replace(tzinfo=UTC) - OVERLAP
    before = table.count()  # before the rows: what is added while they are read is no loss
    read, changed = _taken(db, table, since)
    if since is not None and _count(db, table) < before:  # recorded with an older clock: look at all
        since, (read, changed) = None, _taken(db, table, None)
    gone = 0 if since is None else _without_gone(db, table, before)
    _note(db, table, at)
    return Refreshed(
        table.name, _count(db, table), read, changed, gone, since is None, digest(db, table.name)
    )


def _taken(db: DuckDBPyConnection, table: MirrorTable, since: datetime | None) -> tuple[int, int]:
    """Rows read, and rows that were new or different. since None: into an empty star."""
    if since is None:
        for statement in layout.made(table):
            db.execute(statement)
    with _csv(table.rows(since)) as file:
        if not file.stat().st_size:
            return 0, 0
        for statement in layout.staged(table, file):
            db.execute(statement)
    _check(db, table)
    read = _number(db, layout.counted(layout.STAGE))
    for statement in layout.settled(table, empty=since is None):
        db.execute(statement)
    changed = _number(db, layout.counted(layout.STAGE))
    db.execute(layout.DROP_STAGE)
    return read, changed


@contextmanager
def _csv(rows: Iterable[Sequence[object]]) -> Iterator[Path]:
    """The rows as a file that the engine reads at once: row by row it would be 400 times slower."""
    handle, name = tempfile.mkstemp(suffix=".csv")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            out.writelines(_lines(rows))
        yield Path(name)
    finally:
        with suppress(OSError):
            Path(name).unlink()


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Many lines at once, without carriage returns: inside of quotes they confuse the engine's reader, and mean nothing here."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(some)
        yield text.getvalue().replace("\r", " ")


def _check(db: DuckDBPyConnection, table: MirrorTable) -> None:
    """No row twice, no number cut short. Raises MirrorError."""
    twice = db.execute(layout.twice(table)).fetchone()
    if twice is not None:
        raise MirrorError("mirror.row_twice", table=table.name, row=twice[0])
    for column, query in layout.inexact(table):
        if found := db.execute(query).fetchone():
            raise MirrorError(
                "mirror.inexact",
                table=table.name,
                row=found[0],
                column=column.name,
                decimals=column.decimals,
            )


def _without_gone(db: DuckDBPyConnection, table: MirrorTable, before: int) -> int:
    """Take out rows that the records no longer have; asked for only where the counts say that there are some."""
    have = _count(db, table)
    if have <= before:
        return 0
    with _csv((pk,) for pk in table.ids()) as file:
        db.execute(layout.without(table, file))
    return have - _count(db, table)


def _note(db: DuckDBPyConnection, table: MirrorTable, at: datetime) -> None:
    db.execute("DELETE FROM mirror__state WHERE name = ?", [table.name])
    moment = at.astimezone(UTC).replace(tzinfo=None)
    db.execute(
        "INSERT INTO mirror__state VALUES (?, ?, ?, ?)",
        [table.name, layout.signature(table), moment, moment],
    )


def _count(db: DuckDBPyConnection, table: MirrorTable) -> int:
    return _number(db, layout.counted(table.name))


def _number(db: DuckDBPyConnection, query: str) -> int:
    found = db.execute(query).fetchone()
    assert found is not None
    return int(found[0])
