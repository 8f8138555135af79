"""Packs of case types, routing rules, feeds of work orders and reply checks into definitions: checked whole before one is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.definitions import Change
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Definition
from tongjian.records.cases import catalogue, reply_check, routing
from tongjian.records.cases.choices import StateKind
from tongjian.records.cases.engine.lint import lint
from tongjian.records.cases.intake import feeds
from tongjian.records.cases.models import Case, PolicyChange

KINDS = (catalogue.KIND, routing.KIND, feeds.KIND, reply_check.KIND)


class PackRefused(TongjianError):
    """A definition that cannot be meant; `faults` lists every reason."""

    def __init__(self, kind: str, key: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "cases.pack_refused",
            _("The definition %(kind)s/%(key)s cannot be used: %(faults)s"),
            {"kind": kind, "key": key, "faults": "; ".join(faults)},
        )


@transaction.atomic
def sync(at: datetime, *more: Path) -> list[Definition]:
    """Apply the packs; twice changes nothing. Raises PackRefused with every fault of the first bad one; nothing changes then."""
    found = [c for kind in KINDS for c in definitions.changes(kind, *more) if not _stands(c)]
    types = _types_after(found)
    for change in found:
        faults = [*_faults(change, types)]
        if faults:
            raise PackRefused(change.entry.kind, change.entry.key, faults)
    applied = definitions.apply(found, at=at)
    catalogue.forget()
    return applied


def _stands(change: Change) -> bool:
    """Whether a clock policy changed in the browser stands: the pack says what it said before that change."""
    before = change.before
    if before is None or change.entry.kind != catalogue.KIND:
        return False
    if not PolicyChange.objects.filter(type=change.entry.key, version=before.version).exists():
        return False
    older = Definition.objects.filter(kind=catalogue.KIND, key=change.entry.key, version__lt=before.version)
    return older.filter(digest=definitions.digest(change.entry.body)).exists()


def _types_after(found: Sequence[Change]) -> dict[str, Mapping[str, Any]]:
    """The bodies of the types as they will rule."""
    now = {str(b["key"]): b for b in definitions.bodies(catalogue.KIND)}
    return now | {c.entry.key: c.entry.body for c in found if c.entry.kind == catalogue.KIND}


def _faults(change: Change, types: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    body = change.entry.body
    if change.entry.kind == catalogue.KIND:
        yield from map(str, lint(body))
        yield from _left_behind(body)
    elif change.entry.kind == routing.KIND:
        try:
            routing.read([body], str(body.get("type")))
        except routing.RoutingError as error:
            yield from error.faults
    elif change.entry.kind == reply_check.KIND:
        yield from reply_check.faults(body)
    else:
        yield from _feed_faults(body, types)


def _left_behind(body: Mapping[str, Any]) -> Iterator[str]:
    """States in which open cases stand may not go."""
    stand = Case.objects.filter(type=body.get("key")).exclude(kind=StateKind.CLOSED)
    for state in stand.values_list("state", flat=True).distinct().order_by("state"):
        if state not in body.get("states", {}):
            yield f"states.{state}: open cases stand there; keep it until they have moved on"


def _feed_faults(body: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    wanting = [n for n in ("name", "name_en", "type", "columns", "stages") if not body.get(n)]
    yield from (f"{n}: is missing" for n in wanting)
    own = types.get(str(body.get("type")))
    if wanting or own is None:
        if not wanting:
            yield f"type: {body['type']} is no case type"
        return
    for stage in body["stages"]:
        if stage.get("state") not in own["states"]:
            yield f"stages: {stage.get('state')} is no state of {body['type']}"
    if body["stages"][-1].get("filled"):
        yield "stages: the last one must ask for nothing"
    for clock in body.get("clocks", {}):
        if clock not in own.get("clocks", {}):
            yield f"clocks: {clock} is no clock of {body['type']}"
