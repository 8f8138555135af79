"""What a metric's `measured:` says: which rows of which table, what of them, when and where. Plain values, checked.

See docs/reference/measured.md for how it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongjian.kernel.mirrored import Column, ColumnKind, MirrorTable

FIELDS = frozenset(
    {"table", "where", "count", "sum", "ratio", "on", "from", "until", "through", "by", "breakdowns"}
)
COMPARED: Mapping[str, str] = {"ge": "ge", "gt": "gt", "le": "le", "lt": "lt"}
COUNTABLE = frozenset({ColumnKind.CODE, ColumnKind.DATE, ColumnKind.MONTH, ColumnKind.INT, ColumnKind.NUMBER})
Value = str | int | bool | date


class MeasuredError(ValueError):
    """A declaration that cannot be meant; the sentence says what to correct."""


@dataclass(frozen=True, slots=True)
class Condition:
    """column `op` values. op: in, not, ge, gt, le, lt, set, unset (set and unset have no values)."""

    column: str
    op: str
    values: tuple[Value, ...] = ()


Where = tuple[Condition, ...]  # all of them hold


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is measured. sum "": rows are counted. num: the numerator's further conditions, den: the denominator's;
    None where it is no ratio. on: the date column of a flow; start, until, through: those of a stock. by "": the
    district only.
    """

    table: str
    where: Where = ()
    sum: str = ""
    num: Where | None = None
    den: Where | None = None
    on: str = ""
    start: str = ""
    until: str = ""
    through: str = ""
    by: str = ""

    @property
    def is_ratio(self) -> bool:
        return self.num is not None

    @property
    def columns(self) -> Iterator[str]:
        """Every column that it names."""
        for where in (self.where, self.num or (), self.den or ()):
            yield from (c.column for c in where)
        yield from (c for c in (self.sum, self.on, self.start, self.until, self.through, self.by) if c)


def parse(body: Mapping[str, Any], kind: str) -> Declaration:
    """A `measured:` entry of a metric of this kind. Raises MeasuredError; columns are checked by `check`."""
    _known(body)
    ratio = body.get("ratio")
    if not isinstance(body.get("table"), str):
        raise MeasuredError("table has to name a table of the mirror")
    made = Declaration(
        table=body["table"],
        where=_where(body.get("where", {}), "where"),
        sum=str(body.get("sum", "")),
        num=None if ratio is None else _where(_side(ratio, "num"), "ratio.num"),
        den=None if ratio is None else _where(_side(ratio, "den"), "ratio.den"),
        on=str(body.get("on", "")),
        start=str(body.get("from", "")),
        until=str(body.get("until", "")),
        through=str(body.get("through", "")),
        by=str(body.get("by", "")),
    )
    _what(body, made)
    _when(made, kind)
    return made


def _known(body: Mapping[str, Any]) -> None:
    if not isinstance(body, Mapping):
        raise MeasuredError("it is a mapping: table, where, count …")
    # YAML 1.1 reads a bare `on` as true.
    if unknown := sorted(str(k) for k in set(body) - FIELDS):
        hint = " (write on: in quotes: 'on')" if "True" in unknown else ""
        raise MeasuredError(
            f"unknown field {', '.join(unknown)}{hint}; known are {', '.join(sorted(FIELDS))}"
        )


def _side(ratio: Any, name: str) -> Any:
    if not isinstance(ratio, Mapping) or set(ratio) - {"num", "den"}:
        raise MeasuredError("ratio has num and den, each with conditions")
    return ratio.get(name, {})


def _what(body: Mapping[str, Any], made: Declaration) -> None:
    if body.get("count", True) is not True:
        raise MeasuredError("count is true, or left out")
    if "count" in body and ("sum" in body or "ratio" in body):
        raise MeasuredError("count stands alone: a sum or a ratio is no count")
    if not {"count", "sum", "ratio"} & set(body):
        raise MeasuredError("say what is measured: count, sum or ratio")
    if made.is_ratio and made.num == made.den:
        raise MeasuredError("num and den of the ratio are the same")


def _when(made: Declaration, kind: str) -> None:
    flow, stock = bool(made.on), bool(made.start or made.until or made.through)
    if made.until and made.through:
        raise MeasuredError("until and through say the same in two ways: keep one")
    if flow and stock:
        raise MeasuredError(
            "on belongs to what happens in a period, from, until and through to what is there"
        )
    if kind not in {"flow", "stock", "ratio"}:
        raise MeasuredError(f"a metric of the kind {kind} cannot be measured")
    if kind == "flow" and not flow:
        raise MeasuredError("a flow needs on: the date column by which a row belongs to a period")
    if kind == "stock" and flow:
        raise MeasuredError("a stock has from, until or through, not on")
    if kind == "ratio" and not made.is_ratio:
        raise MeasuredError("a metric of the kind ratio has a ratio")
    if kind == "flow" and made.is_ratio:
        raise MeasuredError(
            "a flow has no ratio: the metric's kind is ratio, or stock where it is of a moment"
        )


def _where(rows: Any, field: str) -> Where:
    if not isinstance(rows, Mapping):
        raise MeasuredError(f"{field} is a mapping of columns and conditions")
    return tuple(c for column, meant in rows.items() for c in _conditions(str(column), meant, field))


def _conditions(column: str, meant: Any, field: str) -> Iterator[Condition]:
    if not isinstance(meant, Mapping):
        yield Condition(column, "in", _values(meant, f"{field}.{column}"))
        return
    if not meant:
        raise MeasuredError(f"{field}.{column} says nothing")
    for op, value in meant.items():
        if op in COMPARED:
            yield Condition(column, op, _values(value, f"{field}.{column}")[:1])
        elif op == "not":
            yield Condition(column, "not", _values(value, f"{field}.{column}"))
        elif op == "set" and isinstance(value, bool):
            yield Condition(column, "set" if value else "unset")
        else:
            raise MeasuredError(
                f"{field}.{column} has {op}: known are a value, a list, ge, gt, le, lt, not, and set: true or false"
            )


def _values(value: Any, field: str) -> tuple[Value, ...]:
    found = tuple(value) if isinstance(value, list) else (value,)
    if not found or any(not isinstance(v, str | int | float | date) for v in found):
        raise MeasuredError(f"{field}: a value is a word, a number, a day or true or false")
    return tuple(str(v) if isinstance(v, float) else v for v in found)


def parts(body: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Breakdown → the declaration of it alone: what all share and its own conditions. "": the whole.

    Raises MeasuredError; what each says is read by `parse`.
    """
    named = body.get("breakdowns", {}) if isinstance(body, Mapping) else {}
    if not isinstance(named, Mapping) or not all(isinstance(v, Mapping) and v for v in named.values()):
        raise MeasuredError("breakdowns is a mapping of names and conditions")
    shared = {k: v for k, v in body.items() if k != "breakdowns"} if isinstance(body, Mapping) else body
    found: dict[str, Mapping[str, Any]] = {"": shared}
    for name, where in named.items():
        if twice := sorted(set(where) & set(shared.get("where", {}))):
            raise MeasuredError(f"breakdowns.{name} asks again for {', '.join(map(str, twice))}")
        found[str(name)] = {**shared, "where": {**shared.get("where", {}), **where}}
    return found


def check(made: Declaration, tables: Mapping[str, MirrorTable]) -> MirrorTable:
    """The table meant, with every column fit for what it is used for. Raises MeasuredError."""
    table = tables.get(made.table)
    if table is None:
        known = ", ".join(sorted(tables)) or "none"
        raise MeasuredError(f"there is no table {made.table} in the mirror; there are: {known}")
    for name in made.columns:
        if table.column(name) is None:
            raise MeasuredError(
                f"the table {table.name} has no column {name}; it has: {', '.join(c.name for c in table.columns)}"
            )
    _uses(made, table)
    for condition in (*made.where, *(made.num or ()), *(made.den or ())):
        for value in condition.values:
            encoded(column_of(table, condition.column), value, lambda _word: 0)
    return table


def column_of(table: MirrorTable, name: str) -> Column:
    found = table.column(name)
    assert found is not None  # `check` looked
    return found


def _uses(made: Declaration, table: MirrorTable) -> None:
    fit: Sequence[tuple[str, str, frozenset[ColumnKind]]] = (
        ("sum", made.sum, frozenset({ColumnKind.INT, ColumnKind.NUMBER})),
        ("on", made.on, frozenset({ColumnKind.DATE, ColumnKind.MONTH})),
        ("from", made.start, frozenset({ColumnKind.DATE, ColumnKind.MONTH})),
        ("until", made.until, frozenset({ColumnKind.DATE, ColumnKind.MONTH})),
        ("through", made.through, frozenset({ColumnKind.DATE, ColumnKind.MONTH})),
        ("by", made.by, frozenset({ColumnKind.CODE})),
    )
    for field, name, kinds in fit:
        if name and column_of(table, name).kind not in kinds:
            raise MeasuredError(
                f"{field} cannot be the column {name}, which is a {column_of(table, name).kind}"
            )


def encoded(column: Column, value: Value, number_of: Callable[[str], int]) -> int:
    """A value of the declaration as the star keeps it. number_of: of a word. Raises MeasuredError."""
    try:
        return _ENCODED[column.kind](column, value, number_of)
    except (KeyError, ValueError, TypeError, ArithmeticError):
        raise MeasuredError(
            f"{column.name} is a {column.kind}, and cannot be compared with {value!r}"
        ) from None


def _word(column: Column, value: Value, number_of: Callable[[str], int]) -> int:
    if not isinstance(value, str) or isinstance(value, bool):
        raise TypeError
    if column.choices and value not in {str(c[0]) for c in column.choices}:
        raise ValueError
    return number_of(value)


def _day(_column: Column, value: Value, _of: Callable[[str], int]) -> int:
    day = value if isinstance(value, date) else date.fromisoformat(str(value))
    return day.toordinal() - date(1970, 1, 1).toordinal()


def _month(_column: Column, value: Value, _of: Callable[[str], int]) -> int:
    day = date.fromisoformat(f"{value}-01")
    return day.year * 12 + day.month - 1


def _flag(_column: Column, value: Value, _of: Callable[[str], int]) -> int:
    if not isinstance(value, bool):
        raise TypeError
    return int(value)


def _number(column: Column, value: Value, _of: Callable[[str], int]) -> int:
    from decimal import Decimal

    if isinstance(value, bool | date):
        raise TypeError
    scaled = Decimal(str(value)).scaleb(column.decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError
    return int(scaled)


_ENCODED: Mapping[ColumnKind, Callable[[Column, Value, Callable[[str], int]], int]] = {
    ColumnKind.CODE: _word,
    ColumnKind.DATE: _day,
    ColumnKind.MONTH: _month,
    ColumnKind.FLAG: _flag,
    ColumnKind.INT: _number,
    ColumnKind.NUMBER: _number,
}
