"""An administrator adds or changes a register: a new version, unless it is flawed or entries object to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import bulk, definitions, events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.definitions import Change
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Code, Definition, Passage, Shape, User
from tongjian.packs import Entry
from tongjian.records.registers import library, personal, rules, writing
from tongjian.records.registers.definition import Flaw, read
from tongjian.records.registers.models import Item
from tongjian.records.registers.names import names
from tongjian.records.registers.pointing import Ground, check
from tongjian.records.registers.queries import SENSITIVITY
from tongjian.records.registers.rules import Existing, Objection
from tongjian.records.registers.schema import Register

Body = Mapping[str, Any]
TOLD = 20


class Flawed(TongjianError):
    """A definition that cannot be meant: nothing was changed. `flaws` lists all that is wrong with it."""

    def __init__(self, key: str, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(flaws)
        said = {"key": key, "count": len(flaws), "flaws": " ".join(str(f) for f in flaws[:TOLD])}
        super().__init__(
            "registers.flawed",
            _("The definition of “%(key)s” cannot be used. %(count)s problem(s): %(flaws)s"),
            said,
        )


class Objected(TongjianError):
    """A definition that entries object to: nothing was changed. `objections` lists all of them with their reasons."""

    def __init__(self, key: str, objections: Sequence[Objection]) -> None:
        self.objections = tuple(objections)
        told = [f"{o.entry.code} {o.entry.name}: {'; '.join(str(p) for p in o.problems)}" for o in objections]
        super().__init__(
            "registers.objected",
            _("%(count)s entries of “%(key)s” object to the new definition: %(entries)s"),
            {"key": key, "count": len(objections), "entries": " ".join(told[:TOLD])},
        )


@transaction.atomic
def define(body: Body, *, by: User, at: datetime) -> Register:
    """Add a register, or change one: the next version. The same again changes nothing.

    Raises NotAllowed, Flawed, Objected; nothing is written then.
    """
    must_be_plan_office(by)
    if not Definition.objects.filter(kind=library.KIND).exists():
        definitions.apply(definitions.changes(library.KIND), at=at)  # else the shipped ones would be hidden
    made = examine(body)
    ruling = definitions.newest(library.KIND).get(made.key)
    if ruling is not None and json.dumps(ruling.body) == json.dumps(
        dict(body)
    ):  # order counts: of the columns
        return library.register(made.key)
    entry = Entry(library.KIND, made.key, dict(body), Path("-"))
    return _apply(Change(entry, ruling), by, at)


def examine(body: Body) -> Register:
    """The register that a body means, if it has no flaw and no entry objects. Raises Flawed, Objected."""
    made, flaws = read(body)
    flaws = flaws or check(made, library.ground())
    if flaws:
        raise Flawed(str(body.get("key", "")), flaws)
    found = objections(made)
    if found:
        raise Objected(made.key, found)
    return made


def objections(new: Register) -> list[Objection]:
    """The entries (archived ones, too) that object to a definition, each with everything it objects to."""
    if not Item.objects.filter(register=new.key).exists():
        return []
    track = library.track_of(new)
    stages = frozenset(s.key for s in track.stages) if track else frozenset()
    return rules.objections(new, stages, existing(new.key), names().resolve)


def existing(key: str) -> Iterator[Existing]:
    """What the entries of a register hold, in few queries."""
    mine = Item.objects.filter(register=key)
    codes = _sets(
        Code.objects.filter(subject__item__register=key, until=None).values_list("subject", "scheme")
    )
    stages = _sets(Passage.objects.filter(subject__item__register=key).values_list("subject", "stage"))
    kinds = dict(Shape.objects.filter(subject__item__register=key).values_list("subject", "kind"))
    for pk, code, name, attributes in mine.order_by("code").values_list("pk", "code", "name", "attributes"):
        empty: frozenset[str] = frozenset()
        found = codes.get(pk, empty), stages.get(pk, empty) - {""}
        yield Existing(pk, code, name, attributes, *found, kinds.get(pk, ""))


def _sets(pairs: Any) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for pk, word in pairs:
        found.setdefault(pk, set()).add(word)
    return {pk: frozenset(words) for pk, words in found.items()}


def _apply(change: Change, by: User | None, at: datetime) -> Register:
    row = definitions.apply([change], at=at)[0]
    new = read(row.body, row.version)[0]
    entries = Item.objects.filter(register=new.key).count()
    if entries:
        _restate(new, at)
    data = {"key": new.key, "version": new.version, "entries": entries}
    events.record("registers.defined", row, by=by, at=at, data=data)
    return new


def _restate(new: Register, at: datetime) -> None:
    """Entries as the new version keeps them: places of numbers, who may see them, what a search finds."""
    resolve = names().resolve
    items = list(Item.objects.filter(register=new.key))
    codes = writing.codes_of([i.pk for i in items])
    told = []
    for item in items:
        plain = rules.restated(new, personal.opened(item), resolve)
        kept = personal.sealed(new, plain, item.attributes)
        own = codes.get(item.pk, {}).values()
        text = writing.search_text(new, item.name, item.code, plain, own)
        if kept != item.attributes or text != item.text:
            told.append((kept, text, at, item.pk))
    bulk.update(Item, ("attributes", "text", "changed_at"), told)
    seen = SENSITIVITY[new.visible]
    Item.objects.filter(register=new.key).update(register_version=new.version, sensitivity=seen)


# Packs


@transaction.atomic
def sync(at: datetime, *more: Path) -> list[Definition]:
    """Apply the packs of registers. What an administrator changed here stays, unless the pack itself changed.

    Raises Flawed, Objected naming the register; nothing is changed then. Twice changes nothing.
    """
    known: dict[str, set[str]] = {}
    for key, digest in Definition.objects.filter(kind=library.KIND).values_list("key", "digest"):
        known.setdefault(key, set()).add(digest)
    found = [
        c
        for c in definitions.changes(library.KIND, *more)
        if definitions.digest(c.entry.body) not in known.get(c.entry.key, set())
    ]
    ground = library.ground()
    keys = frozenset({*(ground.registers or ()), *(c.entry.key for c in found)})
    for change in found:
        _examine_pack(change, Ground(ground.tracks, ground.organisations, keys, ground.counted))
    for change in found:
        _apply(change, None, at)
    return list(Definition.objects.filter(kind=library.KIND, applied_at=at)) if found else []


def _examine_pack(change: Change, ground: Ground) -> None:
    made, flaws = read(change.entry.body)
    flaws = flaws or check(made, ground)
    if flaws:
        raise Flawed(change.entry.key, flaws)
    objected = objections(made)
    if objected:
        raise Objected(change.entry.key, objected)
