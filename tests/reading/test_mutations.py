"""Damaged documents of each format: true to the file or a message, never a crash. Many more: mutations.py."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import LINES, check, faithful, run, samples

from tongjian.reading import read_text


@pytest.mark.parametrize("kind", samples())
def test_whole_documents_are_read(kind: str) -> None:
    assert check(samples()[kind], f"a.{kind}") == "read"


@pytest.mark.parametrize("kind", samples())
def test_damaged_documents_do_no_harm(kind: str) -> None:
    said: list[str] = []
    assert run(kind, 1, 40, said.append) == 0, said


WORDS = st.sampled_from(
    [
        *"。，；、（）“”|和近 \n\t",
        *[
            "一、",
            "（一）",
            "其中",
            "分别",
            "左右",
            "以上",
            "12.5%",
            "1-2家",
            "3:4:5",
            "第3位",
            "5亿元",
            "全覆盖",
            "2023年",
            "1-11月",
            "力争",
            "建成",
        ],
        *["新建学校", "同比增长", "下降", "65岁以上", "占全省", "城乡居民", "实现", "均", "各项"],
        *LINES,
    ]
)


@settings(max_examples=60)
@given(st.lists(WORDS, max_size=40).map("".join))
def test_offsets_always_give_back_the_text(text: str) -> None:
    faithful(read_text(text))


def test_a_month_of_broken_numerals_is_no_time() -> None:
    """Found by mutations: 十五一月."""
    reading = read_text("甲区2022年计划执行情况\n一、2022年计划执行情况\n十五一月完成投资3亿元。")
    assert [str(f.value) for f in reading.figures if f.unit == "亿元"] == ["3"]
