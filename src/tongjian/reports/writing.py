"""From a template and a resolver to the finished bytes: parse, bind, render, and trace what was written."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tongjian.reports import grids
from tongjian.reports.binding import bind
from tongjian.reports.docx import write_docx
from tongjian.reports.html import write_html
from tongjian.reports.known import Resolver
from tongjian.reports.language import loose_numbers, read
from tongjian.reports.layout import Lacking, Layout, lacking, layout, wide
from tongjian.reports.manifest import manifest
from tongjian.reports.problems import Problem, TemplateWrong
from tongjian.reports.trace import trace
from tongjian.reports.tree import Report


@dataclass(frozen=True, slots=True)
class Written:
    """One report in all its forms. lacking: characters that the layout's fonts do not have."""

    tree: Report
    manifest: dict[str, Any]
    docx: bytes
    html: str
    lacking: tuple[Lacking, ...] = ()


def write(
    template: str | bytes, resolver: Resolver, *, year: int, at: datetime, of: Layout | None = None
) -> Written:
    """A report as of `at`, laid out as `of`, else as reports usually are.

    Raises TemplateWrong with all that is wrong; a docx that does not trace is never returned.
    """
    of = of or layout()
    tree = _bound(template, resolver)
    paragraphs = tuple(tree.walk())
    if wrong := [*loose_numbers(paragraphs), *grids.unplottable(paragraphs)]:
        raise TemplateWrong(wrong)
    strange = lacking(tree, of)
    entries = manifest(tree, year=year, built_at=at, layout=of.key)
    entries["lacking"] = [asdict(one) for one in strange]
    entries["wide"] = [asdict(one) for one in wide(tree, of)]
    docx = write_docx(tree, entries, of)
    _must_trace(docx)
    return Written(tree, entries, docx, write_html(tree), strange)


def _bound(template: str | bytes, resolver: Resolver) -> Report:
    """The template with its figures. Problems of the text and of its references are told together."""
    read_tree, problems = read(template, resolver)
    try:
        tree = bind(read_tree, resolver)
    except TemplateWrong as error:
        problems = sorted([*problems, *error.problems], key=lambda p: p.line or 0)
    if problems:
        raise TemplateWrong(problems)
    return tree


def _must_trace(docx: bytes) -> None:
    problems = [
        Problem("template.untraced", None, {"detail": {"en": f.message("en"), "zh": f.message("zh")}})
        for f in trace(docx).problems
    ]
    if problems:
        raise TemplateWrong(problems)
