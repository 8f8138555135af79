"""Charts of a docx as their part has them: names, series and values, held against the manifest."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from tongjian.reading.documents.ooxml import attribute, children, local
from tongjian.reading.documents.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


@dataclass(frozen=True, slots=True)
class Series:
    """values: as written in the part, None where a point is empty."""

    name: str
    names: tuple[str, ...]
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One chart. anchor: name of its frame; texts: titles of the chart and its axes."""

    anchor: str
    series: tuple[Series, ...]
    texts: tuple[str, ...]


def drawn(package: Package, frames: Sequence[tuple[str, str]]) -> Iterator[Drawn | None]:
    """The chart of each frame (name, relation id) of the body; None where its part is not there."""
    folder, base = posixpath.split(package.main)
    relations = package.part(posixpath.join(folder, "_rels", base + ".rels"))
    rows = () if relations is None else relations
    targets = {str(r.get("Id")): str(r.get("Target", "")) for r in rows}
    for anchor, relation in frames:
        path = posixpath.normpath(f"{folder}/{targets.get(relation, '')}")
        root = package.part(path.lstrip("/"))
        yield None if root is None else _read(anchor, root)


def _read(anchor: str, root: Element) -> Drawn:
    series = tuple(_series(e) for e in root.iter() if local(e) == "ser")
    texts = tuple("".join(str(t.text or "") for t in _all(e, "t")) for e in _all(root, "rich"))
    return Drawn(anchor, series, tuple(t for t in texts if t.strip()))


def _series(element: Element) -> Series:
    parts = {local(c): c for c in children(element)}
    names = _points(parts.get("cat"))
    values = _points(parts.get("val"))
    name = _points(parts.get("tx"))
    return Series(name[0] or "" if name else "", tuple(n or "" for n in names), tuple(values))


def _points(element: Element | None) -> list[str | None]:
    """Values of the cache in their places."""
    if element is None:
        return []
    found = {int(attribute(p, "idx") or 0): _value(p) for p in _all(element, "pt")}
    counts = [int(attribute(c, "val") or 0) for c in _all(element, "ptCount")]
    many = max([*counts, *(at + 1 for at in found)], default=0)
    return [found.get(at) for at in range(min(many, MOST))]


MOST = 10_000


def _value(point: Element) -> str:
    return next((str(v.text or "") for v in _all(point, "v")), "")


def _all(element: Element, name: str) -> Iterator[Element]:
    return (e for e in element.iter() if local(e) == name)


# Against the manifest


def texts_changed(found: Drawn, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What names, series and titles should read, and what they do."""
    for at, series in enumerate(entry["series"]):
        has = found.series[at] if at < len(found.series) else Series("", (), ())
        if has.name.strip() != series["name"].strip():
            yield series["name"], has.name
        names = [n.strip() for n in entry["names"]]
        if [n.strip() for n in has.names] != names:
            yield "、".join(names), "、".join(has.names)
    for more in found.series[len(entry["series"]) :]:
        yield "", more.name or "、".join(v or "" for v in more.values)
    for text in found.texts:
        if text.strip() != entry["unit"]:
            yield entry["unit"], text


def values(found: Drawn, entry: Mapping[str, Any]) -> Iterator[tuple[str | None, str | None]]:
    """Each point: its figure's anchor (None: should be empty), and what is drawn."""
    for at, series in enumerate(entry["series"]):
        has = found.series[at].values if at < len(found.series) else ()
        for place in range(max(len(series["points"]), len(has))):
            anchor = series["points"][place] if place < len(series["points"]) else None
            yield anchor, has[place] if place < len(has) else None


def same_value(drawn: str | None, shown: str) -> bool:
    try:
        return drawn is not None and Decimal(drawn) == Decimal(shown)
    except InvalidOperation:
        return False
