"""K27: one thing under two names that differ by a character."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tongjian.checking.registry import bad, good, rule, trap
from tongjian.checking.say import finding
from tongjian.checking.types import Context, Finding, Severity

_ENDS = (
    "开发区|示范区|产业园|科技园|工业园|园区|公园|医院|学校|小学|中学|幼儿园|大学|学院|中心|基地|大桥|大道|水库|水厂|电厂|电站|变电站|污水处理厂"
    "|博物馆|图书馆|体育馆|文化馆|高速|铁路|机场|港区|枢纽|公司|集团|工程|项目|行动|计划|公路|湿地|景区|古城|小镇|街区|新城|商务区|综合体|综合楼"
)
_NAMED = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9]{{2,12}}?(?:{_ENDS})")
_QUOTED = re.compile(r"[“《](?P<q>[^“”《》，。；\n]{5,20})[”》]")
_FREE = set(
    "一二三四五六七八九十零东西南北中上下内外前后左右大小新老旧高低公私甲乙丙丁男女省市县区镇乡村国家第0123456789年月和与及等个级ABCDEFG"
)


@rule(
    "K27",
    "名称前后不一",
    "One thing under two names",
    Severity.HINT,
    examples=(
        bad("实施“清河净水行动”，治理河道12公里。\n“清河净水行动”成效明显。\n深入开展“清河洁水行动”。"),
        good("实施“清河净水行动”，治理河道12公里。\n深入开展“清河净水行动”。"),
        trap("建成“滨河一号公园”。\n“滨河二号公园”开工，“滨河一号公园”开放。"),
    ),
)
def drift(context: Context) -> Iterator[Finding]:
    """Quoted names of the same length that differ in one character, one said twice and more, the other once."""
    facts = context.this
    places: dict[str, list[tuple[int, int]]] = {}
    for m in _QUOTED.finditer(facts.text):
        places.setdefault(m["q"], []).append(m.span("q"))
    often = Counter({name: facts.text.count(name) for name in places})
    for name, spans in places.items():
        if often[name] != 1:
            continue
        other = next((o for o in places if often[o] > 1 and one_off(name, o)), None)
        if other is not None:
            yield finding(
                "K27",
                Severity.HINT,
                (facts.span(*spans[0]), facts.span(*places[other][0])),
                f"“{name}”出现1次，“{other}”出现{often[other]}次，疑为同一名称",
                f"“{name}” once, “{other}” {often[other]} times: perhaps one name",
                ("统一名称。", "Use one name."),
            )


def one_off(a: str, b: str) -> bool:
    """Same length, one character apart, and that character no number, direction or size."""
    if len(a) != len(b):
        return False
    apart = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(apart) == 1 and not (apart[0][0] in _FREE and apart[0][1] in _FREE)


@rule(
    "K27",
    "专名疑似错字",
    "A name differs by one character from one said often",
    Severity.HINT,
    examples=(
        bad("推进滨河文化中心建设。\n滨河文化中心主体完工。\n滨河文化中心对外开放。\n加快滨海文化中心装修。"),
        good("推进滨河文化中心建设。\n滨河文化中心主体完工。\n滨河文化中心对外开放。"),
        trap("推进滨河第一小学建设。\n滨河第一小学完工。\n滨河第一小学开学。\n建设滨河第二小学。"),
    ),
)
def names(context: Context) -> Iterator[Finding]:
    """Objects of promises and results: one name at least three times, the other once."""
    facts = context.this
    objects = {c.object for c in facts.reading.commitments} | {a.object for a in facts.reading.achievements}
    found = {m.group() for o in objects for m in _NAMED.finditer(o) if len(m.group()) > 5}
    often = {n: facts.text.count(n) for n in found}
    by_length: dict[int, list[str]] = {}
    for n, times in often.items():
        if times >= 3:
            by_length.setdefault(len(n), []).append(n)
    for n, times in sorted(often.items()):
        if times == 1:
            other = next((o for o in by_length.get(len(n), ()) if one_off(n, o)), None)
            if other is not None:
                at = facts.text.index(n)
                first = facts.text.index(other)
                yield finding(
                    "K27",
                    Severity.HINT,
                    (facts.span(at, at + len(n)), facts.span(first, first + len(n))),
                    f"“{n}”出现1次，“{other}”出现{often[other]}次，疑为同一名称",
                    f"“{n}” once, “{other}” {often[other]} times: perhaps one name",
                    ("统一名称。", "Use one name."),
                )
