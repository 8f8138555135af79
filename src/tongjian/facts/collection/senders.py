"""Whose workbook it is: by the template's number, by a saved column mapping, by the name of its file or folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from tongjian.facts.choices import Recognised
from tongjian.facts.collection import labels, marks
from tongjian.facts.collection.labels import bare
from tongjian.facts.collection.mapping import MappedTable, MappingError, layout_of, mapped
from tongjian.facts.collection.workbook import Sheet
from tongjian.facts.models import ColumnMapping
from tongjian.kernel.models import Organisation

LEVELS = ("区", "县", "市", "旗", "本")  # 财政局 in a file's name is the 区财政局


@dataclass(frozen=True, slots=True)
class Senders:
    """Who may send: organisations by key and by the names that stand in files' names; mappings that were saved."""

    by_key: Mapping[str, Organisation]
    by_name: Mapping[str, Organisation]
    mappings: Sequence[ColumnMapping]


@dataclass(frozen=True, slots=True)
class Sender:
    """organisation None: not known. table: through the mapping, where one fits."""

    organisation: Organisation | None
    by: Recognised
    mapping: ColumnMapping | None = None
    table: MappedTable | None = None


def known(organisations: Sequence[Organisation]) -> Senders:
    """Those organisations, and all saved mappings."""
    names: dict[str, Organisation] = {}
    for one in organisations:
        for name in (one.subject.label, one.subject.label_en, one.key):
            names[bare(name)] = one
            if name.startswith(LEVELS) and len(name) > 3:
                names.setdefault(bare(name[1:]), one)
    mappings = ColumnMapping.objects.select_related("organisation__subject")
    return Senders({o.key: o for o in organisations}, names, list(mappings))


def recognise(name: str, sheets: Sequence[Sheet], end: int, among: Senders) -> Sender:
    """end: the last month of the round. Two senders that fit equally are none."""
    mark = marks.find(sheets)
    if mark is not None and mark.organisation in among.by_key:
        return Sender(among.by_key[mark.organisation], Recognised.TEMPLATE)
    named = by_name(name, among.by_name)
    if any(bare(s.name) == labels.SHEET for s in sheets) and named is not None:
        return Sender(named, Recognised.NAME)
    fits = [f for m in among.mappings if (f := _fit(m, sheets, end)) is not None]
    own = [f for f in fits if named is None or f.organisation == named]
    if own and len({f.organisation for f in own}) == 1:
        return own[0]
    return Sender(named, Recognised.NAME if named else Recognised.NONE)


def _fit(saved: ColumnMapping, sheets: Sequence[Sheet], end: int) -> Sender | None:
    try:
        table = mapped(layout_of(saved.body), sheets, end)
    except (MappingError, TypeError, KeyError):
        return None
    return Sender(saved.organisation, Recognised.MAPPING, saved, table) if table else None


def by_name(path: str, names: Mapping[str, Organisation]) -> Organisation | None:
    """The organisation that the file's own name holds, else the nearest folder's; the longest name counts."""
    for part in reversed(PurePosixPath(path).parts):
        text = bare(part)
        found = sorted((n for n in names if n in text), key=len, reverse=True)
        if found:
            longest = {names[n] for n in found if len(n) == len(found[0])}
            return longest.pop() if len(longest) == 1 else None
    return None
