"""The template language (docs/reference/templates.md): text → tree, or all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongjian.reports import flow, grids, options
from tongjian.reports.known import Resolver
from tongjian.reports.numerals import without_source
from tongjian.reports.problems import Problem, TemplateWrong
from tongjian.reports.tree import (
    Figure,
    Inline,
    Literal,
    Paragraph,
    Reference,
    Report,
    Role,
    Text,
    Wanted,
    nested,
    printed,
)

COMMENT = "%%"
ROLES: tuple[tuple[str, Role, int], ...] = (
    ("####", Role.HEADING, 3),
    ("###", Role.HEADING, 2),
    ("##", Role.HEADING, 1),
    ("#", Role.TITLE, 0),
    (">>", Role.SIGNED, 0),
    (">", Role.SUBTITLE, 0),
    ("<", Role.FLUSH, 0),
    ("!!", Role.ORGAN, 0),
    ("!", Role.NUMBER, 0),
    ("_", Role.IMPRINT, 0),
    ("^", Role.CAPTION, 0),
)
HEADING_NUMBER = re.compile(
    r"第?[一二三四五六七八九十百]+[章节部分]*[、．.]|[（(](?:[一二三四五六七八九十百]+|[0-9]+)[）)]|[0-9]+[.．、](?![0-9])"
)
MARKS = {"{{": "}}", "[[": "]]"}
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)  # XML 1.0, and so docx, cannot hold these
_MARK = re.compile(r"\{\{|\[\[|\}\}|\]\]")


def parse(source: str | bytes) -> Report:
    """The tree of a template, figures not yet bound. Raises TemplateWrong with every problem found."""
    tree, problems = read(source)
    if problems:
        raise TemplateWrong(problems)
    return tree


def read(source: str | bytes, resolver: Resolver | None = None) -> tuple[Report, list[Problem]]:
    """What can be made of a template, and every problem found, by line. Raises TemplateWrong when it is no text.

    resolver: answers its conditions and loops; without one their lines are left out, and what they hold is read once.
    """
    problems: list[Problem] = []
    paragraphs = _paragraphs(_decoded(source), problems, resolver)
    problems += _shape(paragraphs)
    broken = {p.line for p in problems if p.code == "template.unclosed"}  # there a reference reads as text
    problems += [p for p in loose_numbers(paragraphs) if p.line not in broken]
    return nested(paragraphs), sorted(problems, key=lambda p: p.line or 0)


def _decoded(source: str | bytes) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateWrong([Problem("template.undecodable", None, {"at": error.start})]) from error


def _paragraphs(text: str, problems: list[Problem], resolver: Resolver | None) -> tuple[Paragraph, ...]:
    found = []
    lines = list(enumerate(re.split(r"\r\n|\r|\n", text), 1))
    for line, content in flow.expanded(lines, resolver, problems) if resolver else flow.plain(lines):
        if strange := _UNPRINTABLE.search(content):
            params = {"code": f"U+{ord(strange[0]):04X}", "at": strange.start() + 1}
            problems.append(Problem("template.unprintable", line, params))
        if content.strip() and not content.startswith(COMMENT):
            found += _of_line(content, line, problems)
    told, wrong = grids.drawn(found)
    problems += wrong
    return tuple(told)


def _of_line(content: str, line: int, problems: list[Problem]) -> list[Paragraph]:
    """One paragraph, or the cells of a row."""
    if content.startswith(grids.ROW):
        cells = enumerate(grids.cells(content))
        return [Paragraph(Role.CELL, tuple(_inlines(c, line, problems)), line, n) for n, c in cells]
    if content.startswith(grids.CHART + " "):
        drawing, wrong = grids.drawing(content.removeprefix(grids.CHART), line)
        problems += wrong
        return [Paragraph(Role.CHART, (drawing,), line)]
    return [_paragraph(content, line, problems)]


def _paragraph(content: str, line: int, problems: list[Problem]) -> Paragraph:
    for prefix, role, level in ROLES:
        if content.startswith(prefix + " "):
            rest = content.removeprefix(prefix).strip()
            return Paragraph(role, _headed(rest, line, problems, role), line, level)
    return Paragraph(Role.BODY, tuple(_inlines(content.strip(), line, problems)), line)


def _headed(text: str, line: int, problems: list[Problem], role: Role) -> tuple[Inline, ...]:
    """A heading's number is a literal without marks."""
    number = HEADING_NUMBER.match(text) if role is Role.HEADING else None
    if number is None:
        return tuple(_inlines(text, line, problems))
    return (Literal(number[0]), *_inlines(text[number.end() :], line, problems))


def _inlines(text: str, line: int, problems: list[Problem]) -> list[Inline]:
    found: list[Inline] = []
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        if mark.start() > at:
            found.append(Text(text[at : mark.start()]))
        closing = MARKS.get(mark[0])
        end = text.find(closing, mark.end()) if closing else -1
        if closing is None or end < 0:
            problems.append(_unclosed(mark[0], line))
            at = mark.end()
            continue
        end += 1 if text[end : end + 3] == "]]]" else 0  # [[名称[注]]]
        found += _marked(mark[0], text[mark.end() : end], line, problems)
        at = end + 2
    return [*found, Text(text[at:])] if at < len(text) else found


def _unclosed(mark: str, line: int) -> Problem:
    other = {**MARKS, **{closing: opening for opening, closing in MARKS.items()}}
    return Problem("template.unclosed", line, {"mark": mark, "closing": other[mark]})


def _marked(mark: str, content: str, line: int, problems: list[Problem]) -> list[Inline]:
    if not content.strip():
        problems.append(Problem("template.empty_mark", line))
        return []
    if "{{" in content or "[[" in content:
        problems.append(Problem("template.nested", line, {"text": content.strip()}))
        return []
    if mark == "[[":
        return [Literal(content)]
    ref, *more = content.split("|")
    chosen, wrong = options.parse([m.strip() for m in more], line)
    problems += wrong
    return [_reference(" ".join(ref.split()), chosen, line)]


def _reference(ref: str, chosen: options.Options, line: int) -> Reference:
    first, _, rest = ref.partition(" ")
    if first in {Wanted.TARGET, Wanted.NAME} and rest and not rest.startswith(("@", "[")):
        return Reference(Wanted(first), rest, chosen, line)
    return Reference(Wanted.FACT, ref, chosen, line)


def _shape(paragraphs: tuple[Paragraph, ...]) -> list[Problem]:
    head = {Role.ORGAN, Role.NUMBER}
    first = next((i for i, p in enumerate(paragraphs) if p.role not in head), 0)
    titles = [i for i, p in enumerate(paragraphs) if p.role is Role.TITLE]
    if not titles or titles != list(range(first, first + len(titles))):
        return [Problem("template.no_title", None)]
    plain = {Role.TITLE, Role.SUBTITLE, *head}
    return [] if any(p.role not in plain for p in paragraphs) else [Problem("template.empty", None)]


def loose_numbers(paragraphs: Sequence[Paragraph]) -> list[Problem]:
    """Numbers outside references (once bound: outside the shown figure) and literals, found in the whole text at once."""
    text = "".join(p.text + "\n" for p in paragraphs)
    covered = [c for p in paragraphs for c in (*_covered(p), True)]
    lines = [p.line for p in paragraphs for _ in range(len(p.text) + 1)]
    return [
        Problem("template.number", lines[a], {"text": text[a:b]}) for a, b in without_source(text, covered)
    ]


def _covered(paragraph: Paragraph) -> list[bool]:
    return [held for i in paragraph.inlines for held in _held(i)]


def _held(inline: Inline) -> list[bool]:
    if isinstance(inline, Figure):
        shown = [True] * len(inline.shown)
        return [*([False] * len(inline.before)), *shown, *([False] * len(inline.after))]
    return [not isinstance(inline, Text)] * len(printed(inline))
