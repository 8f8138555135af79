"""Ours beside the city's: each case has one kind of difference, and the kinds lead exactly from our rates to theirs."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from facts.assessment.test_counting import SPANS, imported
from records.cases.factories import District, district
from tongjian.facts.assessment import comparing, official_list, publishing, queries, reconciling
from tongjian.facts.assessment.choices import Difference
from tongjian.facts.assessment.importing import ResultRefused
from tongjian.facts.assessment.models import OfficialCase, OfficialList
from tongjian.facts.assessment.reconciling import Ours, Theirs
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.records.cases import catalogue, timing

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH = "2026-01"
HEADS = ("工单编号", "街乡镇", "月份", "是否响应", "是否解决", "是否满意", "是否剔除")


def ours(number: str, verdicts: str = "111", **more: object) -> Ours:
    given_ = {"unit": "a", "month": MONTH, "excluded": False} | more
    return Ours(number, 1, verdicts=verdicts, **given_)  # type: ignore[arg-type]


def theirs(number: str, verdicts: str = "111", unit: str = "a", *, excluded: bool = False) -> Theirs:
    return Theirs(number, unit, excluded, verdicts)


@pytest.mark.parametrize(
    ("own", "other", "kinds"),
    [
        (ours("1"), theirs("1"), ()),
        (None, theirs("1"), (Difference.UNKNOWN,)),
        (ours("1"), None, (Difference.NOT_LISTED,)),
        (ours("1", excluded=True), None, ()),
        (ours("1", month="2025-12"), theirs("1"), (Difference.OTHER_MONTH,)),
        (ours("1", "", month="", unit=""), theirs("1"), (Difference.NOT_COUNTED,)),
        (ours("1"), theirs("1", excluded=True), (Difference.EXCLUDED_BY_THEM,)),
        (ours("1", excluded=True), theirs("1"), (Difference.EXCLUDED_BY_US,)),
        (ours("1", "101"), theirs("1", unit="b"), (Difference.OTHER_UNIT, Difference.VERDICT)),
        (ours("1", "11-"), theirs("1"), (Difference.VERDICT,)),
        (ours("1", "000", excluded=True), theirs("1", excluded=True), ()),
    ],
)
def test_why_a_case_counts_otherwise(
    own: Ours | None, other: Theirs | None, kinds: tuple[Difference, ...]
) -> None:
    found = reconciling.pairs(MONTH, [own] if own else [], [other] if other else [])
    assert [p.kinds for p in found] == [kinds]


VERDICTS = st.sampled_from(["111", "110", "1-0", "0--", "---"])
NUMBERS = st.sampled_from("123456")
UNITS = st.sampled_from(["a", "b", ""])
OURS = st.builds(
    Ours, NUMBERS, st.just(1), UNITS, st.sampled_from([MONTH, "2025-12"]), st.booleans(), VERDICTS
)
THEIRS = st.builds(Theirs, NUMBERS, UNITS, st.booleans(), VERDICTS)


@given(
    st.lists(OURS, unique_by=lambda o: o.number, max_size=6),
    st.lists(THEIRS, unique_by=lambda t: t.number, max_size=6),
)
def test_the_steps_lead_from_our_rate_to_the_citys(own: list[Ours], other: list[Theirs]) -> None:
    found = reconciling.pairs(MONTH, own, other)
    for bridge in reconciling.bridges(MONTH, found, ["a", "b"], 3):
        counted = [c for c in own if c.month == MONTH and not c.excluded and bridge.unit in {"", c.unit}]
        signs = [c.verdicts[bridge.measure] for c in counted]
        assert bridge.ours == (signs.count("1"), len(signs) - signs.count("-"))
        num, den = (sum(getattr(e, part) for e in bridge.effects) for part in ("num", "den"))
        assert (bridge.ours[0] + num, bridge.ours[1] + den) == bridge.theirs


# A list comes in


@pytest.fixture
def here(settings: object, tmp_path: Path) -> District:
    settings.DISTRICT, settings.MIRROR = "riverside", str(tmp_path / "m.duckdb")  # type: ignore[attr-defined]
    catalogue.forget()
    timing.forget()
    return district()


def sheet(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in (heads, *rows):
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


ROWS: tuple[tuple[object, ...], ...] = (
    *((f"K{n}", "北镇", MONTH, "是", "是", "是", "否") for n in range(8)),
    ("K8", "南镇", MONTH, "是", "否", "否", "否"),
    ("K9", "北镇", MONTH, "否", "是", "是", "是"),
    ("K10", "北镇", MONTH, "是", "否", "否", "否"),
    *((f"K{n}", "南镇", "2026年1月", "是", "是", "是", "否") for n in range(20, 26)),
    *((f"K{n}", "南镇", MONTH, "是", "否", "否", "") for n in range(26, 31)),
    ("K40", "北镇", MONTH, "是", "", "", "否"),
    ("X1", "北镇", MONTH, "是", "是", "是", "否"),
)


def take(here: District, data: bytes, who: str = "plan") -> OfficialList | None:
    scheme = queries.schemes()[0]
    return official_list.take(data, "清单.xlsx", scheme, MONTH, by=here.users[who], at=AT)


@pytest.mark.django_db
def test_a_month_is_reconciled_case_by_case_and_explained(here: District) -> None:
    imported(here)
    scheme = queries.schemes()[0]
    plan = here.users["plan"]
    edition = publishing.publish(scheme, SPANS[MONTH], by=plan, at=AT)
    assert take(here, sheet(*ROWS)) is not None
    found = comparing.reconcile(scheme, SPANS[MONTH], ["north", "south"])
    assert found is not None
    assert found.edition == edition
    assert {p.number: p.kind for p in found.differing} == {
        "K8": Difference.OTHER_UNIT,
        "K9": Difference.EXCLUDED_BY_THEM,
        "K10": Difference.EXCLUDED_BY_US,
        "K25": Difference.VERDICT,
        "K31": Difference.NOT_LISTED,
        "K40": Difference.OTHER_MONTH,
        "X1": Difference.UNKNOWN,
    }
    whole = found.bridges[1]
    assert (whole.ours, whole.theirs) == ((14, 22), (15, 22))
    assert len(found.unexplained) == 7
    assert comparing.explain(scheme, MONTH, ["K9", "X1", "K9"], " 市级受理了申诉 ", by=plan, at=AT) == 2
    again = comparing.reconcile(scheme, SPANS[MONTH], ["north", "south"])
    assert again is not None
    assert [p.number for p in again.unexplained] == ["K10", "K25", "K31", "K40", "K8"]
    assert again.notes["K9"].text == "市级受理了申诉"


@pytest.mark.django_db
def test_the_same_list_twice_changes_nothing_and_a_new_one_rules(here: District) -> None:
    data = sheet(*ROWS)
    assert take(here, data) is not None
    assert take(here, data) is None
    newer = take(here, sheet(*ROWS[:3]))
    assert newer is not None
    assert OfficialCase.objects.filter(list=newer).count() == 3


@pytest.mark.django_db
def test_all_bad_cells_of_a_list_are_told(here: District) -> None:
    with pytest.raises(ResultRefused) as refused:
        take(
            here,
            sheet(
                ("K1", "东镇", "2026-02", "是", "否", "否", "否"),
                ("", "北镇", MONTH, "也许", "否", "否", "否"),
                ("K1", "北镇", MONTH, "是", "否", "否", "否"),
            ),
        )
    assert sorted(p.cell for p in refused.value.problems) == ["A3", "A4", "B2", "C2", "D3"]
    assert not OfficialList.objects.exists()


@pytest.mark.django_db
def test_wanting_headings_are_named(here: District) -> None:
    with pytest.raises(ResultRefused) as refused:
        take(here, sheet(("K1",), heads=("工单编号",)))
    assert [str(p.params["heading"]) for p in refused.value.problems] == [
        "街乡镇", "是否响应", "是否解决", "是否满意",
    ]  # fmt: skip


@pytest.mark.django_db
def test_only_the_plan_office_takes_lists_and_explains(here: District) -> None:
    with pytest.raises(NotAllowed):
        take(here, sheet(*ROWS), "north")
    scheme = queries.schemes()[0]
    with pytest.raises(NotAllowed):
        comparing.explain(scheme, MONTH, ["K9"], "x", by=here.users["north"], at=AT)
    with pytest.raises(TongjianError) as empty:
        comparing.explain(scheme, MONTH, [], "x", by=here.users["plan"], at=AT)
    assert empty.value.code == "assessment.note_wanting"


@pytest.mark.django_db
def test_a_list_longer_than_any_form_tells_the_cell_of_its_last_row(here: District) -> None:
    """A district of a million cases a year has some 85,000 a month."""
    book, out = Workbook(write_only=True), io.BytesIO()
    lines = book.create_sheet("清单")
    lines.append(HEADS)
    for n in range(20_100):
        lines.append([f"K{n}", "北镇", MONTH, "是", "是", "是", "否"])
    lines.append([])
    lines.append(["K0", "北镇", MONTH, "也许", "是", "是", "否"])
    book.save(out)
    with pytest.raises(ResultRefused) as refused:
        take(here, out.getvalue())
    assert [(p.sheet, p.cell, p.code) for p in refused.value.problems] == [
        ("清单", "A20103", "assessment.number_twice"),
        ("清单", "D20103", "assessment.no_verdict"),
    ]
