"""Which clauses only announce, frame or wish: leads, grounds, purposes and slogans. Judged by shape, never by topic."""

from __future__ import annotations

import re

from tongjian.reading.clauses.acts import Act, act
from tongjian.reading.clauses.lexicon import ABSTRACT, AIMING, DEEDS, FACILITIES, OPENING
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.shape import Piece
from tongjian.reading.clauses.states import REACHED
from tongjian.reading.wordlist import WordList

_LEAD_CHARS = 26
_STATES = WordList(REACHED)
# Ends that a thing comes to; 完成 and 实现 also close slogans.
_OVER = frozenset(("结构封顶", "竣工", "完工", "投用", "开工", "启动", "贯通", "成立", "签约", "落地"))
_FIELD_CHARS = 8
_QUOTED = re.compile(r"[“《]")
# What can be raised or lowered by a decision, not only be wished for.
_MEASURED = ("标准", "养老金", "待遇", "比例", "工资", "补助", "补贴", "额度", "限额", "门槛", "费率", "税率")
_RULES = ("政策", "机制", "制度", "办法", "方案", "意见", "条例")
_LOOSE_END = re.compile(r"(?:创新|赋能|合作|对接|振兴|繁荣|自治|步伐|力量|承载力|教育|文章|产业)$")


def announces(piece: Piece) -> bool:
    """The first, short sentence of a paragraph or of a list's item that only says what it is about."""
    if piece.heads and not amounts(piece.words):
        return True
    short = piece.count <= 3 and piece.end - piece.start <= _LEAD_CHARS
    if not (piece.opens and not piece.alone and short) or _named(piece.words) or piece.telling:
        return False
    found = act(piece.words)
    if found is None and _finished(piece.words):
        return False
    return found is None or found.framed or found.verb.firmness != "hard"


def _finished(words: str) -> bool:
    """甲水厂建成投用: a thing, and the end it has come to."""
    state = _STATES.ending(words, 1)
    if not state or REACHED[state] not in _OVER:
        return False
    thing = words[: len(words) - len(state)]
    return FACILITIES.ending(thing) is not None or DEEDS.ending(thing) is not None


def names_field(piece: Piece) -> bool:
    """A short sentence between others that only names a field (优化消费环境。), before those that say how."""
    if piece.count > 1 or piece.alone or not piece.followed or len(piece.words) > _FIELD_CHARS:
        return False
    found = act(piece.words)
    plain = found is not None and not found.framed and found.verb.firmness == "soft"
    return plain and not _specific(piece.words) and FACILITIES.ending(piece.words) is None


def introduces(piece: Piece) -> bool:
    """A clause of the paragraph that introduces a section; only amounts and quoted names commit to anything."""
    return piece.intro and not _named(piece.words)


def leads_in(piece: Piece, found: Act) -> bool:
    """The first clause of a longer sentence, general in words, that only opens the theme of what follows."""
    if _specific(piece.words) or found.verb.firmness == "hard" or not (piece.fresh or piece.after_ground):
        return False
    if piece.after_ground:
        return found.words in OPENING and _loose(piece.words)
    if piece.count - piece.index < 3 or piece.words.endswith(_RULES):
        return False
    if found.words not in OPENING or piece.words[found.end : found.end + 1] == "与":
        return False
    return bool(found.adverbs or found.words.startswith("深入")) or (
        _loose(piece.words) and found.words != "提升"
    )


def wishes(piece: Piece, found: Act) -> bool:
    """A clause late in its sentence that says what the others are for (…, 提高服务水平)."""
    if piece.index == 0 or _named(piece.words) or found.verb.firmness == "hard":
        return False
    if piece.words.endswith(_MEASURED):
        return False
    late = piece.index == piece.count - 1 or piece.closing in "；;"
    if (
        found.words
        in (
            "提高",
            "增强",
            "形成",
            "促进",
            "满足",
            "保持",
            "引领",
            "倡导",
            "倡导形成",
            "破解",
            "补齐",
            "加快补齐",
        )
        and not found.adverbs
    ):
        return found.words != "促进" or _loose(piece.words)
    if "、" in piece.words and found.words == "提升":
        return False
    return (
        found.words in AIMING
        and found.adverbs == 0
        and _loose(piece.words)
        and (late or found.words in ("提升", "夯实", "规范"))
    )


def _named(words: str) -> bool:
    return bool(amounts(words)) or bool(_QUOTED.search(words))


def _specific(words: str) -> bool:
    """The clause names something: a quoted or numbered thing, an amount, a list."""
    return _named(words) or bool(re.search(r"\d|、|等", words))


def _loose(words: str) -> bool:
    """The clause ends in a noun of quality (水平, 能力, 格局), not in a thing or a work."""
    return bool(_LOOSE_END.search(words)) or (
        ABSTRACT.ending(words) is not None and FACILITIES.ending(words) is None
    )
