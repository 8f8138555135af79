"""Binding a template to a ledger: every reference becomes a figure with its words and its anchor."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace

from tongjian.reports.idioms import say
from tongjian.reports.known import Known, Resolver, Unresolved
from tongjian.reports.numerals import NUMERALS, is_digit, without_source
from tongjian.reports.problems import Problem, TemplateWrong
from tongjian.reports.tree import (
    Drawing,
    Figure,
    Inline,
    Literal,
    Paragraph,
    Reference,
    Report,
    Text,
    Wanted,
    nested,
)

FIGURE, LITERAL, CHART = "tj_", "tj_l", "tj_g"


def bind(template: Report, resolver: Resolver) -> Report:
    """The same tree with figures. Raises TemplateWrong with every reference that leads to none."""
    asked = list(template.walk())
    resolver.read_ahead([i.ref for p in asked for i in p.inlines if isinstance(i, Reference)])
    binder = _Binder(resolver)
    paragraphs = tuple(binder.paragraph(p) for p in asked)
    if binder.problems:
        raise TemplateWrong(binder.problems)
    return nested(paragraphs)


@dataclass
class _Binder:
    """One pass in reading order. seen: how often a reference or literal has come before."""

    resolver: Resolver
    problems: list[Problem] = field(default_factory=list)
    seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def paragraph(self, paragraph: Paragraph) -> Paragraph:
        return replace(paragraph, inlines=tuple(self.inline(i) for i in paragraph.inlines))

    def inline(self, inline: Inline) -> Inline:
        if isinstance(inline, Literal):
            return replace(inline, anchor=self.anchor(LITERAL, inline.text))
        if isinstance(inline, Drawing):
            return replace(inline, anchor=self.anchor(CHART, inline.kind))
        if not isinstance(inline, Reference):
            return inline
        try:
            return self.bound(inline)
        except Unresolved as error:
            about = {"ref": inline.ref, "metric": inline.metric, "detail": "", **error.params}
            self.problems.append(Problem(error.code, inline.line, about))
            return Text("")

    def bound(self, reference: Reference) -> Inline:
        if reference.wanted is Wanted.NAME:
            return self.named(self.resolver.name(reference.ref))
        known = self.known(reference)
        said = say(known, reference.options)
        anchor = self.anchor(FIGURE, f"{reference.wanted} {reference.ref}")
        return Figure(anchor, said.before, said.shown, said.after, known, reference.line)

    def known(self, reference: Reference) -> Known:
        if reference.wanted is Wanted.FACT:
            return self.resolver.fact(reference.ref)
        known = self.resolver.target(reference.ref)
        return replace(known, expression=f"target {known.expression}")

    def named(self, name: str) -> Inline:
        said = any(is_digit(c) or c in NUMERALS for c in name) and without_source(name, [False] * len(name))
        return Literal(name, self.anchor(LITERAL, name)) if said else Text(name)

    def anchor(self, kind: str, text: str) -> str:
        """A bookmark's name: opaque, and the same as long as the template says the same thing equally often before."""
        self.seen[kind, text] += 1
        digest = hashlib.sha256(f"{text}#{self.seen[kind, text]}".encode()).hexdigest()
        return kind + digest[:12]
