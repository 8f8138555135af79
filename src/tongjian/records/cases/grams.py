"""Overlapping bigrams of Chinese text: what search and likeness are made of. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[a-z0-9]+")
TAG = re.compile(r"\[(?:姓名|电话|号码|邮箱|车牌)\]")


def normal(text: str) -> str:
    """Full-width forms narrow, capitals small, marks of masking left out."""
    return unicodedata.normalize("NFKC", TAG.sub(" ", text)).lower()


def runs(text: str) -> Iterator[str]:
    """Runs of Chinese characters, and of Latin letters and digits."""
    return (m.group() for m in RUN.finditer(normal(text)))


def is_latin(run: str) -> bool:
    return run[0].isascii()


def grams(text: str) -> set[str]:
    """What a text is found by: bigrams of Chinese runs and the last character of each; Latin words whole."""
    found: set[str] = set()
    for run in runs(text):
        if is_latin(run):
            found.add(run)
        else:
            found.update(a + b for a, b in pairwise(run))
            found.add(run[-1])
    return found


def asked(word: str) -> tuple[list[str], list[str]]:
    """(whole grams, beginnings) that a text with this word must have: one character is the beginning of a gram."""
    whole: list[str] = []
    begins: list[str] = []
    for run in runs(word):
        if is_latin(run) or len(run) == 1:
            begins.append(run)
        else:
            whole += [a + b for a, b in pairwise(run)]
    return whole, begins
