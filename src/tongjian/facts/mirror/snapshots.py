"""What the mirror says of its tables: rows, digest, when. Kept beside them, so that nobody reads all rows to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from tongjian.facts.mirror import layout
from tongjian.kernel.mirrored import MirrorTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME = "mirror__tables"
WRAP = 2**64
STATE = f"""CREATE TABLE IF NOT EXISTS {NAME} (name VARCHAR, signature VARCHAR, revision VARCHAR,
    rows BIGINT, hashes UBIGINT, refreshed_at TIMESTAMP)"""


@dataclass(frozen=True, slots=True)
class Held:
    """One table as it stands. hashes: sum of the rows' digests modulo 2^64. revision: another one after each refresh."""

    signature: str
    revision: str
    rows: int
    hashes: int
    refreshed_at: datetime

    @property
    def digest(self) -> str:
        """The snapshot's name: how many rows, and a sum over their hashes, the same in whatever order they came."""
        return f"{self.rows}-{self.hashes:016x}"


def held(db: DuckDBPyConnection) -> Mapping[str, Held]:
    """By table; empty where the mirror is none of ours."""
    import duckdb

    try:
        asked = db.execute(f"SELECT name, signature, revision, rows, hashes, refreshed_at FROM {NAME}")  # noqa: S608
    except duckdb.CatalogException:
        return {}
    return {
        name: Held(signature, revision, rows, hashes, at.replace(tzinfo=UTC))
        for name, signature, revision, rows, hashes, at in asked.fetchall()
    }


def note(db: DuckDBPyConnection, table: MirrorTable, rows: int, hashes: int, at: datetime) -> Held:
    """Write down how a table stands now."""
    moment = at.astimezone(UTC).replace(tzinfo=None)
    now = Held(layout.signature(table), uuid4().hex, rows, hashes % WRAP, at)
    db.execute(f"DELETE FROM {NAME} WHERE name = ?", [table.name])  # noqa: S608
    db.execute(
        f"INSERT INTO {NAME} VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
        [table.name, now.signature, now.revision, now.rows, now.hashes, moment],
    )
    return now
