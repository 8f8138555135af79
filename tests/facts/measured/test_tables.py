"""Tables out of models: raw or converted, the mirror holds the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from facts.factories import world
from facts.measured.register import EVENING
from tongjian.facts.mirror.reading import opened, words
from tongjian.facts.mirror.refresh import refresh
from tongjian.kernel import evidence
from tongjian.kernel.mirrored import Column, ColumnKind, of_queryset
from tongjian.kernel.models import Relation, Subject
from tongjian.values import Number

pytestmark = pytest.mark.django_db
MORNING = datetime(2022, 12, 1, 1, 0, tzinfo=UTC)
COLUMNS = (
    Column("id", ColumnKind.ID, source="pk"),
    Column("area", ColumnKind.CODE, source="subject__key"),
    Column("since", ColumnKind.DATE),
    Column("share", ColumnKind.NUMBER, decimals=4),
)


def relation(subject: str, share: Number | None, since: date | None, at: datetime = MORNING) -> Relation:
    file = evidence.keep(b"x", "x.txt", by=None, at=at)
    return Relation.objects.create(
        subject=Subject.objects.get(key=subject),
        role="owner",
        object=Subject.objects.get(key="finance"),
        share_mantissa=None if share is None else share.mantissa,
        share_decimals=0 if share is None else share.decimals,
        since=since,
        source=evidence.whole(file),
        recorded_at=at,
    )


def test_a_model_is_a_table(tmp_path: Path) -> None:
    world()
    one = relation("north_town", Number(1250, 3), date(2022, 2, 28))
    two = relation("south_town", None, None)
    table = of_queryset(
        "relation",
        Relation.objects.all,
        COLUMNS,
        visible=lambda _user: Relation.objects.all(),
        changed="recorded_at",
    )
    file = tmp_path / "mirror.duckdb"
    refresh([table], at=EVENING, file=file)
    with opened(file) as db:
        numbers = words(db, table)["area"]
        rows = db.execute("SELECT id, area, since, share FROM relation ORDER BY id").fetchall()
    assert rows == [
        (one.pk, numbers["north_town"], 19051, 12500),
        (two.pk, numbers["south_town"], None, None),
    ]
    relation("east_town", Number(5, 1), date(2022, 3, 1), EVENING)
    one.delete()
    (done,) = refresh([table], at=EVENING, file=file)
    assert (done.read, done.changed, done.gone, done.rows) == (1, 1, 1, 2)


def test_columns_that_need_the_orm_come_through_it(tmp_path: Path) -> None:
    """A moment is text in SQLite and a moment in PostgreSQL: the ORM makes them one."""
    world()
    relation("north_town", Number(5, 1), None)
    table = of_queryset(
        "relation",
        Relation.objects.all,
        (Column("id", ColumnKind.ID, source="pk"), Column("on", ColumnKind.DATE, source="recorded_at__date")),
        visible=lambda _user: Relation.objects.all(),
        changed="recorded_at",
    )
    refresh([table], at=EVENING, file=tmp_path / "mirror.duckdb")
    with opened(tmp_path / "mirror.duckdb") as db:
        assert db.execute('SELECT "on__month" FROM relation').fetchall() == [(2022 * 12 + 11,)]
