"""What a review says was done: one row for each object of a clause, with a normalised state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongjian.reading.clauses import leads
from tongjian.reading.clauses.acts import Act, Front, act, front, verb_at
from tongjian.reading.clauses.lexicon import ADVERBS, DEEDS, FACILITIES
from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.objects import Thing, members, phrase, things
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.clauses.shape import Piece, depths, pieces
from tongjian.reading.clauses.states import DONE, HONOURED, INDICATOR, MANNER, OF_SUBJECT, REACHED
from tongjian.reading.spans import inside
from tongjian.reading.types import Achievement, Figure, Outline, Part
from tongjian.reading.wordlist import WordList

_REVIEW = frozenset((Part.REVIEW,))
_SOFT = frozenset(("推进", "完善", "落实"))
_RULES = re.compile(r"(?:机制|体系|模式|清单|制度|格局|平台|网络|通道|工作法|标准|办法|规范)$")
_RULE_VERBS = frozenset(("制定", "建立", "推出", "构建", "搭建"))
_SCOPE = re.compile(r"(?:在全[国省市区县](?:率先)?|全年|一年来|五年来|率先)+")
_EFFECT = re.compile(
    r"(?:及时)?有效(?!化解)|及时|最大|针对性|共同|切实(?!抓)|为(?!企|群)|有力|不断(?:满足|增强|提升|提高)|以[^，]*应对"
)
_SLOGAN = re.compile(
    r"(?:开创|形成|跑出|赢得|交出|展现|凝聚|创造|彰显|谱写|书写|守住|打赢|走出|掀起|坚持|做到)(?!.*\d)"
)
_SECOND = re.compile(
    r"并(?=[^、]{2,})|、(?=(?:均?居|占|位居|位列|基本实现|总数|高于|低于|同比|增长|突破|达|其中|超额|创|实现))"
)
_VAIN = ("拉动", "带动", "争取", "推动", "解决", "吸引", "扩大", "满足", "惠及", "减轻")
_THEMES = frozenset(
    _listed("强化 深化 加快 加强 优化 提升 增强 改善 提高 丰富 夯实 培育 突出 完善 打造 营造")
)
_ENDS = frozenset(_listed("获批 入选 实现 落地 贯通 完成 建立 成立 编制 签约 落实"))
_NOT_DEEDS = ("成为经济", "获得感", "保持", "实现稳步", "实现新", "实现较快", "实现平稳")
_WHOLE = frozenset(_listed("办理 接受 贯彻 贯彻落实 执行 践行 聘请 遵守 履行"))
_MONEY = re.compile(
    r"^(?:投资|产值|收入|税收|社会效益|销售收入|营业收入|进出口|.*(?:收入|产值|总额|增加值|就业|产量|生产总值|资产投资|利用外资|资金))$"
)
_STATES = WordList(REACHED)
_WORKS = (*DEEDS, *FACILITIES)
_PERCENT = re.compile(r"[%％]|个百分点")


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed inside one clause, in offsets of the clause's own words."""

    thing: Thing
    state: str
    words: str


def find_achievements(text: str, outline: Outline, figures: Sequence[Figure] = ()) -> tuple[Achievement, ...]:
    """All deeds in the parts of `text` that look back, in reading order. Plain indicator sentences are none."""
    return tuple(
        _row(text, piece, deed, outline, figures)
        for sentence in pieces(text, outline, _REVIEW)
        for piece in sentence
        for deed in deeds(piece)
    )


def deeds(piece: Piece) -> list[Deed]:
    """What this clause says was done; nothing for leads, grounds, effects and mere indicators."""
    if len(piece.words) < 5 or leads.announces(piece) or _proclaims(piece):
        return []
    words = piece.words
    if _EFFECT.match(words) or _SLOGAN.match(words):
        return []
    if honoured := _honoured(words):
        return honoured
    if _reached(words) and not _hard_verb(words):
        return _subject_first(piece)
    by_verb = _verb_first(piece)
    if by_verb is not None:
        return by_verb
    return _subject_first(piece) or _subject_and_verb(piece)


def _proclaims(piece: Piece) -> bool:
    """“甲”全面推进。 at the head of a paragraph."""
    short = piece.count == 1 and piece.end - piece.start <= 22
    return (
        piece.opens
        and not piece.alone
        and short
        and not amounts(piece.words)
        and REACHED.get(_reached_word(piece.words)) in _SOFT
    )


def _reached_word(words: str) -> str:
    return _STATES.ending(words, 1) or ""


def _reached(words: str) -> bool:
    """The clause ends in a hard state behind a subject (参与起草的标准对外发布)."""
    return REACHED.get(_reached_word(words), "推进") not in _SOFT and "的" in words[:-2]


def _hard_verb(words: str) -> bool:
    word = _done_at(words, front(words).end)
    return word is not None and DONE[word] not in _SOFT


def _honoured(words: str) -> list[Deed]:
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


def _verb_first(piece: Piece) -> list[Deed] | None:
    """Deeds of a clause that opens with its action; None when it does not open with one."""
    words = piece.words
    at = _skip_scope(words)
    lead = front(words, at)
    found = act(words, at)
    word = _done_at(words, lead.end)
    if early := _done_at(words, at):
        lead, word = Front(at), early
    if word is None and found is None:
        return None
    if word is not None and (found is None or found.framed or len(word) >= len(found.words)):
        end, said = lead.end + len(word), word
    else:
        assert found is not None  # one of the two was read
        end, said = found.end, found.words
    state = _state_of(said, found)
    if lead.hedge == "研究" and said == "制定":
        state = "编制"
    if state is None:
        state = "推进" if amounts(words) and not said.startswith(_VAIN) else None
    if state is None or (state in _SOFT and _idle(piece, found)):
        return []
    return _of_verb(words, said, end, words[lead.end : end], state)


def _state_of(said: str, found: Act | None) -> str | None:
    """The state of a verb, else of the verb it begins or ends with (深入推进 is 推进)."""
    ends = next((DONE[said[i:]] for i in range(1, len(said) - 1) if said[i:] in DONE), None)
    return DONE.get(said) or (DONE.get(found.first) if found else None) or ends


def _idle(piece: Piece, found: Act | None) -> bool:
    """A soft action that only opens the theme or says what came of the others."""
    if _opens_theme(piece) and (found is None or found.first in _THEMES):
        return True
    return found is not None and leads.wishes(piece, found)


def _skip_scope(words: str) -> int:
    """After 在全市率先, 全年, 一年来."""
    m = _SCOPE.match(words)
    return m.end() if m else 0


def _done_at(words: str, pos: int) -> str | None:
    """The longest word of a deed at this place; short ones only before an amount or when they name an end."""
    for size in range(7, 0, -1):
        word = words[pos : pos + size]
        if len(word) < size or word not in DONE:
            continue
        if verb_at(words, pos) is not None or DONE[word] in _ENDS or size >= 4:
            return None if words.startswith(_NOT_DEEDS, pos) else word
        if amounts(words[pos + size : pos + size + 8]):
            return word
    return None


def _of_verb(words: str, word: str, start: int, said: str, state: str | None = None) -> list[Deed]:
    state = state or DONE[word]
    stop = _clause_end(words, start)
    start += words[start : start + 1] == "了"
    named = phrase(words, start, stop)
    if named.end - named.start < 2 or (_mere_indicator(words) and state in ("推进", "实现")):
        return []
    if _only_amount(words[named.start : named.end]):
        return (
            [Deed(Thing(word, start - len(word), start), state, said)]
            if word.endswith(("绿化", "造林"))
            else []
        )
    if state in ("实现", "完成", "推进") and _is_indicator(words[named.start : named.end], word):
        return []
    state = _refined(word, state, words, named.start, named.end, named.moved, named.early)
    listed = (state not in ("推进", "完善", "建立") or bool(named.moved)) and word not in _WHOLE
    return [Deed(t, state, said) for t in things(words, named.start, named.end, named=listed)]


def _is_indicator(noun: str, word: str) -> bool:
    """实现…收入5亿元, 完成投资2亿元: a level, not a deed."""
    spans = amounts(noun)
    if not spans or spans[-1][1] < len(noun):
        return noun in REACHED or noun.endswith(("增长", "下降", "提升", "突破", "效益"))
    bare = noun[: spans[0][0]].rstrip("约近达超")
    return word in ("实现", "完成", "保持") and bool(_MONEY.match(bare))


def _only_amount(noun: str) -> bool:
    spans = amounts(noun)
    return bool(spans) and spans[0][0] <= 1 and spans[-1][1] == len(noun)


def _clause_end(words: str, start: int) -> int:
    """Before a second predicate: 完成编制并启动…, 建成…投用."""
    joint = _SECOND.search(words, start + 3)
    return joint.start() if joint else len(words)


def _refined(
    word: str, state: str, words: str, lo: int, hi: int, moved: str | None, early: str | None
) -> str:
    noun = words[lo:hi]
    if early in ("编制", "修编") and state == "完成":
        return "编制"
    if early and state == "完成":
        return "前期" if early.startswith("前期") else "完成"
    built = (moved and "建设" in moved) or (noun.endswith(("工程", "扩建")) and not amounts(noun))
    if state == "完成" and word.endswith("完成") and built and not re.search(r"改造|治理|造林", noun):
        return "完工"
    if state == "建立" and word == "推出" and not _RULES.search(noun):
        return "发布"
    if (
        state == "推进"
        and word in ("实施", "创建", "培育", "打造", "促进", "建设")
        and _trailing_amount(noun)
    ):
        return "完成"
    return state


def _trailing_amount(noun: str) -> bool:
    spans = amounts(noun)
    return bool(spans) and spans[-1][1] == len(noun)


def _subject_first(piece: Piece) -> list[Deed]:
    """甲桥建成通车: the longest state that ends the clause, the subject before it."""
    words = piece.words
    found = _reached_word(words)
    if not found:
        return []
    start = _skip_scope(words)
    start = front(words, start).end if verb_at(words, start) is None else start
    stop = _without_manner(words, start, len(words) - len(found))
    inner = words.find("实现", start, stop)
    if inner - start >= 3 and not words.endswith(("区域", "全区", "全县", "全市", "全省"), start, inner):
        stop = inner
    state = REACHED[found]
    if stop - start < 2 or (state in _SOFT and _vague(piece, words[start:stop], found)):
        return []
    return _of_subject(words, start, stop, words[stop:], state)


def _vague(piece: Piece, subject: str, found: str) -> bool:
    """A state that opens the theme (交通体系加快完善，…) or closes the sentence as an effect."""
    named = bool(re.search(r"[“《、\dA-Z]", subject))
    if REACHED[found] == "推进" and len(subject) > 4:
        named = named or subject.endswith((*_WORKS, "建设"))
    if named or piece.alone:
        return False
    last = piece.index == piece.count - 1
    if "改善" in found or "提升" in found or REACHED[found] == "完善":
        return (piece.index == 0 and piece.count > 2) or (last and piece.count > 1 and len(subject) <= 5)
    return piece.index == 0 and piece.count > 1 and len(subject) <= 6


def _of_subject(words: str, start: int, stop: int, said: str, state: str) -> list[Deed]:
    named = phrase(words, start, stop)
    if named.end - named.start < 2:
        return []
    if named.early and state == "推进":
        state = "前期" if named.early.startswith("前期") else state
    elif named.early in ("编制", "修编"):
        state = "编制"
    works = words.endswith(_WORKS, named.start, named.end) or named.moved
    apart = (
        "等" not in words[start:stop] and min(b - a for a, b in members(words, named.start, named.end)) >= 4
    )
    single = state in _SOFT and not works and not apart and not re.search("建|实施|施工", said)
    return [Deed(t, state, said) for t in things(words, named.start, named.end, named=not single)]


def _without_manner(words: str, start: int, stop: int) -> int:
    while stop > start:
        word = MANNER.ending(words, start, stop) or ADVERBS.ending(words, start, stop)
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
        rest = words[at + len(word) :]
        if stop - begin < 2 or _mere_indicator(words) or (word in ("实现", "完成") and _only_amount(rest)):
            return []
        if len(rest) < 3:
            return []
        if rest.startswith(("区", "仪式")):
            continue
        if word in OF_SUBJECT:
            made = _of_subject(words, begin, stop, words[stop : at + len(word)], state)
            return _with_honour(made, words, at + len(word), word)
        return _of_verb(words, word, at + len(word), word, state)
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
    and word not in ("开办", "成为", "通过", "获得", "集聚", "申报")
} | {
    "发放": "落地", "推出": "建立", "实现": "实现", "退出": "完成", "完成": "完成", "建成": "完工", "开展": "推进", "惠及": "落实",
    "带动": "投用", "覆盖": "实现", "执行": "推进", "累计完工": "完工", "累计建成": "完工", "签约入驻": "签约", "入驻": "落地", "落户": "落地", "通过": "完成", "探索": "推进", "取消": "实现", "压减至": "实现",
}  # fmt: skip


def _opens_theme(piece: Piece) -> bool:
    """供水供电更加可靠，…: general words at the head of a sentence, before the deeds."""
    if not piece.fresh or piece.count - piece.index < 2:
        return False
    return (
        not amounts(piece.words)
        and not re.search(r"[“《、\dA-Z]", piece.words)
        and not piece.words.endswith(DEEDS)
    )


def _mere_indicator(words: str) -> bool:
    """An indicator with its number (…同比增长5%, …位居全省第二): a figure, not a deed."""
    return any(w in words for w in INDICATOR) and (
        bool(_PERCENT.search(words)) or "第" in words or "位" in words
    )


def _row(text: str, piece: Piece, deed: Deed, outline: Outline, figures: Sequence[Figure]) -> Achievement:
    start, end = piece.span(deed.thing.start, max(deed.thing.end, deed.thing.start + 1))
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
        figures=inside(figures, piece.start, piece.end),
    )
