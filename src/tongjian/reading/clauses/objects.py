"""The objects of a clause: one for each member of a list where the list names things, one for all where it only describes.

加快甲河综合治理、乙湖湿地公园等项目建设   甲河综合治理 | 乙湖湿地公园
完善停车、供暖、供气等配套设施            停车、供暖、供气等配套设施
推动甲园、乙园提质升级                   甲园提质升级 | 乙园提质升级
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongjian.reading.clauses.lexicon import CLASSIFIERS, DEEDS, EARLY, EMPTY_TAILS, FACILITIES, MOVING
from tongjian.reading.clauses.quantity import amounts, noun_span
from tongjian.reading.clauses.shape import depths

_AND = re.compile(
    r"以及|(?<![共饱总温缓亲祥])和(?![谐平睦解顺缓气善])|(?<![参给赋授])与(?!会)|(?<![普以涉触波顾推])及(?![时其])|暨"
)
_MANY = re.compile(
    r"^(?:的)?(?:新?一大?批|一系列|系列|更多|多[个项家条]|各[类项种]|重点|重大|重要|主要|[一二两三四五六七八九十\d]+(?:大|个|项|条|家|处|座|所|类|款|件|支|部)(?:[\d.]+公里)?)*"
)
_AREA = re.compile(r"^(?:的)?(?:重点|主要)?(?:区域|部位|场所|路段|领域|地区|方面|环节|时段|节点)+(?:的)?")


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: its name (with a head it shares), and the span of its own words inside the clause."""

    name: str
    start: int
    end: int
    open_list: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """An object phrase with what its end said: that things move (建设, 进度), or early work (前期工作)."""

    start: int
    end: int
    moved: str | None
    early: str | None


def phrase(words: str, start: int, end: int) -> Phrase:
    """Take empty tails, words of progress and of early work off the end of `words[start:end]`."""
    end = _without(words, start, end, EMPTY_TAILS)
    early = _tail(words, start, end, EARLY)
    if early:
        return Phrase(start, max(end - len(early), start), None, early)
    moved = _tail(words, start, end, MOVING)
    if moved and end - start - len(moved) >= 2:
        return Phrase(start, _trim_de(words, start, end - len(moved)), moved, None)
    return Phrase(start, _trim_de(words, start, end), None, None)


def things(words: str, start: int, end: int, *, named: bool) -> tuple[Thing, ...]:
    """The objects in `words[start:end]`.

    named: the action works on single named things (建成, 加快…建设), so that a list is a list of objects.
    """
    start, end = _unquoted_edges(words, start, end)
    listed = _etc(words, start, end)
    if listed is not None:
        return _open_list(words, start, listed, end, named=named)
    spans = members(words, start, end)
    if len(spans) == 1 or not _splits(words, spans, named=named):
        return (_single(words, start, end),)
    head = shared_head(words, spans)
    return tuple(
        _member(words, span, head if i < len(spans) - 1 else "", False) for i, span in enumerate(spans)
    )


def members(words: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans between 、 and between parallel parts joined by 和, 与, 及; brackets and quotes are kept whole."""
    depth = depths(words)
    cuts = [(i, i + 1) for i in range(start, end) if words[i] == "、" and not depth[i]]
    parts = _between(start, end, cuts)
    out: list[tuple[int, int]] = []
    for n, part in enumerate(parts):
        out.extend(_split_and(words, part, depth, listed=len(parts) > 1 and n == len(parts) - 1))
    return [s for s in out if s[1] > s[0]]


def shared_head(words: str, spans: list[tuple[int, int]]) -> str:
    """The tail of the last member that all members share (甲、乙扩建 → 扩建), or nothing."""
    last = words[slice(*spans[-1])]
    others = [words[slice(*s)] for s in spans[:-1]]
    deed = _tail(last, 0, len(last), DEEDS)
    if deed and not any(_tail(o, 0, len(o), DEEDS) for o in others):
        place = _facility(last[: -len(deed)])
        bare = not any(_facility(o) for o in others)
        return (place if bare else "") + deed
    if max(len(o) for o in others) <= 3 and len(last) >= 6:
        cut = _first_facility(last)
        return last[cut:] if cut else ""
    return ""


def _etc(words: str, start: int, end: int) -> int | None:
    """Where 等 closes a list inside the span (not 平等, 等级, 高等), outside brackets."""
    depth = depths(words)
    for i in range(end - 1, start, -1):
        if (
            words[i] == "等"
            and not depth[i]
            and words[i - 1] not in "平高初中同相"
            and words[i + 1 : i + 2] not in tuple("级待候离")
        ):
            return i
    return None


def _open_list(words: str, start: int, etc: int, end: int, *, named: bool) -> tuple[Thing, ...]:
    head_at = etc + 1 + len(m.group()) if (m := _MANY.match(words[etc + 1 : end])) else etc + 1
    if area := _AREA.match(words[etc + 1 : end]):
        rest = etc + 1 + area.end()
        if end - rest >= 4:
            return (_single(words, rest, end),)
    head = words[head_at:end]
    spans = members(words, start, etc)
    short = max(b - a for a, b in spans) <= 3
    counted = head_at > etc + 1
    if len(spans) == 1:
        return (
            (_member(words, spans[0], "" if head in CLASSIFIERS else head, True),)
            if named or counted
            else (_single(words, start, end),)
        )
    if head and (not named or (short and head not in CLASSIFIERS)) and head not in CLASSIFIERS:
        return (_single(words, start, end),)
    share = "" if head in CLASSIFIERS or not _specific(head) else _plain(head)
    return tuple(_member(words, span, share, True) for span in spans)


def _specific(head: str) -> bool:
    """A head that says what is done or built, not only what class the members belong to."""
    return bool(
        _tail(head, 0, len(head), DEEDS)
        or re.search(r"\d|改造|扩建|整治|治理|总部|住房|租房|分校|院区|管网|输变电|污水", head)
    )


def _plain(head: str) -> str:
    tail = _tail(head, 0, len(head), ("项目", "等项目"))
    return head[: -len(tail)] if tail and len(head) - len(tail) >= 2 else head


def _splits(words: str, spans: list[tuple[int, int]], *, named: bool) -> bool:
    texts = [words[slice(*s)] for s in spans]
    if "的" in texts[-1] and max(map(len, texts[:-1])) <= 5:
        return False
    if named:
        return min(map(len, texts)) >= 2
    return min(map(len, texts)) >= 4 and (len(texts) == 2 or _parallel(texts))


def _parallel(texts: list[str]) -> bool:
    return max(map(len, texts)) <= 3 * min(map(len, texts))


def _split_and(words: str, span: tuple[int, int], depth: list[int], *, listed: bool) -> list[tuple[int, int]]:
    start, end = span
    cuts = [m.span() for m in _AND.finditer(words, start, end) if not depth[m.start()]]
    cuts = [(a, b) for a, b in cuts if _joins(words, start, a, b, end, listed=listed)]
    return _between(start, end, cuts)


def _joins(words: str, start: int, a: int, b: int, end: int, *, listed: bool) -> bool:
    left, right = words[start:a], words[b:end]
    if len(left) < 2 or len(right) < 3:
        return False
    if amounts(left) and amounts(right):
        return True
    if amounts(right) and len(left) >= 3 and not amounts(left):
        return amounts(right)[0][0] == 0 or bool(_class(left) and _class(right))
    if listed:
        return len(right) >= 4
    return _class(left) is not None and _class(left) == _class(right)


def _class(text: str) -> str | None:
    for name, listing in (("deed", DEEDS), ("facility", FACILITIES), ("moved", MOVING)):
        if _tail(text, 0, len(text), listing):
            return name
    return text[-1] if len(text) >= 4 else None


def _facility(text: str) -> str:
    return _tail(text, 0, len(text), FACILITIES) or ""


def _first_facility(text: str) -> int:
    spots = [text.find(f) for f in FACILITIES if len(f) >= 2 and text.find(f) >= 2]
    return min(spots, default=0)


def _single(words: str, start: int, end: int) -> Thing:
    lo, hi = noun_span(words, start, end)
    return Thing(_clean(words[lo:hi]), lo, hi)


def _member(words: str, span: tuple[int, int], head: str, open_list: bool) -> Thing:
    lo, hi = noun_span(words, *span)
    name = words[lo:hi]
    return Thing(_clean(name if head and name.endswith(head) else name + head), lo, hi, open_list)


def _clean(name: str) -> str:
    quoted = re.fullmatch(r"“([^“”]+)”", name)
    return quoted.group(1) if quoted else name


def _between(start: int, end: int, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    starts = [start, *(b for _, b in cuts)]
    ends = [*(a for a, _ in cuts), end]
    return list(zip(starts, ends, strict=True))


def _tail(words: str, start: int, end: int, listing: tuple[str, ...]) -> str | None:
    for word in listing:
        if words.endswith(word, start, end):
            return word
    return None


def _without(words: str, start: int, end: int, listing: tuple[str, ...]) -> int:
    tail = _tail(words, start, end, listing)
    return end - len(tail) if tail and end - start - len(tail) >= 3 else end


def _trim_de(words: str, start: int, end: int) -> int:
    return end - 1 if end - start > 2 and words[end - 1] in "的等" and words[end - 2] not in "平高" else end


def _unquoted_edges(words: str, start: int, end: int) -> tuple[int, int]:
    while start < end and words[start] in "了好的、，":
        start += 1
    while end > start and words[end - 1] in "、，":
        end -= 1
    return start, end
