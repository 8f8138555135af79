"""The action of a clause: adverbs and hedges taken off, the chain of verbs read, the result at the end found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tongjian.reading.clauses.lexicon import (
    ADVERBS,
    COMPOUNDS,
    GROUNDS,
    HARD,
    HEDGES,
    JOINTS,
    LEADING,
    OPENERS,
    RESULTS,
    SOON,
    VERBS,
    Verb,
)
from tongjian.reading.clauses.shape import depths
from tongjian.reading.wordlist import WordList

_TIME = re.compile(
    r"(?:到|在|于|至)?(?:20\d\d年|今年|明年|本年度?|全年|年内|年底前?|年末|上半年|下半年|[一二三四]季度|第[一二三四]季度|\d{1,2}月(?:底|份|中旬|上旬|下旬)?(?:前|之前|以前)?|\d{1,2}月\d{1,2}日前?)+(?:底|前|内)*[，、]?"
)
# What a work cost, said before it: 投资1.5亿元新建….
_SPENT = re.compile(
    r"(?:总?投资|投入(?:各类|专项|财政)?(?:资金)?|斥资|耗资|出资|筹资|(?:争取|筹措|筹集|安排|整合)(?:各类|上级|专项|财政)*资金)(?:近|约|超过?|逾)?\d[\d.]*(?:余|多)?[万亿]*(?:余|多)?元(?=..)(?!的)[，]?"
)
_SPENT_HEADS = frozenset("总投斥耗出筹争安整")
_ENUMERATOR = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]+|[（(]?\d{1,2}[）).．、](?!\d)|[—\-•·●]+)"
)
_TIME_HEADS = frozenset("到在于至今明本全年上下一二三四第0123456789")
_ENUMERATOR_HEADS = frozenset("一二三四五六七八九十第（(0123456789—-•·●")
_KEPT = 1024  # clauses are asked again and again while one sentence is read
_ACTIONS: Final = WordList(VERBS)
# With any other character neither an action nor anything before one begins.
OPENINGS: Final = frozenset().union(
    _ACTIONS.heads(),
    ADVERBS.heads(),
    HEDGES.heads(),
    OPENERS.heads(),
    _TIME_HEADS,
    _ENUMERATOR_HEADS,
    _SPENT_HEADS,
)
_REACHING = {word: milestone for milestone, listing in RESULTS for word in listing}
_ENDINGS: Final = WordList(_REACHING)
_NOUNISH = frozenset("性型率额类者")
_AIMED = frozenset(("围绕", "聚焦", "瞄准", "结合", "依托", "针对", "对标"))
_FOR_SOMEONE = ("提供", "建", "开展", "办理", "解决", "减免", "发放", "缓缴", "筹集", "兑现", "争取", "培训")
_PREDICATE = frozenset("不越是由要能会")  # 服务不好…, 监管越严…: the word is a subject
_BEFORE_VERB = re.compile(
    r"(?:方面|过程中|基础上|领域|区域|前提下|工作中|为重点|为契机|为抓手|为依托|为龙头|为引领|为主线|为核心|为导向|为牵引|为载体|为目标|为支撑|为突破口|为主题|为载体|等|[中上下内外间前后时])$"
)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the action: where it ends, hedge and words of haste passed on the way."""

    end: int
    hedge: str | None = None
    soon: bool = False
    adverbs: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """An action found in a clause: `words[start:end]` are its verbs, the object follows."""

    start: int
    end: int
    words: str
    verb: Verb  # the one that decides
    first: str
    hedge: str | None
    soon: bool
    adverbs: int
    framed: bool  # a ground or place stands before it (在…, 以…为龙头, 按照…)


@dataclass(frozen=True, slots=True)
class Result:
    """A state said at the end of a clause: `words[start:end]`."""

    start: int
    end: int
    words: str
    milestone: str


@lru_cache(maxsize=_KEPT)
def front(words: str, at: int = 0) -> Front:
    """Step over openers, time words, hedges and adverbs; a word that is also a verb stays when no verb follows."""
    hedge: str | None = None
    soon, adverbs, pos = False, 0, at
    while True:
        head = words[pos : pos + 1]
        if (
            (m := _ENUMERATOR.match(words, pos) if pos == at and head in _ENUMERATOR_HEADS else None)
            or (m := _TIME.match(words, pos) if head in _TIME_HEADS else None)
            or (m := _SPENT.match(words, pos) if head in _SPENT_HEADS else None)
        ):
            pos = at = m.end()
        elif word := _hedge_at(words, pos):
            hedge, pos = word, pos + len(word)
        elif word := _adverb_at(words, pos):
            soon, adverbs, pos = soon or word in SOON, adverbs + 1, pos + len(word)
        elif pos == at and (word := OPENERS.at(words, pos)):
            pos = at = pos + len(word)
        else:
            return Front(pos, hedge, soon, adverbs)


@lru_cache(maxsize=_KEPT)
def act(words: str, at: int = 0) -> Act | None:
    """The action a clause opens with, else the one behind its ground (在…开展…); None when there is none."""
    lead = front(words, at)
    word = verb_at(words, lead.end)
    if word is not None:
        return _chain(words, lead, lead.end, word, framed=False)
    return _behind_frame(words, lead)


def verb_at(words: str, pos: int) -> str | None:
    """The longest action word at this place, unless it is the beginning of a noun (服务业, 保障性住房)."""
    word = _ACTIONS.at(words, pos)
    if word is None or COMPOUNDS.at(words, pos):
        return None
    after = words[pos + len(word) : pos + len(word) + 1]
    return None if after in _NOUNISH or after in _PREDICATE else word


def result(words: str) -> Result | None:
    """The end state that closes a clause (…建成投用, …开工, …全覆盖); the longest that fits."""
    word = _ENDINGS.ending(words, 1)
    if word is None:
        return None
    return Result(len(words) - len(word), len(words), word, _REACHING[word])


def _chain(words: str, lead: Front, start: int, word: str, *, framed: bool) -> Act:
    """Read verbs that stand in a row (加快推进, 落实并优化): the last decides the milestone."""
    end, last, first = start + len(word), word, word
    soon = lead.soon
    while following := _next_verb(words, end, last):
        last, end = following
    return Act(start, end, words[start:end], VERBS[last], first, lead.hedge, soon, lead.adverbs, framed)


def _next_verb(words: str, end: int, last: str) -> tuple[str, int] | None:
    joint = JOINTS.at(words, end)
    pos = end + len(joint) if joint else end
    if joint is None and last not in LEADING:
        return None
    stepped = pos
    while adverb := _adverb_at(words, stepped):
        stepped += len(adverb)
    word = verb_at(words, stepped)
    if word is None or len(words) - stepped - len(word) < 3 or (joint and len(word) < 2):
        return None
    if joint == "、" and words.startswith("、", stepped + len(word)):
        return None
    return word, stepped + len(word)


def _behind_frame(words: str, lead: Front) -> Act | None:
    ground = GROUNDS.at(words, lead.end)
    if ground is None:
        return None
    depth = depths(words)
    best: tuple[int, int, str, Front] | None = None
    for pos in range(lead.end + 2, len(words) - 3):
        if words[pos] not in OPENINGS or depth[pos] or words[pos - 1] in "、的":
            continue
        inner = front(words, pos)
        word = verb_at(words, inner.end)
        if word is None or len(word) < 2 or len(words) - inner.end - len(word) < 2:
            continue
        if ground == "为" and not word.startswith(_FOR_SOMEONE):
            continue
        rank = 3 if _BEFORE_VERB.search(words, 0, pos) else 2 if inner.adverbs or inner.hedge else 1
        if best is None or rank > best[0]:
            best = (rank, pos, word, inner)
        if rank == 3 or (word in HARD and words.startswith(("与", "同"), lead.end)):
            break
    if best is None or (
        best[0] == 1 and not _pure(words, lead.end) and (best[2] not in HARD or ground not in _AIMED)
    ):
        return None
    _, _, word, inner = best
    return _chain(words, inner, inner.end, word, framed=True)


def _pure(words: str, pos: int) -> bool:
    """为…提供…, 对…研究…, 与…开展…: prepositions that always lead to an action."""
    return words[pos] in "在对与为向从由将把" or words.startswith(
        ("依托", "面向", "通过", "依据", "按照"), pos
    )


def _hedge_at(words: str, pos: int) -> str | None:
    word = HEDGES.at(words, pos)
    if word is None or word in ("力争", "力促", "力求"):
        return word
    after = pos + len(word)
    leads = verb_at(words, after) is not None or result(words) is not None
    return word if leads and word != "争" else None


def _adverb_at(words: str, pos: int) -> str | None:
    word = ADVERBS.at(words, pos)
    if word is None or len(words) - pos - len(word) < 3:
        return None
    verb = verb_at(words, pos)
    if verb is None:
        return word if len(word) > 1 or _leads_to_verb(words, pos + 1) else None
    if len(verb) > len(word):
        return None
    return word if _leads_to_verb(words, pos + len(word)) else None


def _leads_to_verb(words: str, pos: int) -> bool:
    while word := ADVERBS.at(words, pos):
        if verb_at(words, pos):
            return True
        pos += len(word)
    return verb_at(words, pos) is not None
