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

DIGEST = "digest__"
LAYOUT = "3"  # of this module: a mirror of another one is built anew
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
Words = Mapping[str, Sequence[str]]  # code column → its words, in the order of their numbers


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


def stage_of(table: MirrorTable) -> str:
    """The temporary table of what came; `before_of`: what the star held of it; `gone_of`: what is to go."""
    return f"stage__{table.name}"


def before_of(table: MirrorTable) -> str:
    return f"before__{table.name}"


def gone_of(table: MirrorTable) -> str:
    return f"gone__{table.name}"


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


def read_csv(files: Sequence[Path], columns: Mapping[str, str]) -> str:
    """The table that CSV files are."""
    arriving = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    where = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    options = """header=false, auto_detect=false, delim=',', quote='"', escape='"', nullstr=''"""
    return f"read_csv([{where}], {options}, columns={{{arriving}}})"


def staged(table: MirrorTable, files: Sequence[Path], words: Words) -> Iterator[str]:
    """Statements that take CSV files into the stage: the star's columns, and each row's digest.

    words: of each code column all that its rows may hold, in the order of their numbers, from 1 on.
    """
    arriving = {c.name: ARRIVES[c.kind] for c in table.columns}
    for column in codes(table):
        if known := words[column.name]:
            listed = ", ".join("'" + word.replace("'", "''") + "'" for word in known)
            yield f"CREATE OR REPLACE TEMP TYPE {_type(column)} AS ENUM ({listed})"
            arriving[column.name] = _type(column)
    given = ", ".join(f"{_given(c)} AS {quoted(c.name)}" for c in table.columns)
    source = f"(SELECT {given} FROM {read_csv(files, arriving)})"
    star = ", ".join(value for c in table.columns for value in _star(c, known=bool(words.get(c.name))))
    said = ", chr(31), ".join(
        _days(c) if c.kind == ColumnKind.DATE else quoted(c.name) for c in table.columns
    )
    hashed = f"md5_number_lower(concat({said})) AS {DIGEST}"
    yield f"CREATE OR REPLACE TEMP TABLE {stage_of(table)} AS SELECT {star}, {hashed} FROM {source} AS given"


def _type(column: Column) -> str:
    return f"words__{column.name}"


def _given(column: Column) -> str:
    """A value before it is made into the star's, as it goes into the digest."""
    name = quoted(column.name)
    if column.kind == ColumnKind.NUMBER:
        # Nearly all fit the narrow type, which the engine reads ten times faster; the wide one takes the others.
        narrow, wide = f"TRY_CAST({name} AS DECIMAL(18, {SPARE}))", f"CAST({name} AS DECIMAL(36, {SPARE}))"
        return f"coalesce({narrow}, {wide}) * {10**column.decimals}"
    if column.kind == ColumnKind.FLAG:
        # No plain cast: the reader of files would take it over, and it knows no 0 and 1 in True and False.
        return f"CAST(CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END AS SMALLINT)"
    return name


def _star(column: Column, *, known: bool) -> Iterator[str]:
    """The star's columns of one column. known: a code column has words."""
    name = quoted(column.name)
    if column.kind == ColumnKind.CODE:
        yield f"CAST({f'enum_code({name}) + 1' if known else 'NULL'} AS INTEGER) AS {name}"
    elif column.kind == ColumnKind.DATE:
        yield f"{_days(column)} AS {name}"
        for column_name, day in ((month_of(column.name), name), (over_of(column.name), f"({name} + 1)")):
            yield f"CAST(year({day}) * 12 + month({day}) - 1 AS INTEGER) AS {quoted(column_name)}"
    else:
        yield name


def _days(column: Column) -> str:
    return f"CAST({quoted(column.name)} - DATE '1970-01-01' AS INTEGER)"


def twice(table: MirrorTable) -> str:
    """The query for an id that came twice."""
    key = _key(table)
    return f"SELECT {key} FROM {stage_of(table)} GROUP BY {key} HAVING count(*) > 1 LIMIT 1"


def inexact(table: MirrorTable) -> Iterator[tuple[Column, str]]:
    """Of each number column, the query for rows with more decimals than the column holds."""
    for column in table.columns:
        if column.kind == ColumnKind.NUMBER:
            name = quoted(column.name)
            yield column, f"SELECT {_key(table)} FROM {stage_of(table)} WHERE {name} <> trunc({name}) LIMIT 1"


def found_before(table: MirrorTable) -> str:
    """The statement that finds which rows of the stage the star holds already, with their digests."""
    key = _key(table)
    asked = f"SELECT {key}, {DIGEST} FROM {quoted(table.name)} WHERE {key} IN (SELECT {key} FROM {stage_of(table)})"
    return f"CREATE OR REPLACE TEMP TABLE {before_of(table)} AS {asked}"


def compared(table: MirrorTable) -> str:
    """Stage beside what was before: rows, different ids, rows held before, held with the same digest, sums of both."""
    return (
        f"SELECT count(*), count(DISTINCT s.{_key(table)}), count(b.{DIGEST}), count(*) FILTER (b.{DIGEST} = s.{DIGEST}),"
        f" coalesce(sum(s.{DIGEST}), 0), coalesce(sum(b.{DIGEST}), 0)"
        f" FROM {stage_of(table)} AS s LEFT JOIN {before_of(table)} AS b USING ({_key(table)})"
    )


def gone(table: MirrorTable, files: Sequence[Path]) -> Iterator[str]:
    """Statements for what is not among the ids of CSV files: rows of the star are listed, those of the stage taken out."""
    key, ids = _key(table), f"SELECT id FROM {read_csv(files, {'id': 'BIGINT'})}"
    yield (
        f"CREATE OR REPLACE TEMP TABLE {gone_of(table)} AS"
        f" SELECT {key}, {DIGEST} FROM {quoted(table.name)} WHERE {key} NOT IN ({ids})"
    )
    for held in (stage_of(table), before_of(table)):
        yield f"DELETE FROM {held} WHERE {key} NOT IN ({ids})"


def as_before(table: MirrorTable) -> str:
    """Take out of the stage what the star holds in the same way."""
    key = _key(table)
    return f"DELETE FROM {stage_of(table)} WHERE ({key}, {DIGEST}) IN (SELECT {key}, {DIGEST} FROM {before_of(table)})"


def removed(table: MirrorTable, held: str) -> str:
    """Take out of the star the rows whose ids stand in a temporary table."""
    key = _key(table)
    return f"DELETE FROM {quoted(table.name)} WHERE {key} IN (SELECT {key} FROM {held})"


def inserted(table: MirrorTable) -> str:
    """The stage into the star."""
    numbers = {c.name for c in table.columns if c.kind == ColumnKind.NUMBER}
    values = ", ".join(f"CAST({quoted(n)} AS BIGINT)" if n in numbers else quoted(n) for n in kept(table))
    return f"INSERT INTO {quoted(table.name)} SELECT {values}, {DIGEST} FROM {stage_of(table)} ORDER BY {_key(table)}"


def new_words(table: MirrorTable) -> str:
    """Takes three lists: columns, numbers, words."""
    return (
        f"INSERT INTO {_words(table)} SELECT unnest(?::VARCHAR[]), unnest(?::INTEGER[]), unnest(?::VARCHAR[])"
    )


def dropped(table: MirrorTable) -> Iterator[str]:
    """What was made on the way."""
    for name in (stage_of(table), before_of(table), gone_of(table)):
        yield f"DROP TABLE IF EXISTS temp.{name}"


def summed(table: str) -> str:
    """Rows, and the sum of their digests."""
    return f"SELECT count(*), coalesce(sum({DIGEST}), 0) FROM {quoted(table)}"


def worded(table: MirrorTable) -> str:
    """Columns, words and their numbers, ascending."""
    return f"SELECT name, word, code FROM {_words(table)} ORDER BY code"


def copied(table: MirrorTable, file: Path) -> str:
    """The star into a Parquet file."""
    star, where = ", ".join(quoted(name) for name in kept(table)), str(file).replace("'", "''")
    return f"COPY (SELECT {star} FROM {quoted(table.name)}) TO '{where}' (FORMAT parquet)"


def _words(table: MirrorTable) -> str:
    return quoted(dictionary_of(table.name))


def _key(table: MirrorTable) -> str:
    return quoted(table.columns[0].name)
