"""Several subjects for several numbers: 响应率、解决率分别为…, 城乡居民…分别增长…, A、B均超…."""

from __future__ import annotations

import re

_JOIN = re.compile(r"、|和|及|与|以及")
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
    last = items[-1]
    if any(len(item) > 5 for item in items[:-1]):
        return items
    if all(len(item) >= len(last) - 1 for item in items[:-1]):
        return items
    if _ASCII.match(items[0]) and (own := _ASCII.match(last)):
        return [item + last[own.end() :] if _ASCII.fullmatch(item) else item for item in items]
    return [_complete(item, last) for item in items[:-1]] + [_with_owner(items[0], last)]


def _with_owner(first: str, last: str) -> str:
    """规上工业产值和增加值: the second belongs to 规上工业 too."""
    if last in ("增加值", "产值", "营业收入", "利润", "税收") and (
        own := re.search(r"(?:增加值|产值|收入|利润|税收)$", first)
    ):
        return first[: own.start()] + last
    return last


def _complete(item: str, last: str) -> str:
    """The item with the head of the last one, unless it ends in a head of its own (率, 量, 额)."""
    if item[-1] in "率量额值数" or item[-2:] == last[-2:]:
        return item
    modifier = len(item) if len(item) <= 4 else 1
    return item + last[modifier:] if len(last) > modifier + 1 else item


def all_subjects(phrase: str) -> tuple[str, ...]:
    """Every name that a phrase joins, each with the head they share; the phrase itself when it joins none."""
    phrase, shared = _shared_tail(phrase)
    items = _items(phrase)
    if shared and len(items) > 1:
        return tuple(item + shared for item in items)
    if len(items) < 2 or any(len(item) < 2 for item in items):
        return (phrase,)
    return tuple(_with_shared_head(items))


_AND_OTHERS = re.compile(r"等(?:主要)?(?:经济)?(?:[^、]{0,2}指标)?(增速|增幅)?$")


def _shared_tail(phrase: str) -> tuple[str, str]:
    """A、B等指标增速 -> A、B and 增速."""
    found = _AND_OTHERS.search(phrase)
    return (phrase[: found.start()], found[1] or "") if found else (phrase, "")
