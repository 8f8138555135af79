"""The words of linking: what is generic, which words are of one concept, what tells parts of a thing apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tongjian.packs import entries


@dataclass(frozen=True, slots=True)
class LinkingWords:
    """generic: cut out before comparing; phases: signs of parts; concepts: word → keys."""

    generic: re.Pattern[str]
    phases: re.Pattern[str]
    concepts: Mapping[str, tuple[str, ...]]
    concept_words: re.Pattern[str]

    def concepts_in(self, text: str) -> frozenset[str]:
        """Keys of the concepts that words of the text belong to."""
        return frozenset(key for m in self.concept_words.finditer(text) for key in self.concepts[m.group(1)])


@lru_cache(maxsize=1)
def linking_words() -> LinkingWords:
    """As the packs give them."""
    bodies = {e.key: e.body for e in entries("linking")}
    concepts = _by_word(bodies["concepts"]["concepts"])
    return LinkingWords(
        _any_of(bodies["generic"]["words"]),
        _any_of(bodies["phases"]["words"]),
        concepts,
        re.compile(f"(?=({'|'.join(_longest_first(concepts))}))"),
    )


def _by_word(concepts: Mapping[str, Sequence[Any]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, listing in concepts.items():
        for word in map(str, listing):
            found[word] = (*found.get(word, ()), key)
    return found


def _any_of(listing: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(_longest_first(listing)))


def _longest_first(listing: Iterable[str]) -> list[str]:
    return [re.escape(w) for w in sorted(map(str, listing), key=lambda w: (-len(w), w))]
