"""Which teller speaks for which record. A new kind of record adds its line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from tongjian.kernel.models import Tracked, User
from tongjian.records.projects.models import Project
from tongjian.records.registers.models import Item
from tongjian.records.spaces.models import Space
from tongjian.web.projects.telling import tell as tell_project
from tongjian.web.registers.telling import tell as tell_item
from tongjian.web.subjects.what import Line, Told


def of(record: Tracked, user: User) -> Told:
    """By the record's type; a type that has no entry yet is told by its name, place and owner alone."""
    teller = TELLERS.get(type(record))
    return teller(record, user) if teller else Told(str(record.subject.get_kind_display()))


def _space(record: Tracked, user: User) -> Told:
    assert isinstance(record, Space)
    lines: list[Line] = [(_("Kind"), record.get_kind_display())]
    if record.area_m2 is not None:
        lines.append((_("Area of ground or floor"), f"{record.area_m2} m²"))
    if record.parent is not None:
        lines.append((_("Part of"), record.parent.name))
    lines += [(key, value) for key, value in record.attributes.items()]
    return Told(str(record.get_kind_display()), lines)


TELLERS: Mapping[type[Tracked], Callable[[Tracked, User], Told]] = {
    Space: _space,
    Item: tell_item,
    Project: tell_project,
}
