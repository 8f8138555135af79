"""A bound report as HTML: the same tree, every figure a link. No scripts, no styles: the page brings its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from tongjian.reports.grids import Grid, Row, blocks
from tongjian.reports.svg import chart_svg
from tongjian.reports.tree import Figure, Inline, Literal, Paragraph, Report, Role, Section, Text

FigureUrl = Callable[[str], str]
HEAD = (Role.ORGAN, Role.NUMBER)
CLASSED = frozenset({Role.FLUSH, Role.SIGNED, Role.IMPRINT, Role.CAPTION, *HEAD})


def relative_url(anchor: str) -> str:
    """Below the report's own page."""
    return f"figures/{anchor}/"


def write_html(report: Report, figure_url: FigureUrl = relative_url) -> str:
    """An `<article>`. figure_url: the address of a figure's page by its anchor."""
    titles, under, head = (
        [p for p in report.front if p.role in roles] for roles in ((Role.TITLE,), (Role.SUBTITLE,), HEAD)
    )
    rest = [p for p in report.front if p.role not in (Role.TITLE, Role.SUBTITLE, *HEAD)]
    title = "<br>".join(_inlines(p, figure_url) for p in titles)
    return "\n".join(
        [
            '<article class="report" lang="zh-Hans">',
            "<header>",
            *_blocks(head, figure_url),
            f"<h1>{title}</h1>",
            *(f'<p class="subtitle">{_inlines(p, figure_url)}</p>' for p in under),
            "</header>",
            *_blocks(rest, figure_url),
            *(_section(s, figure_url) for s in report.sections),
            "</article>\n",
        ]
    )


def _section(section: Section, figure_url: FigureUrl) -> str:
    tag = f"h{section.heading.level + 1}"
    return "\n".join(
        [
            f"<section><{tag}>{_inlines(section.heading, figure_url)}</{tag}>",
            *_blocks(section.paragraphs, figure_url),
            *(_section(s, figure_url) for s in section.sections),
            "</section>",
        ]
    )


def _blocks(paragraphs: Iterable[Paragraph], figure_url: FigureUrl) -> Iterator[str]:
    for block in blocks(paragraphs):
        yield _paragraph(block, figure_url) if isinstance(block, Paragraph) else _grid(block, figure_url)


def _paragraph(paragraph: Paragraph, figure_url: FigureUrl) -> str:
    kind = f' class="{paragraph.role.value}"' if paragraph.role in CLASSED else ""
    return f"<p{kind}>{_inlines(paragraph, figure_url)}</p>"


def _grid(grid: Grid, figure_url: FigureUrl) -> str:
    """A table with its caption above; a chart with its caption below, and its numbers as a table."""
    caption = f"<figcaption>{_inlines(grid.caption, figure_url)}</figcaption>" if grid.caption else ""
    table = _table(grid.rows, figure_url)
    if grid.drawing is None:
        return f'<figure class="table">{caption}{table}</figure>'
    unit = f'<p class="unit">{escape(grid.unit)}</p>' if grid.unit else ""
    return (
        f'<figure class="drawn" id="{grid.drawing.anchor}">{unit}{chart_svg(grid)}{caption}'
        f"<details><summary>数据</summary>{table}</details></figure>"
    )


def _table(rows: Sequence[Row], figure_url: FigureUrl) -> str:
    head = "".join(f'<th scope="col">{_inlines(c, figure_url)}</th>' for c in rows[0])
    body = "".join(f"<tr>{_cells(row, figure_url)}</tr>" for row in rows[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cells(row: Row, figure_url: FigureUrl) -> str:
    first = f'<th scope="row">{_inlines(row[0], figure_url)}</th>'
    return first + "".join(f"<td>{_inlines(c, figure_url)}</td>" for c in row[1:])


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
