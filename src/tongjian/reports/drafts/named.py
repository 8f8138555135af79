"""Numbers that need no source: in names, dates, headings and numbered lists. By their neighbours, never by value."""

from __future__ import annotations

import re

BEFORE = re.compile(r"(?:[A-Za-z第]|[“《〔\[（(][^”》〕\]）)]{0,12}|\n\s*[（(]?)$")
AFTER = re.compile(
    r"(?:至\d{1,2})?(?:周)?岁|年|月|日|号|[、.．](?=\D)|[A-Za-z]|[）)]|届|次会议|国道|省道|千伏|期|中学|小学|[^\n。，；]{0,10}[”》〕]|[—–~～-]\d{1,2}月|至\d{1,2}月"
)
SCALE = re.compile(r"(?<![近约超逾上数几过达])[百千万亿]\Z")  # 万亩森林: part of a name; 近万亩 is an amount
HEADING = re.compile(r"\n[（(]?[一二三四五六七八九十\d]+[）)、.．]")


def is_named(text: str, start: int, end: int) -> bool:
    """Whether the number at `text[start:end]` stands in a date, a name or a heading."""
    left, right = text[max(0, start - 14) : start], text[end : end + 14]
    if end - start == 1 and SCALE.search(left[-1:] + text[start:end]):
        return True
    return bool(AFTER.match(right) or BEFORE.search("\n" + left if start < 14 else left))
