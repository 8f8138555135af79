"""Figures in words: Chinese numerals (四大, 千亿, 七成, 零投诉) and what words imply (全覆盖, 双下降, 过半)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from tongjian.reading.figures.amounts import SCALE, UNIT
from tongjian.reading.figures.masks import Masks
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.numerals import HAN_DIGITS, hanzi_value
from tongjian.reading.lexicon.units import RENAMED, SCALES
from tongjian.reading.lexicon.words import AREAS, BEFORE, GOALS

_MORE = r"超过|突破|超|逾|近|达到|达|约|跨越|迈入|跨入|迈上|进入|跃上|迈过|站上|跨过一个|跨过|保持|以|(?<=[模资额值入金款])(?:为|是)(?=[十百千万]亿)"
_SCALE_ONLY = re.compile(
    r"(?=[超突逾近达约跨迈进跃站保以为是万千百十亿])"  # here and below: passes most places by at once
    rf"(?<![\d.一二三四五六七八九十百千万亿数几上每余多])(?P<lead>{_MORE})?(?:了|全市|全省)?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千)"
    r"(?P<unit>元|美元|个|户|家|人次|人|吨|斤|公里|亩|件|台(?!阶)|辆)?(?P<grade>级)?(?P<tail>以上|规模|大关|台阶|投资强度|投资)?"
)
_PERCENT = re.compile(rf"百分之(?P<n>[{HAN_DIGITS}]+(?:点[{HAN_DIGITS}]+)?)|百分百")
_TENTHS = re.compile(
    r"(?=[超近达约逾占一二三四五六七八九])(?:"
    r"(?P<lead>超过?|近|达到?|约|逾|占)(?P<n>[一二三四五六七八九])成(?P<half>半)?(?P<more>多|以上)?|(?P<n2>[一二三四五六七八九])成(?P<half2>半)?(?P<more2>多|以上))"
)
_COUNT = re.compile(
    r"(?=[等新建完成创引打改获启开])"
    rf"(?P<lead>等|新建|建成|新增|完成|成立|创建|引进|打造|改造|新改建|改扩建|获批|启动|开工|建设)(?:了)?(?P<n>[二两三四五六七八九十]{{1,3}})(?:大(?!型|力|数|赛)|(?P<unit>{UNIT}))(?![一-龥]{{0,2}}[“\"])"
)
_NUMBERED = re.compile(
    rf"(?=[{HAN_DIGITS}]{{2}})"
    rf"(?<![第一-龥])(?P<n>[{HAN_DIGITS}]{{2,}})(?P<scale>{SCALE})?(?P<infix>余|多)?(?P<unit>{UNIT})"
)
_NONE = re.compile(
    r"零(?P<what>投诉|感染|事故|死亡|伤亡|发生|上访|差错|欠薪|违规|延误|举报|拖欠|积压|新增|返贫)"
)
_NEAR = 50_000  # characters; a text may be a whole collection
_NONE_UNIT = {
    "投诉": "件",
    "感染": "人",
    "事故": "起",
    "死亡": "人",
    "伤亡": "人",
    "上访": "件",
    "举报": "件",
    "返贫": "人",
    "发生": "起",
}

_IMPLIED = re.compile(
    r"(?=[全应超过稳平持保双三成翻只均都高快好优低慢基])(?:"
    r"(?P<cover>(?<![个大])全覆盖(?!检|督|排|巡|抽|监|式|走访|审计|培训|宣传|无死角))"
    r"|(?P<due>应(?P<do>[一-龥])尽(?P=do))"
    r"|(?P<excess>(?:全部)?超额完成)"
    r"|(?P<all>全部(?:(?:高标准|按期|按时|如期|顺利|提前|高质量|圆满)?(?P<done>完成|建成|达标|脱贫|拆除|整改|销号|办结|开工|竣工|投用|化解|清零|兑现|落实|落地|实现就业|出列|摘帽|关停|取缔|退出|到位|达到))(?![一-龥]{0,4}[、]))"
    r"|(?P<half>(?<!时间)(?<!时间任务)过半(?!数))"
    r"|(?P<steady>(?:(?<=收入)|(?<=投资)|(?<=总额)|(?<=产值)|(?<=增加值)|(?<=产量)|(?<=利润)|(?<=税收)|(?<=[入资额值量润]的))(?:保持)?(?:稳步|平稳|稳定|持续)增长(?!态势|势头|极|点))"
    r"|(?P<twice>双(?:下降|降)|三(?:下降)(?=[，。；]))|(?P<both>双(?:提升|增长|提高|上升))"
    r"|(?P<fold>成倍增长|(?<!“两个)(?<!“三个)翻了?[一两]番|(?<!“两个)翻番)"
    r"|(?P<only>(?<!个)只增不减|只减不增|只降不升|只升不降)"
    rf"|(?P<gap>(?P<all_gap>均|都)?(?P<verb>高于|快于|好于|优于|低于|慢于)(?P<over>{AREAS}|{GOALS}|[一-龥]{{2,8}}(?=平均水平|增速|增幅))(?:平均)?(?:水平|增速|增幅)?(?=[，。；,;]|、(?!全)|$))"
    r"|(?P<level>(?:基本)?持平(?![稳衡均等安])))"
)  # fmt: skip


def worded(text: str, hidden: Masks) -> Iterator[Mention]:
    """Everything a report says in words that a table would say in digits."""
    finders: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], Mention | None]], ...] = (
        (_SCALE_ONLY, _scale_only),
        (_PERCENT, _percent),
        (_TENTHS, _tenths),
        (_COUNT, _count),
        (_NUMBERED, _numbered),
        (_NONE, _none),
        (_IMPLIED, _implied),
    )
    for pattern, make in finders:
        for m in pattern.finditer(text):
            if pattern not in (_NONE, _IMPLIED) and hidden.hides(m.start()):
                continue
            if (made := make(text, m)) is not None:
                yield made


def _scale_only(text: str, m: re.Match[str]) -> Mention | None:
    """千亿投资, 超万个, 百亿规模: a round number without a digit; 千亿级产业, 万亩森林 are names."""
    scale, unit = m["scale"], m["unit"] or ""
    led, tail = m["lead"], m["tail"]
    money = "亿" in scale and (unit in ("", "元", "美元"))
    after = text[m.end() : m.end() + 2]
    if not (led or tail) or (
        not money and not (led and led not in ("以", "保持") and unit) and not (unit and tail == "以上")
    ):
        return None
    if money and not unit and not m["grade"] and not tail and not led:
        return None
    if m["grade"] and not tail and re.match("产业|企业|园区|集群|项目|市场", after):
        return None
    if led in ("以", None) and not tail:
        return None
    if unit == "元" and re.match(
        "的?[一-龥]{0,6}?(?:企业|项目|产业集群|集群|园区|镇|村)", text[m.end() : m.end() + 10]
    ):
        return None
    if tail == "以上" and re.match(r"[一-龥\d]", after) and not led:
        return None
    return _scaled(m, scale, unit or "元", led, tail)


def _scaled(m: re.Match[str], scale: str, unit: str, led: str | None, tail: str | None) -> Mention:
    """As printed in 万 or 亿 (千亿 is 1000亿); 投资 after it is what it measures."""
    start = m.start("scale")
    end = m.end("grade") if m["grade"] else m.end("unit") if m["unit"] else m.end("scale")
    word = led if led in BEFORE else tail if tail in ("以上", "规模") else m["grade"]
    bound = BEFORE.get(led or "") or ("ge" if tail == "以上" else "approx" if "亿" in scale else "eq")
    rest = {"万亿": ("1", "万亿"), "千亿": ("1000", "亿"), "百亿": ("100", "亿"), "十亿": ("10", "亿")}
    digits, kept = rest.get(
        scale,
        (
            str(10 ** SCALES[scale]) if SCALES[scale] < 4 else str(10 ** (SCALES[scale] - 4)),
            "万" if SCALES[scale] >= 4 else "",
        ),
    )
    if scale == "亿":
        digits, kept = "1", "亿"
    name = tail if tail in ("投资", "投资强度") else ""
    return Mention(
        start, end, m.start(), m.end(), Decimal(digits), 0, kept + unit, "hanzi", bound, word, name=name
    )


def _percent(text: str, m: re.Match[str]) -> Mention | None:
    if m["n"] is None:
        return Mention(*m.span(), *m.span(), Decimal(100), 0, "%", "hanzi")
    whole, _, places = m["n"].partition("点")
    n = hanzi_value(whole)
    if n is None:
        return None
    decimals = "".join(str(hanzi_value(c) or 0) for c in places)
    value = Decimal(f"{n}.{decimals}" if decimals else n)
    return Mention(*m.span(), *m.span(), value, len(decimals), "%", "hanzi")


def _tenths(text: str, m: re.Match[str]) -> Mention | None:
    digit = m["n"] or m["n2"]
    if re.match("功|立|为|品|果|员|本|长|熟|都", text[m.end() : m.end() + 1]):
        return None
    value = Decimal(hanzi_value(digit) or 0) + (Decimal("0.5") if m["half"] or m["half2"] else 0)
    more = m["more"] or m["more2"]
    word = m["lead"] if m["lead"] in BEFORE else more
    bound = BEFORE.get(m["lead"] or "") or {"多": "over", "以上": "ge"}.get(more or "", "eq")
    start = m.start("n") if m["n"] else m.start("n2")
    end = m.end() - len(more or "")
    return Mention(start, end, m.start(), m.end(), value, 1 if value % 1 else 0, "成", "hanzi", bound, word)


def _count(text: str, m: re.Match[str]) -> Mention | None:
    """等四大产业项目, 新建三所学校: a count that adds something, no name such as 三大攻坚战."""
    n = hanzi_value(m["n"])
    if n is None or (
        m["unit"]
        in ("年", "天", "个月", "周", "步", "轮", "次", "批", "类", "单位", "期", "届", "级", "部", "门")
        and m["lead"] != "等"
    ):
        return None
    if re.match(
        r"方面|原则|关键|重点|环节|领域|任务|战|专项|工程|行动|体系|机制", text[m.end() : m.end() + 2]
    ):
        return None
    if m["unit"] is None and (m["lead"] not in ("等", "成立", "建成") or _is_name(text, m)):
        return None
    unit = "个" if m["unit"] is None else RENAMED.get(m["unit"], m["unit"])
    return Mention(m.start("n"), m.end(), m.start("n"), m.end(), Decimal(n), 0, unit, "hanzi")


def _is_name(text: str, m: re.Match[str]) -> bool:
    """六大产业, said again and again, is the name of a set."""
    near = (max(0, m.start() - _NEAR), m.end() + _NEAR)
    return text.count(text[m.start("n") : m.end() + 2], *near) > 1


def _numbered(text: str, m: re.Match[str]) -> Mention | None:
    """三千五百万元, 二十三个: whole numbers in Chinese numerals."""
    n = hanzi_value(m["n"])
    if (
        n is None
        or (not m["scale"] and n < 11)
        or m["unit"] in ("年", "天", "月", "周", "大类", "级", "代", "届")
    ):
        return None
    if not re.search("[二三四五六七八九]", m["n"]) and n != 11:
        return None
    unit = (m["scale"] or "") + RENAMED.get(m["unit"], m["unit"])
    bound = "over" if m["infix"] else "eq"
    return Mention(*m.span(), *m.span(), Decimal(n), 0, unit, "hanzi", bound, m["infix"])


def _none(text: str, m: re.Match[str]) -> Mention | None:
    unit = _NONE_UNIT.get(m["what"], "件")
    return Mention(
        m.start(),
        m.end(),
        m.start(),
        m.end(),
        Decimal(0),
        0,
        unit,
        "hanzi",
        name=m["what"],
        sort="word",
        kind="count",
    )


_SIMPLE: dict[str, tuple[int, str, str, str, str]] = {
    # group: value, unit, kind, what the name ends with, bound
    "excess": (100, "%", "rate", "完成率", "gt"),
    "half": (50, "%", "rate", "进度", "gt"),
    "steady": (0, "%", "growth", "", "gt"),
    "twice": (0, "%", "growth", "", "lt"),
    "both": (0, "%", "growth", "", "gt"),
}
_DONE = {"实现就业": "就业率", "到位": "完成率", "达到": "达标率"}
_DUE = {"保": "保障率", "救": "救助率", "治": "救治率", "收": "征收率"}


def _implied(text: str, m: re.Match[str]) -> Mention | None:
    if m["steady"] and _RESTATED.search(_sentence_around(text, m)):
        return None
    which = m.lastgroup if m.lastgroup in _SIMPLE else next(g for g in _GROUPS if m[g])
    if which in _SIMPLE:
        value, unit, kind, name, bound = _SIMPLE[which]
        return _word(m, value, unit, kind, name, bound)
    if which == "cover":
        before = text[max(0, m.start() - 6) : m.start()]
        told = re.search(r"\d[%％](?:的)?$|百分百$", before)
        return None if told else _word(m, 100, "%", "rate", "覆盖率")
    if which == "due":
        ill = m["do"] == "收" and re.search("患|病|诊|隔离", text[max(0, m.start() - 20) : m.start()])
        return _word(m, 100, "%", "rate", "收治率" if ill else _DUE.get(m["do"], "落实率"))
    if which == "all":
        end = m.end() if m.end() - m.start() <= 4 else m.start() + 2
        return _word(m, 100, "%", "rate", _DONE.get(m["done"], m["done"] + "率"), end=end)
    return _change(text, m, which)


_SENTENCE = 1000  # characters that a sentence has at most
_RESTATED = re.compile(r"(?:增长|提高|上升)\s?\d|(?:促进|推动|促)[^，。；]{0,14}$")


def _sentence_around(text: str, m: re.Match[str]) -> str:
    """The words of the sentence before 稳步增长, and those after it when they are a rate of growth."""
    far = (max(0, m.start() - _SENTENCE), min(len(text), m.end() + _SENTENCE))
    opened = max(far[0] - 1, *(text.rfind(mark, far[0], m.start()) for mark in "。；\n"))
    closed = min(
        (i for i in (text.find(mark, m.end(), far[1]) for mark in "。；\n") if i >= 0), default=far[1]
    )
    after = re.search(r"(?:增长|提高|上升)\s?\d", text[m.end() : closed])
    return (after.group() if after else "") + text[opened + 1 : m.start()]


def _change(text: str, m: re.Match[str], which: str) -> Mention | None:
    if which == "fold" and text[m.end() : m.end() + 1] == "”":
        return None  # a slogan
    if which == "fold":
        return _word(m, 300 if "两番" in m.group() else 100, "%", "growth", "", "ge")
    if which == "only":
        return _word(m, 0, "%", "growth", "", "ge" if m.group()[1] in "增升" else "le")
    if which == "gap":
        if m["over"] == "预期":
            return None
        over = m["verb"] in ("高于", "快于", "好于", "优于")
        return _word(m, 0, "个百分点", "difference", m["over"], "gt" if over else "lt")
    if re.search(r"(?:与|同|和|比)[^，。；]{1,12}$", text[max(0, m.start() - 14) : m.start()]):
        return _word(m, 0, "个百分点", "difference", "", "approx")
    return None


def _word(
    m: re.Match[str], value: int, unit: str, kind: str, name: str, bound: str = "eq", end: int | None = None
) -> Mention:
    stop = m.end() if end is None else end
    word = m.group() if bound != "eq" else None
    return Mention(
        m.start(),
        stop,
        m.start(),
        m.end(),
        Decimal(value),
        0,
        unit,
        "implied",
        bound,
        word,
        "word",
        name=name,
        kind=kind,
    )


_GROUPS = ("cover", "due", "excess", "all", "half", "steady", "twice", "both", "fold", "only", "gap", "level")
