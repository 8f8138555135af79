"""Bringing the mirror up to date: what changed since its watermark, or everything; all of it, or nothing.

What changed goes into the file in one transaction of the engine, for which nobody may have the file open: it takes a moment,
and who wants to look waits for it. What has to be built whole is built in a copy beside the file, which takes the
file's place at the end. Either way readers see the old snapshot until the new one is whole, and a run that is killed
leaves the old one.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.facts.mirror import doors, layout, snapshots, staging
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import mirror_file
from tongjian.facts.mirror.snapshots import Held
from tongjian.facts.mirror.staging import Staged
from tongjian.kernel.mirrored import MirrorTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A change counts from the clock of its beginning, and is seen when its transaction ends: so long is looked back.
OVERLAP = timedelta(hours=1)
AT_ONCE = 1_000_000  # rows; more of them are written into a copy, so that nobody waits for long
PATIENCE = 3.0  # seconds that we wait for those who look; then a copy is made


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
    where, asked = file or mirror_file(), list(tables)
    where.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=where.parent, prefix="mirror-") as folder, _engine(folder) as db:
        copy = Path(folder) / where.name
        try:
            if where.exists() and not whole:
                with suppress(_TakeAll):
                    return _changes(db, asked, at, where, copy)
                _copied(db, where, copy)
            return _anew(db, asked, at, where, copy)
        except doors.Busy as error:
            raise MirrorError("mirror.busy") from error


class _TakeAll(Exception):
    """What changed is not enough."""


@contextmanager
def _engine(folder: str) -> Iterator[DuckDBPyConnection]:
    """An engine of our own, to which the mirror is attached."""
    import duckdb

    # A commit goes into the file at once: nobody is to read it out of a log.
    db = duckdb.connect(config={"temp_directory": folder, "wal_autocheckpoint": "1KB"})
    try:
        yield db
    finally:
        db.close()


def _changes(
    db: DuckDBPyConnection, tables: Sequence[MirrorTable], at: datetime, file: Path, copy: Path
) -> list[Refreshed]:
    """Find out what changed while others may look, then write it. Raises _TakeAll, Busy, MirrorError."""
    with doors.looking(), _attached(db, file, "READ_ONLY"):
        held = snapshots.held(db)
        staged = [_staged(db, table, held.get(table.name)) for table in tables]
    try:
        if sum(one.changed for one in staged) > AT_ONCE:
            raise doors.Busy
        with doors.writing(PATIENCE):
            return _written(db, staged, held, at, file)
    except doors.Busy:
        _copied(db, file, copy)
        done = _written(db, staged, held, at, copy)
        _takes_place(copy, file)
        return done


def _written(
    db: DuckDBPyConnection, staged: Sequence[Staged], held: Mapping[str, Held], at: datetime, file: Path
) -> list[Refreshed]:
    """All of it in one transaction. Raises _TakeAll, Busy."""
    with _attached(db, file, "READ_WRITE"):
        if snapshots.held(db) != held:
            raise _TakeAll  # another run was quicker
        db.begin()
        done = [_settled(db, one, held[one.table.name], at) for one in staged]
        db.commit()
        return done


def _anew(
    db: DuckDBPyConnection, tables: Sequence[MirrorTable], at: datetime, file: Path, copy: Path
) -> list[Refreshed]:
    """Build what has to be built in the copy, which may not be there yet, and bring the rest of it up to date."""
    with _attached(db, copy, "READ_WRITE"):
        held = snapshots.held(db)
        db.begin()  # nobody else sees the copy: one commit is enough
        db.execute(snapshots.STATE)
        done = [_table(db, table, held.get(table.name), at) for table in tables]
        db.commit()
    _takes_place(copy, file)
    return done


def _copied(db: DuckDBPyConnection, file: Path, copy: Path) -> None:
    """A copy, while nobody writes."""
    with doors.looking(), _attached(db, file, "READ_ONLY"):
        shutil.copyfile(file, copy)


def _takes_place(copy: Path, file: Path) -> None:
    file.with_name(f"{file.name}.wal").unlink(missing_ok=True)  # of a run that was killed: the old file's
    os.replace(copy, file)  # noqa: PTH105 - atomic


@contextmanager
def _attached(db: DuckDBPyConnection, file: Path, mode: str) -> Iterator[None]:
    """Raises Busy."""
    where = str(file).replace("'", "''")
    doors.patiently(lambda: db.execute(f"ATTACH '{where}' AS mirror ({mode})"), PATIENCE)
    db.execute("USE mirror")
    try:
        yield
    finally:
        db.execute("USE memory")
        db.execute("DETACH mirror")


def _table(db: DuckDBPyConnection, table: MirrorTable, held: Held | None, at: datetime) -> Refreshed:
    try:
        return _settled(db, _staged(db, table, held), held, at)
    except _TakeAll:
        for statement in layout.made(table):
            db.execute(statement)
        with staging.written(table.rows(None), table) as given:
            return _settled(db, staging.stage(db, table, given), None, at)


def _staged(db: DuckDBPyConnection, table: MirrorTable, held: Held | None) -> Staged:
    """What changed since the last time. Raises _TakeAll, MirrorError."""
    if held is None or held.signature != layout.signature(table):
        raise _TakeAll
    before = table.count()  # before the rows: what is added while they are read is no loss
    with staging.written(table.rows(held.refreshed_at - OVERLAP), table) as given:
        if given.is_empty and held.rows == before:
            return Staged(table, 0, 0, 0, 0, {})
        staged = staging.stage(db, table, given)
    if held.rows + staged.new < before:
        raise _TakeAll  # something was recorded with an older clock
    return staging.without_gone(db, staged) if held.rows + staged.new > before else staged


def _settled(db: DuckDBPyConnection, staged: Staged, held: Held | None, at: datetime) -> Refreshed:
    """held: how the table stood; None: empty."""
    staging.settle(db, staged)
    rows, hashes = (held.rows, held.hashes) if held else (0, 0)
    now = snapshots.note(db, staged.table, rows + staged.new - staged.gone, hashes + staged.added, at)
    return Refreshed(
        staged.table.name, now.rows, staged.read, staged.changed, staged.gone, held is None, now.digest
    )
