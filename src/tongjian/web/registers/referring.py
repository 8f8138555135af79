"""Which entries of other registers name this one: a gap's matches, an account's points, what is told of a community.

Read when the page is shown; nothing is kept, so a sum is always that of the entries that stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from tongjian.kernel.models import User
from tongjian.records.registers import queries
from tongjian.records.registers.choices import AttributeKind
from tongjian.records.registers.models import Item
from tongjian.records.registers.rules import loaded
from tongjian.records.registers.schema import Attribute, Register
from tongjian.web.registers import shown

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Sum:
    """A number of the entries that name this one, added up; title: with its unit."""

    title: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Referring:
    """Entries of one register that name this one in one attribute. newest: ten of them; key, code: for their list."""

    register: Register
    attribute: Attribute
    count: int
    newest: Sequence[Item]
    sums: Sequence[Sum]

    @property
    def name(self) -> str:
        return shown.name(self.register)

    @property
    def more(self) -> int:
        return self.count - len(self.newest)


def of(item: Item, user: User) -> list[Referring]:
    """By register, of those that the user may see; archived entries do not count."""
    visible = queries.visible_to(user).filter(archived_at=None)
    pairs = [
        (r, a)
        for r in queries.registers_visible_to(user)
        for a in r.attributes
        if a.kind == AttributeKind.REFERENCE and a.refers == item.register and not a.personal
    ]
    found = (_of(visible, register, attribute, item.code) for register, attribute in pairs)
    return [one for one in found if one.count]


def _of(visible: QuerySet[Item], register: Register, attribute: Attribute, code: str) -> Referring:
    rows = visible.filter(register=register.key, **{f"attributes__{attribute.key}": code})
    kept = list(rows.values_list("attributes", flat=True))
    newest = list(rows.order_by("-created_at", "-pk")[:SHOWN]) if kept else []
    return Referring(register, attribute, len(kept), newest, _sums(register, kept))


def _sums(register: Register, kept: Sequence[Mapping[str, object]]) -> list[Sum]:
    """Of the numbers with a unit; a number without one (a year, a batch) adds up to nothing."""
    numbers = [
        a
        for a in register.attributes
        if a.unit and not a.personal and a.kind in {AttributeKind.NUMBER, AttributeKind.INTEGER}
    ]
    return [
        Sum(shown.title(a), sum((Decimal(str(v)) for v in values), Decimal(0)))
        for a in numbers
        if (values := [v for row in kept if (v := loaded(a, row.get(a.key))) is not None])
    ]
