"""The lead of a figure: the words of its clause before it. Kept in the manifest, so that a swapped name is seen."""

from __future__ import annotations

import re

LONGEST = 24
_STOP = re.compile(r"[，,。；;：:！？!?\n\t]")
_NUMBER = re.compile(r"[\d.]+")
_BLANKS = str.maketrans("", "", " \u00a0\u3000\u200b")


def lead(text: str, at: int, before: str = "") -> str:
    """Words between the last stop and the number at `text[at]`; `before`, the direction or bound word, is left out.

    Numbers inside are one #: they are figures of their own.
    """
    left = text[max(0, at - 4 * LONGEST) : at].removesuffix(before)
    clause = _STOP.split(left)[-1].translate(_BLANKS)
    return _NUMBER.sub("#", clause)[-LONGEST:]
