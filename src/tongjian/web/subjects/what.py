"""What is it: the lines of its record that its page shows, by kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tongjian.kernel.models import Tracked, User
from tongjian.records.spaces.models import Space

Line = tuple[str | Promise, object]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of a record. tracks: shown before it has begun on them. up: where the list is."""

    kind: str
    lines: Sequence[Line] = ()
    tracks: Sequence[str] = ()
    editable: bool = False
    up: str = ""
    up_label: str = ""
    edit: str = ""
    template: str = "subjects/subject.html"
    more: Mapping[str, object] = field(default_factory=dict)


def of(record: Tracked, user: User) -> Told:
    """By the record's type; a type that has no entry yet is told by its name, place and owner alone."""
    teller = TELLERS.get(type(record))
    return teller(record, user) if teller else Told(str(record.subject.get_kind_display()))


def url(name: str, *args: object) -> str:
    """The address of a page, empty where this installation has none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _space(record: Tracked, user: User) -> Told:
    assert isinstance(record, Space)
    lines: list[Line] = [(_("Kind"), record.get_kind_display())]
    if record.area_m2 is not None:
        lines.append((_("Area of ground or floor"), f"{record.area_m2} m²"))
    if record.parent is not None:
        lines.append((_("Part of"), record.parent.name))
    lines += [(key, value) for key, value in record.attributes.items()]
    return Told(str(record.get_kind_display()), lines)


TELLERS: dict[type[Tracked], Callable[[Tracked, User], Told]] = {Space: _space}
