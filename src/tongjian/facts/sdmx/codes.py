"""Ledger words to SDMX codes and back: identifiers, units, status, time. Plain values in and out.

Sources: SDMX 3.0 Technical Notes (time formats), cross-domain code lists CL_FREQ and CL_OBS_STATUS.
"""

from __future__ import annotations

import calendar
import re
from datetime import date
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from tongjian.kernel.errors import TongjianError
from tongjian.values import Period, PeriodError, PeriodKind, UnknownUnit, unit

AGENCY, FLOW, VERSION = "TONGJIAN", "FACTS", "1.0"
STRUCTURE_ID = f"{AGENCY}:{FLOW}({VERSION})"
# the second dataflow, of the same data structure
DERIVED = "DERIVED"
DERIVED_ID = f"{AGENCY}:{DERIVED}({VERSION})"
FLOWS = (FLOW, DERIVED)
DERIVED_SOURCE = "derived"
DIMENSIONS = (
    "FREQ",
    "SUBJECT",
    "METRIC",
    "MEASURE",
    "OF",
    "BASIS",
    "COMPARATOR",
    "BREAKDOWN",
    "PERIOD_KIND",
)
TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"
SERIES_ATTRIBUTES = ("UNIT_MEASURE", "UNIT_MULT")
ATTRIBUTES = (
    *SERIES_ATTRIBUTES,
    "DECIMALS",
    "OBS_STATUS",
    "STATUS",
    "BOUND",
    "WORDS",
    "MISSING_REASON",
    "SOURCE",
    "EVIDENCE",
    "FACT",
    "RECORDED_AT",
    "SIMULATED",
    "DERIVED_BY",
)
NOT_APPLICABLE, TOTAL, MISSING = "_Z", "_T", "NaN"
FREQUENCIES = {
    "A": _("Annual"),
    "S": _("Half-yearly"),
    "Q": _("Quarterly"),
    "M": _("Monthly"),
    "_O": _("Other"),
}
# What is revised is as good as any other value: CL_OBS_STATUS has no code for it, STATUS says it.
OBS_STATUS = {"estimate": "E", "flash": "P", "actual": "A", "revised": "A"}
OBS_STATUSES = {
    "A": _("Normal value"),
    "E": _("Estimated value"),
    "P": _("Provisional value"),
    "O": _("Missing value"),
}
# base unit -> code, name in English; what is not here is named by its text
UNITS = {
    "元": ("CNY", "Yuan renminbi"),
    "%": ("PT", "Percent"),
    "‰": ("PERMILLE", "Per mille"),
    "个百分点": ("PP", "Percentage points"),
    "位": ("PLACE", "Place in a ranking"),
    "人": ("PS", "Persons"),
    "平方米": ("M2", "Square metres"),
    "亩": ("MU", "Mu"),
    "公顷": ("HA", "Hectares"),
    "平方公里": ("KM2", "Square kilometres"),
    "米": ("M", "Metres"),
    "公里": ("KM", "Kilometres"),
    "吨": ("T", "Tonnes"),
    "公斤": ("KG", "Kilograms"),
    "吨标准煤": ("TCE", "Tonnes of coal equivalent"),
    "微克/立方米": ("UG_M3", "Micrograms per cubic metre"),
}
# what derives a value, by the names of `derive` lines
OPERATORS = {
    "single": _("Single month"),
    "quarter": _("Quarter"),
    "rolling_12": _("Twelve months"),
    "year_to_date": _("Year to date"),
    "total": _("Total"),
    "ratio": _("Ratio"),
    "per_head": _("Per head"),
    "year_on_year": _("Growth"),
    "average_2y": _("Two-year average"),
    "gap": _("Difference"),
    "rank": _("Rank"),
    "change_of_place": _("Change of place"),
    "share": _("Share"),
    "completion": _("Completion"),
    "contribution": _("Contribution"),
    "pull": _("Pull"),
}
# measures that nobody reports, by the operator that gives them
DERIVED_MEASURES = ("average_2y", "contribution", "pull", "change_of_place")
# values name some operators by what they give
_GIVEN = {"growth": "year_on_year", "difference": "gap"}
MONTHS_OF = {"A": 12, "S": 6, "Q": 3, "M": 1}
_REPORTING = re.compile(r"(\d{4})-([ASQM])(\d{1,2})\Z")
_RANGE = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-01/P(?:(\d{1,2})Y|(\d{1,3})M)\Z")


class SdmxError(TongjianError):
    """A request that is refused. `status`: of the HTTP answer, as the SDMX REST standard lists them."""

    status = 400


class SdmxNotFoundError(SdmxError):
    status = 404


class SdmxNotAcceptableError(SdmxError):
    status = 406


class SdmxNotServedError(SdmxError):
    status = 501


class SdmxNotSignedInError(SdmxError):
    status = 401


def text_code(prefix: str, text: str) -> str:
    """An identifier for a text that SDMX takes for none: the same text, the same code, on every installation."""
    return prefix + sha256(text.encode()).hexdigest()[:12]


def breakdown_code(breakdown: str) -> str:
    return text_code("B", breakdown) if breakdown else TOTAL


def operator_code(derived: str | None) -> str:
    """DERIVED_BY of a value: the operator that made it, `_Z` for a recorded one."""
    return _GIVEN.get(derived or "", derived) or NOT_APPLICABLE


def unit_parts(symbol: str) -> tuple[str, int]:
    """Base unit as printed, and the power of ten in front of it: 亿元 is (元, 8)."""
    try:
        found = unit(symbol)
    except UnknownUnit:
        return symbol, 0
    return found.base, len(str(found.scale)) - 1


def unit_code(symbol: str) -> str:
    """UNIT_MEASURE of a unit as printed: 亿元 is CNY."""
    base, _power = unit_parts(symbol)
    return UNITS[base][0] if base in UNITS else text_code("U", base)


def frequency(kind: str, period: Period) -> str:
    """FREQ: a whole year A whatever the kind; months since January M, since another comes each month; else by length."""
    aligned = period.start % period.months == 0 if period.months in MONTHS_OF.values() else False
    if aligned and period.months in {1, 12}:
        return "M" if period.months == 1 else "A"
    if kind == PeriodKind.CUMULATIVE:
        return "M"
    return {3: "Q", 6: "S"}.get(period.months, "_O") if aligned else "_O"


def time_period(kind: str, period: Period) -> str:
    """TIME_PERIOD: 2022, 2022-S2, 2022-Q2, 2022-11; months since January and the like as start and duration."""
    year, month = period.start // 12, period.start % 12 + 1
    freq = frequency(kind, period)
    if period.months == 1:
        return f"{year:04d}-{month:02d}"
    if freq == "A":
        return f"{year:04d}"
    if freq in {"Q", "S"}:
        return f"{year:04d}-{freq}{(month - 1) // MONTHS_OF[freq] + 1}"
    years, rest = divmod(period.months, 12)
    return (
        f"{year:04d}-{month:02d}-01/P{years}Y" if not rest else f"{year:04d}-{month:02d}-01/P{period.months}M"
    )


def parse_time(text: str) -> Period:
    """The months that a TIME_PERIOD covers, in any of the ways it is written above. Raises SdmxError."""
    try:
        if found := _REPORTING.match(text):
            return _reporting(int(found[1]), found[2], int(found[3]))
        if found := _RANGE.match(text):
            start = Period.month(int(found[1]), int(found[2])).start
            return Period(start, start + int(found[3] or 0) * 12 + int(found[4] or 0) - 1)
        if "/" not in text:
            return Period.parse(text)
    except PeriodError:
        pass
    raise bad_time(text)


def _reporting(year: int, letter: str, number: int) -> Period:
    length = MONTHS_OF[letter]
    if not 1 <= number <= 12 // length:
        raise PeriodError(f"no {letter}{number} in a year")
    start = year * 12 + (number - 1) * length
    return Period(start, start + length - 1)


def first_month(text: str) -> int:
    """The first month index that lies wholly at or after `text`, a period or a day. Raises SdmxError."""
    day = _day(text)
    if day is None:
        return parse_time(text).start
    return day.year * 12 + day.month - (1 if day.day == 1 else 0)


def last_month(text: str) -> int:
    """The last month index that lies wholly at or before `text`, a period or a day. Raises SdmxError."""
    day = _day(text)
    if day is None:
        return parse_time(text).end
    whole = day.day == calendar.monthrange(day.year, day.month)[1]
    return day.year * 12 + day.month - (1 if whole else 2)


def _day(text: str) -> date | None:
    if not re.match(r"\d{4}-\d\d-\d\d(T[\d:.]+)?\Z", text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise bad_time(text) from error


def bad_time(text: str) -> SdmxError:
    return SdmxError(
        "sdmx.bad_time",
        _("“%(got)s” is no time. Write 2022, 2022-S1, 2022-Q2, 2022-11, 2022-11-30 or 2022-01-01/P11M."),
        {"got": text},
    )
