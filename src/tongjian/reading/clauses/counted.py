"""Deeds told by a count alone: 干部入户走访5000人次, 土地承包颁证率达95%, 办理时间压减至6小时, 8家企业入驻甲园."""

from __future__ import annotations

import re
from dataclasses import replace

from tongjian.reading.clauses.acts import front, verb_at
from tongjian.reading.clauses.deed import Deed
from tongjian.reading.clauses.lists import AND
from tongjian.reading.clauses.objects import Thing, things

_AMOUNT = r"(?:超过?|近|约|达到?|逾|共计?|累计)*\d[\d.,]*[万千]?(?:多|余)?"
# Rounds and visits: what officials, doctors or volunteers went out for.
_TRIPS = re.compile(
    rf"(?P<who>[^，、。\d]{{2,12}}?(?:巡[一-龥]|走访|入户|排查|检查|慰问|宣讲|义诊|下沉|出动|出诊|帮扶|培训)){_AMOUNT}(?:人次|户次|场次|车次|班次)(?:以上|左右)?$"
)
_RATE = re.compile(
    r"(?P<what>[^，、。\d]{2,16}(?<!森林)(?<!植被)(?<!绿化)(?:覆盖|颁证|确权|整改|销号|改造|竣工|开工|完工|入网))率"
    r"(?:已|均|基本)?(?:达到?|为|提高到|提升至|提高至)?(?:了)?\d[\d.]*[%％](?:以上|左右)?$"
)
_SHORTER = re.compile(
    r"(?P<what>[^，。\d]{2,24}?)(?:由[^，。]{2,12}?)?(?P<how>(?:压减|压缩|缩短|精简|缩减)[至到为])(?=[^，。]*\d)"
)
_LENGTH = re.compile(r"(?:办理|办结|审批|办事)?(?:时间|时限|时长|周期)$")
_SETTLED = re.compile(
    rf"(?:[^，。\d]{{0,8}}?等)?{_AMOUNT}[家户个](?P<who>[一-龥]{{2,6}}?)(?P<how>(?:成功|顺利|相继|签约)*(?:入驻|落户|入园进驻))(?P<place>[^，。、\d]{{3,14}})$"
)


def counted(words: str) -> list[Deed]:
    """The deeds of a clause that is nothing but a subject and how often, how far or where; else none."""
    return _shorter(words) or _rate(words) or _trips(words) or _settled(words)


def _trips(words: str) -> list[Deed]:
    begin = front(words).end
    found = _TRIPS.match(words, begin)
    if found is None or verb_at(words, begin):
        return []
    return [Deed(Thing(found["who"], *found.span("who")), "推进", found["who"][-2:])]


def _rate(words: str) -> list[Deed]:
    found = _RATE.match(words, front(words).end)
    if found is None:
        return []
    return [Deed(Thing(found["what"], *found.span("what")), "推进", words[found.end("what") + 1 :])]


def _shorter(words: str) -> list[Deed]:
    """企业开办和项目审批时间压减至…: the time of each."""
    found = _SHORTER.match(words, front(words).end)
    if found is None or verb_at(words, found.start("what")):
        return []
    start, end = found.span("what")
    length = _LENGTH.search(words, start, end)
    joint = AND.search(words, start, end)
    if length is None or joint is None or joint.start() - start < 2:
        return [Deed(t, "实现", found["how"]) for t in things(words, start, end, named=True)]
    first = Thing(words[start : joint.start()] + length.group(), start, joint.start())
    return [Deed(t, "实现", found["how"]) for t in (first, Thing(words[joint.end() : end], joint.end(), end))]


def _settled(words: str) -> list[Deed]:
    """A bare kind of firm is named with where it went: 企业（甲园）."""
    begin = front(words).end
    found = _SETTLED.match(words, begin)
    if found is None or not things(words, *found.span("who"), named=True):
        return []
    state = "签约" if "签约" in found["how"] else "落地"
    thing = Thing(found["who"], *found.span("who"))
    return [Deed(replace(thing, name=f"{thing.name}（{found['place']}）"), state, found["how"])]
