"""How figures are said: one line of docs/reference/templates.md each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures import gap, growth, known
from tongjian.reports.idioms import POWERS, say
from tongjian.reports.known import Known, Unresolved
from tongjian.reports.numerals import in_hanzi
from tongjian.reports.options import NONE, Options, parse
from tongjian.values import Number


def said(figure: Known, options: str = "") -> str:
    """before|shown|after."""
    chosen, problems = parse([p.strip() for p in options.split("|")] if options else [], 1)
    assert not problems
    words = say(figure, chosen)
    return f"{words.before}|{words.shown}|{words.after}"


@pytest.mark.parametrize(
    ("figure", "options", "expected"),
    [
        (known("892.3"), "", "|892.3亿元|"),
        (known("99.40", "%"), "", "|99.40%|"),
        (growth("4.1"), "", "增长|4.1%|"),
        (growth("-3.2"), "", "下降|3.2%|"),
        (growth("0.0"), "", "|持平|"),
        (growth("-3.2"), "words 提高 降低", "降低|3.2%|"),
        (growth("-3.2"), "plain", "|-3.2%|"),
        (growth("-3.2"), "bare", "|-3.2|"),
        (growth("3", bound="approx"), "", "增长|3%|左右"),
        (growth("10", bound="over"), "", "增长超|10%|"),
        (growth("3", bound="approx", status="estimate"), "status | lead 同比", "预计同比增长|3%|左右"),
        (growth("3", status="actual"), "status | lead 同比", "同比增长|3%|"),
        (gap("4.1", "0.8", "3.3"), "", "高于全市|3.3个百分点|"),
        (gap("0.8", "4.1", "-3.3"), "gap 全省", "低于全省|3.3个百分点|"),
        (gap("-3.2", "-6.3", "3.1"), "", "降幅小于全市|3.1个百分点|"),
        (gap("-6.3", "-3.2", "-3.1"), "", "降幅大于全市|3.1个百分点|"),
        (gap("-0.5", "1.0", "-1.5"), "", "低于全市|1.5个百分点|"),
        (gap("4.1", "4.1", "0.0"), "", "与全市|持平|"),
        (gap("4.1", "0.8", "3.3"), "side 全市平均水平", "|高于全市平均水平|"),
        (known("6", "位", "rank"), "", "|第6位|"),
        (known("4", "位", "rank"), "ordinal", "|第四|"),
        (known("12", "位", "rank"), "ordinal", "|第十二|"),
        (known("6", "位"), "ordinal", "|第六|"),
        (known("1", "位", "rank"), "ordinal | first 首位", "|首位|"),
        (known("2", "位", "rank"), "ordinal | first 首位", "|第二|"),
        (known("5000", "座", bound="over"), "", "超|5000座|"),
        (known("5000", "座", bound="over", words="突破5000座"), "", "突破|5000座|"),
        (known("5000", "座", bound="over"), "bound 超过", "超过|5000座|"),
        (known("5000", "座", bound="over"), "exact", "|5000座|"),
        (known("4", "万人", bound="over", words="4万余人"), "", "|4万余人|"),
        (known("6000", "套", bound="over"), "bound 余", "|6000余套|"),
        (known("2.6", "万处", bound="over"), "bound 余", "|2.6万余处|"),
        (known("5046", "座"), "round 1000 超", "超|5000座|"),
        (known("5000", "座"), "round 1000 超", "|5000座|"),
        (known("5000", "座", bound="over"), "round 1000 余", "超|5000座|"),
        (known("4.0312", "万人"), "round 1 余", "|4万余人|"),
        (known("40312", "人"), "in 万人 | round 1 余", "|4万余人|"),
        (known("3.962"), "round 1 近", "近|4亿元|"),
        (known("1.312700"), "round 0.1 约", "约|1.3亿元|"),
        (known("1.300000"), "round 0.1 约", "约|1.3亿元|"),
        (growth("-3.26"), "round 1 超", "下降超|3%|"),
        (known("540", bound="approx", words="540亿元左右"), "", "|540亿元|左右"),
        (known("1.3", bound="approx", words="约1.3亿元"), "", "约|1.3亿元|"),
        (known("4", bound="lt", words="近4亿元"), "", "近|4亿元|"),
        (known("1.5", "万人", bound="ge", words="不少于1.5万人"), "", "不少于|1.5万人|"),
        (known("5", "%", bound="le"), "", "|5%|以内"),
        (known("540", bound="approx", words="不少于540亿元"), "", "|540亿元|左右"),
        (known("1.3"), "in 万元", "|13000万元|"),
        (known("6536.8", "万元"), "in 亿元 | places 2", "|0.65亿元|"),
        (known("93.46", "%"), "places 1", "|93.5%|"),
        (known("100", "%"), "full 全覆盖", "|全覆盖|"),
        (known("99.9", "%"), "full 全覆盖", "|99.9%|"),
        (known("100", "%", bound="over"), "full 全覆盖", "超|100%|"),
        (known("112.5", "%", "completion"), "exceed 超额完成", "|超额完成|"),
        (known("97.5", "%", "completion"), "exceed 超额完成", "|97.5%|"),
        (known("100", "%"), "hanzi", "|百分百|"),
        (known("2", "个"), "hanzi", "|两个|"),
        (known("4", "个"), "hanzi | bare", "|四|"),
        (known("0", "件"), "hanzi | bare", "|零|"),
        (known("1000"), "magnitude", "|千亿元|"),
        (known("1032.5"), "magnitude", "超|千亿元|"),
        (known("1000", bound="approx"), "magnitude | bare | exact", "|千亿|"),
        (known("1", "万个", bound="over"), "magnitude", "超|万个|"),
        (known(None, measure="growth", words="稳步增长"), "", "|稳步增长|"),
    ],
)
def test_a_figure_is_said(figure: Known, options: str, expected: str) -> None:
    assert said(figure, options) == expected


@pytest.mark.parametrize(
    ("figure", "options", "code"),
    [
        (known("5"), "ordinal", "template.option_misplaced"),
        (growth("5"), "gap 全市", "template.option_misplaced"),
        (growth("5"), "magnitude", "template.option_misplaced"),
        (known("5", bound="over"), "bound 以内", "template.bound_word"),
        (known("5", "个"), "in 亿元", "template.unit"),
        (known("5.5", "个"), "hanzi", "template.hanzi"),
        (known("0"), "magnitude", "template.magnitude"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(figure: Known, options: str, code: str) -> None:
    with pytest.raises(Unresolved) as error:
        said(figure, options)
    assert error.value.code == code


def test_the_rounding_is_the_metric_s() -> None:
    assert said(known("0.25", "%"), "places 1") == "|0.3%|"
    assert said(known("0.25", "%", rounding="ROUND_HALF_EVEN"), "places 1") == "|0.2%|"


@given(st.integers(-(10**9), 10**9).filter(bool), st.integers(0, 4))
def test_the_direction_word_carries_the_sign(mantissa: int, decimals: int) -> None:
    number = Number(mantissa, decimals)
    words = say(growth(str(number)), NONE)
    assert words.before == ("增长" if mantissa > 0 else "下降")
    assert words.shown == f"{Number(abs(mantissa), decimals)}%"


@given(st.integers(1, 10**11))
def test_a_magnitude_is_never_above_the_value(value: int) -> None:
    words = say(known(str(value), "元"), Options(magnitude=True)) if value > 9 else None
    if words is not None:
        power = next(k for k, name in POWERS.items() if words.shown == f"{name}元")
        assert 10**power <= value < 10 ** (power + 1)
        assert words.before == ("超" if value > 10**power else "")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "零"), (10, "十"), (15, "十五"), (20, "二十"), (105, "一百零五"), (110, "一百一十"), (1001, "一千零一"), (10_500, "一万零五百"), (120_000, "十二万")],
)  # fmt: skip
def test_chinese_numerals(number: int, text: str) -> None:
    assert in_hanzi(number) == text
