"""What a review says was done: one row for each object of a clause, with a normalised state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tongjian.reading.clauses import leads
from tongjian.reading.clauses.acts import act, front, verb_at
from tongjian.reading.clauses.lexicon import ADVERBS, DEEDS
from tongjian.reading.clauses.objects import Thing, phrase, tail, things
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.shape import Piece, depths, pieces
from tongjian.reading.clauses.states import DONE, HONOURED, INDICATOR, MANNER, OF_SUBJECT, REACHED
from tongjian.reading.types import Achievement, Figure, Outline, Part

_REVIEW = frozenset((Part.REVIEW,))
_SOFT = frozenset(("推进", "完善", "落实"))
_RULES = re.compile(r"(?:机制|体系|模式|清单|制度|格局|平台|网络|通道|工作法|标准|办法|规范)$")
_RULE_VERBS = frozenset(("制定", "建立", "推出", "构建", "搭建"))
_PERCENT = re.compile(r"[%％]|个百分点")


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed inside one clause, in offsets of the clause's own words."""

    thing: Thing
    state: str
    words: str


def find_achievements(
    text: str, outline: Outline, figures: Sequence[Figure] = ()
) -> tuple[Achievement, ...]:
    """All deeds in the parts of `text` that look back, in reading order. Plain indicator sentences are none."""
    return tuple(
        _row(text, piece, deed, outline, figures)
        for sentence in pieces(text, outline, _REVIEW)
        for piece in sentence
        for deed in deeds(piece)
    )


def deeds(piece: Piece) -> list[Deed]:
    """What this clause says was done; nothing for leads, grounds, effects and mere indicators."""
    if len(piece.words) < 5 or leads.announces(piece):
        return []
    words = piece.words
    return _honoured(words) or _verb_first(piece) or _subject_first(piece) or _subject_and_verb(piece)


def _honoured(words: str) -> list[Deed]:
    """被评为…: what was awarded; 甲被认定为…: who was."""
    at = words.find("被")
    if at < 0 or depths(words)[at]:
        return []
    for word, state in HONOURED:
        found = words.find(word, at)
        if found > 0:
            start = front(words).end
            if at - start >= 2:
                return [Deed(t, state, "被" + word) for t in things(words, start, _without_manner(words, start, at), named=True)]
            end = found + len(word)
            return [Deed(t, state, "被" + word) for t in things(words, end, len(words), named=False)]
    return []


def _verb_first(piece: Piece) -> list[Deed]:
    words = piece.words
    lead = front(words)
    word = _done_at(words, lead.end)
    found = act(words)
    if word is not None and (found is None or found.framed or len(word) >= len(found.words)):
        return _of_verb(words, word, lead.end + len(word), word)
    if found is None:
        return []
    state = DONE.get(found.words) or DONE.get(found.first) or "推进"
    if state in _SOFT and (_opens_theme(piece) or leads.wishes(piece, found) or _effect(piece)):
        return []
    return _of_verb(words, found.words, found.end, found.words, state)


def _done_at(words: str, pos: int) -> str | None:
    """A word of a deed at this place; 获 and other short ones only with an object behind."""
    for size in range(6, 1, -1):
        if words[pos : pos + size] in DONE and verb_at(words, pos) is not None:
            return words[pos : pos + size]
    for size in range(6, 1, -1):
        word = words[pos : pos + size]
        if DONE.get(word) in ("获批", "入选", "实现", "落地", "贯通", "完成", "建立", "成立", "编制", "签约"):
            return word
    return None


def _of_verb(words: str, word: str, start: int, said: str, state: str | None = None) -> list[Deed]:
    state = state or DONE[word]
    stop = _clause_end(words, start)
    named = phrase(words, start, stop)
    if named.end - named.start < 2 or (_mere_indicator(words) and state in ("推进", "实现")):
        return []
    state = _refined(word, state, words, named.start, named.end, named.moved, named.early)
    listed = state not in ("推进", "完善", "建立") or bool(named.moved)
    return [Deed(t, state, said) for t in things(words, named.start, named.end, named=listed)]


def _clause_end(words: str, start: int) -> int:
    """Before a second predicate: 完成编制并启动…, 建成…投用."""
    joint = re.search(r"并(?=[^、]{2,})|[（(]", words[start:])
    return start + joint.start() if joint and joint.start() >= 3 and joint.group() == "并" else len(words)


def _refined(word: str, state: str, words: str, lo: int, hi: int, moved: str | None, early: str | None) -> str:
    noun = words[lo:hi]
    if early in ("编制", "修编") and state == "完成":
        return "编制"
    if early and state == "完成":
        return "前期" if early.startswith("前期") else "完成"
    if state == "完成" and word.endswith("完成") and (moved and "建设" in moved or noun.endswith(("工程", "扩建"))):
        return "完工"
    if state == "建立" and word == "推出" and not _RULES.search(noun):
        return "发布"
    if state == "推进" and word == "实施" and _trailing_amount(noun):
        return "完成"
    return state


def _trailing_amount(noun: str) -> bool:
    spans = amounts(noun)
    return bool(spans) and spans[-1][1] == len(noun)


def _subject_first(piece: Piece) -> list[Deed]:
    """甲桥建成通车: the longest state that ends the clause, the subject before it."""
    words = piece.words
    found = max((w for w in REACHED if words.endswith(w)), key=len, default=None)
    if found is None:
        return []
    start = front(words).end if verb_at(words, 0) is None else 0
    stop = _without_manner(words, start, len(words) - len(found))
    state = REACHED[found]
    if stop - start < 2 or (state in _SOFT and _opens_theme(piece)):
        return []
    if state in ("推进", "完善") and stop == len(words) - len(found) and found in ("实施", "推进", "建设", "提速"):
        return []
    return _of_subject(words, start, stop, words[stop:], state)


def _of_subject(words: str, start: int, stop: int, said: str, state: str) -> list[Deed]:
    named = phrase(words, start, stop)
    if named.end - named.start < 2:
        return []
    if named.early and state == "推进":
        state = "前期" if named.early.startswith("前期") else state
    elif named.early in ("编制", "修编"):
        state = "编制"
    return [Deed(t, state, said) for t in things(words, named.start, named.end, named=True)]


def _without_manner(words: str, start: int, stop: int) -> int:
    while stop > start:
        word = tail(words, (*MANNER, *ADVERBS), start, stop)
        if word is None or stop - len(word) - start < 2:
            return stop
        stop -= len(word)
    return stop


def _subject_and_verb(piece: Piece) -> list[Deed]:
    """甲行发放首笔贷款, 乙园入选国家试点: a subject, then a verb with its object."""
    words = piece.words
    depth = depths(words)
    begin = front(words).end
    for at in range(begin + 2, len(words) - 3):
        if depth[at] or words[at - 1] in "、的":
            continue
        word = next((words[at : at + n] for n in (5, 4, 3, 2) if words[at : at + n] in _MIDDLE), None)
        if word is None:
            continue
        state = _MIDDLE[word]
        stop = _without_manner(words, begin, at)
        if stop - begin < 2 or _mere_indicator(words):
            return []
        if word in OF_SUBJECT:
            return _of_subject(words, begin, stop, words[stop : at + len(word)], state)
        return _of_verb(words, word, at + len(word), word, state)
    return []


_MIDDLE = {
    word: DONE[word]
    for word in DONE
    if len(word) >= 2 and DONE[word] in ("举办", "入选", "获批", "发布", "编制", "成立", "落地", "启动")
} | {
    "发放": "落地", "推出": "建立", "实现": "实现", "退出": "完成", "完成": "完成", "建成": "完工", "开展": "推进", "惠及": "落实",
    "带动": "投用", "覆盖": "实现", "执行": "推进", "通过": "完成", "探索": "推进", "取消": "实现", "压减至": "实现",
}  # fmt: skip


def _opens_theme(piece: Piece) -> bool:
    """供水供电更加可靠，…: general words at the head of a sentence, before the deeds."""
    if not piece.fresh or piece.count - piece.index < 2:
        return False
    return not amounts(piece.words) and not re.search(r"[“《、\dA-Z]", piece.words) and not tail(piece.words, DEEDS)


def _effect(piece: Piece) -> bool:
    """A clause behind others that says what came of them (…, 有效提升影响力)."""
    late = piece.index == piece.count - 1 or piece.closing in "；;"
    return late and piece.index > 0 and bool(re.match(r"有效|切实|为|进一步|共同|最大|针对性|形成|带动|提升|促进", piece.words))


def _mere_indicator(words: str) -> bool:
    """An indicator with its number (…同比增长5%, …位居全省第二): a figure, not a deed."""
    return any(w in words for w in INDICATOR) and (bool(_PERCENT.search(words)) or "第" in words or "位" in words)


def _row(text: str, piece: Piece, deed: Deed, outline: Outline, figures: Sequence[Figure]) -> Achievement:
    start, end = piece.span(deed.thing.start, max(deed.thing.end, deed.thing.start + 1))
    inside = tuple(i for i, f in enumerate(figures) if f.start >= piece.start and f.end <= piece.end)
    return Achievement(
        start=piece.start,
        end=piece.end,
        text=text[piece.start : piece.end],
        object=deed.thing.name,
        object_start=start,
        object_end=end,
        state=deed.state,
        state_words=deed.words,
        period=piece.section.period if piece.section else outline.period,
        section=piece.section.path if piece.section else "",
        figures=inside,
    )
