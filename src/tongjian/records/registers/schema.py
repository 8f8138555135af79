"""A register as data: its attributes, who may see and edit it, its track and its counts. Typed, and pure.

The pack entry is read by `reading`; `json_schema` is what the attributes mean to other programs (draft 2020-12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from tongjian.records.registers.choices import (
    AttributeKind,
    Editor,
    Geometry,
    RegisterShape,
    Theme,
    Visible,
)

LONGEST = 2_000  # characters of a text, unless its attribute says less


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is kept, and how people read it."""

    key: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Attribute:
    """One field of an entry.

    unit, decimals: of a number (0 to 6 places, kept exactly so). options: of a choice. refers: `area`, `organisation`
    or another register's key. personal: masked in lists and exports, and never in events, search or the mirror.
    long: a text of several lines. listed: a column of the list page.
    """

    key: str
    kind: AttributeKind
    title: str
    title_en: str
    required: bool = False
    personal: bool = False
    unit: str = ""
    decimals: int = 0
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = LONGEST
    pattern: str = ""
    options: tuple[Option, ...] = ()
    refers: str = ""
    note: str = ""
    long: bool = False
    listed: bool = True

    @cached_property
    def option(self) -> Mapping[str, Option]:
        return {o.key: o for o in self.options}


@dataclass(frozen=True, slots=True)
class CodeNeed:
    """An identifier that entries bear, by the scheme of kernel.codes."""

    scheme: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """计数: a metric that the register yields. sum "": entries are counted. on: a flow; start, until: a stock.

    where: conditions on columns of the register's mirror table. ratio: numerator and denominator instead of a count.
    """

    key: str
    name: str
    name_en: str
    unit: str
    sum: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    ratio: Mapping[str, Any] | None = None
    on: str = ""
    start: str = ""
    until: str = ""
    through: str = ""
    by: str = "area"
    decimals: int = 0
    direction: str = "none"
    definition: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checklist:
    """清单: what its entries are (措施, 任务), and when one counts as done: at a stage, or by an attribute's value."""

    of: str
    of_en: str
    done_stage: str = ""
    done_where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Years:
    """多年计划: an entry belongs to the years from `start` to `until`, both attributes; the same one: a single year."""

    start: str
    until: str


@dataclass(frozen=True)
class Register:
    """台账. version: of its definition; 0: out of the packs, not applied yet. body: as it was written."""

    key: str
    name: str
    name_en: str
    theme: Theme
    shape: RegisterShape
    owner: str
    visible: Visible
    editable: tuple[Editor, ...]
    attributes: tuple[Attribute, ...]
    codes: tuple[CodeNeed, ...] = ()
    track: str = ""
    geometry: Geometry = Geometry.NONE
    counts: tuple[Count, ...] = ()
    checklist: Checklist | None = None
    years: Years | None = None
    note: str = ""
    note_en: str = ""
    illustrative: bool = False
    version: int = 0
    body: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @cached_property
    def attribute(self) -> Mapping[str, Attribute]:
        return {a.key: a for a in self.attributes}

    @cached_property
    def personal(self) -> frozenset[str]:
        """Keys of personal attributes."""
        return frozenset(a.key for a in self.attributes if a.personal)

    @property
    def table(self) -> str:
        """The name of its table in the mirror."""
        return f"register_{self.key}"


_TYPES: Mapping[AttributeKind, Mapping[str, Any]] = {
    AttributeKind.STRING: {"type": "string", "minLength": 1},
    AttributeKind.INTEGER: {"type": "integer"},
    AttributeKind.NUMBER: {"type": "number"},
    AttributeKind.BOOLEAN: {"type": "boolean"},
    AttributeKind.DATE: {"type": "string", "format": "date"},
    AttributeKind.ENUM: {"type": "string"},
    AttributeKind.REFERENCE: {"type": "string", "minLength": 1},
}


def json_schema(register: Register) -> dict[str, Any]:
    """The attributes as JSON Schema 2020-12, with titles, units and choices in `x-` words."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": register.name,
        "x-title-en": register.name_en,
        "type": "object",
        "properties": {a.key: _property(a) for a in register.attributes},
        "required": [a.key for a in register.attributes if a.required],
        "additionalProperties": False,
    }


def _property(attribute: Attribute) -> dict[str, Any]:
    found = {**_TYPES[attribute.kind], "title": attribute.title, "x-title-en": attribute.title_en}
    if attribute.kind == AttributeKind.STRING:
        found["maxLength"] = attribute.max_length
    if attribute.pattern:
        found["pattern"] = f"^(?:{attribute.pattern})$"
    if attribute.options:
        found["enum"] = [o.key for o in attribute.options]
        found["x-labels"] = {o.key: [o.name, o.name_en] for o in attribute.options}
    for name, bound in (("minimum", attribute.minimum), ("maximum", attribute.maximum)):
        if bound is not None:
            found[name] = int(bound) if bound == bound.to_integral_value() else float(bound)
    if attribute.kind == AttributeKind.NUMBER:
        found["x-decimals"] = attribute.decimals
    said = {"x-unit": attribute.unit, "x-reference": attribute.refers, "description": attribute.note}
    found |= {name: value for name, value in said.items() if value}
    return found | ({"x-personal": True} if attribute.personal else {})


def columns_of(register: Register, stages: Sequence[str]) -> list[str]:
    """The names that `where`, `on` and `sum` of its counts may use: the columns of its mirror table."""
    own = [a.key for a in register.attributes if not a.personal and a.kind != AttributeKind.STRING]
    years = PLAN_COLUMNS if register.years else ()
    moves = ("stage", "since") if stages else ()
    return [*OWN_COLUMNS, *years, *own, *(f"{stage}_on" for stage in stages), *moves]


PLAN_COLUMNS = (
    "plan_from",
    "plan_until",
)  # of a multi-year plan: the first day, and the first day after the last
OWN_COLUMNS = ("area", "owner", "archived", "simulated", "added_on")
