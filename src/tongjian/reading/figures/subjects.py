"""Several subjects for several numbers: 响应率、解决率分别为…, 城乡居民…分别增长…, A、B均超…."""

from __future__ import annotations

import re

_JOIN = re.compile(r"、|和|及|与|以及")
_STATISTIC = re.compile(
    r"(?:率|收入|人数|余额|总额|比例|比重|支出|产值|增加值|指数|投资|消费|产量|数量|面积|人口|价格)$"
)
_ASCII = re.compile(r"[A-Za-z0-9.]+")
# 城乡居民人均可支配收入 names two series in one word.
_PAIRS = (("城乡", ("城镇", "农村")), ("存贷款", ("存款", "贷款")), ("进出口", ("进口", "出口")))


def split_subjects(phrase: str, n: int) -> tuple[str, ...]:
    """The n names that a phrase joins, each with the head they share; empty when it does not join n."""
    for word, parts in _PAIRS:
        if n == len(parts) and word in phrase and len(_items(phrase)) == 1:
            return tuple(phrase.replace(word, part, 1) for part in parts)
    items = _items(phrase)
    if len(items) < n and n > 1 and len(items) >= 2:
        return ()
    if len(items) > n:
        items = [*items[len(items) - n :]]
    if len(items) != n or n < 2:
        return ()
    return tuple(_with_shared_head(items))


def _items(phrase: str) -> list[str]:
    return [item for item in _JOIN.split(phrase) if item]


def _with_shared_head(items: list[str]) -> list[str]:
    """城镇、农村居民收入 -> 城镇居民收入, 农村居民收入; 存、贷款余额 -> 存款余额, 贷款余额."""
    last, others = items[-1], items[:-1]
    if _ASCII.match(items[0]) and (own := _ASCII.match(last)):
        return [item + last[own.end() :] if _ASCII.fullmatch(item) else item for item in items]
    if re.search("[存贷]$", items[0]) and last[1:2] == "款":
        return [*(item + last[1:] for item in others), items[0][:-1] + last]
    short = all(len(item) <= 3 for item in others) and len(last) > len(others[0]) + 1
    if short and len({len(item) for item in others}) == 1 and _STATISTIC.search(last):
        return [*(_complete(item, last) for item in others), last]
    return [*others, _with_owner(items[0], last)]


def _with_owner(first: str, last: str) -> str:
    """规上工业产值和增加值: the second belongs to 规上工业 too; 火灾事故起数、亡人数."""
    if first.endswith("起数") and last.endswith("人数") and len(last) <= 4:
        return first[:-2] + last
    if last in ("增加值", "产值", "营业收入", "利润", "税收") and (
        own := re.search(r"(?:增加值|产值|收入|利润|税收)$", first)
    ):
        return first[: own.start()] + last
    return last


def _complete(item: str, last: str) -> str:
    """The item with the head of the last one, unless it ends in a head of its own (率, 量, 额)."""
    return item if item[-1] in "率量额值数" or item[-2:] == last[-2:] else item + last[len(item) :]


def all_subjects(phrase: str) -> tuple[str, ...]:
    """Every name that a phrase joins, each with the head they share; the phrase itself when it joins none."""
    phrase, shared = _shared_tail(phrase)
    items = _items(phrase)
    if shared and len(items) > 1:
        return tuple(item + shared for item in items)
    if len(items) < 2 or any(len(item) < 2 for item in items):
        return (phrase,)
    return tuple(_with_shared_head(items))


def two_statistics(phrase: str) -> tuple[str, ...]:
    """财政收入和税收收入 (增长6%): both names when a phrase joins two statistics, else empty."""
    items = _items(phrase)
    if len(items) != 2 or "、" in phrase or not all(len(i) >= 4 and _STATISTIC.search(i) for i in items):
        return ()
    return tuple(_with_shared_head(items))


_AND_OTHERS = re.compile(r"等(?:主要)?(?:经济)?(?:[^、]{0,2}指标)?(增速|增幅)?$")


def _shared_tail(phrase: str) -> tuple[str, str]:
    """A、B等指标增速 -> A、B and 增速."""
    found = _AND_OTHERS.search(phrase)
    return (phrase[: found.start()], found[1] or "") if found else (phrase, "")
