"""Two consecutive reports of one place: what became of each promise of the first."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from tongjian.comparing.indicators import Reported, reported
from tongjian.comparing.matching import Groups, Pair, candidates, chosen, doubtful
from tongjian.comparing.outcomes import judged
from tongjian.comparing.promised_again import followed, lowered
from tongjian.comparing.terms import statements, things
from tongjian.comparing.types import Answer, Comparison, Finer, Link, Outcome, Question, Said
from tongjian.comparing.words import LinkingWords, linking_words
from tongjian.reading.types import Commitment, Reading

SENTENCE_ENDS = "。；\n"
SILENT = Said("本年报告中未找到对应内容", "nothing was found in this year's report")
AGAIN = Said("本年报告未述成效，新一年计划中再次提出", "no result is reported; the next plan has it again")


def compare(last: Reading, this: Reading, answers: Iterable[Answer] = ()) -> Comparison:
    """Link the promises of `last` with the statements of `this`; a person's answers go before what we find.

    Every promise has at least one link. Pure; never raises on content.
    """
    words = linking_words()
    known = {a.key: a for a in answers}
    pairs = _pairs(last, this, words)
    links = _by_answers(pairs, chosen(pairs, _groups(last, this)), last, this, known)
    by_promise = _grouped(links)
    nexts = followed(last.commitments, this.commitments, last, this, words)
    found = [
        link
        for n in range(len(last.commitments))
        for link in _links_of(n, by_promise.get(n, ()), last, this, nexts.get(n), known)
    ]
    questions = [
        Question(_key(last, this, p), p.promise, p.said, round(p.likeness, 3), p in links)
        for p in doubtful(pairs, links)
        if _key(last, this, p) not in known
    ]
    return Comparison(last, this, tuple(found), tuple(questions))


def question_key(promise: str, said: str) -> str:
    """Names a pair of texts: the same wording asks the same question in any file."""
    joined = "\x1f".join("".join(text.split()) for text in (promise, said))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


# Pairs


def _pairs(last: Reading, this: Reading, words: LinkingWords) -> list[Pair]:
    promises = statements(last.commitments, last.document.text, words)
    said = statements(this.achievements, this.document.text, words)
    listed = things(this.achievements, this.document.text, words)
    return candidates(promises, said, words, things=listed)


def _groups(last: Reading, this: Reading) -> Groups:
    text = this.document.text
    return Groups(
        [c.start for c in last.commitments],
        [max(text.rfind(end, 0, a.start) for end in SENTENCE_ENDS) for a in this.achievements],
        [(a.start, a.end) for a in this.achievements],
    )


def _by_answers(
    pairs: Sequence[Pair], links: Sequence[Pair], last: Reading, this: Reading, known: Mapping[str, Answer]
) -> list[Pair]:
    """The links as a person would have them: refused ones left out, affirmed ones in."""
    if not known:
        return list(links)
    kept = [p for p in links if (a := known.get(_key(last, this, p))) is None or a.same]
    affirmed = [p for p in pairs if (a := known.get(_key(last, this, p))) is not None and a.same]
    return list(dict.fromkeys([*kept, *affirmed]))


def _key(last: Reading, this: Reading, pair: Pair) -> str:
    promise, said = last.commitments[pair.promise], this.achievements[pair.said]
    return question_key(promise.text + promise.object, said.text + said.object)


def _grouped(links: Iterable[Pair]) -> Mapping[int, list[Pair]]:
    found: dict[int, list[Pair]] = defaultdict(list)
    for pair in links:
        found[pair.promise].append(pair)
    return found


# Links of one promise


def _links_of(
    n: int,
    pairs: Sequence[Pair],
    last: Reading,
    this: Reading,
    following: int | None,
    known: Mapping[str, Answer],
) -> list[Link]:
    promise = last.commitments[n]
    measured = reported(promise, last, this, last.outline.planned)
    if measured is not None and measured.amounts is not None:
        return [
            _with_next(link, promise, last, this, following)
            for link in _measured_links(n, measured, pairs, last, this, known)
        ]
    if pairs:
        return [_answered(p, last, this, following, known) for p in pairs]
    if following is not None:
        link = Link(n, Outcome.CARRIED_OVER, following=following, why=AGAIN)
        return [_with_next(link, promise, last, this, following)]
    if measured is not None:
        outcome, finer, why = measured.outcome()
        return [Link(n, outcome, None, measured.figure, None, finer, 1.0, why)]
    return [Link(n, Outcome.NOT_MENTIONED, why=SILENT)]


def _measured_links(
    n: int,
    measured: Reported,
    pairs: Sequence[Pair],
    last: Reading,
    this: Reading,
    known: Mapping[str, Answer],
) -> list[Link]:
    """One link to the figure that decides, or to the statements that hold it, with the outcome it gives; what a
    person affirmed stays.
    """
    outcome, finer, why = measured.outcome()
    answered = [_answered(p, last, this, None, known) for p in pairs]
    holding = [
        link if link.decided else replace(link, outcome=outcome, finer=finer, why=why)
        for link, pair in zip(answered, pairs, strict=True)
        if link.decided or measured.figure in this.achievements[pair.said].figures
    ]
    return holding or [Link(n, outcome, None, measured.figure, None, finer, 1.0, why)]


def _answered(
    pair: Pair, last: Reading, this: Reading, following: int | None, known: Mapping[str, Answer]
) -> Link:
    promise, said = last.commitments[pair.promise], this.achievements[pair.said]
    outcome, finer, why = judged(promise, last, said, this)
    answer = known.get(_key(last, this, pair))
    link = Link(
        pair.promise, outcome, pair.said, None, None, finer, round(pair.likeness, 3), why, answer is not None
    )
    if answer is not None and answer.outcome is not None:
        link = replace(
            link, outcome=answer.outcome, why=Said(answer.note, answer.note) if answer.note else why
        )
    return _with_next(link, promise, last, this, following)


def _with_next(link: Link, promise: Commitment, last: Reading, this: Reading, following: int | None) -> Link:
    if following is None:
        return link
    less = lowered(promise, last, this.commitments[following], this)
    return replace(
        link, following=following, finer=Finer.LOWERED if less and link.finer is None else link.finer
    )
