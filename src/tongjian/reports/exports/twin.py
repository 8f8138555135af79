"""The report as one web page that stands alone: each figure leads to its source further down. No scripts, no network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from tongjian.reports.exports.book import Ground, Row, rows, subtitle

LINK = re.compile(r'href="figures/(tj_[0-9a-z]+)/"')
STYLE = """
:root { color-scheme: light; }
body { margin: 0; color: #1d2433; background: #f3f4f6; font: 16px/1.9 "FangSong", "Noto Serif CJK SC", serif; }
main { max-width: 820px; margin: 0 auto; padding: 40px 20px 80px; }
article, .sources { background: #fff; padding: 48px 56px; box-shadow: 0 1px 3px rgb(0 0 0 / 12%); }
.sources { margin-top: 24px; font-family: system-ui, "Noto Sans CJK SC", sans-serif; font-size: 14px; line-height: 1.7; }
h1 { font-size: 24px; line-height: 1.6; text-align: center; }
h2, figcaption { font-family: "SimHei", "Noto Sans CJK SC", sans-serif; }
h2 { font-size: 17px; } h3, h4 { font-size: 16px; }
article p { text-indent: 2em; margin: 0; } p.flush, figure p { text-indent: 0; }
p.subtitle, p.organ, p.number { text-align: center; text-indent: 0; } p.signed { text-align: right; }
a.figure { color: #0b4f9e; text-decoration: underline; text-decoration-thickness: 1px; text-underline-offset: 4px; }
a.figure:target, article :target, .source:target { background: #fff3c4; }
figure { margin: 20px 0; overflow-x: auto; } figcaption { text-align: center; font-size: 14px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { border: 1px solid #999; padding: 4px 8px; text-align: center; }
.unit { margin: 0; font-size: 13px; } details { font-size: 13px; } svg { width: 100%; min-width: 480px; height: auto; }
.source { border-top: 1px solid #e3e5e8; padding: 12px 4px; scroll-margin-top: 12px; }
.source h3 { margin: 0; font-size: 15px; } .source a { color: #0b4f9e; } .source h3 small { font-weight: 400; color: #5b6472; }
.source dl { display: grid; grid-template-columns: 5em 1fr; gap: 2px 12px; margin: 6px 0 0; }
.source dt { color: #5b6472; } .source dd { margin: 0; white-space: pre-line; overflow-wrap: anywhere; }
@media (max-width: 600px) { article, .sources { padding: 24px 18px; } main { padding: 0 0 40px; } }
@media print { body, article, .sources { background: #fff; box-shadow: none; } main { max-width: none; } }
"""


def twin(html: str, manifest: Mapping[str, Any], ground: Ground) -> str:
    """html: the report's own `<article>`, whose links are turned to the list below it."""
    text = LINK.sub(r'href="#s-\1"', html)
    title = escape(str(manifest["title"]))
    return (
        f'<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body><main>\n'
        f'{text}<section class="sources"><h2>数字出处</h2><p>{escape(subtitle(manifest))}</p>\n'
        f"{''.join(map(_source, rows(manifest, ground)))}</section></main></body></html>\n"
    )


def _source(row: Row) -> str:
    told: Sequence[tuple[str, str | Iterable[str]]] = (
        ("所在语句", row.sentence),
        ("台账数值", f"{row.period} {row.value}"),
        ("定义", row.definition),
        ("依据", row.inputs),
        ("来源", row.sources),
        ("确认", row.confirmed),
    )
    lines = ((label, text if isinstance(text, str) else "\n".join(text)) for label, text in told)
    items = "".join(f"<dt>{label}</dt><dd>{escape(text)}</dd>" for label, text in lines if text)
    return (
        f'<div class="source" id="s-{row.anchor}"><h3><a href="#{row.anchor}">{row.number}. {escape(row.shown)}</a> '
        f"<small>{escape(row.name)}</small></h3><dl>{items}</dl></div>\n"
    )
