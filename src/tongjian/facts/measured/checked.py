"""The declarations of all metrics, read and held against the tables of the mirror."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP
from typing import Any

from tongjian.facts import rules
from tongjian.facts.measured import declaration
from tongjian.facts.measured.declaration import Declaration, MeasuredError, column_of
from tongjian.facts.measured.tallies import Asked
from tongjian.facts.measured.values import MONTHS, Meant
from tongjian.facts.measured.wording import declaration_said, parts_said
from tongjian.facts.mirror.tables import named
from tongjian.facts.models import Metric
from tongjian.kernel.definitions import digest
from tongjian.kernel.mirrored import MirrorTable
from tongjian.kernel.said import Said
from tongjian.values import IncompatibleUnits, Number, UnknownUnit


def asked(metric: Metric, tables: Mapping[str, MirrorTable]) -> list[Asked]:
    """The metric's declaration over its table, whole and by breakdown. Raises MeasuredError."""
    return [_asked(metric, name, body, tables) for name, body in declaration.parts(metric.measured).items()]


def _asked(
    metric: Metric, breakdown: str, body: Mapping[str, Any], tables: Mapping[str, MirrorTable]
) -> Asked:
    made = declaration.parse(body, metric.kind)
    table = declaration.check(made, tables)
    _units(metric, made, table)
    return Asked(metric.key, made, table, breakdown)


def _units(metric: Metric, made: Declaration, table: MirrorTable) -> None:
    if not made.sum or made.is_ratio:
        return
    column = column_of(table, made.sum)
    try:
        rules.converted(Number(1, column.decimals), column.unit or metric.unit, metric.unit)
    except (UnknownUnit, IncompatibleUnits, ValueError) as error:
        raise MeasuredError(
            f"{made.sum} is kept in {column.unit}, the metric in {metric.unit}: {error}"
        ) from None


def in_words(metric: Metric, tables: Mapping[str, MirrorTable] | None = None) -> Sequence[Said]:
    """What is counted for a metric, line by line; nothing where it is not measured, or not over a table that is there.

    tables: for many metrics at once.
    """
    if not metric.measured:
        return ()
    try:
        whole, *parts = asked(metric, tables or named(str(metric.measured.get("table"))))
    except MeasuredError:
        return ()
    said = [*declaration_said(whole.declared, whole.table)]
    return [*said, parts_said([p.breakdown for p in parts])] if parts else said


def meant(metric: Metric) -> Meant:
    return Meant(
        metric.kind,
        metric.unit,
        metric.decimals,
        metric.rounding or ROUND_HALF_UP,
        MONTHS.get(metric.frequency, 1),
    )


def definition_digest(metric: Metric) -> str:
    """Changes when what is counted does: the declaration, and how its number is rounded."""
    said = {"measured": metric.measured, "unit": metric.unit, "decimals": metric.decimals}
    return digest({**said, "rounding": metric.rounding, "kind": metric.kind})


def measured_metrics(keys: Iterable[str] | None = None) -> list[Metric]:
    found = Metric.objects.exclude(measured={})
    return list(found if keys is None else found.filter(key__in=list(keys)))
