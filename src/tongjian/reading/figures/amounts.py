"""Numbers in digits with their units: 18.1万户, 1-2家, 9.8、6.2个百分点, 近4亿元."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from tongjian.reading.figures.masks import Masks
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.numerals import decimal_of
from tongjian.reading.lexicon.units import COUNTS, DURATION_SET, DURATIONS, LEVELS, RATIOS, RENAMED
from tongjian.reading.lexicon.words import AFTER, BEFORE, INFIX

# Measure words that open longer nouns are no measure words there (3方面, 5家长, 3成果).
_NOT_BEFORE = {
    "方": "面案式向法", "个": "别体性", "家": "庭长", "部": "门分委", "条": "件", "期": "间货", "位": "于居列", "场": "景馆所地", "门": "店诊类", "站": "点",
    "所": "有", "成": "功立为品果员都效本长熟就交型", "种": "植业子", "组": "织团建成", "团": "队", "队": "伍", "步": "行", "里": "程", "元": "宇旦", "度": "假过", "分": "别布类期批级局行公之",
    "年": "均度级", "对": "接外口于标", "点": "对", "面": "积向", "句": "话", "码": "头", "员": "工", "单": "位", "道": "路", "点位": "", "篇": "章", "卷": "入", "张": "家", "例": "如", "行业": "",
    "周": "年边", "天": "然津", "根": "据", "台": "湖州账阶", "本": "级市", "支": "持撑", "头": "部", "口": "岸", "孔": "庙", "眼": "科", "项": "目", "步步": "", "米": "兰粉", "石": "油化",
}  # fmt: skip
_DASH = r"\s?(?:[-—–－~～至]{1,2}|到)\s?"
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"


def _unit_pattern() -> str:
    words = sorted({*LEVELS, *DURATIONS, *COUNTS, *RATIOS}, key=len, reverse=True)
    return "|".join(re.escape(w) + _guard(w) for w in words)


def _guard(word: str) -> str:
    """What may not follow a unit: the rest of a longer noun, or letters after letters."""
    if word[-1].isascii() and word[-1].isalpha():
        return "(?![A-Za-z])"
    return f"(?![{_NOT_BEFORE[word]}])" if _NOT_BEFORE.get(word) else ""


UNIT = _unit_pattern()
SCALE = r"万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千(?![瓦米克伏卡焦])|百(?!分)"
_AMOUNT = re.compile(
    r"(?=[-−－\d])"
    rf"(?<![\dA-Za-z.．第〔\[+＋/×])(?P<num>(?:(?<![\d)）])[-−－])?{_DIGITS})"
    rf"(?:(?P<mid>[%％]|[万亿]?(?:元)?|个|家|户|人|年|天)?{_DASH}(?P<num2>{_DIGITS})(?![\d.]*月))?"
    rf"(?![\d.])[ \u3000]?(?P<few>余|多|几)?[ \u3000]?(?P<scale>{SCALE})?(?:(?P<thousands>(?<=万)\d)千)?(?P<infix>余|多|几|来)?[ \u3000]?(?P<farm>农户)?(?P<unit>(?:{UNIT})(?:/(?:{UNIT}))?)?"
)
_BEFORE = re.compile(
    rf"(?<![签节预合契履续])({'|'.join(sorted((re.escape(w) for w in BEFORE), key=len, reverse=True))})(?:了|为|到)?\s?$"
)
_AFTER = re.compile(
    rf"\s?({'|'.join(sorted((w for w in AFTER if w not in ('级', '规模', '量级')), key=len, reverse=True))})(?!级)"
)
_JOINED = re.compile(r"(?:左右|以上|以内)?\s?(?:、|和|及|与|以及|到|，)\s?(?:超过|超|近|约)?\Z")
_PEOPLE = re.compile(r"[^，。；、\d]{0,5}?(?:人民|人口|群众|居民|农民|市民|儿女|劳动力|学生|党员|职工)")
_PEOPLE_COUNTED = re.compile(
    r"(?:人才|人数|人口|人员|师生|学生|教师|技师|工匠|职工|农民工|劳动力|党员|志愿者|专家|就业)(?:达到?|超过?|约|近|突破|增加|减少|至|到|共|有)*$"
)
_MONEY_NEXT = re.compile(
    r"(?:规模|资金|投资|产值|贷款|大关|税收|收入|补助|补贴|奖励|债券|基金|订单|[，。；、）)]|$|的)"
)
_TIME_LED = re.compile(
    r"(?:压减|压缩|缩短|缩减|减|降|缩)(?:至|到|为)?$|(?:提前|滞后|推迟|延长|延迟|连续|用时|仅用|只用|耗时|历时|时间|时长|天数|寿命|周期|工期|时限|期限|年限|工时|学时|增加|减少|多|少|达到?|超过?|平均|缩短了?|提速|下降|为期)(?:了|为|约|近|至|在|仅|到)*$"
)
_SHORTENED = re.compile(r"[^，。；\d]{0,4}?(?:缩短|压缩|压减|减少|降低|降)(?:至|到|为)")
_DAYS = re.compile(
    r"天数[^，。；]{0,10}$|空气质量[^，。；]{0,12}$|优良[^，。；]{0,8}$|(?:压减|缩短|压缩|控制)[^，。；]{0,12}$"
)
_ABSTRACT = re.compile(r"(?:方面|原则|关键|重点|必须|坚持|维度|层面|阶段|环节|要素|字|百分点以)")
_LISTED = re.compile(r"(?:[^，,。；;：:、\n（）()“”]{1,24}、)+[^，,。；;：:、\n]{1,24}$")


def amounts(text: str, hidden: Masks) -> list[Mention]:
    """All numbers in digits that carry a unit, or share the one printed at the end of their list."""
    raw = [m for m in _AMOUNT.finditer(text) if not hidden.hides(m.start("num"))]
    made = [_mention(text, m) for m in raw]
    _share_units(text, made)
    return [m for m in made if m is not None and m.unit and _counts(text, m)]


def _mention(text: str, m: re.Match[str]) -> Mention | None:
    value, decimals = decimal_of(m["num"])
    if m["thousands"]:
        value, decimals = value + Decimal(m["thousands"]) / 10, 1
    span_end = m.end("unit") if m["unit"] else _bare_end(m)
    unit = _unit(text, m)
    if m["farm"]:
        unit, span_end = (m["scale"] or "") + "户", m.end("farm")
    pair: Decimal | tuple[Decimal, Decimal] = value
    if m["num2"]:
        pair = (value, decimal_of(m["num2"])[0])
    return _bounded(
        text, m, Mention(m.start("num"), span_end, m.start("num"), span_end, pair, decimals, unit)
    )


def _bare_end(m: re.Match[str]) -> int:
    return max(m.end(g) for g in ("num", "num2", "few", "scale", "infix") if m[g])


def _unit(text: str, m: re.Match[str]) -> str:
    """Scale and unit as printed; money or people where only the scale is printed (50亿规模, 6100万人民)."""
    if m["unit"]:
        return (m["scale"] or "") + RENAMED.get(m["unit"], m["unit"])
    if m["scale"] is None:
        return ""
    if _PEOPLE.match(text, m.end()) or (
        m["scale"] == "万" and _PEOPLE_COUNTED.search(text[max(0, m.start() - 12) : m.start()])
    ):
        return m["scale"] + "人"
    return m["scale"] + "元" if "亿" in m["scale"] and _MONEY_NEXT.match(text, m.end()) else ""


def _bounded(text: str, m: re.Match[str], made: Mention) -> Mention:
    before = _BEFORE.search(text, max(0, made.start - 6), made.start)
    after = _AFTER.match(text, made.end)
    infix = m["few"] or m["infix"]
    word, bound = None, "eq"
    if after:
        word, bound = after[1], AFTER[after[1]]
    elif before:
        word, bound = before[1], BEFORE[before[1]]
    elif infix:
        word, bound = infix, INFIX[infix]
    lo = before.start() if before else made.start
    return replace(made, lo=lo, hi=after.end() if after else made.end, bound=bound, bound_word=word)


def _share_units(text: str, made: list[Mention | None]) -> None:
    """A bare number in a list takes unit and scale of the one after it (9.8、6.2、2.0个百分点)."""
    for i in range(len(made) - 2, -1, -1):
        here, after = made[i], made[i + 1]
        if here is None or after is None or here.unit or not after.unit:
            continue
        if 0 < after.lo - here.hi <= 6 and _JOINED.match(text[here.hi : after.start]):
            if text[here.hi] == "，" and after.unit != "个百分点":
                continue
            made[i] = replace(here, unit=after.unit)


def _counts(text: str, m: Mention) -> bool:
    """Whether the number tells an amount: no time of day, no abstract 3个方面, no list printed in full."""
    if m.unit in DURATION_SET:
        return _tells_time(text, m)
    if _ABSTRACT.match(text, m.end):
        return False
    return not _enumerates(text, m)


def _tells_time(text: str, m: Mention) -> bool:
    if m.unit == "岁":
        return False
    head = text[max(0, m.lo - 24) : m.lo]
    if _TIME_LED.search(head):
        return True
    if _SHORTENED.match(text, m.hi):
        return True
    if m.unit in ("年", "周"):
        return False
    if m.unit == "天" and _DAYS.search(head):
        return True
    return m.unit.endswith("工作日") or (m.unit in ("小时", "分钟", "个小时") and bool(_DAYS.search(head)))


def _enumerates(text: str, m: Mention) -> bool:
    """光电、汽车、健康3大产业: the number only closes a list that is printed in full."""
    if isinstance(m.value, tuple) or not 2 <= m.value <= 12 or m.bound != "eq" or m.start == 0:
        return False
    if text[m.start - 1] in "、，。；：,;:等和及与 \n" or not "一" <= text[m.start - 1] <= "龥":
        return False
    found = _LISTED.search(text, max(0, m.start - 120), m.start)
    named = "一" <= text[m.end : m.end + 1] <= "龥"
    return found is not None and named and _items(found.group()) == m.value


def _items(listed: str) -> int:
    return (
        listed.count("、")
        + 1
        + len(re.findall(r"(?<=[一-龥])(?:和|及|以及|与)(?=[一-龥])", listed.rpartition("、")[2]))
    )


def ratios(text: str, hidden: Masks) -> Iterator[Mention]:
    """The parts of a:b:c, each a share in per cent."""
    for m in _RATIO.finditer(text):
        if hidden.hides(m.start()):
            continue
        for i, part in enumerate(re.finditer(_DIGITS, m.group())):
            value, decimals = decimal_of(part.group())
            start, end = m.start() + part.start(), m.start() + part.end()
            yield Mention(
                start, end, start, end, value, decimals, "%", sort="ratio", part=i + 1, kind="share"
            )


_RATIO = re.compile(rf"(?<![\d.:：]){_DIGITS}(?:\s?[:：∶﹕]\s?{_DIGITS}){{2,3}}(?![\d:：])")
