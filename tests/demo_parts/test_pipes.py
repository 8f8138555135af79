"""The sample's pipes come in by their importer, say that they are made up, and drain to the south-east."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from facts.factories import NOON
from tongjian.demo import accounts, files, pipes
from tongjian.demo.steps import DemoRefused
from tongjian.kernel.directory import sync_directory
from tongjian.records.spaces.models import Segment
from tongjian.records.spaces.pipes import network, tracing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _district(settings: object, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(files, "home", lambda: tmp_path)
    sync_directory(NOON)
    accounts.make()
    network.forget()
    yield
    network.forget()


def test_they_come_in_once_and_say_that_they_are_made_up() -> None:
    done = pipes.keep(NOON)
    assert (done.rows, done.new) == (5 * (9 * 30 + 11 * 24), 5 * (9 * 30 + 11 * 24))
    assert pipes.keep(NOON).new == 0
    found = Segment.objects.select_related("source__file").first()
    assert found is not None
    assert found.source.file.name == "模拟管线.csv"
    assert set(Segment.objects.values_list("holder", flat=True)) == {"模拟权属单位"}
    assert set(Segment.objects.filter(sensitivity="public").values_list("utility", flat=True)) == {"telecom"}


def test_all_of_one_utility_lies_downstream_of_its_north_west_corner() -> None:
    pipes.keep(NOON)
    of = network.current()
    first = of.place_of(Segment.objects.filter(utility="drainage").order_by("name")[0].pk)
    assert first is not None
    found = tracing.from_segment(of, first, down=True).segments
    assert len(found) > 400
    assert set(of.utility[found].tolist()) == {network.UTILITIES.index("drainage")}


def test_a_table_changed_into_a_wrong_one_is_refused_by_its_cell() -> None:
    path = pipes.lay_out()
    path.write_text(path.read_text("utf-8-sig").replace("DN300", "粗", 1), "utf-8")
    with pytest.raises(DemoRefused) as caught:
        pipes.keep(NOON)
    assert "粗" in str(caught.value)
    assert not Segment.objects.exists()
