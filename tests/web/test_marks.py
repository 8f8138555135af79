"""The marked text: nothing lost, nothing twice, every item found where it stands."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from tongjian.web.intake.marks import ORDER, Mark, marked

TEXT = "一、增长5%。\n\n建成公园，开工学校。"


def test_a_figure_inside_a_promise() -> None:
    lines = marked(
        "增长5%左右", [Mark(1, "commitment", "proposed", 0, 6), Mark(2, "figure", "accepted", 2, 4)]
    )
    assert [(r.text, r.css, r.ids) for r in lines[0].runs] == [
        ("增长", "k-commitment is-proposed", "1"),
        ("5%", "k-figure k-commitment is-accepted", "2 1"),
        ("左右", "k-commitment is-proposed", "1"),
    ]
    assert [m.pk for r in lines[0].runs for m in r.begins] == [1, 2]


def test_headings_and_empty_lines() -> None:
    lines = marked(TEXT, [], [0])
    assert [(line.start, line.is_heading) for line in lines] == [(0, True), (9, False)]


spans = st.tuples(st.integers(0, 19), st.integers(1, 12), st.sampled_from(ORDER))


@given(st.text("甲乙\n", min_size=20, max_size=20), st.lists(spans, max_size=8))
def test_nothing_is_lost_and_every_item_is_found(text: str, found: list[tuple[int, int, str]]) -> None:
    marks = [Mark(i, kind, "proposed", a, min(20, a + n)) for i, (a, n, kind) in enumerate(found)]
    lines = marked(text, marks)
    assert "\n".join("".join(r.text for r in line.runs) for line in lines) == "\n".join(
        part for part in text.split("\n") if part.strip()
    )
    for mark in marks:
        covered = "".join(r.text for line in lines for r in line.runs if mark in r.marks)
        assert covered == text[mark.start : mark.end].replace("\n", "")


def test_a_long_text_stays_fluent() -> None:
    text = "某项指标增长12.5%，建成一座公园。" * 6000  # 108 000 characters in one line
    marks = [Mark(i, "figure", "proposed", i * 18 + 6, i * 18 + 11) for i in range(6000)]
    began = time.perf_counter()
    assert sum(len(line.runs) for line in marked(text, marks)) == 12001
    assert time.perf_counter() - began < 2
