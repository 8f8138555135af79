"""What is it: the lines of its record that its page shows, by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Line = tuple[str | Promise, object]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of a record. tracks: shown before it has begun on them. up: where the list is.

    code: the number people know it by; empty: the subject's key. trackless: it never enters stages.
    """

    kind: str
    lines: Sequence[Line] = ()
    tracks: Sequence[str] = ()
    editable: bool = False
    up: str = ""
    up_label: str = ""
    edit: str = ""
    code: str = ""
    trackless: bool = False
    template: str = "subjects/subject.html"
    more: Mapping[str, object] = field(default_factory=dict)


def url(name: str, *args: object) -> str:
    """The address of a page, empty where this installation has none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
