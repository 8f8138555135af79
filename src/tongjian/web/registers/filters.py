"""Which entries a register's list shows, out of its query string."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.queries import Filter
from tongjian.records.registers.schema import Attribute, Register
from tongjian.web.registers import shown
from tongjian.web.requests import typed, whole


@dataclass(frozen=True, slots=True)
class Choice:
    """A select of the filter form: one attribute, its options, what is chosen."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def read(query: QueryDict, register: Register) -> Filter:
    """What is unknown filters nothing."""
    chosen = {a.key: query.get(a.key, "") for a in offered(register) if query.get(a.key)}
    return Filter(
        text=typed(query.get("q")),
        area=typed(query.get("area")),
        owner=typed(query.get("owner")),
        stage=typed(query.get("stage")),
        year=whole(query.get("year")),
        attributes={k: _kept(register.attribute[k], v) for k, v in chosen.items()},
        archived=query.get("archived") == "1",
    )


def offered(register: Register) -> tuple[Attribute, ...]:
    """Attributes that a list can be narrowed by with one choice."""
    kinds = {AttributeKind.ENUM, AttributeKind.BOOLEAN}
    return tuple(a for a in register.attributes if a.kind in kinds and not a.personal)[:4]


def choices(register: Register, query: QueryDict) -> list[Choice]:
    return [
        Choice(a.key, a.title_en if shown.english() else a.title, _options(a), query.get(a.key, ""))
        for a in offered(register)
    ]


def _options(attribute: Attribute) -> tuple[tuple[str, str], ...]:
    if attribute.kind == AttributeKind.BOOLEAN:
        return (("yes", _("yes")), ("no", _("no")))
    return tuple((o.key, o.name_en if shown.english() else o.name) for o in attribute.options)


def _kept(attribute: Attribute, written: str) -> object:
    return written == "yes" if attribute.kind == AttributeKind.BOOLEAN else written


def is_on(chosen: Filter) -> bool:
    return chosen != Filter()
