"""A number replaced as a tracked change: whoever opens the docx sees the old one struck out and accepts or rejects it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lxml import etree

from tongjian.reading.documents.ooxml import local

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
AUTHOR = "通鉴 Tongjian"
OFFSET = 1_000_000  # ids of revisions, apart from those of bookmarks


def changed(runs: Sequence[Element], text: str, number: int) -> tuple[Element, Element]:
    """Strike out these neighbouring runs and put `text` after them, looking as the first one does.

    Returns the first and the last element that now print the number. Inside a tracked insertion the text is simply
    replaced: it is new anyway.
    """
    parent = runs[0].getparent()
    if parent is None or local(parent) == "ins" or runs[-1].getparent() is not parent:
        return _retyped(runs, text)
    new = _like(runs[0], text)
    deletion, insertion = _revision("del", number), _revision("ins", number + OFFSET)
    runs[0].addprevious(deletion)
    for run in runs:
        deletion.append(run)
        for element in run.iter(f"{{{W}}}t"):
            element.tag = f"{{{W}}}delText"
    insertion.append(new)
    deletion.addnext(insertion)
    return insertion, insertion


def _revision(kind: str, number: int) -> Element:
    return etree.Element(f"{{{W}}}{kind}", {f"{{{W}}}id": str(OFFSET + number), f"{{{W}}}author": AUTHOR})


def _like(run: Element, text: str) -> Element:
    new = etree.Element(f"{{{W}}}r")
    new.extend(copy.deepcopy(p) for p in run if local(p) == "rPr")
    typed = etree.SubElement(new, f"{{{W}}}t", {SPACE: "preserve"})
    typed.text = text
    return new


def _retyped(runs: Sequence[Element], text: str) -> tuple[Element, Element]:
    typed = [t for run in runs for t in run.iter(f"{{{W}}}t")]
    for element in typed:
        element.text = ""
    typed[0].text = text
    return runs[0], runs[-1]
