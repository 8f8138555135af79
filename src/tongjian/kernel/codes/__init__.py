"""编码: identifiers in a scheme, judged offline by the scheme's own rule. Pure: no database, clock or request.

`check(scheme, value, on=None)` says ok, warning or bad, the value as it should be written, and why, in both languages.
What each scheme tests, and how sure its source is: docs/reference/codes.md
"""

from __future__ import annotations

from tongjian.kernel.choices import Verdict as State
from tongjian.kernel.codes.registry import SCHEMES, Scheme, UnknownScheme, check
from tongjian.kernel.codes.verdict import Part, Verdict

__all__ = ["SCHEMES", "Part", "Scheme", "State", "UnknownScheme", "Verdict", "check"]
