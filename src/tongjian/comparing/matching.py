"""Which of this year's statements answer which of last year's promises."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from tongjian.comparing.likeness import Scale
from tongjian.comparing.terms import Statement
from tongjian.comparing.words import LinkingWords

SURE = 0.4  # from here on a pair is linked when neither side has a clearly better partner
LIKELY = 0.13  # from here on when both sides like each other best, by far
BY_FAR = 2.5  # times the next best
FURTHER, ALONE = (
    0.15,
    4.0,
)  # from here on an answered promise has a statement that likes it so many times the next
ASK = 0.15  # from here on a pair is worth a question
FAINT = 0.01  # below this a pair is not kept at all
NAMED = 0.1  # from here on when both name the same thing
NEARLY = 0.5  # of a promise's best, for further answers to it
KIND = 4  # characters of a common ending that make two names of one kind
NAME = re.compile(r"[一-鿿A-Za-z0-9]{1,8}")  # what may stand before it, without a generic word in between
NO_RIVAL = 0.95  # of a statement's best, for a promise to share it
WITH_IT = 0.1  # of a linked pair, from which the next thing of the same list goes with it


@dataclass(frozen=True, slots=True)
class Pair:
    """A promise and a statement, by index, how like they are, and whether both name the same thing."""

    promise: int
    said: int
    likeness: float
    named: bool = False


@dataclass(frozen=True, slots=True)
class Groups:
    """What belongs together on each side: rows of one clause of promises, statements of one sentence, of one clause."""

    promises: Sequence[int]
    said: Sequence[int]
    clauses: Sequence[tuple[int, int]]


def candidates(
    promises: Sequence[Statement],
    said: Sequence[Statement],
    words: LinkingWords,
    least: float = FAINT,
    things: Sequence[Sequence[Statement]] = (),
) -> list[Pair]:
    """All pairs that share a piece, a concept or a letter of their objects and are not of different parts. things:
    what each of the said lists; a promise is as like to it as to the likest of them.
    """
    scale = Scale(promises, said)
    whole = [(one, *(things[j] if things else ())) for j, one in enumerate(said)]
    rows = [(j, one) for j, ones in enumerate(whole) for one in ones]
    holders = _holders([one for _, one in rows])
    found = []
    for i, promise in enumerate(promises):
        best: dict[int, float] = {}
        for n in {n for key in _keys(promise) for n in holders.get(key, ())}:
            j, one = rows[n]
            if not _apart(promise, one, words):
                best[j] = max(best.get(j, 0.0), scale.likeness(promise, one))
        found += [
            Pair(i, j, likeness, likeness >= NAMED and scale.same_name(promise, said[j]))
            for j, likeness in sorted(best.items())
            if likeness >= least
        ]
    return found


def chosen(pairs: Iterable[Pair], groups: Groups) -> list[Pair]:
    """The pairs taken for links."""
    by_promise, by_said = _ranked(pairs)
    found: list[Pair] = []
    for row in by_promise.values():
        best, rivals = row[0], by_said[row[0].said]
        if not (_no_rival(best, rivals, SURE) or _by_far(best, row, rivals, groups)):
            continue
        found.append(best)
        found += [
            pair
            for pair in row[1:]
            if pair.likeness >= NEARLY * best.likeness and _no_rival(pair, by_said[pair.said], LIKELY)
        ]
    found += list(_with_them(found, by_promise, by_said, groups))
    found += list(_further(found, by_said, groups))
    taken = {(pair.promise, pair.said) for pair in found}
    named = (pair for row in by_promise.values() for pair in row if pair.named)
    return found + [pair for pair in named if (pair.promise, pair.said) not in taken]


def _with_them(
    found: Sequence[Pair],
    by_promise: Mapping[int, Sequence[Pair]],
    by_said: Mapping[int, Sequence[Pair]],
    groups: Groups,
) -> Iterator[Pair]:
    """What a statement's clause lists beside it answers the same promise, unless it answers or likes another, the
    two name the same thing, or what one clause promised is answered thing by thing.
    """
    taken = {p.said for p in found}
    answers = _answers_by_clause(found, groups)
    for best in found:
        if best.named or len(answers[groups.promises[best.promise], groups.clauses[best.said]]) > 1:
            continue
        for pair in by_promise[best.promise]:
            listed = groups.clauses[pair.said] == groups.clauses[best.said] and pair.said not in taken
            if listed and pair is by_said[pair.said][0] and pair.likeness >= WITH_IT * best.likeness:
                taken.add(pair.said)
                yield pair


def _further(found: Sequence[Pair], by_said: Mapping[int, Sequence[Pair]], groups: Groups) -> Iterator[Pair]:
    """Statements of clauses that answer nothing yet, like an answered promise and no other by far."""
    promises, clauses = {p.promise for p in found}, {groups.clauses[p.said] for p in found}
    for n, row in by_said.items():
        best = row[0]
        others = (p for p in row if groups.promises[p.promise] != groups.promises[best.promise])
        free = groups.clauses[n] not in clauses and best.promise in promises and best.likeness >= FURTHER
        if free and all(best.likeness >= ALONE * p.likeness for p in others):
            yield best


def _answers_by_clause(
    found: Sequence[Pair], groups: Groups
) -> Mapping[tuple[int, tuple[int, int]], set[int]]:
    """For each clause of promises and clause of statements that are linked: the promises."""
    promises: dict[tuple[int, tuple[int, int]], set[int]] = defaultdict(set)
    for pair in found:
        promises[groups.promises[pair.promise], groups.clauses[pair.said]].add(pair.promise)
    return promises


def doubtful(pairs: Iterable[Pair], links: Iterable[Pair]) -> list[Pair]:
    """The best pair of each promise when it stands between the thresholds, linked or not."""
    linked = {(p.promise, p.said) for p in links}
    answered = {p.promise for p in links if p.likeness >= SURE}
    by_promise, _ = _ranked(pairs)
    found = []
    for promise, row in by_promise.items():
        best = row[0]
        unsure = ASK <= best.likeness < SURE if (promise, best.said) not in linked else best.likeness < SURE
        if unsure and promise not in answered:
            found.append(best)
    return found


def _no_rival(pair: Pair, rivals: Sequence[Pair], least: float) -> bool:
    return pair.likeness >= max(least, NO_RIVAL * rivals[0].likeness)


def _by_far(best: Pair, row: Sequence[Pair], rivals: Sequence[Pair], groups: Groups) -> bool:
    """Both like each other best, and the next best of another sentence or clause is far behind."""
    if best.likeness < LIKELY or groups.promises[rivals[0].promise] != groups.promises[best.promise]:
        return False
    others = [p for p in row if groups.said[p.said] != groups.said[best.said]]
    others += [p for p in rivals if groups.promises[p.promise] != groups.promises[best.promise]]
    return all(best.likeness >= BY_FAR * p.likeness for p in others)


def _ranked(pairs: Iterable[Pair]) -> tuple[Mapping[int, list[Pair]], Mapping[int, list[Pair]]]:
    by_promise: dict[int, list[Pair]] = defaultdict(list)
    by_said: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_promise[pair.promise].append(pair)
        by_said[pair.said].append(pair)
    for rows in (by_promise, by_said):
        for row in rows.values():
            row.sort(key=lambda p: (-p.likeness, p.promise, p.said))
    return by_promise, by_said


def _keys(statement: Statement) -> Iterable[str]:
    return (
        *statement.own.pieces,
        *statement.object.characters,
        *(f"#{c}" for c in statement.object.concepts),
    )


def _holders(said: Sequence[Statement]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for j, statement in enumerate(said):
        for key in set(_keys(statement)):
            found[key].append(j)
    return found


def _apart(promise: Statement, said: Statement, words: LinkingWords) -> bool:
    """Whether both name parts of a thing, and not the same one (phase one and phase two, east and west), or two
    things of one kind (the same long ending after different names).
    """
    one = set(words.phases.findall(promise.object.plain))
    other = set(words.phases.findall(said.object.plain))
    if one and other and not one & other:
        return True
    return _of_one_kind(promise.object.plain.strip(), said.object.plain.strip())


def _of_one_kind(one: str, other: str) -> bool:
    """Names of the same kind, told apart by what stands before it: 甲河水厂 and 乙镇水厂."""
    ending = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one[::-1], other[::-1], strict=False))
    )
    if ending < KIND:
        return False
    before = (one[:-ending], other[:-ending])
    named = all(NAME.fullmatch(b) for b in before)
    return named and not _pairs(before[0]) & _pairs(before[1])


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
