"""Listings of words that are looked up at a place in a text by their first or last character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class WordList(tuple[str, ...]):
    """Words, longest first, each once; also a tuple that `str.startswith` and `str.endswith` take.

    A look-up costs one dictionary access where no word of the listing begins (or ends) with that character.
    """

    _all: frozenset[str]
    _heads: Mapping[str, tuple[int, ...]]  # first character → lengths of the words it opens, longest first
    _ends: Mapping[str, tuple[int, ...]]  # last character → lengths of the words it closes

    def __new__(cls, listing: Iterable[str]) -> WordList:
        made = super().__new__(cls, sorted(dict.fromkeys(listing), key=lambda w: (-len(w), w)))
        made._all = frozenset(made)
        made._heads = _lengths(made, 0)
        made._ends = _lengths(made, -1)
        return made

    def __contains__(self, word: object) -> bool:
        return word in self._all

    def heads(self) -> frozenset[str]:
        """The characters with which the words begin."""
        return frozenset(self._heads)

    def at(self, text: str, pos: int) -> str | None:
        """The longest word that stands at `text[pos:]`."""
        for size in self._heads.get(text[pos : pos + 1], ()):
            word = text[pos : pos + size]
            if word in self._all:
                return word
        return None

    def ending(self, text: str, start: int = 0, end: int | None = None) -> str | None:
        """The longest word in which `text[start:end]` ends."""
        stop = len(text) if end is None else end
        if stop <= start:
            return None
        for size in self._ends.get(text[stop - 1], ()):
            word = text[stop - size : stop] if stop - size >= start else ""
            if word in self._all:
                return word
        return None


def _lengths(words: Iterable[str], place: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[place], set()).add(len(word))
    return {char: tuple(sorted(sizes, reverse=True)) for char, sizes in found.items()}
