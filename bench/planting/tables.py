"""K30: a figure of the text that the table beside it has otherwise. The tabbed lines are rows of a table."""

from __future__ import annotations

import html
import random

from planting.words import Planted, Report, fmt, money, paragraphs

SAID = ("通用航空业产值", "冷链物流业营业收入", "夜间经济销售额", "数字贸易额")
BESIDE = ("花卉种植业产值", "工业设计业营业收入", "检验检测业营业收入")


def k30(report: Report, rng: random.Random) -> Planted | None:
    """A sentence of the review and a table, at the end or in the review, whose number differs in a digit or more."""
    text, year = report.text, report.reviewed
    if "\t" in text or not year:
        return None
    name, a = rng.choice(SAID), money(rng)
    sentence = f"{year}年{name}{rng.choice(('达到', '实现', ''))}{fmt(a)}亿元。"
    wrong = a + rng.choice((-1, 1)) * rng.choice((0.9, 1.8, 9.0, 12.6))
    rows = [*_head(rng, year), *_rows(rng, name, wrong)]
    review = [p for p in paragraphs(text) if p.end() < report.plan_at]
    if len(review) < 4:
        return None
    at = rng.choice(review[1:-2]).end()
    table = "\n" + "\n".join("\t".join(r) for r in rows)
    put = review[-2].end() if rng.random() < 0.5 else len(text.rstrip())
    out = text[:at] + sentence + text[at:put] + table + "\n" + text[put:]
    return Planted("K30", out, at, at + len(sentence), html=True)


def _head(rng: random.Random, year: int) -> list[tuple[str, ...]]:
    return [("指标", "单位", rng.choice((f"{year}年", f"{year}年完成", f"{year}年实际", f"{year}年实绩")))]


def _rows(rng: random.Random, name: str, wrong: float) -> list[tuple[str, ...]]:
    rows = [(other, "亿元", fmt(money(rng))) for other in BESIDE]
    rows.insert(rng.randrange(4), (name, "亿元", fmt(wrong)))
    return rows


def as_html(text: str) -> bytes:
    """The text as a page: its lines are paragraphs, its tabbed lines rows."""
    lines, rows = list[str](), list[str]()
    for line in (*text.split("\n"), ""):
        if "\t" in line:
            rows.append("".join(f"<td>{html.escape(c)}</td>" for c in line.split("\t")))
            continue
        if rows:
            lines.append("<table>" + "".join(f"<tr>{r}</tr>" for r in rows) + "</table>")
            rows = []
        if line.strip():
            lines.append(f"<p>{html.escape(line)}</p>")
    return f"<html><head><meta charset='utf-8'></head><body>{''.join(lines)}</body></html>".encode()
