"""A reading made ready for rules: figures with keys, sentences and clauses. Built once for each report."""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tongjian.checking.intervals import dimension
from tongjian.checking.types import Span
from tongjian.reading.types import Figure, Reading, Section

_STOP = re.compile(r"[。！？!?\n\r]")
_PAUSE = re.compile(r"[，,；;。！？!?\n\r：:（）()]")
_WIDER = re.compile(r"全市|全省|全国|全球|全区平均|市平均|省平均|京津冀|全州|全自治区")
_MORE = re.compile(r"高于|低于|快于|慢于|优于|好于|比|小于|大于|居|列|占|位")
_FRONT = re.compile(
    r"^(?:全年|全县|全区|全市|全省|我县|我区|我市|我省|预计|力争|确保|其中|累计|实现|完成|达到|年内|当年|上年|去年|今年|全面|全域|的|和|与)+"
)
_BACK = re.compile(r"(?:达到|达|完成|实现|增速|增幅|同比|增长|下降|为|的|到|增加到|提高到|增至|按)+$")
_DROP = re.compile(r"[“”\"‘’'《》〈〉（）()、\s的]")
_SYNONYMS = (
    (re.compile(r"^(?:GDP|国内生产总值|生产总值|经济总量|地区生产总值总量)$"), "地区生产总值"),
    (re.compile(r"规模以上"), "规上"),
    (re.compile(r"^地方(?=一般公共预算|财政)|^公共财政预算"), ""),
    (re.compile(r"^全社会(?=固定资产)"), ""),
    (re.compile(r"^社零(?:总额)?$|^消费品零售总额$"), "社会消费品零售总额"),
    (re.compile(r"^全体(?=居民)"), ""),
    (re.compile(r"常住(?=居民)"), ""),
)
SPECIAL = re.compile(r"口径|可比|还原|扣除|剔除|不变价|现价")
_IN_BRACKETS = re.compile(r"[（(](?:按)?([^）)]{0,8}(?:口径|可比|还原|扣除|剔除|不变价)[^）)]{0,8})[）)]")
_SAID_BASIS = re.compile(r"((?:同|还原|可比|自然|新|老)口径|可比价|不变价|现价)")


@dataclass(frozen=True, slots=True)
class Key:
    """What a figure is a value of. Figures with equal keys state the same fact."""

    indicator: str
    area: str
    scope: str
    period: str
    kind: str
    basis: str
    status: str  # target, or actual for what is and what is expected
    dimension: str


def plain_indicator(text: str, area: str | None = None) -> str:
    """An indicator without what only says where, when or how far; one spelling for well-known ones."""
    bare = _DROP.sub("", text)
    for place in places(area):
        bare = bare.removeprefix(place)
    bare = _BACK.sub("", _FRONT.sub("", bare)) or bare
    for pattern, put in _SYNONYMS:
        bare = pattern.sub(put, bare)
    return bare


def places(area: str | None) -> tuple[str, ...]:
    """The report's area as texts write it: 甲市乙区, 乙区."""
    if not area:
        return ()
    last = re.split(r"[省市州盟](?=.{2,}$)", area)[-1]
    return (area, last) if last != area else (area,)


def _moment(figure: Figure) -> str:
    """The period; of a rate said for several years (2016/2020) the last of them, for which it holds."""
    first, _, last = figure.period.partition("/")
    several = len(first) == len(last) == 4 and figure.kind in {"rate", "share"}
    return last if several else figure.period


def basis_class(basis: str | None, kind: str) -> str:
    """同比, 比上年 and nothing are one; 还原口径, 同口径 …, 年均, 累计 (of a stock) stay apart."""
    if not basis or basis in {"同比", "比上年", "较上年", "比去年", "较去年", "比上年同期"}:
        return ""
    return "" if basis == "累计" and kind in {"growth", "rate"} else basis


class Facts:
    """A reading with its indexes. source: this, previous or sibling."""

    def __init__(self, reading: Reading, source: str = "this") -> None:
        self.reading = reading
        self.source = source
        self.text = reading.document.text
        self.area = reading.outline.area
        self.figures: Sequence[Figure] = sorted(reading.figures, key=lambda f: (f.start, f.end))
        self._starts = [f.start for f in self.figures]
        self._stops = [m.start() for m in _STOP.finditer(self.text)]

    # places

    def sentence_bounds(self, offset: int) -> tuple[int, int]:
        """Start and end of the sentence that holds this character."""
        at = bisect.bisect_left(self._stops, offset)
        start = self._stops[at - 1] + 1 if at else 0
        return start, self._stops[at] if at < len(self._stops) else len(self.text)

    def clause(self, figure: Figure) -> str:
        """The text from the last pause to the figure."""
        start = max(0, figure.start - 40)
        before = self.text[start : figure.start]
        cuts = [m.end() for m in _PAUSE.finditer(before)]
        return before[cuts[-1] :] if cuts else before

    def within(self, start: int, end: int) -> Sequence[Figure]:
        """Figures that begin in this stretch of text."""
        return self.figures[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]

    def sentences(self) -> Iterator[tuple[int, int, Sequence[Figure]]]:
        """Sentences that hold figures."""
        start = 0
        for end in (*self._stops, len(self.text)):
            if found := self.within(start, end):
                yield start, end, found
            start = end + 1

    @cached_property
    def _blocks(self) -> Sequence[tuple[int, str]]:
        return [(b.start, b.kind) for b in self.reading.document.blocks]

    def kind_at(self, offset: int) -> str:
        """paragraph or cell."""
        at = bisect.bisect_right(self._blocks, (offset, "~")) - 1
        return self._blocks[at][1] if at >= 0 else "paragraph"

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, self.text[start:end], self.source)

    def spans(self, *figures: Figure) -> tuple[Span, ...]:
        return tuple(self.span(f.start, f.end) for f in figures)

    def section(self, figure: Figure) -> Section | None:
        return self.reading.outline.at(figure.start)

    # keys

    def indicator(self, figure: Figure) -> str:
        return self._names[figure]

    def place(self, figure: Figure) -> str:
        """'' for the report's own area, else 全市, 全国 …: said right before the figure and not as a comparison."""
        clause = self.clause(figure)
        found = _WIDER.search(clause)
        own = self.area is not None and found is not None and self._is_own(found.group())
        if found is None or own or _MORE.search(clause):
            return ""
        return found.group()

    def _is_own(self, word: str) -> bool:
        """全省 in a report of a province, 全市 in one of a city, 全国 in one of the country."""
        area = self.area or ""
        return (word.endswith("省") and area.endswith("省")) or (
            word.endswith("市") and area.endswith("市") and not re.search(r"[区县]$", area)
        )

    @cached_property
    def _names(self) -> Mapping[Figure, str]:
        cache: dict[str, str] = {}
        for f in self.figures:
            if f.indicator not in cache:
                cache[f.indicator] = plain_indicator(f.indicator, self.area)
        return {f: cache[f.indicator] for f in self.figures}

    @cached_property
    def keys(self) -> Mapping[Figure, Key]:
        return {f: self._key(f) for f in self.figures}

    def _key(self, f: Figure) -> Key:
        return Key(
            self.indicator(f),
            f.comparator or "" if f.kind in {"rank", "difference"} else self.place(f),
            f.scope or "",
            _moment(f),
            f.kind,
            basis_class(self.basis(f), f.kind),
            "target" if f.status == "target" else "actual",
            dimension(f.unit),
        )

    def basis(self, figure: Figure) -> str | None:
        """The figure's basis; one in brackets right after it, or said in its clause, counts too."""
        if figure.basis and SPECIAL.search(figure.basis):
            return figure.basis
        said = _IN_BRACKETS.match(self.text, figure.end) or _SAID_BASIS.search(self.clause(figure))
        return said[1] if said else figure.basis

    @cached_property
    def by_key(self) -> Mapping[Key, Sequence[Figure]]:
        groups: dict[Key, list[Figure]] = defaultdict(list)
        for figure, key in self.keys.items():
            groups[key].append(figure)
        return groups

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Figure]]:
        groups: dict[str, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            groups[self.indicator(figure)].append(figure)
        return groups
