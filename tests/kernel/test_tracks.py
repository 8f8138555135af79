"""Stages, gates and passages: nothing goes back by itself, and a gate refuses exactly what is missing."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongjian.kernel import events, evidence, passages, track_packs, tracks
from tongjian.kernel.models import Event, Passage, Place, Standing, Subject
from tongjian.kernel.passages import Entry, StageRefused
from tongjian.kernel.track_packs import TrackRefused
from tongjian.kernel.tracks import Having, Missing, Step, Stood, Track, TrackError
from tongjian.packs import entries
from tongjian.values import Number

AT = datetime(2023, 1, 4, 9, tzinfo=UTC)
DAY = date(2022, 3, 1)
NOTHING = Having()


def track(*stages: dict[str, Any], key: str = "works") -> Track:
    rows = [{"name": s["key"].upper(), "name_en": s["key"], **s} for s in stages]
    return tracks.read({"key": key, "name": "工程", "name_en": "Works", "stages": rows}, 3)


WORKS = track(
    {"key": "begun"},
    {"key": "roofed", "needs": [{"earlier": "begun"}]},
    {
        "key": "done",
        "needs": [
            {"evidence": "record", "label": "验收单", "label_en": "acceptance record"},
            {"attribute": "cost", "ge": 500, "label": "造价", "label_en": "the cost"},
            {"code": "uscc", "when": {"attribute": "kind", "in": ["firm", "works"]}},
            {"relation": "builder"},
        ],
    },
)


@pytest.mark.parametrize("key", ["approval", "construction", "attraction"])
def test_the_shipped_tracks_can_be_read(key: str) -> None:
    body = next(e.body for e in entries("tracks") if e.key == key)
    found = tracks.read(body)
    assert len(found.stages) >= 4
    assert found.illustrative  # what they ask for is a usual list, not this district's


def test_everything_missing_is_told_at_once() -> None:
    thing = Having({"cost": "499.99", "kind": "firm"}, {"uscc": "bad"}, entered=("begun",))
    assert [(m.kind, m.name) for m in tracks.missing(WORKS, "done", thing)] == [
        ("evidence", "record"),
        ("attribute", "cost"),
        ("code", "uscc"),
        ("relation", "builder"),
    ]
    cost = tracks.missing(WORKS, "done", thing)[1]
    assert (cost.zh, cost.en) == ("缺“造价”（须不低于500）", "the cost is not given (has to be 500 or more)")


def test_a_condition_spares_those_that_do_not_meet_it() -> None:
    thing = Having({"cost": Number.parse("500.0")}, {}, frozenset({"builder"}), frozenset({"record"}))
    assert tracks.missing(WORKS, "done", thing) == ()


def test_a_stage_at_or_behind_the_last_one_may_not_be_entered() -> None:
    assert tracks.missing(WORKS, "begun", Having(entered=("begun", "roofed"))) == (
        Missing(
            "order",
            "begun",
            "已到“ROOFED”，“BEGUN”不在其后",
            "it has reached “roofed”, and “begun” does not come after that",
        ),
    )
    assert next(m.kind for m in tracks.missing(WORKS, "roofed", Having(left=True))) == "left"
    assert [s.key for s in tracks.next_stages(WORKS, ("roofed",))] == ["done"]


def test_replay_of_a_reopening_and_of_leaving() -> None:
    steps = [
        Step("begun", "entered", DAY),
        Step("roofed", "entered", DAY + timedelta(5)),
        Step("begun", "reopened", DAY + timedelta(9)),
    ]
    assert tracks.replay(steps) == Stood("begun", DAY + timedelta(9), ("begun",))
    left = tracks.replay([*steps, Step("begun", "left", DAY + timedelta(10))])
    assert left == Stood("left", DAY + timedelta(10), ("begun",), True)
    assert tracks.replay([*steps, Step("", "reopened", DAY + timedelta(9))]).entered == ()


@pytest.mark.parametrize(
    ("stages", "words"),
    [
        ([], "needs key"),
        ([{"key": "a"}, {"key": "a"}], "a key of its own"),
        ([{"key": "left"}], "is taken"),
        ([{"key": "a", "needs": [{"earlier": "b"}]}, {"key": "b"}], "b is no earlier stage"),
        ([{"key": "a", "needs": [{"attribute": "x", "ge": 1, "le": 2}]}], "one test at a time"),
        ([{"key": "a", "needs": [{"code": "uscc", "ge": 1}]}], "only an attribute is tested"),
        ([{"key": "a", "needs": [{"wish": "x"}]}], "a need is one of"),
        ([{"key": "a", "needs": [{"code": "x", "when": {"attribute": "y"}}]}], "when needs an attribute"),
        ([{"key": "a", "clock": {"days": 0, "since": "a"}}], "a clock needs days"),
        ([{"key": "a", "clock": {"days": 3, "since": "z"}}], "z is no earlier stage"),
    ],
)
def test_a_track_that_cannot_be_meant_says_so(stages: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(TrackError, match=words):
        track(*stages)


@pytest.mark.parametrize(
    ("given", "test", "value", "holds"),
    [
        ("", "", None, False),
        (0, "", None, True),
        (False, "", None, True),
        ([], "", None, False),
        (None, "le", 3, False),
        ("12.50", "is", 12.5, True),
        (True, "is", True, True),
        (True, "ge", 1, False),
        ("2022-03-01", "le", "2022-12-31", True),
        (date(2022, 3, 1), "ge", "2022-03-02", False),
        ("NaN", "ge", 1, False),
        ("b", "in", ["a", "b"], True),
    ],
)
def test_what_an_attribute_passes(given: object, test: str, value: object, holds: bool) -> None:
    assert tracks.passes(given, test, value) is holds


names = ("begun", "roofed", "done")
havings = st.builds(
    Having,
    st.fixed_dictionaries(
        {}, optional={"cost": st.integers(0, 1000), "kind": st.sampled_from(["firm", "park"])}
    ),
    st.dictionaries(st.just("uscc"), st.sampled_from(["ok", "warning", "bad"])),
    st.frozensets(st.just("builder")),
    st.frozensets(st.just("record")),
    st.lists(st.sampled_from(names), unique=True).map(lambda ks: tuple(sorted(ks, key=names.index))),
)


@given(havings, st.sampled_from(names))
def test_one_and_many_say_the_same(thing: Having, stage: str) -> None:
    assert tracks.missing_for_all(WORKS, stage, [thing, Having(), thing]) == (
        tracks.missing(WORKS, stage, thing),
        tracks.missing(WORKS, stage, Having()),
        tracks.missing(WORKS, stage, thing),
    )


# Passages


def thing(key: str = "pond") -> Subject:
    return Subject.objects.create(kind="item", key=key, label=key)


def paper() -> Place:
    return evidence.whole(evidence.keep(b"minutes", "minutes.pdf", by=None, at=AT))


def go(subject: Subject, stage: str, on: date = DAY, having: Having = NOTHING) -> Passage:
    return passages.enter(
        subject, WORKS, stage, on=on, evidence=paper(), note="", having=having, by=None, at=AT
    )


@pytest.mark.django_db
@given(havings, st.sampled_from(names))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_missing_is_empty_exactly_where_entering_is_allowed(having: Having, stage: str) -> None:
    subject = thing(f"t{Subject.objects.count()}")
    plain = [s for s in having.entered if s != "done"]
    for number, earlier in enumerate(plain):
        if earlier == "begun" or "begun" in plain:
            go(subject, earlier, DAY + timedelta(number))
    now = passages.stood([subject.pk], "works").get(subject.pk, tracks.NOWHERE)
    lacking = tracks.missing(
        WORKS, stage, Having(having.attributes, having.codes, having.relations, having.evidence, now.entered)
    )
    if lacking:
        with pytest.raises(StageRefused) as caught:
            go(subject, stage, DAY + timedelta(9), having)
        assert caught.value.missing == lacking
    else:
        assert go(subject, stage, DAY + timedelta(9), having).stage == stage


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["enter", "reopen", "leave"]),
        st.sampled_from(["begun", "roofed", ""]),
        st.integers(0, 3),
    ),
    max_size=8,
)


@pytest.mark.django_db
@given(MOVES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_stage_goes_back_without_a_reopening_and_standing_is_the_replay(
    moves: list[tuple[str, str, int]],
) -> None:
    subject, on = thing(f"m{Subject.objects.count()}"), DAY
    same: dict[str, Any] = {"evidence": paper(), "by": None, "at": AT}
    for what, stage, days in moves:
        on += timedelta(days)
        try:
            if what == "enter":
                passages.enter(subject, WORKS, stage or "begun", on=on, note="", having=Having(), **same)
            elif what == "reopen":
                passages.reopen(subject, WORKS, stage, on=on, note="量错了", **same)
            else:
                passages.leave(subject, WORKS, on=on, note="取消", **same)
        except StageRefused:
            continue
    kept = list(Passage.objects.filter(subject=subject).order_by("seq"))
    for before, after in itertools.pairwise(kept):
        assert before.on <= after.on
        if after.result == "entered" and before.stage:
            assert WORKS.place(after.stage) > WORKS.place(before.stage)
            assert before.result != "left"
    replayed = tracks.replay(Step(p.stage, p.result, p.on) for p in kept)
    standing = Standing.objects.filter(subject=subject).first()
    if standing is None:
        assert replayed == tracks.NOWHERE
    else:
        assert (standing.stage, standing.since, standing.passage) == (
            replayed.stage,
            replayed.since,
            kept[-1],
        )


@pytest.mark.django_db
def test_a_refused_stage_says_all_that_is_missing_in_both_languages() -> None:
    from django.utils import translation

    subject = thing()
    with pytest.raises(StageRefused) as caught:
        go(subject, "done")
    assert caught.value.code == "tracks.missing"
    with translation.override("en"):
        assert "acceptance record is not on file; the cost is not given" in str(caught.value)
    with translation.override("zh-hans"):
        assert "缺验收单；缺“造价”" in str(caught.value)
    assert not Passage.objects.exists()
    assert not Standing.objects.exists()


@pytest.mark.django_db
def test_a_day_ahead_or_before_the_last_stage_is_refused() -> None:
    subject = thing()
    for on, code in ((date(2023, 1, 5), "tracks.ahead"), (date(2022, 2, 1), "tracks.before")):
        if code == "tracks.before":
            go(subject, "begun", DAY)
        with pytest.raises(StageRefused) as caught:
            go(subject, "roofed" if code == "tracks.before" else "begun", on)
        assert caught.value.code == code


@pytest.mark.django_db
def test_many_enter_in_few_queries_with_one_event_each(django_assert_max_num_queries: Any) -> None:
    things, place = [thing(f"p{n}") for n in range(300)], paper()
    entries = [
        Entry(s, stage, DAY + timedelta(n), place)
        for s in things
        for n, stage in enumerate(("begun", "roofed"))
    ]
    with django_assert_max_num_queries(18):
        made = passages.enter_all(WORKS, entries, by=None, at=AT)
    assert len(made) == 600
    assert Standing.objects.filter(track="works", stage="roofed", since=DAY + timedelta(1)).count() == 300
    event = Event.objects.filter(stream=events.stream_of(things[0])).get()
    assert event.data["steps"][1] == {"stage": "roofed", "on": "2022-03-02", "evidence": place.pk}
    assert event.data["stage"] == "BEGUN、ROOFED"
    assert {p.version for p in made} == {3}


@pytest.mark.django_db
def test_one_bad_entry_of_many_leaves_nothing_behind() -> None:
    first, second = thing("a"), thing("b")
    entries = [Entry(first, "begun", DAY, paper()), Entry(second, "roofed", DAY, paper())]
    refused = passages.refusals(WORKS, entries, at=AT)
    assert [(e.subject, r.missing[0].kind) for e, r in refused] == [(second, "earlier")]
    with pytest.raises(StageRefused):
        passages.enter_all(WORKS, entries, by=None, at=AT)
    assert not Passage.objects.exists()


@pytest.mark.django_db
def test_where_each_stood_on_a_day() -> None:
    first, second = thing("a"), thing("b")
    go(first, "begun", DAY)
    go(first, "roofed", DAY + timedelta(10))
    subjects: QuerySet[Subject] = Subject.objects.filter(kind="item")
    assert passages.stage_on(subjects, "works", DAY + timedelta(9)) == {
        first.pk: Stood("begun", DAY, ("begun",))
    }
    assert passages.stage_on([first.pk, second.pk], "works", DAY - timedelta(1)) == {}


@pytest.mark.django_db
def test_havings_join_what_is_on_file() -> None:
    from tongjian.kernel.models import Code, Relation

    subject, other = thing(), thing("firm")
    go(subject, "begun")
    Code.objects.create(subject=subject, scheme="uscc", value="X", verdict="bad", source=paper())
    Code.objects.create(subject=subject, scheme="uscc", value="Y", verdict="ok", source=paper())
    Relation.objects.create(subject=subject, role="builder", object=other, source=paper(), recorded_at=AT)
    found = passages.havings({subject.pk: {"cost": 600}, other.pk: {}}, "works", {subject.pk: ["record"]})
    assert found[subject.pk] == Having(
        {"cost": 600}, {"uscc": "ok"}, frozenset({"builder"}), frozenset({"record"}), ("begun",)
    )
    assert found[other.pk] == Having({})


@pytest.mark.django_db
def test_leaving_and_coming_back_need_a_reason() -> None:
    subject = thing()
    go(subject, "begun")
    same: dict[str, Any] = {"on": DAY, "evidence": paper(), "by": None, "at": AT}
    with pytest.raises(StageRefused) as caught:
        passages.leave(subject, WORKS, note=" ", **same)
    assert caught.value.code == "tracks.reason_wanting"
    passages.leave(subject, WORKS, note="停建", **same)
    assert Standing.objects.get(subject=subject).stage == "left"
    with pytest.raises(StageRefused):
        go(subject, "roofed")
    passages.reopen(subject, WORKS, "begun", note="复工", **same)
    go(subject, "roofed")
    assert [p.result for p in Passage.objects.filter(subject=subject).order_by("seq")] == [
        "entered", "left", "reopened", "entered",
    ]  # fmt: skip


def pack(folder: Path, *stages: str) -> None:
    """A district's own track of that course."""
    rows = [{"key": s, "name": s, "name_en": s} for s in stages]
    (folder / "tracks").mkdir(exist_ok=True)
    body = [{"key": "works", "name": "工程", "name_en": "Works", "stages": rows}]
    (folder / "tracks" / "own.yaml").write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")


@pytest.mark.django_db
def test_a_pack_takes_no_stage_away_that_things_have_entered(tmp_path: Path) -> None:
    pack(tmp_path, "begun", "roofed", "done")
    track_packs.sync(AT, tmp_path)
    go(thing(), "begun")
    pack(tmp_path, "begun", "done")
    assert [d.version for d in track_packs.sync(AT, tmp_path)] == [2]
    pack(tmp_path, "roofed", "done")
    with pytest.raises(TrackRefused) as caught:
        track_packs.sync(AT, tmp_path)
    assert caught.value.code == "tracks.stage_lost"
    pack(tmp_path, "left")
    with pytest.raises(TrackRefused) as caught:
        track_packs.sync(AT, tmp_path)
    assert caught.value.code == "tracks.flawed"
    assert [s.key for s in passages.track("works").stages] == ["begun", "done"]
