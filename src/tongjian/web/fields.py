"""A field of a form as its page draws it (`parts/_fields.html`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. kind: how it is typed; wrong: what is wrong with it, empty for nothing."""

    name: str
    label: str
    kind: str
    value: str
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    note: str = ""
    wrong: str = ""
    fixed: bool = False
