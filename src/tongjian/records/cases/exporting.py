"""A list of cases as the cells of a file, row by row: no model objects, so that a million rows take no more memory than one page.

Personal data is masked in the columns themselves (masking.py); the text of a case and its place stay in the house.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, Func, IntegerField, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from tongjian.kernel.access import Viewer
from tongjian.kernel.models import Area, Organisation
from tongjian.records.cases import catalogue, lists, refusals, search
from tongjian.records.cases.choices import Channel
from tongjian.records.cases.lists import Filters
from tongjian.records.cases.models import Case

Cells = tuple[str | int | None, ...]
READ = (
    "pk", "title", "type", "state", "category", "channel", "area_id", "lead_id", "received", "due",
    "done", "returns", "is_solved", "score", "is_simulated",
)  # fmt: skip
CHUNK = 2000
FOUND_AT_ONCE = 500  # ids of a search, kept below SQLite's limit of variables


class Told(Func):
    """A moment as text in UTC, to the minute. Made into a datetime by Django first, a row would take half as long again."""

    output_field = CharField()
    template = "substr(%(expressions)s, 1, 16)"

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        written = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')"
        return self.as_sql(compiler, connection, template=written, **more)


@dataclass(frozen=True, slots=True)
class Names:
    """What stands for keys in the language of the page, looked up once. states: by type and state."""

    types: Mapping[str, str]
    states: Mapping[tuple[str, str], str]
    channels: Mapping[str, str]
    areas: Mapping[int, str]
    units: Mapping[int, str]
    truth: Mapping[bool | None, str]


def heads() -> Cells:
    """The headings, in the order of the cells."""
    return (
        _("Case number"), _("Title"), _("Kind"), _("State"), _("Category"), _("Channel"), _("Area"),
        _("Lead unit"), _("Received"), _("Due"), _("Done on"), _("Number of returns"),
        _("Whether it is solved"), _("Satisfaction"), _("Simulated data"),
    )  # fmt: skip


def cells(user: Viewer, key: str, filters: Filters, *, at: datetime) -> Iterator[Cells]:
    """The whole list as `lists.page` would show it, page after page. Names are looked up before the first row is asked for."""
    told = _teller(_names())
    read = _found(user, key, filters, at) if filters.words else _all(lists.export(user, key, filters, at=at))
    return (told(row) for row in read)


def _all(rows: QuerySet[Case]) -> Iterator[tuple[Any, ...]]:
    return _read(rows).iterator(chunk_size=CHUNK)


def _read(rows: QuerySet[Case]) -> QuerySet[Case, tuple[Any, ...]]:
    moments = {"received": Told("opened_at"), "due": Told("due_at"), "done": Told("done_at")}
    truth = {f"is_{name}": Cast(name, IntegerField()) for name in ("solved", "simulated")}
    return rows.annotate(**moments, **truth).values_list(*READ)


def _found(user: Viewer, key: str, filters: Filters, at: datetime) -> Iterator[tuple[Any, ...]]:
    """A list with words in it: newest first, as the search gives it."""
    only, before = lists.searchable(user, key, filters, at=at), None
    while ids := search.find(user, filters.words, before=before, limit=FOUND_AT_ONCE, only=only):
        yield from _read(Case.objects.filter(pk__in=ids).order_by("-pk"))
        before = ids[-1]


def _names() -> Names:
    types = catalogue.ruling().values()
    return Names(
        types={t.key: refusals.label(t.name) for t in types},
        states={(t.key, k): refusals.label(s.name) for t in types for k, s in t.states.items()},
        channels={str(k): str(v) for k, v in Channel.choices},
        areas={a.pk: str(a) for a in Area.objects.select_related("subject")},
        units={u.pk: str(u) for u in Organisation.objects.select_related("subject")},
        truth={None: "", True: _("yes"), False: _("no")},
    )


def _teller(names: Names) -> Callable[[tuple[Any, ...]], Cells]:
    """How a row as read becomes cells; a key that is gone is told as it is."""
    local = _localiser()
    types, states, channels = names.types.get, names.states.get, names.channels.get
    areas, units, truth = names.areas.get, names.units.get, names.truth

    def told(row: tuple[Any, ...]) -> Cells:
        (pk, title, kind, state, category, channel, area, lead, opened, due, done, returns, solved, score, simulated) = row  # fmt: skip
        received = local(opened)
        return (
            f"{received[:4]}{received[5:7]}-{pk}", title, types(kind, kind), states((kind, state), state),
            category, channels(channel, channel), areas(area, ""), units(lead, ""), received,
            due and local(due), done and local(done),
            returns, truth[solved], score, truth[simulated],
        )  # fmt: skip

    return told


def _localiser() -> Callable[[str], str]:
    """A moment told in UTC as the place's time. An hour is looked up once: where clocks differ by whole hours, as a rule."""
    zone, hours = timezone.get_current_timezone(), dict[str, str]()

    def local(told: str) -> str:
        found = hours.get(told[:13])
        return found + told[13:] if found is not None else looked_up(told)

    def looked_up(told: str) -> str:
        there = (
            datetime.fromisoformat(told).replace(tzinfo=UTC).astimezone(zone).isoformat(" ", "minutes")[:16]
        )
        if there[13:] == told[13:]:
            hours[told[:13]] = there[:13]
        return there

    return local
