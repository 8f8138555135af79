"""答复核查: what speaks against a reply before it goes out: promises without a date, personal data, buck-passing, empty words.

The lists are the pack `reply_check`. Pure but for reading them; a finding names the words that were found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.errors import TongjianError
from tongjian.records.cases.masking import mask

KIND = "reply_check"
SENTENCE = re.compile(r"[^。！？!?；;\n]+")
MASKED = re.compile(r"\[(?:邮箱|号码|电话|车牌)\]")
OVERRIDE = "override"
RULE_KINDS = ("words", "undated", "personal")


@dataclass(frozen=True, slots=True)
class Rule:
    """kind: words, undated, personal. dated: patterns of a time that makes a promise one with a date."""

    key: str
    kind: str
    name: tuple[str, str]
    advice: tuple[str, str]
    words: tuple[str, ...] = ()
    dated: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. words: as they stand in the reply, in its order."""

    rule: Rule
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.rule.name[_english()]

    @property
    def advice(self) -> str:
        return self.rule.advice[_english()]


class ReplyHeld(TongjianError):
    """A reply that should be mended, or sent with a reason (payload field `override`). `findings`: all of them."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            "cases.reply_held",
            _("The reply should be mended: %(findings)s. Mend it, or say why it stands as it is."),
            {"findings": "; ".join(f"{f.name} ({', '.join(f.words)})" for f in findings)},
        )


def rules() -> list[Rule]:
    """The ruling lists, in the order of the pack."""
    return [parse(b) for b in definitions.bodies(KIND)]


def parse(body: Mapping[str, Any]) -> Rule:
    return Rule(
        key=str(body["key"]),
        kind=str(body["kind"]),
        name=(str(body["name"]), str(body["name_en"])),
        advice=(str(body["advice"]), str(body["advice_en"])),
        words=tuple(body.get("words", ())),
        dated=tuple(re.compile(p) for p in body.get("dated", ())),
    )


def faults(body: Mapping[str, Any]) -> Iterator[str]:
    """Why a rule of a pack cannot be used; nothing where it can."""
    wanting = [n for n in ("key", "kind", "name", "name_en", "advice", "advice_en") if not body.get(n)]
    yield from (f"{n}: is missing" for n in wanting)
    if body.get("kind") and body["kind"] not in RULE_KINDS:
        yield f"kind: is one of {', '.join(RULE_KINDS)}"
    for place, pattern in enumerate(body.get("dated", ()), 1):
        try:
            re.compile(str(pattern))
        except re.error as error:
            yield f"dated {place}: {pattern} is no pattern ({error})"


def check(text: str, known: Sequence[Rule]) -> list[Finding]:
    """One finding a rule, with every word of it in the text; in the order of their first words."""
    found = []
    for rule in known:
        words = FOUND[rule.kind](text, rule)
        if words:
            found.append(Finding(rule, tuple(dict.fromkeys(words))))
    return sorted(found, key=lambda f: text.find(f.words[0]))


def must_stand(payload: Mapping[str, Any]) -> None:
    """Raises ReplyHeld for a reply with findings and no reason to send it as it is."""
    reply = payload.get("reply")
    if not isinstance(reply, str) or str(payload.get(OVERRIDE) or "").strip():
        return
    findings = check(reply, rules())
    if findings:
        raise ReplyHeld(findings)


def _words(text: str, rule: Rule) -> list[str]:
    found = [(text.find(w), w) for w in rule.words if w in text]
    return [w for _at, w in sorted(found)]


def _undated(text: str, rule: Rule) -> list[str]:
    """Words of the sentences that name no time."""
    return [
        word
        for sentence in SENTENCE.findall(text)
        if not any(p.search(sentence) for p in rule.dated)
        for word in _words(sentence, rule)
    ]


def _personal(text: str, rule: Rule) -> list[str]:
    """What kinds of number there are: [电话]. The finding repeats no number."""
    masked = mask(text)
    return [] if masked == text else MASKED.findall(masked)


FOUND = {"words": _words, "undated": _undated, "personal": _personal}


def _english() -> bool:
    return (get_language() or "").startswith("en")
