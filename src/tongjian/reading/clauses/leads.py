"""Which clauses only announce, frame or wish: leads, grounds, purposes and slogans. Judged by shape, never by topic."""

from __future__ import annotations

import re

from tongjian.reading.clauses.acts import Act
from tongjian.reading.clauses.lexicon import ABSTRACT, FACILITIES
from tongjian.reading.clauses.quantity import amounts
from tongjian.reading.clauses.shape import Piece

_LEAD_CHARS = 26
_PURPOSE = frozenset(
    """确保 保证 提升 提高 促进 实现 形成 消除 规范 维护 引导 防止 破解 扩大 拉大 增强 满足 让 使 夯实 构建 营造 倡导 推动 助力 带动 激发 释放 凝聚 打造 解决 缓解 改善 方便 保持 避免 杜绝 遏制 切实遏制
    降低 加快 树立 展现 彰显 塑造 延伸 增加 强化 守住 守牢 筑牢 织牢 化解 完善 保障 丰富 引领 引导 优化 提供 拓展 补齐 建设 坚守""".split()
)
_MARKS = re.compile(r"[“”《》]|\d|、")


def specific(words: str) -> bool:
    """The clause names something: a quoted or numbered thing, an amount, a list."""
    return bool(_MARKS.search(words))


def announces(piece: Piece) -> bool:
    """The first, short sentence of a paragraph that only says what the paragraph is about."""
    short = piece.count <= 3 and piece.end - piece.start <= _LEAD_CHARS
    return (
        piece.opens
        and not piece.alone
        and short
        and not amounts(piece.words)
        and not re.search(r"[“《]", piece.words)
    )


def abstract(words: str) -> bool:
    """The clause ends in a noun of quality (水平, 能力, 格局), not in a thing or a work."""
    return words.endswith(ABSTRACT) and not words.endswith(FACILITIES)


def leads_in(piece: Piece, act: Act) -> bool:
    """The first clause of a longer sentence, general in words, that only opens the theme of what follows."""
    if piece.index != 0 or piece.count < 3 or specific(piece.words) or act.verb.firmness == "hard":
        return False
    return abstract(piece.words)


def wishes(piece: Piece, act: Act) -> bool:
    """A clause late in its sentence that says what the others are for (…, 提高服务水平)."""
    if piece.index == 0 or specific(piece.words) or act.verb.firmness == "hard":
        return False
    last = piece.index == piece.count - 1 or piece.closing in "；;"
    return last and act.adverbs == 0 and act.first in _PURPOSE and abstract(piece.words)
