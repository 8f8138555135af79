"""Near-duplicates 近似诉求: texts as sketches of their bigrams, one against many or many among themselves. numpy only.

A sketch is the least hash value under 64 hash functions (MinHash): the share of equal places estimates how many bigrams two
texts share, of those in either (Jaccard). Fixed constants: the same text gives the same sketch on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from unicodedata import is_normalized

import numpy as np
from numpy.typing import NDArray

from tongjian.records.cases.grams import TAG, normal

OTHER = re.compile(r"[\W_]+")
PLACES = 64
BANDS, ROWS = (
    16,
    4,
)  # two texts meet when one band of four places is equal: half of those at likeness 0.5, nearly all at 0.7
NOTHING = np.uint16(0xFFFF)
_RANDOM = np.random.default_rng(20260301)
_FACTORS = (_RANDOM.integers(1, 2**32, PLACES, dtype=np.uint32) | np.uint32(1)).astype(np.uint32)
_SHIFTS = _RANDOM.integers(0, 2**32, PLACES, dtype=np.uint32)
Sketches = NDArray[np.uint16]
Codes = NDArray[np.uint32]
Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their numbers and the share of bigrams that they have in common."""

    first: int
    second: int
    likeness: float


def letters(text: str) -> str:
    """Letters, digits and characters only: what two tellings of one matter share."""
    plain = OTHER.sub(
        "", TAG.sub("", text)
    )  # first: of Chinese text only the signs are not in their plain form
    if is_normalized("NFKC", plain):
        return plain.lower()
    return OTHER.sub("", normal(plain))


def codes(text: str) -> Codes:
    """The bigrams of a text as numbers, each once."""
    points = np.frombuffer(letters(text).encode("utf-32-le"), dtype=np.uint32)
    return _once(_pairs(points)) if len(points) > 1 else np.zeros(0, dtype=np.uint32)


def _once(values: NDArray[Number]) -> NDArray[Number]:
    """Sorted, each once; numpy's own `unique` goes through a table of hashes, which costs several times as much."""
    ordered = np.sort(values)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


def _pairs(points: Codes) -> Codes:
    return (points[:-1] * np.uint32(0x9E3779B1)) ^ (points[1:] * np.uint32(0x85EBCA77))


def sketches(texts: Sequence[str], at_once: int = 4096) -> Sketches:
    """uint16 [texts, 64]; a text of fewer than two letters has no sketch: all places are NOTHING."""
    parts = [_sketched(texts[i : i + at_once]) for i in range(0, len(texts), at_once)]
    return np.vstack(parts) if parts else np.zeros((0, PLACES), dtype=np.uint16)


def _sketched(texts: Sequence[str]) -> Sketches:
    plain = [letters(t) for t in texts]
    lengths = np.array([len(p) for p in plain])
    found = np.full((len(texts), PLACES), NOTHING, dtype=np.uint16)
    points = np.frombuffer("".join(plain).encode("utf-32-le"), dtype=np.uint32)
    if len(points) < 2:
        return found
    both = _pairs(points)
    ends = np.cumsum(lengths)
    last = ends[(lengths > 0) & (ends < len(points))] - 1
    both[last] = 0xFFFFFFFF  # a pair across two texts
    has = lengths >= 2
    starts = (ends - lengths)[has]
    for place in range(PLACES):
        hashed = both * _FACTORS[place] + _SHIFTS[place]
        hashed[last] = 0xFFFFFFFF
        least = np.minimum.reduceat(hashed, starts)
        found[has, place] = (least >> np.uint32(16)).astype(np.uint16)
    return found


def likeness(one: Sketches, many: Sketches) -> NDArray[np.float64]:
    """Estimated likeness of one sketch [64] with each of many [n, 64], 0 to 1, give or take 0.06."""
    same: NDArray[np.float64] = (many == one).mean(axis=1)
    same[(many == NOTHING).all(axis=1)] = 0
    return same


def exact(a: Codes, b: Codes) -> float:
    """The share of bigrams in both, of those in either."""
    both = len(np.intersect1d(a, b, assume_unique=True))
    return both / max(len(a) + len(b) - both, 1)


def pairs(texts: Sequence[str], least: float = 0.6, most_in_a_band: int = 200) -> list[Pair]:
    """All pairs that are alike by at least `least`, by their exact share; pairs that no band brings together are missed.

    most_in_a_band: of a larger crowd of equal texts each is held against the next ones only.
    """
    found = sketches(texts)
    some = _candidates(found, most_in_a_band)
    if not len(some):
        return []
    for places, slack in ((PLACES // 4, 0.35), (PLACES, 0.15)):  # a first look at a quarter of the places
        part = np.ascontiguousarray(found[:, :places])
        guess = (part[some[:, 0]] == part[some[:, 1]]).mean(axis=1)
        some = some[guess >= least - slack]
    held: dict[int, Codes] = {n: codes(texts[n]) for n in np.unique(some).tolist()}
    told = [Pair(a, b, exact(held[a], held[b])) for a, b in some.tolist()]
    return [p for p in told if p.likeness >= least]


def _candidates(found: Sketches, most: int) -> NDArray[np.int64]:
    """Pairs (smaller, larger number) with one equal band."""
    real = np.flatnonzero(~(found == NOTHING).all(axis=1))
    made: list[NDArray[np.int64]] = []
    for band in range(BANDS):
        part = np.ascontiguousarray(found[real, band * ROWS : (band + 1) * ROWS]).view(np.uint64).ravel()
        order = np.argsort(part, kind="stable")
        value, who = part[order], real[order]
        at = np.arange(len(value))
        for step in range(1, most):
            at = at[at + step < len(value)]
            at = at[value[at] == value[at + step]]  # equal to the next but one: equal to the next
            if not len(at):
                break
            a, b = who[at], who[at + step]
            made.append(np.minimum(a, b) * len(found) + np.maximum(a, b))
    if not made:
        return np.zeros((0, 2), dtype=np.int64)
    once = _once(np.concatenate(made))
    return np.stack([once // len(found), once % len(found)], axis=1)


def clusters(count: int, found: Sequence[Pair]) -> list[list[int]]:
    """Groups of texts that pairs hold together, largest first; single ones are left out."""
    head = list(range(count))

    def top(n: int) -> int:
        while head[n] != n:
            head[n] = head[head[n]]
            n = head[n]
        return n

    for pair in found:
        a, b = top(pair.first), top(pair.second)
        if a != b:
            head[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for n in range(count):
        groups.setdefault(top(n), []).append(n)
    return sorted((g for g in groups.values() if len(g) > 1), key=lambda g: (-len(g), g[0]))
