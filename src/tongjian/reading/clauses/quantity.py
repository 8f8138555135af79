"""Amounts inside a clause, as far as clauses need them: is a number said, and where does the counted noun begin?"""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBER = r"(?:\d[\d.,]*(?:[-—－~至]\d[\d.,]*)?|[一两二三四五六七八九十百]+(?=[个家所处座条项件台辆名场]))"
_MEASURE = (
    r"(?:多|余)?(?:万|亿|千|百)*(?:余|多)?(?:个工作日|个百分点|平方公里|平方千米|平方米|立方米|公里|千米|公顷|万亩|亩|亿元|万元|元|美元|人次|人|户|家|个|所|处|座|条|项|件|台|辆|名|场|吨"
    r"|套|张|村|支|只|株|班|次|块|间|床|批|倍|千瓦|兆瓦|位|片|部|对|例|宗|笔|款|种|类|米|艘|架|档|届|季|期(?!间)|眼|盏|场次|件次|批次|辆次|户次|家次|台次|套次|台套|枚|幅|册|首|栋|幢|排|口|头|羽|根|棵|名次|字|本|句|桶|袋|箱|道|孔|井|剂|剂次|%|％|‰|斤|公斤|天|小时|分钟|年|[^\d、，。的和与年月日号G级](?=以上|以下|左右|以内))"
)
_AMOUNT = re.compile(
    rf"(?<![A-Za-z\d.“])(?:超过?|约|近|逾|不少于|不低于|达到?)?({_NUMBER}){_MEASURE}(?:以上|以下|左右|以内|多|余)?"
)
_NAMES = re.compile(
    r"\d+[×xX*]\d+(?:[万千瓦]|兆瓦)*|\d+人[制座]|\d+(?:千伏|kV|KV|号线|号|国道|省道|年|月|G|级|A级)|[A-Z]\d+|\d+[GA]"
)
_QUOTED = re.compile(r"“[^”]*”|《[^》]*》|（[^）]*）")
# What leads from a noun to its amount: 新增企业|预计突破|80家.
_TOLD = re.compile(r"(?<=..)(?:预计|突破|达到?|超过?|近|约|共|已|、)+$")
_ROUND = re.compile(r"(?<=..)(?:超|近|逾|过)[百千万亿]+[一-龥]{1,2}$")
# A noun that only counts the thing named before it: 防洪工程|6个标段.
_COUNTER_NOUN = re.compile(r"(?:施工)?标段|单体(?:建筑)?|子项目?|节点|批次|工点|作业面|点位")
_DIGIT = re.compile(r"\d")
_FEW = re.compile(
    r"^(?:新?一批具有[^，]{0,12}?的|新一批|一批|一系列|一大批|若干个?|几条|几个|多项|多个|多家|更多|各类|各项|各种|首个|首批|第[一二三四五六七八九十]+批|有关|相关|全部|所有|一些)"
)


@lru_cache(maxsize=4096)
def amounts(words: str) -> tuple[tuple[int, int], ...]:
    """Spans of amounts (15个, 1.5万人, 95%以上) outside quotes; names with numbers (220千伏, 6号线, 5G) are none."""
    if not _DIGIT.search(words):
        return ()
    named = [m.span() for m in _NAMES.finditer(words) if "年" not in m.group() and "月" not in m.group()]
    quoted = [m.span() for m in _QUOTED.finditer(words)]
    found = []
    for m in _AMOUNT.finditer(words):
        if _inside(m.start(1), quoted) or _inside(m.start(1), named) or _is_year(m.group()):
            continue
        if _DIGIT.search(m.group()):
            found.append(m.span())
    return tuple(found)


def noun_span(words: str, start: int, end: int) -> tuple[int, int]:
    """The span of the counted noun inside `words[start:end]`: 15个小区 and 小区15个 both give 小区."""
    lo, hi = start, end
    spans = [(a + start, b + start) for a, b in amounts(words[start:end])]
    while spans and spans[-1][1] >= hi and spans[-1][0] > lo:
        hi = spans.pop()[0]
        hi = lo + len(_TOLD.sub("", words[lo:hi]))
    if any(word in words for word in "超近逾过"):
        hi = lo + len(_ROUND.sub("", words[lo:hi]))
    for a, b in spans:
        if a - lo >= 3 and b < hi and _COUNTER_NOUN.fullmatch(words, b, hi):
            return lo, a
        if b < hi - 1 and a - lo <= 14:
            lo = b
    lo += len(m.group()) if (m := _FEW.match(words[lo:hi])) else 0
    lo += hi - lo > 3 and words[lo] == "的"
    return (lo, hi) if hi - lo >= 2 else (start, end)


def _inside(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)


def _is_year(words: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d年", words)) or (words.endswith("年") and len(words) <= 3)
