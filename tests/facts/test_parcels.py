"""Folders and zips: what is taken, what is left aside and why, what is not even looked into."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tongjian.facts.collection import parcels
from tongjian.facts.collection.parcels import Aside, ParcelRefused, of_folder, of_zip


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def aside(data: bytes) -> list[tuple[str, str]]:
    return [(a.name, a.reason) for a in of_zip(data).aside]


def test_workbooks_are_taken_and_the_rest_is_left_aside_with_its_reason() -> None:
    found = of_zip(
        packed(
            {
                "统计局/填报.xlsx": b"PK1",
                "说明.docx": b"PK",
                "旧表.xls": b"x",
                "更多.zip": b"PK",
                "~$填报.xlsx": b"x",
                "__MACOSX/._填报.xlsx": b"x",
                "空.xlsx": b"",
                "副本.xlsx": b"PK1",
                "folder/": b"",
            }
        )
    )
    assert [s.name for s in found.sent] == ["副本.xlsx"]
    assert sorted((a.name, a.reason) for a in found.aside) == [
        ("__MACOSX/._填报.xlsx", "temporary"),
        ("~$填报.xlsx", "temporary"),
        ("旧表.xls", "old_format"),
        ("更多.zip", "nested"),
        ("空.xlsx", "empty"),
        ("统计局/填报.xlsx", "same_as"),
        ("说明.docx", "no_workbook"),
    ]


@pytest.mark.parametrize("name", ["../out.xlsx", "/etc/a.xlsx", "a/../../b.xlsx", "C:/a.xlsx"])
def test_a_name_that_leads_out_is_left_aside(name: str) -> None:
    assert aside(packed({name: b"PK"})) == [(name, "unsafe_name")]


def test_names_in_gbk_are_read() -> None:
    data = packed({"aaaaaaaa.xlsx": b"PK"})
    gbk = "填报.xl".encode("gbk")[:6] + b"ab"
    assert len(gbk) == 8
    found = of_zip(data.replace(b"aaaaaaaa", gbk))
    assert [s.name for s in found.sent] == ["填报.xab.xlsx"]


def test_names_in_utf8_without_the_flag_are_read() -> None:
    data = packed({"aaaaaa.xlsx": b"PK"})
    assert [s.name for s in of_zip(data.replace(b"aaaaaa", "填报".encode())).sent] == ["填报.xlsx"]


def test_a_link_is_not_followed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("a.xlsx")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    assert aside(out.getvalue()) == [("a.xlsx", "link")]


def test_a_member_with_a_password_is_left_aside() -> None:
    data = bytearray(packed({"a.xlsx": b"PK"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark)
        struct.pack_into("<H", data, start + at, 1)
    assert aside(bytes(data)) == [("a.xlsx", "encrypted_member")]


def test_a_member_larger_than_a_workbook_is_left_aside_whatever_the_zip_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parcels, "MAX_BYTES", 10)
    monkeypatch.setattr(parcels, "CHUNK", 4)
    assert aside(packed({"a.xlsx": b"x" * 11, "b.xlsx": b"x" * 10})) == [("a.xlsx", "member_too_large")]


def test_a_bomb_is_not_read() -> None:
    with pytest.raises(ParcelRefused) as error:
        of_zip(packed({"a.xlsx": b"0" * 15 * 1024 * 1024, "b.txt": b"0" * 60 * 1024 * 1024}))
    assert error.value.code == "collection.zip_too_large"


def test_what_unpacks_to_too_much_in_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({"a.xlsx": b"x" * 60, "b.xlsx": b"y" * 60})
    monkeypatch.setattr(parcels, "_check_sizes", lambda members: None)
    monkeypatch.setattr(parcels, "MAX_UNPACKED", 100)
    with pytest.raises(ParcelRefused):
        of_zip(data)


def test_too_many_files_are_refused() -> None:
    with pytest.raises(ParcelRefused) as error:
        of_zip(packed({f"{n}.xlsx": b"" for n in range(501)}))
    assert error.value.code == "collection.too_many_files"


@pytest.mark.parametrize(
    ("data", "code"), [(b"%PDF", "collection.no_zip"), (b"PK\x03\x04rest", "collection.damaged_zip")]
)
def test_what_is_no_zip_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(ParcelRefused) as error:
        of_zip(data)
    assert error.value.code == code


def test_a_damaged_member_leaves_the_others() -> None:
    data = bytearray(packed({"a.xlsx": bytes(range(256)) * 40, "b.xlsx": b"PK"}))
    data[60:70] = b"\xff" * 10
    found = of_zip(bytes(data))
    assert [s.name for s in found.sent] == ["b.xlsx"]
    assert [(a.name, a.reason) for a in found.aside] == [("a.xlsx", "damaged_member")]


def test_a_folder_is_read_with_those_below_it(tmp_path: Path) -> None:
    (tmp_path / "财政局").mkdir()
    (tmp_path / "财政局" / "表.xlsx").write_bytes(b"PK2")
    (tmp_path / "表.xlsx").write_bytes(b"PK1")
    (tmp_path / "读我.txt").write_bytes(b"x")
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "表.xlsx")
    found = of_folder(tmp_path)
    assert [s.name for s in found.sent] == ["表.xlsx", "财政局/表.xlsx"]
    assert [(a.name, a.reason) for a in found.aside] == [
        ("link.xlsx", "link"),
        ("读我.txt", "no_workbook"),
    ]


def test_every_reason_is_a_sentence() -> None:
    params = {"suffix": ".xls", "other": "a.xlsx", "why": "gone"}
    assert all(Aside("a", reason, params).message for reason in parcels.REASONS)
