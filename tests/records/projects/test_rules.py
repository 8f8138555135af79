"""Entry into the statistics, contradictions, slips, pairing: on plain values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongjian.records.projects.choices import WorkState
from tongjian.records.projects.rules import contradictions as c
from tongjian.records.projects.rules import entry, pairing, slips
from tongjian.records.projects.rules.contradictions import History, Seen, Spent, contradictions
from tongjian.records.projects.rules.pairing import Share
from tongjian.records.projects.rules.slips import By, Ground, Planned, SlipKind
from tongjian.values import Number

MARCH = 2022 * 12 + 2

RULES = entry.read(
    {
        "forms": [
            {"key": "small", "name": "小", "name_en": "small", "from_total": 500},
            {"key": "large", "name": "大", "name_en": "large", "from_total": 5000},
        ],
        "always": ["real_estate"],
        "needs": [["approval"], ["contract", "site_photo"], ["licence"]],
    }
)


@pytest.mark.parametrize(
    ("kind", "total", "obliged", "form"),
    [
        ("industry", 499, False, None),
        ("industry", 500, True, "small"),
        ("industry", 4999, True, "small"),
        ("industry", 5000, True, "large"),
        ("real_estate", 20, True, "small"),
        ("real_estate", None, True, "small"),
        ("industry", None, None, None),
    ],
)
def test_who_must_report(kind: str, total: int | None, obliged: bool | None, form: str | None) -> None:
    found = entry.check(kind, None if total is None else Number(total), ["approval"], RULES)
    assert found.obliged is obliged
    assert (found.form.key if found.form else None) == form


def test_the_entry_file_must_be_whole() -> None:
    lacking = entry.check("industry", Number(900), ["approval", "site_photo"], RULES)
    assert lacking.missing == (("licence",),)
    assert not lacking.may_enter
    whole = entry.check("industry", Number(900), ["approval", "contract", "licence"], RULES)
    assert whole.may_enter
    assert not entry.check("industry", Number(90), ["approval", "contract", "licence"], RULES).may_enter


# Contradictions


def spent(*amounts: int, first: int = MARCH) -> list[Spent]:
    return [Spent(first + n, Number(a)) for n, a in enumerate(amounts)]


def seen(*percents: int, first: int = MARCH) -> list[Seen]:
    return [Seen(first + n, WorkState.WORKING, p) for n, p in enumerate(percents)]


def test_money_that_moves_while_works_stand_still() -> None:
    found = contradictions(History(spent(10, 20, 30, 5), seen(40, 40, 40, 55)))
    assert [x.kind for x in found] == [c.MOVES]
    assert found[0].said() == "2022年4月至2022年5月投资 50 万元，而形象进度没有变化（40%）"
    assert contradictions(History(spent(10, 20, 30, 5), seen(40, 40, 45, 55))) == []
    assert contradictions(History(spent(10, 0, 0, 5), seen(40, 40, 40, 55))) == []


def test_the_same_words_or_a_suspension_are_a_standstill_too() -> None:
    texts = [Seen(MARCH + n, WorkState.WORKING, None, "主体结构施工至三层") for n in range(3)]
    halted = [Seen(MARCH + n, WorkState.SUSPENDED) for n in range(3)]
    assert [x.kind for x in contradictions(History(spent(1, 2, 3), texts))] == [c.MOVES]
    assert [x.kind for x in contradictions(History(spent(1, 2, 3), halted))] == [c.MOVES]
    done = [Seen(MARCH + n, WorkState.DONE, 100) for n in range(3)]
    assert contradictions(History(spent(1, 2, 3), done)) == []


def test_finished_but_spending() -> None:
    late = History(spent(9, first=MARCH + 8), finished_on=date(2022, 3, 20))
    found = contradictions(late)
    assert [x.kind for x in found] == [c.AFTER]
    assert found[0].said("en") == "finished on 2022-03-20, yet 9 (10,000 yuan) reported for Nov 2022"
    assert contradictions(History(spent(9, first=MARCH + 6), finished_on=date(2022, 3, 20))) == []


def test_the_start_after_the_first_amount() -> None:
    early = History(spent(9, 9), started_on=date(2022, 6, 1))
    assert [(x.kind, x.first) for x in contradictions(early)] == [(c.EARLY, MARCH)]
    land = History(
        [Spent(MARCH, Number(9), works=Number(0)), *spent(9, first=MARCH + 4)], started_on=date(2022, 6, 1)
    )
    assert contradictions(land) == []


def test_parent_and_parts_both_reported() -> None:
    found = contradictions(History(spent(9, 9), parts_reported={MARCH + 1: ["一期", "二期"]}))
    assert [x.said() for x in found] == ["2022年4月总项目与子项目（一期、二期）同时报数，会重复计算"]


def test_every_kind_has_words_in_both_languages() -> None:
    for kind in c.KINDS.values():
        one = c.Contradiction(kind, MARCH, MARCH, Number(1), date(2022, 1, 1), "works", ("part",))
        assert "{" not in one.said("zh") + one.said("en")


# Slips

LAST = datetime(2022, 6, 1, 9, tzinfo=UTC)
TODAY = date(2022, 7, 1)


def plan(seq: int, planned_on: date, at: datetime, reason: str = "", project: int = 1) -> Planned:
    return Planned(project, "construction", "roofed", seq, planned_on, reason, at)


def ground(reached: date | None = None, money: int = 800) -> Ground:
    stage = {(1, "construction", "roofed"): reached} if reached else {}
    return Ground(stage, {1: Number(money), 2: Number(50)}, {2: ["任务甲", "任务乙"]})


def test_a_plan_put_off_since_the_meeting_is_a_slip() -> None:
    first = plan(1, date(2022, 8, 1), LAST - timedelta(days=90))
    later = plan(2, date(2022, 10, 1), LAST + timedelta(days=9), "征拆未完成")
    (slip,) = slips.slipped([first, later], LAST, TODAY, ground())
    assert (slip.kind, slip.days, slip.reason, slip.money) == (SlipKind.MOVED, 61, "征拆未完成", Number(800))
    assert slips.slipped([first, later], LAST + timedelta(days=10), TODAY, ground()) == []


def test_a_day_that_passed_unmet_since_the_meeting_is_a_slip() -> None:
    first = plan(1, date(2022, 6, 15), LAST - timedelta(days=90))
    (slip,) = slips.slipped([first], LAST, TODAY, ground())
    assert (slip.kind, slip.was, slip.days) == (SlipKind.MISSED, date(2022, 6, 15), 16)
    assert slips.slipped([first], LAST, TODAY, ground(reached=date(2022, 6, 15))) == []
    (late,) = slips.slipped([first], LAST, TODAY, ground(reached=date(2022, 6, 20)))
    assert late.days == 5
    assert slips.slipped([first], LAST + timedelta(days=20), TODAY, ground()) == []  # told at that meeting


def test_what_slipped_is_ranked_by_money_or_by_promises() -> None:
    plans = [plan(1, date(2022, 6, 15), LAST, project=p) for p in (1, 2)]
    found = slips.slipped(plans, LAST, TODAY, ground())
    assert [s.project for s in slips.ranked(found, By.MONEY)] == [1, 2]
    assert [s.project for s in slips.ranked(found, By.PROMISE)] == [2, 1]


# Pairing


def share(party: str, hundredths: int, since: date | None = None, until: date | None = None) -> Share:
    return Share(party, Number(hundredths, 2), since, until)


def test_shares_sum_to_one_on_every_day() -> None:
    assert pairing.unbalanced([share("here", 60), share("there", 40)]) is None
    short = pairing.unbalanced([share("here", 60), share("there", 30)])
    assert short is not None
    assert short.total == Fraction(9, 10)
    handed_over = [
        share("here", 60, date(2021, 1, 1)),
        share("there", 40, date(2021, 1, 1), date(2022, 12, 31)),
        share("third", 40, date(2023, 1, 1)),
    ]
    assert pairing.unbalanced(handed_over) is None
    gap = pairing.unbalanced([*handed_over[:2], share("third", 40, date(2023, 1, 2))])
    assert gap is not None
    assert gap.since == date(2023, 1, 1)


def test_a_party_has_one_share_at_a_time() -> None:
    assert pairing.overlapping([share("here", 60), share("here", 40)]) is not None
    assert (
        pairing.overlapping([share("a", 50, None, date(2022, 1, 1)), share("a", 50, date(2022, 1, 2))])
        is None
    )


def test_a_total_takes_the_own_share_and_an_unpaired_project_whole() -> None:
    pair = [share("here", 60, date(2021, 1, 1)), share("there", 40, date(2021, 1, 1))]
    assert pairing.share_of("here", pair, date(2022, 1, 1)) == Fraction(3, 5)
    assert pairing.share_of("third", pair, date(2022, 1, 1)) == 0
    assert pairing.share_of("here", pair, date(2020, 1, 1)) == 1
    assert pairing.shared(Number(1001), Fraction(3, 5)) == Number(6006, 1)
    assert pairing.shared(Number(1001), Fraction(1)) == Number(1001)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=5), st.integers(-3, 3))
def test_only_shares_that_sum_to_one_pass(parts: list[int], off: int) -> None:
    whole = sum(parts)
    held = [Share(str(n), Number(round(p * 10**6 / whole), 6)) for n, p in enumerate(parts)]
    rest = 10**6 - sum(s.share.mantissa for s in held[1:]) + off
    held[0] = Share("0", Number(rest, 6))
    assert (pairing.unbalanced(held) is None) == (off == 0)
