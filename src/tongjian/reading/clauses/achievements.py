"""What a review says was done: one row for each object of a clause, with a normalised state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongjian.reading.clauses import leads
from tongjian.reading.clauses.acts import Act, Front, act, front, verb_at
from tongjian.reading.clauses.counted import counted
from tongjian.reading.clauses.deed import SOFT, Deed, of_verb
from tongjian.reading.clauses.lexicon import COMPOUNDS, DEEDS
from tongjian.reading.clauses.lexicon import words as _listed
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.reached import (
    honoured,
    reached_word,
    skip_scope,
    subject_and_verb,
    subject_first,
)
from tongjian.reading.clauses.shape import Piece, pieces
from tongjian.reading.clauses.states import DONE, REACHED
from tongjian.reading.clauses.worked import worked_on
from tongjian.reading.spans import inside
from tongjian.reading.types import Achievement, Figure, Outline, Part

_REVIEW = frozenset((Part.REVIEW,))
_EFFECT = re.compile(
    r"(?:及时)?有效(?!化解)|及时|最大|针对性|共同|切实(?!抓)|为(?!企|群)|有力|不断(?:满足|增强|提升|提高)|以[^，]*应对"
)
_HIRING = ("聘请", "委托", "邀请")
_HIRED_FOR = re.compile(r"(?<!规划)(编制|设计|制定|修编|开展)(?=.{3,})")
_LEAD_WORDS = 14
_MOVES = re.compile(
    r"(?:加快|持续|不断|日益|更加|进一步|全面|稳步|蓬勃|深入|扎实|显著|明显|有效|逐步|大幅|加速|有序)[一-龥]{2}$|(?:成效|效果|进展|势头)(?:显著|明显|良好)$|初见成效$"
)
_NAMED = re.compile(r"[“《、\dA-Z]")
_REPORTS = re.compile(
    r"报告(?:政府)?工作|以下(?:几方面)?工作|(?:大会|会议|委员会|常委会)[^，]{0,4}报告|^现(?:在|将)|^(?:(?:19|20)\d\d年|今年|去年)是|请[^，]{0,4}审[议查]|(?:基础上|前提下|过程中|的同时)$"
)
_PLAN_MET = re.compile(
    r"完成了?(?:全年|全市|全县|年度|年初|既定|各项|主要|预期|预定|确定的|目标|任务|计划|指标|的)+(?:[\d.、%％和]*)$"
)
_SLOGAN = re.compile(
    r"保持了?.*(?:态势|势头|稳定|增长|水平|[前首]列)$|(?:开创|形成|跑出|赢得|交出|展现|凝聚|创造|彰显|谱写|书写|守住|打赢|走出|掀起|坚持|做到)(?!.*\d)"
)
_VAIN = ("拉动", "带动", "争取", "推动", "解决", "吸引", "扩大", "满足", "惠及", "减轻")
_THEMES = frozenset(
    _listed(
        "抓好 突出抓好 切实抓好 强化 深化 加快 加强 优化 提升 增强 改善 提高 丰富 夯实 培育 突出 完善 打造 营造"
    )
)
_ENDS = frozenset(_listed("获批 入选 实现 落地 贯通 完成 建立 成立 编制 签约 落实"))
_WIDE_THEMES = frozenset(_listed("加大 扩大 拓展 激发 支持"))
_GOING_ON = ("加快建设", "加速建设", "抓紧建设", "持续建设", "提速建设")
_NOT_DEEDS = ("成为经济", "获得感", "保持", "实现稳步", "实现新", "实现较快", "实现平稳")


def find_achievements(text: str, outline: Outline, figures: Sequence[Figure] = ()) -> tuple[Achievement, ...]:
    """All deeds in the parts of `text` that look back, in reading order. Plain indicator sentences are none."""
    return tuple(
        _row(text, piece, deed, outline, figures)
        for sentence in pieces(text, outline, _REVIEW)
        for piece in sentence
        for deed in deeds(piece)
    )


def deeds(piece: Piece) -> list[Deed]:
    """What this clause says was done; nothing for leads, grounds, effects and mere indicators."""
    if len(piece.words) < 5 or leads.announces(piece) or _proclaims(piece):
        return []
    words = piece.words
    if (
        (piece.guided and not amounts(words))
        or _REPORTS.search(words)
        or ("完成" in words and _PLAN_MET.search(words))
    ):
        return []
    if _EFFECT.match(words) or _SLOGAN.match(words):
        return []
    if named := honoured(words):
        return named
    if told := counted(words):
        return told
    if works := worked_on(words):
        return [Deed(thing, "完成" if amounts(words) else "推进", "进行") for thing in works]
    if _reached(words) and not _hard_verb(words):
        return subject_first(piece)
    by_verb = _verb_first(piece)
    if by_verb is not None:
        return by_verb
    return subject_first(piece) or subject_and_verb(piece)


def _proclaims(piece: Piece) -> bool:
    """“甲”全面推进。 at the head of a paragraph, 惠企政策持续落地。 before the sentences that tell how."""
    if _between_deeds(piece):
        return True
    short = piece.count == 1 and piece.end - piece.start <= 22
    return (
        piece.opens
        and not piece.alone
        and short
        and not amounts(piece.words)
        and REACHED.get(reached_word(piece.words)) in SOFT
    )


def _between_deeds(piece: Piece) -> bool:
    """A short sentence without names or numbers that says how one field of the paragraph moves."""
    if piece.count > 1 or piece.alone or not piece.followed or len(piece.words) > _LEAD_WORDS:
        return False
    return bool(_MOVES.search(piece.words)) and not _NAMED.search(piece.words)


def _reached(words: str) -> bool:
    """The clause ends in a hard state behind a subject (参与起草的标准对外发布)."""
    return REACHED.get(reached_word(words), "推进") not in SOFT and "的" in words[:-2]


def _hard_verb(words: str) -> bool:
    word = _done_at(words, front(words).end)
    return word is not None and DONE[word] not in SOFT


def _verb_first(piece: Piece) -> list[Deed] | None:
    """Deeds of a clause that opens with its action; None when it does not open with one."""
    words = piece.words
    at = skip_scope(words)
    lead = front(words, at)
    found = act(words, at)
    word = _done_at(words, lead.end)
    if early := _done_at(words, at):
        lead, word = Front(at), early
    if word is None and found is None:
        return None
    if word is not None and (found is None or found.framed or len(word) >= len(found.words)):
        end, said = lead.end + len(word), word
    else:
        assert found is not None  # one of the two was read
        end, said = found.end, found.words
    if said in _HIRING and (hired := _HIRED_FOR.search(words, end + 2)):
        end, said = hired.end(), hired[1]
    state = _state_of(said, found)
    if lead.hedge == "研究" and said == "制定":
        state = "编制"
    if state is None:
        for_someone = found is not None and found.framed and said == "解决"
        state = "推进" if amounts(words) and not said.startswith(_VAIN) else None
        state = "完成" if amounts(words) and for_someone else state
    if state is None or (state in SOFT and _idle(piece, found)):
        return []
    return of_verb(words, said, end, words[lead.end : end], state)


def _state_of(said: str, found: Act | None) -> str | None:
    """The state of a verb, else of the verb it begins or ends with (深入推进 is 推进)."""
    if said.startswith(_GOING_ON):
        return "推进"
    ends = next((DONE[said[i:]] for i in range(1, len(said) - 1) if said[i:] in DONE), None)
    return DONE.get(said) or (DONE.get(found.first) if found else None) or ends


def _idle(piece: Piece, found: Act | None) -> bool:
    """A soft action that only opens the theme or says what came of the others."""
    if _opens_theme(piece):
        opened = found is None or found.first in _THEMES
        if opened or (found is not None and found.first in _WIDE_THEMES and piece.count - piece.index > 3):
            return True
    return found is not None and leads.wishes(piece, found)


def _done_at(words: str, pos: int) -> str | None:
    """The longest word of a deed at this place; short ones only before an amount or when they name an end."""
    if COMPOUNDS.at(words, pos):
        return None
    for size in range(7, 0, -1):
        word = words[pos : pos + size]
        if len(word) < size or word not in DONE:
            continue
        if verb_at(words, pos) is not None or DONE[word] in _ENDS or size >= 4:
            return None if words.startswith(_NOT_DEEDS, pos) else word
        if amounts(words[pos + size : pos + size + 8]):
            return word
    return None


def _opens_theme(piece: Piece) -> bool:
    """供水供电更加可靠，…: general words at the head of a sentence, before the deeds."""
    if not piece.fresh or piece.count - piece.index < 2:
        return False
    return (
        not amounts(piece.words)
        and not re.search(r"[“《、\dA-Z]", piece.words)
        and DEEDS.ending(piece.words) is None
    )


def _row(text: str, piece: Piece, deed: Deed, outline: Outline, figures: Sequence[Figure]) -> Achievement:
    start, end = piece.span(deed.thing.start, max(deed.thing.end, deed.thing.start + 1))
    return Achievement(
        start=piece.start,
        end=piece.end,
        text=text[piece.start : piece.end],
        object=deed.thing.name,
        object_start=start,
        object_end=end,
        state=deed.state,
        state_words=deed.words,
        period=piece.section.period if piece.section else outline.period,
        section=piece.section.path if piece.section else "",
        figures=inside(figures, piece.start, piece.end),
    )
