"""Works said with their place first: 对甲街、乙街进行改造."""

from __future__ import annotations

import re

from tongjian.reading.clauses.acts import front
from tongjian.reading.clauses.lexicon import DEEDS
from tongjian.reading.clauses.objects import Thing, things
from tongjian.reading.wordlist import WordList

_WORKS = WordList([*DEEDS, "修复", "维修", "检修", "保护", "清理", "排查", "美化", "拆除"])
_PLACED = re.compile(r"[对将](?P<what>[^，]{3,}?)(?:进行|开展|实施|予以|加以)(?P<how>[^，]{0,8})$")


def worked_on(words: str) -> tuple[Thing, ...]:
    """What 对…进行改造 works on, each named with the work; empty for other clauses."""
    if "对" not in words and "将" not in words:
        return ()
    found = _PLACED.match(words, front(words).end)
    deed = _WORKS.ending(words) if found else None
    if found is None or deed is None or len(found["how"]) - len(deed) > 6:
        return ()
    made = things(words, *found.span("what"), named=True)
    return tuple(Thing(t.name + deed, t.start, t.end, t.open_list) for t in made)
