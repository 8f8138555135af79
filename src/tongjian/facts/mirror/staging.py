"""Rows on their way into the mirror: written to a CSV file, taken into a temporary table, held against the star."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from tongjian.facts.mirror import layout
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import words
from tongjian.kernel.mirrored import AT_ONCE, MirrorTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILES = 2  # that rows are written to: the engine reads each by a core of its own


@dataclass(slots=True)
class Written:
    """Rows as files, and the words that stand in their code columns."""

    files: Sequence[Path]
    words: dict[str, set[str]]

    @property
    def is_empty(self) -> bool:
        return not any(file.stat().st_size for file in self.files)


@dataclass(frozen=True, slots=True)
class Staged:
    """What stands in a table's stage, and what the star holds of it.

    read: rows that came; changed: new or different ones; new: ids that the star does not hold; gone: rows of the star to be
    taken out; added: what the star's sum of digests gains, negative where it loses; words: new ones, by code column.
    """

    table: MirrorTable
    read: int
    changed: int
    new: int
    added: int
    words: Mapping[str, Sequence[str]]
    gone: int = 0


@contextmanager
def written(rows: Iterable[Sequence[object]], table: MirrorTable | None = None) -> Iterator[Written]:
    """The rows as files that the engine reads at once: row by row it would be 400 times slower."""
    places = {c.name: n for n, c in enumerate(table.columns) if c in layout.codes(table)} if table else {}
    with tempfile.TemporaryDirectory(prefix="mirror-") as folder, ExitStack() as stack:
        files = [Path(folder) / f"{n}.csv" for n in range(FILES)]
        outs = [stack.enter_context(f.open("w", encoding="utf-8", newline="")) for f in files]
        made = Written(files, {name: set() for name in places})
        for out, text in zip(cycle(outs), _lines(rows, places, made.words), strict=False):
            out.write(text)
        stack.close()
        yield made


def _lines(
    rows: Iterable[Sequence[object]], places: Mapping[str, int], found: Mapping[str, set[str]]
) -> Iterator[str]:
    """Many lines at once, without carriage returns: inside of quotes they confuse the engine's reader, and mean nothing here."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        for name, place in places.items():
            found[name].update(_word(value) for value in set(map(itemgetter(place), some)))
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(some)
        yield text.getvalue().replace("\r", " ")


def _word(value: object) -> str:
    """As the file says it; "" for none."""
    return "" if value is None else str(value).replace("\r", " ")


def stage(db: DuckDBPyConnection, table: MirrorTable, given: Written) -> Staged:
    """Take the files into the table's stage and look what the star holds of it. Raises MirrorError."""
    known = words(db, table)
    new = {name: sorted(found - {""} - set(known[name])) for name, found in given.words.items()}
    for statement in layout.staged(table, given.files, {name: [*known[name], *new[name]] for name in known}):
        db.execute(statement)
    db.execute(layout.found_before(table))
    return _compared(db, table, new)


def _compared(db: DuckDBPyConnection, table: MirrorTable, new: Mapping[str, Sequence[str]]) -> Staged:
    found = db.execute(layout.compared(table)).fetchone()
    assert found is not None
    rows, different, before, same, now_sum, before_sum = map(int, found)
    _check(db, table, twice=different < rows)
    if same:
        db.execute(layout.as_before(table))
    return Staged(table, rows, rows - same, rows - before, now_sum - before_sum, new)


def _check(db: DuckDBPyConnection, table: MirrorTable, *, twice: bool) -> None:
    """No row twice, no number cut short. Raises MirrorError."""
    if twice and (found := db.execute(layout.twice(table)).fetchone()):
        raise MirrorError("mirror.row_twice", table=table.name, row=found[0])
    for column, query in layout.inexact(table):
        if found := db.execute(query).fetchone():
            raise MirrorError(
                "mirror.inexact",
                table=table.name,
                row=found[0],
                column=column.name,
                decimals=column.decimals,
            )


def without_gone(db: DuckDBPyConnection, staged: Staged) -> Staged:
    """Ask the records for all their ids, and list what the star or the stage have beyond them."""
    table = staged.table
    with written((pk,) for pk in table.ids()) as ids:
        for statement in layout.gone(table, ids.files):
            db.execute(statement)
    again = _compared(db, table, staged.words)
    found = db.execute(layout.summed(layout.gone_of(table))).fetchone()
    assert found is not None
    gone, lost = map(int, found)
    return replace(again, read=staged.read, added=again.added - lost, gone=gone)


def settle(db: DuckDBPyConnection, staged: Staged) -> None:
    """The stage into the star, and out of it what is gone."""
    table = staged.table
    if any(staged.words.values()):
        _learn(db, table, staged.words)
    if staged.changed > staged.new:
        db.execute(layout.removed(table, layout.stage_of(table)))
    if staged.gone:
        db.execute(layout.removed(table, layout.gone_of(table)))
    if staged.changed:
        db.execute(layout.inserted(table))
    for statement in layout.dropped(table):
        db.execute(statement)


def _learn(db: DuckDBPyConnection, table: MirrorTable, new: Mapping[str, Sequence[str]]) -> None:
    """New words get the next numbers."""
    known = words(db, table)
    rows = [(name, len(known[name]) + n, word) for name, own in new.items() for n, word in enumerate(own, 1)]
    db.execute(layout.new_words(table), [list(column) for column in zip(*rows, strict=True)])
