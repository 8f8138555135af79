"""What binding takes from the words: names in lists, elided heads, and anchors of a round before that stand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from tongjian.reading.api import read_text
from tongjian.reports.drafts.kept import Earlier, apart_from, kept
from tongjian.reports.drafts.lists import by_place
from tongjian.reports.drafts.types import Item, State
from tongjian.reports.drafts.wording import Told, Wording, around, best, covered
from tongjian.reports.known import Known
from tongjian.reports.leads import lead
from tongjian.reports.trace.stream import Mark
from tongjian.values import Number

NAMES = {"人大代表之家", "志愿服务站", "人大代表之家和联络点", "“山水、田园”示范村", "新增托位"}


def listed(text: str, names: set[str] = NAMES) -> list[str]:
    figures = read_text(text).figures
    found = by_place(text, figures, lambda name, _figure: name in names)
    return [found[f.start] for f in figures if f.start in found]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("“山水、田园”示范村、新增托位分别为13个、580个。", ["“山水、田园”示范村", "新增托位"]),
        ("人大代表之家和志愿服务站分别为23个、41个。", ["人大代表之家", "志愿服务站"]),
        ("人大代表之家和联络点、志愿服务站分别为23个和41个。", ["人大代表之家和联络点", "志愿服务站"]),
        ("养老驿站和托育点分别为23个、41个。", []),  # no names of the ledger
        ("人大代表之家、志愿服务站、新增托位分别为23个、41个。", []),  # three names, two numbers
    ],
)
def test_a_list_is_cut_where_every_part_is_a_name(text: str, names: list[str]) -> None:
    assert listed(text) == names


def test_a_list_that_can_be_cut_in_two_ways_is_left_alone() -> None:
    names = {"甲站和乙站", "丙站", "甲站", "乙站和丙站"}
    assert listed("甲站和乙站和丙站分别为3个、4个。", names) == []


@pytest.mark.parametrize(
    ("name", "text", "letters"),
    [
        ("公园数量", "新建公园", 2),
        ("口袋公园", "新建口袋公园5处", 4),
        ("供水管线改造村", "供水管线改造惠及|村", 6),
        ("公园", "公开的园地", 0),
    ],
)
def test_letters_count_in_runs(name: str, text: str, letters: int) -> None:
    assert covered(name, text) == letters


def words(text: str, number: str) -> Any:
    figures = read_text(text).figures
    one = next(f for f in figures if f.text == number)
    return around(text, one.start, one.end, [(f.start, f.end) for f in figures])


def test_words_end_at_the_numbers_beside_and_those_after_a_comma_are_the_next_one_s() -> None:
    text = "窗口改革提速。综合窗口办结36项业务、覆盖7个部门，群众好评率98%。"
    one, other = words(text, "36项"), words(text, "7个")
    assert (one.near, other.near) == ("综合窗口办结|业务", "业务覆盖|部门")
    assert other.far.startswith("窗口改革提速|综合窗口办结36项业务")
    assert "好评" not in other.far


WORDING = Wording(
    {
        ("parks", ""): ("口袋公园",),
        ("squares", ""): ("口袋广场",),
        ("firms", ""): ("落地企业",),
        ("firms", "东山集团"): ("落地企业",),
        ("sections", "水质达Ⅳ类"): ("考核断面",),
        ("sections", "水质达Ⅴ类"): ("考核断面",),
    }
)


@pytest.mark.parametrize(
    ("text", "number", "name"),
    [
        ("全年新建口袋公园5处。", "5处", ("parks", "")),
        ("全年新建口袋公园5处、口袋广场6处。", "6处", ("squares", "")),
        ("口袋公园和口袋广场共有11处。", "11处", None),  # both are told
        ("引来落地企业40家，其中东山集团的3家。", "3家", ("firms", "东山集团")),
        ("引来落地企业40家。", "40家", ("firms", "")),
        ("考核断面中，水质达到Ⅳ类的7个。", "7个", ("sections", "水质达Ⅳ类")),
        ("今年种树20棵。", "20棵", None),
    ],
)
def test_the_name_that_is_told_best_is_meant(text: str, number: str, name: tuple[str, str] | None) -> None:
    assert best(WORDING.told(words(text, number))) == name


def test_a_short_name_is_told_easily_and_counts_less() -> None:
    assert best({("a", ""): Told(2, 2, 2), ("b", ""): Told(4, 8, 8)}) == ("b", "")


@pytest.mark.parametrize(("text", "timed"), [("11月末有驿站5处。", True), ("全区有驿站5处。", False)])
def test_whether_the_sentence_says_its_time(text: str, timed: bool) -> None:
    assert words(f"上半年平稳。{text}", "5处").is_timed is timed


def test_a_name_that_is_hardly_better_told_is_not_meant() -> None:
    assert best({("a", ""): Told(6, 12, 12), ("b", ""): Told(12, 23, 24)}) is None


# Anchors that stand

TEXT = "改造后的道路照明实现全覆盖，基金为百亿元。"
PLACE = TEXT.index("全覆盖")


def entry(shown: str, value: str, place: int, **more: Any) -> dict[str, Any]:
    return {"shown": shown, "expression": "x @ 2022", "value": value, "lead": lead(TEXT, place), **more}


def standing(
    given: Mapping[str, Any],
    *,
    text: str = TEXT,
    value: str = "100",
    answers: Mapping[str, str] | None = None,
    read: list[tuple[int, int]] | None = None,
) -> list[Item]:
    known = Known("x @ 2022", Number.parse(value), "%", "level", "x", "覆盖率", "本区", "2022")
    earlier = Earlier([Mark("tj_a", PLACE, PLACE + 3)], {"tj_a": given}, {})
    now = {"x @ 2022": known}.get
    return list(kept(text, earlier, read or [], lambda a, b: f"{a}-{b}", answers or {}, now))


def test_an_anchor_over_a_word_holds_by_its_key() -> None:
    (item,) = standing(entry("全覆盖", "100", PLACE))
    assert (item.state, item.shown, item.known and item.known.expression) == (
        State.BOUND,
        "全覆盖",
        "x @ 2022",
    )


@pytest.mark.parametrize(
    ("more", "states"),
    [
        ({"value": "98"}, [State.CHANGED]),  # of the ledger now
        ({"answers": {f"{PLACE}-{PLACE + 3}": "named"}}, [State.NAMED]),
        ({"answers": {f"{PLACE}-{PLACE + 3}": "y @ 2022"}}, []),
        ({"read": [(PLACE, PLACE + 3)]}, []),  # the reader judges what it reads
        ({"text": TEXT.replace("照明", "绿化")}, [State.CHOOSE]),  # other words before it
        ({"text": TEXT.replace("全覆盖", "半覆盖")}, []),  # typed over
    ],
)
def test_an_anchor_that_does_not_stand_as_it_was(more: dict[str, Any], states: list[State]) -> None:
    assert [i.state for i in standing(entry("全覆盖", "100", PLACE), **more)] == states


def test_a_number_that_has_grown_is_another_one() -> None:
    text = "已有15%。"
    earlier = Earlier([Mark("tj_a", 3, 5)], {"tj_a": {"shown": "5%", "expression": "x @ 2022"}}, {})
    known = Known("x @ 2022", Number.parse("5"), "%", "level", "x", "率", "本区", "2022")
    assert list(kept(text, earlier, [], lambda a, b: "k", {}, lambda _e: known)) == []


@pytest.mark.parametrize(("answers", "stands"), [({}, True), ({"k": "named"}, True), ({"k": ""}, False)])
def test_a_literal_stands_until_it_is_taken_back(answers: dict[str, str], stands: bool) -> None:
    earlier = Earlier([Mark("tj_la", 0, 3)], {}, {"tj_la": "万亩林"})
    found = list(kept("万亩林有8片。", earlier, [], lambda a, b: "k", answers, lambda _e: None))
    assert [i.state for i in found] == ([State.NAMED] if stands else [])


def test_items_apart() -> None:
    one, two = Item("a", 0, 3, "", "", "", State.BOUND, ""), Item("b", 3, 5, "", "", "", State.BOUND, "")
    assert apart_from([one, two], [Item("c", 4, 6, "", "", "", State.BOUND, "")]) == [one]


def test_a_power_of_ten_after_a_copula_is_an_amount() -> None:
    figures = read_text("引导基金的规模为百亿元，成为百亿元企业的有两家。").figures
    assert [(f.value, f.unit, f.bound) for f in figures if "亿" in f.unit] == [
        (Decimal(100), "亿元", "approx")
    ]
