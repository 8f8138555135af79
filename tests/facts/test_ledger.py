"""Recording, what was known when, and what a reference resolves to."""

import itertools
from datetime import timedelta

import pytest
from django.db import transaction

from facts.factories import DISTRICT, NOON, World, fact, facts, place, user, world
from tongjian.facts import actions, queries, targets
from tongjian.facts.models import Fact, Series
from tongjian.facts.refs import parse
from tongjian.facts.resolved import FactAmbiguous, FactMissing, Resolved
from tongjian.kernel.models import Event
from tongjian.values import Number, Period

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=20)


@pytest.fixture
def ground() -> World:
    return world()


def value(ref: str, at: object = None) -> str:
    return str(queries.resolve(parse(ref), at).number)  # type: ignore[arg-type]


def missing(ref: str) -> FactMissing:
    with pytest.raises(FactMissing) as error:
        queries.resolve(parse(ref))
    return error.value


def test_the_same_again_changes_nothing(ground: World) -> None:
    first = fact("gdp @ 2022", "1200.0")
    assert fact("gdp @ 2022", "1200.0", at=LATER) is None
    assert first is not None
    assert (Fact.objects.count(), Event.objects.count(), first.seq) == (1, 1, 1)


@pytest.mark.parametrize(
    "changed",
    [{"value": "1200.00"}, {"bound": "approx"}, {"status": "revised"}, {"value": None, "missing": "未公布"}],
)
def test_a_change_is_the_next_seq(ground: World, changed: dict[str, str]) -> None:
    fact("gdp @ 2022", "1200.0")
    assert fact("gdp @ 2022", **{"value": "1200.0", "at": LATER, **changed}).seq == 2  # type: ignore
    assert Fact.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_recording_needs_a_transaction(ground: World) -> None:
    series, evidence = queries.series_for(parse("gdp @ 2022"), create=True), place()
    with pytest.raises(RuntimeError, match="one transaction"):
        actions.record(
            series, Period.year(2022), Number(1), source="collection", evidence=evidence, by=None, at=NOON
        )
    assert Fact.objects.count() == 0


def _dies_halfway() -> None:
    with transaction.atomic():
        fact("gdp @ 2022", "1200.0")
        fact("gdp @ 2021", "1150.0")
        raise ZeroDivisionError


def test_an_import_that_dies_leaves_the_ledger_as_it_was(ground: World) -> None:
    with pytest.raises(ZeroDivisionError):
        _dies_halfway()
    assert (Fact.objects.count(), Event.objects.count(), Series.objects.count()) == (0, 0, 0)


def test_as_known_does_not_show_later_revisions(ground: World) -> None:
    fact("gdp @ 2022", "1200.0")
    fact("gdp @ 2022", "1210.5", at=LATER, status="revised")
    assert value("gdp @ 2022", NOON) == "1200.0"
    assert value("gdp @ 2022", LATER - timedelta(seconds=1)) == "1200.0"
    assert value("gdp @ 2022", LATER) == value("gdp @ 2022") == "1210.5"
    with pytest.raises(FactMissing):
        queries.resolve(parse("gdp @ 2022"), NOON - timedelta(seconds=1))


def test_a_document_never_supersedes_the_department(ground: World) -> None:
    fact("gdp @ 2022", "1200.0")
    fact("gdp @ 2022", "1199", at=LATER, source="document", evidence=place("report.txt", b"report"))
    series = Series.objects.get()
    assert value("gdp @ 2022") == "1200.0"
    assert [(f.source, str(f.number)) for f in queries.sources(series, Period.year(2022))] == [
        ("collection", "1200.0"),
        ("document", "1199"),
    ]
    assert [str(f.number) for f in queries.as_known(series)] == ["1200.0"]


def test_a_document_stands_until_the_department_reports(ground: World) -> None:
    fact("gdp @ 2022", "1199", source="document")
    assert value("gdp @ 2022") == "1199"
    fact("gdp @ 2022", "1200.0", at=LATER)
    assert (value("gdp @ 2022"), value("gdp @ 2022", NOON)) == ("1200.0", "1199")


def test_two_documents_stand_side_by_side(ground: World) -> None:
    fact("gdp @ 2022", "1199", source="document", evidence=place("a.txt", b"a"))
    fact("gdp @ 2022", "1198", source="document", evidence=place("b.txt", b"b"), at=LATER)
    found = queries.sources(Series.objects.get(), Period.year(2022))
    assert [str(f.number) for f in found] == ["1198", "1199"]
    assert len(queries.sources(Series.objects.get(), Period.year(2022), NOON)) == 1


def test_two_bases_stand_side_by_side(ground: World) -> None:
    facts([("budget_revenue[growth] @ 2022", "-3.2"), ("budget_revenue[growth, restated] @ 2022", "0.3")])
    assert value("budget_revenue[growth] @ 2022") == "-3.2"
    assert value("budget_revenue[restated, growth] @ 2022") == "0.3"


def test_printed_precision_is_kept(ground: World) -> None:
    fact("forest_cover @ 2022", "99.40")
    assert value("forest_cover @ 2022") == "99.40"


def test_the_end_of_december_is_the_end_of_the_year(ground: World) -> None:
    fact("residents @ 2022-12", "184.3")
    assert value("residents @ 2022") == value("residents @ 2022-01/2022-12") == "184.3"
    assert fact("residents @ 2022", "184.3", at=LATER) is None


def test_reported_goes_before_derived(ground: World) -> None:
    facts([("budget_revenue @ 2021", "80.0"), ("budget_revenue @ 2022", "78.0")])
    derived = queries.resolve(parse("budget_revenue[growth] @ 2022"))
    assert (str(derived.number), derived.unit, derived.derived) == ("-2.5", "%", "growth")
    fact("budget_revenue[growth] @ 2022", "-2.6")
    reported = queries.resolve(parse("budget_revenue[growth] @ 2022"))
    assert (str(reported.number), reported.derived) == ("-2.6", None)


def test_a_derived_value_names_its_inputs_and_follows_what_was_known(ground: World) -> None:
    facts([("gdp @ 2021", "1150.0"), ("gdp @ 2022", "1200.0")])
    fact("gdp @ 2021", "1100.0", at=LATER, status="revised")
    found = queries.resolve(parse("gdp[growth] @ 2022"))
    assert (str(found.number), found.status) == ("9.1", "revised")
    assert [str(i.ref) for i in found.inputs] == [f"gdp[{DISTRICT}] @ 2022", f"gdp[{DISTRICT}] @ 2021"]
    assert [str(f.number) for f in found.facts()] == ["1200.0", "1100.0"]
    assert value("gdp[growth] @ 2022", NOON) == "4.3"
    assert Fact.objects.count() == 3  # nothing derived is stored


def test_gap_to_the_city(ground: World) -> None:
    facts(
        [
            ("gdp[growth, constant_price] @ 2022", "4.1"),
            ("gdp[growth, constant_price, capital] @ 2022", "0.7"),
        ]
    )
    found = queries.resolve(parse("gdp[difference, city, constant_price] @ 2022"))
    assert (str(found.number), found.unit, len(found.facts())) == ("3.4", "个百分点", 2)


def test_an_approximate_input_makes_an_approximate_gap(ground: World) -> None:
    fact("gdp[growth, constant_price] @ 2022", "4.0", bound="approx", status="estimate")
    fact("gdp[growth, constant_price, capital] @ 2022", "0.7")
    found = queries.resolve(parse("gdp[difference, city, constant_price] @ 2022"))
    assert (found.bound, found.status) == ("approx", "estimate")


def test_a_missing_input_is_named(ground: World) -> None:
    fact("gdp[growth, constant_price] @ 2022", "4.1")
    error = missing("gdp[difference, city, constant_price] @ 2022")
    assert (error.code, error.ref.subject, error.ref.measure) == ("facts.missing", "capital", "growth")


def test_rank_among_the_towns(ground: World) -> None:
    facts(
        [
            ("budget_revenue[north_town] @ 2022", "2.0"),
            ("budget_revenue[south_town] @ 2022", "3.1"),
            ("budget_revenue[east_town] @ 2022", "2.00"),
        ]
    )
    found = queries.resolve(parse("budget_revenue[rank, north_town] @ 2022"))
    assert (str(found.number), found.unit, len(found.inputs)) == ("2", "位", 3)
    assert value("budget_revenue[rank, east_town] @ 2022") == "2"
    assert value("budget_revenue[rank, south_town] @ 2022") == "1"


def test_no_rank_where_a_peer_has_no_comparable_figure(ground: World) -> None:
    facts([("budget_revenue[north_town] @ 2022", "2.0"), ("budget_revenue[south_town] @ 2022", "3.1")])
    assert missing("budget_revenue[rank, north_town] @ 2022").code == "facts.rank_incomplete"
    fact("budget_revenue[east_town] @ 2022", "9.9", status="estimate")
    error = missing("budget_revenue[rank, north_town] @ 2022")
    assert (error.code, error.params["peers"]) == ("facts.rank_incomplete", "东街道")


def test_a_partial_rank_leaves_out_who_has_none_and_counts_zero(ground: World) -> None:
    facts([("fines[north_town] @ 2022", "4"), ("fines[south_town] @ 2022", "0")])
    found = queries.resolve(parse("fines[rank, north_town] @ 2022"))
    assert (str(found.number), len(found.inputs)) == ("2", 2)
    assert value("fines[rank, south_town] @ 2022") == "1"  # fewer is better
    fact("fines[south_town] @ 2022", None, missing="数据核实中", at=LATER)
    assert missing("fines[rank, north_town] @ 2022").code == "facts.rank_alone"


def test_share_and_difference(ground: World) -> None:
    facts(
        [
            ("visits @ 2022", "200.0"),
            ("visits[by:老年人] @ 2022", "61.5"),
            ("visits @ 2021", "210.5"),
        ]
    )
    assert value("visits[share, by:老年人] @ 2022") == "30.8"
    found = queries.resolve(parse("visits[difference, last_year] @ 2022"))
    assert (str(found.number), found.unit) == ("-10.5", "万人次")
    fact("budget_revenue @ 2022", "78.0")
    fact("budget_revenue[capital] @ 2022", "5714.4")
    assert value("budget_revenue[share, city] @ 2022") == "1.4"


def test_completion_asks_the_plans_floor_for_the_target(
    ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact("gdp @ 2022-01/2022-11", "1200.0")
    assert missing("gdp[completion] @ 2022-01/2022-11").code == "facts.no_target"

    def known(series: Series, period: Period, at: object) -> Resolved:
        ref = queries.ref_of(series, period)
        return Resolved(ref, Number.parse("13000000"), "万元", derived="target", origin=place())

    monkeypatch.setattr(targets, "_sources", [known])
    found = queries.resolve(parse("gdp[completion] @ 2022-01/2022-11"))
    assert (str(found.number), found.unit, found.status) == ("92.3", "%", "actual")
    assert found.inputs[1].derived == "target"


def test_a_result_that_no_number_holds_is_told(ground: World) -> None:
    facts([("gdp @ 2021", "0.0000001"), ("gdp @ 2022", "100000000000")])
    gdp = queries.metric_of(parse("gdp @ 2022"))
    gdp.growth_decimals = 2
    gdp.save()
    assert missing("gdp[growth] @ 2022").code == "facts.not_computed"


def test_missing_stays_missing_and_zero_is_zero(ground: World) -> None:
    fact("gdp @ 2022", None, missing="年报未出")
    error = missing("gdp @ 2022")
    assert (error.code, error.params["reason"]) == ("facts.not_reported", "年报未出")
    fact("gdp @ 2021", "0.0")
    assert value("gdp @ 2021") == "0.0"
    fact("gdp @ 2022", "5.0", at=LATER)
    assert missing("gdp[growth] @ 2022").code == "facts.no_quotient"


def test_a_document_fills_what_the_department_did_not_report(ground: World) -> None:
    fact("gdp @ 2022", None, missing="年报未出")
    fact("gdp @ 2022", "1199", source="document", at=LATER)
    assert value("gdp @ 2022") == "1199"


HISTORIES = list(itertools.product([None, "1", "2"], ["collection", "document"], repeat=2))


@pytest.mark.parametrize("history", HISTORIES, ids=str)
def test_one_value_and_many_are_chosen_alike(ground: World, history: tuple[str | None, ...]) -> None:
    for number, (what, source) in enumerate(zip(history[::2], history[1::2], strict=True)):
        fact(
            "gdp @ 2022",
            what,
            missing="" if what else "未出",
            source=source,
            at=NOON + timedelta(days=number),
        )  # type: ignore[arg-type]
    series = Series.objects.get()
    for at in (NOON, NOON + timedelta(days=1), None):
        (ruling,) = queries.as_known(series, at)
        if ruling.number is None:
            with pytest.raises(FactMissing):
                queries.resolve(parse("gdp @ 2022"), at)
        else:
            assert queries.resolve(parse("gdp @ 2022"), at).fact == ruling


def test_another_basis_is_offered_never_taken(ground: World) -> None:
    fact("gdp[growth, constant_price] @ 2022", "4.1")
    with pytest.raises(FactMissing) as error:
        queries.resolve(parse("gdp[growth] @ 2022"))
    assert error.value.code == "facts.missing"  # the level that natural growth needs
    fact("budget_revenue[growth, restated] @ 2022", "0.3")
    with pytest.raises(FactMissing) as error:
        queries.resolve(parse("budget_revenue[growth, comparable] @ 2022"))
    assert error.value.params["near"] == f"budget_revenue[{DISTRICT}, growth, restated] @ 2022"


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("nothing @ 2022", "facts.unknown_metric"),
        ("gdp[nowhere] @ 2022", "facts.unknown_subject"),
        ("gdp @ 2022", "facts.missing"),
    ],
)
def test_what_is_not_there_is_named(ground: World, ref: str, code: str) -> None:
    error = missing(ref)
    assert error.code == code
    assert parse(ref).metric in str(error) or parse(ref).subject in str(error)


def test_two_series_that_fit_are_an_error(ground: World) -> None:
    gdp = queries.metric_of(parse("gdp @ 2022"))
    gdp.collect = [{"measure": "rank", "of": "growth"}, {"measure": "rank", "of": "level"}]
    gdp.save()
    with pytest.raises(FactAmbiguous) as error:
        queries.resolve(parse("gdp[rank] @ 2022"))
    assert error.value.params["choices"] == "of:growth, of:level"
    fact("gdp[rank, of:level] @ 2022", "7")
    assert value("gdp[rank, of:level] @ 2022") == "7"


def test_a_rank_is_of_what_its_metric_declares(ground: World) -> None:
    fact("gdp[rank, constant_price] @ 2022", "1")
    assert Series.objects.get().of == "growth"
    assert value("gdp[rank, of:growth, constant_price] @ 2022") == "1"


def test_a_series_is_made_once(ground: World) -> None:
    with pytest.raises(FactMissing):
        queries.series_for(parse("gdp @ 2022"))
    made = queries.series_for(parse("gdp @ 2022"), create=True)
    assert made == queries.series_for(parse("gdp @ 2023")) == queries.find_series(parse("gdp @ 2023"))
    assert queries.find_series(parse("gdp @ 2022-11")) is None  # a single month is another series


def test_who_sees_what(ground: World) -> None:
    fact("gdp @ 2022", "1200.0")
    reader = user("reader", "reader")
    assert queries.facts_visible_to(reader).count() == queries.series_visible_to(reader).count() == 1
    assert queries.metrics_visible_to(reader).count() == 6
    reader.is_active = False
    assert queries.facts_visible_to(reader).count() == queries.series_visible_to(reader).count() == 0
