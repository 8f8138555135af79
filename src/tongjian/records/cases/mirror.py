"""Cases in the columnar mirror: one wide table of codes, days and flags; no word of a citizen's goes there.

Days are those of the installation's zone. Fields of a type's form that are marked `counted: true` are columns too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from tongjian.kernel.mirrored import AT_ONCE, Column, ColumnKind, MirrorTable, Row
from tongjian.records.cases import catalogue, queries
from tongjian.records.cases.bulk import is_sqlite, moment_text
from tongjian.records.cases.choices import Channel, StateKind
from tongjian.records.cases.models import Case

NAME = "cases"
CODE, DATE, INT, FLAG = ColumnKind.CODE, ColumnKind.DATE, ColumnKind.INT, ColumnKind.FLAG
# column, what it is, and the SQL that it is made of where that is not the column of the same name
COLUMNS: Sequence[tuple[Column, str]] = (
    (Column("id", ColumnKind.ID), "c.id"),
    (Column("type", CODE, "办件类型", "Type"), "c.type"),
    (Column("kind", CODE, "阶段", "Stage", choices=StateKind.choices), "c.kind"),
    (Column("state", CODE, "状态", "State"), "c.state"),
    (Column("channel", CODE, "来源渠道", "Channel", choices=Channel.choices), "c.channel"),
    (Column("category", CODE, "类别", "Category"), "c.category"),
    (Column("tier", CODE, "等级", "Grade"), "c.tier"),
    (Column("outcome", CODE, "办理结果", "Outcome"), "c.outcome"),
    (Column("area", CODE, "属地", "Area"), "area.key"),
    (Column("lead", CODE, "主办单位", "Lead unit"), "lead.key"),
    (Column("first_lead", CODE, "首接单位", "First lead unit"), "first.key"),
    (Column("opened_on", DATE, "受理日期", "Received on"), "@opened_at"),
    (Column("dispatched_on", DATE, "派单日期", "Dispatched on"), "@dispatched_at"),
    (Column("contacted_on", DATE, "首次联系日期", "First contact on"), "@contacted_at"),
    (Column("done_on", DATE, "办结日期", "Done on"), "@done_at"),
    (Column("surveyed_on", DATE, "回访日期", "Followed up on"), "@surveyed_at"),
    (Column("closed_on", DATE, "归档日期", "Closed on"), "@closed_at"),
    (Column("responded_in_time", FLAG, "按时响应", "Responded in time"), "c.responded_in_time"),
    (Column("resolved_in_time", FLAG, "按时办结", "Resolved in time"), "c.resolved_in_time"),
    (Column("reached", FLAG, "回访接通", "Reached"), "c.reached"),
    (Column("solved", FLAG, "已解决", "Solved"), "c.solved"),
    (Column("score", INT, "满意度", "Satisfaction"), "c.score"),
    (Column("rounds", INT, "回访次数", "Follow-ups"), "c.rounds"),
    (Column("hops", INT, "派单次数", "Dispatches"), "c.hops"),
    (Column("returns", INT, "退单次数", "Returns"), "c.returns"),
    (Column("redos", INT, "重办次数", "Done again"), "c.redos"),
    (Column("late", FLAG, "有逾期", "Late"), "c.late"),
    (Column("supervised", FLAG, "挂牌督办", "Listed"), "c.supervised"),
    (Column("excluded", FLAG, "已剔除", "Excluded"), "c.excluded"),
    (Column("merged", FLAG, "已并案", "Merged"), "c.cluster_id IS NOT NULL"),
    (Column("simulated", FLAG, "模拟数据", "Simulated"), "c.simulated"),
)


def tables() -> tuple[MirrorTable, ...]:
    """The one table, with the counted fields of all ruling types."""
    columns = (*COLUMNS, *_counted())

    def rows(since: datetime | None) -> Iterator[Row]:
        return _rows(columns, since)

    return (
        MirrorTable(
            name=NAME,
            columns=tuple(c for c, _sql in columns),
            rows=rows,
            count=lambda: Case.objects.order_by().count(),
            ids=lambda: Case.objects.order_by().values_list("pk", flat=True).iterator(chunk_size=AT_ONCE),
            visible=queries.visible_to,
            label="办件",
            label_en="Cases",
            personal=True,
            page="cases:case",
        ),
    )


def _counted() -> list[tuple[Column, str]]:
    """Form fields marked `counted`; a name that is taken gets form_ before it."""
    taken = {c.name for c, _sql in COLUMNS}
    found: dict[str, tuple[Column, str]] = {}
    for case_type in catalogue.ruling().values():
        for key, form in case_type.form.get("properties", {}).items():
            if not form.get("counted") or not key.isidentifier():
                continue
            name = f"form_{key}" if key in taken else key
            made = Column(name, CODE, str(form["title"]), str(form["title_en"]))
            sql = f"json_extract(c.attrs, '$.{key}')" if is_sqlite() else f"c.attrs ->> '{key}'"
            found.setdefault(name, (made, sql))
    return list(found.values())


def _rows(columns: Sequence[tuple[Column, str]], since: datetime | None) -> Iterator[Row]:
    """Past the ORM: a million rows are read as fast as the database gives them."""
    listed = ", ".join(_expression(column, sql) for column, sql in columns)
    query = (
        f"SELECT {listed} FROM cases_case c"  # noqa: S608 - our own names
        " LEFT JOIN kernel_subject area ON area.id = c.area_id"
        " LEFT JOIN kernel_subject lead ON lead.id = c.lead_id"
        " LEFT JOIN kernel_subject first ON first.id = c.first_lead_id"
    )
    values: list[Any] = []
    if since is not None:
        query += " WHERE c.changed_at >= %s"
        values.append(moment_text(since))
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _expression(column: Column, sql: str) -> str:
    """A flag is 0 or 1 on every database."""
    if sql.startswith("@"):
        return _day(sql[1:])
    return f"CAST({sql} AS integer)" if column.kind == FLAG else sql


def _day(column: str) -> str:
    """The local day of a moment. SQLite knows no zones: it gets today's offset, as zones without summer time have it."""
    zone = timezone.get_default_timezone()
    if not is_sqlite():
        return f"(c.{column} AT TIME ZONE '{zone}')::date"
    shift = timezone.now().astimezone(zone).utcoffset()
    minutes = int(shift.total_seconds() // 60) if shift else 0
    return f"date(c.{column}, '{minutes:+d} minutes')"
