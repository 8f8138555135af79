"""A bound report as HTML: the same tree, every figure a link. No scripts, no styles: the page brings its own."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from tongjian.reports.tree import Figure, Inline, Literal, Paragraph, Report, Role, Section, Text

FigureUrl = Callable[[str], str]


def relative_url(anchor: str) -> str:
    """Below the report's own page."""
    return f"figures/{anchor}/"


def write_html(report: Report, figure_url: FigureUrl = relative_url) -> str:
    """An `<article>`. figure_url: the address of a figure's page by its anchor."""
    titles = [p for p in report.front if p.role is Role.TITLE]
    under = [p for p in report.front if p.role is Role.SUBTITLE]
    rest = [p for p in report.front if p.role not in {Role.TITLE, Role.SUBTITLE}]
    title = "<br>".join(_inlines(p, figure_url) for p in titles)
    return "\n".join(
        [
            '<article class="report" lang="zh-Hans">',
            f"<header><h1>{title}</h1>",
            *(f'<p class="subtitle">{_inlines(p, figure_url)}</p>' for p in under),
            "</header>",
            *(_paragraph(p, figure_url) for p in rest),
            *(_section(s, figure_url) for s in report.sections),
            "</article>\n",
        ]
    )


def _section(section: Section, figure_url: FigureUrl) -> str:
    tag = f"h{section.heading.level + 1}"
    return "\n".join(
        [
            f"<section><{tag}>{_inlines(section.heading, figure_url)}</{tag}>",
            *(_paragraph(p, figure_url) for p in section.paragraphs),
            *(_section(s, figure_url) for s in section.sections),
            "</section>",
        ]
    )


def _paragraph(paragraph: Paragraph, figure_url: FigureUrl) -> str:
    kind = ' class="flush"' if paragraph.role is Role.FLUSH else ""
    return f"<p{kind}>{_inlines(paragraph, figure_url)}</p>"


def _inlines(paragraph: Paragraph, figure_url: FigureUrl) -> str:
    return "".join(_inline(i, figure_url) for i in paragraph.inlines)


def _inline(inline: Inline, figure_url: FigureUrl) -> str:
    match inline:
        case Text():
            return escape(inline.text)
        case Literal():
            return f'<span class="literal" id="{inline.anchor}">{escape(inline.text)}</span>'
        case Figure():
            link = (
                f'<a class="figure" id="{inline.anchor}" href="{escape(figure_url(inline.anchor))}" '
                f'data-anchor="{inline.anchor}">{escape(inline.shown)}</a>'
            )
            return escape(inline.before) + link + escape(inline.after)
    raise TypeError(f"not bound: {inline!r}")
