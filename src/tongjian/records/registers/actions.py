"""Writes of entries, one verb each: permission, rules, transaction, event. Everything wrong is told at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence, passages
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Passage, User
from tongjian.kernel.tracks import Having, Missing, Track, missing_for_all, next_stages
from tongjian.records.registers import drafts, library, personal, queries, rules, writing
from tongjian.records.registers.drafts import Draft, Given
from tongjian.records.registers.models import Attachment, Item
from tongjian.records.registers.names import Names, names
from tongjian.records.registers.problems import Problem, Refused, problem
from tongjian.records.registers.schema import Register
from tongjian.records.registers.writing import Source

NUMBERED = 4  # digits of a number given by itself


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be different. None: as it is; "" and, within attributes and codes, None: taken away.

    unplace: it is taken off the map.
    """

    name: str | None = None
    area: str | None = None
    owner: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    codes: Mapping[str, str | None] = field(default_factory=dict)
    geometry: object = None
    unplace: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form. kind: of evidence, as gates ask for it."""

    name: str
    data: bytes
    kind: str = ""


@transaction.atomic
def add(key: str, given: Given, *, by: User, at: datetime) -> Item:
    """A new entry of the register; without a number it gets the next free one. Raises NotAllowed, Refused."""
    register = queries.register_visible_to(by, key)
    if not queries.may_add(by, register):
        raise NotAllowed("registers.not_yours", _("This register is not yours to change."))
    known = names()
    draft = _checked(register, given, known)
    _check_area(by, register, draft)
    if not draft.code:
        draft = draft.numbered(_next_number(register))
    if Item.objects.filter(register=register.key, code=draft.code).exists():
        raise Refused([problem("code", "number_taken", got=draft.code)])
    return writing.create_all(register, [draft], _form(register, draft, by, at), by=by, at=at)[0]


@transaction.atomic
def amend(pk: int, changes: Changes, *, reason: str, by: User, at: datetime) -> Item:
    """Change an entry, for a reason; the same again changes nothing. Raises NotAllowed, Refused, TongjianError."""
    item = queries.one_editable_by(by, pk, lock=True)
    _check_in_use(item)
    register = library.register(item.register)
    draft = _checked(register, _changed(item, changes), names()).numbered(item.code)
    _check_area(by, register, draft)
    source = _form(register, draft, by, at) if changes.codes or changes.geometry is not None else Source()
    writing.update_all(register, [(item, draft)], source, reason=_reason(reason), by=by, at=at)
    return item


@transaction.atomic
def archive(pk: int, *, reason: str, by: User, at: datetime) -> Item:
    """Out of use: no list, map or count has it any more; nothing is deleted. Raises NotAllowed, TongjianError."""
    item = queries.one_editable_by(by, pk, lock=True)
    _check_in_use(item)
    return _put(item, at, "registers.archived", reason, by, at)


@transaction.atomic
def restore(pk: int, *, reason: str, by: User, at: datetime) -> Item:
    """In use again. Raises NotAllowed, TongjianError."""
    item = queries.one_editable_by(by, pk, lock=True)
    return _put(item, None, "registers.restored", reason, by, at)


@transaction.atomic
def attach(pk: int, upload: Upload, *, by: User, at: datetime) -> Attachment:
    """Keep a file as evidence of an entry. The same file of that kind twice is one. Raises NotAllowed."""
    item = queries.one_editable_by(by, pk, lock=True)
    return _attach(item, upload, by, at)


@transaction.atomic
def enter_stage(
    pk: int, stage: str, *, on: date, evidence: Upload, note: str = "", by: User, at: datetime
) -> Passage:
    """The entry enters a stage; the file is its evidence, and is attached. Raises NotAllowed, StageRefused."""
    item, track = _on_track(pk, by, stage)
    place = _attach(item, evidence, by, at).place
    passage = passages.enter(
        item.subject, track, stage, on=on, evidence=place, note=note, having=having(item), by=by, at=at
    )
    return _moved(item, passage, at)


@transaction.atomic
def reopen_stage(
    pk: int, stage: str, *, on: date, evidence: Upload, note: str, by: User, at: datetime
) -> Passage:
    """Back to a stage that was entered, "": to before the first. Raises NotAllowed, StageRefused."""
    item, track = _on_track(pk, by, stage)
    place = _attach(item, evidence, by, at).place
    passage = passages.reopen(item.subject, track, stage, on=on, evidence=place, note=note, by=by, at=at)
    return _moved(item, passage, at)


@transaction.atomic
def leave_track(pk: int, *, on: date, evidence: Upload, note: str, by: User, at: datetime) -> Passage:
    """The entry leaves its track where it stands, for a reason. Raises NotAllowed, StageRefused."""
    item, track = _on_track(pk, by)
    place = _attach(item, evidence, by, at).place
    return _moved(
        item, passages.leave(item.subject, track, on=on, evidence=place, note=note, by=by, at=at), at
    )


@transaction.atomic
def reveal(pk: int, key: str, *, reason: str, by: User, at: datetime) -> rules.Value | None:
    """A personal attribute in full, for a reason; the log names who looked, never the value. Raises NotAllowed."""
    item = queries.one_editable_by(by, pk)
    register = library.register(item.register)
    if key not in register.personal:
        raise NotAllowed("registers.no_item", _("The entry does not exist, or it is not yours to change."))
    events.record("registers.revealed", item, by=by, at=at, data={"field": key, "reason": _reason(reason)})
    return rules.loaded(register.attribute[key], personal.opened(item).get(key))


# Gates


def having(item: Item) -> Having:
    """What the entry has, as gates ask."""
    return havings([item])[item.pk]


def havings(items: list[Item]) -> dict[int, Having]:
    """The same of many entries of one register, in few queries."""
    if not items:
        return {}
    register = library.register(items[0].register)
    papers: dict[int, list[str]] = {}
    pks = [i.pk for i in items]
    for some in range(0, len(pks), writing.AT_ONCE):
        rows = Attachment.objects.filter(item__in=pks[some : some + writing.AT_ONCE])
        for pk, kind in rows.values_list("item", "kind"):
            papers.setdefault(pk, []).append(kind)
    return passages.havings({i.pk: personal.opened(i) for i in items}, register.track, papers)


def missing(items: list[Item], stage: str) -> dict[int, tuple[Missing, ...]]:
    """entry pk → all that stands in the way of the stage; for one entry and for thousands."""
    if not items:
        return {}
    track = library.track_of(library.register(items[0].register))
    if track is None:
        return {}
    had = havings(items)
    told = missing_for_all(track, stage, [had[i.pk] for i in items])
    return {i.pk: lacking for i, lacking in zip(items, told, strict=True)}


def ahead(item: Item) -> list[tuple[Any, tuple[Missing, ...]]]:
    """The stages ahead of an entry, each with what is missing for it."""
    track = library.track_of(library.register(item.register))
    if track is None:
        return []
    had = having(item)
    return [(s, missing_for_all(track, s.key, [had])[0]) for s in next_stages(track, had.entered)]


# Parts


def given_of(item: Item) -> Given:
    """The entry as it could be given again."""
    codes = writing.codes_of([item.pk]).get(item.pk, {})
    shape = writing.shapes_of([item.pk]).get(item.pk)
    return Given(
        item.name,
        item.code,
        item.area.key if item.area else "",
        item.owner.key if item.owner else "",
        personal.opened(item),
        codes,
        shape,
        item.simulated,
    )


def _changed(item: Item, changes: Changes) -> Given:
    now = given_of(item)
    codes = {s: c for s, c in {**now.codes, **changes.codes}.items() if c}
    shape = changes.geometry if changes.geometry is not None else now.geometry
    return Given(
        now.name if changes.name is None else changes.name,
        now.code,
        now.area if changes.area is None else changes.area,
        now.owner if changes.owner is None else changes.owner,
        {**now.attributes, **changes.attributes},
        codes,
        None if changes.unplace else shape,
        now.simulated,
    )


def _checked(register: Register, given: Given, known: Names) -> Draft:
    draft, problems = drafts.check(register, given, known)
    problems = problems or rules.schema_problems(register, draft.values)
    if problems:
        raise Refused(problems)
    return draft


def _check_area(by: User, register: Register, draft: Draft) -> None:
    """A town writes of its own area only."""
    own = queries.area_of(by, register)
    if own and (draft.area is None or not draft.area.path.startswith(own)):
        raise Refused([not_yours("area", str(draft.area or "–"))])


def not_yours(cell: str, area: str) -> Problem:
    return problem(cell, "not_yours", got=area)


def _check_in_use(item: Item) -> None:
    if item.archived_at is not None:
        raise Refused([problem("", "archived")])


def _reason(reason: str) -> str:
    if not reason.strip():
        raise TongjianError("registers.reason_wanting", _("Say why: the reason is kept with the change."))
    return reason.strip()


def _put(item: Item, archived: datetime | None, verb: str, reason: str, by: User, at: datetime) -> Item:
    item.archived_at, item.changed_at = archived, at
    item.save(update_fields=["archived_at", "changed_at"])
    events.record(verb, item, by=by, at=at, data={"reason": _reason(reason)})
    return item


def _attach(item: Item, upload: Upload, by: User, at: datetime) -> Attachment:
    register = library.register(item.register)
    place = evidence.whole(writing.keep(register, upload.data, upload.name, owner=item.owner, by=by, at=at))
    found, made = Attachment.objects.get_or_create(
        item=item, kind=upload.kind, place=place, defaults={"at": at, "by": by}
    )
    if made:
        data = {"file": upload.name, "kind": upload.kind, "place": place.pk}
        events.record("registers.attached", item, by=by, at=at, data=data)
    return found


def _on_track(pk: int, by: User, stage: str = "") -> tuple[Item, Track]:
    """The entry and its track, which has the stage ("": not asked). Raises NotAllowed, Refused."""
    item = queries.one_editable_by(by, pk, lock=True)
    _check_in_use(item)
    track = library.track_of(library.register(item.register))
    if track is None or (stage and not track.has(stage)):
        raise Refused([problem("stage", "no_stage", got=stage)])
    return item, track


def _moved(item: Item, passage: Passage, at: datetime) -> Passage:
    """The mirror takes the entry again."""
    item.changed_at = at
    item.save(update_fields=["changed_at"])
    return passage


def _next_number(register: Register) -> str:
    taken = Item.objects.filter(register=register.key).values_list("code", flat=True)
    last = max((int(c) for c in taken if c.isdecimal() and len(c) < 12), default=0)
    return f"{last + 1:0{NUMBERED}d}"


def _form(register: Register, draft: Draft, by: User, at: datetime) -> Source:
    """What was typed of codes and shapes, kept as a small file: they need a place that they come from."""
    said = {s: v.normalised for s, v in draft.codes.items()}
    if not said and draft.shape is None:
        return Source()
    body: dict[str, Any] = {"by": by.username, "at": at.isoformat(), "codes": said}
    if draft.shape is not None:
        body["geometry"] = draft.shape.body
    data = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    file = writing.keep(register, data, "form.json", owner=draft.owner, by=by, at=at)
    return Source(evidence.whole(file))


def values(item: Item, register: Register) -> Iterator[tuple[str, rules.Value | None]]:
    """Attributes of an entry as what they mean, in the order of the register."""
    kept = personal.opened(item)
    for attribute in register.attributes:
        yield attribute.key, rules.loaded(attribute, kept.get(attribute.key))
