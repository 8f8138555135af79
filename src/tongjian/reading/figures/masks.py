"""Numbers that are no figures: dates, names with numbers, footnotes, ages, grades, document numbers."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from tongjian.reading.times import TIME

_DASH = r"[-—–－~～至到]"
# Each opens with a look at the first character, so that most places are passed by at once.
_NAMES = re.compile(
    r"(?=[\d\[〔【（(A-Za-zＡ-Ｚ国省县乡高过超达上日午“\"「‘《前])(?!(?<=\d)\d)(?:"
    r"[\[〔【]\d{1,3}[\]〕】]"  # footnote marks
    r"|〔\d+号?〕?\d*号|[（(]\d{4}[）)]\d+号"
    rf"|\d+(?:\.\d+)?(?:\s?{_DASH}\s?\d+)?\s?(?:周岁|岁)(?:及?以[上下])?"
    r"|\d+(?:\s?[+＋×xX*]\s?(?:\d+|[A-Z]|[一-龥]{1,4}))+"
    r"|[A-Za-zＡ-Ｚ]+[-.]?\d+(?:\.\d+)?(?!\d*[%％])"
    r"|\d+(?:\.\d+)?\s?(?:千伏|[kK][vV](?![A-Za-z])|伏|A级?|[Gg](?![A-Za-z带])|D(?![A-Za-z])|号线|号|国道|省道|县道|强(?![度化])|周年|世纪|年代|届|后(?=[一-龥])|路(?![口灯]))"
    r"|(?:国道|省道|县道|乡道|高速)\s?\d+(?![\d.]*(?:公里|条|千米))"
    r"|\d+(?:\.\d+)?(?:余|多)?[万亿]?(?:余|多)?(?:美)?元(?:及)?以[上下](?:的)?(?=[一-龥])"
    r"|(?:过|超过?|达|上)\d+(?:\.\d+)?[万亿]?元(?=的?[一-龥]{0,6}?(?:企业|项目|产业|集群|园区|增长点|街|镇|村|户|大户))"
    r"|(?:日|午)\s?\d{1,2}[:：]\d{2}"
    r"|[“\"「‘《][^”\"」’》\n]{0,16}?\d[^”\"」’》\n]{0,12}[”\"」’》]"
    r"|\d+人[制座]"
    r"|前\d{1,3}(?:位|名|强)?(?![\d.%％])"
    r")"
)
_NUMBERED = re.compile(
    r"^[ \t　▶●◆]*(?:\d{1,3}[.．、](?!\d)|[（(]\d{1,3}[）)]|\d{1,4}[ \t|]*$)", re.MULTILINE
)
# A run of years kept up (连续12年) is a figure too, so such times do not hide their number.
_SHOWN = "row"


class Masks:
    """Spans in which no plain number counts; asked by position."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts: Sequence[int] = [s for s, _ in ordered]
        self._reach: list[int] = []
        far = 0
        for _, end in ordered:
            far = max(far, end)
            self._reach.append(far)

    def hides(self, start: int) -> bool:
        """Whether the character at `start` lies inside a masked span."""
        i = bisect_right(self._starts, start)
        return i > 0 and self._reach[i - 1] > start


def masks(text: str) -> Masks:
    """All spans of the text that hold no figure although they hold numbers."""
    spans = [m.span() for m in _NAMES.finditer(text)]
    spans += [m.span() for m in _NUMBERED.finditer(text)]
    spans += [m.span() for m in TIME.finditer(text) if m[_SHOWN] is None]
    return Masks(spans)
