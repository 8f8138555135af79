"""From a measured figure back to the records: what was counted, and the rows, as far as one may open them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from tongjian.facts.choices import MetricKind
from tongjian.facts.measured import declaration, listing, record, small
from tongjian.facts.measured.actions import within
from tongjian.facts.measured.declaration import MeasuredError
from tongjian.facts.measured.record import Measurement
from tongjian.facts.measured.tallies import Asked
from tongjian.facts.measured.wording import declaration_said
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, snapshot, words
from tongjian.facts.mirror.tables import named
from tongjian.facts.models import Metric
from tongjian.kernel.access import Viewer
from tongjian.kernel.mirrored import MirrorTable
from tongjian.kernel.models import Place
from tongjian.kernel.said import Said
from tongjian.values import Period

PER_PAGE = 50
MANY = 2_000  # ids looked at to fill a page


@dataclass(frozen=True, slots=True)
class Opened:
    """A measurement as one person may see it.

    said: the declaration in words. hidden: its count is too small to be told to this person. rows: those of one page
    that they may open, in the order of their ids; after: id to go on from, None at the end. then: by the ids kept with
    the figure, else by the same conditions in the mirror of today, with its snapshot in `today`.
    """

    measurement: Measurement
    table: MirrorTable | None
    said: Sequence[Said]
    hidden: bool
    rows: Sequence[Model]
    after: int | None
    then: bool
    today: str = ""
    problem: Said | None = None


GONE = Said(
    "measured.table_gone",
    "这个台账的表已不在镜像中，无法列出条目。",
    "The table is no longer in the mirror, so that its rows cannot be listed.",
)

STALE = Said(
    "measured.stale",
    "镜像还没有这个台账的当前版本，下次夜间作业（tongjian nightly）后可列出条目。",
    "The mirror does not hold this table as it is now. Its rows can be listed after the next tongjian nightly.",
)


def opened_for(place: Place, user: Viewer, after: int | None = None) -> Opened | None:
    """What stands behind a measured figure; None for a place of another kind."""
    said = record.read(place)
    return None if said is None else _opened(said, user, after, small.is_withheld(place, user))


def _opened(said: Measurement, user: Viewer, after: int | None, withheld: bool) -> Opened:
    table = named(said.table).get(said.table)
    try:
        asked = _asked(said, table)
    except MeasuredError:
        asked = None
    if table is None or asked is None:
        return Opened(said, table, (), False, (), None, False, problem=GONE)
    words_of = declaration_said(asked.declared, table)
    if withheld or too_small(said, table, user):
        return Opened(said, table, words_of, True, (), None, said.ids is not None)
    if said.ids is not None:
        rows, more = _page(table, user, [pk for pk in said.ids if after is None or pk > after])
        return Opened(said, table, words_of, False, rows, more, True)
    return _of_today(said, asked, words_of, user, after)


def _asked(said: Measurement, table: MirrorTable | None) -> Asked | None:
    if table is None:
        return None
    kind = Metric.objects.filter(key=said.metric).values_list("kind", flat=True).first()
    made = declaration.parse(said.declared, kind or MetricKind.FLOW)
    declaration.check(made, {table.name: table})
    return Asked(said.metric, made, table)


def too_small(said: Measurement, table: MirrorTable, user: Viewer) -> bool:
    """Whether a count of persons is so small that it could tell who they are, to one who is no official."""
    return table.personal and small.is_public(user) and small.is_small(said.rows, said.part)


def _of_today(
    said: Measurement, asked: Asked, words_of: Sequence[Said], user: Viewer, after: int | None
) -> Opened:
    """By the same conditions, in the mirror as it stands now."""
    area = next((a for a in within() if a.key == said.area), None)
    try:
        with opened() as db:
            held = snapshot(db, asked.table)
            if held is None or area is None:
                problem = STALE if held is None else GONE
                return Opened(said, asked.table, words_of, False, (), None, False, problem=problem)
            numbers = words(db, asked.table)
            period = Period.parse(said.period)
            found = listing.ids(
                asked, area, period, numbers, lambda sql: db.execute(sql).fetchall(), MANY, after
            )
    except MirrorError as error:
        told = Said(error.code, str(error), str(error))
        return Opened(said, asked.table, words_of, False, (), None, False, problem=told)
    rows, more = _page(asked.table, user, found)
    if more is None and len(found) == MANY:
        more = found[-1]
    return Opened(said, asked.table, words_of, False, rows, more, False, held.digest)


def _page(table: MirrorTable, user: Viewer, ids: Sequence[int]) -> tuple[list[Any], int | None]:
    """The first rows among these ids that the user may open, and the id to go on from."""
    visible = {row.pk: row for row in table.visible(user).filter(pk__in=list(ids[:MANY]))}
    own = [pk for pk in ids if pk in visible]
    more = own[PER_PAGE - 1] if len(own) > PER_PAGE else None
    return [visible[pk] for pk in own[:PER_PAGE]], more
