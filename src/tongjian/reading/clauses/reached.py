"""Deeds told with the subject first: 甲桥建成通车, 乙园入选国家试点, 丙村被认定为…."""

from __future__ import annotations

import re
from dataclasses import replace

from tongjian.reading.clauses.acts import front, verb_at
from tongjian.reading.clauses.deed import SOFT, Deed, mere_indicator, of_verb, only_amount
from tongjian.reading.clauses.lexicon import ADVERBS, COMPOUNDS, DEEDS, FACILITIES
from tongjian.reading.clauses.lists import members
from tongjian.reading.clauses.objects import phrase, things
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.clauses.shape import Piece, depths
from tongjian.reading.clauses.states import DONE, HONOURED, MANNER, OF_SUBJECT, REACHED
from tongjian.reading.wordlist import WordList

_SCOPE = re.compile(r"(?:在全[国省市区县](?:率先)?|全年|一年来|五年来|率先)+")
_STATES = WordList(REACHED)
# 甲车间正在进行地基建设: work that goes on, with what is done between.
_WORKING = re.compile(r"(?<=..)正在(?:抓紧|加紧|全力|有序)?(?:进行|开展|办理|推进|实施)[^，。、]{2,10}$")
# 甲公司实现产值5亿元, 甲项目完成投资2亿元, 合作实现新突破: no deeds.
_MERE = re.compile(
    r"(?:总?投资|产值|收入|税收|利税|纳税|利润|销售|营业|进出口|增加值|交易额|成交额|产量)[^，]*\d"
    r"|(?:历史性|新的?|大|重大|“零”的|零的)*(?:突破|跨越|提升|增长|进展|飞跃)$"
)
_MONEY = re.compile("元|[%％]|百分点")
_ENDED = frozenset(("完工", "竣工", "投用", "开工", "完成", "落地", "签约"))
_FRAMED = re.compile(r"在|对|从|以|通过|依托|借助|利用|围绕|按照|用")
_WORKS = WordList([*DEEDS, *FACILITIES])


def reached_word(words: str) -> str:
    return _STATES.ending(words, 1) or ""


def honoured(words: str) -> list[Deed]:
    """被评为…: what was awarded; 甲被认定为…: who was."""
    at = words.find("被")
    if at < 0 or depths(words)[at]:
        return []
    for word, state in HONOURED:
        found = words.find(word, at)
        if found > 0:
            start, end = front(words).end, found + len(word)
            honours = [Deed(t, state, "被" + word) for t in things(words, end, len(words), named=False)]
            if at - start < 4:
                return honours
            subjects = things(words, start, _without_manner(words, start, at), named=True)
            return _respectively(
                [Deed(t, state, "被" + word) for t in subjects], words, end, "分别" in words[:at]
            )
    return []


def _respectively(made: list[Deed], words: str, start: int, paired: bool) -> list[Deed]:
    """甲、乙分别被认定为丙、丁 is 甲（丙） and 乙（丁）."""
    honours = members(words, start, len(words))
    if not paired or len(honours) != len(made):
        return _with_honour(made, words, start, "被认定为")
    pairs = zip(made, honours, strict=True)
    return [
        Deed(replace(d.thing, name=f"{d.thing.name}（{words[a:b]}）"), d.state, d.words)
        for d, (a, b) in pairs
    ]


def skip_scope(words: str) -> int:
    """After 在全市率先, 全年, 一年来."""
    m = _SCOPE.match(words)
    return m.end() if m else 0


def subject_first(piece: Piece) -> list[Deed]:
    """甲桥建成通车: the longest state that ends the clause, the subject before it."""
    if counted := _counted_at_end(piece.words):
        return counted
    words = piece.words
    found = reached_word(words)
    if not found and (working := _WORKING.search(words)):
        return _of_subject(words, front(words).end, working.start(), working.group(), "推进")
    if not found:
        return []
    start = skip_scope(words)
    start = front(words, start).end if verb_at(words, start) is None else start
    stop = _without_manner(words, start, len(words) - len(found))
    inner = words.find("实现", start, stop)
    if inner - start >= 3 and not words.endswith(("区域", "全区", "全县", "全市", "全省"), start, inner):
        stop = inner
    state = REACHED[found]
    if stop - start < 2 or (state in SOFT and _vague(piece, words[start:stop], found)):
        return []
    return _of_subject(words, start, stop, words[stop:], state)


def _counted_at_end(words: str) -> list[Deed]:
    """棚户区改造开工600套, 农村危房改造400户: the subject, how far it got, and how many."""
    spans = amounts(words)
    if not spans or spans[-1][1] < len(words) or _MONEY.search(words, spans[-1][0]):
        return []
    stop = spans[-1][0]
    found = _STATES.ending(words, 1, stop)
    if found and REACHED[found] in _ENDED:
        end = _without_manner(words, front(words).end, stop - len(found))
        return _of_subject(words, front(words).end, end, words[end:stop], REACHED[found])
    deed = DEEDS.ending(words, 1, stop)
    start = front(words).end
    if deed is None or stop - start - len(deed) < 2 or verb_at(words, start):
        return []
    return [Deed(t, "完成", deed) for t in things(words, start, stop, named=True)]


def _vague(piece: Piece, subject: str, found: str) -> bool:
    """A state that opens the theme (交通体系加快完善，…) or closes the sentence as an effect."""
    named = bool(re.search(r"[“《、\dA-Z]", subject))
    if REACHED[found] == "推进" and len(subject) > 4:
        named = named or _WORKS.ending(subject) is not None or subject.endswith("建设")
    if named or piece.alone:
        return False
    last = piece.index == piece.count - 1
    if piece.count > 1 and len(subject) <= 4 and found.endswith(("改善", "提升")):
        return True
    if "改善" in found or "提升" in found or REACHED[found] == "完善":
        return (piece.index == 0 and piece.count > 2) or (last and piece.count > 1 and len(subject) <= 5)
    if last and found.startswith("取得") and len(subject) <= 6:
        return piece.count > 1
    return piece.index == 0 and piece.count > 1 and len(subject) <= 6


def _of_subject(words: str, start: int, stop: int, said: str, state: str) -> list[Deed]:
    named = phrase(words, start, stop)
    if named.end - named.start < 2:
        return []
    if named.early and state == "推进":
        state = "前期" if named.early.startswith("前期") else state
    elif named.early in ("编制", "修编"):
        state = "编制"
    works = _WORKS.ending(words, named.start, named.end) or named.moved
    apart = (
        "等" not in words[start:stop] and min(b - a for a, b in members(words, named.start, named.end)) >= 4
    )
    single = state in SOFT and not works and not apart and not re.search("建|实施|施工", said)
    return [Deed(t, state, said) for t in things(words, named.start, named.end, named=not single)]


def _without_manner(words: str, start: int, stop: int) -> int:
    while stop > start:
        word = MANNER.ending(words, start, stop) or ADVERBS.ending(words, start, stop)
        if word is None or stop - len(word) - start < 2:
            return stop
        stop -= len(word)
    return stop


def subject_and_verb(piece: Piece) -> list[Deed]:
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
        rest = words[at + len(word) :]
        if stop - begin < 2 or mere_indicator(words) or (word in ("实现", "完成") and only_amount(rest)):
            return []
        if len(rest) < 3 or (word in ("实现", "完成") and _MERE.match(rest)):
            return []
        if (
            rest.startswith(("区", "仪式"))
            or (word[-1] == "成" and rest[0] in "效果绩就")
            or (word == "覆盖" and (words[at - 1] == "全" or rest[0] in "面率"))
            or COMPOUNDS.at(words, at)
        ):
            continue
        if word in OF_SUBJECT and not _FRAMED.match(words, begin):
            made = _of_subject(words, begin, stop, words[stop : at + len(word)], state)
            return _with_honour(made, words, at + len(word), word)
        return of_verb(words, word, at + len(word), word, state)
    return []


def _with_honour(made: list[Deed], words: str, start: int, word: str) -> list[Deed]:
    """甲村入选乙基地 is 甲村（乙基地）; 甲镇退出丙名单 is 甲镇退出丙名单."""
    if word not in ("入选", "获批", "退出", "被评为", "被认定为", "列入", "纳入"):
        return made
    lo, hi = noun_span(words, start, len(words))
    honour = words[lo:hi]
    if len(honour) < 3 or len(made) > 3:
        return made
    made_of = "{}退出{}" if word == "退出" else "{}（{}）"
    return [Deed(replace(d.thing, name=made_of.format(d.thing.name, honour)), d.state, d.words) for d in made]


_MIDDLE = {
    word: DONE[word]
    for word in DONE
    if len(word) >= 2 and DONE[word] in ("举办", "入选", "获批", "发布", "编制", "成立", "落地", "启动")
    and word not in ("试点", "确定", "开办", "成为", "通过", "获得", "集聚", "申报")
} | {
    "发放": "落地", "推出": "建立", "实现": "实现", "退出": "完成", "完成": "完成", "建成": "完工", "开展": "推进", "惠及": "落实",
    "带动": "投用", "覆盖": "实现", "执行": "推进", "累计完工": "完工", "累计建成": "完工", "签约入驻": "签约", "入驻": "落地", "落户": "落地", "通过": "完成", "探索": "推进", "取消": "实现", "压减至": "实现",
}  # fmt: skip
