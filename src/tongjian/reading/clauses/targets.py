"""Targets: an indicator, how it moves, and the amount or bound (登记失业率控制在5%以内, 城镇新增就业1万人以上)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from tongjian.reading.clauses.quantity import amounts

_SCOPE = re.compile(
    r"^(?:——|—)?(?:(?:全[县市区省国镇]|我[县市区省]|其中|预计|力争|确保|实现|将|到?20\d\d年底?|今年|全年|年内|年均)[，、]?)*"
)
_HOW = (
    r"(?:预期|预计|力争|确保|要|拟|应|分别|均|都|同比|比上年|比去年|比20\d\d年[^增长下降\d]{0,12}?|较上年|较去年|年均|平均|累计|再|继续|稳定|持续|进一步|总体|合计|基本|按|达到)*"
    r"(?:增长|增速|增幅|涨幅|下降|减少|降低|降至|提高|提升|上升|回升|控制|保持|稳定|巩固|维持|达到|达|超过|超|突破|不低于|不少于|不超过|不高于|高于|低于|快于|完成|实现|新增|增加|翻番|同步|安排|力争)"
)
_MOVED = re.compile(
    rf"^(?P<what>[^，；。]{{2,40}}?)(?P<how>{_HOW}(?:在|到|至|为|约)?)(?P<rest>(?:约|近|超过?|不[少低超高][于过]|[-—])?(?:\d|千亿|百亿|万亿).*)$"
)
_SECOND = re.compile(
    r"(?P<what>[^\d，；。、的]{2,20}?)(?P<how>(?:稳定|保持|控制|增长|下降|提高|降低|增加|减少|达到?|超过?|突破|[在到至为约近]|不低于|不少于)*)"
)
_BARE = re.compile(r"^(?P<what>[^\d，；。]{4,24}?)(?P<rest>(?:约|近|超|不少于|不低于)?\d[\d.,万亿]*.{0,14})$")
_AGAINST = (
    r"(?:实现)?(?:翻[一两]?番|倍增)$"
    r"|(?:高于|快于|好于|优于|低于|不低于|领先于?)(?:全[国省市区县]|上年|地区生产总值|[一-龥]{2,8}(?=增速|增幅|水平))"
    r"(?:平均)?(?:水平|增速|增幅)?(?:、[^，；。]{2,20})?$"
)
_DIRECTION = re.compile(
    _AGAINST
    + r"|(?:稳步增长|平稳增长|同步增长|基本同步|保持同步|继续下降|持续下降|稳步提高|稳步提升|进一步改善|基本平衡|基本稳定|总体稳定|稳中有进|稳中提质|保稳提质|稳定增长|持续改善|完成(?:[国省市区县上]|年度|约束)[^，]{0,12}(?:任务|目标|要求)|达到[国省市]级?[^，]{0,6}标准|与[^，]{2,16}(?:同步|一致|持平))$"
)
_FIRM_DIRECTION = re.compile(
    _AGAINST
    + r"|(?:稳步增长|同步增长|完成(?:[国省市区县上]|年度)[^，]{0,12}(?:任务|目标)|达到[国省市]级?[^，]{0,6}标准"
    r"|与[^，]{2,16}(?:同步|一致|持平))$"
)
_AMOUNT_END = re.compile(r"(?:以上|以下|以内|左右|以外)$|[%％‰万亿元人个户亩吨次座家所处里米点倍斤]$|达标$")
_NO_INDICATOR = re.compile(r"比|较|同比|从|在|对|为|以|把|向|通过|按照|用于|增长|下降|达到|不少于")
_TRAILING = re.compile(r"(?<=..)(?:[由从][^，由从]{2,12}$|发展到|增长|增速|涨幅|增幅|[，、：:的在])+$")
_CITY_AND_COUNTRY = "城乡居民"


@dataclass(frozen=True, slots=True)
class Target:
    """One indicator of a clause: its name, its own words `words[start:end]`, and the word that says how it moves."""

    name: str
    start: int
    end: int
    how: str


def targets(words: str, *, strict: bool) -> tuple[Target, ...]:
    """The indicators a clause sets a mark for; none when it sets none.

    strict: outside a list of targets only a stated number counts, not a mere direction (稳步增长).
    """
    if second := _second_mark(words):
        return (*targets(words[: second.start - 1], strict=strict), second)
    at = m.end() if (m := _SCOPE.match(words)) else 0
    found = _numbered(words, at) or _directed(words, at, _FIRM_DIRECTION if strict else _DIRECTION)
    if found is None:
        return ()
    what_end, how, rest = found
    return tuple(_names(words, at, what_end, how, rest))


def _second_mark(words: str) -> Target | None:
    """A second indicator with its own number behind 、 (面积1.1亿亩、|产量|825亿斤以上), when it closes the clause."""
    for (_, end), (start, close) in pairwise(amounts(words)):
        if words[end : end + 1] == "、" and len(words) - close <= 4:
            m = _SECOND.fullmatch(words, end + 1, start)
            return Target(m["what"], *m.span("what"), _plain(m["how"])) if m else None
    return None


def _numbered(words: str, at: int) -> tuple[int, str, str] | None:
    body = words[at:]
    if not amounts(body) and not re.search(r"千亿|百亿|万亿", body):
        return None
    m = _MOVED.match(body)
    if m and _measured(m["what"], m["rest"]):
        return at + m.end("what"), m["how"], m["rest"]
    if (m := _BARE.match(body)) and _measured(m["what"], m["rest"]) and _AMOUNT_END.search(m["rest"]):
        return at + m.end("what"), "", m["rest"]
    return None


def _measured(what: str, rest: str) -> bool:
    """The number is the indicator's own: it stands right behind, and no noun follows it."""
    spans = amounts(rest)
    tail = rest[spans[-1][1] :] if spans else ""
    return len(tail) <= 4 and not re.search(r"[的了]$", what) and not _NO_INDICATOR.match(what)


def _directed(words: str, at: int, pattern: re.Pattern[str]) -> tuple[int, str, str] | None:
    m = pattern.search(words, at + 2)
    if m is None or m.start() - at < 3:
        return None
    return m.start(), m.group()[:4] if not m.group().startswith("完成") else "完成", m.group()


def _names(words: str, start: int, end: int, how: str, rest: str) -> list[Target]:
    end = start + len(_TRAILING.sub("", words[start:end]))
    what = words[start:end]
    several = re.split(r"、|(?<=[率量值额入资])和|和(?=[^和]{2,12}[率量值额入资放]$)", what)
    if len(several) > 1 and all(len(s) >= 2 for s in several):
        return _spread(words, start, end, several, how)
    if what.startswith(_CITY_AND_COUNTRY) and "分别" in how and len(amounts(rest)) > 1:
        tail = what[len("城乡") :]
        return [Target(side + tail, start, end, "增长") for side in ("城镇", "农村")]
    return [Target(what, start, end, _plain(how))]


def _spread(words: str, start: int, end: int, several: list[str], how: str) -> list[Target]:
    """Members of a list of indicators; a shared tail (…增加值, …率) goes to those that lack it."""
    last = several[-1]
    if max(map(len, several[:-1])) <= 3 and len(last) >= 6:
        several = [s + last[len(several[0]) :] for s in several[:-1]] + [last]
    tail = next(
        (t for t in ("排放量", "排放", "增加值", "合格率", "覆盖率", "参保率", "收入") if last.endswith(t)),
        "",
    )
    out, at = [], start
    for name in several:
        at = max(words.find(name[:2], at), at)
        full = name if not tail or name.endswith(tail) or name[-1] in "率量值额入资度" else name + tail
        out.append(Target(full, at, min(at + len(name), end), _plain(how)))
        at += 2
    return out


def _plain(how: str) -> str:
    for word in (
        "增长",
        "下降",
        "控制",
        "保持",
        "稳定",
        "达到",
        "超",
        "完成",
        "实现",
        "新增",
        "降低",
        "减少",
        "提高",
        "同步",
    ):
        if word in how:
            return word
    return how
