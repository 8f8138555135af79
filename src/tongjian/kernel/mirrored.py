"""What a records app hands to the columnar mirror: its tables, described and read. Plain values; no engine here.

An app keeps `mirror.py` with `TABLES: tuple[MirrorTable, ...]`, or with `tables() -> Sequence[MirrorTable]` where
its tables follow from definitions. `facts.mirror` finds both. Most tables are one call of `of_queryset`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongjian.kernel.access import Viewer

Row = tuple[object, ...]  # one value a column, in the order of the columns; None: not known
AT_ONCE = 5_000  # rows fetched from the database in one go


class ColumnKind(StrEnum):
    """What a column holds, and so how the mirror keeps it."""

    ID = "id"  # the row's own integer key: exactly one column of a table, its first
    CODE = "code"  # one word of a vocabulary, or an area's key: kept as an integer with a dictionary
    DATE = "date"  # a day: kept as days since 1970, with the month beside it
    MONTH = "month"  # a month index, year × 12 + month − 1
    INT = "int"
    NUMBER = "number"  # a Number, Decimal or int: kept as an integer at the column's decimals
    FLAG = "flag"  # true or false
    TEXT = "text"  # a masked text, to be shown and never counted by


@dataclass(frozen=True, slots=True)
class Column:
    """One column. label: what people read. unit, decimals: of a number. source: the ORM path, the name if empty.

    choices: the words of a code with what people read, as Django's `choices`.
    """

    name: str
    kind: ColumnKind
    label: str = ""
    label_en: str = ""
    unit: str = ""
    decimals: int = 0
    source: str = ""
    choices: Sequence[tuple[str, Any]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", ColumnKind(self.kind))
        if not self.name.isidentifier() or not self.name.islower() or "__" in self.name:
            raise ValueError(f"a column's name is a plain lower-case word, not {self.name!r}")
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"{self.name}: a column of the mirror holds 0 to 6 decimals")


@dataclass(frozen=True, slots=True)
class MirrorTable:
    """A table of records as the mirror takes it.

    rows: all rows, or those changed at or after a moment; a row that was archived is a row still, one that is gone
    is known by `ids`. visible: the rows that a user may open, primary key = the id column, `str()` = the row's name.
    personal: rows are about persons, so that small counts are not for everyone. page: url name of a row's page,
    which takes the subject's key (or the row's id, for rows that are no subjects); empty: rows have none.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[datetime | None], Iterator[Row]]
    count: Callable[[], int]
    ids: Callable[[], Iterator[int]]
    visible: Callable[[Viewer], QuerySet[Any]]
    label: str = ""
    label_en: str = ""
    personal: bool = False
    page: str = ""

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or not self.name.islower() or "__" in self.name:
            raise ValueError(f"a table's name is a plain lower-case word, not {self.name!r}")
        if [i for i, c in enumerate(self.columns) if c.kind == ColumnKind.ID] != [0]:
            raise ValueError(f"{self.name}: the first column, and no other, is the id")
        names = [c.name for c in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.name}: a column stands twice")

    def column(self, name: str) -> Column | None:
        return next((c for c in self.columns if c.name == name), None)


def of_queryset(
    name: str,
    queryset: Callable[[], QuerySet[Any]],
    columns: Sequence[Column],
    *,
    visible: Callable[[Viewer], QuerySet[Any]],
    changed: str = "changed_at",
    label: str = "",
    label_en: str = "",
    personal: bool = False,
    page: str = "",
) -> MirrorTable:
    """The mirror table of a model: columns by their ORM paths, a number by its `_mantissa` and `_decimals` fields."""
    paths = [column.source or column.name for column in columns]
    as_text = {ColumnKind.NUMBER, ColumnKind.DATE}
    asked = [f"{c.name}_as_text" if c.kind in as_text else c.source or c.name for c in columns]

    def rows(since: datetime | None) -> Iterator[Row]:
        from tongjian.kernel import raw_rows

        found = queryset() if since is None else queryset().filter(**{f"{changed}__gte": since})
        texts = {
            f"{c.name}_as_text": raw_rows.text_of_day(path)
            if c.kind == ColumnKind.DATE
            else raw_rows.exact_text(f"{path}_mantissa", f"{path}_decimals")
            for c, path in zip(columns, paths, strict=True)
            if c.kind in as_text
        }
        return raw_rows.rows(found.order_by().annotate(**texts).values_list(*asked))

    def ids() -> Iterator[int]:
        return queryset().order_by().values_list(paths[0], flat=True).iterator(chunk_size=AT_ONCE)

    return MirrorTable(
        name=name,
        columns=tuple(columns),
        rows=rows,
        count=lambda: queryset().order_by().count(),
        ids=ids,
        visible=visible,
        label=label,
        label_en=label_en,
        personal=personal,
        page=page,
    )
