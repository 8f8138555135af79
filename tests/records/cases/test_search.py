"""Search finds every word and nothing else, before and after indexing; near-duplicates are found, others not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.cases.factories import AT, District, district
from tongjian.records.cases import actions, likeness, search
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.duplicates import alike
from tongjian.records.cases.grams import asked, grams
from tongjian.records.cases.models import Case

TEXTS = ("小区路灯不亮", "夜间施工噪声扰民", "灯杆倾斜，路面塌陷", "电梯B2层停运", "路灯杆漏电，孩子触碰")


@pytest.fixture
def d() -> District:
    return district()


def cases() -> dict[str, int]:
    return {t: actions.receive(Intake("complaint", t, title="反映"), by=None, at=AT).pk for t in TEXTS}


@pytest.mark.django_db
@pytest.mark.parametrize("indexed", [0, 2, 5])
def test_words_of_any_length_are_found_exactly(d: District, indexed: int) -> None:
    made = cases()
    if indexed:
        search.AT_ONCE, held = indexed, search.AT_ONCE
        search.index_waiting(most=1)
        search.AT_ONCE = held
    user = d.users["plan"]
    for word in ("路灯", "灯", "路灯杆", "亮", "施工噪声", "b2", "停运", "路面 塌陷", "灯路", "民夜"):
        wanted = [pk for t, pk in made.items() if all(w in t.lower() for w in word.split())]
        assert search.find(user, word) == sorted(wanted, reverse=True), word
    assert search.find(user, "，") == []


@pytest.mark.django_db
def test_pages_go_on_and_only_what_is_seen_is_found(d: District) -> None:
    made = cases()
    search.index_waiting()
    user = d.users["plan"]
    first = search.find(user, "灯", limit=2)
    assert search.find(user, "灯", before=first[-1]) == [made[TEXTS[0]]]
    assert search.find(d.users["north"], "灯") == []
    payload = {"lead": d.units["north"].pk}
    actions.perform(made[TEXTS[0]], "dispatch", payload, by=None, at=AT)
    assert search.find(d.users["north"], "灯") == [made[TEXTS[0]]]


@pytest.mark.django_db
def test_new_words_are_found_and_old_ones_are_not(d: District) -> None:
    pk = cases()[TEXTS[0]]
    search.index_waiting()
    case = Case.objects.get(pk=pk)
    old = search.indexed_text(case)
    case.text = "井盖松动"
    case.save()
    search.reword([(pk, old, search.indexed_text(case))])
    user = d.users["plan"]
    assert search.find(user, "井盖") == [pk]
    assert pk not in search.find(user, "路灯")
    assert search.rebuild() == 5
    assert search.find(user, "井盖") == [pk]


@given(st.text(alphabet="路灯不亮ab1，。", max_size=12), st.data())
def test_a_part_of_a_text_asks_for_grams_that_the_text_has(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    whole, begins = asked(text[start:end])
    have = grams(text)
    assert set(whole) <= have
    chinese = [b for b in begins if not b.isascii()]
    assert all(any(g.startswith(b) for g in have) for b in chinese)


@pytest.mark.django_db
def test_a_case_told_again_is_alike(d: District) -> None:
    north = d.areas["north"].pk
    text = "东里小区北门外路灯已经一周不亮，晚上老人出行看不清，请尽快维修"
    first = actions.receive(Intake("complaint", text, area=north), by=None, at=AT)
    actions.receive(Intake("complaint", "夜间工地施工噪声大，影响孩子休息", area=north), by=None, at=AT)
    again = "东里小区北门外路灯一周不亮了，晚上老人出行看不清，请尽快派人维修"
    found = alike(d.users["plan"], again, area=north, at=AT.replace(day=3))
    assert [a.case for a in found] == [first]
    assert found[0].likeness > 0.6
    assert alike(d.users["plan"], again, area=d.areas["south"].pk, at=AT) == []
    assert alike(d.users["north"], again, area=north, at=AT) == []
    assert alike(d.users["plan"], "", area=None, at=AT) == []


@given(st.lists(st.text(alphabet="路灯不亮漏水电梯停运", min_size=0, max_size=20), min_size=1, max_size=12))
def test_a_sketch_does_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = likeness.sketches(texts)
    assert all((likeness.sketches([t])[0] == together[n]).all() for n, t in enumerate(texts))


def test_pairs_and_clusters() -> None:
    base = "东里小区北门外路灯已经一周不亮晚上老人出行看不清请尽快维修"
    texts = [base, "完全不同的一件事：公交站牌倒了", base + "谢谢", base[:-4] + "维修路灯", ""]
    found = likeness.pairs(texts, least=0.6)
    assert {(p.first, p.second) for p in found} == {(0, 2), (0, 3), (2, 3)}
    assert likeness.clusters(len(texts), found) == [[0, 2, 3]]
    assert likeness.sketches(["", "路"]).tolist() == np.full((2, 64), 0xFFFF).tolist()
