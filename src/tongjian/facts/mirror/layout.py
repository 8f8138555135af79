"""How a table of records is kept as a star: integers only, words in dictionaries. Pure: columns in, SQL text out.

Kept of one column: an id as it is; a code as the number of its word in `table__words`; a date as days
since 1970, with `column__month` (its month index) and `column__over` (the month of the day after it, the first at
whose end it has passed); a number as an integer at the column's decimals; a flag as 0 or 1. `digest__` is a hash of
the row's own values, so that rows are compared, and a snapshot named, without reading them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable

STAGE = "stage__"
DIGEST = "digest__"
LAYOUT = "2"  # of this module: a mirror of another one is built anew
DROP_STAGE = f"DROP TABLE {STAGE}"
SPARE = 9  # decimals in which a number arrives, before it is scaled
ARRIVES: Mapping[ColumnKind, str] = {
    ColumnKind.ID: "BIGINT",
    ColumnKind.CODE: "VARCHAR",
    ColumnKind.DATE: "DATE",
    ColumnKind.MONTH: "INTEGER",
    ColumnKind.INT: "BIGINT",
    ColumnKind.NUMBER: "VARCHAR",
    ColumnKind.FLAG: "BOOLEAN",
    ColumnKind.TEXT: "VARCHAR",
}
KEPT: Mapping[ColumnKind, str] = {
    ColumnKind.ID: "BIGINT",
    ColumnKind.CODE: "INTEGER",
    ColumnKind.DATE: "INTEGER",
    ColumnKind.MONTH: "INTEGER",
    ColumnKind.INT: "BIGINT",
    ColumnKind.NUMBER: "BIGINT",
    ColumnKind.FLAG: "SMALLINT",
    ColumnKind.TEXT: "VARCHAR",
}


def quoted(name: str) -> str:
    """A name as SQL: `case` and `order` are words of the language. Names hold no quotes, see MirrorTable."""
    return f'"{name}"'


def month_of(column: str) -> str:
    return f"{column}__month"


def over_of(column: str) -> str:
    return f"{column}__over"


def dictionary_of(table: str) -> str:
    """The table of a star's words: of each code column the word and its number."""
    return f"{table}__words"


def kept(table: MirrorTable) -> Mapping[str, str]:
    """Column of the star → its SQL type, the same on every engine; without the digest."""
    found: dict[str, str] = {}
    for column in table.columns:
        found[column.name] = KEPT[column.kind]
        if column.kind == ColumnKind.DATE:
            found |= {month_of(column.name): "INTEGER", over_of(column.name): "INTEGER"}
    return found


def codes(table: MirrorTable) -> Sequence[Column]:
    return [c for c in table.columns if c.kind == ColumnKind.CODE]


def signature(table: MirrorTable) -> str:
    """Changes when the columns do: the table is built anew then."""
    return ";".join((LAYOUT, *(f"{c.name}:{c.kind}:{c.decimals}" for c in table.columns)))


def made(table: MirrorTable) -> Iterator[str]:
    """Statements that make the empty star and its dictionaries, whatever stood there."""
    star = ", ".join(f"{quoted(name)} {kind}" for name, kind in kept(table).items())
    yield f"CREATE OR REPLACE TABLE {quoted(table.name)} ({star}, {DIGEST} UBIGINT)"
    yield f"CREATE OR REPLACE TABLE {_words(table)} (name VARCHAR, code INTEGER, word VARCHAR)"


def read_csv(file: Path, columns: Mapping[str, str]) -> str:
    """The table that a CSV file is."""
    arriving = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    where = str(file).replace("'", "''")
    options = """header=false, auto_detect=false, delim=',', quote='"', escape='"', nullstr=''"""
    return f"read_csv('{where}', {options}, columns={{{arriving}}})"


def staged(table: MirrorTable, file: Path) -> Iterator[str]:
    """Statements that take a CSV file into the stage, each row with its digest."""
    values = ", ".join(f"{_staged(c)} AS {quoted(c.name)}" for c in table.columns)
    source = read_csv(file, {c.name: ARRIVES[c.kind] for c in table.columns})
    said = ", ".join(f"coalesce(CAST({quoted(c.name)} AS VARCHAR), chr(0))" for c in table.columns)
    hashed = f"md5_number_lower(concat_ws(chr(31), {said})) AS {DIGEST}"
    yield f"CREATE OR REPLACE TEMP TABLE {STAGE} AS SELECT *, {hashed} FROM (SELECT {values} FROM {source}) AS given"


def _staged(column: Column) -> str:
    """A value as the star keeps it, but for words."""
    name = quoted(column.name)
    if column.kind == ColumnKind.DATE:
        return f"CAST({name} - DATE '1970-01-01' AS INTEGER)"
    if column.kind == ColumnKind.NUMBER:
        # Nearly all fit the narrow type, which the engine reads ten times faster; the wide one takes the others.
        narrow, wide = f"TRY_CAST({name} AS DECIMAL(18, {SPARE}))", f"CAST({name} AS DECIMAL(36, {SPARE}))"
        return f"coalesce({narrow}, {wide}) * {10**column.decimals}"
    if column.kind == ColumnKind.FLAG:
        # No plain cast: the reader of files would take it over, and it knows no 0 and 1 in True and False.
        return f"CAST(CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END AS SMALLINT)"
    return name


def twice(table: MirrorTable) -> str:
    """The query for an id that came twice."""
    key = quoted(table.columns[0].name)
    return f"SELECT {key} FROM {STAGE} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"


def inexact(table: MirrorTable) -> Iterator[tuple[Column, str]]:
    """Of each number column, the query for rows with more decimals than the column holds."""
    key = quoted(table.columns[0].name)
    for column in table.columns:
        if column.kind == ColumnKind.NUMBER:
            name = quoted(column.name)
            yield column, f"SELECT {key} FROM {STAGE} WHERE {name} <> trunc({name}) LIMIT 1"


def settled(table: MirrorTable, *, empty: bool) -> Iterator[str]:
    """Statements that bring the stage's rows into the star (an empty one): new words, then the rows that differ."""
    if not empty:
        star, key = quoted(table.name), quoted(table.columns[0].name)
        asked = f"SELECT {key}, {DIGEST} FROM {star} WHERE {key} IN (SELECT {key} FROM {STAGE})"
        yield f"DELETE FROM {STAGE} WHERE ({key}, {DIGEST}) IN ({asked})"
        yield f"DELETE FROM {star} WHERE {key} IN (SELECT {key} FROM {STAGE})"
    if codes(table):
        yield _new_words(table)
    yield _inserted(table)


def without(table: MirrorTable, file: Path) -> str:
    """Take out the rows whose ids are not in a CSV file."""
    star, key = quoted(table.name), quoted(table.columns[0].name)
    return f"DELETE FROM {star} WHERE {key} NOT IN (SELECT id FROM {read_csv(file, {'id': 'BIGINT'})})"


def counted(table: str) -> str:
    return f"SELECT count(*) FROM {quoted(table)}"


def summed(table: str) -> str:
    """Rows, and the sum of their digests."""
    return f"SELECT count(*), coalesce(sum({DIGEST}), 0) FROM {quoted(table)}"


def worded(table: MirrorTable) -> str:
    """Columns, words and their numbers."""
    return f"SELECT name, word, code FROM {_words(table)}"


def copied(table: MirrorTable, file: Path) -> str:
    """The star into a Parquet file."""
    star, where = ", ".join(quoted(name) for name in kept(table)), str(file).replace("'", "''")
    return f"COPY (SELECT {star} FROM {quoted(table.name)}) TO '{where}' (FORMAT parquet)"


def _words(table: MirrorTable) -> str:
    return quoted(dictionary_of(table.name))


def _new_words(table: MirrorTable) -> str:
    words = _words(table)
    new = " UNION ALL ".join(
        f"SELECT DISTINCT '{c.name}' AS name, {quoted(c.name)} AS word FROM {STAGE}" for c in codes(table)
    )
    known = f"SELECT count(*) FROM {words} AS old WHERE old.name = new.name"
    return (
        f"INSERT INTO {words} SELECT name, ({known}) + row_number() OVER (PARTITION BY name ORDER BY word), word"
        f" FROM ({new}) AS new WHERE word IS NOT NULL"
        f" AND NOT EXISTS (SELECT 1 FROM {words} AS own WHERE own.name = new.name AND own.word = new.word)"
    )


def _inserted(table: MirrorTable) -> str:
    """The stage into the star, words as their numbers, months beside dates."""
    values = ", ".join(part for column in table.columns for part in _kept_values(column))
    joins = "".join(
        f" LEFT JOIN {_words(table)} AS d_{c.name}"
        f" ON d_{c.name}.name = '{c.name}' AND d_{c.name}.word = s.{quoted(c.name)}"
        for c in codes(table)
    )
    order = f"ORDER BY s.{quoted(table.columns[0].name)}"
    return f"INSERT INTO {quoted(table.name)} SELECT {values}, s.{DIGEST} FROM {STAGE} AS s{joins} {order}"


def _kept_values(column: Column) -> Iterator[str]:
    own = f"s.{quoted(column.name)}"
    if column.kind == ColumnKind.CODE:
        yield f"d_{column.name}.code"
    elif column.kind == ColumnKind.NUMBER:
        yield f"CAST({own} AS BIGINT)"
    else:
        yield own
    if column.kind == ColumnKind.DATE:
        for days in (0, 1):
            day = f"(DATE '1970-01-01' + {own} + {days})"
            yield f"year({day}) * 12 + month({day}) - 1"
