"""入库: which projects must report investment, on which form, and whether their entry file is whole. Thresholds are data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tongjian.values import Number


class SettingsError(ValueError):
    """The pack `projects` says something that cannot be meant: where, and what."""


@dataclass(frozen=True, slots=True)
class Form:
    """A monthly form and the planned total, in 万元, from which it is the one."""

    key: str
    name: str
    name_en: str
    from_total: Decimal


@dataclass(frozen=True, slots=True)
class EntryRules:
    """forms: highest threshold first. always: kinds that report whatever their size. needs: each a set of which one will do."""

    forms: tuple[Form, ...]
    always: frozenset[str] = frozenset()
    needs: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What the check says. obliged None: the planned total is not known. missing: needs that no document meets."""

    obliged: bool | None
    form: Form | None
    missing: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def may_enter(self) -> bool:
        """先入库后有数: in scope, and the file is whole."""
        return bool(self.obliged) and not self.missing


def read(body: Mapping[str, Any]) -> EntryRules:
    """From the pack. Raises SettingsError."""
    forms = tuple(
        sorted(
            (Form(f["key"], f["name"], f["name_en"], Decimal(str(f["from_total"]))) for f in body["forms"]),
            key=lambda f: -f.from_total,
        )
    )
    if not forms:
        raise SettingsError("projects: entry needs at least one form")
    return EntryRules(
        forms, frozenset(body.get("always", ())), tuple(tuple(n) for n in body.get("needs", ()))
    )


def check(kind: str, planned_total: Number | None, documents: Sequence[str], rules: EntryRules) -> Entry:
    """Whether a project must report, on which form, and what its entry file lacks.

    Projects from the threshold on and every project of the kinds `always`; smaller ones must not be in the statistics.
    """
    held = set(documents)
    missing = tuple(n for n in rules.needs if not held & set(n))
    if planned_total is None:
        return Entry(True, rules.forms[-1], missing) if kind in rules.always else Entry(None, None, missing)
    form = next((f for f in rules.forms if planned_total.decimal >= f.from_total), None)
    if form is None and kind in rules.always:
        form = rules.forms[-1]
    return Entry(form is not None, form, missing)
