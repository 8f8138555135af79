"""Errors that only last year's report shows: a sentence into each."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from planting.words import NAMES, Planted, Report, added, fmt, money, pct


def _k03_last(rng: random.Random) -> tuple[str, str]:
    a, name = money(rng), rng.choice(("电子商务交易额", "旅游综合收入", "建筑业产值"))
    b = a * rng.uniform(1.04, 1.2)
    wrong = (b / a - 1) * 100 + rng.choice((-1, 1)) * rng.uniform(2, 8)
    said = f"增长{fmt(wrong)}%" if wrong > 0 else f"下降{fmt(-wrong)}%"
    return f"全年{name}{fmt(a)}亿元。", f"全年{name}达到{fmt(b)}亿元，{said}。"


def _k08_last(rng: random.Random) -> tuple[str, str]:
    name, a, d = (
        rng.choice(("耕地流转率", "产业工人持证率", "数字门牌覆盖率")),
        rng.uniform(30, 60),
        rng.uniform(1, 8),
    )
    return (
        f"{name}达到{fmt(a)}%。",
        f"{name}达到{fmt(a + d)}%，比上年提高{fmt(d + rng.uniform(0.6, 2))}个百分点。",
    )


def _k10_last(rng: random.Random) -> tuple[str, str]:
    (name, unit), a, n = (
        rng.choice((("电商示范企业", "家"), ("口袋公园驿站", "座"))),
        rng.randint(100, 300),
        rng.randint(20, 60),
    )
    return f"{name}累计达到{a}{unit}。", f"新增{name}{n}{unit}，累计达到{a + n - rng.randint(5, n)}{unit}。"


def _k11_last(rng: random.Random) -> tuple[str, str]:
    a = rng.randint(300, 900)
    return f"累计建成智能快递柜{a}组。", f"累计建成智能快递柜{a - rng.randint(20, 200)}组。"


def _k19_last(rng: random.Random) -> tuple[str, str]:
    a = money(rng)
    return f"全年电子商务交易额{fmt(a)}亿元。", f"全年电子商务交易额{fmt(a * 1.08)}万元。"


def _k26_last(rng: random.Random) -> tuple[str, str]:
    said = f"新增普惠托位{rng.randint(200, 900)}个，改造提升背街小巷{rng.randint(20, 90)}条，更换老旧电梯{rng.randint(20, 90)}部，群众生活更加便利。"
    return said, said


def _k29_last(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(NAMES) + rng.choice(("综合体", "配套工程", "文化中心"))
    return f"{name}{rng.choice(('建成投用', '竣工投用', '全面完工'))}。", f"启动{name}前期工作。"


SECTORS = ("冷链物流业投资", "通用航空业产值", "夜间经济营业收入", "工业设计业营业收入")


def _k16_last(rng: random.Random) -> tuple[str, str]:
    name, aim = rng.choice(SECTORS), pct(rng, 6, 14)
    claim = rng.choice(("超额完成", "圆满完成", "全面完成", "完成"))
    goal = rng.choice(("年度目标", "全年目标任务", "预期目标", "年度计划"))
    own = aim - rng.uniform(0.5, 4)
    return (
        f"{name}增长{fmt(aim)}%{rng.choice(('', '以上'))}。",
        f"{{this}}年{name}增长{fmt(own)}%，{claim}{goal}。",
    )


def _k23_last(rng: random.Random) -> tuple[str, str]:
    name, a = rng.choice(SECTORS[1:]), money(rng)
    said = rng.choice((f"预计全年{name}{fmt(a)}亿元。", f"全年{name}预计达到{fmt(a)}亿元。"))
    return said, f"{{last}}年{name}预计达到{fmt(a)}亿元。"


def _k28_last(rng: random.Random) -> tuple[str, str]:
    name = rng.choice(NAMES) + rng.choice(("综合体", "配套工程", "文化中心", "改扩建工程"))
    promise = rng.choice(
        (
            f"建成{name}并投入使用。",
            f"确保{name}年内竣工投用。",
            f"确保{name}建成投用。",
            f"年内完成{name}建设。",
        )
    )
    return promise, ""


AGAINST_LAST: Mapping[str, Callable[[random.Random], tuple[str, str]]] = {
    "K03": _k03_last, "K08": _k08_last, "K10": _k10_last, "K11": _k11_last, "K16": _k16_last, "K19": _k19_last,
    "K23": _k23_last, "K26": _k26_last, "K28": _k28_last, "K29": _k29_last,
}  # fmt: skip
PROMISED = frozenset({"K16", "K28"})  # last year's sentence stands in its plan, not in its review


def plant_in_both(code: str, last: Report, this: Report, rng: random.Random) -> Planted:
    """A sentence in last year's report and one in this year's review that contradicts it, or none (K28)."""
    one, two = AGAINST_LAST[code](rng)
    before, there = _put(last, one, rng, plan=code in PROMISED)
    if not two:
        return Planted(code, this.text, there, there + len(one), before, there=True)
    two = two.replace("{last}", str(last.reviewed)).replace("{this}", str(this.reviewed))
    after, at = _put(this, two, rng)
    return Planted(code, after, at, at + len(two), before)


def _put(report: Report, sentence: str, rng: random.Random, *, plan: bool = False) -> tuple[str, int]:
    """The report with the sentence in its review or its plan, and where."""
    review, rest = report.text[: report.plan_at], report.text[report.plan_at :]
    if not plan:
        out, at = added(review, sentence, rng)
        return out + rest, at
    near = rest[: len(rest) // 2]  # the closing parts promise nothing
    out, at = added(near, sentence, rng)
    return review + out + rest[len(near) :], len(review) + at
