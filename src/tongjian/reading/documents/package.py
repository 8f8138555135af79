"""The zip package of a docx, read with limits, and its XML without entities, DTDs or network."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from tongjian.reading.failures import failure

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 250  # a long monotonous document.xml packs about 60 to 1; bombs pack 1000 to 1
RATIO_FREE = 1024 * 1024  # small parts may pack as well as they like
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError)


@dataclass(frozen=True)
class Package:
    """An open docx. `main` is the part that holds the body; `name` is the user's name of the file."""

    name: str
    archive: zipfile.ZipFile
    main: str

    def part(self, path: str) -> Element | None:
        """The root element of an XML part; None when the package has no such part. Raises ReadingError."""
        if path not in self.archive.NameToInfo:
            return None
        return parse_xml(archive_bytes(self.archive, path, self.name), self.name)

    def related(self, kind: str) -> list[str]:
        """Paths of the parts that the body refers to with this kind of relation (header, footnotes …)."""
        folder, base = posixpath.split(self.main)
        return targets(self, posixpath.join(folder, "_rels", base + ".rels"), folder, kind)

    def first(self, kind: str) -> Element | None:
        paths = self.related(kind)
        return self.part(paths[0]) if paths else None


def open_package(data: bytes, name: str) -> Package:
    """Raises reading.docx_damaged, docx_encrypted, docx_unsafe, is_workbook, not_docx."""
    archive = open_archive(data, name)
    return Package(name, archive, _main_part(archive, name))


def open_archive(data: bytes, name: str) -> zipfile.ZipFile:
    """A zip that will not unpack to too much. Raises reading.docx_damaged, docx_encrypted, docx_unsafe."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        detail = ("the end of the archive is missing", "压缩包结尾缺失")
        raise failure("reading.docx_damaged", name, detail=detail) from error
    _check(archive, name)
    return archive


def parse_xml(content: bytes, name: str, damaged: str = "reading.docx_damaged") -> Element:
    """Entities stay unresolved, nothing is fetched, and a document type is refused at once."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        detail = ("its XML breaks off or is wrong", "内部 XML 不完整或有误")
        raise failure(damaged, name, detail=detail) from error
    if getattr(root.getroottree().docinfo, "doctype", ""):
        detail = ("its XML declares a document type", "内部 XML 含文档类型声明")
        raise failure("reading.docx_unsafe", name, detail=detail)
    return root


def targets(package: Package, relations: str, folder: str, kind: str) -> list[str]:
    """Parts that a relations part names for this kind, as paths from the package's root, links outside left out."""
    root = package.part(relations)
    if root is None:
        return []
    found = []
    for relation in root:
        wanted = str(relation.get("Type", "")).endswith("/" + kind)
        if wanted and relation.get("TargetMode") != "External":
            target = str(relation.get("Target", ""))
            found.append(
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            )
    return [path.lstrip("/") for path in found]


def _check(archive: zipfile.ZipFile, name: str) -> None:
    entries = archive.infolist()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise failure("reading.docx_encrypted", name)
    swollen = any(e.file_size > max(RATIO_FREE, e.compress_size * MAX_RATIO) for e in entries)
    if swollen or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        detail = ("it would unpack to far too much", "解压后体积过大")
        raise failure("reading.docx_unsafe", name, detail=detail)


def _main_part(archive: zipfile.ZipFile, name: str) -> str:
    names = archive.NameToInfo
    declared = targets(Package(name, archive, ""), "_rels/.rels", "", "officeDocument")
    main = declared[0] if declared and declared[0] in names else "word/document.xml"
    if main.startswith("xl/"):
        raise failure("reading.is_workbook", name)
    if main not in names or not main.startswith("word/"):
        raise failure("reading.not_docx", name)
    return main


def archive_bytes(
    archive: zipfile.ZipFile, path: str, name: str, damaged: str = "reading.docx_damaged"
) -> bytes:
    """One part, unpacked. Raises the error of this code when it cannot be."""
    try:
        with archive.open(path) as part:
            return part.read(MAX_UNPACKED)
    except UNREADABLE as error:
        detail = (f"the part {path} cannot be unpacked", f"内部文件 {path} 无法解压")
        raise failure(damaged, name, detail=detail) from error
