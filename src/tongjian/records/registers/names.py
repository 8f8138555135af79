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

    def also(self, register: str, rows: Iterable[tuple[str, str]]) -> None:
        """Entries that a workbook brings itself: numbers and names. One that is known already keeps its name."""
        self._entries[register] = {**_called(rows), **self._of_register(register)}

    def _of_register(self, key: str) -> Mapping[str, str]:
        if key not in self._entries:
            rows = Item.objects.filter(register=key).values_list("name", "code")
            self._entries[key] = _called(rows)
        return self._entries[key]


def _called(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name, where only one is called so, and number → number."""
    held = list(rows)
    return _once(held) | {code: code for _name, code in held}


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
