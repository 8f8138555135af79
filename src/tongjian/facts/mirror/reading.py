"""Opening the mirror: always read-only and for one look, so that nobody keeps a refresh waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from tongjian.facts.mirror import doors, layout, snapshots
from tongjian.facts.mirror.errors import MirrorError
from tongjian.kernel.mirrored import MirrorTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


PATIENCE = 60.0  # seconds; a refresh holds the file for a moment


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the mirror holds of one table. digest: its name, equal where the rows are equal."""

    table: str
    rows: int
    digest: str
    refreshed_at: datetime


def mirror_file() -> Path:
    return Path(settings.MIRROR)


@contextmanager
def opened(file: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """The mirror for one look. Raises MirrorError when there is none, or somebody keeps it from being read."""
    import duckdb

    where = file or mirror_file()
    if not where.exists():
        raise MirrorError("mirror.absent")
    with doors.looking():
        try:
            connection = doors.patiently(lambda: duckdb.connect(str(where), read_only=True), PATIENCE)
        except doors.Busy as error:
            raise MirrorError("mirror.busy") from error
        try:
            yield connection
        finally:
            connection.close()


def snapshot(db: DuckDBPyConnection, table: MirrorTable) -> Snapshot | None:
    """None where the mirror does not hold the table as it is declared now."""
    held = snapshots.held(db).get(table.name)
    if held is None or held.signature != layout.signature(table):
        return None
    return Snapshot(table.name, held.rows, held.digest, held.refreshed_at)


def words(db: DuckDBPyConnection, table: MirrorTable) -> Mapping[str, Mapping[str, int]]:
    """Of each code column: word → its number in the star."""
    found: dict[str, dict[str, int]] = {c.name: {} for c in layout.codes(table)}
    for name, word, code in db.execute(layout.worded(table)).fetchall():
        found[name][word] = code
    return found


def exported(db: DuckDBPyConnection, table: MirrorTable, folder: Path) -> Path:
    """The star as a Parquet file, for another engine: same columns, same integers."""
    file = folder / f"{table.name}.parquet"
    db.execute(layout.copied(table, file))
    return file
