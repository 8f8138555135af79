"""Look-ups in listings of words, and things inside a span."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from tongjian.reading.spans import inside
from tongjian.reading.wordlist import WordList

TEXTS = st.text("甲乙丙丁", max_size=8)
LISTINGS = st.lists(st.text("甲乙丙丁", min_size=1, max_size=4), max_size=8)


@dataclass(frozen=True)
class Place:
    start: int
    end: int


def test_longest_word_wins_at_either_end() -> None:
    listing = WordList(["建成", "建成投用", "投用", "建成"])
    assert list(listing) == ["建成投用", "建成", "投用"]
    assert listing.at("甲桥建成投用", 2) == "建成投用"
    assert listing.ending("甲桥建成投用") == "建成投用"
    assert listing.ending("甲桥建成投用", 3) == "投用"
    assert listing.ending("甲桥建成投用", 0, 4) == "建成"
    assert listing.at("甲桥", 2) is None
    assert "投用" in listing
    assert "甲" not in listing


@given(TEXTS, LISTINGS, st.integers(0, 8), st.integers(0, 8))
def test_look_ups_agree_with_trying_every_word(text: str, listing: list[str], start: int, end: int) -> None:
    words = WordList(listing)
    opening = [w for w in words if text.startswith(w, start)]
    closing = [w for w in words if text.endswith(w, start, min(end, len(text)))]
    assert words.at(text, start) == (opening[0] if opening else None)
    assert words.ending(text, start, min(end, len(text))) == (closing[0] if closing else None)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=12),
    st.integers(0, 20),
    st.integers(0, 20),
)
def test_things_inside_a_span(spans: list[tuple[int, int]], start: int, size: int) -> None:
    things = [Place(s, s + n) for s, n in sorted(spans)]
    wanted = tuple(i for i, t in enumerate(things) if t.start >= start and t.end <= start + size)
    assert inside(things, start, start + size) == wanted
