"""Errors made from the report's own sentences, or of two sentences apart."""

from __future__ import annotations

import random
import re

from planting.words import AMOUNTS, COUNTS, GROWERS, NAMES, added, fmt, money, paragraphs, pct

_STATED = re.compile(
    r"(?:(?<=[。；，])|(?<=\n))(?P<name>[\u4e00-\u9fff]{3,14}(?:率|收入|总值|增加值|总额|投资|产量|余额|总量|面积))"
    r"(?:达到|达|完成|为|实现)?(?P<n>\d+(?:\.\d+)?)(?P<u>%|亿元|万元|亿斤|万吨|公里|万亩|亿吨|万亿元|元)(?=[，、。；])"
)


def again(text: str, rng: random.Random, code: str, plan_at: int) -> tuple[str, int, int] | None:
    """A fact of the report said once more in another paragraph: with other digits (K01), another unit (K19), one more
    place that does not round to it (K20), a bound word it breaks (K21)."""
    found = [
        m
        for m in _STATED.finditer(text)
        if not re.search(r"目标|预期", text[max(0, m.start() - 60) : m.start()])
    ]
    rng.shuffle(found)
    for m in found:
        value = m["n"]
        if code == "K01":
            put = typo(value, rng)
        elif code == "K20":
            put = f"{value}{rng.choice((8, 9))}" if "." in value else f"{value}.8"
            put = fmt(
                float(value) + (1.7 if "." not in value else 1.7 * 10 ** -len(value.split(".")[1])),
                len(put.split(".")[1]),
            )
        else:
            put = value
        unit = m["u"]
        if code == "K19":
            if unit != "亿元":
                continue
            unit = "万元"
        said = f"全年{m['name']}{rng.choice(('达到', '达', '为', ''))}{put}{unit}。"
        later = [
            p.end()
            for p in paragraphs(text)
            if p.start() > m.end() and (p.end() < plan_at or m.start() > plan_at)
        ][:6]
        if later and put is not None:
            at = rng.choice(later)
            return text[:at] + said + text[at:], at, at + len(said)
    return None


def typo(value: str, rng: random.Random) -> str:
    """One digit of a number changed, the first never to nought."""
    places = [i for i, c in enumerate(value) if c.isdigit()]
    at = rng.choice(places[:3])
    other = rng.choice([d for d in "123456789" if d != value[at]])
    return value[:at] + other + value[at + 1 :]


def k11(text: str, rng: random.Random, plan_at: int) -> tuple[str, int, int] | None:
    """A cumulated number in the review and a smaller one in the plan."""
    (name, unit), n = rng.choice(COUNTS), rng.randint(200, 900)
    before = [p.end() for p in paragraphs(text) if p.end() < plan_at]
    after = [p.end() for p in paragraphs(text) if p.start() > plan_at][1:-3]
    if not before or not after:
        return None
    first, second = rng.choice(before), rng.choice(after)
    a, b = f"累计建成{name}{n}{unit}。", f"累计建成{name}{n - rng.randint(20, 90)}{unit}。"
    out = text[:first] + a + text[first:second] + b + text[second:]
    return out, second + len(a), second + len(a) + len(b)


def k17(text: str, rng: random.Random, plan_at: int) -> tuple[str, int, int] | None:
    before = [p.end() for p in paragraphs(text) if p.end() < plan_at]
    after = [p.end() for p in paragraphs(text) if p.start() > plan_at][1:-3]
    if not before or not after:
        return None
    (name, unit), n = rng.choice(COUNTS), rng.randint(200, 900)
    first, second = rng.choice(before), rng.choice(after)
    a, b = f"全年新增{name}{n}{unit}。", f"新增{name}{n // 2}{unit}以上。"
    out = text[:first] + a + text[first:second] + b + text[second:]
    return out, second + len(a), second + len(a) + len(b)


def k29(text: str, rng: random.Random, plan_at: int) -> tuple[str, int, int] | None:
    before = [p.end() for p in paragraphs(text) if p.end() < plan_at]
    after = [p.end() for p in paragraphs(text) if p.start() > plan_at][1:-3]
    if not before or not after:
        return None
    name = rng.choice(NAMES) + rng.choice(("综合体", "改扩建工程", "配套工程", "文化中心"))
    first, second = rng.choice(before), rng.choice(after)
    a = f"{name}{rng.choice(('建成投用', '竣工投用', '全面完工', '建成并投入使用'))}。"
    b = rng.choice((f"启动{name}前期工作。", f"开工建设{name}。", f"推动{name}开工建设。"))
    out = text[:first] + a + text[first:second] + b + text[second:]
    return out, second + len(a), second + len(a) + len(b)


def k27(text: str, rng: random.Random) -> tuple[str, int, int] | None:
    """A quoted name of the report, said twice and more, once more with a character changed."""
    names = [m["q"] for m in re.finditer(r"“(?P<q>[\u4e00-\u9fff]{5,12})”", text)]
    often = sorted({n for n in names if text.count(n) > 1})
    if not often:
        return None
    name = rng.choice(often)
    at = rng.randrange(len(name) - 2)
    changed = name[:at] + rng.choice([c for c in "清润恒泽瑞雅" if c != name[at]]) + name[at + 1 :]
    out, start = added(text, f"深入实施“{changed}”，成效持续显现。", rng)
    return out, start, start + len(changed) + 14


def k02(text: str, rng: random.Random) -> tuple[str, int, int] | None:
    name = rng.choice(GROWERS)
    a, b = pct(rng), pct(rng)
    if a == b or name in text:
        return None
    places = [p.end() for p in paragraphs(text)]
    first = rng.randrange(len(places) // 3)
    one = f"全年{name}增长{a}%。"
    two = f"{name}{rng.choice(('同口径', '按可比口径', '还原口径'))}增长{b}%。"
    at, later = places[first], places[first + 1]
    out = text[:at] + one + text[at:later] + two + text[later:]
    return out, later + len(one), later + len(one) + len(two)


def k23(year: int, rng: random.Random) -> str:
    """A year before the one reviewed, still an estimate."""
    name, a, form = rng.choice(AMOUNTS), money(rng), rng.randrange(4)
    if form == 0:
        return f"{year}年预计{name}{fmt(a)}亿元。"
    if form == 1:
        return f"{year}年，{name}预计达到{fmt(a)}亿元。"
    if form == 2:
        return f"预计{year}年{name}增长{pct(rng)}%。"
    return f"{year}年预计完成{name}{fmt(a)}亿元，增长{pct(rng)}%。"
