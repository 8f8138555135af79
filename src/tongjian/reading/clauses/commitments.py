"""Promises of a text: one row for each action and object, as the label rules of this project have it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongjian.reading.clauses import leads
from tongjian.reading.clauses.acts import Act, Result, act, front, result
from tongjian.reading.clauses.deadlines import deadline
from tongjian.reading.clauses.judging import Verdict, judge
from tongjian.reading.clauses.objects import Phrase, Thing, phrase, things
from tongjian.reading.clauses.shape import Piece, pieces
from tongjian.reading.clauses.targets import Target, targets
from tongjian.reading.types import Commitment, Figure, Outline, Part

_AHEAD = frozenset((Part.TARGETS, Part.MEASURES))
_ASSURING = re.compile(r"(?:力争|确保|实现|力促|务必|保证|推动|促进|力求)+")


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise inside one clause, in offsets of the clause's own words."""

    thing: Thing
    action: str
    verdict: Verdict


def find_commitments(text: str, outline: Outline, figures: Sequence[Figure] = ()) -> tuple[Commitment, ...]:
    """All promises in the parts of `text` that speak of the year ahead, in reading order."""
    out: list[Commitment] = []
    for sentence in pieces(text, outline, _AHEAD):
        for piece in sentence:
            out.extend(_row(text, piece, p, outline, figures) for p in promises(piece))
    return tuple(out)


def promises(piece: Piece) -> list[Promise]:
    """What this clause promises; nothing for leads, grounds, purposes and slogans."""
    if leads.announces(piece) or len(piece.words) < 4:
        return []
    in_targets = piece.section is not None and piece.section.part is Part.TARGETS
    if marks := _target_promises(piece.words, strict=not in_targets):
        return marks
    if in_targets and piece.section is not None and piece.section.number not in ("目标",):
        return []
    found = act(piece.words)
    if found is None:
        return _stated(piece.words)
    if leads.leads_in(piece, found) or leads.wishes(piece, found):
        return []
    return list(_acted(piece, found))


def _target_promises(words: str, *, strict: bool) -> list[Promise]:
    found = targets(words, strict=strict)
    return [
        Promise(_thing(t), t.how or "达到", Verdict("target", _target_milestone(t), "hard", _hedge(words)))
        for t in found
    ]


def _thing(target: Target) -> Thing:
    return Thing(target.name, target.start, target.end)


def _target_milestone(target: Target) -> str | None:
    return "完成" if target.how == "完成" else None


def _hedge(words: str) -> str | None:
    return front(words).hedge


def _acted(piece: Piece, found: Act) -> Iterator[Promise]:
    words = piece.words
    end_state = result(words) if _may_end(words, found) else None
    stop = _before_result(words, found, end_state)
    said = phrase(words, found.end, stop)
    if said.end - said.start < 2:
        return
    verdict = judge(words, found, said, end_state)
    for thing in things(words, said.start, said.end, named=_names_things(found, said, end_state, verdict)):
        yield Promise(thing, found.words, verdict)


def _may_end(words: str, found: Act) -> bool:
    """An end state counts after words that lead to one (确保, 推动 …), not inside 完成…验收."""
    return found.verb.firmness == "soft" and len(words) - found.end >= 4


def _before_result(words: str, found: Act, end_state: Result | None) -> int:
    if end_state is None:
        return len(words)
    stop = end_state.start
    lead = re.search(
        r"(?:尽快|尽早|早日|年内|全面|基本|全部|如期|按期|实现|达成|\d{1,2}月(?:份|底)?前?|年底前|顺利|正式|建设|陆续)+$",
        words[:stop],
    )
    stop = lead.start() if lead else stop
    return stop if stop - found.end >= 2 else len(words)


def _names_things(found: Act, said: Phrase, end_state: Result | None, verdict: Verdict) -> bool:
    if end_state is not None or said.early is not None:
        return True
    if verdict.kind in ("project_milestone", "event"):
        return True
    return verdict.milestone is not None and verdict.kind != "policy"


def _stated(words: str) -> list[Promise]:
    """Subject first, end state last: 甲路、乙桥年内建成通车."""
    end_state = result(words)
    if end_state is None:
        return []
    lead = front(words)
    pulled = _ASSURING.match(words, lead.end)
    start = pulled.end() if pulled else lead.end
    body = re.search(
        r"(?:要|将|力争|确保|务必|计划|争取|年内|年底前|全面|基本|全部|如期|按期|实现|正式|尽快|尽早)+$",
        words[start : end_state.start],
    )
    stop = start + body.start() if body else end_state.start
    if stop - start < 3 or front(words, start).end > start + 4:
        return []
    verdict = Verdict("project_milestone", end_state.milestone, "hard", lead.hedge)
    return [Promise(t, end_state.words, verdict) for t in things(words, start, stop, named=True)]


def _row(
    text: str, piece: Piece, promise: Promise, outline: Outline, figures: Sequence[Figure]
) -> Commitment:
    start, end = piece.span(promise.thing.start, max(promise.thing.end, promise.thing.start + 1))
    inside = tuple(i for i, f in enumerate(figures) if f.start >= piece.start and f.end <= piece.end)
    year = piece.section.year if piece.section else outline.planned
    return Commitment(
        start=piece.start,
        end=piece.end,
        text=text[piece.start : piece.end],
        object=promise.thing.name,
        object_start=start,
        object_end=end,
        action=promise.action,
        kind=promise.verdict.kind,
        milestone=promise.verdict.milestone,
        firmness=promise.verdict.firmness,
        hedge=promise.verdict.hedge,
        deadline=deadline(piece.words, year),
        section=piece.section.path if piece.section else "",
        figures=inside,
    )
