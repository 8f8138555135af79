"""A folder or zip of workbooks as a list of files: what may be taken, and what is left aside with its reason.

Knows no Django's models. Nothing is ever written under a name that a zip gives.
"""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection.workbook import MAX_BYTES
from tongjian.kernel.errors import TongjianError

MAX_FILES = 500
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 200
CHUNK = 1024 * 1024
UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"})
OLD = frozenset({".xls", ".et", ".xlsb", ".ods"})

REASONS: Mapping[str, str | Promise] = {
    "unsafe_name": _("Its name leads out of the folder. Pack the files again without such names."),
    "link": _("It is a link to another file. Put the file itself in."),
    "nested": _("It is an archive inside the archive. Unpack it and put its workbooks in."),
    "encrypted_member": _("It is protected by a password. Pack it again without one."),
    "temporary": _("It is a temporary file that an office program left behind."),
    "old_format": _("It is in an old or other format (%(suffix)s). Save it as xlsx."),
    "no_workbook": _("It is no workbook (%(suffix)s). Send it as evidence of the package."),
    "empty": _("It is empty. Check that it was saved completely."),
    "member_too_large": _("It is larger than 20 MB. Send the filled sheet alone, without pictures."),
    "same_as": _("It is the same file as %(other)s."),
    "damaged_member": _("It could not be unpacked: the archive is damaged here. Pack it again."),
    "unreadable": _("It could not be read: %(why)s"),
}


class ParcelRefused(TongjianError):
    """A zip that is not even looked into."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One workbook as received; name: its path in the folder or zip, with slashes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Aside:
    """One file that is not taken, and why: a key of REASONS with its parameters."""

    name: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(REASONS[self.reason]) % self.params


@dataclass(slots=True)
class Parcel:
    """What came in."""

    sent: list[Sent] = field(default_factory=list)
    aside: list[Aside] = field(default_factory=list)


def of_zip(data: bytes) -> Parcel:
    """The workbooks of a zip. Raises ParcelRefused for what is no zip, has too many files or unpacks to too much."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise ParcelRefused("collection.no_zip", _("The file is no zip. Pack the workbooks as a zip."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _sorted_out(_members(archive))
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise ParcelRefused(
            "collection.damaged_zip", _("The zip is damaged or was cut off. Pack and send it again.")
        ) from error


def of_folder(folder: Path) -> Parcel:
    """The workbooks of a folder and those below it; links are not followed."""
    return _sorted_out(_files(folder))


def one(name: str, data: bytes) -> Parcel:
    """A single workbook as a parcel."""
    return _sorted_out(iter([Sent(name, data)]))


def _sorted_out(found: Iterator[Sent | Aside]) -> Parcel:
    parcel, first = Parcel(), dict[str, str]()
    for item in found:
        if isinstance(item, Aside):
            parcel.aside.append(item)
            continue
        twin = first.setdefault(hashlib.sha256(item.data).hexdigest(), item.name)
        if twin != item.name:
            parcel.aside.append(Aside(item.name, "same_as", {"other": twin}))
        else:
            parcel.sent.append(item)
    return parcel


def by_name(name: str) -> Aside | None:
    """Why a file of this name is not taken; None for a workbook."""
    path = PurePosixPath(name)
    suffix = path.suffix.lower()
    if any(p in {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"} for p in path.parts):
        return Aside(name, "temporary")
    if path.name.startswith(("~$", ".~", "._")):
        return Aside(name, "temporary")
    if suffix in ARCHIVES:
        return Aside(name, "nested")
    if suffix in OLD:
        return Aside(name, "old_format", {"suffix": suffix})
    if suffix not in {".xlsx", ".xlsm"}:
        return Aside(name, "no_workbook", {"suffix": suffix or path.name})
    return None


# Folders


def _files(folder: Path) -> Iterator[Sent | Aside]:
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(folder).as_posix()
        yield Aside(name, "link") if path.is_symlink() else _file(path, name)


def _file(path: Path, name: str) -> Sent | Aside:
    aside = by_name(name)
    if aside is not None:
        return aside
    try:
        if path.stat().st_size > MAX_BYTES:
            return Aside(name, "member_too_large")
        data = path.read_bytes()
    except OSError as error:
        return Aside(name, "unreadable", {"why": error.strerror or str(error)})
    return Sent(name, data) if data else Aside(name, "empty")


# Zips


def _members(archive: zipfile.ZipFile) -> Iterator[Sent | Aside]:
    members = [m for m in archive.infolist() if not m.is_dir()]
    _check_sizes(members)
    left = MAX_UNPACKED
    for member in sorted(members, key=lambda m: name_of(m)):
        found = _member(archive, member, left)
        left -= len(found.data) if isinstance(found, Sent) else 0
        yield found


def _check_sizes(members: Iterable[zipfile.ZipInfo]) -> None:
    """By what the zip says of itself; what it unpacks to is counted again while it is read."""
    rows = list(members)
    unpacked, packed = sum(m.file_size for m in rows), sum(m.compress_size for m in rows)
    if len(rows) > MAX_FILES:
        raise ParcelRefused(
            "collection.too_many_files",
            _("The zip holds more than %(most)s files. Send it in several."),
            {"most": MAX_FILES},
        )
    if unpacked > MAX_UNPACKED or (unpacked > 10 * CHUNK and unpacked > packed * MAX_RATIO):
        raise _bomb()


def _bomb() -> ParcelRefused:
    return ParcelRefused(
        "collection.zip_too_large", _("The zip unpacks to far more than workbooks do. It was not read.")
    )


def name_of(member: zipfile.ZipInfo) -> str:
    """A member's name. Zips made on Chinese Windows write GBK without saying so; some programs write UTF-8 so."""
    if member.flag_bits & UTF8_FLAG:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return member.filename


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> Sent | Aside:
    name = name_of(member)
    if _leads_out(name):
        return Aside(name[-200:], "unsafe_name")
    if stat.S_ISLNK(member.external_attr >> 16):
        return Aside(name, "link")
    aside = by_name(name)
    if aside is not None:
        return aside
    if member.flag_bits & ENCRYPTED_FLAG:
        return Aside(name, "encrypted_member")
    try:
        data = _read(archive, member)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return Aside(name, "damaged_member")
    if data is None:
        return Aside(name, "member_too_large")
    if len(data) > left:
        raise _bomb()
    return Sent(name, data) if data else Aside(name, "empty")


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes | None:
    """Its bytes; None when there are more than a workbook may have, whatever the zip says of itself."""
    parts, size = [], 0
    with archive.open(member) as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                return None
            parts.append(chunk)
    return b"".join(parts)
