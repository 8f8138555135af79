"""Ranks: 第七位, 全市第三, 居首位."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tongjian.reading.figures.masks import Masks
from tongjian.reading.figures.mention import Mention
from tongjian.reading.figures.numerals import hanzi_value
from tongjian.reading.lexicon.words import AREAS

_PLACED = rf"(?:位列|位居|位于|列居|排名|排位|排在|排|居|列|跃居|跃升至|升至|升到|上升到|上升至|提升至|前进至|名列|稳居|保持|保持在|继续|跻身|连续[^，。]{{1,5}}年|{AREAS}(?:各?[区县市州]{{0,3}})?(?:中|内|里)?)"
_RANK = re.compile(
    r"第\s?(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s?(?P<unit>位|名)?(?P<after>(?=[，。；、：:,;）)\s”]|的|$|且|并|和)?)"
)
_CONTEXT = re.compile(rf"{_PLACED}(?:了|为|到|至|在)?(?:[一-龥]{{0,6}})$")
_FIRST = re.compile(
    r"(?<=[居列持位排名])(?:[一-龥、]{0,10}?)(首位|榜首|第一位|首名)|(?<=[市省国区县球界])(首位|榜首)(?=[，。；、,;])"
)
_PUT = re.compile(r"(?:放在|摆在|置于|放到|摆到|作为|列为)[^，。；]{0,12}$")


def ranks(text: str, hidden: Masks) -> Iterator[Mention]:
    """Places in a ranking. Ordinals (第三次, 第一产业) are none: a rank stands alone or with 位, 名."""
    for m in _RANK.finditer(text):
        if hidden.hides(m.start()) or not _is_rank(text, m):
            continue
        n = int(m["n"]) if m["n"].isdigit() else hanzi_value(m["n"])
        if n:
            form = "digits" if m["n"].isdigit() else "hanzi"
            yield _place(m.start(), m.end("unit") if m["unit"] else m.end("n"), n, form)
    for m in _FIRST.finditer(text):
        start, end = m.span(m.lastindex or 0)
        put = _PUT.search(text, max(0, m.start() - 16), start)
        if not hidden.hides(start) and not put and text[start:end] != "第一位":
            yield _place(start, end, 1, "hanzi")


def _is_rank(text: str, m: re.Match[str]) -> bool:
    head = text[max(0, m.start() - 20) : m.start()]
    head = re.split(r"[，。；：,;:\n]", head)[-1]
    if _PUT.search(head):
        return False
    alone = m["unit"] is not None or bool(
        re.match(r"[，。；、：:,;）)\s”]|的|$|且|并|和", text[m.end() : m.end() + 1])
    )
    return alone and bool(_CONTEXT.search(head))


def _place(start: int, end: int, n: int, form: str) -> Mention:
    return Mention(start, end, start, end, Decimal(n), 0, "位", form=form, sort="rank", kind="rank")
