"""Codes are judged by the rule of their scheme; what is only likely warns, what cannot be is bad."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.codes import SCHEMES, State, UnknownScheme, check, industries, projects, regions, uscc

ROOT = Path(__file__).resolve().parents[2]
KINDS = [a + c for a, held in uscc.authorities().items() for c in held.classes]


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """A code with both check digits right, of a known authority, class and region."""
    body = draw(st.text(uscc.ALPHABET, min_size=8, max_size=8))
    region = draw(st.sampled_from(sorted(regions.table())))
    first = draw(st.sampled_from(KINDS)) + region + body + uscc.body_digit(body)
    return first + uscc.check_digit(first)


@st.composite
def project_codes(draw: st.DrawFn) -> str:
    """A code of the new form for Beijing, given between 2021 and 2029."""
    year, month = draw(st.integers(21, 29)), draw(st.integers(1, 12))
    kind, number = draw(st.sampled_from(sorted(projects.types("types")))), draw(st.integers(0, 99999))
    return groups(f"{year:02d}{month:02d}11011289{kind}{number:05d}")


def groups(first19: str) -> str:
    d = first19 + projects.check_digit(first19)
    return "-".join((d[:4], d[4:10], d[10:12], d[12:14], d[14:]))


@given(credit_codes())
def test_a_right_credit_code_passes(code: str) -> None:
    found = check("uscc", code)
    assert (found.state, found.normalised, found.message.code) == (State.OK, code, "uscc.ok")
    assert "".join(p.value for p in found.parts[:3]) == code[:8]
    assert check("uscc", f" {code.lower()[:9]} {code[9:]}\n") == found


@given(credit_codes(), st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_no_single_slip_in_a_credit_code_passes(code: str, place: int, char: str) -> None:
    slipped = code[:place] + char + code[place + 1 :]
    assert check("uscc", slipped).state == (State.OK if slipped == code else State.BAD)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("9111011260003734", "uscc.length"),
        ("91110112O00373410L", "uscc.alphabet"),
        ("9111A112600037341L", "uscc.region_shape"),
        ("91110000600037341M", "uscc.checksum"),
        ("", "uscc.length"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(value: str, code: str) -> None:
    found = check("uscc", value)
    assert (found.state, found.message.code) == (State.BAD, code)


def test_a_letter_that_is_never_used_is_guessed_at() -> None:
    found = check("uscc", "9111000O600037341L")
    assert found.message.zh == "第8位“O”不在代码字符集内，是否应为“0”？"
    assert found.message.en == "Character 8, “O”, is not used in these codes; is “0” meant?"


@pytest.mark.parametrize(
    ("first17", "code"),
    [
        ("91110112" + "600037349", "uscc.body"),
        ("91999999" + "600037341", "gb2260.unknown"),
        ("B1110112" + "600037341", "uscc.kind"),
        ("B1999999" + "600037349", "uscc.kind gb2260.unknown uscc.body"),
    ],
)
def test_what_is_only_likely_to_be_wrong_warns(first17: str, code: str) -> None:
    found = check("uscc", first17 + uscc.check_digit(first17))
    assert (found.state, found.message.code) == (State.WARNING, code)


@pytest.mark.parametrize(
    ("body", "digit"), [("60003734", "1"), ("00000000", "0"), ("D2143569", "X"), ("20000000", "5")]
)
def test_the_digit_of_an_organisation_code(body: str, digit: str) -> None:
    # D2143569-X is the standard's own example; 2×3 = 6, 11 − 6 = 5
    assert uscc.body_digit(body) == digit


@given(project_codes())
def test_a_right_project_code_passes_with_and_without_hyphens(code: str) -> None:
    found = check("project_code", code)
    assert (found.state, found.normalised) == (State.OK, code)
    assert found.part("type") is not None
    assert check("project_code", code.replace("-", "")) == found
    assert check("project_code", code.replace("-", "—")) == found


@given(project_codes(), st.integers(0, 19), st.sampled_from("0123456789"))
def test_no_single_slip_in_a_project_code_goes_unseen(code: str, place: int, digit: str) -> None:
    digits = code.replace("-", "")
    slipped = digits[:place] + digit + digits[place + 1 :]
    found = check("project_code", slipped)
    old = 2015 <= int(slipped[:4]) <= 2020  # one slip away from a month of 2021: it has no check digit
    assert (found.state is State.OK) == (slipped == digits) or old
    assert mod_11_10.is_valid(slipped) == (slipped == digits)


@pytest.mark.parametrize(
    ("code", "state", "said"),
    [
        ("2011-110112-89-01-00001", State.OK, "project_code.ok"),  # November 2020
        ("2012-110112-89-01-00001", State.OK, "project_code.ok"),
        ("2010-110112-89-01-00001", State.BAD, "project_code.time"),
        ("2113-110112-89-01-00001", State.BAD, "project_code.time"),
        ("2203-110112-89-77-00001", State.WARNING, "project_code.type"),
        ("2203-110199-89-01-00001", State.WARNING, "gb2260.unknown"),
        ("2203-110228-89-01-00001", State.WARNING, "gb2260.not_then"),  # 密云县 until 2015
    ],
)
def test_new_project_codes(code: str, state: State, said: str) -> None:
    found = check("project_code", groups(code.replace("-", "")))
    assert (found.state, found.message.code) == (state, said)


def test_a_failed_check_digit_of_a_project_warns_only() -> None:
    right = groups("2203110112890100001")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    found = check("project_code", wrong)
    assert (found.state, found.message.code, found.normalised) == (
        State.WARNING,
        "project_code.checksum",
        wrong,
    )


def test_old_project_codes_are_known_by_their_year() -> None:
    found = check("project_code", "2018-110112-48-03-001234")
    assert (found.state, found.message.code) == (State.OK, "project_code.ok_old")
    assert [(p.key, p.zh) for p in found.parts] == [
        ("time", "2018年赋码"),
        ("region", "北京市通州区"),
        ("industry", "土木工程建筑业"),
        ("approval", "备案"),
        ("number", "顺序号"),
    ]


@pytest.mark.parametrize(
    "value", ["", "2203-110112-89-01", "22031101128901000011", "2203-110112-89-01-00001A"]
)
def test_a_project_code_of_another_shape(value: str) -> None:
    digits = value.replace("-", "")
    found = check("project_code", value)
    assert found.message.code == (
        "project_code.shape" if len(digits) != 20 or "A" in value else "project_code.checksum"
    )


def test_a_project_code_given_later_than_its_day_warns() -> None:
    code = groups("2203110112890100001")
    assert check("project_code", code, date(2022, 2, 28)).message.code == "project_code.future"
    assert check("project_code", code, date(2022, 3, 1)).state == State.OK


@pytest.mark.parametrize(
    ("code", "on", "state", "name"),
    [
        ("110112", None, State.OK, "北京市通州区"),
        ("110112", date(1996, 5, 1), State.WARNING, "北京市通州区"),
        ("110223", date(1996, 5, 1), State.OK, "北京市通县（至1997年）"),
        ("110223", None, State.OK, "北京市通县（至1997年）"),
        ("110223", date(2022, 1, 1), State.WARNING, "北京市通县（至1997年）"),
        ("130202", None, State.OK, "河北省唐山市路南区"),
        ("429004", None, State.OK, "湖北省仙桃市"),
        ("100000", None, State.OK, "国家级登记机关"),
        ("110112104", None, State.OK, "北京市通州区"),
        ("110112104001", None, State.OK, "北京市通州区"),
        ("110199", None, State.WARNING, ""),
    ],
)
def test_divisions_with_their_years(code: str, on: date | None, state: State, name: str) -> None:
    found = check("gb2260", code, on)
    part = found.part("region")
    assert part is not None
    assert (found.state, part.zh) == (state, name)


@pytest.mark.parametrize("value", ["11011", "1101122", "11011A", "１１０１１"])
def test_a_division_code_of_another_shape(value: str) -> None:
    assert check("gb2260", value).message.code == "gb2260.shape"


def test_the_table_of_divisions_is_read_whole() -> None:
    assert len(regions.table()) > 6800
    assert {
        r.name for held in regions.table().values() for r in held if re.search(r"[\[\],]", r.name)
    } == set()
    assert [r.name for r in regions.table()["120110"]] == ["东郊区", "东丽区"]


def test_twenty_sections_and_ninety_seven_divisions() -> None:
    table = industries.table()
    assert (table.edition, table.since) == ("GB/T 4754-2017", date(2017, 10, 1))
    divisions = [c for c in table.industries if c.isdigit()]
    assert divisions == [f"{n:02d}" for n in range(1, 98)]
    assert [c for c in table.industries if c.isalpha()] == list("ABCDEFGHIJKLMNOPQRST")


@pytest.mark.parametrize(
    ("value", "normal", "state", "said"),
    [
        ("C", "C", State.OK, "gb4754.ok"),
        ("39", "39", State.OK, "gb4754.ok"),
        ("c39", "39", State.OK, "gb4754.ok"),
        ("3921", "3921", State.OK, "gb4754.ok_finer"),
        ("D3921", "D3921", State.BAD, "gb4754.section"),
        ("98", "98", State.BAD, "gb4754.unknown"),
        ("00", "00", State.BAD, "gb4754.unknown"),
        ("U", "U", State.BAD, "gb4754.shape"),
        ("39211", "39211", State.BAD, "gb4754.shape"),
    ],
)
def test_industries(value: str, normal: str, state: State, said: str) -> None:
    found = check("gb4754", value)
    assert (found.normalised, found.state, found.message.code) == (normal, state, said)


def test_the_prefix_is_the_parent() -> None:
    assert [industries.parent(c) for c in ("3921", "392", "39", "C", "98")] == ["392", "39", "C", "", ""]
    assert industries.names("3921") == (
        "计算机、通信和其他电子设备制造业",
        "Computers, communication and other electronic equipment",
    )
    assert check("gb4754", "39", date(2017, 9, 30)).message.code == "gb4754.edition"


def test_a_local_number_is_taken_as_it_is() -> None:
    assert check("local", " 通发改〔2022〕7号 ").normalised == "通发改〔2022〕7号"
    assert check("local", "  ").state == State.BAD
    assert check("local", "x" * 65).message.code == "local.length"


def test_every_scheme_has_a_check_and_an_unknown_one_is_an_error() -> None:
    assert set(SCHEMES) == set(CodeScheme.values)
    with pytest.raises(UnknownScheme, match="isbn: not a scheme"):
        check("isbn", "1")


@given(st.sampled_from(sorted(SCHEMES)), st.text(max_size=30))
def test_any_text_gets_a_verdict_with_a_sentence_in_both_languages(scheme: str, value: str) -> None:
    found = check(scheme, value)
    assert found.message.zh.endswith(("。", "？"))
    assert found.message.en.endswith((".", "?"))


def test_every_finding_is_described() -> None:
    code = "".join(f.read_text(encoding="utf-8") for f in (ROOT / "src/tongjian/kernel/codes").glob("*.py"))
    said = set(re.findall(r'"((?:uscc|project_code|gb2260|gb4754|local)\.[a-z_]+)"', code))
    page = (ROOT / "docs/reference/codes.md").read_text(encoding="utf-8")
    assert len(said) >= 20
    assert {s for s in said if f"`{s}`" not in page} == set()
