"""A register's definition out of a pack entry, and everything that is wrong with one that cannot be meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.choices import CodeScheme
from tongjian.records.registers.choices import (
    AttributeKind,
    Editor,
    Geometry,
    RegisterShape,
    Theme,
    Visible,
)
from tongjian.records.registers.schema import (
    LONGEST,
    OWN_COLUMNS,
    PLAN_COLUMNS,
    Attribute,
    Checklist,
    CodeNeed,
    Count,
    Option,
    Register,
    Years,
)
from tongjian.values import UnknownUnit, unit

KEY = re.compile(r"[a-z](?:_?[a-z0-9]+)*")
KEY_LENGTH = 48
TAKEN = frozenset(
    {
        *OWN_COLUMNS, *PLAN_COLUMNS, "id", "number", "code", "name", "stage", "since", "on", "longitude", "latitude",
        "geometry",
    }
)  # fmt: skip
FIELDS = frozenset(
    {
        "key", "name", "name_en", "theme", "shape", "owner", "visible", "editable", "attributes", "required", "codes",
        "track", "geometry", "counts", "checklist", "years", "note", "note_en", "illustrative",
    }
)  # fmt: skip
PROPERTY_FIELDS = frozenset(
    {
        "type", "title", "x-title-en", "format", "enum", "x-labels", "minimum", "maximum", "maxLength", "pattern",
        "description", "x-unit", "x-decimals", "x-reference", "x-personal", "x-long", "x-listed",
    }
)  # fmt: skip
_ON = {"True": "on", "true": "on"}  # YAML 1.1 reads a bare `on` as true
COUNT_FIELDS = frozenset(
    {
        "key", "name", "name_en", "unit", "count", "sum", "ratio", "where", "on", "from", "until", "through", "by", "decimals",
        "direction", "definition", "aliases",
    }
)  # fmt: skip

MESSAGES: Mapping[str, str | Promise] = {
    "key": _("“%(got)s” cannot be a key: use lower-case letters, digits and single underscores, at most 48."),
    "wanting": _("“%(got)s” is wanting."),
    "unknown_field": _("“%(got)s” is no field known here; known are %(known)s."),
    "choice": _("“%(got)s” is not one of %(known)s."),
    "type": _("“%(got)s” cannot be read as %(wanted)s."),
    "taken": _("The key “%(got)s” means something of its own; choose another."),
    "twice": _("“%(got)s” stands twice."),
    "heading": _(
        "The title “%(got)s” is the heading of another column, %(other)s; in a workbook they could not be told apart."
    ),
    "labels": _("The choice “%(got)s” needs its labels in Chinese and English (x-labels)."),
    "pattern": _("The pattern “%(got)s” cannot be read: %(why)s."),
    "bounds": _("The minimum %(got)s is larger than the maximum %(most)s."),
    "no_attribute": _("“%(got)s” is no attribute of the register."),
    "no_column": _("“%(got)s” is no column that can be counted by; there are %(known)s."),
    "no_track": _("There is no track “%(got)s”; there are %(known)s."),
    "no_stage": _("The track has no stage “%(got)s”."),
    "no_register": _("There is no register “%(got)s” to refer to."),
    "no_owner": _("No organisation has the key “%(got)s”."),
    "need": _("The stage “%(stage)s” asks for “%(got)s”, which entries of this register cannot have."),
    "unit": _("“%(got)s” is no unit known here."),
    "personal_required": _("The personal attribute “%(got)s” cannot be counted by."),
    "counted": _("The metric “%(got)s” is yielded by the register “%(by)s” already."),
    "when": _("A count has either on (a flow) or from and until (a stock)."),
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a definition. where: `attributes.kind`, `counts.2`; code: a key of MESSAGES."""

    where: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % self.params

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(slots=True)
class _Reader:
    """Reads a body and notes what is wrong on the way."""

    body: Mapping[str, Any]
    flaws: list[Flaw] = field(default_factory=list)

    def wrong(self, where: str, code: str, **params: object) -> None:
        self.flaws.append(Flaw(where, code, params))

    def choice(self, where: str, value: object, words: Sequence[str], default: str) -> str:
        if value in words:
            return str(value)
        self.wrong(where, "choice", got=value, known="、".join(words))
        return default

    def known(self, where: str, row: Mapping[str, Any], fields: frozenset[str]) -> None:
        for name in sorted(str(n) for n in set(row) - fields):
            self.wrong(where, "unknown_field", got=name, known="、".join(sorted(fields)))

    def words(self, where: str, row: Mapping[str, Any], *names: str) -> None:
        for name in names:
            if not isinstance(row.get(name), str) or not row[name].strip():
                self.wrong(where, "wanting", got=name)

    def key(self, where: str, value: object) -> None:
        if not isinstance(value, str) or not KEY.fullmatch(value) or len(value) > KEY_LENGTH:
            self.wrong(where, "key", got=value)

    def rows(self, name: str) -> list[Mapping[str, Any]]:
        found = self.body.get(name) or []
        if not isinstance(found, list) or not all(isinstance(r, Mapping) for r in found):
            self.wrong(name, "type", got=name, wanted="[{…}]")
            return []
        return [{_ON.get(str(k), str(k)): v for k, v in r.items()} for r in found]

    def words_of(self, where: str, value: object) -> list[str]:
        """A list of words; None is an empty one."""
        if value is None:
            return []
        if isinstance(value, list) and all(isinstance(w, str) for w in value):
            return list(value)
        self.wrong(where, "type", got=value, wanted="[…]")
        return []

    def mapping(self, where: str, value: object) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.wrong(where, "type", got=value, wanted="{…}")
            return {}
        return value

    def decimal(self, where: str, value: object) -> Decimal | None:
        if value is None:
            return None
        try:
            found = Decimal(str(value))
        except InvalidOperation:
            found = Decimal("NaN")
        if isinstance(value, bool) or not found.is_finite():
            self.wrong(where, "type", got=value, wanted="number")
            return None
        return found

    def whole(self, where: str, value: object, least: int, most: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(where, "type", got=value, wanted=f"{least}–{most}")
        return least


def read(body: Mapping[str, Any], version: int = 0) -> tuple[Register, list[Flaw]]:
    """The register that a body means and every flaw in it; use the first only when the second is empty."""
    reader = _Reader(body)
    reader.known("", body, FIELDS)
    reader.key("key", body.get("key"))
    reader.words("", body, "name", "name_en", "owner")
    required = reader.words_of("required", body.get("required"))
    properties = reader.mapping("attributes", body.get("attributes"))
    attributes = tuple(_attribute(reader, str(k), p, k in required) for k, p in properties.items())
    for name in required:
        if name not in properties:
            reader.wrong("required", "no_attribute", got=name)
    made = Register(
        key=str(body.get("key")),
        name=str(body.get("name")),
        name_en=str(body.get("name_en")),
        theme=Theme(reader.choice("theme", body.get("theme"), Theme.values, "K")),
        shape=RegisterShape(
            reader.choice("shape", body.get("shape", "registry"), RegisterShape.values, "registry")
        ),
        owner=str(body.get("owner")),
        visible=Visible(
            reader.choice("visible", body.get("visible", "internal"), Visible.values, "internal")
        ),
        editable=_editable(reader),
        attributes=attributes,
        codes=_codes(reader),
        track=str(body.get("track") or ""),
        geometry=Geometry(reader.choice("geometry", body.get("geometry", "none"), Geometry.values, "none")),
        counts=tuple(_count(reader, n, row) for n, row in enumerate(reader.rows("counts"), 1)),
        checklist=_checklist(reader),
        years=_years(reader, frozenset(properties)),
        note=str(body.get("note", "")),
        note_en=str(body.get("note_en", "")),
        illustrative=bool(body.get("illustrative", False)),
        version=version,
        body=body,
    )
    return made, reader.flaws


# Reading


def _editable(reader: _Reader) -> tuple[Editor, ...]:
    given = reader.words_of("editable", reader.body.get("editable", ["owner", "plan_office"]))
    return tuple(Editor(reader.choice("editable", e, Editor.values, "plan_office")) for e in given)


def _codes(reader: _Reader) -> tuple[CodeNeed, ...]:
    """codes: [uscc, {scheme: project_code, required: true}]"""
    found = []
    rows = reader.body.get("codes") or []
    if not isinstance(rows, list):
        reader.wrong("codes", "type", got=rows, wanted="[…]")
        rows = []
    for row in rows:
        given = row if isinstance(row, Mapping) else {"scheme": row}
        scheme = reader.choice("codes", given.get("scheme"), CodeScheme.values, "local")
        found.append(CodeNeed(scheme, bool(given.get("required", False))))
    return tuple(found)


def _attribute(reader: _Reader, key: str, row: object, required: bool) -> Attribute:
    where = f"attributes.{key}"
    given = reader.mapping(where, row)
    reader.key(where, key)
    if key in TAKEN:
        reader.wrong(where, "taken", got=key)
    reader.known(where, given, PROPERTY_FIELDS)
    reader.words(where, given, "title", "x-title-en")
    kind = _kind(reader, where, given)
    made = Attribute(
        key=key,
        kind=kind,
        title=str(given.get("title", "")),
        title_en=str(given.get("x-title-en", "")),
        required=required,
        personal=bool(given.get("x-personal", False)),
        unit=str(given.get("x-unit", "")),
        decimals=reader.whole(where, given.get("x-decimals", 0), 0, 6) if kind == AttributeKind.NUMBER else 0,
        minimum=reader.decimal(where, given.get("minimum")),
        maximum=reader.decimal(where, given.get("maximum")),
        max_length=reader.whole(where, given.get("maxLength", LONGEST), 1, LONGEST),
        pattern=str(given.get("pattern", "")),
        options=_options(reader, where, given),
        refers=str(given.get("x-reference", "")),
        note=str(given.get("description", "")),
        long=bool(given.get("x-long", False)),
        listed=bool(given.get("x-listed", True)),
    )
    _check_attribute(reader, where, made)
    return made


def _kind(reader: _Reader, where: str, row: Mapping[str, Any]) -> AttributeKind:
    if "enum" in row:
        return AttributeKind.ENUM
    if "x-reference" in row:
        return AttributeKind.REFERENCE
    if row.get("format") == "date":
        return AttributeKind.DATE
    words = ("string", "integer", "number", "boolean")
    return AttributeKind(reader.choice(where, row.get("type", "string"), words, "string"))


def _options(reader: _Reader, where: str, row: Mapping[str, Any]) -> tuple[Option, ...]:
    keys = reader.words_of(where, row.get("enum"))
    labels = reader.mapping(where, row.get("x-labels"))
    found = []
    for key in keys:
        reader.key(where, key)
        pair = labels.get(key)
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(w, str) and w for w in pair):
            reader.wrong(where, "labels", got=key)
            continue
        found.append(Option(str(key), *pair))
    for again in repeated([w for o in found for w in {o.key, o.name, o.name_en}]):
        reader.wrong(where, "twice", got=again)
    return tuple(found)


def _check_attribute(reader: _Reader, where: str, made: Attribute) -> None:
    if made.minimum is not None and made.maximum is not None and made.minimum > made.maximum:
        reader.wrong(where, "bounds", got=made.minimum, most=made.maximum)
    if made.kind == AttributeKind.ENUM and not made.options:
        reader.wrong(where, "wanting", got="enum")
    if made.unit and not _is_unit(made.unit):
        reader.wrong(where, "unit", got=made.unit)
    try:
        re.compile(made.pattern)
    except re.error as error:
        reader.wrong(where, "pattern", got=made.pattern, why=error)


def _is_unit(name: str) -> bool:
    try:
        unit(name)
    except UnknownUnit:
        return False
    return True


def _count(reader: _Reader, number: int, row: Mapping[str, Any]) -> Count:
    where = f"counts.{number}"
    reader.known(where, row, COUNT_FIELDS)
    reader.key(where, row.get("key"))
    reader.words(where, row, "name", "name_en", "unit")
    made = Count(
        key=str(row.get("key")),
        name=str(row.get("name")),
        name_en=str(row.get("name_en")),
        unit=str(row.get("unit")),
        sum=str(row.get("sum", "")),
        where=reader.mapping(where, row.get("where")),
        ratio=reader.mapping(where, row["ratio"]) if "ratio" in row else None,
        on=str(row.get("on", "")),
        start=str(row.get("from", "")),
        until=str(row.get("until", "")),
        through=str(row.get("through", "")),
        by=str(row.get("by", "area")),
        decimals=reader.whole(where, row.get("decimals", 0), 0, 6),
        direction=reader.choice(where, row.get("direction", "none"), ("up", "down", "none"), "none"),
        definition=str(row.get("definition", "")),
        aliases=tuple(reader.words_of(where, row.get("aliases"))),
    )
    if made.on and (made.start or made.until or made.through):
        reader.wrong(where, "when")
    if made.unit != "None" and not _is_unit(made.unit):
        reader.wrong(where, "unit", got=made.unit)
    return made


def _checklist(reader: _Reader) -> Checklist | None:
    row = reader.body.get("checklist")
    if row is None:
        return None
    given = reader.mapping("checklist", row)
    reader.known("checklist", given, frozenset({"of", "of_en", "done"}))
    reader.words("checklist", given, "of", "of_en")
    done = dict(reader.mapping("checklist.done", given.get("done")))
    if not done:
        reader.wrong("checklist", "wanting", got="done")
    stage = str(done.pop("stage", ""))
    return Checklist(str(given.get("of")), str(given.get("of_en")), stage, done)


def _years(reader: _Reader, attributes: frozenset[str]) -> Years | None:
    """years: {attribute: plan_year}, or {from: first_year, until: last_year}; days count by their year."""
    row = reader.body.get("years")
    if row is None:
        return None
    given = reader.mapping("years", row)
    reader.known("years", given, frozenset({"attribute", "from", "until"}))
    start = str(given.get("attribute") or given.get("from") or "")
    until = str(given.get("attribute") or given.get("until") or start)
    for name in dict.fromkeys((start, until)):
        if name not in attributes:
            reader.wrong("years", "no_attribute", got=name)
    return Years(start, until)


def repeated(words: Sequence[str]) -> Iterator[str]:
    seen: set[str] = set()
    for word in words:
        if word in seen:
            yield word
        seen.add(word)
