"""A survey of pipes comes in whole or not at all, from CSV, xlsx or GeoJSON."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from django.utils import translation
from openpyxl import Workbook

from records.spaces.surveys import AT, HEAD, LOOP, book, row, take
from tongjian.kernel.choices import Role, SubjectKind
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Event, EvidenceFile, Organisation, Subject, User
from tongjian.reading import first_sheet
from tongjian.records.spaces.models import Node, Segment
from tongjian.records.spaces.pipes import importing, sheet
from tongjian.records.spaces.pipes.table import PipesRefused

pytestmark = pytest.mark.django_db


def problems(data: bytes, name: str = "管线.csv", by: User | None = None) -> list[tuple[str, str]]:
    with pytest.raises(PipesRefused) as caught:
        importing.import_segments(data, name, by=by, at=AT)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert all(str(p) for p in caught.value.problems)
    assert (Segment.objects.count(), Node.objects.count(), EvidenceFile.objects.count()) == (0, 0, 0)
    return [(p.cell, p.code) for p in caught.value.problems]


def test_rows_become_segments_with_subjects_and_nodes() -> None:
    done = take()
    assert (done.rows, done.new, done.changed) == (8, 8, 0)
    found = Segment.objects.select_related("from_node", "subject").get(name="S1")
    assert (found.subject.key, found.utility, found.flow) == ("pipe-S1", "drainage", "forward")
    assert (found.diameter_mm, found.height_mm, found.depth_from_cm, found.depth_to_cm) == (
        300,
        None,
        120,
        None,
    )
    assert found.length_cm == 8552  # a thousandth of a degree of longitude at 39.9°
    assert (found.built_year, found.surveyed_on, found.row) == (2008, date(2021, 3, 5), 2)
    assert (found.from_node.key, found.from_node.lon, found.from_node.lat) == ("PA", 116.5, 39.9)
    assert (Node.objects.count(), Subject.objects.filter(kind=SubjectKind.SPACE).count()) == (6, 8)
    assert Event.objects.get(verb="spaces.pipes_imported").data == {"rows": 8, "new": 8, "changed": 0}


def test_the_same_file_again_changes_nothing_and_a_corrected_one_its_rows() -> None:
    take()
    assert (take().new, take().changed) == (0, 0)
    done = take([*LOOP[:1], row("S2", "BC", 管径="2000×1500"), *LOOP[2:]], name="改.csv")
    assert (done.rows, done.new, done.changed) == (8, 0, 1)
    found = Segment.objects.get(name="S2")
    assert (found.diameter_mm, found.height_mm) == (2000, 1500)
    assert take().changed == 1  # the old file again says something new
    assert Event.objects.filter(verb="spaces.pipes_imported").count() == 3


def test_every_bad_cell_is_told_and_nothing_is_written() -> None:
    data = book(
        [
            row("S1", "AB"),
            row("S2", "BC", 管线类别="石油", 管径="粗"),
            row("S1", "CD", 起点经度=39.9, 起点纬度=116.5),
            row("S 4", "CE", **{"起点埋深(m)": "120"}),
            row("S5", "DB", 终点点号="PD", 探测日期="2021-02-30"),
            row("S6", "BF", 起点经度="", 建设年代="1492", 街乡镇="无此镇"),
            row("S7", "CE", 终点经度=116.9),
        ]
    )
    assert problems(data) == [
        ("B3", "pipes.word"),
        ("J3", "pipes.no_number"),
        ("A4", "pipes.twice"),
        ("E4", "shapes.swapped"),
        ("A5", "pipes.key_form"),
        ("L5", "pipes.limits"),
        ("D6", "pipes.same_ends"),
        ("D6", "pipes.elsewhere"),
        ("O6", "pipes.date"),
        ("E7", "pipes.wanting"),
        ("N7", "pipes.limits"),
        ("S7", "pipes.word"),
        ("D8", "pipes.elsewhere"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pipes.no_columns"),
        (book([]), "pipes.no_rows"),
        (book([row("S1", "AB")[1:]], HEAD[1:]), "pipes.no_columns"),
        ("管段编号".encode("utf-16"), "pipes.undecodable"),
        (b"PK\x03\x04 no workbook", "pipes.damaged"),
    ],
)
def test_what_is_no_table_of_pipes_is_refused(data: bytes, code: str) -> None:
    assert problems(data) == [("", code)]


def test_a_workbook_and_text_of_chinese_windows_say_the_same() -> None:
    made = Workbook()
    for values in (HEAD, *LOOP):
        made.worksheets[0].append(values)
    out = io.BytesIO()
    made.save(out)
    first = importing.import_segments(out.getvalue(), "管线.xlsx", by=None, at=AT)
    again = importing.import_segments(book(LOOP).decode().encode("gb18030"), "管线.csv", by=None, at=AT)
    assert (first.new, again.new, again.changed) == (8, 0, 0)


def with_gaps() -> bytes:
    made = Workbook()
    first = made.worksheets[0]
    for number, values in ((1, HEAD), (3, row("S1", "AB")), (6, row("S2", "BC", 管线类别="石油"))):
        for column, value in enumerate(values, 1):
            first.cell(number, column).value = value
    first["O3"].value = date(2021, 3, 5)
    first["K3"].value = "=CONCATENATE(1,2)"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_rows_of_a_workbook_keep_their_numbers_over_gaps() -> None:
    assert problems(with_gaps(), "管线.xlsx") == [("B6", "pipes.word")]


def test_the_quick_reader_of_a_workbook_says_what_the_library_says() -> None:
    quick, slow = first_sheet.columns(with_gaps(), most=100), sheet._by_library(with_gaps())
    assert quick == slow
    assert (quick.rows, len(quick.columns)) == ([1, 3, 6], 20)
    assert [quick.columns[n][1] for n in (4, 10, 14)] == ["116.5", "", "2021-03-05"]


def line(number: str, *positions: tuple[float, float]) -> dict[str, object]:
    geometry = {"type": "LineString", "coordinates": positions}
    return {
        "type": "Feature",
        "geometry": geometry,
        "properties": {"编号": number, "类别": "RQ", "管径": 200},
    }


def test_lines_of_geojson_meet_where_their_ends_lie() -> None:
    rows = [
        line("G1", (116.5, 39.9), (116.51, 39.91), (116.52, 39.9)),
        line("G2", (116.52, 39.9), (116.53, 39.9)),
    ]
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    assert importing.import_segments(data, "燃气.geojson", by=None, at=AT).new == 2
    first, second = Segment.objects.order_by("name")
    assert (first.bends, second.bends) == ([[116.51, 39.91]], None)
    assert first.to_node == second.from_node
    assert (first.length_cm, second.length_cm) == (280290, 85518)
    assert importing.import_segments(data + b" ", "燃气.geojson", by=None, at=AT).changed == 0


def test_a_point_is_no_pipe() -> None:
    rows = [
        line("G1", (116.5, 39.9), (39.9, 116.5)),
        {**line("G2"), "geometry": {"type": "Point", "coordinates": [116, 39]}},
    ]
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    assert problems(data, "燃气.geojson") == [("1", "shapes.swapped"), ("2", "shapes.type")]


def department(name: str) -> User:
    subject = Subject.objects.create(kind=SubjectKind.ORGANISATION, key=name, label=name)
    unit = Organisation.objects.create(subject=subject, path=f"{name}/")
    return User.objects.create(username=name, role=Role.DEPARTMENT, organisation=unit)


def test_a_department_records_its_own_pipes_only() -> None:
    water, gas = department("water"), department("gas")
    assert problems(book([row("S1", "AB", 管理单位="gas")]), by=water) == [("R2", "pipes.not_yours")]
    take([row("S1", "AB")], by=water)
    assert Segment.objects.get().owner == water.organisation
    reader = User.objects.create(username="reader", role=Role.READER)
    with pytest.raises(NotAllowed):
        take([row("S1", "AB")], by=reader)
    assert gas.organisation != water.organisation
