"""GB 32100-2015 统一社会信用代码: outer check digit (mod 31), inner GB 11714 digit, region, authority and class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from stdnum.cn import uscc as outer

from tongjian.kernel.codes import regions
from tongjian.kernel.codes.verdict import Finding, Part, Verdict, bad, judged, tidy, warning
from tongjian.kernel.said import Said
from tongjian.packs import entries

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_MISREAD = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_PASSED = Said("uscc.ok", "两位校验码均正确。", "Both check digits are right.")


@dataclass(frozen=True, slots=True)
class Authority:
    """登记管理部门 and its classes 机构类别: code → (中文, English)."""

    zh: str
    en: str
    classes: Mapping[str, tuple[str, str]]


@cache
def authorities() -> dict[str, Authority]:
    """Registration authorities by their character, from the pack `codes/uscc`."""
    body = next(e.body for e in entries("codes") if e.key == "uscc")
    return {str(row["code"]): _authority(row) for row in body["authorities"]}


def check_digit(first17: str) -> str:
    """The 18th character. Raises ValueError for a character outside the alphabet."""
    return outer.calc_check_digit(first17)


def body_digit(first8: str) -> str:
    """The check character of an organisation code (GB 11714): letters count from A = 10."""
    total = sum(int(c, 36) * w for c, w in zip(first8, BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def check(value: str, on: date | None = None) -> Verdict:
    """统一社会信用代码. Bad: shape or outer digit. Warning: inner digit (older codes), region, authority, class.

    on is not asked for: a code keeps the region of the day it was given, known in any year or not.
    """
    code = tidy(value).replace("-", "")
    wrong = _shape(code)
    if wrong:
        return judged("uscc", code, wrong, _PASSED)
    if code[-1] != check_digit(code[:-1]):
        return judged("uscc", code, [_checksum(code)], _PASSED, _parts(code))
    findings = [*_kind(code), *regions.unknown(code[2:8]), *_body(code[8:17])]
    return judged("uscc", code, findings, _PASSED, _parts(code))


def _shape(code: str) -> list[Finding]:
    if len(code) != 18:
        return [
            bad(
                "uscc.length",
                f"统一社会信用代码应为18位，现为{len(code)}位。",
                f"A unified social credit code has 18 characters; this one has {len(code)}.",
            )
        ]
    place = next((i for i, c in enumerate(code) if c not in ALPHABET), None)
    if place is not None:
        return [_stranger(code[place], place + 1)]
    if not code[2:8].isdigit():
        return [
            bad(
                "uscc.region_shape",
                f"第3至8位应为6位数字的区划代码，现为“{code[2:8]}”。",
                f"Characters 3 to 8 are a region of six digits; these are “{code[2:8]}”.",
            )
        ]
    return []


def _stranger(char: str, place: int) -> Finding:
    meant = _MISREAD.get(char)
    return bad(
        "uscc.alphabet",
        f"第{place}位“{char}”不在代码字符集内" + (f"，是否应为“{meant}”？" if meant else "。"),
        f"Character {place}, “{char}”, is not used in these codes"
        + (f"; is “{meant}” meant?" if meant else "."),
    )


def _checksum(code: str) -> Finding:
    return bad(
        "uscc.checksum",
        f"校验码不符：按前17位应为“{check_digit(code[:-1])}”，现为“{code[-1]}”，其中至少一位有误。",
        f"The check digit does not fit: the first 17 ask for “{check_digit(code[:-1])}”, this is “{code[-1]}”; "
        "one character at least is wrong.",
    )


def _kind(code: str) -> list[Finding]:
    held = authorities().get(code[0])
    if held and code[1] in held.classes:
        return []
    return [
        warning(
            "uscc.kind",
            f"登记管理部门与机构类别“{code[:2]}”不在已知表内，请核对。",
            f"Authority and class “{code[:2]}” are not in the known table; check them.",
        )
    ]


def _body(body: str) -> list[Finding]:
    wanted = body_digit(body[:8])
    if body[8] == wanted:
        return []
    return [
        warning(
            "uscc.body",
            f"主体标识码（组织机构代码）的校验码应为“{wanted}”，现为“{body[8]}”；早年赋码的主体可能如此，请对照证照。",
            f"The inner organisation code asks for check character “{wanted}”, this is “{body[8]}”; "
            "some old codes are like that: compare with the licence.",
        )
    ]


def _parts(code: str) -> list[Part]:
    held = authorities().get(code[0])
    kind = held.classes.get(code[1], ("", "")) if held else ("", "")
    return [
        Part("authority", code[0], held.zh if held else "", held.en if held else ""),
        Part("class", code[1], *kind),
        regions.part(code[2:8]),
        Part("body", code[8:17], "主体标识码（组织机构代码）", "organisation code"),
        Part("check", code[17], "校验码", "check digit"),
    ]


def _authority(row: Mapping[str, Any]) -> Authority:
    classes = {str(c["code"]): (str(c["name"]), str(c["name_en"])) for c in row["classes"]}
    return Authority(str(row["name"]), str(row["name_en"]), classes)
