"""What the page of a subject says of a register's entry."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongjian.kernel.models import Tracked, User
from tongjian.records.registers import actions, library, queries
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Attribute, Register
from tongjian.values.unit_names import after_number
from tongjian.web.registers import referring, shown
from tongjian.web.registers.shown import Cell, References
from tongjian.web.subjects.what import Line, Told


def tell(record: Tracked, user: User) -> Told:
    """Its attributes with labels and units, what is ahead of it on its track, its papers."""
    assert isinstance(record, Item)
    register = library.register(record.register)
    known = References.of([record], register.attributes)
    cells = [shown.cell(a, record.attributes.get(a.key), known) for a in register.attributes]
    editable = queries.editable_by(user, record.pk).exists()
    kinds = _kinds(register)
    return Told(
        kind=shown.name(register),
        lines=[_line(a, c) for a, c in zip(register.attributes, cells, strict=True)],
        tracks=(register.track,) if register.track else (),
        editable=editable,
        up=reverse("registers:list", args=[register.key]),
        up_label=shown.name(register),
        edit=reverse("registers:edit", args=[record.pk]) if editable else "",
        code=record.code,
        trackless=not register.track,
        template="registers/item.html",
        more={
            "ahead": _ahead(record, register),
            "kinds": kinds,
            "attachments": [
                (a, dict(kinds).get(a.kind, a.kind))
                for a in record.attachments.select_related("place__file", "by").order_by("at")
            ],
            "referring": referring.of(record, user),
            "personal": [c for c in cells if c.personal],
        },
    )


def _line(attribute: Attribute, cell: Cell) -> Line:
    """The label, and the value with its unit behind it."""
    label = attribute.title_en if shown.english() else attribute.title
    unit = (after_number(attribute.unit) if shown.english() else attribute.unit) if cell.text else ""
    return label, f"{cell.text or '—'}{unit}"


def _ahead(item: Item, register: Register) -> list[tuple[object, str, object]]:
    track = shown.track_of(register)
    if track is None or item.archived_at is not None:
        return []
    return [(s, shown.stage_name(track, s.key), missing) for s, missing in actions.ahead(item)]


def _kinds(register: Register) -> list[tuple[str, str]]:
    """Kinds of papers that the track's gates ask for, by key and name, and those that any entry may have."""
    track = shown.track_of(register)
    needs = [n for s in track.stages for n in s.needs if n.kind == "evidence"] if track else []
    asked = {n.name: ((n.label_en if shown.english() else n.label) or n.name) for n in needs}
    return list(
        ({"other": _("Other"), "photograph": _("Photograph")} | asked).items()
    )  # nothing claimed unless chosen
