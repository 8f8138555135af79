"""Validation without a ledger: each check by exact lines, its arithmetic by properties."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongjian.facts.validation import arithmetic
from tongjian.facts.validation.examine import CHECKS, examine
from tongjian.facts.validation.findings import Finding
from tongjian.facts.validation.observed import Key, Known, Metering, Observed
from tongjian.facts.validation.specs import FIELDS, RuleError, rules_of
from tongjian.packs import entries
from tongjian.values import Number, Period

SALES = Metering(1, "sales", "零售额", "Sales", "亿元", "flow")
INDUSTRY = Metering(2, "industry", "工业产值", "Industry", "亿元", "flow", first_month=2)
RATE = Metering(3, "rate", "失业率", "Unemployment", "%", "stock")
PEOPLE = Metering(4, "people", "人口", "People", "万人", "stock")
ONLINE = Metering(5, "online", "网上零售额", "Online sales", "万元", "flow")
PER_HEAD = Metering(6, "per_head", "人均零售额", "Sales a head", "元/人", "ratio")
SHARE = Metering(7, "share", "网零占比", "Online share", "%", "ratio")
ALL = (SALES, INDUSTRY, RATE, PEOPLE, ONLINE, PER_HEAD, SHARE)
AREA = 100
COLUMNS = iter(f"I{n}" for n in range(2, 100_000))


def seen(
    metric: Metering, period: str, number: str, *, subject: int = AREA, exact: bool = True, **key: str
) -> Observed:
    """One cell of a workbook."""
    when = Period.parse(period)
    kind = "point" if metric.kind == "stock" else "single"
    if kind == "single" and when.start % 12 == 0 and when.months > 1:
        kind = "cumulative"
    unit = "%" if key.get("measure") == "growth" else metric.unit
    named = Key(metric.pk, subject, kind=kind, **key)
    ref = f"{metric.key} @ {period}"
    return Observed(
        metric, named, when, Number.parse(number), unit, "填报", next(COLUMNS), ref, "河东区", exact
    )


def found(check: str, sent: list[Observed], before: list[Observed] = (), **how: object) -> list[Finding]:
    """What one check says of a workbook over a ledger."""
    extra = {k: how.pop(f"known_{k}") for k in ("peers", "groups", "ratios") if f"known_{k}" in how}
    known = Known({m.key: m for m in ALL}, **extra)
    for one in before:
        known.put(one.key, one.period, one.number)
    for one in sent:
        known.see(one)
    body = {"key": check, "name": "名", "name_en": "Name", "check": check, "severity": "hard", **how}
    return examine(sent, known, rules_of([body]))


def lines(findings: list[Finding]) -> list[str]:
    return [f.zh for f in findings]


# Months add up


def test_last_months_total_and_this_month_make_this_months_total() -> None:
    sent = [seen(SALES, "2022-11", "9.0"), seen(SALES, "2022-01/2022-11", "119.0")]
    before = [seen(SALES, "2022-01/2022-10", "100.0")]
    wrong = found("cumulative", sent, before)
    assert lines(wrong) == [
        "河东区零售额：1—10月 100.0 + 11月 9.0 = 109亿元，1—11月填报 119.0亿元，相差 10，四舍五入至多 0.15"
    ]
    assert wrong[0].en == (
        "Sales (河东区): Jan–Oct 100.0 + Nov 9.0 = 109 亿元, but Jan–Nov says 119.0 亿元: "
        "10 apart, rounding explains 0.15 at most"
    )
    assert wrong[0].cell == sent[0].cell
    assert wrong[0].is_hard


@pytest.mark.parametrize("total", ["108.9", "109.0", "109.1"])
def test_rounding_explains_a_little(total: str) -> None:
    sent = [seen(SALES, "2022-11", "9.0"), seen(SALES, "2022-01/2022-11", total)]
    assert found("cumulative", sent, [seen(SALES, "2022-01/2022-10", "100.0")]) == []


def test_january_and_february_may_come_together() -> None:
    sent = [seen(INDUSTRY, "2022-02", "5"), seen(INDUSTRY, "2022-01/2022-02", "90")]
    assert found("cumulative", sent, [seen(INDUSTRY, "2022-01", "0")]) == []
    march = [seen(INDUSTRY, "2022-03", "40"), seen(INDUSTRY, "2022-01/2022-03", "130")]
    assert found("cumulative", march, sent) == []
    assert len(found("cumulative", [march[0], seen(INDUSTRY, "2022-01/2022-03", "150")], sent)) == 1


def test_january_is_the_month_and_the_total() -> None:
    sent = [seen(SALES, "2022-01", "10"), seen(SALES, "2022-02", "10"), seen(SALES, "2022-01/2022-02", "25")]
    assert lines(found("cumulative", sent)) == [
        "河东区零售额：1月 10 + 2月 10 = 20亿元，1—2月填报 25亿元，相差 5，四舍五入至多 1.5"
    ]


def test_the_year_is_the_total_of_december() -> None:
    sent = [seen(SALES, "2022-12", "10"), seen(SALES, "2022", "150")]
    assert len(found("cumulative", sent, [seen(SALES, "2022-01/2022-11", "130")])) == 1


def test_a_correction_of_october_is_held_against_november() -> None:
    before = [seen(SALES, "2022-11", "9"), seen(SALES, "2022-01/2022-11", "109")]
    assert len(found("cumulative", [seen(SALES, "2022-01/2022-10", "90")], before)) == 1


def test_a_value_with_a_bound_is_not_reckoned_with() -> None:
    sent = [seen(SALES, "2022-11", "9"), seen(SALES, "2022-01/2022-11", "200", exact=False)]
    assert found("cumulative", sent, [seen(SALES, "2022-01/2022-10", "100")]) == []


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 3))
def test_numbers_rounded_from_exact_ones_always_add_up(a: int, b: int, places: int) -> None:
    parts = [Decimal(a) / 1000, Decimal(b) / 1000]
    shown = [Number.of(p).rounded(places) for p in (*parts, sum(parts))]
    assert arithmetic.summed(shown[:2], shown[2]).holds


def test_a_total_does_not_fall() -> None:
    before = [seen(SALES, "2022-01/2022-10", "100.0")]
    assert lines(found("falling", [seen(SALES, "2022-01/2022-11", "90.5")], before)) == [
        "河东区零售额：1—10月 100.0亿元，1—11月 90.5亿元：累计数减少 9.5亿元"
    ]
    assert found("falling", [seen(SALES, "2022-01/2022-11", "100.0")], before) == []
    profit = Metering(8, "profit", "利润", "Profit", "亿元", "flow", may_be_negative=True)
    earlier = seen(profit, "2022-01/2022-10", "100")
    assert found("falling", [seen(profit, "2022-01/2022-11", "90")], [earlier]) == []


# Slips


POWERS = {"powers": {"money": [2, 3, 4, 8], "ratio": [2], "default": [4, 8]}}


@pytest.mark.parametrize(
    ("number", "power"),
    [("9123500", 4), ("0.09", -4), ("91235", 2), ("912350", 3), ("9.2e10", 8)],
)
def test_a_slip_of_the_unit_is_told_with_what_it_would_be(number: str, power: int) -> None:
    before = [seen(SALES, "2021-01/2021-11", "900.0"), seen(SALES, "2022-01/2022-10", "850.0")]
    sent = [seen(SALES, "2022-01/2022-11", str(Number.of(Decimal(number))))]
    (told,) = found("slip", sent, before, **POWERS)
    assert f"疑似单位错 10^{abs(power)}" in told.zh
    assert told.cell == sent[0].cell


def test_the_line_of_a_slip_shows_its_arithmetic() -> None:
    (told,) = found(
        "slip",
        [seen(SALES, "2022-01/2022-11", "9123500")],
        [seen(SALES, "2021-01/2021-11", "900.0")],
        **POWERS,
    )
    assert told.zh == (
        "河东区零售额：填报 9123500亿元 ÷ 上年同期 900.0亿元 = 10140 倍，疑似单位错 10^4；按此折算为 912.35亿元"
    )


def test_a_share_written_as_a_fraction_is_a_slip() -> None:
    before = [seen(RATE, "2022-10", "3.92")]
    assert len(found("slip", [seen(RATE, "2022-11", "0.0395")], before, **POWERS)) == 1


@pytest.mark.parametrize("number", ["1200", "30", "0", "-900", "20000"])
def test_growth_and_zero_are_no_slips(number: str) -> None:
    before = [seen(SALES, "2021-01/2021-11", "900.0")]
    assert found("slip", [seen(SALES, "2022-01/2022-11", number)], before, **POWERS) == []


def test_both_references_must_say_the_same() -> None:
    before = [seen(SALES, "2021-01/2021-11", "0.1"), seen(SALES, "2022-01/2022-10", "950")]
    assert found("slip", [seen(SALES, "2022-01/2022-11", "1000")], before, **POWERS) == []


def test_without_a_history_the_areas_beside_it_tell() -> None:
    peers = {n: tuple(range(100, 107)) for n in range(100, 107)}
    others = [seen(SALES, "2022", str(n), subject=100 + n) for n in range(1, 7)]
    sent = [seen(SALES, "2022", "42000")]
    options = {"peer_powers": {"default": [4]}, "peers": 5, "peer_spread": 5}
    (told,) = found("slip", sent, others, known_peers=peers, **POWERS, **options)
    assert "÷ 同级地区中位数 4亿元" in told.zh
    assert found("slip", sent, others[:3], known_peers=peers, **POWERS, **options) == []


@given(st.integers(1, 10**6), st.sampled_from([2, 3, 4, 8, -2, -3, -4, -8]))
def test_a_value_in_another_unit_is_always_seen(mantissa: int, power: int) -> None:
    value, reference = Number(mantissa * 10 ** max(power, 0)), Number(mantissa * 10 ** max(-power, 0))
    assert arithmetic.slip(value, reference, (2, 3, 4, 8), Fraction(2)) == power


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_what_lies_within_fifty_times_is_never_a_slip(a: int, b: int) -> None:
    assume(Fraction(1, 50) < Fraction(a, b) < 50)
    assert arithmetic.slip(Number(a), Number(b), (2, 3, 4, 8), Fraction(2)) is None


# Growth


def test_growth_is_held_against_the_two_levels() -> None:
    sent = [seen(SALES, "2022", "103.2"), seen(SALES, "2022", "5.1", measure="growth")]
    (told,) = found("growth", sent, [seen(SALES, "2021", "100.0")], severity="soft", hard_beyond=10)
    assert told.zh == (
        "河东区零售额：103.2 ÷ 上年同期 100.0亿元 − 1 = 3.2%（四舍五入范围 3.1—3.3%），填报增速 5.1%，超出 1.7 个百分点"
    )
    assert (told.cell, told.severity) == (sent[1].cell, "soft")


@pytest.mark.parametrize("growth", ["3.1", "3.2", "3.3", "3.4", "3"])
def test_rounding_and_truncation_are_no_gap(growth: str) -> None:
    sent = [seen(SALES, "2022", "103.2"), seen(SALES, "2022", growth, measure="growth")]
    assert found("growth", sent, [seen(SALES, "2021", "100.0")]) == []


def test_a_wide_gap_is_hard() -> None:
    sent = [seen(SALES, "2022", "51.0", measure="growth")]
    before = [seen(SALES, "2021", "100"), seen(SALES, "2022", "105")]
    (told,) = found("growth", sent, before, severity="soft", hard_beyond=10)
    assert told.severity == "hard"


def test_a_base_of_zero_allows_any_growth() -> None:
    sent = [seen(SALES, "2022", "5"), seen(SALES, "2022", "999", measure="growth")]
    assert found("growth", sent, [seen(SALES, "2021", "0")]) == []


def test_growth_at_constant_prices_has_a_rule_of_its_own() -> None:
    sent = [
        seen(SALES, "2022", "110"),
        seen(SALES, "2022", "4.0", measure="growth", basis="constant_price"),
    ]
    before = [seen(SALES, "2021", "100")]
    assert found("growth", sent, before, basis=["natural"]) == []
    assert found("growth", sent, before, basis=["constant_price"], soft_beyond=8) == []
    assert len(found("growth", sent, before, basis=["constant_price"], soft_beyond=3)) == 1


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 2))
def test_growth_worked_out_from_exact_levels_always_fits(now: int, last: int, places: int) -> None:
    exact = Decimal(now) / Decimal(last) * 100 - 100
    grown = Number.of(exact.quantize(Decimal(1).scaleb(-places)))
    span = arithmetic.growth_span(Number(now), Number(last))
    assert span is not None
    assert arithmetic.span(grown, Fraction(1)).distance(span) == 0


# Outliers and ranges


def years(changes: list[str], to: str) -> list[Observed]:
    """October 100 and November 100 + change in the years before 2022, and October 2022."""
    made = []
    for back, change in enumerate(changes, start=1):
        made.append(seen(SALES, f"{2022 - back}-10", "100"))
        made.append(seen(SALES, f"{2022 - back}-11", str(100 + Decimal(change))))
    return [*made, seen(SALES, "2022-10", to)]


def test_a_change_unlike_that_of_other_years_is_noted() -> None:
    before = years(["4", "5", "3", "4", "6"], "200")
    (told,) = found("seasonal", [seen(SALES, "2022-11", "270")], before, times=5, least_spread=1)
    assert told.zh == (
        "河东区零售额：较2022年10月变动 +35.0%，往年同期变动中位数 +4.0%（5 年），"
        "相差 31.0 ÷ 稳健标准差 1.5 = 20.9 倍"
    )
    assert found("seasonal", [seen(SALES, "2022-11", "210")], before, times=5, least_spread=1) == []


def test_a_season_is_no_outlier() -> None:
    before = years(["80", "85", "78", "82"], "200")
    assert found("seasonal", [seen(SALES, "2022-11", "365")], before, times=5, least_spread=1) == []


def test_a_short_history_says_nothing() -> None:
    before = years(["4", "5", "3"], "200")
    assert found("seasonal", [seen(SALES, "2022-11", "900")], before, least_years=4) == []


def test_one_odd_year_does_not_hide_the_next() -> None:
    before = years(["4", "900", "3", "4", "5"], "100")
    assert len(found("seasonal", [seen(SALES, "2022-11", "150")], before, times=5, least_spread=1)) == 1


def test_a_rate_changes_by_points() -> None:
    before = [seen(RATE, f"{y}-{m}", "3.9") for y in range(2017, 2022) for m in ("10", "11")]
    before.append(seen(RATE, "2022-10", "3.9"))
    (told,) = found("seasonal", [seen(RATE, "2022-11", "13.9")], before, times=5, least_spread=1)
    assert "变动 +10.0%，往年同期变动中位数 +0.0%" in told.zh


def test_a_growth_seldom_seen_is_noted() -> None:
    sent = [seen(SALES, "2022", "180", measure="growth")]
    assert lines(found("range", sent, measure="growth", low=-50, high=100)) == [
        "河东区零售额：填报 180%，通常在 -50 与 100% 之间"
    ]
    assert found("range", sent, measure="growth", low=-50) == []


# Across series


def test_a_part_is_not_above_its_whole_whatever_their_units() -> None:
    sent = [seen(ONLINE, "2022", "1200000"), seen(SALES, "2022", "100.0")]
    wrong = found("part_whole", sent, part="online", whole="sales")
    assert lines(wrong) == ["河东区：网上零售额 1200000万元 > 零售额 100.0亿元，部分大于总体"]
    fine = [seen(ONLINE, "2022", "1000400"), sent[1]]
    assert found("part_whole", fine, part="online", whole="sales") == []


def test_a_group_is_not_above_the_whole() -> None:
    sent = [seen(PEOPLE, "2022", "30.5", breakdown="老年人"), seen(PEOPLE, "2022", "20.0")]
    assert lines(found("breakdown", sent)) == ["河东区人口：老年人 30.5万人 > 合计 20.0万人，部分大于总体"]


def test_parts_make_their_sum() -> None:
    options = {"total": "sales", "parts": ["industry", "online"]}
    sent = [
        seen(SALES, "2022", "100.0"),
        seen(INDUSTRY, "2022", "60.0"),
        seen(ONLINE, "2022", "300000"),
    ]
    assert lines(found("sum", sent, **options))[0] == (
        "河东区：工业产值 60.0 + 网上零售额 30.0000 = 90亿元，零售额填报 100.0亿元，相差 10，四舍五入至多 0.1"
    )
    assert found("sum", sent[:2], **options) == [], "a part that is missing stays missing"


def test_areas_make_up_the_whole_only_when_all_are_known() -> None:
    groups = {"towns": (AREA, (101, 102))}
    sent = [seen(SALES, "2022", "100"), seen(SALES, "2022", "40", subject=101)]
    both = [*sent, seen(SALES, "2022", "50", subject=102)]
    assert found("areas", sent, known_groups=groups, among="towns") == []
    assert lines(found("areas", both, known_groups=groups, among="towns"))[0] == (
        "零售额：2 个地区合计 90亿元，总计填报 100亿元，相差 10，四舍五入至多 1.5"
    )


def test_a_ratio_is_its_numerator_over_its_denominator() -> None:
    ratios = ((SHARE, ONLINE, SALES),)
    sent = [seen(ONLINE, "2022", "250000"), seen(SALES, "2022", "100.0"), seen(SHARE, "2022", "30.0")]
    wrong = found("ratio", sent, known_ratios=ratios)
    assert wrong[0].zh.startswith("河东区：网上零售额 250000万元 ÷ 零售额 100.0亿元 = 24.98")
    fine = [*sent[:2], seen(SHARE, "2022", "25.0")]
    assert found("ratio", fine, known_ratios=ratios) == []


# Rules as data


def test_every_check_has_its_fields_and_its_function() -> None:
    assert set(FIELDS) == set(CHECKS)


def test_the_shipped_rules_can_be_meant() -> None:
    rules = rules_of([e.body for e in entries("validation")])
    assert {r.check for r in rules} >= {"slip", "cumulative", "falling", "growth", "seasonal", "range"}
    metrics = {e.key for e in entries("metrics")}
    named = {str(r.params[n]) for r in rules for n in ("part", "whole", "total") if n in r.params}
    assert named <= metrics


@pytest.mark.parametrize(
    "changed", [{"check": "guess"}, {"severity": "loud"}, {"lowest": 1}, {"name_en": ""}]
)
def test_a_rule_that_cannot_be_meant_is_told(changed: dict[str, object]) -> None:
    body = {"key": "a", "name": "名", "name_en": "Name", "check": "falling", "severity": "hard"}
    with pytest.raises(RuleError, match="a:"):
        rules_of([{**body, **changed}])


def test_a_rule_that_is_off_says_nothing_and_one_for_some_metrics_covers_those() -> None:
    body = {"key": "a", "name": "名", "name_en": "N", "check": "falling", "severity": "off"}
    assert rules_of([body]) == ()
    (rule,) = rules_of([{**body, "severity": "soft", "metrics": ["sales"], "except": ["online"]}])
    assert [rule.covers(m) for m in ("sales", "online", "rate")] == [True, False, False]


def test_the_fingerprint_follows_the_arithmetic() -> None:
    before = [seen(SALES, "2022-01/2022-10", "100.0")]
    one = found("falling", [seen(SALES, "2022-01/2022-11", "90.5")], before)
    same = found("falling", [seen(SALES, "2022-01/2022-11", "90.5")], before)
    other = found("falling", [seen(SALES, "2022-01/2022-11", "90.4")], before)
    assert one[0].fingerprint == same[0].fingerprint != other[0].fingerprint
