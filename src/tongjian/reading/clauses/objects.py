"""The objects of a clause: one for each member of a list where the list names things, one for all where it only describes.

加快甲河综合治理、乙湖湿地公园等项目建设   甲河综合治理 | 乙湖湿地公园
完善停车、供暖、供气等配套设施            停车、供暖、供气等配套设施
推动甲园、乙园提质升级                   甲园提质升级 | 乙园提质升级
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from tongjian.reading.clauses.acts import verb_at
from tongjian.reading.clauses.lexicon import (
    CLASS_NOUNS,
    CLASSIFIERS,
    DEEDS,
    EARLY,
    EMPTY_TAILS,
    FACILITIES,
    MOVING,
)
from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.lists import AND, Span, doing, members, quoted, splits
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.clauses.shape import depths
from tongjian.reading.figures.numerals import hanzi_value
from tongjian.reading.wordlist import WordList

_KINDS = _listed("工程 项目 任务")
_PROJECTS = _listed("建设项目 项目 工程")
_WORKS = _listed("治理工程 整治工程 改造工程 改造项目 扩产项目 提升工程")
_ETC = re.compile(r"(?<![平高初中同相])等(?![级待候离])")
_COUNTER = re.compile(
    r"^(?:的)?(?P<vague>(?:更多|系列|各[类项种]|重点|重大|重要|主要|多种)*)(?P<many>(?:新?一大?批|一系列|多[个项家条]"
    r"|[一二两三四五六七八九十\d]+(?:大|个|项|条|家|处|座|所|类|款|件|支|部)(?:[\d.]+公里)?|[\d.]+万?(?:公里|千米|平方米|亩|户|套|栋|间))*)"
)
_AREA = re.compile(r"^(?:的)?(?:重点|主要)(?:区域|部位|场所|路段|领域|地区|环节|时段|节点|时期)(?:的)?")
_COUNTED = re.compile(
    r"(?<=[一-龥”）])(?P<n>[两二三四五六七八九十]|\d{1,2})(?:个|座|所|条|处|家|项|大)(?P<head>[一-龥]{2,8})$"
)
# The verb of a later member that has its own number: 改造户厕9座、新建|公厕5座.
_BUILT = re.compile(
    r"(?:新建|改建|扩建|改造|建设|建成|完成|新增|安装|打造|培育|引进|建立|设立|修建|修复|整治|拆除|培训|发放)(?=[^\d]{2})"
)
_PLACE = re.compile(r"[一-龥]{0,2}(?:城[东西南北区]|[东西南北]部|[东西南北]区)")
_CHAIN = re.compile(r"(?:(?:扩容|提标|提质|升级|改造|扩建|改建|整治|修复)、?)+(?<!、)$")
_DEVICES = ("举措", "措施", "办法", "方式", "手段", "政策")
_GROWING = ("发展", "振兴", "崛起", "转型", "开发")
_MODIFIER = re.compile(
    r"^与[^的]{3,40}的(?=.{5,})|^(?:以|集|具有|有|符合|面向|围绕)[^的]{3,40}的(?=.{4,})|^(?:优质高效|特色鲜明|富有特色|高质量|高水平)的(?=.{3,})"
)


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its name (with a head it shares), and the span of its own words inside the clause."""

    name: str
    start: int
    end: int
    open_list: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """An object phrase with what its end said: that things move (建设, 进度), or early work (前期工作)."""

    start: int
    end: int
    moved: str | None
    early: str | None


def phrase(words: str, start: int, end: int) -> Phrase:
    """Take empty tails, words of progress and of early work off the end of `words[start:end]`."""
    end = _without(words, start, end, EMPTY_TAILS)
    if early := EARLY.ending(words, start, end):
        return Phrase(start, max(end - len(early), start), None, early)
    moved = MOVING.ending(words, start, end)
    if moved and end - start - len(moved) >= 2:
        return Phrase(start, _trim_de(words, start, end - len(moved)), moved, None)
    return Phrase(start, _trim_de(words, start, end), None, None)


def things(words: str, start: int, end: int, *, named: bool) -> tuple[Thing, ...]:
    """The objects in `words[start:end]`; amounts at its end are no part of them.

    named: the action works on single named things (建成, 加快…建设), so that a list is a list of objects.
    """
    start, end = _edges(words, start, end)
    if end - start < 2:
        return ()
    etc = _etc(words, start, end)
    if etc is not None and (close := noun_span(words, etc, end)[1]) > etc + 1:
        end = close
    if etc is not None:
        return _with_open_list(words, start, etc, end, named=named)
    if closed := _closed(words, start, end):
        return closed
    spans = _works_joined(words, members(words, start, end))
    if len(spans) == 1 or not splits(words, spans, named=named):
        return (_single(words, start, end),)
    bare = _bare_leads(words, spans)
    if 0 < bare < len(spans) - 1:
        first = spans[: bare + 1]
        rest = things(words, spans[bare + 1][0], end, named=named)
        return (*_sharing(words, first), *rest)
    return tuple(_sharing(words, spans))


def _sharing(words: str, spans: list[Span]) -> list[Thing]:
    head = shared_head(words, spans)
    return [_member(words, s, head if s != spans[-1] else "", open_list=False) for s in spans]


def _bare_leads(words: str, spans: list[Span]) -> int:
    """How many places stand at the head of a list without a thing of their own (城东、城西水厂扩建及…)."""
    leads = takewhile(lambda s: _PLACE.fullmatch(words, *s) is not None, spans)
    return sum(1 for _ in leads)


def _closed(words: str, start: int, end: int) -> tuple[Thing, ...]:
    """甲、乙两个公园: a list printed in full and counted at its end; each takes the head unless it has its own."""
    found = _COUNTED.search(words, start, end)
    if found is None or depths(words)[found.start()]:
        return ()
    spans = members(words, start, found.start())
    if len(spans) != (
        hanzi_value(found["n"].replace("两", "二")) if not found["n"].isdigit() else int(found["n"])
    ):
        return ()
    head = found["head"] if not all(FACILITIES.ending(words, *s) for s in spans) else ""
    return tuple(_member(words, s, head, open_list=False) for s in spans)


def _works_joined(words: str, spans: list[Span]) -> list[Span]:
    """甲、乙水厂提标、扩建工程: the bare works at the end belong to the thing before them."""
    while (
        len(spans) > 1
        and words[spans[-2][1]] == "、"
        and _bare_work(words[slice(*spans[-1])])
        and DEEDS.ending(words, *spans[-2])
    ):
        spans = [*spans[:-2], (spans[-2][0], spans[-1][1])]
    return spans


def _bare_work(text: str) -> bool:
    text = text[: len(text) - len(_KINDS.ending(text) or "")]
    return DEEDS.ending(text) == text


def _works_at_end(text: str) -> str:
    """提标、扩建 of 水厂提标、扩建; nothing where no work ends it."""
    deed = DEEDS.ending(text) or ""
    chain = _CHAIN.search(text) if deed else None
    return max(deed, chain.group() if chain else "", key=len)


def shared_head(words: str, spans: list[Span]) -> str:
    """The tail of the last member that all members share (甲、乙扩建 → 扩建), or nothing."""
    last = words[slice(*spans[-1])]
    last = last[: len(last) - len(_KINDS.ending(last) or "")]
    others = [words[slice(*s)] for s in spans[:-1]]
    deed = _works_at_end(last)
    if deed and not any(DEEDS.ending(o) or doing(o) for o in others):
        place = FACILITIES.ending(last[: -len(deed)]) or ""
        bare = not any(FACILITIES.ending(o) for o in others)
        return (place if bare else "") + deed
    if max(len(o) for o in others) <= 3 and len(last) >= 6:
        cut = _first_facility(last)
        return last[cut:] if cut else ""
    return ""


def _etc(words: str, start: int, end: int) -> int | None:
    """Where 等 closes a list inside the span, outside brackets; the first one, for a later list may follow."""
    depth = depths(words)
    spots = [m.start() for m in _ETC.finditer(words, start + 1, end) if not depth[m.start()]]
    return spots[0] if spots else None


def _with_open_list(words: str, start: int, etc: int, end: int, *, named: bool) -> tuple[Thing, ...]:
    """甲、乙等 + head, and what may follow joined by 和 (…等自治组织和议事厅示范点)."""
    depth = depths(words)
    cuts = [m for m in AND.finditer(words, etc + 1, end) if not depth[m.start()]]
    cut = next((m for m in cuts if m.start() - etc >= 3 and _long(words, m.end(), end)), None)
    if (
        cut is not None
        and not _ETC.search(words, cut.end(), end)
        and CLASS_NOUNS.ending(words, etc, cut.start()) is None
    ):
        left = _open_list(words, start, etc, cut.start(), named=named)
        return (*left, *things(words, cut.end(), end, named=named))
    return _open_list(words, start, etc, end, named=named)


def _long(words: str, start: int, end: int) -> bool:
    """Long enough for a thing of its own (…等自治组织和|议事厅示范点, not …道路翻修及|新建工程)."""
    return end - start - len(_KINDS.ending(words, start, end) or "") >= 4 or end - start >= 6


def _open_list(words: str, start: int, etc: int, end: int, *, named: bool) -> tuple[Thing, ...]:
    area = _AREA.match(words[etc + 1 : end])
    if area and end - etc - 1 - area.end() >= 4 and not words.endswith(_GROWING, etc, end):
        return (_single(words, etc + 1 + area.end(), end),)
    spans = members(words, start, etc)
    if words.endswith(_DEVICES, etc, end) and any(verb_at(words, a) for a, _ in spans[1:]):
        return (_single(words, start, end),)
    counter = _COUNTER.match(words[etc + 1 : end])
    counted = bool(counter and counter["many"])
    head = words[etc + 1 + (len(counter.group()) if counter else 0) : end]
    if not _opens_up(words, spans, head, named=named, counted=counted):
        return (_single(words, start, end),)
    share = _share(words, spans, head)
    return tuple(_member(words, span, share, open_list=True) for span in spans)


def _opens_up(words: str, spans: list[Span], head: str, *, named: bool, counted: bool) -> bool:
    """Whether the members of an open list are objects of their own: named things, not samples of a class."""
    sizes = [max(b - a, 6) if quoted(words[a:b]) else b - a for a, b in spans]
    instances = not head or CLASSIFIERS.ending(head) is not None
    if counted and (named or instances):
        return True
    if not head or all(quoted(words[slice(*s)]) for s in spans):
        return True
    if any(b - a <= 4 and words[a] in "进到入上下送" for a, b in spans[1:]):
        return False
    if CLASS_NOUNS.ending(head) and not (named and min(sizes) >= 6):
        return False
    mean = sum(sizes) / len(sizes)
    if named:
        worked = DEEDS.ending(head) or _WORKS.ending(head)
        return (
            mean >= 3.5
            or worked is not None
            or (instances and min(sizes) >= 3)
            or bool(re.search(r"\d|赛事$|活动$", head))
        )
    return head in CLASSIFIERS or (
        mean >= 5 and (FACILITIES.ending(head) is not None or head.endswith("线路"))
    )


def _share(words: str, spans: list[Span], head: str) -> str:
    """The part of the head that belongs to each member (220千伏输变电工程, 改造, 新总部), or nothing."""
    if not head or head in CLASSIFIERS:
        return ""
    short = max(b - a for a, b in spans) <= 3
    deed = DEEDS.ending(head) or DEEDS.ending(head, 0, len(head) - len(_PROJECTS.ending(head) or ""))
    if deed and not any(DEEDS.ending(words, *s) for s in spans):
        return head[: head.index(deed) + len(deed)] if "的" not in head else deed
    if part := re.search(r"(?:新|老)?(?:总部|住房|租房|分校|院区|校区|管网)$|.*\d.*|先行先试", head):
        return part.group()
    return (CLASSIFIERS.ending(head) or head) if short and "的" not in head else ""


def _first_facility(text: str) -> int:
    return min((at for f in FACILITIES if len(f) >= 2 and (at := text.find(f)) >= 2), default=0)


def _single(words: str, start: int, end: int) -> Thing:
    lo, hi = noun_span(words, start, end)
    lo += hi - lo > 5 and words[lo] == "对" and words[lo + 1] not in "接外口标"
    if modifier := _MODIFIER.match(words[lo:hi]):
        lo += modifier.end()
        lo, hi = noun_span(words, lo, hi)
    return Thing(_clean(words[lo:hi]), lo, hi)


def _member(words: str, span: Span, head: str, *, open_list: bool) -> Thing:
    opened = _BUILT.match(words, span[0]) if amounts(words[slice(*span)]) else None
    one = _single(words, opened.end() if opened else span[0], span[1])
    name = words[one.start : one.end]
    return Thing(_clean(name if head and name.endswith(head) else name + head), one.start, one.end, open_list)


def _clean(name: str) -> str:
    quoted = re.fullmatch(r"“([^“”]+)”", name)
    return quoted.group(1) if quoted else name


def _without(words: str, start: int, end: int, listing: WordList) -> int:
    found = listing.ending(words, start, end)
    return end - len(found) if found and end - start - len(found) >= 3 else end


def _trim_de(words: str, start: int, end: int) -> int:
    return end - 1 if end - start > 2 and words[end - 1] in "的等" and words[end - 2] not in "平高" else end


def _edges(words: str, start: int, end: int) -> Span:
    while start < end and words[start] in "了好的、，":
        start += 1
    while end > start and words[end - 1] in "、，":
        end -= 1
    return start, end
