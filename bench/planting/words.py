"""What plantings are made of: words, numbers, and where a sentence may stand. Sentences are our own."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """A clean report; plan_at: where next year's part begins; reviewed: the year it looks back on."""

    text: str
    plan_at: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one error of a code; start and end: the sentence or sentences that hold it.

    previous: last year's report, where it is needed; there: start and end are of that one; html: the text's tabbed
    lines are rows of tables.
    """

    code: str
    text: str
    start: int
    end: int
    previous: str = ""
    there: bool = False
    html: bool = False

    @property
    def sentence(self) -> str:
        return (self.previous if self.there else self.text)[self.start : self.end]


Maker = Callable[[random.Random], str]
AMOUNTS = (
    "固定资产投资",
    "社会消费品零售总额",
    "一般公共预算收入",
    "规上工业总产值",
    "旅游综合收入",
    "金融机构存款余额",
    "外贸进出口总额",
    "电子商务交易额",
)
RATES = (
    "森林覆盖率",
    "常住人口城镇化率",
    "农村自来水普及率",
    "城镇污水处理率",
    "高中阶段毛入学率",
    "生活垃圾无害化处理率",
    "建成区绿地率",
)
COUNTS = (
    ("高新技术企业", "家"),
    ("科技型中小企业", "家"),
    ("养老服务站点", "个"),
    ("新能源充电桩", "个"),
    ("农村公厕", "座"),
    ("通信基站", "座"),
)
GROWERS = (
    "规上工业增加值",
    "固定资产投资",
    "社会消费品零售总额",
    "民间投资",
    "农业总产值",
    "服务业营业收入",
    "居民人均可支配收入",
)
OUTSIDE = ("全市", "全省", "全国")
NAMES = ("东环路", "南湖公园", "清河水厂", "北岭学校", "云桥医院", "松山隧道", "锦绣广场", "柳林泵站")


def money(rng: random.Random) -> float:
    return round(rng.uniform(20, 400), rng.choice((1, 2)))


def pct(rng: random.Random, low: float = 2, high: float = 14) -> float:
    return round(rng.uniform(low, high), 1)


def fmt(value: float, places: int = 1) -> str:
    return f"{value:.{places}f}"


def paragraphs(text: str) -> Sequence[re.Match[str]]:
    """Long lines of running text, where a sentence may be added."""
    notes = re.compile(r"\s*(?:[\[〔（(]?\d+[\]〕）)．.、]|.*\(见第)")
    return [m for m in re.finditer(r"[^\n\r]{60,}。(?=[\n\r]|$)", text) if not notes.match(m.group())]


def added(text: str, sentence: str, rng: random.Random) -> tuple[str, int]:
    """The text with a sentence after some paragraph's last stop."""
    at = rng.choice(paragraphs(text)[:-1]).end()
    return text[:at] + sentence + text[at:], at
