"""A deed of a review clause, and how a verb with its object makes deeds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.objects import Thing, phrase, things
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.states import DONE, INDICATOR, REACHED

SOFT = frozenset(("推进", "完善", "落实"))
_RULES = re.compile(r"(?:机制|体系|模式|清单|制度|格局|平台|网络|通道|工作法|标准|办法|规范)$")
_SECOND = re.compile(
    r"并(?=[^、]{2,})|、(?=(?:总量|总规模|总装机|总面积|累计|均?居|占|位居|位列|基本实现|总数|高于|低于|同比|增长|突破|达|其中|超额|创|实现))"
)
_WHOLE = frozenset(_listed("办理 接受 贯彻 贯彻落实 执行 践行 聘请 遵守 履行"))
_MONEY = re.compile(
    r"^(?:投资|产值|收入|税收|社会效益|销售收入|营业收入|进出口|.*(?:收入|产值|总额|销售额|成交额|交易额|营业额|进出口额|增加值|就业|产量|生产总值|资产投资|利用外资|资金))$"
)
_CHAINED = ("建设", "设立", "创建", "成为", "筹建", "筹集", "实施")
_MARK = re.compile(r"\d[^，。]{0,6}(?:行列|台阶|大关|关口)$")
_PERCENT = re.compile(r"[%％]|个百分点")


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed inside one clause, in offsets of the clause's own words."""

    thing: Thing
    state: str
    words: str


def of_verb(words: str, word: str, start: int, said: str, state: str | None = None) -> list[Deed]:
    state = state or DONE[word]
    stop = _clause_end(words, start)
    start += words[start : start + 1] == "了"
    if words[start : start + 1] in ("、", "及", "和"):
        return []
    if word in ("获批", "入选", "开工", "新开工") and words.startswith(_CHAINED, start):
        start += 2
    named = phrase(words, start, stop)
    if named.end - named.start < 2 or (mere_indicator(words) and state in ("推进", "实现")):
        return []
    if only_amount(words[named.start : named.end]):
        return (
            [Deed(Thing(word, start - len(word), start), state, said)]
            if word.endswith(("绿化", "造林"))
            else []
        )
    if state in ("实现", "完成", "推进", "落地") and _is_indicator(words[named.start : named.end], word):
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
    return word in ("实现", "完成", "保持", "新增", "落地") and bool(_MONEY.match(bare))


def only_amount(noun: str) -> bool:
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


def mere_indicator(words: str) -> bool:
    """An indicator with its number (…同比增长5%, …位居全省第二, …跻身500亿元行列): a figure, not a deed."""
    if _MARK.search(words):
        return True
    return any(w in words for w in INDICATOR) and (
        bool(_PERCENT.search(words)) or "第" in words or "位" in words
    )
