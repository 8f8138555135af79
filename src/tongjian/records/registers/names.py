"""What people write for areas, units and entries of other registers, into the things meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tongjian.kernel.models import Area, Organisation
from tongjian.records.registers.models import Item

T = TypeVar("T")


@dataclass(slots=True)
class Names:
    """Areas and organisations by key, names and code; entries by number and name, read when first asked for."""

    areas: Mapping[str, Area]
    organisations: Mapping[str, Organisation]
    _entries: dict[str, dict[str, str]] = field(default_factory=dict)

    def resolve(self, refers: str, written: str) -> str | None:
        """The key (of an entry: its number); None: there is none, or several are called so."""
        if refers == "area":
            area = self.areas.get(written)
            return area.key if area else None
        if refers == "organisation":
            unit = self.organisations.get(written)
            return unit.key if unit else None
        return self._of_register(refers).get(written)

    def _of_register(self, key: str) -> Mapping[str, str]:
        if key not in self._entries:
            rows = list(Item.objects.filter(register=key).values_list("name", "code"))
            self._entries[key] = _once(rows) | {code: code for _name, code in rows}
        return self._entries[key]


def names() -> Names:
    """As things stand."""
    areas = list(Area.objects.select_related("subject"))
    units = list(Organisation.objects.select_related("subject"))
    return Names(
        _once((n, a) for a in areas for n in {a.subject.label, a.subject.label_en, a.code} - {""})
        | {a.key: a for a in areas},
        _once((n, o) for o in units for n in {o.subject.label, o.subject.label_en} - {""})
        | {o.key: o for o in units},
    )


def _once(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Names that stand for one thing only."""
    found: dict[str, T] = {}
    many: set[str] = set()
    for name, thing in pairs:
        if name in found and found[name] != thing:
            many.add(name)
        found[name] = thing
    return {n: t for n, t in found.items() if n not in many}
