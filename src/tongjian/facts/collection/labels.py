"""What stands in the columns of a collection workbook: headings, labels and their codes. Knows no Django."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from tongjian.values import Period, PeriodError

SHEET, HELP_SHEET = "填报", "说明"
COLUMNS: Mapping[str, str] = {
    "metric": "指标编码",
    "name": "指标名称",
    "area": "地区",
    "breakdown": "分组",
    "measure": "度量",
    "basis": "口径",
    "unit": "单位",
    "period": "时期",
    "value": "数值",
    "bound": "界定",
    "status": "状态",
    "note": "备注",
}
NOT_REPORTED = "未报"
NOT_REPORTED_WORDS = frozenset({"未报", "未上报", "缺报", "未公布", "not reported"})
OWN_DISTRICT = frozenset({"", "全区", "本区"})
CITY_WORDS = frozenset({"全市", "本市"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What a 度量 label says; of and comparator None: the label leaves them open."""

    measure: str
    of: str | None = None
    comparator: str | None = None


_OF = {"level": "", "growth": "增速"}  # 位次 is the rank of the level, 增速位次 that of growth
_AGAINST = {"last_year": "上年同期", "city": "全市", "target": "目标"}
MEASURES: Mapping[str, Measured] = {
    "数值": Measured("level", "", ""),
    "增速": Measured("growth", "", ""),
    **{f"{word}位次": Measured("rank", of, "") for of, word in _OF.items()},
    **{f"{word}增减": Measured("difference", of, "") for of, word in _OF.items()},
    **{
        f"{word}与{other}之差": Measured("difference", of, comparator)
        for of, word in _OF.items()
        for comparator, other in _AGAINST.items()
    },
    "占比": Measured("share", "level", ""),
    "占全市比重": Measured("share", "level", "city"),
    "完成率": Measured("completion", "level", ""),
    "增速完成率": Measured("completion", "growth", ""),
}
BASES: Mapping[str, str] = {
    "自然口径": "natural",
    "还原口径": "restated",
    "同口径": "comparable",
    "不变价": "constant_price",
    "自开始累计": "since_start",
}
BOUNDS: Mapping[str, str] = {
    "等于": "eq",
    "左右": "approx",
    "高于": "gt",
    "不少于": "ge",
    "近": "lt",
    "不超过": "le",
    "超": "over",
}
STATUSES: Mapping[str, str] = {"预计": "estimate", "快报": "flash", "实际": "actual", "修订": "revised"}


def label_of(table: Mapping[str, str], code: str) -> str:
    """The label that a code is printed with."""
    return next(label for label, c in table.items() if c == code)


def measure_label(measure: str, of: str, comparator: str) -> str:
    """增速, 增速与全市之差 … ; the code itself for a combination without a label."""
    wanted = Measured(measure, of, comparator)
    return next((label for label, m in MEASURES.items() if m == wanted), measure)


@lru_cache(maxsize=8192)
def bare(text: str) -> str:
    """For looking up: full-width forms made plain, no blanks, lower case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


_DASHES = re.compile(r"[—–−~～至到]+|-+")
_QUARTERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_YEAR = r"(?P<y>(?:19|20)\d\d)年"
_PERIODS: tuple[tuple[str, str], ...] = (
    ("year", rf"{_YEAR}(?:全年|末|底)?"),
    ("month", r"(?P<y>(?:19|20)\d\d)(?:年|\.|/)(?P<m>\d{1,2})月?(?:末|底|份|当月)?"),
    ("months", rf"{_YEAR}(?P<m>\d{{1,2}})月?-(?P<n>\d{{1,2}})月(?:累计)?"),
    ("quarter", rf"{_YEAR}第?(?P<q>[一二三四1-4])季度"),
    ("quarters", rf"{_YEAR}前(?P<q>[二两三23])(?:个)?季度"),
    ("half", rf"{_YEAR}(?P<h>[上下])半年"),
    ("years", r"(?P<y>(?:19|20)\d\d)年?-(?P<z>(?:19|20)\d\d)年?"),
    ("span", rf"{_YEAR}(?P<m>\d{{1,2}})月-(?P<z>(?:19|20)\d\d)年(?P<n>\d{{1,2}})月"),
)


@lru_cache(maxsize=1024)
def printed_period(text: str) -> Period:
    """A period as people write it: 2022, 2022-11, 2022年1—11月, 2022年前三季度, 2022年末. Raises PeriodError."""
    plain = bare(text)
    try:
        return Period.parse(plain)
    except PeriodError:
        plain = _DASHES.sub("-", plain)
    for kind, pattern in _PERIODS:
        if found := re.fullmatch(pattern, plain):
            return _period(kind, found.groupdict())
    raise PeriodError(f"not a period: {text!r}")


def _period(kind: str, part: Mapping[str, str]) -> Period:
    year = int(part["y"])
    match kind:
        case "year":
            return Period.year(year)
        case "month":
            return Period.parse(f"{year}-{int(part['m']):02d}")
        case "months":
            return Period.parse(f"{year}-{int(part['m']):02d}/{year}-{int(part['n']):02d}")
        case "quarter":
            return Period.quarter(year, _QUARTERS[part["q"]])
        case "quarters":
            return Period.to_date(year, 3 * _QUARTERS[part["q"]])
        case "half":
            return Period.to_date(year, 6) if part["h"] == "上" else Period.parse(f"{year}-07/{year}-12")
        case "years":
            return Period.parse(f"{year}/{part['z']}")
        case _:
            return Period.parse(f"{year}-{int(part['m']):02d}/{part['z']}-{int(part['n']):02d}")
