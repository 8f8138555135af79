"""GB/T 40058-2021 投资项目代码, the form given out since November 2020, and the one before it.

New: `YYMM-RRRRRR-DD-TT-NNNNNC`: month, region, central department, project type, random, check (ISO 7064 MOD 11,10).
Old: `YYYY-RRRRRR-II-TT-NNNNNN`: year, region, industry division, way of approval, running number, no check.
The check rule is inferred from published codes, not read in the standard: a failure warns and never refuses.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from stdnum.iso7064 import mod_11_10

from tongjian.kernel.codes import industries, regions
from tongjian.kernel.codes.verdict import Finding, Part, Verdict, bad, judged, tidy, warning
from tongjian.kernel.said import Said
from tongjian.packs import entries

FIRST_MONTH = (2020, 11)  # of the new form
OLD_YEARS = range(2015, 2021)
_DASHES = re.compile(r"[‐‑‒–—―−－]+")
_SHAPE = re.compile(r"(\d{4})-?(\d{6})-?(\d{2})-?(\d{2})-?(\d{6})")
_NEW_PASSED = Said("project_code.ok", "项目代码格式与校验位正确。", "Shape and check digit are right.")
_OLD_PASSED = Said(
    "project_code.ok_old",
    "2020年10月以前的旧式项目代码，格式正确，没有校验位。",
    "A project code of the form used until October 2020: the shape is right, there is no check digit.",
)


@cache
def types(form: str) -> dict[str, tuple[str, str]]:
    """Project types (`types`, new) or ways of approval (`approvals`, old): code → (中文, English). From a pack."""
    body = next(e.body for e in entries("codes") if e.key == "project_code")
    return {str(r["code"]): (str(r["name"]), str(r["name_en"])) for r in body[form]}


def check_digit(first19: str) -> str:
    """The 20th digit of a new code."""
    return mod_11_10.calc_check_digit(first19)


def check(value: str, on: date | None = None) -> Verdict:
    """投资项目代码. Bad: shape or time. Warning: check digit, region, type, a month after `on`. Hyphens are put in."""
    code = _DASHES.sub("-", tidy(value))
    found = _SHAPE.fullmatch(code)
    if not found:
        return judged("project_code", code, [_shape(code)], _NEW_PASSED)
    fields, normal = found.groups(), "-".join(found.groups())
    if int(fields[0]) in OLD_YEARS:
        return _old(normal, *fields)
    if _month(fields[0]) is None:
        return judged("project_code", normal, [_time(fields[0])], _NEW_PASSED)
    return _new(normal, fields, on)


def _new(code: str, fields: tuple[str, ...], on: date | None) -> Verdict:
    year, month = _month(fields[0]) or FIRST_MONTH
    digits = "".join(fields)
    wrong = [
        *([] if mod_11_10.is_valid(digits) else [_checksum(digits)]),
        *regions.unknown(fields[1], year),
        *_type(fields[3], "types"),
        *([_future(year, month)] if on and (year, month) > (on.year, on.month) else []),
    ]
    parts = [
        Part("time", fields[0], f"{year}年{month}月赋码", f"given in {year}-{month:02d}"),
        regions.part(fields[1], year),
        Part("department", fields[2], "中央行业指导部门代码", "code of the guiding central department"),
        Part("type", fields[3], *types("types").get(fields[3], ("", ""))),
        Part("number", fields[4][:5], "随机码", "random number"),
        Part("check", fields[4][5], "校验码", "check digit"),
    ]
    return judged("project_code", code, wrong, _NEW_PASSED, parts)


def _old(code: str, year: str, place: str, industry: str, way: str, number: str) -> Verdict:
    wrong = [*regions.unknown(place, int(year)), *_type(way, "approvals")]
    parts = [
        Part("time", year, f"{year}年赋码", f"given in {year}"),
        regions.part(place, int(year)),
        Part("industry", industry, *industries.names(industry)),
        Part("approval", way, *types("approvals").get(way, ("", ""))),
        Part("number", number, "顺序号", "running number"),
    ]
    return judged("project_code", code, wrong, _OLD_PASSED, parts)


def _month(text: str) -> tuple[int, int] | None:
    found = 2000 + int(text[:2]), int(text[2:])
    return found if found >= FIRST_MONTH and 1 <= found[1] <= 12 else None


def _type(code: str, form: str) -> list[Finding]:
    if code in types(form):
        return []
    known = "、".join(types(form))
    return [
        warning(
            "project_code.type",
            f"类型码“{code}”不在已知的{known}之内，请核对。",
            f"Type “{code}” is not one of the known {known}; check it.",
        )
    ]


def _checksum(digits: str) -> Finding:
    wanted = check_digit(digits[:19])
    return warning(
        "project_code.checksum",
        f"校验位按ISO 7064 MOD 11,10应为{wanted}，现为{digits[19]}，请对照赋码单核对。",
        f"By ISO 7064 MOD 11,10 the check digit would be {wanted}, this is {digits[19]}: "
        "compare with the sheet on which the code was given.",
    )


def _time(text: str) -> Finding:
    return bad(
        "project_code.time",
        f"首段“{text}”既不是2020年11月以后的年月，也不是2015至2020年的年份。",
        f"The first group, “{text}”, is neither a month from November 2020 on nor a year from 2015 to 2020.",
    )


def _future(year: int, month: int) -> Finding:
    return warning(
        "project_code.future",
        f"代码的赋码时间为{year}年{month}月，晚于所填日期。",
        f"The code was given in {year}-{month:02d}, after the day it is used for.",
    )


def _shape(code: str) -> Finding:
    return bad(
        "project_code.shape",
        f"项目代码应为20位数字，写作0000-000000-00-00-000000，现为“{code}”。",
        f"A project code has 20 digits, written 0000-000000-00-00-000000; this is “{code}”.",
    )
