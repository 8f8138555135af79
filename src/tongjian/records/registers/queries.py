"""Reads of registers and their entries: who may see and change them, filters, order, pages."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import (
    Count,
    DateField,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import AreaKind, Role, Sensitivity
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Organisation, Standing, User
from tongjian.records.registers import library
from tongjian.records.registers.choices import AttributeKind, Editor, Visible
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Register

TOWNS = (AreaKind.STREET, AreaKind.TOWN, AreaKind.TOWNSHIP)
SENSITIVITY: Mapping[Visible, Sensitivity] = {
    Visible.PUBLIC: Sensitivity.PUBLIC,
    Visible.INTERNAL: Sensitivity.INTERNAL,
    Visible.OWNER: Sensitivity.PERSONAL,
}


# Who may


def visible_to(user: Viewer) -> QuerySet[Item]:
    """Entries that the user may see: public ones everyone, internal ones who is signed in, the rest its editors."""
    found = Item.objects.select_related("subject", "area__subject", "owner__subject")
    if not isinstance(user, User) or not user.is_active:
        return found.filter(sensitivity=Sensitivity.PUBLIC)
    if user.role == Role.PLAN_OFFICE:
        return found
    registers, units = list(library.all_registers().values()), _units(user)
    kept = Q(register__in=[r.key for r in registers if r.owner in units])
    return found.filter(~Q(sensitivity=Sensitivity.PERSONAL) | kept | _editable(user, registers, units))


def registers_visible_to(user: Viewer) -> list[Register]:
    """Registers whose entries the user may see at all, in the order of the packs."""
    return [r for r in library.all_registers().values() if _sees(user, r)]


def register_visible_to(user: Viewer, key: str) -> Register:
    """Raises NotAllowed; what may not be seen looks the same as what is not there."""
    found = library.register(key)
    if not _sees(user, found):
        raise NotAllowed(
            "registers.unknown", _("There is no register “%(key)s”, or it is not open to you."), {"key": key}
        )
    return found


def _sees(user: Viewer, register: Register) -> bool:
    if register.visible == Visible.PUBLIC:
        return True
    if not isinstance(user, User) or not user.is_active:
        return False
    open_to_all = register.visible == Visible.INTERNAL or user.is_plan_office
    return open_to_all or register.owner in _units(user) or may_add(user, register)


def may_add(user: Viewer, register: Register) -> bool:
    """Whether the user may add entries: to the whole register, or (a town) in the own area."""
    return owns(user, register) or _town_of(user, register) != ""


def owns(user: Viewer, register: Register, units: frozenset[str] | None = None) -> bool:
    """Whether the user may change every entry of the register. units: the user's own, if they are known already."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if user.role == Role.PLAN_OFFICE:
        return Editor.PLAN_OFFICE in register.editable
    if user.role != Role.DEPARTMENT or Editor.OWNER not in register.editable:
        return False
    return register.owner in (_units(user) if units is None else units)


def _units(user: User) -> frozenset[str]:
    """Keys of the user's organisation and of all below it."""
    if user.organisation is None:
        return frozenset()
    below = Organisation.objects.filter(path__startswith=user.organisation.path)
    return frozenset(below.values_list("subject__key", flat=True))


def area_of(user: Viewer, register: Register) -> str:
    """Path of the area whose entries a town may change; "" where the user owns all, or none."""
    return "" if owns(user, register) else _town_of(user, register)


def _town_of(user: Viewer, register: Register) -> str:
    if Editor.TOWNS not in register.editable or not isinstance(user, User) or not user.is_active:
        return ""
    unit = user.organisation
    if user.role != Role.DEPARTMENT or unit is None or unit.area is None or unit.area.kind not in TOWNS:
        return ""
    return str(unit.area.path)


def editable_by(user: Viewer, pk: int | None = None, *, lock: bool = False) -> QuerySet[Item]:
    """Entries that the user may change; with `pk` that one at most. lock: the rows wait for each other."""
    found = Item.objects.select_related("subject", "area__subject", "owner__subject")
    if not isinstance(user, User) or not user.is_active:
        return found.none()
    found = found.filter(_editable(user, list(library.all_registers().values()), _units(user)))
    if pk is not None:
        found = found.filter(pk=pk)
    return found.select_for_update(of=("self",)) if lock else found


def one_editable_by(user: Viewer, pk: int, *, lock: bool = False) -> Item:
    """Raises NotAllowed."""
    found = editable_by(user, pk, lock=lock).first()
    if found is None:
        raise NotAllowed("registers.no_item", _("The entry does not exist, or it is not yours to change."))
    return found


def _editable(user: User, registers: Sequence[Register], units: frozenset[str]) -> Q:
    """Of all registers at once: those owned whole, and the town's part of the others."""
    whole = {r.key for r in registers if owns(user, r, units)}
    found = Q(register__in=whole)
    parts = [r for r in registers if r.key not in whole and _town_of(user, r)]
    if parts:
        area = _town_of(user, parts[0])
        found |= Q(register__in=[r.key for r in parts], area__path__startswith=area)
    return found


# Filters


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to. area, owner: keys, with all below; stage: a key of its track, `none` for entries that
    have not begun; year: by the register's `years`; attributes: key → a value, several, or {ge, le}.
    """

    text: str = ""
    area: str = ""
    owner: str = ""
    stage: str = ""
    year: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    archived: bool = False


def filtered(items: QuerySet[Item], register: Register, by: Filter) -> QuerySet[Item]:
    """Entries of one register that pass the filter. Personal attributes are not filtered by."""
    found = items.filter(register=register.key, archived_at__isnull=not by.archived)
    for word in by.text.split():
        found = found.filter(text__contains=word.lower())
    if by.area:
        found = found.filter(_below("area", by.area))
    if by.owner:
        found = found.filter(_below("owner", by.owner))
    if by.stage:
        found = _at_stage(found, register, by.stage)
    if by.year is not None and register.years is not None:
        found = _in_year(found, register, by.year)
    for key, wanted in by.attributes.items():
        if key in register.attribute and key not in register.personal:
            found = _with_attribute(found, register, key, wanted)
    return found


def _below(field: str, key: str) -> Q:
    """The one of that key and all below it."""
    return Q(**{f"{field}__path__startswith": f"{key}/"}) | Q(**{f"{field}__path__contains": f"/{key}/"})


def _at_stage(items: QuerySet[Item], register: Register, stage: str) -> QuerySet[Item]:
    if stage == "none":
        return items.exclude(subject__standings__track=register.track)
    return items.filter(subject__standings__track=register.track, subject__standings__stage=stage)


def _in_year(items: QuerySet[Item], register: Register, year: int) -> QuerySet[Item]:
    """Entries that belong to the year; where the end is not given, to every year since."""
    assert register.years is not None  # `filtered` looked
    start, until = register.years.start, register.years.until
    found = items.annotate(_start=_year(register, start), _until=_year(register, until))
    return found.filter(Q(_until__gte=year) | Q(_until=None), _start__lte=year)


def _year(register: Register, key: str) -> Any:
    text = KeyTextTransform(key, "attributes")
    if register.attribute[key].kind == AttributeKind.DATE:
        return Cast(Substr(text, 1, 4), IntegerField())
    return Cast(text, IntegerField())


def _with_attribute(items: QuerySet[Item], register: Register, key: str, wanted: Any) -> QuerySet[Item]:
    if isinstance(wanted, Mapping):
        value = _comparable(register, key)
        words = {"ge": "gte", "le": "lte"}
        tests = {f"_with_{key}__{words[op]}": v for op, v in wanted.items() if op in words and v is not None}
        return items.annotate(**{f"_with_{key}": value}).filter(**tests)
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    found = Q()
    for value in values:
        found |= Q(**{f"attributes__{key}": value})
    return items.filter(found)


def _comparable(register: Register, key: str) -> Any:
    text = KeyTextTransform(key, "attributes")
    numeric = {AttributeKind.NUMBER, AttributeKind.INTEGER}
    return Cast(text, FloatField()) if register.attribute[key].kind in numeric else text


# Order and pages


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries in order. after: cursor of the next page; "": this is the last."""

    items: Sequence[Item]
    after: str = ""


ORDERS = {
    "code": "code",
    "name": "name",
    "area": "area__path",
    "owner": "owner__path",
    "changed": "changed_at",
}
LEAST = -1e300  # before any number: entries without a value come first, last in falling order


def page(
    items: QuerySet[Item], register: Register, *, order: str = "code", after: str = "", size: int = 50
) -> Page:
    """A page by its key, never by its number: `order` is `code`, `name`, `area`, `owner`, `changed`, `stage` or an
    attribute's key, with a minus for falling. A cursor that cannot be read begins anew.
    """
    falling = order.startswith("-")
    found = items.annotate(_key=_order(register, order.removeprefix("-")))
    at = _opened(after)
    if at is not None:
        step, past = ("lt", "lt") if falling else ("gt", "gt")
        found = found.filter(Q(**{f"_key__{step}": at[0]}) | Q(_key=at[0], **{f"pk__{past}": at[1]}))
    sign = "-" if falling else ""
    rows = list(found.order_by(f"{sign}_key", f"{sign}pk")[: size + 1])
    more = len(rows) > size
    return Page(rows[:size], _closed(rows[size - 1]) if more else "")


def _order(register: Register, name: str) -> Any:
    if name == "stage" and register.track:
        standing = Standing.objects.filter(subject=OuterRef("pk"), track=register.track)
        return Coalesce(Subquery(standing.values("since")[:1]), Value(date.min, DateField()))
    if name in register.attribute and name not in register.personal:
        numeric = register.attribute[name].kind in {AttributeKind.NUMBER, AttributeKind.INTEGER}
        if numeric:
            return Coalesce(_comparable(register, name), Value(LEAST))
        return Coalesce(_comparable(register, name), Value("", TextField()))
    if name in {"area", "owner"}:
        return Coalesce(F(ORDERS[name]), Value(""))
    return F(ORDERS.get(name, "code"))


def _closed(item: Item) -> str:
    key = item._key  # type: ignore[attr-defined]  # annotated by `page`
    kept = key.isoformat() if hasattr(key, "isoformat") else key
    return base64.urlsafe_b64encode(json.dumps([kept, item.pk]).encode()).decode()


def _opened(cursor: str) -> tuple[Any, int] | None:
    try:
        key, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error, TypeError):
        return None
    return (key, pk) if isinstance(pk, int) else None


# Sums of a list


def by_stage(items: QuerySet[Item], register: Register) -> dict[str, int]:
    """stage key → entries that stand there; `none`: not begun, `left`: off the track."""
    if not register.track:
        return {}
    here = items.filter(subject__standings__track=register.track)
    found = dict(here.order_by().values_list("subject__standings__stage").annotate(Count("pk")))
    rest = items.exclude(subject__standings__track=register.track).count()
    return found | ({"none": rest} if rest else {})


def counts(user: Viewer) -> dict[str, int]:
    """register key → entries in use that the user may see."""
    rows = visible_to(user).filter(archived_at=None).order_by().values_list("register")
    return dict(rows.annotate(Count("pk")))
