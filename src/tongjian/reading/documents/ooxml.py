"""Small helpers over WordprocessingML elements, by local name: transitional and strict files read alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

OFF = frozenset({"0", "false", "off"})


def local(element: Element) -> str:
    """`p` for `{…wordprocessingml…}p`; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of local names, or None."""
    for name in path:
        if element is None:
            return None
        element = next((c for c in element if local(c) == name), None)
    return element


def value(element: Element | None, *path: str) -> str | None:
    """The `val` attribute of the element at this path."""
    found = child(element, *path)
    return None if found is None else attribute(found, "val")


def is_on(element: Element | None, *path: str) -> bool:
    """A toggle such as w:vanish: there and not switched off."""
    found = child(element, *path)
    return found is not None and attribute(found, "val") not in OFF


def below(element: Element, name: str) -> Iterator[Element]:
    """Every descendant of this local name, alternate content counted once."""
    for inner in children(element):
        if local(inner) == name:
            yield inner
        yield from below(inner, name)


def children(element: Element) -> Iterator[Element]:
    """Child elements; of alternate content the first choice, or else the fallback, stands in its place."""
    for inner in element:
        if local(inner) != "AlternateContent":
            yield inner
            continue
        choice = child(inner, "Choice")
        chosen = choice if choice is not None else child(inner, "Fallback")
        if chosen is not None:
            yield from children(chosen)


def printed(element: Element) -> str:
    """All text inside, for the list of what was skipped."""
    texts = [str(e.text or "") for e in element.iter() if local(e) in {"t", "delText"}]
    return "".join(texts).strip()
