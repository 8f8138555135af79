"""A register's definition as a form: rows of attributes and counts, or its text as YAML; both ways without loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.http import QueryDict
from django.utils.translation import gettext as _

from tongjian.kernel.errors import TongjianError

SPARE = 4  # empty rows below those that are filled
SIMPLE = (
    "key",
    "name",
    "name_en",
    "theme",
    "shape",
    "owner",
    "visible",
    "track",
    "geometry",
    "note",
    "note_en",
)
LEFT_OUT: Mapping[str, str] = {
    "visible": "internal",
    "geometry": "none",
    "track": "",
    "note": "",
    "note_en": "",
}
FORM_FIELDS = frozenset({*SIMPLE, "editable", "attributes", "required", "counts"})
PLAIN = frozenset({"title", "x-title-en", "type", "format", "enum", "x-labels", "x-unit", "x-decimals", "x-personal", "x-reference"})  # fmt: skip
COUNTED = frozenset({"key", "name", "name_en", "unit", "sum", "on", "from", "until", "where"})


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One row of the form. options: `key=中文=English` each, between commas. more: what only the text can say."""

    key: str = ""
    title: str = ""
    title_en: str = ""
    kind: str = "string"
    unit: str = ""
    decimals: str = ""
    options: str = ""
    refers: str = ""
    required: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class CountRow:
    """One figure that the register yields. where: `attribute=value` each, between commas."""

    key: str = ""
    name: str = ""
    name_en: str = ""
    unit: str = ""
    sum: str = ""
    on: str = ""
    start: str = ""
    until: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The form as it stands. plain False: the body says things that only its text can; then only the text is offered."""

    simple: Mapping[str, str] = field(default_factory=dict)
    editable: Sequence[str] = ("owner", "plan_office")
    attributes: Sequence[AttributeRow] = ()
    counts: Sequence[CountRow] = ()
    text: str = ""
    plain: bool = True


def shown(body: Mapping[str, Any]) -> Draft:
    """The form of a body."""
    properties = body.get("attributes") or {}
    required = body.get("required") or []
    counts = [{("on" if k is True else k): v for k, v in c.items()} for c in body.get("counts") or []]
    return Draft(
        {name: str(body.get(name) or LEFT_OUT.get(name, "")) for name in SIMPLE},
        tuple(body.get("editable") or ("owner", "plan_office")),
        [*(_row(k, p, k in required) for k, p in properties.items()), *[AttributeRow()] * SPARE],
        [*(_count(c) for c in counts), *[CountRow()] * 2],
        as_text(body),
        _is_plain(body, properties, counts),
    )


def as_text(body: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(body), allow_unicode=True, sort_keys=False, width=110) if body else ""


def _is_plain(
    body: Mapping[str, Any], properties: Mapping[str, Any], counts: Sequence[Mapping[str, Any]]
) -> bool:
    tests = [set(body) <= FORM_FIELDS, all(set(p) <= PLAIN for p in properties.values())]
    tests.append(all(set(c) - {"count"} <= COUNTED and _is_flat(c.get("where")) for c in counts))
    return all(tests)


def _is_flat(where: object) -> bool:
    return where is None or (
        isinstance(where, dict) and all(isinstance(v, str | int | bool) for v in where.values())
    )


def _row(key: str, given: Mapping[str, Any], required: bool) -> AttributeRow:
    labels = given.get("x-labels") or {}
    options = ", ".join("=".join([str(k), *map(str, labels.get(k, (k, k)))]) for k in given.get("enum") or [])
    return AttributeRow(
        key,
        str(given.get("title", "")),
        str(given.get("x-title-en", "")),
        _kind(given),
        str(given.get("x-unit", "")),
        str(given.get("x-decimals", "")),
        options,
        str(given.get("x-reference", "")),
        required,
        bool(given.get("x-personal", False)),
    )


def _kind(given: Mapping[str, Any]) -> str:
    if "enum" in given:
        return "enum"
    if "x-reference" in given:
        return "reference"
    return "date" if given.get("format") == "date" else str(given.get("type", "string"))


def _count(given: Mapping[str, Any]) -> CountRow:
    where = ", ".join(f"{k}={_written(v)}" for k, v in (given.get("where") or {}).items())
    word = {n: str(given.get(n, "")) for n in ("key", "name", "name_en", "unit", "sum", "on", "until")}
    return CountRow(**word, start=str(given.get("from", "")), where=where)


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# In


def sent(query: QueryDict) -> dict[str, Any]:
    """The body that a sent form means, out of its rows or its text. Raises TongjianError for text that is no YAML."""
    if query.get("mode") == "text":
        return _parsed(query.get("text", ""))
    body: dict[str, Any] = {}
    for name in SIMPLE:
        value = query.get(name, "").strip()
        if value and value != LEFT_OUT.get(name):
            body[name] = value
    editable = query.getlist("editable")
    if editable and sorted(editable) != ["owner", "plan_office"]:
        body["editable"] = editable
    rows = _rows(query, "a", ("key", "title", "title_en", "kind", "unit", "decimals", "options", "refers"))
    body["attributes"] = {r["key"]: _property(r) for r in rows}
    required = [r["key"] for r in rows if query.get(f"a{r['n']}-required")]
    for r in rows:
        if query.get(f"a{r['n']}-personal"):
            body["attributes"][r["key"]]["x-personal"] = True
    counts = [_counted(r) for r in _rows(query, "c", ("key", "name", "name_en", "unit", "sum", "on", "start", "until", "where"))]  # fmt: skip
    return body | ({"required": required} if required else {}) | ({"counts": counts} if counts else {})


def _parsed(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise TongjianError(
            "registers.yaml", _("The text is no YAML: %(why)s"), {"why": str(error).replace("\n", " ")[:200]}
        ) from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        raise TongjianError(
            "registers.yaml", _("The text is no YAML: %(why)s"), {"why": _("one definition is wanted")}
        )
    return _as_json(found)


def _as_json(found: Mapping[Any, Any]) -> dict[str, Any]:
    """As definitions are kept: keys are words, and a bare `on` is one, too."""
    return {("on" if k is True else str(k)): _json(v) for k, v in found.items()}


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return _as_json(value)
    if isinstance(value, list):
        return [_json(v) for v in value]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _rows(query: QueryDict, letter: str, names: Sequence[str]) -> list[dict[str, str]]:
    found = []
    for n in range(200):
        if f"{letter}{n}-key" not in query:
            break
        row = {name: query.get(f"{letter}{n}-{name}", "").strip() for name in names}
        if any(v for k, v in row.items() if k != "kind"):
            found.append(row | {"n": str(n)})
    return found


def _property(row: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {"title": row["title"], "x-title-en": row["title_en"]}
    match row["kind"]:
        case "enum":
            made |= _options(row["options"])
        case "reference":
            made["x-reference"] = row["refers"]
        case "date":
            made |= {"type": "string", "format": "date"}
        case kind:
            made["type"] = kind or "string"
    if row["unit"]:
        made["x-unit"] = row["unit"]
    if row["decimals"].isdigit():
        made["x-decimals"] = int(row["decimals"])
    return made


def _options(written: str) -> dict[str, Any]:
    """`a=甲=First, b=乙=Second`: keys, and their labels in both languages."""
    parts = [p.strip().split("=") for p in written.replace("，", ",").split(",") if p.strip()]
    return {
        "enum": [p[0].strip() for p in parts],
        "x-labels": {p[0].strip(): [w.strip() for w in (*p[1:], *p[-1:])][:2] for p in parts},
    }


def _counted(row: Mapping[str, str]) -> dict[str, Any]:
    names = {"start": "from"}
    made: dict[str, Any] = {names.get(k, k): v for k, v in row.items() if v and k not in {"n", "where"}}
    pairs = [p.split("=", 1) for p in row["where"].replace("，", ",").split(",") if "=" in p]
    if pairs:
        made["where"] = {k.strip(): _value(v.strip()) for k, v in pairs}
    return made


def _value(written: str) -> object:
    return {"true": True, "false": False}.get(written, written)
