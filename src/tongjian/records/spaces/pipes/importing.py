"""Taking in a survey of pipes: kept as received, checked whole, then written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.db.models import Max, Model, QuerySet

from tongjian.kernel import events, evidence
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Area, Event, EvidenceFile, Organisation, Place, Subject, User
from tongjian.kernel.shapes import areas_by_name
from tongjian.reading.collecting import no_collecting
from tongjian.records.spaces.metres import metres_between
from tongjian.records.spaces.models import Node, Segment
from tongjian.records.spaces.pipes import checking, table
from tongjian.records.spaces.pipes.checking import Checked, Ground

PREFIX = "pipe-"  # of the keys of segments' subjects
VERB = "spaces.pipes_imported"
AT_ONCE = 5000
COLUMNS = (
    "name", "area_id", "owner_id", "sensitivity", "changed_at", "archived_at", "utility", "from_node_id",
    "to_node_id", "flow", "bends", "length_cm", "diameter_mm", "height_mm", "material", "depth_from_cm", "depth_to_cm",
    "built_year", "surveyed_on", "accuracy_cm", "holder", "source_id", "row",
)  # fmt: skip
TOLD = ("changed_at", "source_id", "row")  # a row that differs in these alone says nothing new
_BENDS, _SURVEYED = COLUMNS.index("bends"), COLUMNS.index("surveyed_on")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, of all its rows."""

    rows: int
    new: int
    changed: int
    file: EvidenceFile | None = None


def import_segments(data: bytes, name: str, *, by: User | None, at: datetime) -> Imported:
    """Record the segments of a CSV, xlsx or GeoJSON file; the same one again changes nothing.

    by None: the operator at the command line. Others write for their own organisations only. A segment that is not in
    the file stays as it is. Raises NotAllowed, PipesRefused naming every bad cell; nothing is kept or written then.
    """
    with no_collecting():
        return _import(data, name, by, at)


def _import(data: bytes, name: str, by: User | None, at: datetime) -> Imported:
    ground = _ground(by)
    same = _last_import(data)
    if same is not None:
        return Imported(same, 0, 0)
    found = table.read(data, name)
    checked = checking.check(found, ground)
    if checked.problems:
        raise table.PipesRefused(checked.problems)
    with transaction.atomic():
        file = evidence.keep(data, name, by=by, at=at)
        nodes = _write_nodes(checked.nodes)
        done = _write(found, checked, nodes, evidence.whole(file), by, at)
        if done.new or done.changed:
            said = {"rows": done.rows, "new": done.new, "changed": done.changed}
            events.record(VERB, file, by=by, at=at, data=said)
    return Imported(done.rows, done.new, done.changed, file)


def _last_import(data: bytes) -> int | None:
    """How many rows the newest import had, if it was of these very bytes: nothing was written after it."""
    last = Event.objects.filter(verb=VERB).order_by("-at", "-pk").first()
    file = EvidenceFile.objects.filter(sha256=hashlib.sha256(data).hexdigest()).first()
    if last is None or file is None or last.stream != events.stream_of(file):
        return None
    return int(last.data["rows"])


def _ground(by: User | None) -> Ground:
    allowed = None
    if by is not None:
        allowed = frozenset(organisations_editable_by(by).values_list("pk", flat=True))
        if not allowed:
            raise NotAllowed("pipes.not_allowed", _not_allowed())
    rows = Organisation.objects.select_related("subject")
    names = {n: o.pk for o in rows for n in (o.subject.label, o.subject.label_en, o.key) if n}
    areas = {n: s.pk for n, s in areas_by_name().items()}
    known = set(Area.objects.values_list("pk", flat=True))
    own = by.organisation_id if by is not None else None
    return Ground({n: pk for n, pk in areas.items() if pk in known}, names, allowed, own)


def _not_allowed() -> Any:
    from django.utils.translation import gettext_lazy as _

    return _("You may not record pipes. Ask the plan office for access.")


def _write_nodes(wanted: Mapping[str, tuple[float, float]]) -> dict[str, int]:
    """Nodes by key; those that moved are moved."""
    known = {k: (pk, lon, lat) for pk, k, lon, lat in Node.objects.values_list("pk", "key", "lon", "lat")}
    insert(Node, ("key", "lon", "lat"), [(k, *p) for k, p in wanted.items() if k not in known])
    moved = [(*p, known[k][0]) for k, p in wanted.items() if k in known and known[k][1:] != p]
    _update(Node, ("lon", "lat"), "id", moved)
    return (
        dict(Node.objects.values_list("key", "pk"))
        if len(wanted) > len(known) or moved
        else _pks(known, wanted)
    )


def _pks(known: Mapping[str, tuple[int, float, float]], wanted: Mapping[str, object]) -> dict[str, int]:
    if all(k in known for k in wanted):
        return {k: known[k][0] for k in wanted}
    return dict(Node.objects.values_list("key", "pk"))


def _write(
    found: table.Table,
    checked: Checked,
    nodes: Mapping[str, int],
    source: Place,
    by: User | None,
    at: datetime,
) -> Imported:
    rows = _rows(found, checked, nodes, source, at)
    numbers = checked.values["number"]
    old = _known()
    new = [n for n in numbers if n not in old]
    pks = _plates(new) if new else {}
    stamp = connection.ops.adapt_datetimefield_value(at)
    fresh = [(pks[n], stamp, *r) for n, r in zip(numbers, rows, strict=True) if n in pks]
    insert(Segment, ("subject_id", "created_at", *COLUMNS), fresh)
    changed = [
        (*r, old[n][0]) for n, r in zip(numbers, rows, strict=True) if n in old and _says(r) != old[n][1]
    ]
    _update(Segment, COLUMNS, "subject_id", changed)
    return Imported(len(rows), len(fresh), len(changed))


def _rows(
    found: table.Table, checked: Checked, nodes: Mapping[str, int], source: Place, at: datetime
) -> list[Row]:
    """In the order of COLUMNS."""
    v = checked.values
    bends = [json.dumps(found.bends[n]) if n in found.bends else None for n in range(len(found.rows))]
    ends = ([nodes[k] for k in v["from_key"]], [nodes[k] for k in v["to_key"]])
    widths, heights = zip(*v["diameter"], strict=True)
    count, stamp = len(found.rows), connection.ops.adapt_datetimefield_value(at)
    columns: Sequence[Sequence[Any]] = (
        v["number"], v["area"], v["owner"], [str(s) for s in v["sensitivity"]], [stamp] * count, [None] * count,
        [str(u) for u in v["utility"]], *ends, [str(f) for f in v["flow"]], bends, _lengths(found, checked), widths, heights, v["material"],
        v["depth_from"], v["depth_to"], v["built_year"], _days(v["surveyed_on"]), v["accuracy"], v["holder"],
        [source.pk] * count, found.rows,
    )  # fmt: skip
    return list(zip(*columns, strict=True))


def _days(given: Sequence[date | None]) -> list[str | None]:
    """As the database holds them; a survey takes few days."""
    words = {d: None if d is None else d.isoformat() for d in set(given)}
    return [words[d] for d in given]


def _lengths(found: table.Table, checked: Checked) -> list[int]:
    """Centimetres on the ground, for all rows at once; the few with bends are reckoned along them."""
    ends = [[checked.nodes[k] for k in checked.values[f"{end}_key"]] for end in ("from", "to")]
    a, b = (np.array(e) for e in ends)
    lengths = metres_between(a[:, 0], a[:, 1], b[:, 0], b[:, 1])
    for at, bends in found.bends.items():
        line = np.array([ends[0][at], *bends, ends[1][at]])
        lengths[at] = metres_between(line[:-1, 0], line[:-1, 1], line[1:, 0], line[1:, 1]).sum()
    return np.round(lengths * 100).astype(np.int64).tolist()  # type: ignore[no-any-return]


def _says(row: Row) -> Row:
    """What a row says, without when and where it was said."""
    return tuple(value for column, value in zip(COLUMNS, row, strict=True) if column not in TOLD)


def _known() -> dict[str, tuple[int, Row]]:
    """Segments on record by number: pk, and what is said of them in the words of `_rows`."""
    rows = Segment.objects.values_list("subject_id", *COLUMNS).iterator(chunk_size=AT_ONCE)
    return {values[0]: (pk, _says(_as_written(values))) for pk, *values in rows}


def _as_written(values: Sequence[Any]) -> Row:
    """`bends` comes back as a list and a day as a date; they are compared as they were written."""
    found = list(values)
    if found[_BENDS] is not None:
        found[_BENDS] = json.dumps(found[_BENDS])
    if found[_SURVEYED] is not None:
        found[_SURVEYED] = found[_SURVEYED].isoformat()
    return tuple(found)


def _plates(numbers: Sequence[str]) -> dict[str, int]:
    """A subject for each new segment; pks by number."""
    last = Subject.objects.aggregate(last=Max("pk"))["last"] or 0
    rows = [(SubjectKind.SPACE.value, PREFIX + n, n, "") for n in sorted(numbers)]  # as their indexes lie
    insert(Subject, ("kind", "key", "label", "label_en"), rows)
    made = _fetched(Subject.objects.filter(pk__gt=last).values_list("key", "pk"))
    return {key.removeprefix(PREFIX): pk for key, pk in made if key.startswith(PREFIX)}


def _fetched(rows: QuerySet[Any, Any]) -> list[Any]:
    """Rows as the driver gives them: for columns of bare texts and numbers."""
    with connection.cursor() as cursor:
        cursor.execute(*rows.query.sql_with_params())
        return list(cursor.fetchall())


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Many rows by the driver's own `executemany`: five times as fast as through model instances."""
    if rows:
        _many(f"INSERT INTO {_table(model)} ({_list(columns)}) VALUES ({_marks(len(columns))})", rows)  # noqa: S608 - our names


def _update(model: type[Model], columns: Sequence[str], key: str, rows: Sequence[Row]) -> None:
    """rows: the new values, then the key."""
    if rows:
        setting = ", ".join(f"{_quoted(c)} = %s" for c in columns)
        _many(f"UPDATE {_table(model)} SET {setting} WHERE {_quoted(key)} = %s", rows)  # noqa: S608 - our names


def _many(statement: str, rows: Sequence[Row]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            cursor.executemany(statement, rows[start : start + AT_ONCE])


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _list(columns: Sequence[str]) -> str:
    return ", ".join(_quoted(c) for c in columns)


def _marks(count: int) -> str:
    return ", ".join(["%s"] * count)
