"""Clauses in their place: which clause of which sentence of which paragraph, and its words without footnote marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from tongjian.reading.spans import clauses, paragraphs
from tongjian.reading.types import Outline, Part, Section

_NOTE = re.compile(r"[\[〔［]\d{1,3}[\]〕］]|[\s\u3000\xa0]|[▶▲△●■◆◇★☆※○□►➤]|\[bookmark:[^\]]*\]")
# What opens an item of a list inside a paragraph.
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,2}[是要]|第[一二三四五六七八九十]{1,2}[，,是]|[（(]\d{1,2}[）)]|[①-⑳]"
)
# 一年来，我们攻坚克难，发展更有质量。 at the head of a paragraph.
_THEME = re.compile(
    r"(?:——)?(?:(?:一|五|这五)年来|过去(?:的)?[一五三]年|(?:19|20)\d\d年|今年|特别是)[，,：:]?(?:是)?[^，。\d]{0,8}(?:我们|全[省市区县]上下)[^。\d“]{0,60}$"
)
_STOP = re.compile(r"[。！？!?\n]")
_GROUND = re.compile(r"围绕|聚焦|瞄准|紧扣|立足|坚持|着眼|针对")
_GUIDED = re.compile(
    r"习近平新时代|为(?:指导|统领|统揽|指引)|(?:坚强|正确|有力)领导|领导下|支持下|贯彻(?:落实)?党"
)
_ITEM_CHARS = 44
_TELLS = re.compile(r"\d|“")
_LEAD_CHARS = 26
_INTRO_CHARS = 260


@dataclass(frozen=True, slots=True)
class Piece:
    """One clause. `words` leaves out footnote marks and blanks; `at[i]` is the document offset of `words[i]`."""

    start: int
    end: int
    words: str
    at: Sequence[int]
    closing: str  # what ends it: ，；。 or nothing
    index: int  # place in its sentence (from 。 to 。)
    count: int  # clauses of that sentence
    opens: bool  # its sentence is the first of the paragraph
    alone: bool  # its sentence is the whole paragraph
    intro: bool  # its paragraph introduces a section whose own paragraphs or headings follow
    section: Section | None
    fresh: bool  # it opens its sentence, or stands behind a semicolon
    after_ground: bool  # the second of two clauses, behind a ground (围绕…，…)
    guided: bool = False  # its sentence says whose thought and leadership guided the work
    telling: bool = False  # some clause of its sentence holds a number or a quoted name
    followed: bool = False  # further sentences follow in its paragraph
    heads: bool = False  # it is the lead of one item of a list (二是加快转型。…; （3）改善设施，新建…)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Document offsets of `words[start:end]`."""
        return self.at[start], self.at[end - 1] + 1


def pieces(text: str, outline: Outline, parts: frozenset[Part]) -> Iterator[tuple[Piece, ...]]:
    """The sentences of all paragraphs that speak of `parts`, each as its clauses, headings left out."""
    spans = list(paragraphs(text))
    parents = {s.parent for s in outline.sections if s.title}
    for i, (start, end) in enumerate(spans):
        if _part_at(outline, start) in parts and not _is_title(text, outline, start, end):
            intro = _introduces(text, outline, spans, i, parents)
            yield from _sentences(text, outline, start, end, intro=intro)


def _is_title(text: str, outline: Outline, start: int, end: int) -> bool:
    """A line before the first heading that is no sentence: title, date, name of the speaker."""
    return bool(outline.sections) and outline.at(start) is None and not _STOP.search(text, start, end)


def _part_at(outline: Outline, offset: int) -> Part:
    section = outline.at(offset)
    return outline.part if section is None else section.part


def _introduces(
    text: str, outline: Outline, spans: list[tuple[int, int]], i: int, parents: set[int | None]
) -> bool:
    """The paragraph stands above sub-headings, or first under a heading before paragraphs that open with a lead."""
    start, end = spans[i]
    place = outline.place(start)
    if place is None or not outline.sections[place].title:
        return False
    section = outline.sections[place]
    if place in parents:
        return True
    body = _after_heading(text, section, start, end)
    under = body > start or (
        i > 0 and spans[i - 1][0] == section.start and _heading_only(text, section, spans[i - 1])
    )
    if (
        not under
        or end - body > _INTRO_CHARS
        or i + 1 >= len(spans)
        or outline.at(spans[i + 1][0]) != section
    ):
        return False
    own_lead = text.find("。", body, end)
    if 0 <= own_lead - body <= _LEAD_CHARS and own_lead < end - 1:
        return False
    following = [s for s in spans[i + 1 : i + 3] if s[0] < section.end]
    return all(0 < text.find("。", a, b) - a <= _LEAD_CHARS for a, b in following)


def _heading_only(text: str, section: Section, span: tuple[int, int]) -> bool:
    return _after_heading(text, section, *span) >= span[1]


def _sentences(
    text: str, outline: Outline, start: int, end: int, *, intro: bool
) -> Iterator[tuple[Piece, ...]]:
    section = outline.at(start)
    body = _after_heading(text, section, start, end)
    cuts = _groups(text, list(clauses(text, body, end)))
    for n, group in enumerate(cuts):
        opens = n == 0 and body == start
        made: list[Piece] = []
        guided = bool(_GUIDED.search(text, group[0][0], group[-1][1]))
        followed = n + 1 < len(cuts)
        telling = _TELLS.search(text, group[0][0], group[-1][1]) is not None
        place = _Place(len(group), opens, opens and len(cuts) == 1, intro, section, guided, telling, followed)
        themed = opens and len(cuts) > 1 and _THEME.match(text, group[0][0], group[-1][1])
        item = len(group) if themed else _heads(text, cuts, n)
        for i, span in enumerate(group):
            fresh = i == 0 or text[group[i - 1][1]] in "；;"
            paired = len(group) == 2 and i == 1 and not opens and bool(_GROUND.match(text, group[0][0]))
            heads = item is not None and i < item
            made.append(_piece(text, span, i, place, fresh=fresh, after_ground=paired, heads=heads))
        yield tuple(made)


def _heads(text: str, cuts: list[list[tuple[int, int]]], n: int) -> int | None:
    """How many clauses of this sentence are only the lead of a list's item; None when it opens no item.

    二是加快转型，结构更优。 before further sentences of the same item; （3）改善设施， before numbers.
    """
    group = cuts[n]
    if (opening := _ITEM.match(text, *group[0])) is None:
        return None
    follows = n + 1 < len(cuts) and not _ITEM.match(text, *cuts[n + 1][0])
    if follows and len(group) <= 3 and group[-1][1] - group[0][0] <= _ITEM_CHARS:
        return len(group)
    numbered = opening.group()[0] in "（(①②③④⑤⑥⑦⑧⑨⑩" or len(group) > 2
    told = any(_TELLS.search(text, *span) for span in group[1:])
    return 1 if numbered and told and group[0][1] - group[0][0] <= _LEAD_CHARS else None


def _after_heading(text: str, section: Section | None, start: int, end: int) -> int:
    """Where the paragraph's own text begins: after a heading that opens it, unless the heading is all there is."""
    if section is None or section.start != start or not section.title:
        return start
    stop = text.find("。", start, end)
    heading_end = end if stop < 0 else stop + 1
    return heading_end if heading_end < section.end - 2 else start


def _groups(text: str, spans: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    groups: list[list[tuple[int, int]]] = []
    for i, span in enumerate(spans):
        if i == 0 or _STOP.search(text, spans[i - 1][1], span[0]):
            groups.append([])
        groups[-1].append(span)
    return groups


@dataclass(frozen=True, slots=True)
class _Place:
    count: int
    opens: bool
    alone: bool
    intro: bool
    section: Section | None
    guided: bool
    telling: bool
    followed: bool


def _piece(
    text: str,
    span: tuple[int, int],
    index: int,
    place: _Place,
    *,
    fresh: bool,
    after_ground: bool,
    heads: bool,
) -> Piece:
    start, end = span
    words, at = _without_notes(text, start, end)
    return Piece(
        start,
        end,
        words,
        at,
        text[end : end + 1],
        index,
        place.count,
        place.opens,
        place.alone,
        place.intro,
        place.section,
        fresh,
        after_ground,
        place.guided,
        place.telling,
        place.followed,
        heads,
    )


def _without_notes(text: str, start: int, end: int) -> tuple[str, Sequence[int]]:
    """The words of `text[start:end]` without footnote marks and blanks, and the offset of each character."""
    if _NOTE.search(text, start, end) is None:
        return text[start:end], range(start, end)
    notes = [note.span() for note in _NOTE.finditer(text, start, end)]
    kept = list(zip([start, *(b for _, b in notes)], [*(a for a, _ in notes), end], strict=True))
    at = tuple(chain.from_iterable(range(a, b) for a, b in kept))
    return "".join(text[a:b] for a, b in kept), at


_PAIRS = {"（": "）", "(": ")", "“": "”", "《": "》", "〔": "〕", "‘": "’"}
_CLOSERS = frozenset(_PAIRS.values())


@lru_cache(maxsize=1024)
def depths(words: str) -> tuple[int, ...]:
    """How many brackets or quotes stand open at each character; the marks themselves count as inside."""
    depth, out = 0, []
    for c in words:
        if c in _PAIRS:
            depth += 1
        out.append(depth)
        if c in _CLOSERS and depth:
            depth -= 1
    return tuple(out)
