"""A comparison as one HTML file that needs nothing else: promises on the left, what became of them on the right."""

from __future__ import annotations

from html import escape

from tongjian.comparing.labels import ORDER, OUTCOMES
from tongjian.comparing.rows import Row, rows
from tongjian.comparing.types import Comparison

STYLE = """
:root{color-scheme:light;--ink:#1d2733;--mute:#5b6876;--line:#dde3ea;--ground:#f6f8fa}
*{box-sizing:border-box}body{margin:0;font:15px/1.7 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;
color:var(--ink);background:var(--ground)}
main{max-width:1240px;margin:0 auto;padding:24px 20px 60px}h1{font-size:22px;margin:0 0 4px}p{margin:0 0 14px;color:var(--mute)}
.tabs{display:flex;flex-wrap:wrap;gap:8px;margin:14px 0 18px}.tabs label{border:1px solid var(--line);background:#fff;
border-radius:999px;padding:3px 14px;cursor:pointer}.tabs b{font-variant-numeric:tabular-nums;margin-left:6px}
input[type=radio]{position:absolute;opacity:0}input:focus-visible+label{outline:2px solid #2f6fed}
article{display:grid;grid-template-columns:1fr 1fr;gap:0 24px;background:#fff;border:1px solid var(--line);border-left-width:5px;
border-radius:8px;padding:12px 16px;margin:0 0 10px}article h2{grid-column:1/-1;font-size:15px;margin:0 0 6px;display:flex;gap:12px;
justify-content:space-between}article span{color:var(--mute);font-weight:400}mark{background:#fff3c4;padding:0 1px}
small{color:var(--mute);display:block}
.done,.exceeded{border-left-color:#1d8a4f}.partly{border-left-color:#c98a00}.going_on{border-left-color:#2f6fed}
.carried_over{border-left-color:#7a5cc4}.not_mentioned{border-left-color:#a8b2bd}
@media(max-width:720px){article{grid-template-columns:1fr;gap:8px}}@media print{.tabs{display:none}article{break-inside:avoid}}
"""


def page(found: Comparison, language: str) -> str:
    """The whole page as text."""
    zh = language.startswith("zh")
    title = "承诺兑现对照" if zh else "What became of last year's promises"
    last, this = found.last.outline.title, found.this.outline.title
    return (
        f'<!doctype html><html lang="{"zh-CN" if zh else "en"}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{STYLE}{_filters()}</style></head><body><main><h1>{escape(title)}</h1>"
        f"<p>{escape(last)} → {escape(this)}</p>{_tabs(found, language)}"
        f"<div>{''.join(_article(row, zh) for row in rows(found, language))}</div></main></body></html>"
    )


def _filters() -> str:
    """Show only the outcome whose tab is chosen, without a script."""
    return "".join(
        f"#t-{o.value}:checked~div article:not(.{o.value}){{display:none}}"
        f"#t-{o.value}:checked~.tabs label[for=t-{o.value}]{{background:#1d2733;color:#fff}}"
        for o in ORDER
    )


def _tabs(found: Comparison, language: str) -> str:
    counts = found.counts()
    every = "全部" if language.startswith("zh") else "all"
    inputs = ['<input type="radio" name="t" id="t-all" checked>']
    labels = [f'<label for="t-all">{every}<b>{sum(counts.values())}</b></label>']
    for o in ORDER:
        inputs.append(f'<input type="radio" name="t" id="t-{o.value}">')
        labels.append(
            f'<label for="t-{o.value}">{escape(OUTCOMES[o].text(language))}<b>{counts[o]}</b></label>'
        )
    return "".join(inputs) + f'<div class="tabs">{"".join(labels)}</div>'


def _article(row: Row, zh: bool) -> str:
    nothing = "今年报告中未找到对应内容" if zh else "nothing was found in this year's report"
    again = ("下年计划：" if zh else "Next plan: ") + row.following if row.following else ""
    said = _marked(row.answer_sentence, row.answer) if row.answer else f"<small>{nothing}</small>"
    return (
        f'<article class="{row.outcome.value}"><h2>{escape(row.object)}<span>{escape(row.label)}</span></h2>'
        f"<div>{_marked(row.promise_sentence, row.promise)}<small>{escape(row.section)}</small></div>"
        f"<div>{said}{f'<small>{escape(again)}</small>' if again else ''}<small>{escape(row.why)}</small></div></article>"
    )


def _marked(sentence: str, part: str) -> str:
    """The sentence with the part that matters marked."""
    before, found, after = sentence.partition(part)
    return f"{escape(before)}<mark>{escape(found)}</mark>{escape(after)}" if found else escape(sentence)
