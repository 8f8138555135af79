"""Whether a sentence speaks of a promised thing. Pure: names and sentences in, yes or no out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tongjian.reading.spans import sentences

ENOUGH = 0.75  # of a name's pairs of neighbouring letters, in one sentence
_TELLING = re.compile(
    r"[A-Za-z0-9]+|[一二三四五六七八九十]+(?=[期批号环路轮])|[东南西北中](?=[侧线段区岸路])"
)
_BLANKS = re.compile(r"[\s“”\"《》（）()]")
_NEXT = re.compile(r"明年|下一步|下年")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence bare of blanks and quotation marks, with its pairs of letters, as printed beside."""

    printed: str
    bare: str
    pairs: frozenset[str]


def sentences_of(text: str, year: int) -> list[Sentence]:
    """The sentences that may tell what became of the year's promises: those about the year to come do not."""
    coming = f"{year + 1}年"
    found = [text[a:b] for a, b in sentences(text)]
    return [_sentence(s) for s in found if coming not in s and not _NEXT.search(s)]


def _sentence(printed: str) -> Sentence:
    bare = _bare(printed)
    return Sentence(printed, bare, _pairs(bare))


def named(name: str, among: Sequence[Sentence]) -> str:
    """The first sentence that speaks of the thing; empty where none does.

    Whole, or by most of its letters, and then with every number, phase and side that its name bears.
    """
    bare = _bare(name)
    if not bare:
        return ""
    whole = next((s for s in among if bare in s.bare), None)
    if whole is not None:
        return whole.printed
    pairs, telling = _pairs(bare), _TELLING.findall(bare)
    least = ENOUGH * len(pairs)
    near = (s for s in among if pairs and len(pairs & s.pairs) >= least and _has(s.bare, telling))
    return next((s.printed for s in near), "")


def _has(bare: str, words: Iterable[str]) -> bool:
    return all(w in bare for w in words)


def _bare(text: str) -> str:
    return _BLANKS.sub("", text)


def _pairs(bare: str) -> frozenset[str]:
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))
