"""The printed text of a docx body, and anchors put into it without touching anything else."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from tongjian.reading.documents.numbering import Numbering
from tongjian.reading.documents.ooxml import attribute, local
from tongjian.reading.documents.package import Package
from tongjian.reports.drafts.revising import changed
from tongjian.reports.trace.stream import Mark, Stream, read_part

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

PREFIX = "tj_"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A bookmark to be put over `text[start:end]`. text: what stands there instead, as a tracked change; empty: as it is."""

    name: str
    start: int
    end: int
    text: str = ""


class Body:
    """The body of an open docx: its text, our earlier anchors over it, and a place to put new ones."""

    def __init__(self, package: Package) -> None:
        root = package.part(package.main)
        if root is None:
            raise ValueError("a docx without body")
        self.root: Element = root
        self._numbering = Numbering.of(package)
        stream = self._stream()
        self.text = stream.text
        self.earlier: tuple[Mark, ...] = tuple(m for m in stream.marks if m.name.startswith(PREFIX))

    def anchor(self, anchors: Iterable[Anchor], kept: Collection[str] = ()) -> None:
        """Take our earlier bookmarks away, but for those kept, and put these in. Runs are split where a number begins or
        ends inside one.
        """
        self._clear(kept)
        for number, anchor in enumerate(sorted(anchors, key=lambda a: a.start), self._free_id()):
            self._put(anchor, number)

    def written(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _stream(self) -> Stream:
        self._typed: list[tuple[int, Element]]
        stream = read_part(self.root, self._numbering)
        self._typed = stream.typed
        return stream

    def _clear(self, kept: Collection[str]) -> None:
        ours = {
            attribute(e, "id")
            for e in self.root.iter(f"{{{W}}}bookmarkStart")
            if (name := attribute(e, "name") or "").startswith(PREFIX) and name not in kept
        }
        marks = [
            e
            for e in self.root.iter(f"{{{W}}}bookmarkStart", f"{{{W}}}bookmarkEnd")
            if attribute(e, "id") in ours
        ]
        for element in marks:
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)

    def _free_id(self) -> int:
        used = [attribute(e, "id") or "" for e in self.root.iter(f"{{{W}}}bookmarkStart")]
        return max((int(i) for i in used if i.isdigit()), default=0) + 1

    def _put(self, anchor: Anchor, number: int) -> None:
        first = self._run_from(anchor.start)
        last = self._run_until(anchor.end)
        if first is None or last is None:
            return
        start = etree.Element(
            f"{{{W}}}bookmarkStart", {f"{{{W}}}id": str(number), f"{{{W}}}name": anchor.name}
        )
        end = etree.Element(f"{{{W}}}bookmarkEnd", {f"{{{W}}}id": str(number)})
        if anchor.text:
            first, last = changed(_run_of(first, last), anchor.text, number)
        first.addprevious(start)
        last.addnext(end)

    def _run_from(self, at: int) -> Element | None:
        """The run that begins at this character, split off if need be."""
        found = self._at(at)
        if found is None:
            return None
        index, offset = found
        element = self._typed[index][1]
        return _run(element) if offset == 0 and _is_first(element) else self._split(index, offset)

    def _run_until(self, at: int) -> Element | None:
        """The run that ends at this character."""
        found = self._at(at - 1)
        if found is None:
            return None
        index, offset = found
        element = self._typed[index][1]
        if offset + 1 < len(element.text or "") or not _is_last(element):
            self._split(index, offset + 1)
        return _run(element)

    def _at(self, at: int) -> tuple[int, int] | None:
        """Index of the w:t that holds a character, and the character's place inside."""
        index = bisect_right(self._typed, at, key=lambda t: t[0]) - 1
        if index < 0:
            return None
        start, element = self._typed[index]
        return (index, at - start) if at - start < len(element.text or "") else None

    def _split(self, index: int, offset: int) -> Element:
        """Move what follows `offset` of a w:t, and all after it in its run, to a run of its own; that run."""
        start, element = self._typed[index]
        run = _run(element)
        rest = copy.copy(run)
        for part in list(rest):
            rest.remove(part)
        rest.tail = None
        rest.extend(copy.deepcopy(p) for p in run if local(p) == "rPr")
        text = element.text or ""
        following = list(element.itersiblings())
        if offset < len(text):
            moved = copy.copy(element)
            moved.text, element.text = text[offset:], text[:offset]
            moved.tail = None
            for part in (element, moved):
                part.set(SPACE, "preserve")
            if offset:
                rest.append(moved)
                self._typed.insert(index + 1, (start + offset, moved))
            else:
                element.text = text
                following = [element, *following]
        rest.extend(following)
        run.addnext(rest)
        return rest


def _run_of(first: Element, last: Element) -> list[Element]:
    """All from the first run to the last, which stand side by side; only the first and the last where they do not."""
    found = [first]
    while found[-1] is not last:
        following = found[-1].getnext()
        if following is None:
            return [first, last]
        found.append(following)
    return found


def _run(element: Element) -> Element:
    """The w:r around a w:t."""
    found = element.getparent()
    while found is not None and local(found) != "r":
        found = found.getparent()
    if found is None:
        raise ValueError("text outside a run")
    return found


def _content(run: Element) -> Sequence[Element]:
    return [e for e in run if local(e) != "rPr"]


def _is_first(element: Element) -> bool:
    return _content(_run(element))[0] is element


def _is_last(element: Element) -> bool:
    return _content(_run(element))[-1] is element
