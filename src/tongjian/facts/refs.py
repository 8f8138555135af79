"""Fact references: `metric[subject, measure, basis, comparator, by:breakdown] @ period`.

Templates, links, the API and the command line name facts with these. Tokens come in any order; each is known
by its vocabulary, what is no code is the key of a subject. Left out: the installation's district, the level,
as recorded, no comparator, no breakdown. `of:growth` says what a rank or difference is of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.specs import BASES, COMPARATORS, MEASURES, OVER_OTHERS
from tongjian.kernel.errors import TongjianError
from tongjian.values import Period, PeriodError

_WHOLE = re.compile(r"\s*(?P<metric>[^\[\]@\s]+)\s*(?:\[(?P<tokens>[^\[\]]*)\]\s*)?@\s*(?P<period>\S+)\s*\Z")
_KEY = re.compile(r"[a-z][a-z0-9_.-]*\Z")
RESERVED = MEASURES | BASES | COMPARATORS

MESSAGES: Mapping[str, str | Promise] = {
    "refs.not_a_reference": _(
        "“%(text)s” is not a fact reference. Write metric[subject, measure, basis] @ period, "
        "for example gdp[growth] @ 2022."
    ),
    "refs.period": _(
        "In “%(text)s” the period %(period)s is not understood. Write 2022, 2022-11 or 2022-01/2022-11."
    ),
    "refs.token": _(
        "In “%(text)s” the word %(token)s is neither a measure, a basis, a comparator nor the key of an area."
    ),
    "refs.twice": _("In “%(text)s” two words say the %(what)s: %(first)s and %(second)s. Leave one out."),
    "refs.of": _(
        "In “%(text)s” of:%(of)s does not fit the measure %(measure)s: only of:level and of:growth do."
    ),
}


class RefError(TongjianError):
    """The text is no fact reference."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, MESSAGES[code], params)


@dataclass(frozen=True, slots=True)
class FactRef:
    """One fact named. subject "": the installation's district; of "": whatever the metric declares."""

    metric: str
    period: Period
    subject: str = ""
    measure: str = "level"
    basis: str = "natural"
    comparator: str = ""
    breakdown: str = ""
    of: str = ""

    def __str__(self) -> str:
        tokens = [
            self.subject,
            self.measure if self.measure != "level" else "",
            f"of:{self.of}" if self.of == "growth" else "",
            self.basis if self.basis != "natural" else "",
            self.comparator,
            f"by:{self.breakdown}" if self.breakdown else "",
        ]
        inside = ", ".join(t for t in tokens if t)
        return f"{self.metric}[{inside}] @ {self.period}" if inside else f"{self.metric} @ {self.period}"

    def at(self, period: Period) -> FactRef:
        """The same series, another period."""
        return replace(self, period=period)


def parse(text: str) -> FactRef:
    """Read a reference. Raises RefError saying which part is not understood."""
    found = _WHOLE.match(text)
    if not found or not _KEY.match(found["metric"]):
        raise RefError("refs.not_a_reference", text=text.strip())
    tokens = [t.strip() for t in re.split(r"[,，]", found["tokens"] or "") if t.strip()]
    parts = _sorted_out(tokens, text.strip())
    return _checked(FactRef(found["metric"], _period(found["period"], text), **parts), text)


def _period(written: str, text: str) -> Period:
    try:
        return Period.parse(written)
    except PeriodError:
        raise RefError("refs.period", text=text.strip(), period=written) from None


def _sorted_out(tokens: list[str], text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for token in tokens:
        what, value = _what(token, text)
        if what in parts:
            raise RefError("refs.twice", text=text, what=what, first=parts[what], second=value)
        parts[what] = value
    return parts


def _what(token: str, text: str) -> tuple[str, str]:
    """Which part of a reference a word is."""
    if token.startswith("by:") and token[3:].strip():
        return "breakdown", token[3:].strip()
    if token.startswith("of:"):
        return "of", token[3:].strip()
    for what, words in (("measure", MEASURES), ("basis", BASES), ("comparator", COMPARATORS)):
        if token in words:
            return what, token
    if _KEY.match(token):
        return "subject", token
    raise RefError("refs.token", text=text, token=token)


def _checked(ref: FactRef, text: str) -> FactRef:
    if ref.of and (ref.measure not in OVER_OTHERS or ref.of not in {"level", "growth"}):
        raise RefError("refs.of", text=text.strip(), of=ref.of, measure=ref.measure)
    return ref
