"""Facts meant by the words around a number where these are no name of the ledger's: elided heads, names taken apart.

A name counts by the share of its letters that stand beside the number, and again in its sentence. The fact with the
best-told name is meant if the number has its value; where another name is told as well, nothing is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts.linking import plain
from tongjian.reading.times import TIME

Name = tuple[str, str]  # key of the metric, group within it (empty: all of it)
_STOP = re.compile(r"[，,。；;：:！!？?\n\t]")
_SENTENCE = re.compile(r"[。！!？?\n\t]")
_SPAN = re.compile(r"(?<=\d)\s?[—–~～至到]+\s?(?=\d)")
_NEXT = re.compile("、|^[和及与]")  # between two numbers: what follows belongs to the second
_ROMAN = str.maketrans("ⅠⅡⅢⅣⅤ", "一二三四五")  # as plain letters Ⅳ类 would hold Ⅴ类
HEADING = 24  # characters of an opening sentence that says what a paragraph is about
CLEARLY = 0.08  # by so much the best name leads
SHORT = 6  # letters
RUN = 2  # letters in a row that tell


@dataclass(frozen=True, slots=True)
class Around:
    """near: the words of the number's clause between the numbers before and after it. far: of its sentence up to the
    end of that clause, and of a short opening of its paragraph. As for comparing, see `plain`. is_timed: the sentence
    says its time before the number.
    """

    near: str
    far: str
    is_timed: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """How many letters of a name are told beside the number and in the sentence, of how many."""

    beside: int
    inside: int
    letters: int

    @property
    def near(self) -> float:
        return self.beside / self.letters

    @property
    def far(self) -> float:
        return self.inside / self.letters

    @property
    def score(self) -> float:
        """What stands beside the number counts twice. A short name is told easily, so it counts as a longer one."""
        return (2 * self.beside + self.inside) / max(self.letters, SHORT)


def around(text: str, start: int, end: int, others: Sequence[tuple[int, int]]) -> Around:
    """The words around `text[start:end]`. others: spans of all figures, in order."""
    opened = _last(_STOP, text, start)
    left = max([opened, *(b for _a, b in others if opened < b <= start)])
    stop = _STOP.search(text, end)
    closed = stop.start() if stop else len(text)
    right = min([closed, *(a for a, _b in others if end <= a < closed)])
    after = text[end:right] if right == closed else _NEXT.split(text[end:right])[0]
    said = _last(_SENTENCE, text, start)
    near, far = f"{text[left:start]}|{after}", f"{_heading(text, said)}|{text[said:start]}|{after}"
    return Around(in_letters(near), in_letters(far), TIME.search(text, said, start) is not None)


def _heading(text: str, said: int) -> str:
    """The opening sentence of the paragraph, when it is short and says no number."""
    begins = text.rfind("\n", 0, said) + 1
    if begins >= said:
        return ""
    stop = _SENTENCE.search(text, begins)
    opening = text[begins : stop.start()] if stop else ""
    return opening if len(opening) <= HEADING and not re.search(r"\d", opening) else ""


def _last(mark: re.Pattern[str], text: str, before: int) -> int:
    """Where the words after the last such mark begin."""
    found = [m.end() for m in mark.finditer(text, max(0, before - 400), before)]
    return found[-1] if found else max(0, before - 400)


def in_letters(text: str) -> str:
    """Words for comparing, see `plain`; 3至11岁 as 3-11岁."""
    return "|".join(plain(_SPAN.sub("-", part)) for part in text.translate(_ROMAN).split("|"))


class Wording:
    """Names of the ledger, looked up by pairs of letters. names: (metric, group) → its names in plain letters."""

    def __init__(self, names: Mapping[Name, Iterable[str]]) -> None:
        self._names = {
            name: tuple(dict.fromkeys(in_letters(n) for n in said if len(n) >= RUN))
            for name, said in names.items()
        }
        self._groups = {name: in_letters(name[1]) for name in names}
        self._pairs: dict[str, set[Name]] = {}
        for name, said in self._names.items():
            for one in (*said, self._groups[name]):
                for at in range(len(one) - 1):
                    self._pairs.setdefault(one[at : at + RUN], set()).add(name)

    def told(self, words: Around, among: Iterable[Name] | None = None) -> dict[Name, Told]:
        """How far each name is told; without those that are not at all. A group must be told beside the number."""
        pairs = {words.far[at : at + RUN] for at in range(len(words.far) - 1)}
        met = set().union(*(self._pairs.get(p, ()) for p in pairs))
        met = met if among is None else met & set(among)
        return {n: told for n in met if (told := self._told(n, words)) is not None}

    def _told(self, name: Name, words: Around) -> Told | None:
        group = self._groups[name]
        here = covered(group, words.near)
        if group and not here:
            return None
        there = max(here, covered(group, words.far))
        tolds = [
            Told(here + covered(n, words.near), there + covered(n, words.far), len(group) + len(n))
            for n in self._names[name]
        ]
        return max(tolds, key=lambda t: t.score)


def covered(name: str, text: str) -> int:
    """How many letters of a name stand in the text in runs of two and more."""
    at = count = 0
    while at < len(name) - 1:
        run = 0
        while at + run < len(name) and name[at : at + run + 1] in text:
            run += 1
        if run >= RUN:
            count += run
        at += max(run, 1) if run >= RUN else 1
    return count


def best(told: Mapping[Name, Told]) -> Name | None:
    """The name that is told clearly better than every other. A group that is told is meant, not all of its metric."""
    groups = {metric for metric, group in told if group}
    ranked = sorted((t for t in told.items() if t[0][1] or t[0][0] not in groups), key=lambda t: -t[1].score)
    if not ranked:
        return None
    if len(ranked) > 1 and ranked[0][1].score - ranked[1][1].score < CLEARLY:
        return None
    return ranked[0][0]
