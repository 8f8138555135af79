"""本地编号: numbers that an office gives by itself. There is nothing to check but that one stands there."""

from __future__ import annotations

from datetime import date

from tongjian.kernel.codes.verdict import Finding, Verdict, bad, judged
from tongjian.kernel.said import Said

LONGEST = 64  # as wide as the column it is kept in
_PASSED = Said("local.ok", "本地编号，不作校验。", "A local number: nothing is checked.")


def check(value: str, on: date | None = None) -> Verdict:
    """Bad when empty or longer than the column; blanks around it go, nothing else is changed."""
    number = value.strip()
    return judged("local", number, _shape(number), _PASSED)


def _shape(number: str) -> list[Finding]:
    if not number:
        return [bad("local.empty", "编号为空。", "The number is empty.")]
    if len(number) > LONGEST:
        return [
            bad(
                "local.length",
                f"编号超过{LONGEST}个字符。",
                f"The number is longer than {LONGEST} characters.",
            )
        ]
    return []
