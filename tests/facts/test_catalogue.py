"""Packs into rows: areas, organisations, metrics; a district's own folder over the shipped ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings

from facts.factories import NOON
from tongjian.facts import catalogue
from tongjian.facts.catalogue import CatalogueError
from tongjian.facts.models import Metric
from tongjian.kernel.directory import DirectoryError, parents_first, sync_directory
from tongjian.kernel.models import Area, Definition, Organisation

pytestmark = pytest.mark.django_db

AREAS = """
- {key: lane, name: 里弄街道, name_en: Lane Street, kind: street, parent: quarter}
- {key: quarter, name: 河东区, name_en: Quarter, kind: district, code: "990101", parent: metropolis}
- {key: metropolis, name: 大都城, name_en: Metropolis, kind: city}
"""
OFFICES = """
- {key: harbour_office, name: 港务局, name_en: Harbour Office, area: quarter, parent: quarter_government}
- {key: quarter_government, name: 区府, name_en: Quarter Government, area: quarter}
"""
METRIC = """
- key: ships
  name: 到港船舶
  name_en: Ships
  aliases: [到港船只]
  unit: 艘
  kind: flow
  direction: up
  owner: harbour_office
  theme: economy
  collect: [{measure: level, subjects: [quarter, lane]}]
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, settings: LazySettings) -> Write:
    """Own packs: `write(areas=…, metrics=…)`; what is not given is as above."""
    settings.EXTRA_PACKS = str(tmp_path)

    def packs(**kinds: str) -> Path:
        for kind, text in {"areas": AREAS, "organisations": OFFICES, "metrics": METRIC, **kinds}.items():
            (tmp_path / kind).mkdir(exist_ok=True)
            (tmp_path / kind / "own.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return packs


def test_rows_are_made_whatever_the_order(write: Write) -> None:
    write()
    catalogue.sync(NOON)
    lane = Area.objects.get(subject__key="lane")
    assert (lane.path, lane.kind, str(lane.subject)) == ("metropolis/quarter/lane/", "street", "里弄街道")
    harbour = Organisation.objects.get(subject__key="harbour_office")
    assert (harbour.path, harbour.area) == ("quarter_government/harbour_office/", lane.parent)
    ships = Metric.objects.get(key="ships")
    assert (ships.owner, ships.unit, ships.version, ships.growth_decimals) == (harbour, "艘", 1, 1)


def test_the_shipped_packs_can_be_meant() -> None:
    done = catalogue.sync(NOON)
    assert done.metrics >= 80
    assert done.areas >= 24
    assert Metric.objects.filter(kind="ratio", unit="%").exclude(bounds=[]).exists()


def test_twice_changes_nothing_and_a_change_is_a_version(write: Write) -> None:
    write()
    assert catalogue.sync(NOON).changed > 0
    assert catalogue.sync(NOON).changed == 0
    write(metrics=METRIC.replace("到港船只", "进港船舶"))
    assert catalogue.sync(NOON).changed == 1
    ships = Metric.objects.get(key="ships")
    assert (ships.version, ships.aliases) == (2, ["进港船舶"])
    assert Definition.objects.filter(kind="metrics", key="ships").count() == 2


def test_another_folder_lies_over_all(write: Write, tmp_path_factory: pytest.TempPathFactory) -> None:
    write()
    more = tmp_path_factory.mktemp("more")
    (more / "metrics").mkdir()
    (more / "metrics" / "a.yaml").write_text(METRIC.replace("艘", "艘次"), encoding="utf-8")
    catalogue.sync(NOON, more)
    assert (Metric.objects.get(key="ships").unit, catalogue.sync(NOON, more).changed) == ("艘次", 0)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: flow", "kind: stream", "stream"),
        ("direction: up", "direction: sideways", "sideways"),
        ("owner: harbour_office", "owner: nobody", "nobody"),
        ("measure: level", "measure: lvl", "lvl"),
        ("measure: level", "meassure: level", "meassure"),
        ("measure: level", "measure: level, basis: nominal", "nominal"),
        ("theme: economy", "rounding: ROUND_SIDEWAYS\n  theme: economy", "ROUND_SIDEWAYS"),
        ("  theme: economy\n", "", "theme"),
        ("unit: 艘", "unit: 万", "万"),
        ("theme: economy", "theme: economy\n  derive: [{measure: rank}]", "among"),
        ("theme: economy", "theme: economy\n  derive: [{measure: level}]", "numerator"),
        ("theme: economy", "theme: economy\n  derive: [{measure: difference}]", "comparator"),
    ],
)
def test_what_cannot_be_meant_is_named_and_changes_nothing(
    write: Write, old: str, new: str, told: str
) -> None:
    assert old in METRIC
    write(metrics=METRIC.replace(old, new))
    with pytest.raises(CatalogueError) as error:
        catalogue.sync(NOON)
    assert error.value.params["key"] == "ships"
    assert told in str(error.value)
    assert (Metric.objects.count(), Definition.objects.count(), Area.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ({"areas": AREAS.replace("parent: metropolis", "parent: nowhere")}, "directory.parent"),
        ({"areas": AREAS.replace("kind: city", "kind: realm")}, "directory.area_kind"),
        ({"organisations": OFFICES.replace("area: quarter", "area: nowhere")}, "directory.area"),
        ({"organisations": OFFICES.replace("key: quarter_government", "key: quarter")}, "directory.parent"),
        ({"organisations": "- {key: lane, name: 甲, name_en: A}"}, "directory.key_taken"),
    ],
)
def test_a_directory_that_cannot_be_meant(write: Write, kinds: dict[str, str], code: str) -> None:
    write(**kinds)
    with pytest.raises(DirectoryError) as error:
        sync_directory(NOON)
    assert error.value.code == code


def test_a_circle_of_parents_is_told() -> None:
    with pytest.raises(DirectoryError):
        parents_first([{"key": "a", "parent": "b"}, {"key": "b", "parent": "a"}])


def test_an_area_may_not_be_called_like_a_word_of_references(write: Write) -> None:
    write(areas=AREAS.replace("metropolis", "city"))
    with pytest.raises(CatalogueError) as error:
        catalogue.sync(NOON)
    assert error.value.params["key"] == "city"


def test_printed_words() -> None:
    words = catalogue.words("status")
    assert words["快报"] == "flash"
    assert catalogue.words("nothing") == {}
